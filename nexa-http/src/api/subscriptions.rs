//! What was bought, and its link.

use super::{Answer, Area};
use crate::{caller::SignedIn, problem::Said};
use nexa_core::{
    error::{Error, Failure},
    storefront::model::{QrFormat, SubscriptionView, UsageView},
};
use poem_openapi::{
    ApiResponse, Enum, OpenApi, ResponseContent,
    param::{Path, Query},
    payload::{Binary, Json, PlainText},
};

pub struct Subscriptions;

/// How a QR code is drawn.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[oai(rename_all = "lowercase")]
enum Drawing {
    /// Text for web pages.
    Svg,
    /// A picture.
    Png,
}

#[derive(ResponseContent)]
enum Drawn {
    #[oai(content_type = "image/svg+xml")]
    Svg(PlainText<String>),
    #[oai(content_type = "image/png")]
    Png(Binary<Vec<u8>>),
}

#[derive(ApiResponse)]
enum Qr {
    /// The code.
    #[oai(status = 200)]
    Drawn(Drawn),
}

#[OpenApi(tag = "Area::Subscriptions")]
impl Subscriptions {
    /// List my subscriptions
    ///
    /// Newest first.
    #[oai(path = "/subscriptions", method = "get", operation_id = "listSubscriptions")]
    async fn subscriptions(&self, caller: SignedIn) -> Answer<Vec<SubscriptionView>> {
        Ok(Json(caller.store().subscriptions().await?))
    }

    /// See one subscription
    ///
    /// Its `link` is a secret: whoever has it can use the subscription.
    #[oai(path = "/subscriptions/:subscription_id", method = "get", operation_id = "getSubscription")]
    async fn subscription(
        &self,
        caller: SignedIn,
        subscription_id: Path<String>,
    ) -> Answer<SubscriptionView> {
        Ok(Json(caller.store().subscription(&subscription_id.0).await?))
    }

    /// See what was used by day
    ///
    /// One entry for each day, oldest first, today the last; days of UTC. Traffic is remembered by day for 400 days.
    #[oai(
        path = "/subscriptions/:subscription_id/usage",
        method = "get",
        operation_id = "getSubscriptionUsage"
    )]
    async fn usage(
        &self,
        caller: SignedIn,
        subscription_id: Path<String>,
        /// How many days, 1 to 90; 30 when not given.
        days: Query<Option<u32>>,
    ) -> Answer<UsageView> {
        Ok(Json(caller.store().usage(&subscription_id.0, days.0.unwrap_or(30)).await?))
    }

    /// Replace the link
    ///
    /// The old link is dead when the answer comes; devices that used it must import the new one.
    #[oai(path = "/subscriptions/:subscription_id/reset-link", method = "post", operation_id = "resetLink")]
    async fn reset_link(&self, caller: SignedIn, subscription_id: Path<String>) -> Answer<SubscriptionView> {
        Ok(Json(caller.store().reset_link(&subscription_id.0).await?))
    }

    /// Draw the link as a QR code
    #[oai(path = "/subscriptions/:subscription_id/qr", method = "get", operation_id = "linkQr")]
    async fn qr(
        &self,
        caller: SignedIn,
        subscription_id: Path<String>,
        /// `svg` when not given.
        format: Query<Option<Drawing>>,
    ) -> Result<Qr, Said> {
        let store = caller.store();
        let drawn = match format.0.unwrap_or(Drawing::Svg) {
            Drawing::Png => Drawn::Png(Binary(store.link_qr(&subscription_id.0, QrFormat::Png).await?)),
            Drawing::Svg => {
                let bytes = store.link_qr(&subscription_id.0, QrFormat::Svg).await?;
                let text = String::from_utf8(bytes)
                    .map_err(|_| Error::Failed(Failure::core("a drawing is no text")))?;
                Drawn::Svg(PlainText(text))
            }
        };
        Ok(Qr::Drawn(drawn))
    }
}

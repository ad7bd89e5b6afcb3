//! What was bought, and its link.

use super::{Answer, Area};
use crate::{caller::SignedIn, problem::Said};
use nexa_core::{
    error::{Error, Failure},
    storefront::model::{ChangeQuoteView, QrFormat, SubscriptionView, UsageView},
};
use poem_openapi::{
    ApiResponse, Enum, Object, OpenApi, ResponseContent,
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

/// To change one's own subscription; what is left out stays.
#[derive(Object)]
#[oai(deny_unknown_fields)]
struct UpdateSubscriptionRequest {
    /// A name of one's own, 1 to 40 characters.
    name: Option<String>,
    /// Whether it is renewed from the wallet.
    auto_renew: Option<bool>,
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
    /// The old link is dead when the answer comes; devices that used it must import the new one. The
    /// sixth within a day is `too_many_resets`.
    #[oai(path = "/subscriptions/:subscription_id/reset-link", method = "post", operation_id = "resetLink")]
    async fn reset_link(&self, caller: SignedIn, subscription_id: Path<String>) -> Answer<SubscriptionView> {
        Ok(Json(caller.store().reset_link(&subscription_id.0).await?))
    }

    /// See what another plan costs
    ///
    /// The new plan begins at once. What is left of the current period (its share of time or of traffic, whichever is less,
    /// of the price that was paid) is taken off the price. Only for plans with the same servers and extras.
    #[oai(
        path = "/subscriptions/:subscription_id/change-quote",
        method = "get",
        operation_id = "quotePlanChange"
    )]
    async fn change_quote(
        &self,
        caller: SignedIn,
        subscription_id: Path<String>,
        /// The new plan.
        plan_id: Query<String>,
    ) -> Answer<ChangeQuoteView> {
        Ok(Json(caller.store().change_quote(&subscription_id.0, &plan_id.0).await?))
    }

    /// Name it, or let it renew itself
    ///
    /// What is left out stays. With `auto_renew` it is renewed from the wallet at the price of that day, an hour before it
    /// ends; that is announced two days before, tried again at the end and a day after, and then switched off.
    #[oai(path = "/subscriptions/:subscription_id", method = "patch", operation_id = "updateSubscription")]
    async fn update(
        &self,
        caller: SignedIn,
        subscription_id: Path<String>,
        body: Json<UpdateSubscriptionRequest>,
    ) -> Answer<SubscriptionView> {
        let (store, id) = (caller.store(), &subscription_id.0);
        if let Some(name) = &body.0.name {
            store.rename_subscription(id, name).await?;
        }
        match body.0.auto_renew {
            Some(on) => Ok(Json(store.set_auto_renew(id, on).await?)),
            None => Ok(Json(store.subscription(id).await?)),
        }
    }

    /// Draw the link as a QR code
    ///
    /// As SVG or PNG, by `format`. It shows a secret: whoever scans it has the access.
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

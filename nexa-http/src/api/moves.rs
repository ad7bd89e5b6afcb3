//! Where a subscription is served.

use super::{Answer, Area};
use crate::{caller::SignedIn, once::once};
use nexa_core::storefront::model::{MoveRequest, RegionView, SubscriptionView};
use poem_openapi::{
    OpenApi,
    param::{Header, Path},
    payload::Json,
};

pub struct Moves;

#[OpenApi(tag = "Area::Subscriptions")]
impl Moves {
    /// List the countries that a subscription can move to
    ///
    /// Those whose servers can take it now, and with `here` those that it is in. Empty for a subscription that cannot move:
    /// one that is not active, or that has an address of its own.
    #[oai(path = "/subscriptions/:subscription_id/regions", method = "get", operation_id = "listRegions")]
    async fn regions(&self, caller: SignedIn, subscription_id: Path<String>) -> Answer<Vec<RegionView>> {
        Ok(Json(caller.store().regions(&subscription_id.0).await?))
    }

    /// Move a subscription to another country
    ///
    /// The link stays. It leads to the old servers until a new one is ready, which takes seconds as a rule; the owner is
    /// told then, and apps have to refresh the link. The fourth move within a day is `too_many_moves`; a country that cannot
    /// take it answers `region_unknown`, `region_full` or `already_there`, a subscription that cannot move `address_stays` or
    /// `subscription_closed`.
    #[oai(
        path = "/subscriptions/:subscription_id/move",
        method = "post",
        operation_id = "moveSubscription",
        transform = "once"
    )]
    async fn move_subscription(
        &self,
        caller: SignedIn,
        subscription_id: Path<String>,
        /// Names this request, so that a repeat is harmless.
        #[oai(name = "Idempotency-Key")]
        _key: Header<Option<String>>,
        body: Json<MoveRequest>,
    ) -> Answer<SubscriptionView> {
        Ok(Json(caller.store().move_subscription(&subscription_id.0, &body.0.region).await?))
    }
}

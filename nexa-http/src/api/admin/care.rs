//! What operators do for one customer or one order at a time.

use super::super::{Answer, Area, Made, made};
use crate::{caller::SignedIn, once::once, problem::Said};
use nexa_core::{
    backoffice::model::{GiftCodesRequest, GiftCodesView, OperatorSubscriptionView, ResolveRequest},
    storefront::model::OrderView,
};
use poem_openapi::{
    OpenApi,
    param::{Header, Path},
    payload::Json,
};

/// See the module.
pub struct Care;

#[OpenApi(prefix_path = "/admin")]
impl Care {
    /// Give a subscription a new link
    ///
    /// The one before is dead from then on, and its owner is told. Needs the permission `serve_customers`.
    #[oai(
        path = "/subscriptions/:subscription_id/link",
        method = "post",
        operation_id = "adminRenewLink",
        tag = "Area::AdminSubscriptions"
    )]
    async fn renew_link(
        &self,
        caller: SignedIn,
        subscription_id: Path<String>,
    ) -> Answer<OperatorSubscriptionView> {
        Ok(Json(caller.office().renew_link(&subscription_id.0).await?))
    }

    /// Say that what kept an order from being delivered was seen
    ///
    /// Takes `provision_rejected` and `provision_stuck` off an order. What is about money is decided with its payment and
    /// answers `bad_input`; without anything to look at the answer is `already_decided`. Needs the permission
    /// `serve_customers`.
    #[oai(
        path = "/orders/:order_id/resolve",
        method = "post",
        operation_id = "adminResolveOrder",
        tag = "Area::AdminOrders"
    )]
    async fn resolve(
        &self,
        caller: SignedIn,
        order_id: Path<String>,
        body: Json<ResolveRequest>,
    ) -> Answer<OrderView> {
        Ok(Json(caller.office().resolve_order(&order_id.0, &body.0.reason).await?))
    }

    /// Make gifts of a plan for nothing
    ///
    /// All of them or none, at most 200. Their codes also stand with the gifts of the operator who made them. Needs the
    /// permission `serve_customers`.
    #[oai(
        path = "/gifts",
        method = "post",
        operation_id = "adminMakeGifts",
        transform = "once",
        tag = "Area::AdminGrowth"
    )]
    async fn gifts(
        &self,
        caller: SignedIn,
        /// Names this request; required, because they would be made twice.
        #[oai(name = "Idempotency-Key")]
        key: Header<String>,
        body: Json<GiftCodesRequest>,
    ) -> Result<Made<GiftCodesView>, Said> {
        Ok(made(caller.office().make_gifts(body.0, key.0).await?))
    }
}

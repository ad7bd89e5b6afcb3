//! Subscriptions of all customers.

use super::super::{Answer, Area, page};
use crate::{caller::SignedIn, once::once};
use nexa_core::backoffice::model::{ExtendRequest, OperatorSubscriptionPage, OperatorSubscriptionView};
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
    payload::Json,
};

/// See the module.
pub struct Subscriptions;

#[OpenApi(prefix_path = "/admin", tag = "Area::AdminSubscriptions")]
impl Subscriptions {
    /// List subscriptions
    ///
    /// Newest first, of one user or of all.
    #[oai(path = "/subscriptions", method = "get", operation_id = "adminListSubscriptions")]
    async fn subscriptions(
        &self,
        caller: SignedIn,
        /// Of this user only.
        user_id: Query<Option<String>>,
        /// The `next` of the slice before.
        cursor: Query<Option<String>>,
        /// At most so many, 1 to 100; 50 when not given.
        limit: Query<Option<u32>>,
    ) -> Answer<OperatorSubscriptionPage> {
        Ok(Json(caller.office().subscriptions(user_id.0, page(cursor.0, limit.0)).await?))
    }

    /// See one subscription
    ///
    /// With what each server is known to hold for it.
    #[oai(path = "/subscriptions/:subscription_id", method = "get", operation_id = "adminGetSubscription")]
    async fn subscription(
        &self,
        caller: SignedIn,
        subscription_id: Path<String>,
    ) -> Answer<OperatorSubscriptionView> {
        Ok(Json(caller.office().subscription(&subscription_id.0).await?))
    }

    /// Stop a subscription
    ///
    /// The access stands still on every server until it is resumed; its time goes on.
    #[oai(path = "/subscriptions/:subscription_id/suspend", method = "post", operation_id = "adminSuspend")]
    async fn suspend(
        &self,
        caller: SignedIn,
        subscription_id: Path<String>,
    ) -> Answer<OperatorSubscriptionView> {
        Ok(Json(caller.office().suspend(&subscription_id.0).await?))
    }

    /// Let a subscription go on
    ///
    /// Its time went on meanwhile; one whose time is over ends at once.
    #[oai(path = "/subscriptions/:subscription_id/resume", method = "post", operation_id = "adminResume")]
    async fn resume(
        &self,
        caller: SignedIn,
        subscription_id: Path<String>,
    ) -> Answer<OperatorSubscriptionView> {
        Ok(Json(caller.office().resume(&subscription_id.0).await?))
    }

    /// Take a subscription back for ever
    ///
    /// For good: the access goes from every server. Nothing is paid back by this.
    #[oai(path = "/subscriptions/:subscription_id/revoke", method = "post", operation_id = "adminRevoke")]
    async fn revoke(
        &self,
        caller: SignedIn,
        subscription_id: Path<String>,
    ) -> Answer<OperatorSubscriptionView> {
        Ok(Json(caller.office().revoke(&subscription_id.0).await?))
    }

    /// Extend a subscription
    ///
    /// Adds days, traffic or both to its current period, and tells its owner. Days begin at its end, or now when that is
    /// over.
    #[oai(
        path = "/subscriptions/:subscription_id/extend",
        method = "post",
        operation_id = "adminExtendSubscription",
        transform = "once"
    )]
    async fn extend(
        &self,
        caller: SignedIn,
        subscription_id: Path<String>,
        /// Names this extension; required, because a repeat would extend twice.
        #[oai(name = "Idempotency-Key")]
        key: Header<String>,
        body: Json<ExtendRequest>,
    ) -> Answer<OperatorSubscriptionView> {
        Ok(Json(caller.office().extend_subscription(&subscription_id.0, body.0, key.0).await?))
    }
}

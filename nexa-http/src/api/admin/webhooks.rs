//! Webhooks.

use super::super::{Answer, Area, Done, Made, made, page};
use crate::{caller::SignedIn, problem::Said};
use nexa_core::backoffice::model::{
    HookDeliveryPage, HookDeliveryView, ReplayRequest, ReplayView, UpdateWebhookRequest, WebhookRequest,
    WebhookView, WebhooksView,
};
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
    payload::Json,
};

/// See the module.
pub struct Webhooks;

#[OpenApi(prefix_path = "/admin", tag = "Area::AdminWebhooks")]
impl Webhooks {
    /// List webhooks
    ///
    /// With every kind of message that there is. Needs the permission `staff`, as all of these do; without it the answer is
    /// `not_allowed`.
    #[oai(path = "/webhooks", method = "get", operation_id = "adminListWebhooks")]
    async fn webhooks(&self, caller: SignedIn) -> Answer<WebhooksView> {
        Ok(Json(caller.office().webhooks().await?))
    }

    /// Add a webhook
    ///
    /// Its secret is shown this once. An address that is no https address of the public Internet is refused: `bad_config`.
    /// At most ten.
    ///
    /// A message is a `POST` with `{"type": "order.paid", "timestamp": "…", "data": {…}}`, where `data` holds ids, and amounts
    /// where they say more than the id: no names, addresses, links or texts. It is signed as
    /// [Standard Webhooks](https://www.standardwebhooks.com) says, so that the libraries of that standard check it. Answer
    /// with any 2xx within 15 seconds. The order is not promised and a message may come twice, under the same `webhook-id`.
    /// What is not taken comes again after 5 seconds, 5 and 30 minutes, 2, 5, 10, 14, 20 and 24 hours; a 429 or 503 with a
    /// `Retry-After` in seconds puts the next try off for so long, for a day at most.
    #[oai(path = "/webhooks", method = "post", operation_id = "adminAddWebhook")]
    async fn add(&self, caller: SignedIn, body: Json<WebhookRequest>) -> Result<Made<WebhookView>, Said> {
        Ok(made(caller.office().add_webhook(body.0).await?))
    }

    /// Change a webhook
    ///
    /// What is left out stays. Switching it `on` again forgets the failures of before.
    #[oai(path = "/webhooks/:webhook_id", method = "patch", operation_id = "adminUpdateWebhook")]
    async fn update(
        &self,
        caller: SignedIn,
        webhook_id: Path<String>,
        body: Json<UpdateWebhookRequest>,
    ) -> Answer<WebhookView> {
        Ok(Json(caller.office().update_webhook(&webhook_id.0, body.0).await?))
    }

    /// Take a webhook away
    ///
    /// With all that was and is to be sent to it.
    #[oai(path = "/webhooks/:webhook_id", method = "delete", operation_id = "adminRemoveWebhook")]
    async fn remove(&self, caller: SignedIn, webhook_id: Path<String>) -> Result<Done, Said> {
        caller.office().remove_webhook(&webhook_id.0).await?;
        Ok(Done::Done)
    }

    /// Give a webhook a new secret
    ///
    /// It is shown this once. For 24 hours messages carry two signatures, one by each secret.
    #[oai(path = "/webhooks/:webhook_id/secret", method = "post", operation_id = "adminRenewWebhookSecret")]
    async fn renew(&self, caller: SignedIn, webhook_id: Path<String>) -> Answer<WebhookView> {
        Ok(Json(caller.office().renew_webhook_secret(&webhook_id.0).await?))
    }

    /// Try a webhook out
    ///
    /// Sends a `webhook.test`. What came of it stands in the delivery a moment later.
    #[oai(path = "/webhooks/:webhook_id/test", method = "post", operation_id = "adminTryWebhook")]
    async fn test(&self, caller: SignedIn, webhook_id: Path<String>) -> Answer<HookDeliveryView> {
        Ok(Json(caller.office().try_webhook(&webhook_id.0).await?))
    }

    /// List what was sent to a webhook
    ///
    /// Newest first, with every try. It is kept for 30 days.
    #[oai(
        path = "/webhooks/:webhook_id/deliveries",
        method = "get",
        operation_id = "adminListWebhookDeliveries"
    )]
    async fn deliveries(
        &self,
        caller: SignedIn,
        webhook_id: Path<String>,
        /// Only these: `pending`, `delivered`, `failed` or `abandoned`.
        state: Query<Option<String>>,
        /// The `next` of the slice before.
        cursor: Query<Option<String>>,
        /// At most so many, 1 to 100; 50 when not given.
        limit: Query<Option<u32>>,
    ) -> Answer<HookDeliveryPage> {
        let page = page(cursor.0, limit.0);
        Ok(Json(caller.office().webhook_deliveries(&webhook_id.0, state.0, page).await?))
    }

    /// Send again what a webhook did not take
    ///
    /// Of all that was written down at `since` or later, at most 500 messages, the oldest first; under their ids of before.
    #[oai(path = "/webhooks/:webhook_id/replay", method = "post", operation_id = "adminReplayWebhook")]
    async fn replay_all(
        &self,
        caller: SignedIn,
        webhook_id: Path<String>,
        body: Json<ReplayRequest>,
    ) -> Answer<ReplayView> {
        Ok(Json(caller.office().replay_untaken(&webhook_id.0, body.0).await?))
    }

    /// See one delivery
    ///
    /// With the message and every try of it.
    #[oai(
        path = "/webhook-deliveries/:delivery_id",
        method = "get",
        operation_id = "adminGetWebhookDelivery"
    )]
    async fn delivery(&self, caller: SignedIn, delivery_id: Path<String>) -> Answer<HookDeliveryView> {
        Ok(Json(caller.office().webhook_delivery(&delivery_id.0).await?))
    }

    /// Send a message again
    ///
    /// Under its id of before, whether it was taken or not. One that is on its way stays as it is.
    #[oai(
        path = "/webhook-deliveries/:delivery_id/replay",
        method = "post",
        operation_id = "adminReplayWebhookDelivery"
    )]
    async fn replay(&self, caller: SignedIn, delivery_id: Path<String>) -> Answer<HookDeliveryView> {
        Ok(Json(caller.office().replay_delivery(&delivery_id.0).await?))
    }
}

//! Webhooks and what is on its way to them.

use super::{
    Locked, Page,
    layer::{reads, writes},
};
use crate::{
    domain::webhook::{DeliveryState, HookDelivery, Webhook},
    error::Failure,
    ids::{HookDeliveryId, ShopId, WebhookId},
};
use jiff::Timestamp;

reads! {
/// Reads of webhooks.
pub trait WebhookReads {
    /// A shop's webhooks, oldest first.
    async fn webhooks(&mut self, shop: ShopId) -> Result<Vec<Webhook>, Failure>;
    /// One delivery.
    async fn hook_delivery(
        &mut self,
        shop: ShopId,
        id: HookDeliveryId,
    ) -> Result<Option<HookDelivery>, Failure>;
    /// What was and is to be sent to a webhook, newest first; only what is in this state, if one is given.
    async fn hook_deliveries(
        &mut self,
        shop: ShopId,
        webhook: WebhookId,
        state: Option<DeliveryState>,
        page: Page,
    ) -> Result<Vec<HookDelivery>, Failure>;
    /// What was written down for a webhook at `since` or later and was not taken (failed or abandoned), oldest first, at most
    /// so many.
    async fn untaken_deliveries(
        &mut self,
        shop: ShopId,
        webhook: WebhookId,
        since: Timestamp,
        limit: u32,
    ) -> Result<Vec<HookDelivery>, Failure>;
}
}

writes! {
/// Writes of webhooks.
pub trait WebhookWrites {
    /// Inserts or replaces a webhook.
    async fn save_webhook(&mut self, webhook: &Webhook) -> Result<(), Failure>;
    /// A webhook that nobody else changes until the end of this transaction.
    async fn lock_webhook(&mut self, shop: ShopId, id: WebhookId)
    -> Result<Option<Locked<Webhook>>, Failure>;
    /// Takes a webhook away with all its deliveries; whether there was one.
    async fn delete_webhook(&mut self, shop: ShopId, id: WebhookId) -> Result<bool, Failure>;
    /// Inserts or replaces a delivery. Its webhook must be there.
    async fn save_hook_delivery(&mut self, delivery: &HookDelivery) -> Result<(), Failure>;
    /// A delivery that nobody else changes until the end of this transaction.
    async fn lock_hook_delivery(
        &mut self,
        shop: ShopId,
        id: HookDeliveryId,
    ) -> Result<Option<Locked<HookDelivery>>, Failure>;
    /// Forgets deliveries of all shops that were written down before, and are not on their way.
    async fn delete_old_deliveries(&mut self, before: Timestamp) -> Result<(), Failure>;
}
}

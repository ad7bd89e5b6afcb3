//! Webhooks and what is on its way to them.

use super::{Unit, cut};
use crate::{
    domain::webhook::{DeliveryState, HookDelivery, Webhook},
    error::Failure,
    ids::{HookDeliveryId, ShopId, WebhookId},
    ports::storage::{Locked, Page, WebhookReads, WebhookWrites},
};
use async_trait::async_trait;
use imbl::OrdMap;
use jiff::Timestamp;

#[derive(Clone, Default)]
pub(super) struct Webhooks {
    rows: OrdMap<WebhookId, Webhook>,
    deliveries: OrdMap<HookDeliveryId, HookDelivery>,
}

impl Webhooks {
    /// Forgets all other deliveries.
    fn keep(&mut self, stays: impl Fn(&HookDelivery) -> bool) {
        let left = self.deliveries.values().filter(|one| stays(one));
        self.deliveries = left.map(|one| (one.id, one.clone())).collect();
    }
}

#[async_trait]
impl WebhookReads for Unit {
    async fn webhooks(&mut self, shop: ShopId) -> Result<Vec<Webhook>, Failure> {
        Ok(self.state.webhooks.rows.values().filter(|one| one.shop_id == shop).cloned().collect())
    }

    async fn hook_delivery(
        &mut self,
        shop: ShopId,
        id: HookDeliveryId,
    ) -> Result<Option<HookDelivery>, Failure> {
        Ok(self.state.webhooks.deliveries.get(&id).filter(|one| one.shop_id == shop).cloned())
    }

    async fn hook_deliveries(
        &mut self,
        shop: ShopId,
        webhook: WebhookId,
        state: Option<DeliveryState>,
        page: Page,
    ) -> Result<Vec<HookDelivery>, Failure> {
        let all = self.state.webhooks.deliveries.values().rev();
        let found = all.filter(|one| one.shop_id == shop && one.webhook_id == Some(webhook));
        let found = found.filter(|one| state.is_none_or(|state| one.state == state));
        Ok(cut(found.cloned(), page, |one| one.id))
    }

    async fn untaken_deliveries(
        &mut self,
        shop: ShopId,
        webhook: WebhookId,
        since: Timestamp,
        limit: u32,
    ) -> Result<Vec<HookDelivery>, Failure> {
        let untaken = |one: &&HookDelivery| {
            one.shop_id == shop
                && one.webhook_id == Some(webhook)
                && matches!(one.state, DeliveryState::Failed | DeliveryState::Abandoned)
                && one.created_at >= since
        };
        let found = self.state.webhooks.deliveries.values().filter(untaken);
        Ok(found.take(usize::try_from(limit).unwrap_or(usize::MAX)).cloned().collect())
    }
}

#[async_trait]
impl WebhookWrites for Unit {
    async fn save_webhook(&mut self, of: &Webhook) -> Result<(), Failure> {
        self.require_shop(of.shop_id)?;
        let known = self.state.webhooks.rows.get(&of.id);
        let same = known.is_none_or(|known| known.shop_id == of.shop_id);
        self.require(same, "a webhook of another shop")?;
        self.state.webhooks.rows.insert(of.id, of.clone());
        Ok(())
    }

    async fn lock_webhook(
        &mut self,
        shop: ShopId,
        id: WebhookId,
    ) -> Result<Option<Locked<Webhook>>, Failure> {
        let found = self.state.webhooks.rows.get(&id).filter(|one| one.shop_id == shop).cloned();
        Ok(found.map(Locked::held_by_storage))
    }

    async fn delete_webhook(&mut self, shop: ShopId, id: WebhookId) -> Result<bool, Failure> {
        let webhooks = &mut self.state.webhooks;
        if webhooks.rows.get(&id).is_none_or(|one| one.shop_id != shop) {
            return Ok(false);
        }
        webhooks.rows.remove(&id);
        webhooks.keep(|one| one.webhook_id != Some(id));
        Ok(true)
    }

    async fn save_hook_delivery(&mut self, of: &HookDelivery) -> Result<(), Failure> {
        self.require_shop(of.shop_id)?;
        let webhooks = &self.state.webhooks;
        let there = |id: WebhookId| webhooks.rows.get(&id).is_some_and(|one| one.shop_id == of.shop_id);
        let there = of.webhook_id.is_none_or(there);
        let same = webhooks.deliveries.get(&of.id).is_none_or(|known| known.shop_id == of.shop_id);
        self.require(there && same, "a delivery of another shop")?;
        self.state.webhooks.deliveries.insert(of.id, of.clone());
        Ok(())
    }

    async fn lock_hook_delivery(
        &mut self,
        shop: ShopId,
        id: HookDeliveryId,
    ) -> Result<Option<Locked<HookDelivery>>, Failure> {
        Ok(self.hook_delivery(shop, id).await?.map(Locked::held_by_storage))
    }

    async fn delete_old_deliveries(&mut self, before: Timestamp) -> Result<(), Failure> {
        let stays = |one: &HookDelivery| one.created_at >= before || one.state == DeliveryState::Pending;
        self.state.webhooks.keep(stays);
        Ok(())
    }
}

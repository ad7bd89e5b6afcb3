//! Changes of many subscriptions.

use super::{State, Unit, cut};
use crate::{
    domain::{
        bulk::{Bulk, Selection},
        moves::is_live,
        subscription::{Subscription, SubscriptionState},
    },
    error::Failure,
    ids::{BulkId, ShopId, SubscriptionId},
    ports::storage::{BulkReads, BulkWrites, Locked, Page},
};
use async_trait::async_trait;
use imbl::OrdMap;
use jiff::Timestamp;

#[derive(Clone, Default)]
pub(super) struct Bulks {
    rows: OrdMap<BulkId, Bulk>,
}

pub(super) fn is_selected(state: &State, held: &Subscription, of: Selection, now: Timestamp) -> bool {
    let Some(owner) = state.people.users.get(&(held.shop_id, held.user_id)) else { return false };
    let on = |server| {
        let mut grants = state.service.grants.values();
        grants.any(|g| g.subscription_id == held.id && g.server_id == server && is_live(g))
    };
    held.created_at <= now
        && held.state != SubscriptionState::Revoked
        && of.plan.is_none_or(|plan| held.plan_id == plan)
        && of.state.is_none_or(|state| held.state == state)
        && of.ended_from(now).is_none_or(|from| from <= held.ends_at && held.ends_at <= now)
        && of.registered_from.is_none_or(|from| from <= owner.created_at)
        && of.registered_before.is_none_or(|before| owner.created_at < before)
        && of.server.is_none_or(on)
}

#[async_trait]
impl BulkReads for Unit {
    async fn bulk(&mut self, shop: ShopId, id: BulkId) -> Result<Option<Bulk>, Failure> {
        Ok(self.state.bulks.rows.get(&id).filter(|bulk| bulk.shop_id == shop).cloned())
    }

    async fn bulks(&mut self, shop: ShopId, page: Page) -> Result<Vec<Bulk>, Failure> {
        let all = self.state.bulks.rows.values().rev().filter(|bulk| bulk.shop_id == shop);
        Ok(cut(all.cloned(), page, |bulk| bulk.id))
    }

    async fn count_selected(&mut self, shop: ShopId, of: Selection, now: Timestamp) -> Result<u32, Failure> {
        let all = self.selected(shop, of, now, None, u32::MAX).await?;
        Ok(u32::try_from(all.len()).unwrap_or(u32::MAX))
    }

    async fn selected(
        &mut self,
        shop: ShopId,
        of: Selection,
        now: Timestamp,
        after: Option<SubscriptionId>,
        limit: u32,
    ) -> Result<Vec<Subscription>, Failure> {
        let all = self.state.service.subscriptions.values().filter(|held| held.shop_id == shop);
        let behind = all.filter(|held| after.is_none_or(|last| held.id > last));
        let found = behind.filter(|held| is_selected(&self.state, held, of, now));
        Ok(found.take(usize::try_from(limit).unwrap_or(usize::MAX)).cloned().collect())
    }
}

#[async_trait]
impl BulkWrites for Unit {
    async fn save_bulk(&mut self, of: &Bulk) -> Result<(), Failure> {
        self.require_user(of.shop_id, of.operator)?;
        let known = self.state.bulks.rows.get(&of.id);
        let same = known.is_none_or(|known| known.shop_id == of.shop_id);
        self.require(same, "a bulk of another shop")?;
        self.state.bulks.rows.insert(of.id, of.clone());
        Ok(())
    }

    async fn lock_bulk(&mut self, shop: ShopId, id: BulkId) -> Result<Option<Locked<Bulk>>, Failure> {
        Ok(self.bulk(shop, id).await?.map(Locked::held_by_storage))
    }
}

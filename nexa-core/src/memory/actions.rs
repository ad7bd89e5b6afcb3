//! What operators did.

use super::{Unit, cut};
use crate::{
    domain::{
        chain::{AuditFilter, ChainEnd, ChainedDeed, Place, Written},
        deed::DeedRecord,
    },
    error::Failure,
    ids::{ActionId, ShopId, UserId},
    ports::storage::{ActionReads, ActionWrites, Inserted, Page},
    secret::Fingerprint,
};
use async_trait::async_trait;
use imbl::OrdMap;

#[derive(Clone, Default)]
pub(super) struct Actions {
    rows: OrdMap<ActionId, DeedRecord>,
    keys: OrdMap<(ShopId, UserId, String), ActionId>,
    chain: OrdMap<(ShopId, u64), (ActionId, Place)>,
    ends: OrdMap<ShopId, ChainEnd>,
}

#[async_trait]
impl ActionReads for Unit {
    async fn actions(&mut self, shop: ShopId, page: Page) -> Result<Vec<DeedRecord>, Failure> {
        let all = self.state.actions.rows.values().rev();
        Ok(cut(all.filter(|a| a.shop_id == shop).cloned(), page, |a| a.id))
    }

    async fn action_by_key(
        &mut self,
        shop: ShopId,
        operator: UserId,
        key: &str,
    ) -> Result<Option<DeedRecord>, Failure> {
        let actions = &self.state.actions;
        let id = actions.keys.get(&(shop, operator, key.to_owned()));
        Ok(id.and_then(|id| actions.rows.get(id)).cloned())
    }

    async fn audit(
        &mut self,
        shop: ShopId,
        filter: &AuditFilter,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<(u64, DeedRecord)>, Failure> {
        let actions = &self.state.actions;
        let mut found = Vec::new();
        for (_, (id, place)) in actions.chain.range((shop, 0)..(shop, before.unwrap_or(u64::MAX))).rev() {
            let Some(record) = actions.rows.get(id) else { continue };
            if filter.wants(record, &Written::of(record)?.body) {
                found.push((place.number, record.clone()));
            }
        }
        found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(found)
    }

    async fn chain(&mut self, shop: ShopId, after: u64, limit: u32) -> Result<Vec<ChainedDeed>, Failure> {
        let actions = &self.state.actions;
        let linked = |(id, place): &(ActionId, Place)| {
            let record = actions.rows.get(id)?;
            Some(Written::of(record).map(|written| ChainedDeed { place: place.clone(), written }))
        };
        let on = (shop, after.saturating_add(1))..=(shop, u64::MAX);
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        actions.chain.range(on).filter_map(|(_, one)| linked(one)).take(most).collect()
    }

    async fn chain_end(&mut self, shop: ShopId) -> Result<ChainEnd, Failure> {
        Ok(self.state.actions.ends.get(&shop).cloned().unwrap_or_else(ChainEnd::start))
    }
}

#[async_trait]
impl ActionWrites for Unit {
    async fn lock_chain(&mut self, shop: ShopId) -> Result<ChainEnd, Failure> {
        self.require_shop(shop)?;
        self.chain_end(shop).await
    }

    async fn insert_action(
        &mut self,
        action: &DeedRecord,
        place: &Place,
        seal: &Fingerprint,
    ) -> Result<Inserted, Failure> {
        self.require_user(action.shop_id, action.operator)?;
        if let Some(key) = &action.key {
            let key = (action.shop_id, action.operator, key.clone());
            if self.state.actions.keys.contains_key(&key) {
                return Ok(Inserted::Taken);
            }
            self.state.actions.keys.insert(key, action.id);
        }
        let new = !self.state.actions.rows.contains_key(&action.id);
        self.require(new, "this action exists")?;
        let end = self.chain_end(action.shop_id).await?;
        let next = place.number == end.number.saturating_add(1) && place.previous == end.digest;
        self.require(next, "this is not the next place in the chain")?;
        let actions = &mut self.state.actions;
        actions.rows.insert(action.id, action.clone());
        actions.chain.insert((action.shop_id, place.number), (action.id, place.clone()));
        let end = ChainEnd { number: place.number, digest: place.digest.clone(), seal: seal.clone() };
        actions.ends.insert(action.shop_id, end);
        Ok(Inserted::New)
    }
}

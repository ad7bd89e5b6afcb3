//! What operators did.

use super::{Unit, cut};
use crate::{
    domain::deed::DeedRecord,
    error::Failure,
    ids::{ActionId, ShopId, UserId},
    ports::storage::{ActionReads, ActionWrites, Inserted, Page},
};
use async_trait::async_trait;
use imbl::OrdMap;

#[derive(Clone, Default)]
pub(super) struct Actions {
    rows: OrdMap<ActionId, DeedRecord>,
    keys: OrdMap<(ShopId, UserId, String), ActionId>,
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
}

#[async_trait]
impl ActionWrites for Unit {
    async fn insert_action(&mut self, action: &DeedRecord) -> Result<Inserted, Failure> {
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
        self.state.actions.rows.insert(action.id, action.clone());
        Ok(Inserted::New)
    }
}

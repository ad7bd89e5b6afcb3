//! Who works in a shop's office.

use super::Unit;
use crate::{
    domain::staff::{Member, StaffRules},
    error::Failure,
    ids::{ShopId, UserId},
    ports::storage::{StaffReads, StaffWrites},
};
use async_trait::async_trait;
use imbl::OrdMap;

#[derive(Clone, Default)]
pub(super) struct Staff {
    members: OrdMap<(ShopId, UserId), Member>,
    rules: OrdMap<ShopId, StaffRules>,
}

#[async_trait]
impl StaffReads for Unit {
    async fn staff(&mut self, shop: ShopId) -> Result<Vec<Member>, Failure> {
        let all = self.state.staff.members.values();
        let mut found: Vec<Member> = all.filter(|m| m.shop_id == shop).cloned().collect();
        found.sort_by_key(|m| (m.since, m.user_id));
        Ok(found)
    }

    async fn member(&mut self, shop: ShopId, user: UserId) -> Result<Option<Member>, Failure> {
        Ok(self.state.staff.members.get(&(shop, user)).cloned())
    }

    async fn staff_rules(&mut self, shop: ShopId) -> Result<Option<StaffRules>, Failure> {
        Ok(self.state.staff.rules.get(&shop).copied())
    }
}

#[async_trait]
impl StaffWrites for Unit {
    async fn save_member(&mut self, member: &Member) -> Result<(), Failure> {
        self.require_user(member.shop_id, member.user_id)?;
        self.state.staff.members.insert((member.shop_id, member.user_id), member.clone());
        Ok(())
    }

    async fn delete_member(&mut self, shop: ShopId, user: UserId) -> Result<bool, Failure> {
        Ok(self.state.staff.members.remove(&(shop, user)).is_some())
    }

    async fn save_staff_rules(&mut self, shop: ShopId, rules: StaffRules) -> Result<(), Failure> {
        self.require_shop(shop)?;
        self.state.staff.rules.insert(shop, rules);
        Ok(())
    }
}

//! Gifts.

use super::Unit;
use crate::{
    domain::gift::{Gift, GiftState},
    error::Failure,
    ids::{OrderId, ShopId, UserId},
    ports::storage::{GiftReads, GiftWrites, Inserted, Locked, OrderReads as _},
    secret::Fingerprint,
};
use async_trait::async_trait;
use imbl::OrdMap;

#[derive(Clone, Default)]
pub(super) struct Gifts {
    rows: OrdMap<OrderId, Gift>,
}

#[async_trait]
impl GiftReads for Unit {
    async fn gift_by_code(&mut self, shop: ShopId, lookup: &Fingerprint) -> Result<Option<Gift>, Failure> {
        let mut all = self.state.gifts.rows.values();
        Ok(all.find(|g| g.shop_id == shop && g.lookup == *lookup).cloned())
    }

    async fn gifts(&mut self, shop: ShopId, user: UserId) -> Result<Vec<Gift>, Failure> {
        let all = self.state.gifts.rows.values().rev();
        Ok(all.filter(|g| g.shop_id == shop && g.user_id == user).cloned().collect())
    }

    async fn gift_claimed_by(&mut self, shop: ShopId, order: OrderId) -> Result<Option<Gift>, Failure> {
        let mut all = self.state.gifts.rows.values().filter(|g| g.shop_id == shop);
        let by = |g: &&Gift| matches!(g.state, GiftState::Claimed { order: of, .. } if of == order);
        Ok(all.find(by).cloned())
    }
}

#[async_trait]
impl GiftWrites for Unit {
    async fn insert_gift(&mut self, gift: &Gift) -> Result<Inserted, Failure> {
        self.require_user(gift.shop_id, gift.user_id)?;
        let there = self.order(gift.shop_id, gift.order_id).await?.is_some();
        self.require(there, "no such order in this shop")?;
        let known = self.state.gifts.rows.contains_key(&gift.order_id);
        if known || self.gift_by_code(gift.shop_id, &gift.lookup).await?.is_some() {
            return Ok(Inserted::Taken);
        }
        self.state.gifts.rows.insert(gift.order_id, gift.clone());
        Ok(Inserted::New)
    }

    async fn lock_gift(&mut self, shop: ShopId, order: OrderId) -> Result<Option<Locked<Gift>>, Failure> {
        let row = self.state.gifts.rows.get(&order).filter(|g| g.shop_id == shop);
        Ok(row.cloned().map(Locked::held_by_storage))
    }

    async fn save_gift(&mut self, gift: Locked<Gift>) -> Result<(), Failure> {
        let kept = self.state.gifts.rows.get(&gift.order_id).filter(|g| g.shop_id == gift.shop_id).cloned();
        let Some(kept) = kept else { return Err(self.fail("no such gift")) };
        self.state.gifts.rows.insert(gift.order_id, Gift { state: gift.state, ..kept });
        Ok(())
    }
}

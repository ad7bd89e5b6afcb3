//! Movements that are sent back.

use super::Unit;
use crate::{
    domain::{
        payment::PaymentState,
        returns::{Return, ReturnState},
    },
    error::Failure,
    ids::{PaymentId, ShopId, UserId},
    ports::storage::{Inserted, ReturnReads, ReturnWrites},
};
use async_trait::async_trait;
use imbl::OrdMap;

#[derive(Clone, Default)]
pub(super) struct Returns {
    rows: OrdMap<(String, String), Return>,
}

#[async_trait]
impl ReturnReads for Unit {
    async fn returns(&mut self, shop: ShopId, payment: PaymentId) -> Result<Vec<Return>, Failure> {
        let all = self.state.returns.rows.values();
        let of = all.filter(|r| r.shop_id == shop && r.payment_id == payment);
        let mut found: Vec<Return> = of.cloned().collect();
        found.sort_by(|a, b| (a.asked_at, &a.family, &a.movement).cmp(&(b.asked_at, &b.family, &b.movement)));
        Ok(found)
    }

    async fn is_contested(&mut self, shop: ShopId, user: UserId) -> Result<bool, Failure> {
        let mut all = self.state.orders.payments.values();
        Ok(all.any(|p| p.shop_id == shop && p.user_id == user && p.state == PaymentState::Disputed))
    }
}

#[async_trait]
impl ReturnWrites for Unit {
    async fn save_return(&mut self, row: &Return) -> Result<Inserted, Failure> {
        let key = (row.family.clone(), row.movement.clone());
        let of = self.state.orders.movements.get(&key).map(|m| m.payment_id);
        let there =
            of == Some(row.payment_id) && self.state.orders.payment(row.shop_id, row.payment_id).is_some();
        self.require(there, "no such movement of this payment")?;
        let known = self.state.returns.rows.get(&key);
        if known.is_some_and(|k| k.state == ReturnState::Sent || k.payment_id != row.payment_id) {
            return Ok(Inserted::Taken);
        }
        self.state.returns.rows.insert(key, row.clone());
        Ok(Inserted::New)
    }
}

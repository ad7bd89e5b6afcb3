//! What came in, and what still has to be looked at.

use super::Unit;
use crate::{
    domain::{
        order::{Order, OrderState},
        payment::{Finality, Payment, PaymentState},
        receipt::{Decision, Receipt},
        takings::Taken,
    },
    error::Failure,
    ids::ShopId,
    ports::storage::TakingReads,
};
use async_trait::async_trait;
use jiff::Timestamp;

fn first<T: Clone>(rows: impl Iterator<Item = T>, limit: u32) -> Vec<T> {
    rows.take(usize::try_from(limit).unwrap_or(usize::MAX)).collect()
}

#[async_trait]
impl TakingReads for Unit {
    async fn taken(&mut self, shop: ShopId, from: Timestamp, to: Timestamp) -> Result<Vec<Taken>, Failure> {
        let desk = &self.state.orders;
        let final_ones = desk.movements.values().filter(|m| m.finality == Finality::Confirmed);
        let within = final_ones.filter(|m| from <= m.seen_at && m.seen_at < to);
        let ours = within.filter_map(|movement| {
            let payment = desk.payments.get(&movement.payment_id).filter(|p| p.shop_id == shop)?;
            Some(Taken { gateway_id: payment.gateway_id, movement: movement.clone() })
        });
        let mut all: Vec<Taken> = ours.collect();
        all.sort_by(|a, b| {
            let key = |t: &Taken| (t.movement.seen_at, t.movement.family.clone(), t.movement.id.clone());
            key(a).cmp(&key(b))
        });
        Ok(all)
    }

    async fn unresolved_payments(
        &mut self,
        shop: ShopId,
        before: Timestamp,
        limit: u32,
    ) -> Result<Vec<Payment>, Failure> {
        let open = |p: &&Payment| {
            matches!(
                p.state,
                PaymentState::Created
                    | PaymentState::Seen
                    | PaymentState::Underpaid
                    | PaymentState::Disputed
                    | PaymentState::Refunding
                    | PaymentState::NeedsReview
            )
        };
        let all = self.state.orders.payments.values().filter(|p| p.shop_id == shop && p.created_at < before);
        Ok(first(all.filter(open).cloned(), limit))
    }

    async fn unresolved_orders(
        &mut self,
        shop: ShopId,
        before: Timestamp,
        limit: u32,
    ) -> Result<Vec<Order>, Failure> {
        let open =
            |o: &&Order| matches!(o.state, OrderState::Paid | OrderState::Refunding) || o.attention.is_some();
        let all = self.state.orders.orders.values().filter(|o| o.shop_id == shop && o.created_at < before);
        Ok(first(all.filter(open).cloned(), limit))
    }

    async fn unresolved_receipts(
        &mut self,
        shop: ShopId,
        before: Timestamp,
        limit: u32,
    ) -> Result<Vec<Receipt>, Failure> {
        let all = self.state.orders.receipts.values().filter(|r| r.shop_id == shop && r.created_at < before);
        Ok(first(all.filter(|r| r.decision == Decision::Waiting).cloned(), limit))
    }
}

//! What came in, and what still has to be looked at. Each question is one statement over an index by state or time.

use super::{
    engine::sql,
    orders::order,
    payments::{movement, payment, receipt},
    row::{Row, id},
    unit::Unit,
};
use crate::{
    domain::{order::Order, payment::Payment, receipt::Receipt, takings::Taken},
    error::Failure,
    ids::ShopId,
    ports::storage::TakingReads,
};
use async_trait::async_trait;
use jiff::Timestamp;

fn taken(row: &Row) -> Result<Taken, Failure> {
    Ok(Taken { gateway_id: row.parsed("gateway_id")?, movement: movement(row)? })
}

#[async_trait]
impl TakingReads for Unit {
    async fn taken(&mut self, shop: ShopId, from: Timestamp, to: Timestamp) -> Result<Vec<Taken>, Failure> {
        let text = "SELECT m.*, p.gateway_id FROM movements m \
            JOIN payments p ON p.shop_id = m.shop_id AND p.id = m.payment_id \
            WHERE m.shop_id = $1 AND m.seen_at >= $2 AND m.seen_at < $3 AND m.finality = 'confirmed' \
            ORDER BY m.seen_at, m.family, m.id";
        self.all(sql(text).bind(id(shop)).bind(from).bind(to), taken).await
    }

    async fn unresolved_payments(
        &mut self,
        shop: ShopId,
        before: Timestamp,
        limit: u32,
    ) -> Result<Vec<Payment>, Failure> {
        let text = "SELECT * FROM payments WHERE shop_id = $1 AND created_at < $2 \
            AND state IN ('created', 'seen', 'underpaid', 'disputed', 'refunding', 'needs_review') \
            ORDER BY id LIMIT $3";
        self.all(sql(text).bind(id(shop)).bind(before).bind(limit), payment).await
    }

    async fn unresolved_orders(
        &mut self,
        shop: ShopId,
        before: Timestamp,
        limit: u32,
    ) -> Result<Vec<Order>, Failure> {
        // Two indexes, each asked by itself: with OR, all orders of the shop would be read.
        let text = "SELECT * FROM orders WHERE shop_id = $1 AND created_at < $2 AND id IN ( \
                SELECT id FROM orders WHERE shop_id = $1 AND state IN ('paid', 'refunding') \
                UNION SELECT id FROM orders WHERE shop_id = $1 AND attention IS NOT NULL) \
            ORDER BY id LIMIT $3";
        self.all(sql(text).bind(id(shop)).bind(before).bind(limit), order).await
    }

    async fn unresolved_receipts(
        &mut self,
        shop: ShopId,
        before: Timestamp,
        limit: u32,
    ) -> Result<Vec<Receipt>, Failure> {
        let text = "SELECT * FROM receipts WHERE shop_id = $1 AND created_at < $2 AND decision = 'waiting' \
            ORDER BY id LIMIT $3";
        self.all(sql(text).bind(id(shop)).bind(before).bind(limit), receipt).await
    }
}

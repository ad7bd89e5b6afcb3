//! What was sold in a span of time. Each question is one statement over an index by time, and over no table: the
//! indexes hold what it asks for.

use super::{
    engine::sql,
    row::{Row, id},
    unit::Unit,
};
use crate::{
    domain::sales::{Moved, Sold},
    error::Failure,
    ids::ShopId,
    ports::storage::SalesReads,
};
use async_trait::async_trait;
use jiff::Timestamp;

fn sold(row: &Row) -> Result<Sold, Failure> {
    Ok(Sold {
        what: row.word("what")?,
        plan: row.maybe("plan_id", Row::parsed)?,
        gateway: row.maybe("gateway_id", Row::parsed)?,
        count: row.small("count")?,
        sum: row.money("total", "price_currency")?,
    })
}

fn moved(row: &Row) -> Result<Moved, Failure> {
    Ok(Moved { cause: row.word("why")?, count: row.small("count")?, sum: row.money("total", "currency")? })
}

#[async_trait]
impl SalesReads for Unit {
    async fn sold(&mut self, shop: ShopId, from: Timestamp, to: Timestamp) -> Result<Vec<Sold>, Failure> {
        let text = "SELECT what, plan_id, gateway_id, price_currency, COUNT(*) AS count, \
            CAST(SUM(price_minor) AS BIGINT) AS total FROM ( \
                SELECT o.what, o.plan_id, o.price_currency, o.price_minor, \
                (SELECT p.gateway_id FROM payments p WHERE p.shop_id = o.shop_id AND p.order_id = o.id \
                    AND p.state IN ('paid', 'overpaid') ORDER BY p.id DESC LIMIT 1) AS gateway_id \
                FROM orders o WHERE o.shop_id = $1 AND o.paid_at >= $2 AND o.paid_at < $3) AS paid \
            GROUP BY what, plan_id, gateway_id, price_currency \
            ORDER BY what, COALESCE(plan_id, ''), COALESCE(gateway_id, '')";
        self.all(sql(text).bind(id(shop)).bind(from).bind(to), sold).await
    }

    async fn revenue(&mut self, shop: ShopId, from: Timestamp, to: Timestamp) -> Result<Vec<Moved>, Failure> {
        let text = "SELECT why, currency, COUNT(*) AS count, CAST(SUM(minor) AS BIGINT) AS total FROM ( \
                SELECT e.currency, e.minor, CASE WHEN j.cause LIKE 'refund:%' OR j.cause LIKE 'wholesale-back:%' THEN 'refund' \
                    WHEN j.cause LIKE 'change:%' THEN 'change' ELSE 'sale' END AS why \
                FROM journals j JOIN entries e ON e.shop_id = j.shop_id AND e.journal_id = j.id \
                WHERE j.shop_id = $1 AND j.posted_at >= $2 AND j.posted_at < $3 AND e.account = 'revenue') AS moved \
            GROUP BY why, currency ORDER BY why";
        self.all(sql(text).bind(id(shop)).bind(from).bind(to), moved).await
    }

    async fn count_new_users(
        &mut self,
        shop: ShopId,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<u32, Failure> {
        let text = "SELECT COUNT(*) AS count FROM users \
            WHERE shop_id = $1 AND created_at >= $2 AND created_at < $3 AND role = 'customer'";
        let bound = sql(text).bind(id(shop)).bind(from).bind(to);
        Ok(self.one(bound, |row| row.small("count")).await?.unwrap_or(0))
    }
}

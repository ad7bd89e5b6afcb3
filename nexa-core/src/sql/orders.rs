//! Orders and reserved amounts.

use super::{
    engine::{Sql, sql},
    row::{Row, id, json, word},
    unit::{Unit, before, limit},
};
use crate::{
    domain::order::{Order, OrderNumber},
    error::Failure,
    ids::{OrderId, PaymentId, ShopId, SubscriptionId, UserId},
    ports::storage::{AmountLease, Inserted, Locked, OrderFilter, Page},
};
use jiff::Timestamp;

pub(super) fn order(row: &Row) -> Result<Order, Failure> {
    Ok(Order {
        id: row.parsed("id")?,
        shop_id: row.parsed("shop_id")?,
        user_id: row.parsed("user_id")?,
        kind: row.json("kind")?,
        price: row.money("price_minor", "price_currency")?,
        coupon: row.maybe("coupon", Row::json)?,
        state: row.word("state")?,
        attention: row.maybe("attention", Row::word)?,
        key: row.maybe("request_key", Row::text)?,
        from_wallet: row.flag("from_wallet")?,
        held: row.money("held_minor", "price_currency")?,
        holds: row.small("holds")?,
        created_at: row.moment("created_at")?,
        expires_at: row.moment("expires_at")?,
        paid_at: row.maybe("paid_at", Row::moment)?,
        applied_at: row.maybe("applied_at", Row::moment)?,
        fulfilled_at: row.maybe("fulfilled_at", Row::moment)?,
    })
}

impl Unit {
    pub(super) async fn find_order(&mut self, shop: ShopId, of: OrderId) -> Result<Option<Order>, Failure> {
        let text = "SELECT * FROM orders WHERE shop_id = $1 AND id = $2";
        self.one(sql(text).bind(id(shop)).bind(id(of)), order).await
    }

    pub(super) async fn hold_order(
        &mut self,
        shop: ShopId,
        of: OrderId,
    ) -> Result<Option<Locked<Order>>, Failure> {
        let text = "SELECT * FROM orders WHERE shop_id = $1 AND id = $2 /*lock*/";
        let row = self.one(sql(text).bind(id(shop)).bind(id(of)), order).await?;
        Ok(row.map(Locked::held_by_storage))
    }

    pub(super) async fn find_order_by_key(
        &mut self,
        shop: ShopId,
        user: UserId,
        key: &str,
    ) -> Result<Option<Order>, Failure> {
        let text = "SELECT * FROM orders WHERE shop_id = $1 AND user_id = $2 AND request_key = $3";
        self.one(sql(text).bind(id(shop)).bind(id(user)).bind(key), order).await
    }

    pub(super) async fn list_orders(
        &mut self,
        shop: ShopId,
        filter: OrderFilter,
        page: Page,
    ) -> Result<Vec<Order>, Failure> {
        // One text per set of conditions, so that each finds its index.
        let page = |text| sql(text).bind(id(shop)).bind(before(page)).bind(limit(page));
        let (user, state) = (filter.user.map(id), filter.state.map(word));
        let bound = match (user, state, filter.attention) {
            (None, None, false) => {
                page("SELECT * FROM orders WHERE shop_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3")
            }
            (Some(user), None, false) => page(
                "SELECT * FROM orders WHERE shop_id = $1 AND id < $2 AND user_id = $4 ORDER BY id DESC LIMIT $3",
            )
            .bind(user),
            (None, Some(state), false) => page(
                "SELECT * FROM orders WHERE shop_id = $1 AND id < $2 AND state = $4 ORDER BY id DESC LIMIT $3",
            )
            .bind(state),
            (Some(user), Some(state), false) => page(
                "SELECT * FROM orders WHERE shop_id = $1 AND id < $2 AND user_id = $4 AND state = $5 \
                 ORDER BY id DESC LIMIT $3",
            )
            .bind(user)
            .bind(state),
            (user, state, true) => page(
                "SELECT * FROM orders WHERE shop_id = $1 AND id < $2 AND attention IS NOT NULL \
                 AND (user_id = $4 OR $4 IS NULL) AND (state = $5 OR $5 IS NULL) ORDER BY id DESC LIMIT $3",
            )
            .bind(user)
            .bind(state),
        };
        self.all(bound, order).await
    }

    pub(super) async fn list_orders_of(
        &mut self,
        shop: ShopId,
        subscription: SubscriptionId,
    ) -> Result<Vec<Order>, Failure> {
        let text = "SELECT * FROM orders WHERE shop_id = $1 AND subscription_id = $2 ORDER BY id DESC";
        self.all(sql(text).bind(id(shop)).bind(id(subscription)), order).await
    }

    pub(super) async fn find_numbered_order(
        &mut self,
        shop: ShopId,
        number: OrderNumber,
    ) -> Result<Option<Order>, Failure> {
        let text = "SELECT * FROM orders WHERE shop_id = $1 AND substr(id, 27) = $2 ORDER BY id DESC LIMIT 1";
        self.one(sql(text).bind(id(shop)).bind(number.ending()), order).await
    }

    pub(super) async fn list_kept_orders(
        &mut self,
        shop: ShopId,
        user: UserId,
    ) -> Result<Vec<Order>, Failure> {
        let text = "SELECT * FROM orders WHERE shop_id = $1 AND user_id = $2 AND from_wallet = $3 \
            AND state IN ('placed', 'awaiting_payment') ORDER BY id";
        self.all(sql(text).bind(id(shop)).bind(id(user)).bind(true), order).await
    }

    pub(super) async fn add_order(&mut self, order: &Order) -> Result<Inserted, Failure> {
        let text = "INSERT INTO orders (id, shop_id, user_id, kind, subscription_id, price_minor, price_currency, \
            state, attention, request_key, created_at, expires_at, paid_at, fulfilled_at, applied_at, from_wallet, \
            what, plan_id, coupon, held_minor, holds) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21) \
            ON CONFLICT (shop_id, user_id, request_key) WHERE request_key IS NOT NULL DO NOTHING";
        self.inserted(filled(sql(text), order)?).await
    }

    pub(super) async fn replace_order(&mut self, order: &Order) -> Result<(), Failure> {
        let text = "UPDATE orders SET user_id = $3, kind = $4, subscription_id = $5, price_minor = $6, \
            price_currency = $7, state = $8, attention = $9, request_key = $10, created_at = $11, \
            expires_at = $12, paid_at = $13, fulfilled_at = $14, \
            applied_at = $15, from_wallet = $16, what = $17, plan_id = $18, coupon = $19, held_minor = $20, holds = $21 \
            WHERE id = $1 AND shop_id = $2";
        self.must(filled(sql(text), order)?, "no such order").await
    }

    pub(super) async fn reserve_amount(
        &mut self,
        lease: &AmountLease,
        now: Timestamp,
    ) -> Result<Inserted, Failure> {
        let text = "INSERT INTO amount_leases (destination, currency, minor, payment_id, held_until) \
            VALUES ($1, $2, $3, $4, $5) ON CONFLICT (destination, currency, minor) DO UPDATE SET \
            payment_id = excluded.payment_id, held_until = excluded.held_until \
            WHERE amount_leases.held_until <= $6 OR amount_leases.payment_id = excluded.payment_id";
        let bound = sql(text)
            .bind(&lease.destination)
            .bind(lease.amount.currency)
            .bind(lease.amount.minor)
            .bind(id(lease.payment))
            .bind(lease.until)
            .bind(now);
        self.inserted(bound).await
    }

    pub(super) async fn extend_amount(
        &mut self,
        payment: PaymentId,
        until: Timestamp,
    ) -> Result<(), Failure> {
        let text = "UPDATE amount_leases SET held_until = $2 WHERE payment_id = $1";
        self.run(sql(text).bind(id(payment)).bind(until)).await.map(drop)
    }
}

fn filled(sql: Sql, order: &Order) -> Result<Sql, Failure> {
    Ok(sql
        .bind(id(order.id))
        .bind(id(order.shop_id))
        .bind(id(order.user_id))
        .bind(json(&order.kind)?)
        .bind(order.subscription_id().map(id))
        .bind(order.price.minor)
        .bind(order.price.currency)
        .bind(word(order.state))
        .bind(order.attention.map(word))
        .bind(order.key.clone())
        .bind(order.created_at)
        .bind(order.expires_at)
        .bind(order.paid_at)
        .bind(order.fulfilled_at)
        .bind(order.applied_at)
        .bind(order.from_wallet)
        .bind(word(order.kind.what()))
        .bind(order.plan_id().map(id))
        .bind(order.coupon.as_ref().map(json).transpose()?)
        .bind(order.held.minor)
        .bind(order.holds))
}

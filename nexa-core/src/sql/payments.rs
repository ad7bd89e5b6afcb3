//! Payments, movements, receipts; and the order traits, which need both this file and `orders.rs`.

use super::{
    engine::{Sql, sql},
    row::{Row, id, json, word},
    unit::{Unit, after, limit},
};
use crate::{
    domain::{
        likeness::Likeness,
        money::Money,
        order::{Order, OrderNumber},
        payment::{Movement, Payment, Slot},
        receipt::{Decision, Receipt},
    },
    error::Failure,
    ids::{GatewayId, OrderId, PaymentId, ReceiptId, ShopId, SubscriptionId, UserId},
    ports::storage::{AmountLease, Inserted, Locked, OrderFilter, OrderReads, OrderWrites, Page},
};
use async_trait::async_trait;
use jiff::Timestamp;

pub(super) fn payment(row: &Row) -> Result<Payment, Failure> {
    let due = row.money("due_minor", "due_currency")?;
    let value = row.money("value_minor", "value_currency")?;
    Ok(Payment {
        id: row.parsed("id")?,
        shop_id: row.parsed("shop_id")?,
        user_id: row.parsed("user_id")?,
        order_id: row.parsed("order_id")?,
        gateway_id: row.parsed("gateway_id")?,
        state: row.word("state")?,
        due,
        value,
        reference: row.maybe("reference", Row::text)?,
        slot: row.maybe("slot", Row::json)?,
        step: row.maybe("step", Row::json)?,
        tolerance: Money::new(row.int("tolerance_minor")?, due.currency),
        received: Money::new(row.int("received_minor")?, due.currency),
        booked: Money::new(row.int("booked_minor")?, due.currency),
        credited: Money::new(row.int("credited_minor")?, value.currency),
        test: row.flag("test")?,
        version: row.small("version")?,
        created_at: row.moment("created_at")?,
        expires_at: row.moment("expires_at")?,
        watch_until: row.moment("watch_until")?,
        chosen_at: row.moment("chosen_at")?,
    })
}

pub(super) fn movement(row: &Row) -> Result<Movement, Failure> {
    Ok(Movement {
        family: row.text("family")?,
        id: row.text("id")?,
        payment_id: row.parsed("payment_id")?,
        amount: row.money("amount_minor", "amount_currency")?,
        raw: row.text("raw")?,
        finality: row.word("finality")?,
        anchor: row.maybe("anchor", Row::text)?,
        seen_at: row.moment("seen_at")?,
    })
}

pub(super) fn receipt(row: &Row) -> Result<Receipt, Failure> {
    let decision = match row.text("decision")?.as_str() {
        "waiting" => Decision::Waiting,
        "accepted" => Decision::Accepted,
        _ => Decision::Rejected(row.word("rejection")?),
    };
    Ok(Receipt {
        id: row.parsed("id")?,
        shop_id: row.parsed("shop_id")?,
        payment_id: row.parsed("payment_id")?,
        picture_sealed: row.text("picture_sealed")?,
        digest: row.text("digest")?,
        note: row.text("note")?,
        likeness: row.parsed("likeness")?,
        seen_before: row.flag("seen_before")?,
        like_before: row.flag("like_before")?,
        decision,
        created_at: row.moment("created_at")?,
    })
}

fn decided(sql: Sql, decision: Decision) -> Sql {
    match decision {
        Decision::Waiting => sql.bind("waiting").bind(None::<&str>),
        Decision::Accepted => sql.bind("accepted").bind(None::<&str>),
        Decision::Rejected(why) => sql.bind("rejected").bind(word(why)),
    }
}

fn filled(sql: Sql, payment: &Payment) -> Result<Sql, Failure> {
    let destination = match &payment.slot {
        Some(Slot::Destination(key)) => Some(key),
        _ => None,
    };
    Ok(sql
        .bind(id(payment.id))
        .bind(id(payment.shop_id))
        .bind(id(payment.user_id))
        .bind(id(payment.order_id))
        .bind(id(payment.gateway_id))
        .bind(word(payment.state))
        .bind(payment.due.minor)
        .bind(payment.due.currency)
        .bind(payment.value.minor)
        .bind(payment.value.currency)
        .bind(payment.reference.clone())
        .bind(payment.slot.as_ref().map(json).transpose()?)
        .bind(destination)
        .bind(payment.step.as_ref().map(json).transpose()?)
        .bind(payment.tolerance.minor)
        .bind(payment.received.minor)
        .bind(payment.credited.minor)
        .bind(payment.test)
        .bind(payment.version)
        .bind(payment.created_at)
        .bind(payment.expires_at)
        .bind(payment.watch_until)
        .bind(payment.booked.minor)
        .bind(payment.chosen_at))
}

#[async_trait]
impl OrderReads for Unit {
    async fn order(&mut self, shop: ShopId, of: OrderId) -> Result<Option<Order>, Failure> {
        self.find_order(shop, of).await
    }

    async fn order_by_key(
        &mut self,
        shop: ShopId,
        user: UserId,
        key: &str,
    ) -> Result<Option<Order>, Failure> {
        self.find_order_by_key(shop, user, key).await
    }

    async fn orders(&mut self, shop: ShopId, filter: OrderFilter, page: Page) -> Result<Vec<Order>, Failure> {
        self.list_orders(shop, filter, page).await
    }

    async fn orders_of(&mut self, shop: ShopId, subscription: SubscriptionId) -> Result<Vec<Order>, Failure> {
        self.list_orders_of(shop, subscription).await
    }

    async fn kept_orders(&mut self, shop: ShopId, user: UserId) -> Result<Vec<Order>, Failure> {
        self.list_kept_orders(shop, user).await
    }

    async fn numbered_order(&mut self, shop: ShopId, number: OrderNumber) -> Result<Option<Order>, Failure> {
        self.find_numbered_order(shop, number).await
    }

    async fn payment(&mut self, shop: ShopId, of: PaymentId) -> Result<Option<Payment>, Failure> {
        let text = "SELECT * FROM payments WHERE shop_id = $1 AND id = $2";
        self.one(sql(text).bind(id(shop)).bind(id(of)), payment).await
    }

    async fn payments(&mut self, shop: ShopId, order: OrderId) -> Result<Vec<Payment>, Failure> {
        let text = "SELECT * FROM payments WHERE shop_id = $1 AND order_id = $2 ORDER BY id DESC";
        self.all(sql(text).bind(id(shop)).bind(id(order)), payment).await
    }

    async fn payment_by_reference(
        &mut self,
        gateway: GatewayId,
        reference: &str,
    ) -> Result<Option<Payment>, Failure> {
        let text = "SELECT * FROM payments WHERE gateway_id = $1 AND reference = $2";
        self.one(sql(text).bind(id(gateway)).bind(reference), payment).await
    }

    async fn watched_payments(
        &mut self,
        shop: ShopId,
        gateway: GatewayId,
        now: Timestamp,
        page: Page,
    ) -> Result<Vec<Payment>, Failure> {
        let text = "SELECT * FROM payments WHERE shop_id = $1 AND gateway_id = $2 AND watch_until >= $3 \
            AND state <> 'failed' AND id > $4 ORDER BY id LIMIT $5";
        let bound = sql(text).bind(id(shop)).bind(id(gateway)).bind(now).bind(after(page)).bind(limit(page));
        self.all(bound, payment).await
    }

    async fn movements(&mut self, payment: PaymentId) -> Result<Vec<Movement>, Failure> {
        let text = "SELECT * FROM movements WHERE payment_id = $1 ORDER BY seen_at, family, id";
        self.all(sql(text).bind(id(payment)), movement).await
    }

    async fn movement(&mut self, family: &str, name: &str) -> Result<Option<Movement>, Failure> {
        let text = "SELECT * FROM movements WHERE family = $1 AND id = $2";
        self.one(sql(text).bind(family).bind(name), movement).await
    }

    async fn waiting_receipts(&mut self, shop: ShopId, page: Page) -> Result<Vec<Receipt>, Failure> {
        let text = "SELECT * FROM receipts WHERE shop_id = $1 AND decision = 'waiting' AND id > $2 \
            ORDER BY id LIMIT $3";
        self.all(sql(text).bind(id(shop)).bind(after(page)).bind(limit(page)), receipt).await
    }

    async fn receipts(&mut self, shop: ShopId, payment: PaymentId) -> Result<Vec<Receipt>, Failure> {
        let text = "SELECT * FROM receipts WHERE shop_id = $1 AND payment_id = $2 ORDER BY id DESC";
        self.all(sql(text).bind(id(shop)).bind(id(payment)), receipt).await
    }

    async fn receipt(&mut self, shop: ShopId, of: ReceiptId) -> Result<Option<Receipt>, Failure> {
        let text = "SELECT * FROM receipts WHERE shop_id = $1 AND id = $2";
        self.one(sql(text).bind(id(shop)).bind(id(of)), receipt).await
    }

    async fn count_receipts(&mut self, shop: ShopId, user: UserId, since: Timestamp) -> Result<u32, Failure> {
        let text = "SELECT COUNT(*) AS count FROM payments p \
            JOIN receipts r ON r.shop_id = p.shop_id AND r.payment_id = p.id \
            WHERE p.shop_id = $1 AND p.user_id = $2 AND r.created_at >= $3";
        let bound = sql(text).bind(id(shop)).bind(id(user)).bind(since);
        Ok(self.one(bound, |row| row.small("count")).await?.unwrap_or(0))
    }

    async fn receipt_seen(&mut self, shop: ShopId, digest: &str, not: PaymentId) -> Result<bool, Failure> {
        let text = "SELECT id FROM receipts WHERE shop_id = $1 AND digest = $2 AND payment_id <> $3 LIMIT 1";
        let bound = sql(text).bind(id(shop)).bind(digest).bind(id(not));
        Ok(self.one(bound, |row| row.text("id")).await?.is_some())
    }

    async fn likenesses(
        &mut self,
        shop: ShopId,
        not: PaymentId,
        limit: u32,
    ) -> Result<Vec<Likeness>, Failure> {
        let text = "SELECT likeness FROM receipts WHERE shop_id = $1 AND payment_id <> $2 \
            ORDER BY id DESC LIMIT $3";
        self.all(sql(text).bind(id(shop)).bind(id(not)).bind(limit), |row| row.parsed("likeness")).await
    }

    async fn decided_receipts(&mut self, shop: ShopId, user: UserId) -> Result<(u32, u32), Failure> {
        let text = "SELECT COALESCE(SUM(CASE WHEN r.decision = 'accepted' THEN 1 ELSE 0 END), 0) AS accepted, \
            COALESCE(SUM(CASE WHEN r.decision = 'rejected' THEN 1 ELSE 0 END), 0) AS rejected FROM payments p \
            JOIN receipts r ON r.shop_id = p.shop_id AND r.payment_id = p.id \
            WHERE p.shop_id = $1 AND p.user_id = $2";
        let read = |row: &Row| Ok((row.small("accepted")?, row.small("rejected")?));
        Ok(self.one(sql(text).bind(id(shop)).bind(id(user)), read).await?.unwrap_or((0, 0)))
    }

    async fn leased_sum(&mut self, destination: &str, since: Timestamp) -> Result<i64, Failure> {
        let text = "SELECT CAST(COALESCE(SUM(due_minor), 0) AS BIGINT) AS total FROM payments \
            WHERE destination = $1 AND created_at >= $2 \
            AND state IN ('created', 'open', 'seen', 'underpaid', 'paid', 'overpaid')";
        let bound = sql(text).bind(destination).bind(since);
        Ok(self.one(bound, |row| row.int("total")).await?.unwrap_or(0))
    }
}

#[async_trait]
impl OrderWrites for Unit {
    async fn insert_order(&mut self, order: &Order) -> Result<Inserted, Failure> {
        self.add_order(order).await
    }

    async fn lock_order(&mut self, shop: ShopId, of: OrderId) -> Result<Option<Locked<Order>>, Failure> {
        self.hold_order(shop, of).await
    }

    async fn save_order(&mut self, order: Locked<Order>) -> Result<(), Failure> {
        self.replace_order(&order).await
    }

    async fn insert_payment(&mut self, payment: &Payment) -> Result<(), Failure> {
        let text = "INSERT INTO payments (id, shop_id, user_id, order_id, gateway_id, state, due_minor, \
            due_currency, value_minor, value_currency, reference, slot, destination, step, tolerance_minor, \
            received_minor, credited_minor, test, version, created_at, expires_at, watch_until, \
            booked_minor, chosen_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, \
            $19, $20, $21, $22, $23, $24)";
        self.run(filled(sql(text), payment)?).await.map(drop)
    }

    async fn lock_payment(
        &mut self,
        shop: ShopId,
        of: PaymentId,
    ) -> Result<Option<Locked<Payment>>, Failure> {
        let text = "SELECT * FROM payments WHERE shop_id = $1 AND id = $2 /*lock*/";
        let row = self.one(sql(text).bind(id(shop)).bind(id(of)), payment).await?;
        Ok(row.map(Locked::held_by_storage))
    }

    async fn save_payment(&mut self, payment: Locked<Payment>) -> Result<(), Failure> {
        let text = "UPDATE payments SET user_id = $3, order_id = $4, gateway_id = $5, state = $6, due_minor = $7, \
            due_currency = $8, value_minor = $9, value_currency = $10, reference = $11, slot = $12, \
            destination = $13, step = $14, tolerance_minor = $15, received_minor = $16, credited_minor = $17, \
            test = $18, version = $19, created_at = $20, expires_at = $21, watch_until = $22, booked_minor = $23, \
            chosen_at = $24 WHERE id = $1 AND shop_id = $2";
        self.must(filled(sql(text), &payment)?, "no such payment").await
    }

    async fn save_movement(&mut self, movement: &Movement) -> Result<Inserted, Failure> {
        let text = "INSERT INTO movements (family, id, shop_id, payment_id, amount_minor, amount_currency, raw, \
            finality, anchor, seen_at) VALUES ($1, $2, \
            (SELECT shop_id FROM payments WHERE id = $3), $3, $4, $5, $6, $7, $8, $9) \
            ON CONFLICT (family, id) DO UPDATE SET amount_minor = excluded.amount_minor, \
            amount_currency = excluded.amount_currency, raw = excluded.raw, finality = excluded.finality, \
            anchor = excluded.anchor, seen_at = excluded.seen_at WHERE movements.payment_id = excluded.payment_id";
        let bound = sql(text)
            .bind(&movement.family)
            .bind(&movement.id)
            .bind(id(movement.payment_id))
            .bind(movement.amount.minor)
            .bind(movement.amount.currency)
            .bind(&movement.raw)
            .bind(word(movement.finality))
            .bind(movement.anchor.clone())
            .bind(movement.seen_at);
        self.inserted(bound).await
    }

    async fn lease_amount(&mut self, lease: &AmountLease, now: Timestamp) -> Result<Inserted, Failure> {
        self.reserve_amount(lease, now).await
    }

    async fn keep_amount(&mut self, payment: PaymentId, until: Timestamp) -> Result<(), Failure> {
        self.extend_amount(payment, until).await
    }

    async fn insert_receipt(&mut self, receipt: &Receipt) -> Result<(), Failure> {
        let text = "INSERT INTO receipts (id, shop_id, payment_id, picture_sealed, digest, note, seen_before, \
            created_at, likeness, like_before, decision, rejection) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
        let bound = sql(text)
            .bind(id(receipt.id))
            .bind(id(receipt.shop_id))
            .bind(id(receipt.payment_id))
            .bind(&receipt.picture_sealed)
            .bind(&receipt.digest)
            .bind(&receipt.note)
            .bind(receipt.seen_before)
            .bind(receipt.created_at)
            .bind(receipt.likeness.to_string())
            .bind(receipt.like_before);
        self.run(decided(bound, receipt.decision)).await.map(drop)
    }

    async fn blank_receipts(&mut self, shop: ShopId, user: UserId) -> Result<u64, Failure> {
        let text = "UPDATE receipts SET picture_sealed = '', note = '' WHERE shop_id = $1 AND payment_id IN \
            (SELECT id FROM payments WHERE shop_id = $1 AND user_id = $2)";
        self.run(sql(text).bind(id(shop)).bind(id(user))).await
    }

    async fn save_receipt(&mut self, receipt: &Receipt) -> Result<(), Failure> {
        let text = "UPDATE receipts SET decision = $3, rejection = $4 WHERE id = $1 AND shop_id = $2";
        let bound = sql(text).bind(id(receipt.id)).bind(id(receipt.shop_id));
        self.must(decided(bound, receipt.decision), "no such receipt").await
    }
}

//! Deposits.

use super::{
    engine::sql,
    payments::payment,
    row::{Row, id, word},
    unit::{Unit, after, before, limit},
};
use crate::{
    domain::{deposit::Deposit, money::Money, payment::Payment},
    error::Failure,
    ids::{DepositId, GatewayId, PaymentId, ShopId},
    ports::storage::{DepositReads, DepositWrites, Inserted, Page},
};
use async_trait::async_trait;
use jiff::Timestamp;

fn deposit(row: &Row) -> Result<Deposit, Failure> {
    Ok(Deposit {
        id: row.parsed("id")?,
        shop_id: row.parsed("shop_id")?,
        gateway_id: row.parsed("gateway_id")?,
        place: row.text("place")?,
        amount: row.money("amount_minor", "amount_currency")?,
        family: row.text("family")?,
        movement: row.text("movement")?,
        state: row.word("state")?,
        payment_id: row.maybe("payment_id", Row::parsed)?,
        heard_at: row.moment("heard_at")?,
    })
}

#[async_trait]
impl DepositReads for Unit {
    async fn deposit(&mut self, shop: ShopId, of: DepositId) -> Result<Option<Deposit>, Failure> {
        let text = "SELECT * FROM deposits WHERE shop_id = $1 AND id = $2";
        self.one(sql(text).bind(id(shop)).bind(id(of)), deposit).await
    }

    async fn waiting_deposits(&mut self, shop: ShopId, page: Page) -> Result<Vec<Deposit>, Failure> {
        let text = "SELECT * FROM deposits WHERE shop_id = $1 AND state = 'waiting' AND id > $2 \
            ORDER BY id LIMIT $3";
        self.all(sql(text).bind(id(shop)).bind(after(page)).bind(limit(page)), deposit).await
    }

    async fn unpaid_payments(
        &mut self,
        shop: ShopId,
        gateway: GatewayId,
        page: Page,
    ) -> Result<Vec<Payment>, Failure> {
        let text = "SELECT * FROM payments WHERE shop_id = $1 AND gateway_id = $2 AND id < $3 \
            AND state IN ('open', 'seen', 'underpaid', 'expired') ORDER BY id DESC LIMIT $4";
        let bound = sql(text).bind(id(shop)).bind(id(gateway)).bind(before(page)).bind(limit(page));
        self.all(bound, payment).await
    }

    async fn has_deposit(&mut self, shop: ShopId, payment: PaymentId) -> Result<bool, Failure> {
        let text =
            "SELECT id FROM deposits WHERE shop_id = $1 AND payment_id = $2 AND state = 'matched' LIMIT 1";
        let found = self.one(sql(text).bind(id(shop)).bind(id(payment)), |row| row.text("id")).await?;
        Ok(found.is_some())
    }

    async fn reserved_for(
        &mut self,
        destination: &str,
        amount: Money,
        now: Timestamp,
    ) -> Result<Option<PaymentId>, Failure> {
        let text = "SELECT payment_id FROM amount_leases \
            WHERE destination = $1 AND currency = $2 AND minor = $3 AND held_until > $4";
        let bound = sql(text).bind(destination).bind(amount.currency).bind(amount.minor).bind(now);
        self.one(bound, |row| row.parsed("payment_id")).await
    }
}

#[async_trait]
impl DepositWrites for Unit {
    async fn insert_deposit(&mut self, deposit: &Deposit) -> Result<Inserted, Failure> {
        let text = "INSERT INTO deposits (id, shop_id, gateway_id, place, amount_minor, amount_currency, family, \
            movement, state, payment_id, heard_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
            ON CONFLICT (family, movement) DO NOTHING";
        let bound = sql(text)
            .bind(id(deposit.id))
            .bind(id(deposit.shop_id))
            .bind(id(deposit.gateway_id))
            .bind(&deposit.place)
            .bind(deposit.amount.minor)
            .bind(deposit.amount.currency)
            .bind(&deposit.family)
            .bind(&deposit.movement)
            .bind(word(deposit.state))
            .bind(deposit.payment_id.map(id))
            .bind(deposit.heard_at);
        self.inserted(bound).await
    }

    async fn save_deposit(&mut self, deposit: &Deposit) -> Result<(), Failure> {
        let text = "UPDATE deposits SET state = $3, payment_id = $4 WHERE shop_id = $1 AND id = $2";
        let bound = sql(text)
            .bind(id(deposit.shop_id))
            .bind(id(deposit.id))
            .bind(word(deposit.state))
            .bind(deposit.payment_id.map(id));
        self.must(bound, "no such deposit").await
    }
}

//! Movements that are sent back.

use super::{
    engine::sql,
    row::{Row, id, word},
    unit::Unit,
};
use crate::{
    domain::returns::Return,
    error::Failure,
    ids::{PaymentId, ShopId, UserId},
    ports::storage::{Inserted, ReturnReads, ReturnWrites},
};
use async_trait::async_trait;

fn read(row: &Row) -> Result<Return, Failure> {
    Ok(Return {
        family: row.text("family")?,
        movement: row.text("movement")?,
        shop_id: row.parsed("shop_id")?,
        payment_id: row.parsed("payment_id")?,
        taken: row.money("taken_minor", "taken_currency")?,
        state: row.word("state")?,
        asked_at: row.moment("asked_at")?,
    })
}

#[async_trait]
impl ReturnReads for Unit {
    async fn returns(&mut self, shop: ShopId, payment: PaymentId) -> Result<Vec<Return>, Failure> {
        let text = "SELECT * FROM returns WHERE shop_id = $1 AND payment_id = $2 \
            ORDER BY asked_at, family, movement";
        self.all(sql(text).bind(id(shop)).bind(id(payment)), read).await
    }

    async fn is_contested(&mut self, shop: ShopId, user: UserId) -> Result<bool, Failure> {
        let text =
            "SELECT id FROM payments WHERE shop_id = $1 AND user_id = $2 AND state = 'disputed' LIMIT 1";
        Ok(self.one(sql(text).bind(id(shop)).bind(id(user)), |row| row.text("id")).await?.is_some())
    }
}

#[async_trait]
impl ReturnWrites for Unit {
    async fn save_return(&mut self, row: &Return) -> Result<Inserted, Failure> {
        let text = "INSERT INTO returns (family, movement, shop_id, payment_id, taken_minor, taken_currency, state, \
            asked_at) VALUES ($1, $2, \
            (SELECT shop_id FROM movements WHERE family = $1 AND id = $2 AND shop_id = $3 AND payment_id = $4), \
            $4, $5, $6, $7, $8) \
            ON CONFLICT (family, movement) DO UPDATE SET taken_minor = excluded.taken_minor, \
            taken_currency = excluded.taken_currency, state = excluded.state, asked_at = excluded.asked_at \
            WHERE returns.payment_id = excluded.payment_id AND returns.state <> 'sent'";
        let bound = sql(text)
            .bind(&row.family)
            .bind(&row.movement)
            .bind(id(row.shop_id))
            .bind(id(row.payment_id))
            .bind(row.taken.minor)
            .bind(row.taken.currency)
            .bind(word(row.state))
            .bind(row.asked_at);
        self.inserted(bound).await
    }
}

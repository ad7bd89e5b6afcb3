//! Gifts.

use super::{
    engine::sql,
    row::{Row, id},
    unit::Unit,
};
use crate::{
    domain::gift::{Gift, GiftState},
    error::Failure,
    ids::{OrderId, ShopId, UserId},
    ports::storage::{GiftReads, GiftWrites, Inserted, Locked},
    secret::Fingerprint,
};
use async_trait::async_trait;

fn gift(row: &Row) -> Result<Gift, Failure> {
    let state = match row.text("state")?.as_str() {
        "ready" => GiftState::Ready,
        "claimed" => {
            GiftState::Claimed { by: row.parsed("claimed_by")?, order: row.parsed("claim_order_id")? }
        }
        _ => GiftState::TakenBack,
    };
    Ok(Gift {
        order_id: row.parsed("order_id")?,
        shop_id: row.parsed("shop_id")?,
        user_id: row.parsed("user_id")?,
        lookup: row.fingerprint("lookup")?,
        sealed: row.text("sealed")?,
        state,
        created_at: row.moment("created_at")?,
    })
}

#[async_trait]
impl GiftReads for Unit {
    async fn gift_by_code(&mut self, shop: ShopId, lookup: &Fingerprint) -> Result<Option<Gift>, Failure> {
        let text = "SELECT * FROM gifts WHERE shop_id = $1 AND lookup = $2";
        self.one(sql(text).bind(id(shop)).bind(lookup), gift).await
    }

    async fn gifts(&mut self, shop: ShopId, user: UserId) -> Result<Vec<Gift>, Failure> {
        let text = "SELECT * FROM gifts WHERE shop_id = $1 AND user_id = $2 ORDER BY order_id DESC";
        self.all(sql(text).bind(id(shop)).bind(id(user)), gift).await
    }

    async fn gift_claimed_by(&mut self, shop: ShopId, order: OrderId) -> Result<Option<Gift>, Failure> {
        let text = "SELECT * FROM gifts WHERE shop_id = $1 AND claim_order_id = $2";
        self.one(sql(text).bind(id(shop)).bind(id(order)), gift).await
    }
}

#[async_trait]
impl GiftWrites for Unit {
    async fn insert_gift(&mut self, gift: &Gift) -> Result<Inserted, Failure> {
        let text = "INSERT INTO gifts (order_id, shop_id, user_id, lookup, sealed, state, created_at) \
            VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
        let bound = sql(text)
            .bind(id(gift.order_id))
            .bind(id(gift.shop_id))
            .bind(id(gift.user_id))
            .bind(&gift.lookup)
            .bind(&gift.sealed)
            .bind(gift.state.name())
            .bind(gift.created_at);
        self.inserted(bound).await
    }

    async fn lock_gift(&mut self, shop: ShopId, order: OrderId) -> Result<Option<Locked<Gift>>, Failure> {
        let text = "SELECT * FROM gifts WHERE shop_id = $1 AND order_id = $2 /*lock*/";
        let row = self.one(sql(text).bind(id(shop)).bind(id(order)), gift).await?;
        Ok(row.map(Locked::held_by_storage))
    }

    async fn save_gift(&mut self, gift: Locked<Gift>) -> Result<(), Failure> {
        let text = "UPDATE gifts SET state = $3, claimed_by = $4, claim_order_id = $5 \
            WHERE shop_id = $1 AND order_id = $2";
        let (by, order) = match gift.state {
            GiftState::Claimed { by, order } => (Some(id(by)), Some(id(order))),
            GiftState::Ready | GiftState::TakenBack => (None, None),
        };
        let bound = sql(text)
            .bind(id(gift.shop_id))
            .bind(id(gift.order_id))
            .bind(gift.state.name())
            .bind(by)
            .bind(order);
        self.must(bound, "no such gift").await
    }
}

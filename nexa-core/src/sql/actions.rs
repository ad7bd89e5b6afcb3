//! What operators did.

use super::{
    engine::sql,
    row::{Row, id, json},
    unit::{Unit, before, limit},
};
use crate::{
    domain::deed::DeedRecord,
    error::Failure,
    ids::{ShopId, UserId},
    ports::storage::{ActionReads, ActionWrites, Inserted, Page},
};
use async_trait::async_trait;

fn action(row: &Row) -> Result<DeedRecord, Failure> {
    Ok(DeedRecord {
        id: row.parsed("id")?,
        shop_id: row.parsed("shop_id")?,
        operator: row.parsed("operator_id")?,
        deed: row.json("body")?,
        reason: row.text("reason")?,
        key: row.maybe("request_key", Row::text)?,
        at: row.moment("done_at")?,
    })
}

#[async_trait]
impl ActionReads for Unit {
    async fn actions(&mut self, shop: ShopId, page: Page) -> Result<Vec<DeedRecord>, Failure> {
        let text = "SELECT * FROM operator_actions WHERE shop_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
        self.all(sql(text).bind(id(shop)).bind(before(page)).bind(limit(page)), action).await
    }

    async fn action_by_key(
        &mut self,
        shop: ShopId,
        operator: UserId,
        key: &str,
    ) -> Result<Option<DeedRecord>, Failure> {
        let text =
            "SELECT * FROM operator_actions WHERE shop_id = $1 AND operator_id = $2 AND request_key = $3";
        self.one(sql(text).bind(id(shop)).bind(id(operator)).bind(key), action).await
    }
}

#[async_trait]
impl ActionWrites for Unit {
    async fn insert_action(&mut self, action: &DeedRecord) -> Result<Inserted, Failure> {
        let text = "INSERT INTO operator_actions (id, shop_id, operator_id, name, body, reason, request_key, done_at) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
            ON CONFLICT (shop_id, operator_id, request_key) WHERE request_key IS NOT NULL DO NOTHING";
        let bound = sql(text)
            .bind(id(action.id))
            .bind(id(action.shop_id))
            .bind(id(action.operator))
            .bind(action.deed.name())
            .bind(json(&action.deed)?)
            .bind(&action.reason)
            .bind(action.key.clone())
            .bind(action.at);
        self.inserted(bound).await
    }
}

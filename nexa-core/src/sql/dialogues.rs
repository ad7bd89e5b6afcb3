//! Where users stand in the bot's dialogue.

use super::{
    engine::sql,
    row::{Row, id},
    unit::Unit,
};
use crate::{
    domain::dialogue::Dialogue,
    error::Failure,
    ids::{ShopId, UserId},
    ports::storage::{DialogueReads, DialogueWrites},
};
use async_trait::async_trait;

fn dialogue(row: &Row) -> Result<Dialogue, Failure> {
    Ok(Dialogue {
        shop_id: row.parsed("shop_id")?,
        user_id: row.parsed("user_id")?,
        sealed: row.text("sealed")?,
        unlocked: row.flag("unlocked")?,
        updated_at: row.moment("updated_at")?,
    })
}

#[async_trait]
impl DialogueReads for Unit {
    async fn dialogue(&mut self, shop: ShopId, user: UserId) -> Result<Option<Dialogue>, Failure> {
        let text = "SELECT * FROM dialogues WHERE shop_id = $1 AND user_id = $2";
        self.one(sql(text).bind(id(shop)).bind(id(user)), dialogue).await
    }
}

#[async_trait]
impl DialogueWrites for Unit {
    async fn save_dialogue(&mut self, dialogue: &Dialogue) -> Result<(), Failure> {
        let text = "INSERT INTO dialogues (shop_id, user_id, sealed, unlocked, updated_at) \
            VALUES ($1, $2, $3, $4, $5) ON CONFLICT (shop_id, user_id) DO UPDATE SET \
            sealed = excluded.sealed, unlocked = excluded.unlocked, updated_at = excluded.updated_at";
        let bound = sql(text)
            .bind(id(dialogue.shop_id))
            .bind(id(dialogue.user_id))
            .bind(&dialogue.sealed)
            .bind(dialogue.unlocked)
            .bind(dialogue.updated_at);
        self.run(bound).await.map(drop)
    }

    async fn lock_dialogues(&mut self, shop: ShopId) -> Result<(), Failure> {
        let text = "UPDATE dialogues SET unlocked = $2 WHERE shop_id = $1";
        self.run(sql(text).bind(id(shop)).bind(false)).await.map(drop)
    }

    async fn delete_dialogue(&mut self, shop: ShopId, user: UserId) -> Result<(), Failure> {
        let text = "DELETE FROM dialogues WHERE shop_id = $1 AND user_id = $2";
        self.run(sql(text).bind(id(shop)).bind(id(user))).await.map(drop)
    }
}

//! Support: terms, answers that are kept, letters that were taken.

use super::{
    engine::sql,
    row::{Row, id, json, word},
    tickets::ticket,
    unit::Unit,
};
use crate::{
    domain::{
        support::{SavedAnswer, SupportTerms},
        ticket::Ticket,
    },
    error::Failure,
    ids::{SavedAnswerId, ShopId},
    ports::storage::{Inserted, SupportReads, SupportWrites},
    secret::Fingerprint,
};
use async_trait::async_trait;
use jiff::Timestamp;

fn answer(row: &Row) -> Result<SavedAnswer, Failure> {
    Ok(SavedAnswer {
        id: row.parsed("id")?,
        shop_id: row.parsed("shop_id")?,
        name: row.text("name")?,
        locale: row.maybe("locale", Row::word)?,
        text: row.text("body")?,
    })
}

#[async_trait]
impl SupportReads for Unit {
    async fn support_terms(&mut self, shop: ShopId) -> Result<Option<SupportTerms>, Failure> {
        let text = "SELECT body FROM support_terms WHERE shop_id = $1";
        self.one(sql(text).bind(id(shop)), |row| row.json("body")).await
    }

    async fn saved_answers(&mut self, shop: ShopId) -> Result<Vec<SavedAnswer>, Failure> {
        let text = "SELECT * FROM saved_answers WHERE shop_id = $1 ORDER BY name, id";
        self.all(sql(text).bind(id(shop)), answer).await
    }

    async fn tickets_since(&mut self, shop: ShopId, since: Timestamp) -> Result<Vec<Ticket>, Failure> {
        let text = "SELECT * FROM tickets WHERE shop_id = $1 AND opened_at >= $2 \
            ORDER BY opened_at DESC, id DESC LIMIT 5000";
        self.all(sql(text).bind(id(shop)).bind(since), ticket).await
    }
}

#[async_trait]
impl SupportWrites for Unit {
    async fn save_support_terms(&mut self, shop: ShopId, terms: &SupportTerms) -> Result<(), Failure> {
        let text = "INSERT INTO support_terms (shop_id, body) VALUES ($1, $2) \
            ON CONFLICT (shop_id) DO UPDATE SET body = excluded.body";
        self.run(sql(text).bind(id(shop)).bind(json(terms)?)).await.map(drop)
    }

    async fn save_answer_kept(&mut self, answer: &SavedAnswer) -> Result<(), Failure> {
        let text = "INSERT INTO saved_answers (id, shop_id, name, locale, body) VALUES ($1, $2, $3, $4, $5) \
            ON CONFLICT (id) DO UPDATE SET name = excluded.name, locale = excluded.locale, \
            body = excluded.body WHERE saved_answers.shop_id = excluded.shop_id";
        let bound = sql(text)
            .bind(id(answer.id))
            .bind(id(answer.shop_id))
            .bind(&answer.name)
            .bind(answer.locale.map(word))
            .bind(&answer.text);
        self.must(bound, "an answer of another shop").await
    }

    async fn delete_answer_kept(&mut self, shop: ShopId, of: SavedAnswerId) -> Result<bool, Failure> {
        let text = "DELETE FROM saved_answers WHERE shop_id = $1 AND id = $2";
        Ok(self.run(sql(text).bind(id(shop)).bind(id(of))).await? > 0)
    }

    async fn insert_letter(
        &mut self,
        shop: ShopId,
        lookup: &Fingerprint,
        at: Timestamp,
    ) -> Result<Inserted, Failure> {
        let text = "INSERT INTO letters (shop_id, lookup, taken_at) VALUES ($1, $2, $3) \
            ON CONFLICT (shop_id, lookup) DO NOTHING";
        self.inserted(sql(text).bind(id(shop)).bind(lookup).bind(at)).await
    }

    async fn delete_letters(&mut self, before: Timestamp) -> Result<u64, Failure> {
        self.run(sql("DELETE FROM letters WHERE taken_at < $1").bind(before).long()).await
    }
}

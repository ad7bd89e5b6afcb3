//! Changes of many subscriptions. What is not asked for is bound as nothing, so one text serves every selection; the walk
//! itself goes over the index of a shop's subscriptions.

use super::{
    engine::{Sql, sql},
    row::{Row, id, json, word},
    subscriptions::subscription,
    unit::{Unit, before, limit},
};
use crate::{
    domain::{
        bulk::{Bulk, Selection},
        subscription::Subscription,
    },
    error::Failure,
    ids::{BulkId, ShopId, SubscriptionId},
    ports::storage::{BulkReads, BulkWrites, Locked, Page},
};
use async_trait::async_trait;
use jiff::Timestamp;

/// The parameters: shop, the last id before, the moment, then what the selection says.
macro_rules! selected {
    ($what:literal, $rest:literal) => {
        concat!(
            "SELECT ",
            $what,
            " FROM subscriptions s JOIN users u ON u.shop_id = s.shop_id AND u.id = s.user_id \
            WHERE s.shop_id = $1 AND s.id > $2 AND s.created_at <= $3 AND s.state <> 'revoked' \
            AND (s.plan_id = $4 OR $4 IS NULL) AND (s.state = $5 OR $5 IS NULL) \
            AND ((s.ends_at >= $6 AND s.ends_at <= $3) OR $6 IS NULL) \
            AND (u.created_at >= $7 OR $7 IS NULL) AND (u.created_at < $8 OR $8 IS NULL) \
            AND (EXISTS (SELECT 1 FROM grants g WHERE g.subscription_id = s.id \
                AND g.server_id = $9 AND g.state IN ('wanted', 'placed')) OR $9 IS NULL)",
            $rest
        )
    };
}

fn asked(
    text: &'static str,
    shop: ShopId,
    of: Selection,
    now: Timestamp,
    after: Option<SubscriptionId>,
) -> Sql {
    sql(text)
        .bind(id(shop))
        .bind(after.map_or_else(String::new, |last| last.to_string()))
        .bind(now)
        .bind(of.plan.map(id))
        .bind(of.state.map(word))
        .bind(of.ended_from(now))
        .bind(of.registered_from)
        .bind(of.registered_before)
        .bind(of.server.map(id))
}

fn bulk(row: &Row) -> Result<Bulk, Failure> {
    Ok(Bulk {
        id: row.parsed("id")?,
        shop_id: row.parsed("shop_id")?,
        operator: row.parsed("operator_id")?,
        selection: row.json("selection")?,
        step: row.json("step")?,
        state: row.word("state")?,
        count: row.small("selected")?,
        changed: row.small("changed")?,
        left_out: row.small("left_out")?,
        cursor: row.maybe("cursor", Row::parsed)?,
        begun_at: row.moment("begun_at")?,
        ended_at: row.maybe("ended_at", Row::moment)?,
    })
}

#[async_trait]
impl BulkReads for Unit {
    async fn bulk(&mut self, shop: ShopId, of: BulkId) -> Result<Option<Bulk>, Failure> {
        let text = "SELECT * FROM bulks WHERE shop_id = $1 AND id = $2";
        self.one(sql(text).bind(id(shop)).bind(id(of)), bulk).await
    }

    async fn bulks(&mut self, shop: ShopId, page: Page) -> Result<Vec<Bulk>, Failure> {
        let text = "SELECT * FROM bulks WHERE shop_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
        self.all(sql(text).bind(id(shop)).bind(before(page)).bind(limit(page)), bulk).await
    }

    async fn count_selected(&mut self, shop: ShopId, of: Selection, now: Timestamp) -> Result<u32, Failure> {
        let bound = asked(selected!("COUNT(*) AS count", ""), shop, of, now, None);
        Ok(self.one(bound, |row| row.small("count")).await?.unwrap_or(0))
    }

    async fn selected(
        &mut self,
        shop: ShopId,
        of: Selection,
        now: Timestamp,
        after: Option<SubscriptionId>,
        limit: u32,
    ) -> Result<Vec<Subscription>, Failure> {
        let bound = asked(selected!("s.*", " ORDER BY s.id LIMIT $10"), shop, of, now, after).bind(limit);
        self.all(bound, subscription).await
    }
}

#[async_trait]
impl BulkWrites for Unit {
    async fn save_bulk(&mut self, of: &Bulk) -> Result<(), Failure> {
        let text = "INSERT INTO bulks (id, shop_id, operator_id, selection, step, state, selected, changed, left_out, \
            cursor, begun_at, ended_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
            ON CONFLICT (id) DO UPDATE SET state = excluded.state, changed = excluded.changed, \
            left_out = excluded.left_out, cursor = excluded.cursor, ended_at = excluded.ended_at \
            WHERE bulks.shop_id = excluded.shop_id";
        let bound = sql(text)
            .bind(id(of.id))
            .bind(id(of.shop_id))
            .bind(id(of.operator))
            .bind(json(&of.selection)?)
            .bind(json(&of.step)?)
            .bind(word(of.state))
            .bind(of.count)
            .bind(of.changed)
            .bind(of.left_out)
            .bind(of.cursor.map(id))
            .bind(of.begun_at)
            .bind(of.ended_at);
        self.must(bound, "a bulk of another shop").await
    }

    async fn lock_bulk(&mut self, shop: ShopId, of: BulkId) -> Result<Option<Locked<Bulk>>, Failure> {
        let text = "SELECT * FROM bulks WHERE shop_id = $1 AND id = $2 /*lock*/";
        let row = self.one(sql(text).bind(id(shop)).bind(id(of)), bulk).await?;
        Ok(row.map(Locked::held_by_storage))
    }
}

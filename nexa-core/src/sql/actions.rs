//! What operators did.

use super::{
    engine::sql,
    row::{Row, id},
    unit::{Unit, before, limit},
};
use crate::{
    domain::{
        chain::{AuditFilter, ChainEnd, ChainedDeed, Place, Written, quoted},
        deed::DeedRecord,
    },
    error::Failure,
    ids::{ShopId, UserId},
    ports::storage::{ActionReads, ActionWrites, Inserted, Page},
    secret::Fingerprint,
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

fn number(row: &Row) -> Result<u64, Failure> {
    row.int("number").map(i64::cast_unsigned)
}

fn numbered(row: &Row) -> Result<(u64, DeedRecord), Failure> {
    Ok((number(row)?, action(row)?))
}

fn chained(row: &Row) -> Result<ChainedDeed, Failure> {
    let place = Place {
        number: number(row)?,
        previous: row.fingerprint("previous")?,
        digest: row.fingerprint("digest")?,
    };
    let written = Written {
        id: row.text("id")?,
        shop: row.text("shop_id")?,
        operator: row.text("operator_id")?,
        name: row.text("name")?,
        body: row.text("body")?,
        reason: row.text("reason")?,
        key: row.maybe("request_key", Row::text)?,
        at: row.int("done_at")?,
    };
    Ok(ChainedDeed { place, written })
}

fn end(row: &Row) -> Result<ChainEnd, Failure> {
    let (digest, seal) = (row.fingerprint("digest")?, row.fingerprint("seal")?);
    Ok(ChainEnd { number: number(row)?, digest, seal })
}

/// A number in the chain as a column holds it.
fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
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

    async fn audit(
        &mut self,
        shop: ShopId,
        filter: &AuditFilter,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<(u64, DeedRecord)>, Failure> {
        let text = "SELECT * FROM operator_actions WHERE shop_id = $1 AND number < $2 \
            AND ($3 = '' OR operator_id = $3) AND ($4 = '' OR name = $4) AND body LIKE '%' || $5 || '%' \
            ORDER BY number DESC LIMIT $6";
        let by = filter.by.map(|by| by.to_string()).unwrap_or_default();
        let about = filter.about.map(quoted).unwrap_or_default();
        let bound = sql(text)
            .bind(id(shop))
            .bind(count(before.unwrap_or(u64::MAX)))
            .bind(by)
            .bind(filter.deed.clone().unwrap_or_default())
            .bind(about)
            .bind(limit);
        self.all(bound, numbered).await
    }

    async fn chain(&mut self, shop: ShopId, after: u64, limit: u32) -> Result<Vec<ChainedDeed>, Failure> {
        let text =
            "SELECT * FROM operator_actions WHERE shop_id = $1 AND number > $2 ORDER BY number LIMIT $3";
        self.all(sql(text).bind(id(shop)).bind(count(after)).bind(limit), chained).await
    }

    async fn chain_end(&mut self, shop: ShopId) -> Result<ChainEnd, Failure> {
        let text = "SELECT * FROM deed_chains WHERE shop_id = $1";
        Ok(self.one(sql(text).bind(id(shop)), end).await?.unwrap_or_else(ChainEnd::start))
    }
}

#[async_trait]
impl ActionWrites for Unit {
    async fn lock_chain(&mut self, shop: ShopId) -> Result<ChainEnd, Failure> {
        let text = "INSERT INTO deed_chains (shop_id, number, digest, seal) VALUES ($1, 0, '', '') \
            ON CONFLICT (shop_id) DO NOTHING";
        self.run(sql(text).bind(id(shop))).await?;
        let text = "SELECT * FROM deed_chains WHERE shop_id = $1 /*lock*/";
        Ok(self.one(sql(text).bind(id(shop)), end).await?.unwrap_or_else(ChainEnd::start))
    }

    async fn insert_action(
        &mut self,
        action: &DeedRecord,
        place: &Place,
        seal: &Fingerprint,
    ) -> Result<Inserted, Failure> {
        let text = "INSERT INTO operator_actions (id, shop_id, operator_id, name, body, reason, request_key, done_at, \
            number, previous, digest) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
            ON CONFLICT (shop_id, operator_id, request_key) WHERE request_key IS NOT NULL DO NOTHING";
        let bound = sql(text)
            .bind(id(action.id))
            .bind(id(action.shop_id))
            .bind(id(action.operator))
            .bind(action.deed.name())
            .bind(Written::of(action)?.body)
            .bind(&action.reason)
            .bind(action.key.clone())
            .bind(action.at)
            .bind(count(place.number))
            .bind(&place.previous)
            .bind(&place.digest);
        if self.inserted(bound).await? == Inserted::Taken {
            return Ok(Inserted::Taken);
        }
        let text = "UPDATE deed_chains SET number = $2, digest = $3, seal = $6 \
            WHERE shop_id = $1 AND number = $4 AND digest = $5";
        let end = sql(text)
            .bind(id(action.shop_id))
            .bind(count(place.number))
            .bind(&place.digest)
            .bind(count(place.number.saturating_sub(1)))
            .bind(&place.previous)
            .bind(seal);
        self.must(end, "this is not the next place in the chain").await?;
        Ok(Inserted::New)
    }
}

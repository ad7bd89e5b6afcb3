//! Codes that were mailed, second factors, and proofs that work once.

use super::{
    engine::{Sql, sql},
    row::{Row, Value, id, json},
    unit::Unit,
};
use crate::{
    domain::proof::{MailCode, SecondFactor},
    error::Failure,
    ids::{ShopId, UserId},
    ports::storage::{Inserted, Locked, ProofReads, ProofWrites},
    secret::Fingerprint,
};
use async_trait::async_trait;
use jiff::Timestamp;

/// For whom a code is; a sign-in is for nobody, and NULL would not be unique.
fn owner(user: Option<UserId>) -> Value {
    user.map_or(Value::Text(String::new()), id)
}

fn code(row: &Row) -> Result<MailCode, Failure> {
    let owned = !row.text("owner")?.is_empty();
    Ok(MailCode {
        shop_id: row.parsed("shop_id")?,
        address: row.fingerprint("address")?,
        user_id: if owned { Some(row.parsed("owner")?) } else { None },
        sealed: row.text("sealed")?,
        code: row.fingerprint("code")?,
        link: row.maybe("link", Row::fingerprint)?,
        tries: row.small("tries")?,
        created_at: row.moment("created_at")?,
        expires_at: row.moment("expires_at")?,
    })
}

fn second_factor(row: &Row) -> Result<SecondFactor, Failure> {
    Ok(SecondFactor {
        shop_id: row.parsed("shop_id")?,
        user_id: row.parsed("user_id")?,
        seed_sealed: row.text("seed_sealed")?,
        confirmed: row.flag("confirmed")?,
        last_step: row.int("last_step")?,
        recovery: row.json("recovery")?,
        created_at: row.moment("created_at")?,
    })
}

fn named(text: &'static str, code: &MailCode) -> Sql {
    sql(text).bind(id(code.shop_id)).bind(&code.address).bind(owner(code.user_id))
}

#[async_trait]
impl ProofReads for Unit {
    async fn code_by_link(&mut self, shop: ShopId, link: &Fingerprint) -> Result<Option<MailCode>, Failure> {
        let text = "SELECT * FROM mail_codes WHERE shop_id = $1 AND link = $2";
        self.one(sql(text).bind(id(shop)).bind(link), code).await
    }

    async fn second_factor(&mut self, shop: ShopId, user: UserId) -> Result<Option<SecondFactor>, Failure> {
        let text = "SELECT * FROM second_factors WHERE shop_id = $1 AND user_id = $2";
        self.one(sql(text).bind(id(shop)).bind(id(user)), second_factor).await
    }
}

#[async_trait]
impl ProofWrites for Unit {
    async fn save_code(&mut self, code: &MailCode) -> Result<(), Failure> {
        let text = "INSERT INTO mail_codes \
            (shop_id, address, owner, sealed, code, link, tries, created_at, expires_at) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (shop_id, address, owner) DO UPDATE SET \
            sealed = excluded.sealed, code = excluded.code, link = excluded.link, tries = excluded.tries, \
            created_at = excluded.created_at, expires_at = excluded.expires_at";
        let bound = named(text, code)
            .bind(&code.sealed)
            .bind(&code.code)
            .bind(code.link.as_ref())
            .bind(code.tries)
            .bind(code.created_at)
            .bind(code.expires_at);
        self.run(bound).await.map(drop)
    }

    async fn lock_code(
        &mut self,
        shop: ShopId,
        address: &Fingerprint,
        user: Option<UserId>,
    ) -> Result<Option<Locked<MailCode>>, Failure> {
        let text = "SELECT * FROM mail_codes WHERE shop_id = $1 AND address = $2 AND owner = $3 /*lock*/";
        let row = self.one(sql(text).bind(id(shop)).bind(address).bind(owner(user)), code).await?;
        Ok(row.map(Locked::held_by_storage))
    }

    async fn delete_code(&mut self, code: &MailCode) -> Result<bool, Failure> {
        let text = "DELETE FROM mail_codes WHERE shop_id = $1 AND address = $2 AND owner = $3 AND code = $4";
        Ok(self.run(named(text, code).bind(&code.code)).await? > 0)
    }

    async fn save_second_factor(&mut self, factor: &SecondFactor) -> Result<(), Failure> {
        let text = "INSERT INTO second_factors \
            (shop_id, user_id, seed_sealed, confirmed, last_step, recovery, created_at) \
            VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (shop_id, user_id) DO UPDATE SET \
            seed_sealed = excluded.seed_sealed, confirmed = excluded.confirmed, last_step = excluded.last_step, \
            recovery = excluded.recovery, created_at = excluded.created_at";
        let bound = sql(text)
            .bind(id(factor.shop_id))
            .bind(id(factor.user_id))
            .bind(&factor.seed_sealed)
            .bind(factor.confirmed)
            .bind(factor.last_step)
            .bind(json(&factor.recovery)?)
            .bind(factor.created_at);
        self.run(bound).await.map(drop)
    }

    async fn delete_second_factor(&mut self, shop: ShopId, user: UserId) -> Result<bool, Failure> {
        let text = "DELETE FROM second_factors WHERE shop_id = $1 AND user_id = $2";
        Ok(self.run(sql(text).bind(id(shop)).bind(id(user))).await? > 0)
    }

    async fn spend_proof(
        &mut self,
        shop: ShopId,
        proof: &Fingerprint,
        until: Timestamp,
    ) -> Result<Inserted, Failure> {
        let text = "INSERT INTO spent_proofs (shop_id, proof, expires_at) VALUES ($1, $2, $3) \
            ON CONFLICT (shop_id, proof) DO NOTHING";
        self.inserted(sql(text).bind(id(shop)).bind(proof).bind(until)).await
    }

    async fn delete_old_proofs(&mut self, before: Timestamp) -> Result<u64, Failure> {
        let codes = self.run(sql("DELETE FROM mail_codes WHERE expires_at < $1").bind(before)).await?;
        let spent = self.run(sql("DELETE FROM spent_proofs WHERE expires_at < $1").bind(before)).await?;
        Ok(codes.saturating_add(spent))
    }
}

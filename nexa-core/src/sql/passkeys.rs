//! Passkeys.

use super::{
    engine::sql,
    row::{Row, id},
    unit::Unit,
};
use crate::{
    domain::passkey::Passkey,
    error::Failure,
    ids::{PasskeyId, ShopId, UserId},
    ports::storage::{Inserted, PasskeyReads, PasskeyWrites},
    secret::Fingerprint,
};
use async_trait::async_trait;

fn passkey(row: &Row) -> Result<Passkey, Failure> {
    Ok(Passkey {
        id: row.parsed("id")?,
        shop_id: row.parsed("shop_id")?,
        user_id: row.parsed("user_id")?,
        lookup: row.fingerprint("lookup")?,
        sealed: row.text("sealed")?,
        name: row.text("name")?,
        created_at: row.moment("created_at")?,
        last_used: row.maybe("last_used", Row::moment)?,
    })
}

#[async_trait]
impl PasskeyReads for Unit {
    async fn passkey(&mut self, shop: ShopId, lookup: &Fingerprint) -> Result<Option<Passkey>, Failure> {
        let text = "SELECT * FROM passkeys WHERE shop_id = $1 AND lookup = $2";
        self.one(sql(text).bind(id(shop)).bind(lookup), passkey).await
    }

    async fn passkeys(&mut self, shop: ShopId, user: UserId) -> Result<Vec<Passkey>, Failure> {
        let text = "SELECT * FROM passkeys WHERE shop_id = $1 AND user_id = $2 ORDER BY id";
        self.all(sql(text).bind(id(shop)).bind(id(user)), passkey).await
    }
}

#[async_trait]
impl PasskeyWrites for Unit {
    async fn insert_passkey(&mut self, passkey: &Passkey) -> Result<Inserted, Failure> {
        let text = "INSERT INTO passkeys (id, shop_id, user_id, lookup, sealed, name, created_at, last_used) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (shop_id, lookup) DO NOTHING";
        let bound = sql(text)
            .bind(id(passkey.id))
            .bind(id(passkey.shop_id))
            .bind(id(passkey.user_id))
            .bind(&passkey.lookup)
            .bind(&passkey.sealed)
            .bind(&passkey.name)
            .bind(passkey.created_at)
            .bind(passkey.last_used);
        self.inserted(bound).await
    }

    async fn save_passkey(&mut self, passkey: &Passkey) -> Result<(), Failure> {
        let text = "UPDATE passkeys SET sealed = $4, last_used = $5 \
            WHERE shop_id = $1 AND user_id = $2 AND id = $3";
        let bound = sql(text)
            .bind(id(passkey.shop_id))
            .bind(id(passkey.user_id))
            .bind(id(passkey.id))
            .bind(&passkey.sealed)
            .bind(passkey.last_used);
        self.must(bound, "no such passkey").await
    }

    async fn delete_passkey(&mut self, shop: ShopId, user: UserId, of: PasskeyId) -> Result<bool, Failure> {
        let text = "DELETE FROM passkeys WHERE shop_id = $1 AND user_id = $2 AND id = $3";
        Ok(self.run(sql(text).bind(id(shop)).bind(id(user)).bind(id(of))).await? > 0)
    }
}

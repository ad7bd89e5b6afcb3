//! Shops, users, identities, tokens.

use super::{
    engine::sql,
    row::{Row, id, json, word},
    unit::{Unit, before, limit},
};
use crate::{
    domain::{
        shop::Shop,
        subscription::GraceTerms,
        user::{Identity, IdentityKind, Token, User},
    },
    error::Failure,
    ids::{ShopId, TokenId, UserId},
    ports::storage::{Inserted, Locked, Page, PeopleReads, PeopleWrites},
    secret::{Fingerprint, Secret},
};
use async_trait::async_trait;
use jiff::Timestamp;

fn shop(row: &Row) -> Result<Shop, Failure> {
    Ok(Shop {
        id: row.parsed("id")?,
        name: row.text("name")?,
        currency: row.parsed("currency")?,
        locale: row.word("locale")?,
        timezone: row.maybe("timezone", Row::text)?,
        hosts: row.json("hosts")?,
        support_url: row.maybe("support_url", Row::text)?,
        look: row.json("look")?,
        trial_plan: row.maybe("trial_plan", Row::parsed)?,
        trial_needs: row.word("trial_needs")?,
        adoption_plan: row.maybe("adoption_plan", Row::parsed)?,
        telegram: row.maybe("telegram", Row::json)?,
        maintenance: row.maybe("maintenance", Row::text)?,
        grace: GraceTerms { hours: row.small("grace_hours")?, mib: row.small("grace_mib")? },
        automatic_rates: row.flag("automatic_rates")?,
        test: row.flag("test")?,
        created_at: row.moment("created_at")?,
    })
}

fn user(row: &Row) -> Result<User, Failure> {
    Ok(User {
        id: row.parsed("id")?,
        shop_id: row.parsed("shop_id")?,
        role: row.word("role")?,
        blocked: row.flag("blocked")?,
        locale: row.maybe("locale", Row::word)?,
        created_at: row.moment("created_at")?,
    })
}

fn identity(row: &Row) -> Result<Identity, Failure> {
    Ok(Identity {
        shop_id: row.parsed("shop_id")?,
        user_id: row.parsed("user_id")?,
        kind: row.word("kind")?,
        lookup: row.fingerprint("lookup")?,
        sealed: row.maybe("sealed", Row::text)?,
        password: row.maybe("password", Row::text)?.map(Secret::new),
        verified: row.flag("verified")?,
        created_at: row.moment("created_at")?,
    })
}

fn token(row: &Row) -> Result<Token, Failure> {
    Ok(Token {
        id: row.parsed("id")?,
        shop_id: row.parsed("shop_id")?,
        user_id: row.parsed("user_id")?,
        digest: row.fingerprint("digest")?,
        kind: row.word("kind")?,
        scopes: row.json("scopes")?,
        permissions: row.maybe("permissions", Row::json)?,
        label: row.text("label")?,
        created_at: row.moment("created_at")?,
        last_seen: row.moment("last_seen")?,
        proved_at: row.moment("proved_at")?,
        expires_at: row.moment("expires_at")?,
    })
}

#[async_trait]
impl PeopleReads for Unit {
    async fn shops(&mut self) -> Result<Vec<Shop>, Failure> {
        self.all(sql("SELECT * FROM shops ORDER BY id"), shop).await
    }

    async fn shop(&mut self, of: ShopId) -> Result<Option<Shop>, Failure> {
        self.one(sql("SELECT * FROM shops WHERE id = $1").bind(id(of)), shop).await
    }

    async fn user(&mut self, shop: ShopId, of: UserId) -> Result<Option<User>, Failure> {
        let text = "SELECT * FROM users WHERE shop_id = $1 AND id = $2";
        self.one(sql(text).bind(id(shop)).bind(id(of)), user).await
    }

    async fn users(&mut self, shop: ShopId, page: Page) -> Result<Vec<User>, Failure> {
        let text = "SELECT * FROM users WHERE shop_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
        self.all(sql(text).bind(id(shop)).bind(before(page)).bind(limit(page)), user).await
    }

    async fn operators(&mut self, shop: ShopId) -> Result<Vec<User>, Failure> {
        let text = "SELECT * FROM users WHERE shop_id = $1 AND role = 'operator' ORDER BY id";
        self.all(sql(text).bind(id(shop)), user).await
    }

    async fn identity(
        &mut self,
        shop: ShopId,
        kind: IdentityKind,
        lookup: &Fingerprint,
    ) -> Result<Option<Identity>, Failure> {
        let text = "SELECT * FROM identities WHERE shop_id = $1 AND kind = $2 AND lookup = $3";
        self.one(sql(text).bind(id(shop)).bind(word(kind)).bind(lookup), identity).await
    }

    async fn identities(&mut self, shop: ShopId, user: UserId) -> Result<Vec<Identity>, Failure> {
        let text =
            "SELECT * FROM identities WHERE shop_id = $1 AND user_id = $2 ORDER BY created_at, kind, lookup";
        self.all(sql(text).bind(id(shop)).bind(id(user)), identity).await
    }

    async fn token(&mut self, digest: &Fingerprint) -> Result<Option<Token>, Failure> {
        self.one(sql("SELECT * FROM tokens WHERE digest = $1").bind(digest), token).await
    }

    async fn tokens(&mut self, shop: ShopId, user: UserId) -> Result<Vec<Token>, Failure> {
        let text = "SELECT * FROM tokens WHERE shop_id = $1 AND user_id = $2 ORDER BY id DESC";
        self.all(sql(text).bind(id(shop)).bind(id(user)), token).await
    }
}

#[async_trait]
impl PeopleWrites for Unit {
    async fn save_shop(&mut self, shop: &Shop) -> Result<(), Failure> {
        let text = "INSERT INTO shops (id, name, currency, locale, hosts, support_url, trial_plan, trial_needs, telegram, \
            test, created_at, look, timezone, maintenance, automatic_rates, adoption_plan, grace_hours, grace_mib) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) \
            ON CONFLICT (id) DO UPDATE \
            SET name = excluded.name, currency = excluded.currency, locale = excluded.locale, hosts = excluded.hosts, \
            support_url = excluded.support_url, trial_plan = excluded.trial_plan, \
            trial_needs = excluded.trial_needs, telegram = excluded.telegram, test = excluded.test, \
            created_at = excluded.created_at, look = excluded.look, timezone = excluded.timezone, \
            maintenance = excluded.maintenance, automatic_rates = excluded.automatic_rates, \
            adoption_plan = excluded.adoption_plan, \
            grace_hours = excluded.grace_hours, grace_mib = excluded.grace_mib";
        let bound = sql(text)
            .bind(id(shop.id))
            .bind(&shop.name)
            .bind(shop.currency)
            .bind(word(shop.locale))
            .bind(json(&shop.hosts)?)
            .bind(shop.support_url.clone())
            .bind(shop.trial_plan.map(id))
            .bind(word(shop.trial_needs))
            .bind(shop.telegram.as_ref().map(json).transpose()?)
            .bind(shop.test)
            .bind(shop.created_at)
            .bind(json(&shop.look)?)
            .bind(shop.timezone.clone())
            .bind(shop.maintenance.clone())
            .bind(shop.automatic_rates)
            .bind(shop.adoption_plan.map(id))
            .bind(shop.grace.hours)
            .bind(shop.grace.mib);
        self.run(bound).await.map(drop)
    }

    async fn save_user(&mut self, user: &User) -> Result<(), Failure> {
        let text = "INSERT INTO users (id, shop_id, role, blocked, locale, created_at) \
            VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO UPDATE SET role = excluded.role, \
            blocked = excluded.blocked, locale = excluded.locale, created_at = excluded.created_at \
            WHERE users.shop_id = excluded.shop_id";
        let bound = sql(text)
            .bind(id(user.id))
            .bind(id(user.shop_id))
            .bind(word(user.role))
            .bind(user.blocked)
            .bind(user.locale.map(word))
            .bind(user.created_at);
        self.must(bound, "a user of another shop").await
    }

    async fn lock_user(&mut self, shop: ShopId, of: UserId) -> Result<Option<Locked<User>>, Failure> {
        let text = "SELECT * FROM users WHERE shop_id = $1 AND id = $2 /*lock*/";
        let row = self.one(sql(text).bind(id(shop)).bind(id(of)), user).await?;
        Ok(row.map(Locked::held_by_storage))
    }

    async fn insert_identity(&mut self, identity: &Identity) -> Result<Inserted, Failure> {
        let text = "INSERT INTO identities (shop_id, kind, lookup, user_id, sealed, password, verified, created_at) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (shop_id, kind, lookup) DO NOTHING";
        let bound = sql(text)
            .bind(id(identity.shop_id))
            .bind(word(identity.kind))
            .bind(&identity.lookup)
            .bind(id(identity.user_id))
            .bind(identity.sealed.clone())
            .bind(identity.password.as_ref().map(Secret::expose))
            .bind(identity.verified)
            .bind(identity.created_at);
        self.inserted(bound).await
    }

    async fn save_identity(&mut self, identity: &Identity) -> Result<(), Failure> {
        let text = "UPDATE identities SET password = $5, verified = $6 \
            WHERE shop_id = $1 AND kind = $2 AND lookup = $3 AND user_id = $4";
        let bound = sql(text)
            .bind(id(identity.shop_id))
            .bind(word(identity.kind))
            .bind(&identity.lookup)
            .bind(id(identity.user_id))
            .bind(identity.password.as_ref().map(Secret::expose))
            .bind(identity.verified);
        self.must(bound, "no such identity").await
    }

    async fn delete_identity(
        &mut self,
        shop: ShopId,
        kind: IdentityKind,
        lookup: &Fingerprint,
    ) -> Result<bool, Failure> {
        let text = "DELETE FROM identities WHERE shop_id = $1 AND kind = $2 AND lookup = $3";
        Ok(self.run(sql(text).bind(id(shop)).bind(word(kind)).bind(lookup)).await? > 0)
    }

    async fn insert_token(&mut self, token: &Token) -> Result<(), Failure> {
        let text = "INSERT INTO tokens \
            (id, shop_id, user_id, digest, kind, scopes, label, created_at, last_seen, proved_at, expires_at, \
            permissions) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
        let bound = sql(text)
            .bind(id(token.id))
            .bind(id(token.shop_id))
            .bind(id(token.user_id))
            .bind(&token.digest)
            .bind(word(token.kind))
            .bind(json(&token.scopes)?)
            .bind(&token.label)
            .bind(token.created_at)
            .bind(token.last_seen)
            .bind(token.proved_at)
            .bind(token.expires_at)
            .bind(token.permissions.as_ref().map(json).transpose()?);
        self.run(bound).await.map(drop)
    }

    async fn save_token(&mut self, token: &Token) -> Result<(), Failure> {
        let text = "UPDATE tokens SET last_seen = $3, proved_at = $4, expires_at = $5 \
            WHERE shop_id = $1 AND id = $2";
        let bound = sql(text)
            .bind(id(token.shop_id))
            .bind(id(token.id))
            .bind(token.last_seen)
            .bind(token.proved_at)
            .bind(token.expires_at);
        self.must(bound, "no such token").await
    }

    async fn delete_token(&mut self, shop: ShopId, of: TokenId) -> Result<bool, Failure> {
        let text = "DELETE FROM tokens WHERE shop_id = $1 AND id = $2";
        Ok(self.run(sql(text).bind(id(shop)).bind(id(of))).await? > 0)
    }

    async fn delete_expired_tokens(&mut self, before: Timestamp) -> Result<u64, Failure> {
        self.run(sql("DELETE FROM tokens WHERE expires_at < $1").bind(before).long()).await
    }

    async fn claim_trial(
        &mut self,
        shop: ShopId,
        kind: IdentityKind,
        lookup: &Fingerprint,
        at: Timestamp,
    ) -> Result<Inserted, Failure> {
        let text = "INSERT INTO trials (shop_id, kind, lookup, claimed_at) VALUES ($1, $2, $3, $4) \
            ON CONFLICT (shop_id, kind, lookup) DO NOTHING";
        self.inserted(sql(text).bind(id(shop)).bind(word(kind)).bind(lookup).bind(at)).await
    }
}

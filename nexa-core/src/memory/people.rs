//! Shops, users, identities, tokens.

use super::{Unit, cut};
use crate::{
    domain::{
        shop::Shop,
        user::{Identity, IdentityKind, Role, Token, User},
    },
    error::Failure,
    ids::{ShopId, TokenId, UserId},
    ports::storage::{Inserted, Locked, Page, PeopleReads, PeopleWrites},
    secret::Fingerprint,
};
use async_trait::async_trait;
use imbl::{OrdMap, OrdSet};
use jiff::Timestamp;

type IdentityKey = (ShopId, u8, Fingerprint);

#[derive(Clone, Default)]
pub(super) struct People {
    pub(super) shops: OrdMap<ShopId, Shop>,
    pub(super) users: OrdMap<(ShopId, UserId), User>,
    identities: OrdMap<IdentityKey, Identity>,
    tokens: OrdMap<TokenId, Token>,
    digests: OrdMap<Fingerprint, TokenId>,
    trials: OrdSet<IdentityKey>,
}

impl People {
    /// Whether a user has an identity of this kind.
    pub(super) fn has(&self, user: &User, kind: IdentityKind) -> bool {
        let own = |i: &Identity| i.shop_id == user.shop_id && i.user_id == user.id && i.kind == kind;
        self.identities.values().any(own)
    }
}

const fn rank(kind: IdentityKind) -> u8 {
    match kind {
        IdentityKind::AccountNumber => 0,
        IdentityKind::Email => 1,
        IdentityKind::Telegram => 2,
    }
}

fn key(shop: ShopId, kind: IdentityKind, lookup: &Fingerprint) -> IdentityKey {
    (shop, rank(kind), lookup.clone())
}

impl Unit {
    pub(super) fn require_shop(&mut self, shop: ShopId) -> Result<(), Failure> {
        let there = self.state.people.shops.contains_key(&shop);
        self.require(there, "no such shop")
    }

    pub(super) fn require_user(&mut self, shop: ShopId, user: UserId) -> Result<(), Failure> {
        let there = self.state.people.users.contains_key(&(shop, user));
        self.require(there, "no such user in this shop")
    }
}

#[async_trait]
impl PeopleReads for Unit {
    async fn shops(&mut self) -> Result<Vec<Shop>, Failure> {
        Ok(self.state.people.shops.values().cloned().collect())
    }

    async fn shop(&mut self, id: ShopId) -> Result<Option<Shop>, Failure> {
        Ok(self.state.people.shops.get(&id).cloned())
    }

    async fn user(&mut self, shop: ShopId, id: UserId) -> Result<Option<User>, Failure> {
        Ok(self.state.people.users.get(&(shop, id)).cloned())
    }

    async fn users(&mut self, shop: ShopId, page: Page) -> Result<Vec<User>, Failure> {
        let all = self.state.people.users.values().rev();
        Ok(cut(all.filter(|u| u.shop_id == shop).cloned(), page, |u| u.id))
    }

    async fn operators(&mut self, shop: ShopId) -> Result<Vec<User>, Failure> {
        let all = self.state.people.users.values();
        Ok(all.filter(|u| u.shop_id == shop && u.role == Role::Operator).cloned().collect())
    }

    async fn identity(
        &mut self,
        shop: ShopId,
        kind: IdentityKind,
        lookup: &Fingerprint,
    ) -> Result<Option<Identity>, Failure> {
        Ok(self.state.people.identities.get(&key(shop, kind, lookup)).cloned())
    }

    async fn identities(&mut self, shop: ShopId, user: UserId) -> Result<Vec<Identity>, Failure> {
        let all = self.state.people.identities.values();
        let mut found: Vec<Identity> =
            all.filter(|i| i.shop_id == shop && i.user_id == user).cloned().collect();
        found.sort_by(|a, b| (a.created_at, a.kind, &a.lookup).cmp(&(b.created_at, b.kind, &b.lookup)));
        Ok(found)
    }

    async fn token(&mut self, digest: &Fingerprint) -> Result<Option<Token>, Failure> {
        let people = &self.state.people;
        Ok(people.digests.get(digest).and_then(|id| people.tokens.get(id)).cloned())
    }

    async fn tokens(&mut self, shop: ShopId, user: UserId) -> Result<Vec<Token>, Failure> {
        let all = self.state.people.tokens.values().rev();
        Ok(all.filter(|t| t.shop_id == shop && t.user_id == user).cloned().collect())
    }
}

#[async_trait]
impl PeopleWrites for Unit {
    async fn save_shop(&mut self, shop: &Shop) -> Result<(), Failure> {
        self.state.people.shops.insert(shop.id, shop.clone());
        Ok(())
    }

    async fn save_user(&mut self, user: &User) -> Result<(), Failure> {
        self.require_shop(user.shop_id)?;
        self.state.people.users.insert((user.shop_id, user.id), user.clone());
        Ok(())
    }

    async fn lock_user(&mut self, shop: ShopId, id: UserId) -> Result<Option<Locked<User>>, Failure> {
        Ok(self.state.people.users.get(&(shop, id)).cloned().map(Locked::held_by_storage))
    }

    async fn insert_identity(&mut self, identity: &Identity) -> Result<Inserted, Failure> {
        self.require_user(identity.shop_id, identity.user_id)?;
        let key = key(identity.shop_id, identity.kind, &identity.lookup);
        if self.state.people.identities.contains_key(&key) {
            return Ok(Inserted::Taken);
        }
        self.state.people.identities.insert(key, identity.clone());
        Ok(Inserted::New)
    }

    async fn save_identity(&mut self, identity: &Identity) -> Result<(), Failure> {
        let key = key(identity.shop_id, identity.kind, &identity.lookup);
        let kept = self.state.people.identities.get(&key).filter(|i| i.user_id == identity.user_id).cloned();
        let Some(kept) = kept else { return Err(self.fail("no such identity")) };
        let changed = Identity { password: identity.password.clone(), verified: identity.verified, ..kept };
        self.state.people.identities.insert(key, changed);
        Ok(())
    }

    async fn delete_identity(
        &mut self,
        shop: ShopId,
        kind: IdentityKind,
        lookup: &Fingerprint,
    ) -> Result<bool, Failure> {
        Ok(self.state.people.identities.remove(&key(shop, kind, lookup)).is_some())
    }

    async fn insert_token(&mut self, token: &Token) -> Result<(), Failure> {
        self.require_user(token.shop_id, token.user_id)?;
        let people = &self.state.people;
        let new = !people.tokens.contains_key(&token.id) && !people.digests.contains_key(&token.digest);
        self.require(new, "this token exists")?;
        self.state.people.tokens.insert(token.id, token.clone());
        self.state.people.digests.insert(token.digest.clone(), token.id);
        Ok(())
    }

    async fn save_token(&mut self, token: &Token) -> Result<(), Failure> {
        let kept = self.state.people.tokens.get(&token.id).filter(|t| t.shop_id == token.shop_id).cloned();
        let Some(kept) = kept else { return Err(self.fail("no such token")) };
        let (last_seen, proved_at, expires_at) = (token.last_seen, token.proved_at, token.expires_at);
        self.state.people.tokens.insert(token.id, Token { last_seen, proved_at, expires_at, ..kept });
        Ok(())
    }

    async fn delete_token(&mut self, shop: ShopId, id: TokenId) -> Result<bool, Failure> {
        let Some(token) = self.state.people.tokens.get(&id).filter(|t| t.shop_id == shop).cloned() else {
            return Ok(false);
        };
        self.state.people.tokens.remove(&id);
        self.state.people.digests.remove(&token.digest);
        Ok(true)
    }

    async fn delete_expired_tokens(&mut self, before: Timestamp) -> Result<u64, Failure> {
        let people = &mut self.state.people;
        let gone: Vec<Token> = people.tokens.values().filter(|t| t.expires_at < before).cloned().collect();
        let mut count = 0;
        for token in gone {
            people.tokens.remove(&token.id);
            people.digests.remove(&token.digest);
            count += 1;
        }
        Ok(count)
    }

    async fn claim_trial(
        &mut self,
        shop: ShopId,
        kind: IdentityKind,
        lookup: &Fingerprint,
        _at: Timestamp,
    ) -> Result<Inserted, Failure> {
        let taken = self.state.people.trials.insert(key(shop, kind, lookup)).is_some();
        Ok(if taken { Inserted::Taken } else { Inserted::New })
    }
}

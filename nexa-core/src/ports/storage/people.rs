//! Shops, users, identities, tokens.

use super::{
    Inserted, Locked, Page,
    layer::{reads, writes},
};
use crate::{
    domain::{
        shop::Shop,
        user::{Identity, IdentityKind, Token, User},
    },
    error::Failure,
    ids::{ShopId, TokenId, UserId},
    secret::Fingerprint,
};
use jiff::Timestamp;

reads! {
/// Reads of shops and people.
pub trait PeopleReads {
    /// All shops, oldest first.
    async fn shops(&mut self) -> Result<Vec<Shop>, Failure>;
    /// One shop.
    async fn shop(&mut self, id: ShopId) -> Result<Option<Shop>, Failure>;
    /// One user.
    async fn user(&mut self, shop: ShopId, id: UserId) -> Result<Option<User>, Failure>;
    /// Users, newest first.
    async fn users(&mut self, shop: ShopId, page: Page) -> Result<Vec<User>, Failure>;
    /// The owners of the shop, oldest first.
    async fn operators(&mut self, shop: ShopId) -> Result<Vec<User>, Failure>;
    /// The identity with this keyed hash.
    async fn identity(
        &mut self,
        shop: ShopId,
        kind: IdentityKind,
        lookup: &Fingerprint,
    ) -> Result<Option<Identity>, Failure>;
    /// All identities of a user, oldest first.
    async fn identities(&mut self, shop: ShopId, user: UserId) -> Result<Vec<Identity>, Failure>;
    /// The token with this digest, expired or not, in whichever shop.
    async fn token(&mut self, digest: &Fingerprint) -> Result<Option<Token>, Failure>;
    /// All tokens of a user, newest first.
    async fn tokens(&mut self, shop: ShopId, user: UserId) -> Result<Vec<Token>, Failure>;
}
}

writes! {
/// Writes of shops and people.
pub trait PeopleWrites {
    /// Inserts or replaces a shop.
    async fn save_shop(&mut self, shop: &Shop) -> Result<(), Failure>;
    /// Inserts or replaces a user.
    async fn save_user(&mut self, user: &User) -> Result<(), Failure>;
    /// A user that nobody else changes until the end of this transaction.
    async fn lock_user(&mut self, shop: ShopId, id: UserId) -> Result<Option<Locked<User>>, Failure>;
    /// Adds an identity, unique by shop, kind and hash.
    async fn insert_identity(&mut self, identity: &Identity) -> Result<Inserted, Failure>;
    /// Replaces the password hash of an identity, and whether it is verified.
    async fn save_identity(&mut self, identity: &Identity) -> Result<(), Failure>;
    /// Takes an identity away; whether it was there.
    async fn delete_identity(
        &mut self,
        shop: ShopId,
        kind: IdentityKind,
        lookup: &Fingerprint,
    ) -> Result<bool, Failure>;
    /// Adds a token.
    async fn insert_token(&mut self, token: &Token) -> Result<(), Failure>;
    /// Replaces when a token was last seen, when its holder proved who it is, and when it ends.
    async fn save_token(&mut self, token: &Token) -> Result<(), Failure>;
    /// Takes a token away; whether it was there.
    async fn delete_token(&mut self, shop: ShopId, id: TokenId) -> Result<bool, Failure>;
    /// Takes away tokens that ended before this moment; how many.
    async fn delete_expired_tokens(&mut self, before: Timestamp) -> Result<u64, Failure>;
    /// Notes that this identity had its trial.
    async fn claim_trial(
        &mut self,
        shop: ShopId,
        kind: IdentityKind,
        lookup: &Fingerprint,
        at: Timestamp,
    ) -> Result<Inserted, Failure>;
}
}

//! Passkeys.

use super::{
    Inserted,
    layer::{reads, writes},
};
use crate::{
    domain::passkey::Passkey,
    error::Failure,
    ids::{PasskeyId, ShopId, UserId},
    secret::Fingerprint,
};

reads! {
/// Reads of passkeys.
pub trait PasskeyReads {
    /// The passkey with this look-up hash in this shop.
    async fn passkey(&mut self, shop: ShopId, lookup: &Fingerprint) -> Result<Option<Passkey>, Failure>;
    /// A user's passkeys, oldest first.
    async fn passkeys(&mut self, shop: ShopId, user: UserId) -> Result<Vec<Passkey>, Failure>;
}
}

writes! {
/// Writes of passkeys.
pub trait PasskeyWrites {
    /// Adds a passkey; `Taken` when somebody in the shop has one with its look-up hash.
    async fn insert_passkey(&mut self, passkey: &Passkey) -> Result<Inserted, Failure>;
    /// Keeps what was sealed and when it was last used; nothing else of a passkey changes. It must be there.
    async fn save_passkey(&mut self, passkey: &Passkey) -> Result<(), Failure>;
    /// Takes a passkey of this user away; whether there was one.
    async fn delete_passkey(&mut self, shop: ShopId, user: UserId, id: PasskeyId) -> Result<bool, Failure>;
}
}

//! Codes that were mailed, second factors, and proofs that work once.

use super::{
    Inserted, Locked,
    layer::{reads, writes},
};
use crate::{
    domain::proof::{MailCode, SecondFactor},
    error::Failure,
    ids::{ShopId, UserId},
    secret::Fingerprint,
};
use jiff::Timestamp;

reads! {
/// Reads of proofs.
pub trait ProofReads {
    /// The code whose mail held the link with this digest, in this shop, however old.
    async fn code_by_link(&mut self, shop: ShopId, link: &Fingerprint) -> Result<Option<MailCode>, Failure>;
    /// A user's second factor, confirmed or not.
    async fn second_factor(&mut self, shop: ShopId, user: UserId) -> Result<Option<SecondFactor>, Failure>;
}
}

writes! {
/// Writes of proofs.
pub trait ProofWrites {
    /// Inserts a code or replaces the one for the same address and purpose.
    async fn save_code(&mut self, code: &MailCode) -> Result<(), Failure>;
    /// The code for this address and purpose, however old, that nobody else changes until the end of this transaction.
    async fn lock_code(
        &mut self,
        shop: ShopId,
        address: &Fingerprint,
        user: Option<UserId>,
    ) -> Result<Option<Locked<MailCode>>, Failure>;
    /// Takes the code away if it is still this one; whether it was.
    async fn delete_code(&mut self, code: &MailCode) -> Result<bool, Failure>;
    /// Inserts or replaces a user's second factor.
    async fn save_second_factor(&mut self, factor: &SecondFactor) -> Result<(), Failure>;
    /// Takes a user's second factor away; whether there was one.
    async fn delete_second_factor(&mut self, shop: ShopId, user: UserId) -> Result<bool, Failure>;
    /// Notes that a proof was used; `Taken` when it was used before.
    async fn spend_proof(
        &mut self,
        shop: ShopId,
        proof: &Fingerprint,
        until: Timestamp,
    ) -> Result<Inserted, Failure>;
    /// Forgets codes and used proofs that ended before this moment; how many.
    async fn delete_old_proofs(&mut self, before: Timestamp) -> Result<u64, Failure>;
}
}

//! What operators did, and the chain that it stands in.

use super::{
    Inserted, Page,
    layer::{reads, writes},
};
use crate::{
    domain::{
        chain::{AuditFilter, ChainEnd, ChainedDeed, Place},
        deed::DeedRecord,
    },
    error::Failure,
    ids::{ShopId, UserId},
    secret::Fingerprint,
};

reads! {
/// Reads of what operators did.
pub trait ActionReads {
    /// What operators of a shop did, newest first.
    async fn actions(&mut self, shop: ShopId, page: Page) -> Result<Vec<DeedRecord>, Failure>;
    /// What an operator did with this Idempotency-Key.
    async fn action_by_key(
        &mut self,
        shop: ShopId,
        operator: UserId,
        key: &str,
    ) -> Result<Option<DeedRecord>, Failure>;
    /// Deeds that a filter wants, with their numbers, the last first; only those before a number, if one is given.
    async fn audit(
        &mut self,
        shop: ShopId,
        filter: &AuditFilter,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<(u64, DeedRecord)>, Failure>;
    /// Deeds letter by letter, in the order of their numbers, after this one.
    async fn chain(&mut self, shop: ShopId, after: u64, limit: u32) -> Result<Vec<ChainedDeed>, Failure>;
    /// Where the chain ends; [`ChainEnd::start`] before the first deed.
    async fn chain_end(&mut self, shop: ShopId) -> Result<ChainEnd, Failure>;
}
}

writes! {
/// Writes of what operators did. There is no update and no delete.
pub trait ActionWrites {
    /// Where the chain ends; nobody else appends to it until the end of this transaction. To be asked for last, because
    /// every deed of the shop waits for it.
    async fn lock_chain(&mut self, shop: ShopId) -> Result<ChainEnd, Failure>;
    /// Appends an action to the chain that was locked; `Taken` when the operator's key exists, and then nothing is
    /// written. Fails for a place that is not the next one.
    /// `seal` is that of the new end.
    async fn insert_action(
        &mut self,
        action: &DeedRecord,
        place: &Place,
        seal: &Fingerprint,
    ) -> Result<Inserted, Failure>;
}
}

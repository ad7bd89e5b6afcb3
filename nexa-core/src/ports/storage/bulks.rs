//! Changes of many subscriptions.

use super::{
    Locked, Page,
    layer::{reads, writes},
};
use crate::{
    domain::{
        bulk::{Bulk, Selection},
        subscription::Subscription,
    },
    error::Failure,
    ids::{BulkId, ShopId, SubscriptionId},
};
use jiff::Timestamp;

reads! {
/// Reads of bulks and of what they select.
pub trait BulkReads {
    /// One bulk.
    async fn bulk(&mut self, shop: ShopId, id: BulkId) -> Result<Option<Bulk>, Failure>;
    /// Bulks, newest first.
    async fn bulks(&mut self, shop: ShopId, page: Page) -> Result<Vec<Bulk>, Failure>;
    /// How many subscriptions are selected at `now`.
    async fn count_selected(&mut self, shop: ShopId, of: Selection, now: Timestamp) -> Result<u32, Failure>;
    /// The selected subscriptions behind this one, in the order of their ids, at most so many.
    async fn selected(
        &mut self,
        shop: ShopId,
        of: Selection,
        now: Timestamp,
        after: Option<SubscriptionId>,
        limit: u32,
    ) -> Result<Vec<Subscription>, Failure>;
}
}

writes! {
/// Writes of bulks.
pub trait BulkWrites {
    /// Inserts or replaces a bulk.
    async fn save_bulk(&mut self, bulk: &Bulk) -> Result<(), Failure>;
    /// A bulk that nobody else changes until the end of this transaction.
    async fn lock_bulk(&mut self, shop: ShopId, id: BulkId) -> Result<Option<Locked<Bulk>>, Failure>;
}
}

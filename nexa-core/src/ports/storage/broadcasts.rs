//! Broadcasts and their recipients.

use super::{
    Locked, Page,
    layer::{reads, writes},
};
use crate::{
    domain::broadcast::{Broadcast, RecipientState, Segment},
    error::Failure,
    ids::{BroadcastId, ShopId, UserId},
};
use jiff::Timestamp;

reads! {
/// Reads of broadcasts.
pub trait BroadcastReads {
    /// One broadcast.
    async fn broadcast(&mut self, shop: ShopId, id: BroadcastId) -> Result<Option<Broadcast>, Failure>;
    /// Broadcasts, newest first.
    async fn broadcasts(&mut self, shop: ShopId, page: Page) -> Result<Vec<Broadcast>, Failure>;
    /// How many users a segment has now.
    async fn count_segment(&mut self, shop: ShopId, of: Segment, now: Timestamp) -> Result<u32, Failure>;
    /// How many recipients a broadcast has, by what became of them; states without any are left out.
    async fn count_recipients(
        &mut self,
        shop: ShopId,
        id: BroadcastId,
    ) -> Result<Vec<(RecipientState, u32)>, Failure>;
    /// Recipients that are still to be tried, by their ids, at most so many.
    async fn pending_recipients(
        &mut self,
        shop: ShopId,
        id: BroadcastId,
        limit: u32,
    ) -> Result<Vec<UserId>, Failure>;
}
}

writes! {
/// Writes of broadcasts.
pub trait BroadcastWrites {
    /// Inserts or replaces a broadcast.
    async fn save_broadcast(&mut self, broadcast: &Broadcast) -> Result<(), Failure>;
    /// A broadcast that nobody else changes until the end of this transaction.
    async fn lock_broadcast(
        &mut self,
        shop: ShopId,
        id: BroadcastId,
    ) -> Result<Option<Locked<Broadcast>>, Failure>;
    /// Looks at the next users behind the broadcast's cursor, at most so many, and writes down those of its segment as
    /// recipients; the last user that was looked at, or nobody at the end. Whoever is written down already stays as they
    /// are.
    async fn gather_recipients(
        &mut self,
        broadcast: &Broadcast,
        now: Timestamp,
        limit: u32,
    ) -> Result<Option<UserId>, Failure>;
    /// Notes what became of a recipient.
    async fn save_recipient(
        &mut self,
        shop: ShopId,
        id: BroadcastId,
        user: UserId,
        state: RecipientState,
    ) -> Result<(), Failure>;
    /// Lets those for whom it failed be tried again; how many.
    async fn retry_recipients(&mut self, shop: ShopId, id: BroadcastId) -> Result<u64, Failure>;
}
}

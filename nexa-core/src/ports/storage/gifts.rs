//! Gifts.

use super::{
    Inserted, Locked,
    layer::{reads, writes},
};
use crate::{
    domain::gift::Gift,
    error::Failure,
    ids::{OrderId, ShopId, UserId},
    secret::Fingerprint,
};

reads! {
/// Reads of gifts.
pub trait GiftReads {
    /// The gift whose code has this look-up hash.
    async fn gift_by_code(&mut self, shop: ShopId, lookup: &Fingerprint) -> Result<Option<Gift>, Failure>;
    /// The gifts that a user bought, newest first.
    async fn gifts(&mut self, shop: ShopId, user: UserId) -> Result<Vec<Gift>, Failure>;
    /// The gift that was claimed by this order.
    async fn gift_claimed_by(&mut self, shop: ShopId, order: OrderId) -> Result<Option<Gift>, Failure>;
}
}

writes! {
/// Writes of gifts.
pub trait GiftWrites {
    /// Adds a gift; `Taken` when its order has one, or another has its code.
    async fn insert_gift(&mut self, gift: &Gift) -> Result<Inserted, Failure>;
    /// The gift of this order, which nobody else changes until the end of this transaction.
    async fn lock_gift(&mut self, shop: ShopId, order: OrderId) -> Result<Option<Locked<Gift>>, Failure>;
    /// Replaces what became of a gift; nothing else of it changes.
    async fn save_gift(&mut self, gift: Locked<Gift>) -> Result<(), Failure>;
}
}

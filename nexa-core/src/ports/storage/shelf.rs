//! How the operator arranged what there is, what servers cost, and what was taken away.

use super::layer::{reads, writes};
use crate::{
    domain::{rent::Rent, shelf::Shelf},
    error::Failure,
    ids::{GroupId, ServerId, ShopId},
};
use uuid::Uuid;

reads! {
/// Reads of it.
pub trait ShelfReads {
    /// What was arranged, in its order.
    async fn shelf(&mut self, shop: ShopId, which: Shelf) -> Result<Vec<Uuid>, Failure>;
    /// What servers cost, where something was noted, oldest server first.
    async fn rents(&mut self, shop: ShopId) -> Result<Vec<(ServerId, Rent)>, Failure>;
    /// Whether a group has plans, servers, or subscriptions that were not revoked.
    async fn group_in_use(&mut self, shop: ShopId, group: GroupId) -> Result<bool, Failure>;
    /// Whether any payment of this shop was ever paid.
    async fn was_paid(&mut self, shop: ShopId) -> Result<bool, Failure>;
}
}

writes! {
/// Writes of it.
pub trait ShelfWrites {
    /// Puts these in this order, in place of what was arranged before.
    async fn arrange(&mut self, shop: ShopId, which: Shelf, order: &[Uuid]) -> Result<(), Failure>;
    /// Notes what a server costs, in place of what was noted before.
    async fn save_rent(&mut self, shop: ShopId, server: ServerId, rent: &Rent) -> Result<(), Failure>;
    /// Takes a server away: nothing reads it any more, and its configuration is forgotten. What was counted on it stays.
    async fn retire_server(&mut self, shop: ShopId, server: ServerId) -> Result<(), Failure>;
    /// Takes a group away: nothing reads it any more.
    async fn retire_group(&mut self, shop: ShopId, group: GroupId) -> Result<(), Failure>;
}
}

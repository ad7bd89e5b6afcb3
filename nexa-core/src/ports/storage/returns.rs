//! Movements that are sent back.

use super::{
    Inserted,
    layer::{reads, writes},
};
use crate::{
    domain::returns::Return,
    error::Failure,
    ids::{PaymentId, ShopId, UserId},
};

reads! {
/// Reads of returns.
pub trait ReturnReads {
    /// Returns of a payment, the first that was asked for first.
    async fn returns(&mut self, shop: ShopId, payment: PaymentId) -> Result<Vec<Return>, Failure>;
    /// Whether a payment of this user is contested.
    async fn is_contested(&mut self, shop: ShopId, user: UserId) -> Result<bool, Failure>;
}
}

writes! {
/// Writes of returns.
pub trait ReturnWrites {
    /// Inserts or replaces a return by family and movement. One that was sent is never changed, and none moves to another
    /// payment (`Taken` then). Its movement must be there.
    async fn save_return(&mut self, row: &Return) -> Result<Inserted, Failure>;
}
}

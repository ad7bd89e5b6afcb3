//! Movements that are sent back.

use super::Inserted;
use crate::{
    domain::returns::Return,
    error::Failure,
    ids::{PaymentId, ShopId, UserId},
};
use async_trait::async_trait;

/// Reads of returns.
#[async_trait]
pub trait ReturnReads {
    /// Returns of a payment, the first that was asked for first.
    async fn returns(&mut self, shop: ShopId, payment: PaymentId) -> Result<Vec<Return>, Failure>;
    /// Whether a payment of this user is contested.
    async fn is_contested(&mut self, shop: ShopId, user: UserId) -> Result<bool, Failure>;
}

/// Writes of returns.
#[async_trait]
pub trait ReturnWrites {
    /// Inserts or replaces a return by family and movement. One that was sent is never changed, and none moves to another
    /// payment (`Taken` then). Its movement must be there.
    async fn save_return(&mut self, row: &Return) -> Result<Inserted, Failure>;
}

//! What came in, and what still has to be looked at.

use super::layer::reads;
use crate::{
    domain::{order::Order, payment::Payment, receipt::Receipt, takings::Taken},
    error::Failure,
    ids::ShopId,
};
use jiff::Timestamp;

reads! {
/// Reads over all payments of a shop.
pub trait TakingReads {
    /// Confirmed transfers that were first seen in this span, from the first moment on, without the last; oldest first.
    async fn taken(&mut self, shop: ShopId, from: Timestamp, to: Timestamp) -> Result<Vec<Taken>, Failure>;
    /// Payments made before then that were never opened, are short, on their way, on their way back, contested or in
    /// doubt; oldest first, at most so many.
    async fn unresolved_payments(
        &mut self,
        shop: ShopId,
        before: Timestamp,
        limit: u32,
    ) -> Result<Vec<Payment>, Failure>;
    /// Orders placed before then that are paid and not fulfilled, are being taken back, or need attention; oldest first,
    /// at most so many.
    async fn unresolved_orders(
        &mut self,
        shop: ShopId,
        before: Timestamp,
        limit: u32,
    ) -> Result<Vec<Order>, Failure>;
    /// Receipts handed in before then that await a decision; oldest first, at most so many.
    async fn unresolved_receipts(
        &mut self,
        shop: ShopId,
        before: Timestamp,
        limit: u32,
    ) -> Result<Vec<Receipt>, Failure>;
}
}

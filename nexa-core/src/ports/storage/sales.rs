//! What was sold in a span of time, grouped and summed where the rows are.

use super::layer::reads;
use crate::{
    domain::sales::{Moved, Sold},
    error::Failure,
    ids::ShopId,
};
use jiff::Timestamp;

reads! {
/// Reads of sales. Spans are from the first moment on, without the last.
pub trait SalesReads {
    /// Orders that were paid in this span, by kind, plan and the gateway of the last payment that was paid in full.
    async fn sold(&mut self, shop: ShopId, from: Timestamp, to: Timestamp) -> Result<Vec<Sold>, Failure>;
    /// How far the revenue account moved in this span, by cause.
    async fn revenue(&mut self, shop: ShopId, from: Timestamp, to: Timestamp) -> Result<Vec<Moved>, Failure>;
    /// How many customers signed up in this span.
    async fn count_new_users(&mut self, shop: ShopId, from: Timestamp, to: Timestamp)
    -> Result<u32, Failure>;
}
}

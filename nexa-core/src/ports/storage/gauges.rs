//! What waits in all shops together, and whether the books are right.

use super::layer::reads;
use crate::{
    domain::{gauge::Pile, money::Currency},
    error::Failure,
};
use jiff::Timestamp;

reads! {
/// Reads over all shops, for those who watch the installation. They may come four times a minute, so each is over an index of
/// what waits and looks at `most` rows at most, however much was ever sold. Only [`GaugeReads::ledger_sums`] looks at
/// every balance.
pub trait GaugeReads {
    /// Ready jobs that are due at `now`, by their names; the oldest first.
    async fn due_jobs(&mut self, now: Timestamp, most: u32) -> Result<Vec<Pile>, Failure>;
    /// Jobs that failed too often, by their names, since they were to run last.
    async fn given_up_jobs(&mut self, most: u32) -> Result<Vec<Pile>, Failure>;
    /// Payments that were never opened, are short, on their way, on their way back, contested or in doubt, by state, since
    /// they were made.
    async fn piled_payments(&mut self, most: u32) -> Result<Vec<Pile>, Failure>;
    /// Orders that are paid and not fulfilled, or being taken back, by state, since they were paid.
    async fn piled_orders(&mut self, most: u32) -> Result<Vec<Pile>, Failure>;
    /// Orders that need attention, by reason, since they were placed.
    async fn flagged_orders(&mut self, most: u32) -> Result<Vec<Pile>, Failure>;
    /// When a rate was last taken from markets, by asset, in any shop with automatic rates.
    async fn newest_rates(&mut self) -> Result<Vec<(Currency, Timestamp)>, Failure>;
    /// By how much the balances of the shops are away from zero, by currency: what one shop has too much never hides what
    /// another has too little. Every currency that is booked in is there.
    async fn ledger_sums(&mut self) -> Result<Vec<(Currency, i64)>, Failure>;
}
}

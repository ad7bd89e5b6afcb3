//! The port to what markets say an asset is worth. Sources report; `domain/market.rs` decides what is believed.

use super::outcome::Outcome;
use crate::domain::{market::Quote, money::Currency};
use async_trait::async_trait;
use jiff::Timestamp;

/// One market, or somebody who watches several.
///
/// # Behaviour
/// - `quotes` gives quotes of the wanted assets only, each under the source's own name.
/// - `quotes` leaves out what it has no price for; it never makes one up, and never gives zero.
/// - `quotes` says as of when each is, if the source tells; else it is as of `now`.
/// - `quotes` answers `Unreachable` or `Ambiguous` when nothing could be read, never an empty list for it.
/// - No text of an outcome holds a key.
#[async_trait]
pub trait RateSource: Send + Sync {
    /// Its name, short and stable: it stands in logs, and no two sources have the same.
    fn name(&self) -> &str;
    /// What one whole unit of each of these is worth, in whatever the source prices it in.
    async fn quotes(&self, assets: &[Currency], now: Timestamp) -> Outcome<Vec<Quote>>;
}

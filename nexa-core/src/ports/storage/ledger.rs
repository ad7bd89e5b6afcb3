//! Journals and balances.

use super::{
    Page,
    layer::{reads, writes},
};
use crate::{
    domain::{
        ledger::{Account, Journal},
        money::{Currency, Money},
    },
    error::Failure,
    ids::{JournalId, ShopId},
};
use jiff::Timestamp;

/// What became of a posting.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use]
pub enum Posted {
    /// It is in the books.
    New,
    /// The same cause was posted before; nothing was written.
    Already,
    /// It would take an account below zero that must not go there; nothing was written.
    Short,
}

/// One line of an account's history.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PostedEntry {
    /// In which journal.
    pub journal: JournalId,
    /// Its cause.
    pub cause: String,
    /// How much.
    pub amount: Money,
    /// When.
    pub at: Timestamp,
}

reads! {
/// Reads of the books.
pub trait LedgerReads {
    /// An account's balance.
    async fn balance(&mut self, shop: ShopId, account: Account, currency: Currency)
    -> Result<Money, Failure>;
    /// An account's history, newest first. The page counts journals, so that no journal is cut in two.
    async fn entries(
        &mut self,
        shop: ShopId,
        account: Account,
        page: Page,
    ) -> Result<Vec<PostedEntry>, Failure>;
    /// Whether something was posted in the shop for this cause.
    async fn is_posted(&mut self, shop: ShopId, cause: &str) -> Result<bool, Failure>;
    /// Every account's balance, and separately the sum of its entries: the two must agree, and all sums per currency
    /// must be zero.
    async fn trial_balance(&mut self, shop: ShopId) -> Result<Vec<(Account, Money, Money)>, Failure>;
}
}

writes! {
/// Writes of the books. There is no update and no delete.
pub trait LedgerWrites {
    /// Posts a journal once per shop and cause and moves the balances with it.
    async fn post(&mut self, journal: &Journal) -> Result<Posted, Failure>;
}
}

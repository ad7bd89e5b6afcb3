//! Whole lists of a shop, slice by slice.

use super::{Page, layer::reads};
use crate::{
    domain::{ledger::Entry, payment::Payment},
    error::Failure,
    ids::{JournalId, ShopId},
};
use jiff::Timestamp;

/// A journal as the books hold it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PostedJournal {
    /// Its id.
    pub id: JournalId,
    /// Its cause.
    pub cause: String,
    /// When it was posted.
    pub at: Timestamp,
    /// Its lines, in order.
    pub entries: Vec<Entry>,
}

reads! {
/// Reads of whole lists.
pub trait ExportReads {
    /// Journals, newest first, each with all of its lines.
    async fn journals(&mut self, shop: ShopId, page: Page) -> Result<Vec<PostedJournal>, Failure>;
    /// Payments of every order, newest first.
    async fn all_payments(&mut self, shop: ShopId, page: Page) -> Result<Vec<Payment>, Failure>;
}
}

//! Lists to take along.

use crate::storefront::model::MoneyView;
use serde::{Deserialize, Serialize};

/// Which part of a list is wanted.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ExportRequest {
    /// The language of the names of the columns, `fa`, `en` or `ru`; their stable names without one.
    pub locale: Option<String>,
    /// Of sales: the first day, e.g. `2026-11-27`; ninety days before the last one when not given.
    pub from: Option<String>,
    /// Of sales: the last day; today when not given.
    pub to: Option<String>,
    /// The `next` of the slice before; none for the first one, which begins with the names of the columns.
    pub cursor: Option<String>,
}

/// A slice of a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExportSlice {
    /// Lines of CSV, to be written behind the slice before.
    pub text: String,
    /// The cursor of the next slice; none at the end.
    pub next: Option<String>,
}

view! {
    /// A journal: transfers between accounts, for one cause.
    pub struct JournalView {
        /// Its id.
        pub journal_id: String,
        /// Its cause, e.g. `sale:` and the id of an order.
        pub cause: String,
        /// When it was posted.
        pub posted_at: String,
        /// Its lines, which sum to zero per currency.
        pub entries: Vec<LedgerEntryView>,
    }
    /// A line of a journal.
    pub struct LedgerEntryView {
        /// Whose, e.g. `wallet:` and the id of a user, or `revenue`.
        pub account: String,
        /// What the account gained, or lost when negative.
        pub amount: MoneyView,
    }
    /// A slice of journals.
    pub struct JournalPage {
        /// Newest first.
        pub items: Vec<JournalView>,
        /// The cursor of the next slice; none at the end.
        pub next: Option<String>,
    }
}

//! Lists to take along.

use super::{
    LocalBackoffice,
    model::{ExportRequest, ExportSlice, JournalPage, JournalView, LedgerEntryView},
};
use crate::{
    domain::{export::Export, permission::Permission, refusal::Refusal},
    engine::cases,
    error::Result,
    ports::storage::PostedJournal,
    storefront::{
        model::PageRequest,
        view::{locale, moment, money, next, page},
    },
};
use async_trait::async_trait;
use jiff::civil::Date;

/// Lists of a shop to take along, and its books line by line.
///
/// # Behaviour
/// - `export` and `ledger` need the permission `reports`.
/// - `export` gives a list in slices, newest first, sales from the first day on; together they are one CSV file, and no
///   slice is longer than a hundred rows, journals or days.
/// - Nothing that somebody typed begins a formula in it, and of ways to reach customers most letters are hidden.
/// - `ledger` shows every journal with all of its lines, newest first; its amounts sum to zero per currency.
#[async_trait]
pub trait Exports: Send + Sync {
    /// One slice of a list: `users`, `orders`, `payments`, `ledger`, `subscriptions`, `withdrawals` or `sales`.
    async fn export(&self, list: &str, request: ExportRequest) -> Result<ExportSlice>;
    /// The books, journal by journal.
    async fn ledger(&self, page: PageRequest) -> Result<JournalPage>;
}

#[async_trait]
impl Exports for LocalBackoffice {
    async fn export(&self, list: &str, request: ExportRequest) -> Result<ExportSlice> {
        self.who.may(Permission::Reports)?;
        let wanted = cases::Wanted {
            list: Export::from_name(list)?,
            locale: locale(request.locale.as_deref())?,
            from: day("from", request.from)?,
            to: day("to", request.to)?,
            after: request.cursor,
        };
        let slice = cases::export(&self.core, &self.who, wanted).await?;
        Ok(ExportSlice { text: slice.text, next: slice.next })
    }

    async fn ledger(&self, request: PageRequest) -> Result<JournalPage> {
        self.who.may(Permission::Reports)?;
        let page = page(&request)?;
        let rows = self.core.read().await?.journals(self.who.shop_id, page).await?;
        let items = rows.iter().map(journal).collect();
        Ok(JournalPage { items, next: next(&rows, page, |row| row.id.to_string()) })
    }
}

fn day(field: &'static str, text: Option<String>) -> Result<Option<Date>, Refusal> {
    let read = |text: String| text.parse().map_err(|_| Refusal::bad_input(field, "a date like 2026-11-27"));
    text.filter(|text| !text.is_empty()).map(read).transpose()
}

fn journal(of: &PostedJournal) -> JournalView {
    let entry = |entry: &crate::domain::ledger::Entry| LedgerEntryView {
        account: entry.account.to_string(),
        amount: money(entry.amount),
    };
    JournalView {
        journal_id: of.id.to_string(),
        cause: of.cause.clone(),
        posted_at: moment(of.at),
        entries: of.entries.iter().map(entry).collect(),
    }
}

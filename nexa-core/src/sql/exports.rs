//! Whole lists of a shop, slice by slice.

use super::{
    engine::sql,
    payments::payment,
    row::{Row, id},
    unit::{Unit, before, limit},
};
use crate::{
    domain::{ledger::Entry, payment::Payment},
    error::Failure,
    ids::ShopId,
    ports::storage::{ExportReads, Page, PostedJournal},
};
use async_trait::async_trait;

/// A line of a journal, as a journal that has only this line.
fn line(row: &Row) -> Result<PostedJournal, Failure> {
    let entry = Entry { account: row.parsed("account")?, amount: row.money("minor", "currency")? };
    Ok(PostedJournal {
        id: row.parsed("journal_id")?,
        cause: row.text("cause")?,
        at: row.moment("posted_at")?,
        entries: vec![entry],
    })
}

#[async_trait]
impl ExportReads for Unit {
    async fn journals(&mut self, shop: ShopId, page: Page) -> Result<Vec<PostedJournal>, Failure> {
        let text = "SELECT e.journal_id, e.account, e.minor, e.currency, j.cause, j.posted_at \
            FROM (SELECT id, cause, posted_at FROM journals WHERE shop_id = $1 AND id < $2 \
                ORDER BY id DESC LIMIT $3) AS j \
            JOIN entries e ON e.journal_id = j.id ORDER BY e.journal_id DESC, e.line";
        let lines = self.all(sql(text).bind(id(shop)).bind(before(page)).bind(limit(page)), line).await?;
        let mut journals: Vec<PostedJournal> = Vec::new();
        for line in lines {
            match journals.last_mut() {
                Some(last) if last.id == line.id => last.entries.extend(line.entries),
                _ => journals.push(line),
            }
        }
        Ok(journals)
    }

    async fn all_payments(&mut self, shop: ShopId, page: Page) -> Result<Vec<Payment>, Failure> {
        let text = "SELECT * FROM payments WHERE shop_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
        self.all(sql(text).bind(id(shop)).bind(before(page)).bind(limit(page)), payment).await
    }
}

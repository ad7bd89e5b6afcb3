//! Whole lists of a shop, slice by slice.

use super::{Unit, cut};
use crate::{
    domain::payment::Payment,
    error::Failure,
    ids::ShopId,
    ports::storage::{ExportReads, Page, PostedJournal},
};
use async_trait::async_trait;

#[async_trait]
impl ExportReads for Unit {
    async fn journals(&mut self, shop: ShopId, page: Page) -> Result<Vec<PostedJournal>, Failure> {
        let all = self.state.books.journals.values().rev().filter(|journal| journal.shop_id == shop);
        let posted = all.map(|journal| PostedJournal {
            id: journal.id,
            cause: journal.cause.clone(),
            at: journal.at,
            entries: journal.entries().to_vec(),
        });
        Ok(cut(posted, page, |journal| journal.id))
    }

    async fn all_payments(&mut self, shop: ShopId, page: Page) -> Result<Vec<Payment>, Failure> {
        let all = self.state.orders.payments.values().rev().filter(|payment| payment.shop_id == shop);
        Ok(cut(all.cloned(), page, |payment| payment.id))
    }
}

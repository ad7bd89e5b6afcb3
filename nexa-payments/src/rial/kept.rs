//! Pages that were asked for. The gateways make a new one at each request, so one is kept per payment for as long as it
//! is good, and two who open the same payment at once get the same.

use super::codec::Page;
use crate::http::Trouble;
use nexa_core::{ids::PaymentId, ports::gateway::Invoice};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{sync::OnceCell, time::Instant};

/// How long a page is good at least.
const GOOD_FOR: Duration = Duration::from_mins(30);
/// More than are opened in that time.
const MOST: usize = 5_000;

struct Kept {
    payment: PaymentId,
    minor: i64,
    since: Instant,
    page: Arc<OnceCell<Page>>,
}

/// The pages that may still be paid on.
#[derive(Default)]
pub(super) struct Pages(Mutex<VecDeque<Kept>>);

impl Pages {
    /// The payment's page, made by `ask` when there is none.
    pub(super) async fn get(
        &self,
        invoice: &Invoice,
        ask: impl Future<Output = Result<Page, Trouble>>,
    ) -> Result<Page, Trouble> {
        let cell = self.cell(invoice);
        cell.get_or_try_init(|| ask).await.cloned()
    }

    /// Which payment a page was asked for, as long as it is remembered.
    pub(super) fn payment_of(&self, reference: &str) -> Option<PaymentId> {
        let pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is = |kept: &&Kept| kept.page.get().is_some_and(|page| page.reference == reference);
        pages.iter().find(is).map(|kept| kept.payment)
    }

    fn cell(&self, invoice: &Invoice) -> Arc<OnceCell<Page>> {
        let mut pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pages.retain(|kept| kept.since.elapsed() < GOOD_FOR);
        let same = |kept: &&Kept| (kept.payment, kept.minor) == (invoice.payment_id, invoice.due.minor);
        if let Some(kept) = pages.iter().find(same) {
            return Arc::clone(&kept.page);
        }
        pages.truncate(MOST - 1);
        let page = Arc::default();
        pages.push_front(Kept {
            payment: invoice.payment_id,
            minor: invoice.due.minor,
            since: Instant::now(),
            page: Arc::clone(&page),
        });
        page
    }
}

//! An order while it is being paid and delivered.

use crate::{cancel::Cancel, error::ShopError, shop::Shop};
use nexa_core::storefront::model::OrderView;
use std::sync::{Arc, Mutex, PoisonError};

/// The first pause between two looks, in milliseconds; each is half as long again as the one before.
const FIRST_PAUSE: u32 = 1_000;
/// The longest.
const LONGEST_PAUSE: u32 = 15_000;

/// Follows one order. Nothing runs while nobody waits in [`next`](Self::next).
///
/// # Behaviour
/// - The first `next` gives the order as it is; each further one waits until it differs.
/// - After an order that is fulfilled, cancelled, expired or refunded, and after `cancel`, `next` gives nothing.
/// - An error of `next` does not end the watch: the next `next` looks again.
#[derive(uniffi::Object)]
pub struct OrderWatch {
    shop: Arc<Shop>,
    order_id: String,
    seen: Mutex<Option<OrderView>>,
    cancel: Cancel,
}

impl OrderWatch {
    pub(crate) fn new(shop: Arc<Shop>, order_id: String) -> Self {
        Self { shop, order_id, seen: Mutex::default(), cancel: Cancel::default() }
    }

    fn is_over(&self) -> bool {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.as_ref().is_some_and(|order| is_final(&order.state))
    }

    /// Keeps what was seen; whether it is news.
    fn note(&self, order: &OrderView) -> bool {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let news = seen.as_ref() != Some(order);
        *seen = Some(order.clone());
        news
    }

    async fn look(&self) -> Result<OrderView, ShopError> {
        let mut pause = FIRST_PAUSE;
        loop {
            let order = self.shop.order(self.order_id.clone()).await?;
            if self.note(&order) {
                return Ok(order);
            }
            self.shop.pause(pause).await;
            pause = (pause + pause / 2).min(LONGEST_PAUSE);
        }
    }
}

#[uniffi::export(async_runtime = "tokio")]
impl OrderWatch {
    /// The order when it has changed; none when there is nothing more to come.
    pub async fn next(&self) -> Result<Option<OrderView>, ShopError> {
        if self.is_over() {
            return Ok(None);
        }
        self.cancel.or(self.look()).await.transpose()
    }

    /// Ends it, and a `next` that waits.
    pub fn cancel(&self) {
        self.cancel.end();
    }
}

/// Whether nothing more is expected of an order in this state. Late money for one that expired goes to the wallet.
fn is_final(state: &str) -> bool {
    matches!(state, "fulfilled" | "cancelled" | "expired" | "refunded")
}

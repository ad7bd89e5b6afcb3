//! The part of the operator's port that is about payments which contradict our records.

use super::{
    LocalBackoffice,
    model::{AcceptPaymentRequest, DismissRequest, ReviewPage, ReviewView, TransferView},
};
use crate::{
    domain::payment::Movement,
    domain::permission::{Permission, SEE_PAYMENTS},
    engine::cases::{self, Review, Verdict},
    error::Result,
    storefront::{
        model::{OrderView, PageRequest},
        view::{amount, moment, money, next, word},
    },
};
use async_trait::async_trait;

/// Payments that a person must look at.
///
/// # Behaviour
/// - `reviews` shows every payment whose news contradicted our records and that nobody has decided on, and every one that
///   is contested. Of those the gateway decides; `dismiss_payment` gives one up until it says otherwise.
/// - `accept_payment` credits what is said to be there beside what was counted, once; `dismiss_payment` credits nothing.
/// - Each decision wants a reason, which stands among the `actions`.
/// - A second decision, and one on what changed since it was looked at, answer `already_decided`.
#[async_trait]
pub trait Reviews: Send + Sync {
    /// Payments that wait for a decision, newest orders first.
    async fn reviews(&self, page: PageRequest) -> Result<ReviewPage>;
    /// So much is there beside what was counted.
    async fn accept_payment(&self, payment_id: &str, request: AcceptPaymentRequest) -> Result<OrderView>;
    /// Nothing more is there than was counted.
    async fn dismiss_payment(&self, payment_id: &str, request: DismissRequest) -> Result<OrderView>;
}

#[async_trait]
impl Reviews for LocalBackoffice {
    async fn reviews(&self, request: PageRequest) -> Result<ReviewPage> {
        let page = self.page(SEE_PAYMENTS, &request)?;
        let (rows, orders) = cases::reviews(&self.core, &self.who, page).await?;
        let next = next(&orders, page, |o| o.id.to_string());
        Ok(ReviewPage { items: rows.iter().map(view).collect(), next })
    }

    async fn accept_payment(&self, payment_id: &str, request: AcceptPaymentRequest) -> Result<OrderView> {
        let (payment, received) =
            (self.id(Permission::DecidePayments, payment_id)?, amount(&request.received)?);
        let verdict = Verdict { version: request.version, reason: &request.reason };
        let order = cases::accept_payment(&self.core, &self.who, payment, received, verdict).await?;
        self.one_order(Permission::DecidePayments, order).await
    }

    async fn dismiss_payment(&self, payment_id: &str, request: DismissRequest) -> Result<OrderView> {
        let payment = self.id(Permission::DecidePayments, payment_id)?;
        let verdict = Verdict { version: request.version, reason: &request.reason };
        let order = cases::dismiss_payment(&self.core, &self.who, payment, verdict).await?;
        self.one_order(Permission::DecidePayments, order).await
    }
}

pub(super) fn view(Review { order, payment, movements }: &Review) -> ReviewView {
    ReviewView {
        payment_id: payment.id.to_string(),
        order_id: order.id.to_string(),
        user_id: order.user_id.to_string(),
        method: payment.gateway_id.to_string(),
        state: word(&payment.state),
        due: money(payment.due),
        received: money(payment.received),
        transfers: movements.iter().map(transfer).collect(),
        version: payment.version,
    }
}

fn transfer(of: &Movement) -> TransferView {
    TransferView {
        network: of.family.clone(),
        name: of.id.clone(),
        amount: money(of.amount),
        finality: word(&of.finality),
        seen_at: moment(of.seen_at),
    }
}

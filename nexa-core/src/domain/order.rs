//! What a user wants, and how far it has come.
//!
//! `Placed → AwaitingPayment → Paid → Fulfilled`, or `Cancelled`, `Expired`, `Refunding → Refunded`. Money that comes
//! after `Expired` may still make the order `Paid`; money after `Cancelled` stays in the wallet.

use super::{money::Money, plan::Terms, refusal::Refusal};
use crate::ids::{GroupId, OrderId, PlanId, ShopId, SubscriptionId, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// An order. Price, terms, group and subscription are pinned when it is placed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Order {
    /// Its id.
    pub id: OrderId,
    /// In which shop.
    pub shop_id: ShopId,
    /// Whose.
    pub user_id: UserId,
    /// What is wanted.
    pub kind: OrderKind,
    /// In the shop's currency; zero for a trial.
    pub price: Money,
    /// How far it has come.
    pub state: OrderState,
    /// Set when a person must look at it.
    pub attention: Option<Attention>,
    /// The Idempotency-Key it was placed with; unique per user.
    pub key: Option<String>,
    /// When it was placed.
    pub created_at: Timestamp,
    /// Unpaid at this moment, it expires.
    pub expires_at: Timestamp,
    /// When it was paid.
    pub paid_at: Option<Timestamp>,
    /// When its days and traffic were added to the subscription; none again after they were taken back.
    pub applied_at: Option<Timestamp>,
    /// When it was fulfilled.
    pub fulfilled_at: Option<Timestamp>,
}

/// What is wanted.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum OrderKind {
    /// A new subscription, whose id is chosen now.
    New(Sale),
    /// More time and traffic for an existing one.
    Renewal(Sale),
    /// A new subscription at no price, once per identity.
    Trial(Sale),
    /// Money into the wallet.
    TopUp,
}

/// The part of a plan that an order pins.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Sale {
    /// Which plan.
    pub plan_id: PlanId,
    /// Its name then.
    pub plan_name: String,
    /// What it gave then.
    pub terms: Terms,
    /// Where it is served.
    pub group_id: GroupId,
    /// For which subscription.
    pub subscription_id: SubscriptionId,
    /// The country that was wished, ISO 3166-1 alpha-2.
    pub region: Option<String>,
}

/// How far an order has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderState {
    /// Placed; no payment opened yet.
    Placed,
    /// A payment was opened.
    AwaitingPayment,
    /// Paid; being provisioned.
    Paid,
    /// Delivered.
    Fulfilled,
    /// Given up by the user or the operator before it was paid.
    Cancelled,
    /// Not paid in time.
    Expired,
    /// Being taken back.
    Refunding,
    /// Taken back; the money is in the wallet.
    Refunded,
}

/// Why a person must look.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attention {
    /// A payment contradicts our records.
    PaymentReview,
    /// A confirmed payment vanished from its chain after it was credited.
    PaymentReversed,
    /// A panel refuses what was sold.
    ProvisionRejected,
    /// No server of the group could be used for long.
    ProvisionStuck,
}

impl Order {
    /// The sale, unless it is a top-up.
    #[must_use]
    pub const fn sale(&self) -> Option<&Sale> {
        match &self.kind {
            OrderKind::New(sale) | OrderKind::Renewal(sale) | OrderKind::Trial(sale) => Some(sale),
            OrderKind::TopUp => None,
        }
    }

    /// Whether a payment may be opened.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(self.state, OrderState::Placed | OrderState::AwaitingPayment)
    }

    /// A payment was opened.
    pub fn await_payment(self) -> Result<Self, Refusal> {
        if self.is_open() {
            Ok(self.become_state(OrderState::AwaitingPayment))
        } else {
            Err(Refusal::OrderNotOpen)
        }
    }

    /// The price was taken from the wallet. Allowed after expiry too: late money is honoured.
    pub fn pay(self, now: Timestamp) -> Result<Self, Refusal> {
        match self.state {
            OrderState::Placed | OrderState::AwaitingPayment | OrderState::Expired => {
                Ok(Self { paid_at: Some(now), ..self.become_state(OrderState::Paid) })
            }
            _ => Err(Refusal::OrderNotOpen),
        }
    }

    /// What was wanted is delivered.
    pub fn fulfil(self, now: Timestamp) -> Result<Self, Refusal> {
        match self.state {
            OrderState::Paid => Ok(Self {
                fulfilled_at: Some(now),
                attention: None,
                ..self.become_state(OrderState::Fulfilled)
            }),
            _ => Err(Refusal::OrderNotOpen),
        }
    }

    /// Given up before it was paid.
    pub fn cancel(self) -> Result<Self, Refusal> {
        if self.is_open() { Ok(self.become_state(OrderState::Cancelled)) } else { Err(Refusal::OrderNotOpen) }
    }

    /// Its time ran out; an order that is no longer open stays as it is.
    pub fn expire(self) -> Result<Self, Refusal> {
        if self.is_open() { Ok(self.become_state(OrderState::Expired)) } else { Err(Refusal::OrderNotOpen) }
    }

    /// Begins to be taken back; blocks provisioning from now on.
    pub fn begin_refund(self) -> Result<Self, Refusal> {
        let refundable = matches!(self.state, OrderState::Paid | OrderState::Fulfilled);
        if refundable && self.sale().is_some() && self.price.is_positive() {
            Ok(self.become_state(OrderState::Refunding))
        } else {
            Err(Refusal::OrderNotRefundable)
        }
    }

    /// The service is undone and the money is back.
    pub fn finish_refund(self) -> Result<Self, Refusal> {
        match self.state {
            OrderState::Refunding => Ok(self.become_state(OrderState::Refunded)),
            _ => Err(Refusal::OrderNotRefundable),
        }
    }

    fn become_state(self, state: OrderState) -> Self {
        Self { state, ..self }
    }
}

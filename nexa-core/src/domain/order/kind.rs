//! What an order is for, with what it pins of it.

use crate::{
    domain::{gift::GiftSale, measure::Traffic, money::Money, pack::PackSale, plan::Terms},
    ids::{GroupId, PlanId, SubscriptionId},
};
use serde::{Deserialize, Serialize};

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
    /// Another plan for an existing one, at the price less what is left of the old plan's.
    Change(Change),
    /// More traffic or devices for the current period of an existing one.
    Pack(PackSale),
    /// Money into the wallet.
    TopUp,
    /// A new subscription at no price, from an operator.
    Given(Sale),
    /// A plan for whoever claims it.
    Gift(GiftSale),
    /// A service that was there before its user came, at no price, with what is left of it.
    Adopted(Sale),
}

/// The bare kind of an order, by which orders are counted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is named after its kind")]
pub enum What {
    New,
    Renewal,
    Trial,
    Change,
    Pack,
    TopUp,
    Given,
    Gift,
    Adopted,
}

/// A change of plan: the order's price is the new plan's less the credit, or nothing.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Change {
    /// The new plan, and which subscription it is for.
    pub sale: Sale,
    /// The period whose rest was credited; in another one the credit is void.
    pub period: u32,
    /// What the rest of that period was worth.
    pub credit: Money,
    /// What was left of that period's own traffic then; what is used of it afterwards comes out of the new plan's.
    pub left: Traffic,
    /// The part of the credit that is above the new plan's price; it goes to the wallet with the change.
    pub to_wallet: Money,
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

impl OrderKind {
    /// Of which plan; none for packs and top-ups.
    #[must_use]
    pub const fn plan_id(&self) -> Option<PlanId> {
        match self {
            Self::New(sale)
            | Self::Renewal(sale)
            | Self::Trial(sale)
            | Self::Given(sale)
            | Self::Adopted(sale) => Some(sale.plan_id),
            Self::Change(change) => Some(change.sale.plan_id),
            Self::Gift(gift) => Some(gift.plan_id),
            Self::Pack(_) | Self::TopUp => None,
        }
    }

    /// What it gives of a plan; nothing for packs and top-ups.
    #[must_use]
    pub const fn terms(&self) -> Option<&Terms> {
        match self {
            Self::New(sale)
            | Self::Renewal(sale)
            | Self::Trial(sale)
            | Self::Given(sale)
            | Self::Adopted(sale) => Some(&sale.terms),
            Self::Change(change) => Some(&change.sale.terms),
            Self::Gift(gift) => Some(&gift.terms),
            Self::Pack(_) | Self::TopUp => None,
        }
    }

    /// The same, to change them.
    pub const fn terms_mut(&mut self) -> Option<&mut Terms> {
        match self {
            Self::New(sale)
            | Self::Renewal(sale)
            | Self::Trial(sale)
            | Self::Given(sale)
            | Self::Adopted(sale) => Some(&mut sale.terms),
            Self::Change(change) => Some(&mut change.sale.terms),
            Self::Gift(gift) => Some(&mut gift.terms),
            Self::Pack(_) | Self::TopUp => None,
        }
    }

    /// The bare kind.
    #[must_use]
    pub const fn what(&self) -> What {
        match self {
            Self::New(_) => What::New,
            Self::Renewal(_) => What::Renewal,
            Self::Trial(_) => What::Trial,
            Self::Change(_) => What::Change,
            Self::Pack(_) => What::Pack,
            Self::TopUp => What::TopUp,
            Self::Given(_) => What::Given,
            Self::Gift(_) => What::Gift,
            Self::Adopted(_) => What::Adopted,
        }
    }
}

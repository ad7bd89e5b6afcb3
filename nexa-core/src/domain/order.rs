//! What a user wants, and how far it has come.
//!
//! `Placed → AwaitingPayment → Paid → Fulfilled`, or `Cancelled`, `Expired`, `Refunding → Refunded`. Money that comes
//! after `Expired` may still make the order `Paid`; money after `Cancelled` stays in the wallet.

mod attention;
mod kind;
mod number;

pub use attention::Attention;
pub use kind::{Change, OrderKind, Sale, What};
pub use number::OrderNumber;

use super::{coupon::Redemption, money::Money, refusal::Refusal};
use crate::ids::{OrderId, PlanId, ShopId, SubscriptionId, UserId};
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
    /// What is to be paid, in the shop's currency; zero for a trial and for what is given away.
    pub price: Money,
    /// The coupon that it was placed with, and what that makes of it. The price is after it.
    pub coupon: Option<Redemption>,
    /// How far it has come.
    pub state: OrderState,
    /// Set when a person must look at it.
    pub attention: Option<Attention>,
    /// The Idempotency-Key it was placed with; unique per user.
    pub key: Option<String>,
    /// Whether it waits for money in the wallet, and is paid from there as soon as there is enough.
    pub from_wallet: bool,
    /// What is set aside of the wallet for it, while a gateway is asked for the rest.
    pub held: Money,
    /// How often that changed; it names each change in the books.
    pub holds: u32,
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

/// Where the money of an order goes that is taken back.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundTo {
    /// Into the wallet.
    #[default]
    Wallet,
    /// Into the wallet, and from there to where it came from.
    Payer,
}

impl Order {
    /// What was sold of a plan; nothing for packs and top-ups, nor for gifts, which are another's.
    #[must_use]
    pub const fn sale(&self) -> Option<&Sale> {
        match &self.kind {
            OrderKind::New(sale)
            | OrderKind::Renewal(sale)
            | OrderKind::Trial(sale)
            | OrderKind::Given(sale)
            | OrderKind::Adopted(sale) => Some(sale),
            OrderKind::Change(change) => Some(&change.sale),
            OrderKind::Pack(_) | OrderKind::TopUp | OrderKind::Gift(_) => None,
        }
    }

    /// Of which plan; none for packs and top-ups.
    #[must_use]
    pub const fn plan_id(&self) -> Option<PlanId> {
        self.kind.plan_id()
    }

    /// What it would cost without its coupon.
    pub fn list_price(&self) -> Result<Money, Refusal> {
        self.coupon.as_ref().map_or(Ok(self.price), |coupon| self.price.plus(coupon.saving))
    }

    /// For which subscription; none for a top-up and a gift.
    #[must_use]
    pub fn subscription_id(&self) -> Option<SubscriptionId> {
        match &self.kind {
            OrderKind::Pack(pack) => Some(pack.subscription_id),
            _ => self.sale().map(|sale| sale.subscription_id),
        }
    }

    /// Placed to wait for the wallet until then.
    #[must_use]
    pub fn keep(self, until: Timestamp) -> Self {
        Self { from_wallet: true, expires_at: until, ..self.become_state(OrderState::AwaitingPayment) }
    }

    /// Another part of the wallet is set aside for it.
    #[must_use]
    pub fn hold(self, held: Money) -> Self {
        Self { held, holds: self.holds.saturating_add(1), ..self }
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

    /// The price was taken from what is set aside and from the wallet. Allowed after expiry too: late money is honoured.
    pub fn pay(self, now: Timestamp) -> Result<Self, Refusal> {
        match self.state {
            OrderState::Placed | OrderState::AwaitingPayment | OrderState::Expired => {
                let held = Money::zero(self.held.currency);
                Ok(Self { held, paid_at: Some(now), ..self.become_state(OrderState::Paid) })
            }
            _ => Err(Refusal::OrderNotOpen),
        }
    }

    /// What was wanted is delivered.
    pub fn fulfil(self, now: Timestamp) -> Result<Self, Refusal> {
        match self.state {
            OrderState::Paid => Ok(Self {
                fulfilled_at: Some(now),
                // What a panel had to do with is over; what became of its money is not.
                attention: self.attention.filter(|why| why.is_of_money()),
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
        if refundable && self.subscription_id().is_some() && self.price.is_positive() {
            Ok(self.become_state(OrderState::Refunding))
        } else {
            Err(Refusal::OrderNotRefundable)
        }
    }

    /// What cost nothing cannot be delivered any more.
    pub fn drop_free(self) -> Result<Self, Refusal> {
        if self.state == OrderState::Paid && self.price.is_zero() && self.applied_at.is_none() {
            Ok(self.become_state(OrderState::Cancelled))
        } else {
            Err(Refusal::OrderNotOpen)
        }
    }

    /// An unclaimed gift is taken back, or one that waits for its supplier; there is no service to undo.
    pub fn return_gift(self) -> Result<Self, Refusal> {
        let returnable = matches!(self.state, OrderState::Paid | OrderState::Fulfilled);
        if returnable && matches!(self.kind, OrderKind::Gift(_)) {
            let attention = self.attention.filter(|why| *why != Attention::SupplyUnpaid);
            Ok(Self { attention, ..self.become_state(OrderState::Refunded) })
        } else {
            Err(Refusal::OrderNotRefundable)
        }
    }

    /// Whether it can be taken back, as far as it tells itself.
    #[must_use]
    pub fn can_be_taken_back(&self) -> bool {
        let change_applied = matches!(self.kind, OrderKind::Change(_)) && self.applied_at.is_some();
        let gift = matches!(self.kind, OrderKind::Gift(_));
        let begun = if gift { self.clone().return_gift() } else { self.clone().begin_refund() };
        begun.is_ok() && !change_applied
    }

    /// The service is undone and the money is back.
    pub fn finish_refund(self) -> Result<Self, Refusal> {
        match self.state {
            // Whatever a person had to look at is settled by it, but for what is contested.
            OrderState::Refunding => {
                let attention = self.attention.filter(|why| *why == Attention::PaymentDisputed);
                Ok(Self { attention, ..self.become_state(OrderState::Refunded) })
            }
            _ => Err(Refusal::OrderNotRefundable),
        }
    }

    fn become_state(self, state: OrderState) -> Self {
        Self { state, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{extras::Extras, gift::GiftSale, measure::Traffic, money::Currency, plan::Terms};
    use OrderState::{AwaitingPayment, Cancelled, Expired, Fulfilled, Paid, Placed, Refunded, Refunding};
    use proptest::prelude::*;
    use uuid::Uuid;

    const STATES: [OrderState; 8] =
        [Placed, AwaitingPayment, Paid, Fulfilled, Cancelled, Expired, Refunding, Refunded];

    type Step = fn(Order) -> Result<Order, Refusal>;

    fn order(state: OrderState) -> Order {
        let nil = Uuid::nil();
        let sale = Sale {
            plan_id: nil.into(),
            plan_name: "Gold".to_owned(),
            terms: Terms { days: 30, traffic: Traffic::gib(50), devices: 2, extras: Extras::NONE },
            group_id: nil.into(),
            subscription_id: nil.into(),
            region: None,
        };
        Order {
            id: nil.into(),
            shop_id: nil.into(),
            user_id: nil.into(),
            kind: OrderKind::New(sale),
            price: Money::new(500, Currency::Usd),
            coupon: None,
            state,
            attention: None,
            key: None,
            from_wallet: false,
            held: Money::zero(Currency::Usd),
            holds: 0,
            created_at: Timestamp::UNIX_EPOCH,
            expires_at: Timestamp::UNIX_EPOCH,
            paid_at: None,
            applied_at: None,
            fulfilled_at: None,
        }
    }

    const STEPS: [(&str, Step, &[OrderState], OrderState); 7] = [
        ("await_payment", Order::await_payment, &[Placed, AwaitingPayment], AwaitingPayment),
        ("pay", |o| o.pay(Timestamp::UNIX_EPOCH), &[Placed, AwaitingPayment, Expired], Paid),
        ("fulfil", |o| o.fulfil(Timestamp::UNIX_EPOCH), &[Paid], Fulfilled),
        ("cancel", Order::cancel, &[Placed, AwaitingPayment], Cancelled),
        ("expire", Order::expire, &[Placed, AwaitingPayment], Expired),
        ("begin_refund", Order::begin_refund, &[Paid, Fulfilled], Refunding),
        ("finish_refund", Order::finish_refund, &[Refunding], Refunded),
    ];

    #[test]
    fn every_step_from_every_state() {
        for (name, step, from, to) in STEPS {
            for state in STATES {
                let after = step(order(state)).ok().map(|o| o.state);
                assert_eq!(after, from.contains(&state).then_some(to), "{name} from {state:?}");
            }
        }
    }

    #[test]
    fn what_cost_nothing_or_is_money_itself_is_not_refunded() {
        let free = Order { price: Money::zero(Currency::Usd), ..order(Fulfilled) };
        assert_eq!(free.begin_refund(), Err(Refusal::OrderNotRefundable));
        let top_up = Order { kind: OrderKind::TopUp, ..order(Fulfilled) };
        assert_eq!(top_up.begin_refund(), Err(Refusal::OrderNotRefundable));
    }

    #[test]
    fn a_gift_is_returned_as_a_whole_or_not() {
        let nil = Uuid::nil();
        let terms = Terms { days: 30, traffic: Traffic::gib(50), devices: 2, extras: Extras::NONE };
        let plan_name = "Gold".to_owned();
        let sale =
            GiftSale { plan_id: nil.into(), plan_name, terms, group_id: nil.into(), note_sealed: None };
        for state in STATES {
            let gift = Order { kind: OrderKind::Gift(sale.clone()), ..order(state) };
            assert_eq!(gift.subscription_id(), None);
            assert_eq!(gift.clone().begin_refund(), Err(Refusal::OrderNotRefundable));
            let returned = gift.return_gift().ok().map(|o| o.state);
            assert_eq!(returned, matches!(state, Paid | Fulfilled).then_some(Refunded));
            assert_eq!(order(state).return_gift(), Err(Refusal::OrderNotRefundable), "of another kind");
        }
    }

    #[test]
    fn only_what_cost_nothing_and_gave_nothing_is_dropped() {
        let free = Order { price: Money::zero(Currency::Usd), ..order(Paid) };
        assert_eq!(free.clone().drop_free().map(|o| o.state), Ok(Cancelled));
        let given = Order { applied_at: Some(Timestamp::UNIX_EPOCH), ..free.clone() };
        for wrong in [order(Paid), given, Order { state: Fulfilled, ..free }] {
            assert_eq!(wrong.drop_free(), Err(Refusal::OrderNotOpen));
        }
    }

    #[test]
    fn an_order_kept_for_the_wallet_is_open() {
        let kept = order(Placed).keep(Timestamp::MAX);
        assert!(kept.is_open() && kept.from_wallet && kept.expires_at == Timestamp::MAX);
    }

    proptest! {
        #[test]
        fn no_way_leads_from_paid_back_to_unpaid_or_to_a_second_refund(steps in prop::collection::vec(0..STEPS.len(), 0..40)) {
            let mut current = order(Placed);
            let (mut paid, mut refunded) = (0, 0);
            for index in steps {
                let (name, step, ..) = STEPS[index];
                let Ok(next) = step(current.clone()) else { continue };
                paid += u32::from(name == "pay");
                refunded += u32::from(name == "finish_refund");
                prop_assert_eq!(next.paid_at.is_some(), paid > 0);
                current = next;
            }
            prop_assert!(paid <= 1 && refunded <= paid);
        }
    }
}

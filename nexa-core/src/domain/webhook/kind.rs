//! What webhooks are told: which events, by which names, with which fields.
//!
//! A message holds ids and amounts. Names, addresses, links, keys and what people wrote stay here: whoever needs more asks
//! the API for it, with a key that may.

use super::super::{event::Event, money::Money, refusal::Refusal, time::from_millis};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

macro_rules! kinds {
    ($($(#[doc = $doc:literal])* $name:ident = $text:literal [$($field:literal)*]),+ $(,)?) => {
        /// What a webhook may be told.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        pub enum HookKind {
            $($(#[doc = $doc])* #[serde(rename = $text)] $name,)+
        }

        impl HookKind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// Its name, as receivers see it.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text),+ }
            }

            /// What it tells, in a sentence.
            #[must_use]
            pub const fn about(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc),*).trim_ascii()),+ }
            }

            /// The fields of its data. One with `?` behind it may be null or missing.
            #[must_use]
            pub const fn fields(self) -> &'static [&'static str] {
                match self { $(Self::$name => &[$($field),*]),+ }
            }
        }
    };
}

kinds! {
    /// An order was placed.
    OrderPlaced = "order.placed" ["order_id" "expires_at"],
    /// An order was paid, by whatever way.
    OrderPaid = "order.paid" ["order_id" "user_id" "subscription_id?"],
    /// An order was not paid in time.
    OrderExpired = "order.expired" ["order_id" "user_id"],
    /// An order was given up.
    OrderCancelled = "order.cancelled" ["order_id"],
    /// The price of an order was given back.
    OrderRefunded = "order.refunded" ["order_id" "user_id"],
    /// An order needs a person to look at it.
    OrderAttention = "order.attention" ["order_id"],
    /// Money is on its way.
    PaymentSeen = "payment.seen" ["payment_id" "order_id" "user_id"],
    /// Money came, and is final.
    PaymentReceived = "payment.received" ["payment_id" "order_id" "user_id"],
    /// Money came, but too little.
    PaymentShort = "payment.short" ["payment_id" "order_id" "user_id"],
    /// Money that was credited was taken back by whoever paid, their bank or the provider.
    PaymentReversed = "payment.reversed" ["payment_id" "order_id" "user_id"],
    /// A transfer was sent back.
    PaymentReturned = "payment.returned" ["payment_id" "user_id" "amount"],
    /// A subscription is ready for its first use.
    SubscriptionStarted = "subscription.started" ["subscription_id" "user_id" "ends_at"],
    /// A subscription was renewed.
    SubscriptionRenewed = "subscription.renewed" ["subscription_id" "user_id" "ends_at"],
    /// Another plan is in force, a pack was added, or an operator gave more.
    SubscriptionChanged = "subscription.changed" ["subscription_id" "user_id" "ends_at?"],
    /// A subscription ends soon.
    SubscriptionExpiring = "subscription.expiring" ["subscription_id" "user_id"],
    /// A subscription's time is over.
    SubscriptionEnded = "subscription.ended" ["subscription_id" "user_id"],
    /// A subscription's traffic is used up.
    SubscriptionExhausted = "subscription.exhausted" ["subscription_id" "user_id"],
    /// A subscription stands still because of a dispute.
    SubscriptionFrozen = "subscription.frozen" ["subscription_id" "user_id"],
    /// It goes on.
    SubscriptionThawed = "subscription.thawed" ["subscription_id" "user_id"],
    /// Somebody made an account.
    UserCreated = "user.created" ["user_id"],
    /// Somebody deleted the account.
    UserDeleted = "user.deleted" ["user_id"],
    /// A customer asks something.
    TicketOpened = "ticket.opened" ["ticket_id" "user_id"],
    /// A customer says more.
    TicketReplied = "ticket.replied" ["ticket_id" "user_id"],
    /// The shop answered.
    TicketAnswered = "ticket.answered" ["ticket_id" "user_id"],
    /// Nothing more is to be said.
    TicketClosed = "ticket.closed" ["ticket_id"],
    /// A gift was claimed.
    GiftClaimed = "gift.claimed" ["order_id" "user_id"],
    /// A reseller's credit runs low.
    ResellerLowBalance = "reseller.low_balance" ["reseller_id"],
    /// A reseller's credit is used up.
    ResellerOutOfCredit = "reseller.out_of_credit" ["reseller_id"],
    /// A month of a reseller was written down.
    InvoiceIssued = "invoice.issued" ["invoice_id"],
    /// An operator tries a webhook out.
    Test = "webhook.test" ["webhook_id"],
    /// An address that somebody gave is called once, e.g. of an affiliate network.
    Postback = "postback" [],
}

impl HookKind {
    /// Those that one may choose from.
    pub fn choices() -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(|kind| !matches!(kind, Self::Test | Self::Postback))
    }

    /// The kind of this name, of those that one may choose from.
    pub fn from_name(name: &str) -> Result<Self, Refusal> {
        let known = Self::choices().find(|kind| kind.name() == name);
        known.ok_or_else(|| Refusal::bad_input("kinds", "unknown"))
    }

    /// What webhooks are told of an event: the kind, and the fields. None of what concerns the shop's inside alone.
    #[must_use]
    pub fn of(event: &Event) -> Option<(Self, Map<String, Value>)> {
        let (kind, data) = orders(event).or_else(|| subscriptions(event)).or_else(|| people(event))?;
        match data {
            Value::Object(data) => Some((kind, data)),
            _ => None,
        }
    }

    /// The message: what receivers get, byte for byte, at every try.
    #[must_use]
    pub fn message(self, at: Timestamp, data: &Map<String, Value>) -> String {
        // As the API writes moments: without digits that nobody has.
        let at = from_millis(at.as_millisecond());
        json!({ "type": self.name(), "timestamp": at.to_string(), "data": data }).to_string()
    }
}

fn money(of: Money) -> Value {
    json!({ "minor": of.minor, "currency": of.currency.code() })
}

fn orders(event: &Event) -> Option<(HookKind, Value)> {
    let paid = |payment, order, user| json!({ "payment_id": payment, "order_id": order, "user_id": user });
    Some(match event {
        Event::OrderPlaced { order, expires_at } => {
            (HookKind::OrderPlaced, json!({ "order_id": order, "expires_at": expires_at.to_string() }))
        }
        Event::OrderPaid { order, user, subscription } => {
            let ids = json!({ "order_id": order, "user_id": user, "subscription_id": subscription });
            (HookKind::OrderPaid, ids)
        }
        Event::OrderExpired { order, user } => {
            (HookKind::OrderExpired, json!({ "order_id": order, "user_id": user }))
        }
        Event::OrderCancelled { order } => (HookKind::OrderCancelled, json!({ "order_id": order })),
        Event::OrderRefunded { order, user } => {
            (HookKind::OrderRefunded, json!({ "order_id": order, "user_id": user }))
        }
        Event::OrderFlagged { order } => (HookKind::OrderAttention, json!({ "order_id": order })),
        Event::PaymentSeen { payment, order, user } => (HookKind::PaymentSeen, paid(payment, order, user)),
        Event::PaymentReceived { payment, order, user } => {
            (HookKind::PaymentReceived, paid(payment, order, user))
        }
        Event::PaymentShort { payment, order, user } => (HookKind::PaymentShort, paid(payment, order, user)),
        Event::PaymentReversed { payment, order, user } => {
            (HookKind::PaymentReversed, paid(payment, order, user))
        }
        Event::ReturnSent { payment, user, amount } => {
            let data = json!({ "payment_id": payment, "user_id": user, "amount": money(*amount) });
            (HookKind::PaymentReturned, data)
        }
        _ => return None,
    })
}

fn subscriptions(event: &Event) -> Option<(HookKind, Value)> {
    let ids = |id, user| json!({ "subscription_id": id, "user_id": user });
    let until = |id, user, ends: &Timestamp| json!({ "subscription_id": id, "user_id": user, "ends_at": ends.to_string() });
    Some(match event {
        Event::SubscriptionReady { subscription, user, ends_at, renewed } => {
            let kind = if *renewed { HookKind::SubscriptionRenewed } else { HookKind::SubscriptionStarted };
            (kind, until(subscription, user, ends_at))
        }
        Event::SubscriptionAdopted { subscription, user, ends_at } => {
            (HookKind::SubscriptionStarted, until(subscription, user, ends_at))
        }
        Event::PlanChanged { subscription, user, ends_at }
        | Event::SubscriptionExtended { subscription, user, ends_at, .. } => {
            (HookKind::SubscriptionChanged, until(subscription, user, ends_at))
        }
        Event::PackAdded { subscription, user, .. } => {
            (HookKind::SubscriptionChanged, ids(subscription, user))
        }
        Event::EndsInDays { subscription, user, .. } | Event::EndsInHours { subscription, user, .. } => {
            (HookKind::SubscriptionExpiring, ids(subscription, user))
        }
        Event::SubscriptionEnded { subscription, user } => {
            (HookKind::SubscriptionEnded, ids(subscription, user))
        }
        Event::SubscriptionExhausted { subscription, user } => {
            (HookKind::SubscriptionExhausted, ids(subscription, user))
        }
        Event::SubscriptionFrozen { subscription, user } => {
            (HookKind::SubscriptionFrozen, ids(subscription, user))
        }
        Event::SubscriptionThawed { subscription, user } => {
            (HookKind::SubscriptionThawed, ids(subscription, user))
        }
        _ => return None,
    })
}

fn people(event: &Event) -> Option<(HookKind, Value)> {
    let ticket = |id, user| json!({ "ticket_id": id, "user_id": user });
    Some(match event {
        Event::UserSignedUp { user } => (HookKind::UserCreated, json!({ "user_id": user })),
        Event::UserLeft { user } => (HookKind::UserDeleted, json!({ "user_id": user })),
        Event::TicketOpened { ticket: id, user } => (HookKind::TicketOpened, ticket(id, user)),
        Event::TicketReplied { ticket: id, user } => (HookKind::TicketReplied, ticket(id, user)),
        Event::TicketAnswered { ticket: id, user } => (HookKind::TicketAnswered, ticket(id, user)),
        Event::TicketClosed { ticket } => (HookKind::TicketClosed, json!({ "ticket_id": ticket })),
        Event::GiftClaimed { order, user } => {
            (HookKind::GiftClaimed, json!({ "order_id": order, "user_id": user }))
        }
        Event::CreditLow { reseller, .. } => {
            (HookKind::ResellerLowBalance, json!({ "reseller_id": reseller }))
        }
        Event::CreditOut { reseller, .. } => {
            (HookKind::ResellerOutOfCredit, json!({ "reseller_id": reseller }))
        }
        Event::InvoiceIssued { invoice, .. } => (HookKind::InvoiceIssued, json!({ "invoice_id": invoice })),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{money::Currency, pack::PackKind};
    use std::collections::BTreeSet;
    use uuid::Uuid;

    #[test]
    fn a_message_holds_ids_and_says_when() {
        let id = Uuid::nil();
        let event = Event::OrderPaid { order: id.into(), user: id.into(), subscription: None };
        let (kind, data) = HookKind::of(&event).unwrap();
        let at = "2026-03-01T08:00:00.250Z".parse().unwrap();
        let told: Value = serde_json::from_str(&kind.message(at, &data)).unwrap();
        let nil = "00000000-0000-0000-0000-000000000000";
        let wanted = json!({
            "type": "order.paid",
            "timestamp": "2026-03-01T08:00:00.25Z",
            "data": { "order_id": nil, "user_id": nil, "subscription_id": null },
        });
        assert_eq!(told, wanted);
    }

    #[test]
    fn a_kind_tells_the_fields_that_it_says() {
        let (id, at) = (Uuid::nil(), "2026-03-01T08:00:00Z".parse().unwrap());
        let amount = Money::new(500, Currency::Usd);
        let (order, user, payment, subscription, ticket) =
            (id.into(), id.into(), id.into(), id.into(), id.into());
        let (reseller, invoice) = (id.into(), id.into());
        let events = [
            Event::OrderPlaced { order, expires_at: at },
            Event::OrderPaid { order, user, subscription: None },
            Event::OrderExpired { order, user },
            Event::OrderCancelled { order },
            Event::OrderRefunded { order, user },
            Event::OrderFlagged { order },
            Event::PaymentSeen { payment, order, user },
            Event::PaymentReceived { payment, order, user },
            Event::PaymentShort { payment, order, user },
            Event::PaymentReversed { payment, order, user },
            Event::ReturnSent { payment, user, amount },
            Event::SubscriptionReady { subscription, user, ends_at: at, renewed: true },
            Event::SubscriptionReady { subscription, user, ends_at: at, renewed: false },
            Event::SubscriptionAdopted { subscription, user, ends_at: at },
            Event::PlanChanged { subscription, user, ends_at: at },
            Event::SubscriptionExtended { subscription, user, ends_at: at, runs: true },
            Event::PackAdded { subscription, user, what: PackKind::Traffic },
            Event::EndsInDays { subscription, user, days: 3 },
            Event::EndsInHours { subscription, user, hours: 12 },
            Event::SubscriptionEnded { subscription, user },
            Event::SubscriptionExhausted { subscription, user },
            Event::SubscriptionFrozen { subscription, user },
            Event::SubscriptionThawed { subscription, user },
            Event::UserSignedUp { user },
            Event::UserLeft { user },
            Event::TicketOpened { ticket, user },
            Event::TicketReplied { ticket, user },
            Event::TicketAnswered { ticket, user },
            Event::TicketClosed { ticket },
            Event::GiftClaimed { order, user },
            Event::CreditLow { reseller, user },
            Event::CreditOut { reseller, user },
            Event::InvoiceIssued { invoice, user },
        ];
        let mut kinds = BTreeSet::new();
        for event in events {
            let (kind, data) = HookKind::of(&event).unwrap();
            let told: BTreeSet<_> = data.keys().map(String::as_str).collect();
            let said: BTreeSet<_> = kind.fields().iter().map(|field| field.trim_end_matches('?')).collect();
            let always: BTreeSet<_> = kind.fields().iter().copied().filter(|f| !f.ends_with('?')).collect();
            assert!(told.is_subset(&said) && told.is_superset(&always), "{}: {told:?}", kind.name());
            assert!(kind.about().ends_with('.') && !kind.about().starts_with(' '), "{}", kind.about());
            kinds.insert(kind);
        }
        assert_eq!(kinds, HookKind::choices().collect(), "each kind that one may choose");
    }

    #[test]
    fn kinds_are_known_by_their_names_and_written_so() {
        for kind in HookKind::choices() {
            assert_eq!(HookKind::from_name(kind.name()), Ok(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
            let plain = |c: char| c.is_ascii_lowercase() || matches!(c, '.' | '_');
            assert!(kind.name().chars().all(plain) && kind.name().contains('.'), "{}", kind.name());
        }
        assert!(HookKind::from_name("webhook.test").is_err() && HookKind::from_name("").is_err());
    }

    #[test]
    fn what_is_inside_stays_inside() {
        let id = Uuid::nil();
        assert!(HookKind::of(&Event::LinkReset { subscription: id.into(), user: id.into() }).is_none());
        assert!(HookKind::of(&Event::JobGivenUp { job: id.into() }).is_none());
    }
}

//! Facts that happened, and what follows from each: the pure table [`react`].

use super::{job::Job, money::Money, notice::Notice, pack::PackKind};
use crate::ids::{BroadcastId, OrderId, PaymentId, SubscriptionId, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A fact. Written in the transaction that made it true, together with its consequences.
#[expect(missing_docs, reason = "each field is the id of what its variant speaks of")]
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// A user signed up.
    UserSignedUp { user: UserId },
    /// A user deleted the account.
    UserLeft { user: UserId },
    /// An order was placed; unpaid it ends at `expires_at`.
    OrderPlaced { order: OrderId, expires_at: Timestamp },
    /// A payment was opened at its gateway.
    PaymentOpened { payment: PaymentId },
    /// Money is on its way.
    PaymentSeen { payment: PaymentId, user: UserId },
    /// Final money, but too little.
    PaymentShort { payment: PaymentId, user: UserId },
    /// Money went to the wallet instead of an order: late, surplus, or for a closed order.
    MoneyKept { payment: PaymentId, user: UserId },
    /// A payment contradicts our records.
    PaymentDoubted { payment: PaymentId },
    /// A receipt awaits the operator.
    ReceiptUploaded { payment: PaymentId },
    /// The operator said no.
    ReceiptRejected { payment: PaymentId, user: UserId },
    /// An order was paid; it needs provisioning unless it is a top-up.
    OrderPaid { order: OrderId, user: UserId, subscription: Option<SubscriptionId> },
    /// An order ran out of time.
    OrderExpired { order: OrderId, user: UserId },
    /// The user or the operator gave an order up.
    OrderCancelled { order: OrderId },
    /// The operator takes an order back.
    RefundBegun { order: OrderId, subscription: SubscriptionId },
    /// The money is back in the wallet.
    OrderRefunded { order: OrderId, user: UserId },
    /// First use or renewal is ready.
    SubscriptionReady { subscription: SubscriptionId, user: UserId, ends_at: Timestamp, renewed: bool },
    /// What the panels hold must change.
    SubscriptionChanged { subscription: SubscriptionId },
    /// Its time is over.
    SubscriptionEnded { subscription: SubscriptionId, user: UserId },
    /// Its traffic is used up.
    SubscriptionExhausted { subscription: SubscriptionId, user: UserId },
    /// A new link; the old one is dead.
    LinkReset { subscription: SubscriptionId, user: UserId },
    /// Money came into a wallet that orders wait for.
    WalletFilled { user: UserId },
    /// Another plan is in force.
    PlanChanged { subscription: SubscriptionId, user: UserId, ends_at: Timestamp },
    /// A pack was added.
    PackAdded { subscription: SubscriptionId, user: UserId, what: PackKind },
    /// Its traffic will soon be used up.
    TrafficLow { subscription: SubscriptionId, user: UserId },
    /// Its time will soon be over.
    EndsInDays { subscription: SubscriptionId, user: UserId, days: u32 },
    /// An operator extended it for nothing.
    SubscriptionExtended { subscription: SubscriptionId, user: UserId, ends_at: Timestamp },
    /// A broadcast is to be sent.
    BroadcastBegun { broadcast: BroadcastId },
    /// Its owner switched the renewal from the wallet on or off.
    AutoRenewSet { subscription: SubscriptionId, on: bool },
    /// It will be renewed from the wallet.
    RenewalAnnounced { subscription: SubscriptionId, user: UserId, price: Money, lack: Money },
    /// It could not be renewed from the wallet.
    RenewalFailed { subscription: SubscriptionId, user: UserId },
    /// It could not be renewed from the wallet for the last time.
    AutoRenewEnded { subscription: SubscriptionId, user: UserId },
}

impl Event {
    /// A short stable name, for the log and the database.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::UserSignedUp { .. } => "user_signed_up",
            Self::UserLeft { .. } => "user_left",
            Self::OrderPlaced { .. } => "order_placed",
            Self::PaymentOpened { .. } => "payment_opened",
            Self::PaymentSeen { .. } => "payment_seen",
            Self::PaymentShort { .. } => "payment_short",
            Self::MoneyKept { .. } => "money_kept",
            Self::PaymentDoubted { .. } => "payment_doubted",
            Self::ReceiptUploaded { .. } => "receipt_uploaded",
            Self::ReceiptRejected { .. } => "receipt_rejected",
            Self::OrderPaid { .. } => "order_paid",
            Self::OrderExpired { .. } => "order_expired",
            Self::OrderCancelled { .. } => "order_cancelled",
            Self::RefundBegun { .. } => "refund_begun",
            Self::OrderRefunded { .. } => "order_refunded",
            Self::SubscriptionReady { .. } => "subscription_ready",
            Self::SubscriptionChanged { .. } => "subscription_changed",
            Self::SubscriptionEnded { .. } => "subscription_ended",
            Self::SubscriptionExhausted { .. } => "subscription_exhausted",
            Self::LinkReset { .. } => "link_reset",
            Self::WalletFilled { .. } => "wallet_filled",
            Self::PlanChanged { .. } => "plan_changed",
            Self::PackAdded { .. } => "pack_added",
            Self::TrafficLow { .. } => "traffic_low",
            Self::EndsInDays { .. } => "ends_in_days",
            Self::BroadcastBegun { .. } => "broadcast_begun",
            Self::SubscriptionExtended { .. } => "subscription_extended",
            Self::AutoRenewSet { .. } => "auto_renew_set",
            Self::RenewalAnnounced { .. } => "renewal_announced",
            Self::RenewalFailed { .. } => "renewal_failed",
            Self::AutoRenewEnded { .. } => "auto_renew_ended",
        }
    }
}

/// A consequence: work for the worker, or a message to a user.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Consequence {
    /// Do this at that moment.
    Do(Job, Timestamp),
    /// Tell this user.
    Tell(UserId, Notice),
}

/// What follows from an event. The only place where consequences are decided.
#[must_use]
pub fn react(event: &Event, now: Timestamp) -> Vec<Consequence> {
    use Consequence::{Do, Tell};
    match *event {
        // A payment is watched by a job that stands in the queue since it was reserved.
        Event::UserSignedUp { .. }
        | Event::UserLeft { .. }
        | Event::PaymentOpened { .. }
        | Event::PaymentDoubted { .. }
        | Event::OrderCancelled { .. }
        | Event::ReceiptUploaded { .. } => vec![],
        Event::OrderPlaced { order, expires_at } => vec![Do(Job::ExpireOrder { order }, expires_at)],
        Event::PaymentSeen { payment, user } => vec![Tell(user, Notice::PaymentSeen { payment })],
        Event::PaymentShort { payment, user } => vec![Tell(user, Notice::PaymentShort { payment })],
        Event::MoneyKept { payment, user } => vec![Tell(user, Notice::MoneyInWallet { payment })],
        Event::ReceiptRejected { payment, user } => vec![Tell(user, Notice::ReceiptRejected { payment })],
        Event::OrderPaid { order, subscription: Some(subscription), .. } => {
            vec![Do(Job::Provision { subscription, order: Some(order) }, now)]
        }
        Event::OrderPaid { order, user, subscription: None } => {
            vec![Tell(user, Notice::WalletToppedUp { order })]
        }
        Event::OrderExpired { order, user } => vec![Tell(user, Notice::OrderExpired { order })],
        Event::RefundBegun { order, subscription } => vec![Do(Job::Refund { order, subscription }, now)],
        Event::OrderRefunded { order, user } => vec![Tell(user, Notice::Refunded { order })],
        Event::SubscriptionReady { subscription, user, ends_at, renewed } => vec![
            Tell(
                user,
                if renewed { Notice::Renewed { subscription } } else { Notice::Ready { subscription } },
            ),
            Do(Job::EndSubscription { subscription }, ends_at),
            Do(Job::Upkeep { subscription }, now),
        ],
        Event::SubscriptionChanged { subscription } => {
            vec![Do(Job::Provision { subscription, order: None }, now)]
        }
        Event::SubscriptionEnded { subscription, user } => vec![
            Do(Job::Provision { subscription, order: None }, now),
            Tell(user, Notice::Ended { subscription }),
        ],
        Event::SubscriptionExhausted { subscription, user } => vec![
            Do(Job::Provision { subscription, order: None }, now),
            Tell(user, Notice::Exhausted { subscription }),
        ],
        Event::LinkReset { subscription, user } => vec![
            Do(Job::Provision { subscription, order: None }, now),
            Tell(user, Notice::LinkReset { subscription }),
        ],
        Event::WalletFilled { user } => vec![Do(Job::SpendWallet { user }, now)],
        Event::PlanChanged { subscription, user, ends_at } => vec![
            Tell(user, Notice::PlanChanged { subscription }),
            Do(Job::EndSubscription { subscription }, ends_at),
            Do(Job::Upkeep { subscription }, now),
        ],
        Event::BroadcastBegun { broadcast } => vec![Do(Job::Broadcast { broadcast }, now)],
        Event::SubscriptionExtended { subscription, user, ends_at } => vec![
            Do(Job::Provision { subscription, order: None }, now),
            Tell(user, Notice::Extended { subscription }),
            Do(Job::EndSubscription { subscription }, ends_at),
            Do(Job::Upkeep { subscription }, now),
        ],
        Event::AutoRenewSet { subscription, .. } => vec![Do(Job::Upkeep { subscription }, now)],
        _ => told(event),
    }
}

/// What follows from an event that only a message follows from.
fn told(event: &Event) -> Vec<Consequence> {
    let (user, notice) = match *event {
        Event::PackAdded { subscription, user, what } => (user, Notice::PackAdded { subscription, what }),
        Event::TrafficLow { subscription, user } => (user, Notice::TrafficLow { subscription }),
        Event::EndsInDays { subscription, user, days: 1 } => (user, Notice::EndsInOneDay { subscription }),
        Event::EndsInDays { subscription, user, .. } => (user, Notice::EndsInThreeDays { subscription }),
        Event::RenewalAnnounced { subscription, user, price, lack } if lack.is_positive() => {
            (user, Notice::AutoRenewLacks { subscription, price, lack })
        }
        Event::RenewalAnnounced { subscription, user, price, .. } => {
            (user, Notice::AutoRenewSoon { subscription, price })
        }
        Event::RenewalFailed { subscription, user } => (user, Notice::AutoRenewFailed { subscription }),
        Event::AutoRenewEnded { subscription, user } => (user, Notice::AutoRenewOff { subscription }),
        _ => return Vec::new(),
    };
    vec![Consequence::Tell(user, notice)]
}

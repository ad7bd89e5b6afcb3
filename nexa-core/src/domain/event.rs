//! Facts that happened, and what follows from each: the pure table [`react`].

mod told;

use super::{
    alert::Alert, coupon::OwnCode, job::Job, measure::Traffic, money::Money, notice::Notice, order::RefundTo,
    pack::PackKind,
};
use crate::ids::{
    BroadcastId, BulkId, DepositId, InvoiceId, JobId, OrderId, PaymentId, ShopId, SubscriptionId, TicketId,
    UserId, WithdrawalId,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use told::{over, told};

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
    PaymentSeen { payment: PaymentId, order: OrderId, user: UserId },
    /// The money that was on its way is final, and paid its order.
    PaymentConfirmed { payment: PaymentId, order: OrderId, user: UserId },
    /// Final money came that was not counted before, whatever for.
    PaymentReceived { payment: PaymentId, order: OrderId, user: UserId },
    /// It was taken back, by whoever paid, their bank or the provider.
    PaymentReversed { payment: PaymentId, order: OrderId, user: UserId },
    /// Final money, but too little.
    PaymentShort { payment: PaymentId, order: OrderId, user: UserId },
    /// Money went to the wallet instead of an order: late, surplus, or for a closed order.
    MoneyKept { payment: PaymentId, user: UserId },
    /// A payment contradicts our records.
    PaymentDoubted { payment: PaymentId },
    /// A receipt awaits the operator.
    ReceiptUploaded { payment: PaymentId },
    /// Money came, and a person has to say for which payment.
    DepositWaits { deposit: DepositId },
    /// A customer asks something.
    TicketOpened { ticket: TicketId, user: UserId },
    /// A customer says more.
    TicketReplied { ticket: TicketId, user: UserId },
    /// The shop answered a customer.
    TicketAnswered { ticket: TicketId, user: UserId },
    /// Nothing more is to be said in a ticket.
    TicketClosed { ticket: TicketId },
    /// An order needs somebody's attention.
    OrderFlagged { order: OrderId },
    /// A job failed too often and is not tried any more.
    JobGivenUp { job: JobId },
    /// The operator said no.
    ReceiptRejected { payment: PaymentId, order: OrderId, user: UserId },
    /// An order was paid; it needs provisioning when it is for a subscription.
    OrderPaid { order: OrderId, user: UserId, subscription: Option<SubscriptionId> },
    /// A user accepted the invitation of another.
    InvitationAccepted { user: UserId, referrer: UserId },
    /// An order of somebody who was invited was paid with money.
    InvitedPaid { order: OrderId },
    /// What it brought is in the wallet of whoever gets a share, or of the invited.
    ReferralPaid { order: OrderId, referrer: UserId, reward: Money, invited: UserId, welcome: Money },
    /// It was refunded, and what it had brought was taken back as far as it was there.
    ReferralTakenBack { order: OrderId, referrer: UserId, reward: Money, invited: UserId, welcome: Money },
    /// A withdrawal was paid, or refused and is in the wallet again.
    WithdrawalDecided { withdrawal: WithdrawalId, user: UserId, amount: Money, paid: bool },
    /// A user got a coupon of their own.
    CouponGiven { user: UserId, code: OwnCode, until: Timestamp },
    /// Money that was ordered is in the wallet.
    WalletToppedUp { order: OrderId, user: UserId },
    /// A gift that was paid for has its code.
    GiftReady { order: OrderId, user: UserId },
    /// Somebody claimed the gift of this user.
    GiftClaimed { order: OrderId, user: UserId },
    /// An order ran out of time.
    OrderExpired { order: OrderId, user: UserId },
    /// The user or the operator gave an order up.
    OrderCancelled { order: OrderId },
    /// The operator takes an order back.
    RefundBegun {
        order: OrderId,
        subscription: SubscriptionId,
        #[serde(default)]
        to: RefundTo,
    },
    /// The money is back in the wallet.
    OrderRefunded { order: OrderId, user: UserId },
    /// A transfer was taken out of the wallet, to be sent back to whoever paid it.
    ReturnBegun { payment: PaymentId },
    /// It is back where it came from.
    ReturnSent { payment: PaymentId, user: UserId, amount: Money },
    /// The gateway does not send it; what was taken is in the wallet again.
    ReturnRefused { payment: PaymentId },
    /// First use or renewal is ready.
    SubscriptionReady { subscription: SubscriptionId, user: UserId, ends_at: Timestamp, renewed: bool },
    /// A service that was there before its user came is the shop's now.
    SubscriptionAdopted { subscription: SubscriptionId, user: UserId, ends_at: Timestamp },
    /// What the panels hold must change.
    SubscriptionChanged { subscription: SubscriptionId },
    /// Its time is over.
    SubscriptionEnded { subscription: SubscriptionId, user: UserId },
    /// Its traffic is used up.
    SubscriptionExhausted { subscription: SubscriptionId, user: UserId },
    /// A payment for it is contested: it stands still until that is decided.
    SubscriptionFrozen { subscription: SubscriptionId, user: UserId },
    /// That was decided for the shop: it goes on.
    SubscriptionThawed { subscription: SubscriptionId, user: UserId },
    /// It is over or used up, and goes on until then, for so many hours and with so much traffic.
    GraceBegun { subscription: SubscriptionId, user: UserId, until: Timestamp, hours: u32, traffic: Traffic },
    /// A new link; the old one is dead.
    LinkReset { subscription: SubscriptionId, user: UserId },
    /// Its new servers hold it; the old ones are given up.
    SubscriptionMoved { subscription: SubscriptionId, user: UserId },
    /// Money came into a wallet that orders wait for.
    WalletFilled { user: UserId },
    /// Another plan is in force.
    PlanChanged { subscription: SubscriptionId, user: UserId, ends_at: Timestamp },
    /// A pack was added.
    PackAdded { subscription: SubscriptionId, user: UserId, what: PackKind },
    /// Its traffic will soon be used up.
    TrafficLow { subscription: SubscriptionId, user: UserId },
    /// Nearly all of its traffic is used up.
    TrafficVeryLow { subscription: SubscriptionId, user: UserId },
    /// Its time will soon be over.
    EndsInDays { subscription: SubscriptionId, user: UserId, days: u32 },
    /// Its time will be over in a few hours.
    EndsInHours { subscription: SubscriptionId, user: UserId, hours: u32 },
    /// A day after it was ready nothing has connected.
    NotConnected { subscription: SubscriptionId, user: UserId },
    /// An operator extended it for nothing; whether it is in use then.
    SubscriptionExtended { subscription: SubscriptionId, user: UserId, ends_at: Timestamp, runs: bool },
    /// A broadcast is to be sent.
    BroadcastBegun { broadcast: BroadcastId },
    /// Many subscriptions are to be changed.
    BulkBegun { bulk: BulkId },
    /// Its owner switched the renewal from the wallet on or off.
    AutoRenewSet { subscription: SubscriptionId, on: bool },
    /// It will be renewed from the wallet.
    RenewalAnnounced { subscription: SubscriptionId, user: UserId, price: Money, lack: Money },
    /// It could not be renewed from the wallet.
    RenewalFailed { subscription: SubscriptionId, user: UserId },
    /// It could not be renewed from the wallet for the last time.
    AutoRenewEnded { subscription: SubscriptionId, user: UserId },
    /// What a paid order waited for was bought from the shop's supplier.
    OrderSupplied { order: OrderId, subscription: Option<SubscriptionId> },
    /// The shop may have credit with its supplier again, for orders that wait for it.
    CreditCame { shop: ShopId },
    /// A reseller's credit runs low; the user is the reseller.
    CreditLow { reseller: ShopId, user: UserId },
    /// A reseller sold what its credit does not cover.
    CreditOut { reseller: ShopId, user: UserId },
    /// A month of a reseller was written down.
    InvoiceIssued { invoice: InvoiceId, user: UserId },
    /// It is still unpaid.
    InvoiceUnpaid { invoice: InvoiceId, user: UserId },
    /// Because of that the reseller was suspended.
    SupplyStopped { reseller: ShopId, user: UserId },
}

impl Event {
    /// A short stable name, for the log and the database.
    #[must_use]
    #[expect(clippy::too_many_lines, reason = "a line for each event")]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::UserSignedUp { .. } => "user_signed_up",
            Self::UserLeft { .. } => "user_left",
            Self::OrderPlaced { .. } => "order_placed",
            Self::PaymentOpened { .. } => "payment_opened",
            Self::PaymentSeen { .. } => "payment_seen",
            Self::PaymentConfirmed { .. } => "payment_confirmed",
            Self::PaymentReceived { .. } => "payment_received",
            Self::PaymentReversed { .. } => "payment_reversed",
            Self::PaymentShort { .. } => "payment_short",
            Self::MoneyKept { .. } => "money_kept",
            Self::PaymentDoubted { .. } => "payment_doubted",
            Self::ReceiptUploaded { .. } => "receipt_uploaded",
            Self::DepositWaits { .. } => "deposit_waits",
            Self::TicketOpened { .. } => "ticket_opened",
            Self::TicketReplied { .. } => "ticket_replied",
            Self::TicketAnswered { .. } => "ticket_answered",
            Self::TicketClosed { .. } => "ticket_closed",
            Self::OrderFlagged { .. } => "order_flagged",
            Self::JobGivenUp { .. } => "job_given_up",
            Self::ReceiptRejected { .. } => "receipt_rejected",
            Self::OrderPaid { .. } => "order_paid",
            Self::InvitationAccepted { .. } => "invitation_accepted",
            Self::InvitedPaid { .. } => "invited_paid",
            Self::ReferralPaid { .. } => "referral_paid",
            Self::ReferralTakenBack { .. } => "referral_taken_back",
            Self::WithdrawalDecided { .. } => "withdrawal_decided",
            Self::CouponGiven { .. } => "coupon_given",
            Self::WalletToppedUp { .. } => "wallet_topped_up",
            Self::GiftReady { .. } => "gift_ready",
            Self::GiftClaimed { .. } => "gift_claimed",
            Self::OrderExpired { .. } => "order_expired",
            Self::OrderCancelled { .. } => "order_cancelled",
            Self::RefundBegun { .. } => "refund_begun",
            Self::OrderRefunded { .. } => "order_refunded",
            Self::ReturnBegun { .. } => "return_begun",
            Self::ReturnSent { .. } => "return_sent",
            Self::ReturnRefused { .. } => "return_refused",
            Self::SubscriptionFrozen { .. } => "subscription_frozen",
            Self::SubscriptionThawed { .. } => "subscription_thawed",
            Self::SubscriptionReady { .. } => "subscription_ready",
            Self::SubscriptionAdopted { .. } => "subscription_adopted",
            Self::SubscriptionChanged { .. } => "subscription_changed",
            Self::SubscriptionEnded { .. } => "subscription_ended",
            Self::SubscriptionExhausted { .. } => "subscription_exhausted",
            Self::GraceBegun { .. } => "grace_begun",
            Self::LinkReset { .. } => "link_reset",
            Self::SubscriptionMoved { .. } => "subscription_moved",
            Self::WalletFilled { .. } => "wallet_filled",
            Self::PlanChanged { .. } => "plan_changed",
            Self::PackAdded { .. } => "pack_added",
            Self::TrafficLow { .. } => "traffic_low",
            Self::TrafficVeryLow { .. } => "traffic_very_low",
            Self::EndsInDays { .. } => "ends_in_days",
            Self::EndsInHours { .. } => "ends_in_hours",
            Self::NotConnected { .. } => "not_connected",
            Self::BroadcastBegun { .. } => "broadcast_begun",
            Self::SubscriptionExtended { .. } => "subscription_extended",
            Self::AutoRenewSet { .. } => "auto_renew_set",
            Self::RenewalAnnounced { .. } => "renewal_announced",
            Self::RenewalFailed { .. } => "renewal_failed",
            Self::AutoRenewEnded { .. } => "auto_renew_ended",
            Self::OrderSupplied { .. } => "order_supplied",
            Self::CreditCame { .. } => "credit_came",
            Self::CreditLow { .. } => "credit_low",
            Self::CreditOut { .. } => "credit_out",
            Self::InvoiceIssued { .. } => "invoice_issued",
            Self::InvoiceUnpaid { .. } => "invoice_unpaid",
            Self::SupplyStopped { .. } => "supply_stopped",
            Self::BulkBegun { .. } => "bulk_begun",
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
    use Consequence::Do;
    match *event {
        // A payment is watched by a job that stands in the queue since it was reserved.
        Event::UserSignedUp { .. }
        | Event::UserLeft { .. }
        | Event::InvitationAccepted { .. }
        | Event::PaymentOpened { .. }
        | Event::PaymentDoubted { .. }
        | Event::ReturnRefused { .. }
        | Event::OrderCancelled { .. }
        | Event::TicketClosed { .. } => vec![],
        Event::ReceiptUploaded { payment } => alert(Alert::ReceiptUploaded { payment }, now),
        Event::DepositWaits { deposit } => alert(Alert::DepositWaits { deposit }, now),
        Event::TicketOpened { ticket, .. } => alert(Alert::TicketOpened { ticket }, now),
        Event::TicketReplied { ticket, .. } => alert(Alert::TicketReplied { ticket }, now),
        Event::OrderFlagged { order } => alert(Alert::OrderFlagged { order }, now),
        Event::JobGivenUp { job } => alert(Alert::JobGivenUp { job }, now),
        Event::OrderPlaced { order, expires_at } => vec![Do(Job::ExpireOrder { order }, expires_at)],
        Event::OrderPaid { order, subscription: Some(subscription), .. } => {
            let told = Job::Alert { alert: Alert::LargePayment { order } };
            vec![Do(Job::Provision { subscription, order: Some(order) }, now), Do(told, now)]
        }
        Event::InvitedPaid { order } => vec![Do(Job::RewardReferrer { order }, now)],
        Event::ReferralPaid { referrer, reward, invited, welcome, .. } => each([
            (referrer, reward, Notice::InvitationRewarded { reward }),
            (invited, welcome, Notice::WelcomeCredited { welcome }),
        ]),
        Event::ReferralTakenBack { referrer, reward, invited, welcome, .. } => each([
            (referrer, reward, Notice::InvitationRewardTakenBack { reward }),
            (invited, welcome, Notice::WelcomeCreditTakenBack { welcome }),
        ]),
        Event::OrderPaid { order, subscription: None, .. } => alert(Alert::LargePayment { order }, now),
        Event::RefundBegun { order, subscription, to } => {
            vec![Do(Job::Refund { order, subscription, to }, now)]
        }
        Event::ReturnBegun { payment } => vec![Do(Job::SendBack { payment }, now)],
        Event::WalletFilled { user } => vec![Do(Job::SpendWallet { user }, now)],
        Event::BulkBegun { bulk } => vec![Do(Job::Bulk { bulk }, now)],
        Event::BroadcastBegun { broadcast } => vec![Do(Job::Broadcast { broadcast }, now)],
        _ => supplied(event, now),
    }
}

/// What follows from what happens between a shop and its supplier.
fn supplied(event: &Event, now: Timestamp) -> Vec<Consequence> {
    use Consequence::{Do, Tell};
    match *event {
        Event::OrderSupplied { order, subscription: Some(subscription) } => {
            vec![Do(Job::Provision { subscription, order: Some(order) }, now)]
        }
        Event::CreditCame { shop } => vec![Do(Job::BuySupplies { shop }, now)],
        Event::CreditOut { reseller, user } => {
            vec![Do(Job::Alert { alert: Alert::CreditOut { reseller } }, now), Tell(user, Notice::CreditOut)]
        }
        _ => served(event, now),
    }
}

/// What follows from what happens to a subscription.
fn served(event: &Event, now: Timestamp) -> Vec<Consequence> {
    use Consequence::{Do, Tell};
    match *event {
        Event::SubscriptionReady { subscription, user, ends_at, renewed } => {
            let told =
                if renewed { Notice::Renewed { subscription } } else { Notice::Ready { subscription } };
            runs(subscription, ends_at, (user, told), now)
        }
        Event::SubscriptionAdopted { subscription, user, ends_at } => {
            runs(subscription, ends_at, (user, Notice::Adopted { subscription }), now)
        }
        Event::SubscriptionChanged { subscription } => {
            vec![Do(Job::Provision { subscription, order: None }, now)]
        }
        Event::SubscriptionEnded { .. } | Event::SubscriptionExhausted { .. } | Event::GraceBegun { .. } => {
            over(event, now)
        }
        Event::LinkReset { subscription, user } => vec![
            Do(Job::Provision { subscription, order: None }, now),
            Tell(user, Notice::LinkReset { subscription }),
        ],
        Event::SubscriptionFrozen { subscription, user } => vec![
            Do(Job::Provision { subscription, order: None }, now),
            Tell(user, Notice::Frozen { subscription }),
        ],
        Event::SubscriptionThawed { subscription, user } => vec![
            Do(Job::Provision { subscription, order: None }, now),
            // What came up while it stood still was left alone.
            Do(Job::Upkeep { subscription }, now),
            Tell(user, Notice::Thawed { subscription }),
        ],
        Event::PlanChanged { subscription, user, ends_at } => {
            runs(subscription, ends_at, (user, Notice::PlanChanged { subscription }), now)
        }
        Event::SubscriptionExtended { subscription, user, ends_at, .. } => vec![
            Do(Job::Provision { subscription, order: None }, now),
            Tell(user, Notice::Extended { subscription }),
            Do(Job::EndSubscription { subscription }, ends_at),
            Do(Job::Upkeep { subscription }, now),
        ],
        Event::AutoRenewSet { subscription, .. } => vec![Do(Job::Upkeep { subscription }, now)],
        _ => told(event),
    }
}

/// It runs until then, and its owner hears why.
fn runs(
    subscription: SubscriptionId,
    until: Timestamp,
    (owner, told): (UserId, Notice),
    now: Timestamp,
) -> Vec<Consequence> {
    vec![
        Consequence::Tell(owner, told),
        Consequence::Do(Job::EndSubscription { subscription }, until),
        Consequence::Do(Job::Upkeep { subscription }, now),
    ]
}

/// A message to each whom an amount concerns.
fn each(told: [(UserId, Money, Notice); 2]) -> Vec<Consequence> {
    let concerned = told.into_iter().filter(|(_, amount, _)| amount.is_positive());
    concerned.map(|(user, _, notice)| Consequence::Tell(user, notice)).collect()
}

/// Those who run the shop hear of it.
fn alert(alert: Alert, now: Timestamp) -> Vec<Consequence> {
    vec![Consequence::Do(Job::Alert { alert }, now)]
}

//! Messages to users: which ones exist and what they are about. The sentences are in `locales/`.

use super::{coupon::OwnCode, measure::Traffic, money::Money, pack::PackKind};
use crate::ids::{NoticeId, OrderId, PaymentId, ShopId, SubscriptionId, TicketId, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A message.
#[expect(missing_docs, reason = "each field is the id of what its variant speaks of")]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "notice", rename_all = "snake_case")]
pub enum Notice {
    /// The subscription can be used.
    Ready { subscription: SubscriptionId },
    /// A service that was there before is the shop's now.
    Adopted { subscription: SubscriptionId },
    /// It was renewed.
    Renewed { subscription: SubscriptionId },
    /// Its time is over.
    Ended { subscription: SubscriptionId },
    /// Its traffic is used up.
    Exhausted { subscription: SubscriptionId },
    /// It is over or used up, and goes on for so long and with so much, so that it can be renewed.
    Grace { subscription: SubscriptionId, hours: u32, traffic: Traffic },
    /// It has a new link.
    LinkReset { subscription: SubscriptionId },
    /// It moved to servers in another country.
    Moved { subscription: SubscriptionId },
    /// Money is on its way.
    PaymentSeen { payment: PaymentId, order: OrderId },
    /// The money that was on its way is final; what was bought follows.
    PaymentConfirmed { payment: PaymentId, order: OrderId },
    /// Too little money arrived.
    PaymentShort { payment: PaymentId, order: OrderId },
    /// Money went to the wallet instead of an order.
    MoneyInWallet { payment: PaymentId },
    /// The receipt was rejected.
    ReceiptRejected { payment: PaymentId, order: OrderId },
    /// The order ran out of time.
    OrderExpired { order: OrderId },
    /// The wallet was topped up.
    WalletToppedUp { order: OrderId },
    /// The money is back in the wallet.
    Refunded { order: OrderId },
    /// Money is back where it was paid from.
    SentBack { amount: Money },
    /// A payment for it is contested, so it stands still.
    Frozen { subscription: SubscriptionId },
    /// That was decided for the shop, so it goes on.
    Thawed { subscription: SubscriptionId },
    /// It ends in three days.
    EndsInThreeDays { subscription: SubscriptionId },
    /// It ends in a day.
    EndsInOneDay { subscription: SubscriptionId },
    /// It ends in six hours.
    EndsInSixHours { subscription: SubscriptionId },
    /// Four fifths of its traffic are used.
    TrafficLow { subscription: SubscriptionId },
    /// Nineteen twentieths of its traffic are used.
    TrafficVeryLow { subscription: SubscriptionId },
    /// It could be used for a day, and nothing has connected.
    NotConnected { subscription: SubscriptionId },
    /// It will be renewed from the wallet.
    AutoRenewSoon { subscription: SubscriptionId, price: Money },
    /// The same, but the wallet lacks this much.
    AutoRenewLacks { subscription: SubscriptionId, price: Money, lack: Money },
    /// It could not be renewed from the wallet, and is tried again.
    AutoRenewFailed { subscription: SubscriptionId },
    /// It could not be renewed from the wallet, and is not tried any more.
    AutoRenewOff { subscription: SubscriptionId },
    /// It has another plan.
    PlanChanged { subscription: SubscriptionId },
    /// Somebody whom the user invited bought something.
    InvitationRewarded { reward: Money },
    /// That was refunded.
    InvitationRewardTakenBack { reward: Money },
    /// A credit for somebody who was invited.
    WelcomeCredited { welcome: Money },
    /// What it was for was refunded.
    WelcomeCreditTakenBack { welcome: Money },
    /// Commission money is on its way to where the user wanted it.
    WithdrawalPaid { amount: Money },
    /// It is not; it is in the wallet again.
    WithdrawalRefused { amount: Money },
    /// The user has a coupon that nobody else can use.
    CouponGiven { code: OwnCode, until: Timestamp },
    /// It was extended for nothing.
    Extended { subscription: SubscriptionId },
    /// A gift that the user bought has its code.
    GiftReady { order: OrderId },
    /// Somebody claimed it.
    GiftClaimed { order: OrderId },
    /// The shop answered a question.
    TicketAnswered { ticket: TicketId },
    /// A pack was added.
    PackAdded { subscription: SubscriptionId, what: PackKind },
    /// The credit that the user sells on runs low.
    CreditLow,
    /// It does not cover what was sold.
    CreditOut,
    /// What the user owes as a reseller for a month was written down.
    InvoiceIssued,
    /// It is still unpaid.
    InvoiceUnpaid,
    /// Because of that the user may sell nothing new.
    SupplyStopped,
}

impl Notice {
    /// The key of its sentence: `notice-{key}`.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Ready { .. } => "ready",
            Self::Adopted { .. } => "adopted",
            Self::Renewed { .. } => "renewed",
            Self::Ended { .. } => "ended",
            Self::Exhausted { .. } => "exhausted",
            Self::Grace { .. } => "grace",
            Self::LinkReset { .. } => "link-reset",
            Self::Moved { .. } => "moved",
            Self::PaymentSeen { .. } => "payment-seen",
            Self::PaymentConfirmed { .. } => "payment-confirmed",
            Self::PaymentShort { .. } => "payment-short",
            Self::MoneyInWallet { .. } => "money-in-wallet",
            Self::ReceiptRejected { .. } => "receipt-rejected",
            Self::OrderExpired { .. } => "order-expired",
            Self::WalletToppedUp { .. } => "wallet-topped-up",
            Self::Refunded { .. } => "refunded",
            Self::SentBack { .. } => "sent-back",
            Self::Frozen { .. } => "frozen",
            Self::Thawed { .. } => "thawed",
            Self::EndsInThreeDays { .. } => "ends-in-three-days",
            Self::EndsInOneDay { .. } => "ends-in-one-day",
            Self::EndsInSixHours { .. } => "ends-in-six-hours",
            Self::TrafficLow { .. } => "traffic-low",
            Self::TrafficVeryLow { .. } => "traffic-very-low",
            Self::NotConnected { .. } => "not-connected",
            Self::AutoRenewSoon { .. } => "auto-renew-soon",
            Self::AutoRenewLacks { .. } => "auto-renew-lacks",
            Self::AutoRenewFailed { .. } => "auto-renew-failed",
            Self::AutoRenewOff { .. } => "auto-renew-off",
            Self::PlanChanged { .. } => "plan-changed",
            Self::InvitationRewarded { .. } => "invitation-rewarded",
            Self::InvitationRewardTakenBack { .. } => "invitation-reward-taken-back",
            Self::WelcomeCredited { .. } => "welcome-credited",
            Self::WelcomeCreditTakenBack { .. } => "welcome-credit-taken-back",
            Self::WithdrawalPaid { .. } => "withdrawal-paid",
            Self::WithdrawalRefused { .. } => "withdrawal-refused",
            Self::CouponGiven { .. } => "coupon-given",
            Self::Extended { .. } => "extended",
            Self::GiftReady { .. } => "gift-ready",
            Self::GiftClaimed { .. } => "gift-claimed",
            Self::TicketAnswered { .. } => "ticket-answered",
            Self::PackAdded { what: PackKind::Traffic, .. } => "traffic-added",
            Self::PackAdded { what: PackKind::Devices, .. } => "devices-added",
            Self::CreditLow => "credit-low",
            Self::CreditOut => "credit-out",
            Self::InvoiceIssued => "invoice-issued",
            Self::InvoiceUnpaid => "invoice-unpaid",
            Self::SupplyStopped => "supply-stopped",
        }
    }

    /// What kind of thing it is about.
    #[must_use]
    pub const fn matter(&self) -> Matter {
        match self {
            Self::PaymentSeen { .. }
            | Self::PaymentConfirmed { .. }
            | Self::PaymentShort { .. }
            | Self::MoneyInWallet { .. }
            | Self::ReceiptRejected { .. }
            | Self::OrderExpired { .. }
            | Self::WalletToppedUp { .. }
            | Self::Refunded { .. }
            | Self::SentBack { .. }
            | Self::WithdrawalPaid { .. }
            | Self::WithdrawalRefused { .. }
            | Self::GiftReady { .. }
            | Self::CreditLow
            | Self::CreditOut
            | Self::InvoiceIssued
            | Self::InvoiceUnpaid
            | Self::SupplyStopped => Matter::Payment,
            Self::Ready { .. }
            | Self::Adopted { .. }
            | Self::Renewed { .. }
            | Self::Ended { .. }
            | Self::Exhausted { .. }
            | Self::Grace { .. }
            | Self::LinkReset { .. }
            | Self::Moved { .. }
            | Self::Frozen { .. }
            | Self::Thawed { .. }
            | Self::AutoRenewSoon { .. }
            | Self::AutoRenewLacks { .. }
            | Self::AutoRenewFailed { .. }
            | Self::AutoRenewOff { .. }
            | Self::PlanChanged { .. }
            | Self::PackAdded { .. }
            | Self::Extended { .. }
            | Self::GiftClaimed { .. } => Matter::Subscription,
            Self::EndsInThreeDays { .. }
            | Self::EndsInOneDay { .. }
            | Self::EndsInSixHours { .. }
            | Self::TrafficLow { .. }
            | Self::TrafficVeryLow { .. }
            | Self::NotConnected { .. } => Matter::Reminder,
            Self::InvitationRewarded { .. }
            | Self::InvitationRewardTakenBack { .. }
            | Self::WelcomeCredited { .. }
            | Self::WelcomeCreditTakenBack { .. }
            | Self::CouponGiven { .. } => Matter::News,
            Self::TicketAnswered { .. } => Matter::Support,
        }
    }

    /// What its reader may do now, the likeliest first.
    #[must_use]
    pub fn actions(&self) -> Vec<Action> {
        use Action::{
            BuyTraffic, OpenOrder, OpenPlans, OpenSubscription, OpenTicket, OpenWallet, Renew, TopUp,
        };
        match *self {
            Self::CouponGiven { .. } => vec![OpenPlans],
            Self::TicketAnswered { ticket } => vec![OpenTicket { ticket }],
            Self::Ready { subscription }
            | Self::Adopted { subscription }
            | Self::Renewed { subscription }
            | Self::LinkReset { subscription }
            | Self::Moved { subscription }
            | Self::PlanChanged { subscription }
            | Self::PackAdded { subscription, .. }
            | Self::Extended { subscription }
            | Self::Frozen { subscription }
            | Self::Thawed { subscription }
            | Self::AutoRenewSoon { subscription, .. }
            | Self::NotConnected { subscription } => vec![OpenSubscription { subscription }],
            Self::Ended { subscription }
            | Self::Grace { subscription, .. }
            | Self::EndsInThreeDays { subscription }
            | Self::EndsInOneDay { subscription }
            | Self::EndsInSixHours { subscription } => {
                vec![Renew { subscription }, OpenSubscription { subscription }]
            }
            Self::Exhausted { subscription }
            | Self::TrafficLow { subscription }
            | Self::TrafficVeryLow { subscription } => {
                vec![BuyTraffic { subscription }, Renew { subscription }, OpenSubscription { subscription }]
            }
            Self::CreditLow
            | Self::CreditOut
            | Self::InvoiceIssued
            | Self::InvoiceUnpaid
            | Self::SupplyStopped => vec![TopUp, OpenWallet],
            Self::AutoRenewLacks { subscription, .. } => vec![TopUp, OpenSubscription { subscription }],
            Self::AutoRenewFailed { subscription } | Self::AutoRenewOff { subscription } => {
                vec![Renew { subscription }, TopUp]
            }
            Self::PaymentSeen { order, .. }
            | Self::PaymentConfirmed { order, .. }
            | Self::PaymentShort { order, .. }
            | Self::ReceiptRejected { order, .. }
            | Self::OrderExpired { order }
            | Self::GiftReady { order }
            | Self::GiftClaimed { order } => vec![OpenOrder { order }],
            Self::MoneyInWallet { .. }
            | Self::WalletToppedUp { .. }
            | Self::Refunded { .. }
            | Self::SentBack { .. }
            | Self::WithdrawalPaid { .. }
            | Self::WithdrawalRefused { .. }
            | Self::InvitationRewarded { .. }
            | Self::InvitationRewardTakenBack { .. }
            | Self::WelcomeCredited { .. }
            | Self::WelcomeCreditTakenBack { .. } => vec![OpenWallet],
        }
    }
}

/// What kind of thing a notice is about. Some kinds a user may do without.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Matter {
    /// Purchases and money.
    Payment,
    /// What was bought is ready or has changed.
    Subscription,
    /// What will soon be over.
    Reminder,
    /// Offers, and what the shop tells everybody.
    News,
    /// Answers to a user's questions.
    Support,
}

impl Matter {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Payment, Self::Subscription, Self::Reminder, Self::News, Self::Support];

    /// Whether a user may do without it, and wants it to wait at night.
    #[must_use]
    pub const fn is_optional(self) -> bool {
        matches!(self, Self::Reminder | Self::News | Self::Support)
    }

    /// The key of its title: `matter-{key}`.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Payment => "payment",
            Self::Subscription => "subscription",
            Self::Reminder => "reminder",
            Self::News => "news",
            Self::Support => "support",
        }
    }
}

/// Something that a notice leads to: a link on a page, a button in a messenger.
#[expect(missing_docs, reason = "each field is the id of what its variant speaks of")]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum Action {
    /// See the subscription, with its link.
    OpenSubscription { subscription: SubscriptionId },
    /// Renew it.
    Renew { subscription: SubscriptionId },
    /// Buy more traffic for it.
    BuyTraffic { subscription: SubscriptionId },
    /// Put money into the wallet.
    TopUp,
    /// See the wallet.
    OpenWallet,
    /// See what is on sale.
    OpenPlans,
    /// See the order, with what is still to be paid.
    OpenOrder { order: OrderId },
    /// Read what was answered.
    OpenTicket { ticket: TicketId },
}

impl Action {
    /// The key of its label: `action-{key}`.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::OpenSubscription { .. } => "open-subscription",
            Self::Renew { .. } => "renew",
            Self::BuyTraffic { .. } => "buy-traffic",
            Self::TopUp => "top-up",
            Self::OpenWallet => "open-wallet",
            Self::OpenPlans => "open-plans",
            Self::OpenOrder { .. } => "open-order",
            Self::OpenTicket { .. } => "open-ticket",
        }
    }
}

/// A message in a user's inbox, and whether it was sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NoticeRecord {
    /// Its id.
    pub id: NoticeId,
    /// In which shop.
    pub shop_id: ShopId,
    /// To whom.
    pub user_id: UserId,
    /// What.
    pub notice: Notice,
    /// When.
    pub created_at: Timestamp,
    /// When a notifier took it; the inbox shows it at once either way.
    pub delivered_at: Option<Timestamp>,
}

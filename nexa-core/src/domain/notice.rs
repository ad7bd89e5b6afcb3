//! Messages to users: which ones exist and what they are about. The sentences are in `locales/`.

use super::{money::Money, pack::PackKind};
use crate::ids::{NoticeId, OrderId, PaymentId, ShopId, SubscriptionId, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A message.
#[expect(missing_docs, reason = "each field is the id of what its variant speaks of")]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "notice", rename_all = "snake_case")]
pub enum Notice {
    /// The subscription can be used.
    Ready { subscription: SubscriptionId },
    /// It was renewed.
    Renewed { subscription: SubscriptionId },
    /// Its time is over.
    Ended { subscription: SubscriptionId },
    /// Its traffic is used up.
    Exhausted { subscription: SubscriptionId },
    /// It has a new link.
    LinkReset { subscription: SubscriptionId },
    /// Money is on its way.
    PaymentSeen { payment: PaymentId },
    /// Too little money arrived.
    PaymentShort { payment: PaymentId },
    /// Money went to the wallet instead of an order.
    MoneyInWallet { payment: PaymentId },
    /// The receipt was rejected.
    ReceiptRejected { payment: PaymentId },
    /// The order ran out of time.
    OrderExpired { order: OrderId },
    /// The wallet was topped up.
    WalletToppedUp { order: OrderId },
    /// The money is back in the wallet.
    Refunded { order: OrderId },
    /// It ends in three days.
    EndsInThreeDays { subscription: SubscriptionId },
    /// It ends in a day.
    EndsInOneDay { subscription: SubscriptionId },
    /// Four fifths of its traffic are used.
    TrafficLow { subscription: SubscriptionId },
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
    /// A gift that the user bought has its code.
    GiftReady { order: OrderId },
    /// Somebody claimed it.
    GiftClaimed { order: OrderId },
    /// A pack was added.
    PackAdded { subscription: SubscriptionId, what: PackKind },
}

impl Notice {
    /// The key of its sentence: `notice-{key}`.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Ready { .. } => "ready",
            Self::Renewed { .. } => "renewed",
            Self::Ended { .. } => "ended",
            Self::Exhausted { .. } => "exhausted",
            Self::LinkReset { .. } => "link-reset",
            Self::PaymentSeen { .. } => "payment-seen",
            Self::PaymentShort { .. } => "payment-short",
            Self::MoneyInWallet { .. } => "money-in-wallet",
            Self::ReceiptRejected { .. } => "receipt-rejected",
            Self::OrderExpired { .. } => "order-expired",
            Self::WalletToppedUp { .. } => "wallet-topped-up",
            Self::Refunded { .. } => "refunded",
            Self::EndsInThreeDays { .. } => "ends-in-three-days",
            Self::EndsInOneDay { .. } => "ends-in-one-day",
            Self::TrafficLow { .. } => "traffic-low",
            Self::AutoRenewSoon { .. } => "auto-renew-soon",
            Self::AutoRenewLacks { .. } => "auto-renew-lacks",
            Self::AutoRenewFailed { .. } => "auto-renew-failed",
            Self::AutoRenewOff { .. } => "auto-renew-off",
            Self::PlanChanged { .. } => "plan-changed",
            Self::InvitationRewarded { .. } => "invitation-rewarded",
            Self::InvitationRewardTakenBack { .. } => "invitation-reward-taken-back",
            Self::WelcomeCredited { .. } => "welcome-credited",
            Self::WelcomeCreditTakenBack { .. } => "welcome-credit-taken-back",
            Self::GiftReady { .. } => "gift-ready",
            Self::GiftClaimed { .. } => "gift-claimed",
            Self::PackAdded { what: PackKind::Traffic, .. } => "traffic-added",
            Self::PackAdded { what: PackKind::Devices, .. } => "devices-added",
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

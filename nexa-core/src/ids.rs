//! Identifiers: one type per thing, so that an order can never be passed where a payment is meant.
//!
//! Every id is a UUID version 7, minted by [`crate::world::World::id`] from the clock and the entropy port, so ids
//! sort by age and a simulation repeats them exactly.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// Something that is nothing but a UUID with a meaning.
pub trait Id: Copy + Ord + fmt::Display + From<Uuid> {
    /// The bare value.
    fn uuid(self) -> Uuid;
}

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl Id for $name {
            fn uuid(self) -> Uuid {
                self.0
            }
        }
        impl From<Uuid> for $name {
            fn from(value: Uuid) -> Self {
                Self(value)
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )+};
}

id! {
    /// A conversation of a customer with the shop.
    TicketId,
    /// Something that was said in one.
    TicketMessageId,
    /// A tenant.
    ShopId,
    /// A customer or a member of staff of one shop.
    UserId,
    /// A session or an API key.
    TokenId,
    /// Something on sale.
    PlanId,
    /// More traffic or devices, on sale.
    PackId,
    /// Servers that a plan is placed on together.
    GroupId,
    /// One panel node.
    ServerId,
    /// One configured way to be paid, e.g. "our Litecoin wallet".
    GatewayId,
    /// A code that makes something cheaper.
    CouponId,
    /// What a user wants.
    OrderId,
    /// One attempt to pay an order through one gateway.
    PaymentId,
    /// The right to use.
    SubscriptionId,
    /// One balanced set of ledger entries.
    JournalId,
    /// A fact that happened.
    EventId,
    /// Work to do.
    JobId,
    /// A message to a user.
    NoticeId,
    /// A message that a gateway sent us.
    CallbackId,
    /// A browser that shows messages.
    PushTargetId,
    /// Money that a bank told of.
    DepositId,
    /// The proof of a transfer that a customer uploaded.
    ReceiptId,
    /// A device that used a link.
    DeviceId,
    /// A passkey of a user.
    PasskeyId,
    /// One message to many.
    BroadcastId,
    /// Something that an operator did.
    ActionId,
    /// Wholesale prices.
    WholesaleListId,
    /// A month of a reseller.
    InvoiceId,
    /// A change of many subscriptions.
    BulkId,
    /// An answer kept for the next who asks.
    SavedAnswerId,
    /// A program that is told what happens.
    WebhookId,
    /// A message on its way to one.
    HookDeliveryId,
    /// An article of a shop, in one language.
    ArticleId,
    /// What an order brought to whoever brought its user.
    CommissionId,
    /// Commission money on its way out.
    WithdrawalId,
}

//! What was said to the outside, and what the outside really did: the truth that the checker holds us to.

use nexa_core::ids::{GatewayId, OrderId, PaymentId, ReceiptId, ShopId, SubscriptionId, UserId};
use std::collections::{BTreeMap, BTreeSet};

/// All of it.
#[derive(Default)]
pub struct Promises {
    /// The shop.
    pub shop: Option<ShopId>,
    /// Orders that a customer was told of, by owner and key.
    pub orders: BTreeMap<(UserId, String), OrderId>,
    /// Everybody who signed up.
    pub users: BTreeSet<UserId>,
    /// What the operator says that a receipt brought, in the gateway's asset.
    pub receipts: BTreeMap<ReceiptId, i64>,
    /// Payments that the bank sent money for, by gateway and reference.
    pub references: BTreeSet<(GatewayId, String)>,
    /// Money that the operator put into wallets, by user and key.
    pub corrections: BTreeMap<(UserId, String), i64>,
    /// Traffic that really went through, by subscription.
    pub passed: BTreeMap<SubscriptionId, u64>,
    /// Links that died by a reset.
    pub dead_links: Vec<String>,
    /// Subscriptions that the operator took back.
    pub revoked: BTreeSet<SubscriptionId>,
    /// Orders that the operator took back.
    pub refunded: BTreeSet<OrderId>,
    /// References whose money was taken back after it was final.
    pub wavered: BTreeSet<String>,
    /// Payments of card orders.
    pub cards: BTreeSet<PaymentId>,
}

//! Orders, payments, movements, receipts.

use super::{
    Inserted, Locked, Page,
    layer::{reads, writes},
};
use crate::{
    domain::{
        likeness::Likeness,
        money::Money,
        order::{Order, OrderNumber, OrderState},
        payment::{Movement, Payment},
        receipt::Receipt,
    },
    error::Failure,
    ids::{GatewayId, OrderId, PaymentId, ReceiptId, ShopId, SubscriptionId, UserId},
};
use jiff::Timestamp;

/// Which orders are wanted.
#[derive(Clone, Copy, Debug, Default)]
pub struct OrderFilter {
    /// Of this user only.
    pub user: Option<UserId>,
    /// In this state only.
    pub state: Option<OrderState>,
    /// Only those that a person must look at.
    pub attention: bool,
}

/// An amount reserved at a destination.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AmountLease {
    /// Where.
    pub destination: String,
    /// How much.
    pub amount: Money,
    /// For which payment.
    pub payment: PaymentId,
    /// Reserved until then.
    pub until: Timestamp,
}

reads! {
/// Reads of orders and payments.
pub trait OrderReads {
    /// One order.
    async fn order(&mut self, shop: ShopId, id: OrderId) -> Result<Option<Order>, Failure>;
    /// The order that a user placed with this Idempotency-Key.
    async fn order_by_key(&mut self, shop: ShopId, user: UserId, key: &str)
    -> Result<Option<Order>, Failure>;
    /// Orders, newest first.
    async fn orders(&mut self, shop: ShopId, filter: OrderFilter, page: Page) -> Result<Vec<Order>, Failure>;
    /// Orders of a subscription, newest first.
    async fn orders_of(&mut self, shop: ShopId, subscription: SubscriptionId) -> Result<Vec<Order>, Failure>;
    /// Open orders of a user that wait for money in the wallet, oldest first.
    async fn kept_orders(&mut self, shop: ShopId, user: UserId) -> Result<Vec<Order>, Failure>;
    /// The newest order with this number.
    async fn numbered_order(&mut self, shop: ShopId, number: OrderNumber) -> Result<Option<Order>, Failure>;
    /// One payment.
    async fn payment(&mut self, shop: ShopId, id: PaymentId) -> Result<Option<Payment>, Failure>;
    /// Payments of an order, newest first.
    async fn payments(&mut self, shop: ShopId, order: OrderId) -> Result<Vec<Payment>, Failure>;
    /// The payment that a gateway names so.
    async fn payment_by_reference(
        &mut self,
        gateway: GatewayId,
        reference: &str,
    ) -> Result<Option<Payment>, Failure>;
    /// Payments of a gateway that money is looked for at `now`: their watch is not over and they did not fail. Oldest
    /// first.
    async fn watched_payments(
        &mut self,
        shop: ShopId,
        gateway: GatewayId,
        now: Timestamp,
        page: Page,
    ) -> Result<Vec<Payment>, Failure>;
    /// Movements of a payment, oldest first.
    async fn movements(&mut self, payment: PaymentId) -> Result<Vec<Movement>, Failure>;
    /// The movement of this name, whichever payment it belongs to.
    async fn movement(&mut self, family: &str, id: &str) -> Result<Option<Movement>, Failure>;
    /// Receipts that await a decision, oldest first.
    async fn waiting_receipts(&mut self, shop: ShopId, page: Page) -> Result<Vec<Receipt>, Failure>;
    /// Receipts of a payment, newest first.
    async fn receipts(&mut self, shop: ShopId, payment: PaymentId) -> Result<Vec<Receipt>, Failure>;
    /// One receipt.
    async fn receipt(&mut self, shop: ShopId, id: ReceiptId) -> Result<Option<Receipt>, Failure>;
    /// How many receipts the user uploaded since then.
    async fn count_receipts(&mut self, shop: ShopId, user: UserId, since: Timestamp) -> Result<u32, Failure>;
    /// Whether a receipt with these bytes exists for another payment.
    async fn receipt_seen(&mut self, shop: ShopId, digest: &str, not: PaymentId) -> Result<bool, Failure>;
    /// What receipts for other payments look like, the newest first, at most so many.
    async fn likenesses(
        &mut self,
        shop: ShopId,
        not: PaymentId,
        limit: u32,
    ) -> Result<Vec<Likeness>, Failure>;
    /// How many receipts of a user were accepted, and how many rejected.
    async fn decided_receipts(&mut self, shop: ShopId, user: UserId) -> Result<(u32, u32), Failure>;
    /// What payments reserved at a destination since then came to (open and paid), in minor units.
    async fn leased_sum(&mut self, destination: &str, since: Timestamp) -> Result<i64, Failure>;
}
}

writes! {
/// Writes of orders and payments.
pub trait OrderWrites {
    /// Adds an order; `Taken` when the user's key exists.
    async fn insert_order(&mut self, order: &Order) -> Result<Inserted, Failure>;
    /// An order that nobody else changes until the end of this transaction.
    async fn lock_order(&mut self, shop: ShopId, id: OrderId) -> Result<Option<Locked<Order>>, Failure>;
    /// Replaces an order.
    async fn save_order(&mut self, order: Locked<Order>) -> Result<(), Failure>;
    /// Adds a payment.
    async fn insert_payment(&mut self, payment: &Payment) -> Result<(), Failure>;
    /// A payment that nobody else changes until the end of this transaction.
    async fn lock_payment(&mut self, shop: ShopId, id: PaymentId)
    -> Result<Option<Locked<Payment>>, Failure>;
    /// Replaces a payment.
    async fn save_payment(&mut self, payment: Locked<Payment>) -> Result<(), Failure>;
    /// Inserts or replaces a movement by family and id; it never moves to another payment (`Taken` then).
    async fn save_movement(&mut self, movement: &Movement) -> Result<Inserted, Failure>;
    /// Reserves an amount at a destination; `Taken` while another reservation of it has not run out at `now`.
    async fn lease_amount(&mut self, lease: &AmountLease, now: Timestamp) -> Result<Inserted, Failure>;
    /// Shortens or lengthens the reservation of a payment.
    async fn keep_amount(&mut self, payment: PaymentId, until: Timestamp) -> Result<(), Failure>;
    /// Adds a receipt.
    async fn insert_receipt(&mut self, receipt: &Receipt) -> Result<(), Failure>;
    /// Replaces a receipt's decision.
    async fn save_receipt(&mut self, receipt: &Receipt) -> Result<(), Failure>;
    /// Empties picture and note of every receipt of a user; how many. What was decided stays.
    async fn blank_receipts(&mut self, shop: ShopId, user: UserId) -> Result<u64, Failure>;
}
}

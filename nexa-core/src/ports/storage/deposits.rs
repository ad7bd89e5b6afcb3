//! Deposits that a bank told of.

use super::{
    Inserted, Page,
    layer::{reads, writes},
};
use crate::{
    domain::{deposit::Deposit, money::Money, payment::Payment},
    error::Failure,
    ids::{DepositId, GatewayId, PaymentId, ShopId},
};
use jiff::Timestamp;

reads! {
/// Reads of deposits.
pub trait DepositReads {
    /// One deposit.
    async fn deposit(&mut self, shop: ShopId, id: DepositId) -> Result<Option<Deposit>, Failure>;
    /// Deposits that wait for a person, oldest first.
    async fn waiting_deposits(&mut self, shop: ShopId, page: Page) -> Result<Vec<Deposit>, Failure>;
    /// Payments at a gateway that wait for money or were given up for lack of it, newest first.
    async fn unpaid_payments(
        &mut self,
        shop: ShopId,
        gateway: GatewayId,
        page: Page,
    ) -> Result<Vec<Payment>, Failure>;
    /// Whether a deposit was matched with this payment.
    async fn has_deposit(&mut self, shop: ShopId, payment: PaymentId) -> Result<bool, Failure>;
    /// The payment that this amount is reserved for at a destination, unless that has run out at `now`.
    async fn reserved_for(
        &mut self,
        destination: &str,
        amount: Money,
        now: Timestamp,
    ) -> Result<Option<PaymentId>, Failure>;
}
}

writes! {
/// Writes of deposits.
pub trait DepositWrites {
    /// Adds a deposit; `Taken` when one of this family and name is known.
    async fn insert_deposit(&mut self, deposit: &Deposit) -> Result<Inserted, Failure>;
    /// Replaces what became of a deposit, and its payment; nothing else of it changes.
    async fn save_deposit(&mut self, deposit: &Deposit) -> Result<(), Failure>;
}
}

//! Deposits that a bank told of.

use super::{Inserted, Page};
use crate::{
    domain::{deposit::Deposit, money::Money},
    error::Failure,
    ids::{DepositId, PaymentId, ShopId},
};
use async_trait::async_trait;
use jiff::Timestamp;

/// Reads of deposits.
#[async_trait]
pub trait DepositReads {
    /// One deposit.
    async fn deposit(&mut self, shop: ShopId, id: DepositId) -> Result<Option<Deposit>, Failure>;
    /// Deposits that wait for a person, oldest first.
    async fn waiting_deposits(&mut self, shop: ShopId, page: Page) -> Result<Vec<Deposit>, Failure>;
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

/// Writes of deposits.
#[async_trait]
pub trait DepositWrites {
    /// Adds a deposit; `Taken` when one of this family and name is known.
    async fn insert_deposit(&mut self, deposit: &Deposit) -> Result<Inserted, Failure>;
    /// Replaces what became of a deposit, and its payment; nothing else of it changes.
    async fn save_deposit(&mut self, deposit: &Deposit) -> Result<(), Failure>;
}

//! Money that came to a place where everybody's money comes to, and what became of it.

use super::money::Money;
use crate::ids::{DepositId, GatewayId, PaymentId, ShopId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One deposit that a bank told of. `(family, movement)` is unique in the installation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Deposit {
    /// Its id.
    pub id: DepositId,
    /// In which shop.
    pub shop_id: ShopId,
    /// At which gateway.
    pub gateway_id: GatewayId,
    /// Where it came to, as the operator knows that place: the most of a card number is hidden.
    pub place: String,
    /// How much.
    pub amount: Money,
    /// Who names it.
    pub family: String,
    /// Its name there.
    pub movement: String,
    /// What became of it.
    pub state: DepositState,
    /// The payment that it is for; while it waits, the one that it seems to be for.
    pub payment_id: Option<PaymentId>,
    /// When we heard of it.
    pub heard_at: Timestamp,
}

/// What became of a deposit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DepositState {
    /// A person has to say which payment it is for.
    Waiting,
    /// It belongs to a payment.
    Matched,
    /// It is for none.
    Dismissed,
}

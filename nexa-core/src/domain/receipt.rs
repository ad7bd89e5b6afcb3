//! The proof of a card transfer that a customer uploaded.

use super::likeness::Likeness;
use crate::ids::{PaymentId, ReceiptId, ShopId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Under which name the transfers that receipts show stand among the movements.
pub const FAMILY: &str = "receipt";

/// A picture of a bank receipt, and what became of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Receipt {
    /// Its id.
    pub id: ReceiptId,
    /// In which shop.
    pub shop_id: ShopId,
    /// For which payment.
    pub payment_id: PaymentId,
    /// The picture, re-encoded as JPEG without metadata, sealed.
    pub picture_sealed: String,
    /// SHA-256 of the uploaded bytes, to spot one that was used before.
    pub digest: String,
    /// What it looks like, to spot one that was used before and was saved anew.
    pub likeness: Likeness,
    /// What the customer wrote about it: tracking number, last digits, time.
    pub note: String,
    /// Whether the same picture came for another payment before.
    pub seen_before: bool,
    /// Whether one that looks like it came for another payment lately.
    pub like_before: bool,
    /// What was decided.
    pub decision: Decision,
    /// When it was uploaded.
    pub created_at: Timestamp,
}

/// What the operator decided.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Nothing yet.
    Waiting,
    /// The money is there.
    Accepted,
    /// No.
    Rejected(Rejection),
}

/// Why a receipt was rejected; the customer is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rejection {
    /// The money did not arrive.
    NotReceived,
    /// The picture cannot be read.
    Unreadable,
    /// The receipt belongs to another payment.
    UsedBefore,
    /// The receipt looks forged.
    Forged,
    /// Nobody decided within a day.
    TimedOut,
}

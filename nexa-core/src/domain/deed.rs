//! What an operator did, kept for the others who run the shop and for whoever asks later.

use super::{measure::Traffic, money::Money, refusal::Refusal};
use crate::ids::{
    ActionId, BroadcastId, DepositId, OrderId, PaymentId, PlanId, ReceiptId, ShopId, SubscriptionId, UserId,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Letters that a reason may have.
const REASON_LENGTH: usize = 300;

/// What an operator did, with who, when and why. It is written in the transaction that it is about, and never changed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeedRecord {
    /// Its id.
    pub id: ActionId,
    /// In which shop.
    pub shop_id: ShopId,
    /// Who did it.
    pub operator: UserId,
    /// What.
    pub deed: Deed,
    /// Why, in the operator's words; empty where no reason is asked for.
    pub reason: String,
    /// The Idempotency-Key it was done with; unique per operator.
    pub key: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// What was done.
#[expect(missing_docs, reason = "each field is what its variant speaks of")]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "deed", rename_all = "snake_case")]
pub enum Deed {
    /// A plan was given away.
    Given { user: UserId, plan: PlanId, order: OrderId, subscription: SubscriptionId },
    /// A subscription was extended.
    Extended { subscription: SubscriptionId, days: u32, traffic: Traffic },
    /// A subscription was stopped.
    Suspended { subscription: SubscriptionId },
    /// A subscription was let go on.
    Resumed { subscription: SubscriptionId },
    /// A subscription was taken back for ever.
    Revoked { subscription: SubscriptionId },
    /// A user was blocked.
    Blocked { user: UserId },
    /// A user was let in again.
    Unblocked { user: UserId },
    /// A wallet was corrected.
    WalletCorrected { user: UserId, by: Money },
    /// A receipt was accepted.
    ReceiptAccepted { receipt: ReceiptId, received: Money },
    /// A receipt was rejected.
    ReceiptRejected { receipt: ReceiptId },
    /// A deposit was given to a payment.
    DepositAssigned { deposit: DepositId, payment: PaymentId },
    /// A deposit was set aside: it is for no payment.
    DepositDismissed { deposit: DepositId },
    /// A payment that contradicted our records was decided on: this much is there beside what was counted.
    PaymentAccepted { payment: PaymentId, received: Money },
    /// The doubt about a payment was dismissed: nothing more is there than was counted.
    PaymentDismissed { payment: PaymentId },
    /// An order began to be taken back.
    Refunded { order: OrderId },
    /// An order began to be taken back, with its money to go where it came from.
    RefundedToPayer { order: OrderId },
    /// A transfer began to be sent back.
    SentBack { payment: PaymentId, amount: Money },
    /// The shop was closed for maintenance.
    MaintenanceBegun,
    /// It was opened again.
    MaintenanceEnded,
    /// It was chosen what services get that customers bring along; none: they are not taken.
    AdoptionSet { plan: Option<PlanId> },
    /// The grace of the shop was set to this, or switched off.
    GraceSet { hours: u32, mib: u32 },
    /// A broadcast was sent.
    BroadcastSent { broadcast: BroadcastId },
    /// A broadcast was stopped.
    BroadcastStopped { broadcast: BroadcastId },
}

impl Deed {
    /// A short stable name, for interfaces and the database.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Given { .. } => "given",
            Self::Extended { .. } => "extended",
            Self::Suspended { .. } => "suspended",
            Self::Resumed { .. } => "resumed",
            Self::Revoked { .. } => "revoked",
            Self::Blocked { .. } => "blocked",
            Self::Unblocked { .. } => "unblocked",
            Self::WalletCorrected { .. } => "wallet_corrected",
            Self::ReceiptAccepted { .. } => "receipt_accepted",
            Self::ReceiptRejected { .. } => "receipt_rejected",
            Self::DepositAssigned { .. } => "deposit_assigned",
            Self::DepositDismissed { .. } => "deposit_dismissed",
            Self::PaymentAccepted { .. } => "payment_accepted",
            Self::PaymentDismissed { .. } => "payment_dismissed",
            Self::Refunded { .. } => "refunded",
            Self::RefundedToPayer { .. } => "refunded_to_payer",
            Self::SentBack { .. } => "sent_back",
            Self::MaintenanceBegun => "maintenance_begun",
            Self::MaintenanceEnded => "maintenance_ended",
            Self::AdoptionSet { .. } => "adoption_set",
            Self::GraceSet { .. } => "grace_set",
            Self::BroadcastSent { .. } => "broadcast_sent",
            Self::BroadcastStopped { .. } => "broadcast_stopped",
        }
    }
}

/// A reason as it is kept.
pub fn reason(text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    if (1..=REASON_LENGTH).contains(&text.chars().count()) {
        Ok(text.to_owned())
    } else {
        Err(Refusal::bad_input("reason", "1 to 300 characters"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_something_and_not_a_book() {
        assert_eq!(reason("  was down for a day "), Ok("was down for a day".to_owned()));
        assert_eq!(reason(&"د".repeat(300)).map(|r| r.chars().count()), Ok(300));
        for wrong in ["", "  ", &"x".repeat(301)] {
            assert!(reason(wrong).is_err(), "{wrong}");
        }
    }
}

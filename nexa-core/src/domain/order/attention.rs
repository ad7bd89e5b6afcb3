//! Why a person must look at an order.

use crate::domain::payment::{Payment, PaymentState};
use serde::{Deserialize, Serialize};

/// Why a person must look.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attention {
    /// A payment contradicts our records.
    PaymentReview,
    /// A payment is contested by whoever paid, their bank or the processor.
    PaymentDisputed,
    /// A confirmed payment vanished from its chain after it was credited, or was lost to whoever contested it.
    PaymentReversed,
    /// A transfer could not be sent back to whoever paid it.
    ReturnRefused,
    /// A panel refuses what was sold.
    ProvisionRejected,
    /// No server of the group could be used for long.
    ProvisionStuck,
    /// The shop's credit with its supplier does not cover it, or its supplier does not deliver for now.
    SupplyUnpaid,
}

impl Attention {
    /// Whether it is about the order's money, not about its service.
    #[must_use]
    pub const fn is_of_money(self) -> bool {
        !matches!(self, Self::ProvisionRejected | Self::ProvisionStuck | Self::SupplyUnpaid)
    }

    /// What holds after a look at a payment of the order, in place of `held`.
    #[must_use]
    pub fn after_payment(
        held: Option<Self>,
        was: &Payment,
        now: &Payment,
        is_doubtful: bool,
    ) -> Option<Self> {
        let contested = held == Some(Self::PaymentDisputed);
        if now.state == PaymentState::Disputed {
            Some(Self::PaymentDisputed)
        } else if is_doubtful {
            Some(Self::PaymentReview)
        } else if now.is_covered() {
            held.filter(|why| !matches!(why, Self::PaymentReversed | Self::PaymentDisputed))
        } else if was.is_covered() || (contested && was.credited.is_positive()) {
            Some(Self::PaymentReversed)
        } else {
            held.filter(|_| !contested)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        money::{Currency, Money},
        payment::example,
    };

    fn payment(state: PaymentState, received: i64, credited: i64) -> Payment {
        let usd = |minor| Money::new(minor, Currency::Usd);
        Payment { state, received: usd(received), credited: usd(credited), ..example(usd(500), usd(500)) }
    }

    #[test]
    fn what_happens_to_the_money_is_what_a_person_looks_at() {
        use Attention::{PaymentDisputed, PaymentReversed, PaymentReview, ProvisionStuck, ReturnRefused};
        let open = payment(PaymentState::Open, 0, 0);
        let paid = payment(PaymentState::Paid, 500, 500);
        let refunded = payment(PaymentState::Refunded, 500, 500);
        let contested = payment(PaymentState::Disputed, 0, 500);
        let locked = payment(PaymentState::Disputed, 0, 0);
        let gone = payment(PaymentState::Expired, 0, 500);
        let expired = payment(PaymentState::Expired, 0, 0);
        for (held, was, now, doubtful, then) in [
            (None, &open, &paid, false, None),
            (None, &paid, &gone, false, Some(PaymentReversed)),
            (Some(PaymentReversed), &gone, &gone, false, Some(PaymentReversed)),
            (Some(PaymentReversed), &gone, &paid, false, None),
            (None, &paid, &refunded, false, None),
            (Some(ReturnRefused), &paid, &paid, false, Some(ReturnRefused)),
            (None, &paid, &contested, false, Some(PaymentDisputed)),
            (Some(PaymentDisputed), &contested, &contested, true, Some(PaymentDisputed)),
            (Some(PaymentDisputed), &contested, &paid, false, None),
            (Some(PaymentDisputed), &contested, &gone, false, Some(PaymentReversed)),
            (None, &open, &locked, false, Some(PaymentDisputed)),
            (Some(PaymentDisputed), &locked, &expired, false, None),
            (None, &open, &open, true, Some(PaymentReview)),
            (Some(PaymentReview), &open, &paid, false, Some(PaymentReview)),
            (Some(ProvisionStuck), &paid, &paid, false, Some(ProvisionStuck)),
        ] {
            assert_eq!(Attention::after_payment(held, was, now, doubtful), then, "{held:?} {now:?}");
        }
    }
}

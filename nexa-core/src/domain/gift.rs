//! Gifts: a plan that one user pays for and another claims.

use super::{plan::Terms, refusal::Refusal};
use crate::{
    ids::{GroupId, OrderId, PlanId, ShopId, UserId},
    secret::Fingerprint,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Characters that a buyer may write beside a gift.
const MOST_NOTE: usize = 200;

/// The part of a plan that the order of a gift pins. For which subscription is decided by whoever claims it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct GiftSale {
    /// Which plan.
    pub plan_id: PlanId,
    /// Its name then.
    pub plan_name: String,
    /// What it gave then.
    pub terms: Terms,
    /// Where it is served.
    pub group_id: GroupId,
    /// What the buyer wrote beside it, sealed; nothing once the buyer has left.
    pub note_sealed: Option<String>,
}

/// A gift that was paid for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Gift {
    /// The order that paid for it.
    pub order_id: OrderId,
    /// In which shop.
    pub shop_id: ShopId,
    /// Who bought it.
    pub user_id: UserId,
    /// Keyed hash of its code; unique in the shop.
    pub lookup: Fingerprint,
    /// The code, sealed, for whoever bought it.
    pub sealed: String,
    /// What became of it.
    pub state: GiftState,
    /// When it was paid for.
    pub created_at: Timestamp,
}

/// What became of a gift.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum GiftState {
    /// It waits to be claimed.
    Ready,
    /// Somebody has it.
    Claimed {
        /// Who.
        by: UserId,
        /// By which order of theirs, at no price.
        order: OrderId,
    },
    /// The buyer took it back.
    TakenBack,
}

impl GiftState {
    /// A short stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Claimed { .. } => "claimed",
            Self::TakenBack => "taken_back",
        }
    }
}

impl Gift {
    /// The order by which this user has claimed it; none while it may still be claimed.
    pub fn claimed_by(&self, user: UserId) -> Result<Option<OrderId>, Refusal> {
        match self.state {
            GiftState::Ready => Ok(None),
            GiftState::Claimed { by, order } if by == user => Ok(Some(order)),
            GiftState::Claimed { .. } => Err(Refusal::GiftClaimed),
            GiftState::TakenBack => Err(Refusal::GiftUnknown),
        }
    }

    /// This user has it now.
    pub fn claim(self, by: UserId, order: OrderId) -> Result<Self, Refusal> {
        match self.claimed_by(by)? {
            None => Ok(Self { state: GiftState::Claimed { by, order }, ..self }),
            Some(_) => Err(Refusal::GiftClaimed),
        }
    }

    /// What this order was to give could not be given: it may be claimed again.
    #[must_use]
    pub fn free(self, of: OrderId) -> Self {
        match self.state {
            GiftState::Claimed { order, .. } if order == of => Self { state: GiftState::Ready, ..self },
            _ => self,
        }
    }

    /// The buyer has it back, and its code is dead.
    pub fn take_back(self) -> Result<Self, Refusal> {
        match self.state {
            GiftState::Ready => Ok(Self { state: GiftState::TakenBack, ..self }),
            GiftState::Claimed { .. } => Err(Refusal::GiftClaimed),
            GiftState::TakenBack => Err(Refusal::OrderNotRefundable),
        }
    }
}

impl GiftSale {
    /// Without what the buyer wrote.
    #[must_use]
    pub fn without_note(self) -> Self {
        Self { note_sealed: None, ..self }
    }
}

/// What a buyer wrote, trimmed; nothing when it is empty. Lines may be broken, other control characters are refused.
pub fn note(text: &str) -> Result<Option<String>, Refusal> {
    let text = text.trim();
    if text.chars().count() > MOST_NOTE || text.chars().any(|c| c.is_control() && c != '\n') {
        return Err(Refusal::bad_input("note", "at most 200 characters"));
    }
    Ok(Some(text.to_owned()).filter(|text| !text.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn user(n: u128) -> UserId {
        Uuid::from_u128(n).into()
    }

    fn order(n: u128) -> OrderId {
        Uuid::from_u128(n).into()
    }

    fn gift() -> Gift {
        Gift {
            order_id: order(1),
            shop_id: Uuid::nil().into(),
            user_id: user(1),
            lookup: Fingerprint("lookup".to_owned()),
            sealed: "sealed".to_owned(),
            state: GiftState::Ready,
            created_at: Timestamp::UNIX_EPOCH,
        }
    }

    type Step = fn(Gift, u128) -> Result<Gift, Refusal>;

    const STEPS: [Step; 3] = [
        |gift, n| gift.claim(user(n), order(n)),
        |gift, n| Ok(gift.free(order(n))),
        |gift, _| gift.take_back(),
    ];

    proptest! {
        #[test]
        fn a_gift_is_somebodys_or_the_buyers_and_never_both(steps in prop::collection::vec((0..3_usize, 1_u128..4), 0..30)) {
            let mut now = gift();
            for (step, n) in steps {
                let before = now.clone();
                match STEPS[step](now.clone(), n) {
                    Ok(next) => now = next,
                    Err(refusal) => prop_assert!(before.state != GiftState::Ready, "{refusal} while it was ready"),
                }
                if before.state == GiftState::TakenBack {
                    prop_assert_eq!(now.state, GiftState::TakenBack, "for ever");
                }
                if let GiftState::Claimed { order: of, .. } = before.state {
                    prop_assert!(now.state == before.state || (step == 1 && of == order(n)), "only its own order frees it");
                }
            }
        }

        #[test]
        fn a_note_is_taken_as_it_is_or_refused(text in "(?s).{0,250}") {
            if let Ok(Some(kept)) = note(&text) {
                prop_assert_eq!(note(&kept), Ok(Some(kept.clone())));
                prop_assert!(kept.chars().count() <= MOST_NOTE && !kept.contains('\r'));
            }
        }
    }

    #[test]
    fn claiming_twice_is_the_same_order_for_the_same_user() {
        let claimed = gift().claim(user(2), order(2)).unwrap();
        assert_eq!(claimed.claimed_by(user(2)), Ok(Some(order(2))));
        assert_eq!(claimed.claimed_by(user(3)), Err(Refusal::GiftClaimed));
        assert_eq!(claimed.clone().take_back(), Err(Refusal::GiftClaimed));
        let back = gift().take_back().unwrap();
        assert_eq!(back.claimed_by(user(2)), Err(Refusal::GiftUnknown), "the code is dead");
        assert_eq!(back.take_back(), Err(Refusal::OrderNotRefundable));
    }

    #[test]
    fn notes_are_bounded() {
        assert_eq!(note(" \n"), Ok(None));
        assert_eq!(note(" a\nb "), Ok(Some("a\nb".to_owned())));
        assert!(note("a\u{7}").is_err() && note(&"x".repeat(201)).is_err() && note(&"ه".repeat(200)).is_ok());
    }
}

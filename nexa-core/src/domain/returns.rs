//! Money on its way back to whoever paid it.

use super::{
    money::Money,
    payment::{Finality, Movement, Payment, REVIEW},
    receipt,
    refusal::Refusal,
};
use crate::ids::{PaymentId, ShopId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One movement that is to be sent back. A movement has at most one, and that one is sent at most once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Return {
    /// See [`Movement::family`].
    pub family: String,
    /// See [`Movement::id`].
    pub movement: String,
    /// In which shop.
    pub shop_id: ShopId,
    /// What it was paid for.
    pub payment_id: PaymentId,
    /// What was taken from the wallet for it, in the shop's currency.
    pub taken: Money,
    /// How far it has come.
    pub state: ReturnState,
    /// When the operator asked for it.
    pub asked_at: Timestamp,
}

/// How far a return has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReturnState {
    /// Taken from the wallet; the gateway has not said yet that it is gone.
    Asked,
    /// Gone, for good.
    Sent,
    /// The gateway does not send it; what was taken is in the wallet again.
    Refused,
}

impl Return {
    /// Whether it is of this movement.
    #[must_use]
    pub fn is_of(&self, movement: &Movement) -> bool {
        (&self.family, &self.movement) == (&movement.family, &movement.id)
    }

    /// Whether its movement is gone, or on its way.
    #[must_use]
    pub fn stands(&self) -> bool {
        self.state != ReturnState::Refused
    }
}

/// Under these names stands what a person of the shop said of a transfer: with a receipt before them, or when it
/// contradicted our records.
const SAID: [&str; 2] = [receipt::FAMILY, REVIEW];

/// Whether a person said that it came. Nobody outside knows such a transfer by its name, so nobody can send it back.
#[must_use]
pub fn is_said(movement: &Movement) -> bool {
    SAID.contains(&movement.family.as_str())
}

/// Whether this movement is sent back, or on its way.
#[must_use]
pub fn is_returned(movement: &Movement, returns: &[Return]) -> bool {
    returns.iter().any(|one| one.stands() && one.is_of(movement))
}

impl Payment {
    /// What leaves the wallet when `movement` is sent back: all that was credited and not taken yet, without what the
    /// movements that stay are worth. So the returns of a payment never take more than it brought, in whatever order. One
    /// that is contested stays until that is decided.
    pub fn taken_for(
        &self,
        movement: &Movement,
        movements: &[Movement],
        returns: &[Return],
    ) -> Result<Money, Refusal> {
        let mut taken = returns.iter().filter(|one| one.stands()).map(|one| one.taken);
        let left = taken.try_fold(self.credited, Money::minus)?;
        let stays = |m: &&Movement| {
            let same = (&m.family, &m.id) == (&movement.family, &movement.id);
            m.finality >= Finality::Contested && !same && !is_returned(m, returns)
        };
        let mut staying = movements.iter().filter(stays).map(|m| m.amount);
        let staying = staying.try_fold(Money::zero(self.due.currency), Money::plus)?;
        let rest = left.minus(self.worth(staying)?)?;
        Ok(if rest.is_positive() { rest } else { Money::zero(rest.currency) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        money::Currency,
        payment::{PaymentState, example},
    };
    use proptest::prelude::*;
    use uuid::Uuid;

    fn usd(minor: i64) -> Money {
        Money::new(minor, Currency::Usd)
    }

    fn movement(number: usize, minor: i64, finality: Finality) -> Movement {
        Movement {
            family: "fake".to_owned(),
            id: number.to_string(),
            payment_id: Uuid::nil().into(),
            amount: usd(minor),
            raw: minor.to_string(),
            finality,
            anchor: None,
            seen_at: Timestamp::UNIX_EPOCH,
        }
    }

    fn of(movement: &Movement, taken: Money, state: ReturnState) -> Return {
        Return {
            family: movement.family.clone(),
            movement: movement.id.clone(),
            shop_id: Uuid::nil().into(),
            payment_id: movement.payment_id,
            taken,
            state,
            asked_at: Timestamp::UNIX_EPOCH,
        }
    }

    fn state(movements: &[Movement], returns: &[Return]) -> PaymentState {
        let payment = example(usd(500), usd(500));
        payment.assess(movements, returns, Timestamp::UNIX_EPOCH).unwrap().state
    }

    #[test]
    fn what_is_sent_back_came_whatever_its_network_says_of_it_since() {
        for finality in [Finality::Dropped, Finality::Seen, Finality::Contested, Finality::Confirmed] {
            let one = movement(0, 500, finality);
            let asked = [of(&one, usd(500), ReturnState::Asked)];
            let sent = [of(&one, usd(500), ReturnState::Sent)];
            let held = example(usd(500), usd(500));
            let now = held.clone().assess(std::slice::from_ref(&one), &asked, Timestamp::UNIX_EPOCH).unwrap();
            assert_eq!((now.state, now.received), (PaymentState::Refunding, usd(500)), "{finality:?}");
            let now = held.assess(std::slice::from_ref(&one), &sent, Timestamp::UNIX_EPOCH).unwrap();
            assert_eq!((now.state, now.received), (PaymentState::Refunded, usd(500)), "{finality:?}");
            assert!(now.is_covered());
        }
    }

    #[test]
    fn a_refused_return_changes_nothing() {
        let one = movement(0, 500, Finality::Confirmed);
        let refused = [of(&one, usd(500), ReturnState::Refused)];
        assert_eq!(state(&[one], &refused), PaymentState::Paid);
    }

    #[test]
    fn a_payment_is_refunded_when_nothing_of_it_is_left() {
        let all = [movement(0, 500, Finality::Confirmed), movement(1, 500, Finality::Confirmed)];
        let first = of(&all[0], usd(500), ReturnState::Sent);
        assert_eq!(state(&all, std::slice::from_ref(&first)), PaymentState::Overpaid);
        let second = of(&all[1], usd(500), ReturnState::Sent);
        assert_eq!(state(&all, &[first, second]), PaymentState::Refunded);
    }

    #[test]
    fn a_contested_movement_is_not_ours_and_makes_a_payment_disputed() {
        let one = movement(0, 500, Finality::Contested);
        let held = example(usd(500), usd(500)).assess(&[one], &[], Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!((held.state, held.received), (PaymentState::Disputed, usd(0)));
        let won = [movement(0, 500, Finality::Confirmed)];
        assert_eq!(held.clone().assess(&won, &[], Timestamp::UNIX_EPOCH).unwrap().state, PaymentState::Paid);
        let lost = [movement(0, 500, Finality::Dropped)];
        assert_eq!(held.assess(&lost, &[], Timestamp::UNIX_EPOCH).unwrap().state, PaymentState::Open);
    }

    #[test]
    fn what_a_contested_transfer_brought_is_not_taken_for_another() {
        let all = [movement(0, 300, Finality::Contested), movement(1, 200, Finality::Confirmed)];
        let payment = Payment { credited: usd(500), ..example(usd(500), usd(500)) };
        assert_eq!(payment.taken_for(&all[1], &all, &[]).unwrap(), usd(200));
        let sent = [of(&all[1], usd(200), ReturnState::Sent)];
        let won = [Movement { finality: Finality::Confirmed, ..all[0].clone() }, all[1].clone()];
        assert_eq!(payment.taken_for(&won[0], &won, &sent).unwrap(), usd(300));
    }

    #[test]
    fn nobody_outside_knows_what_a_person_said() {
        let named =
            |family: &str| Movement { family: family.to_owned(), ..movement(0, 1, Finality::Confirmed) };
        assert!(is_said(&named("receipt")) && is_said(&named("review")));
        assert!(!is_said(&named("fake")));
    }

    proptest! {
        #[test]
        fn returns_take_all_that_was_credited_and_no_more(
            amounts in prop::collection::vec(1_i64..700, 1..6), beside in 0_i64..20,
        ) {
            let all: Vec<_> =
                amounts.iter().enumerate().map(|(n, minor)| movement(n, *minor, Finality::Confirmed)).collect();
            let payment = example(usd(500 + beside), usd(500));
            let payment = payment.assess(&all, &[], Timestamp::UNIX_EPOCH).unwrap();
            let credited = payment.worth(payment.received).unwrap();
            let payment = Payment { credited, ..payment };
            let mut returns = Vec::new();
            let mut taken = usd(0);
            for one in &all {
                let one_takes = payment.taken_for(one, &all, &returns).unwrap();
                taken = taken.plus(one_takes).unwrap();
                prop_assert!(one_takes.minor >= 0 && taken.minor <= credited.minor);
                returns.push(of(one, one_takes, ReturnState::Sent));
            }
            prop_assert_eq!(taken, credited);
        }
    }
}

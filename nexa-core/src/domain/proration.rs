//! What the rest of a period is worth when its plan is changed.

use super::{
    money::{Money, Round},
    refusal::Refusal,
};
use jiff::SignedDuration;

/// So much of so much is left.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Share {
    /// What is left; more than all counts as all.
    pub left: u64,
    /// What there was at the beginning; of nothing, nothing is left.
    pub all: u64,
}

impl Share {
    /// As a fraction that fits the arithmetic of money: both halved together until they do.
    fn fraction(self) -> (i64, i64) {
        let (mut left, mut all) = (self.left.min(self.all), self.all);
        while all > i64::MAX.unsigned_abs() {
            (left, all) = (left / 2, all / 2);
        }
        (i64::try_from(left).unwrap_or(0), i64::try_from(all).unwrap_or(0))
    }

    /// The smaller of two shares.
    fn smaller(self, other: Self) -> Self {
        let ((one, of_one), (two, of_two)) = (self.fraction(), other.fraction());
        if of_one == 0 || of_two == 0 {
            return Self { left: 0, all: 0 };
        }
        let first = i128::from(one) * i128::from(of_two) <= i128::from(two) * i128::from(of_one);
        if first { self } else { other }
    }
}

/// What is left of the price that was paid for a period: its share of time or of traffic, whichever is less, rounded
/// down. Never negative, never more than what was paid.
pub fn credit(paid: Money, time: Share, traffic: Share) -> Result<Money, Refusal> {
    let (left, all) = time.smaller(traffic).fraction();
    if all == 0 || !paid.is_positive() {
        return Ok(Money::zero(paid.currency));
    }
    paid.scaled(left, all, paid.currency, Round::Down)
}

/// What a change of plan comes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ChangeTerms {
    /// The new plan's price.
    pub price: Money,
    /// What the rest of the period is worth.
    pub credit: Money,
    /// What is still to be paid.
    pub due: Money,
    /// What goes to the wallet, when the rest is worth more than the new plan.
    pub to_wallet: Money,
}

/// Takes the credit off the price.
pub fn change(price: Money, credit: Money) -> Result<ChangeTerms, Refusal> {
    let none = Money::zero(price.currency);
    let due = price.minus(credit)?;
    let (due, to_wallet) = if due.minor < 0 { (none, none.minus(due)?) } else { (due, none) };
    Ok(ChangeTerms { price, credit, due, to_wallet })
}

/// How long the quote of a change of plan holds.
const QUOTE_HOLDS: SignedDuration = SignedDuration::from_mins(15);

/// Whether a quote that was shown still holds, now that the change is `dearer`: while that is no more than what so many
/// minutes of the period are worth, in time or in traffic, rounded up.
pub fn holds(shown: Money, dearer: Money, paid: Money, period: SignedDuration) -> Result<bool, Refusal> {
    let millis = |of: SignedDuration| i64::try_from(of.as_millis()).map_err(|_| Refusal::AmountOutOfRange);
    let most = paid.scaled(millis(QUOTE_HOLDS)?, millis(period)?.max(1), paid.currency, Round::Up)?;
    Ok(shown.minor >= 0 && (1..=most.minor).contains(&dearer.minor))
}

/// Whether a credit that was promised still stands: it may have shrunk by a tenth of what was paid while the customer was
/// on the way to pay, but not been used up meanwhile. What shrank it is not given twice: see the change in `apply.rs`.
pub fn still_stands(promised: Money, now: Money, paid: Money) -> Result<bool, Refusal> {
    let slack = paid.scaled(1, 10, paid.currency, Round::Down)?;
    Ok(promised.minor <= now.plus(slack)?.minor)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Currency;
    use proptest::prelude::*;

    fn usd(minor: i64) -> Money {
        Money::new(minor, Currency::Usd)
    }

    fn share(left: u64, all: u64) -> Share {
        Share { left, all }
    }

    #[test]
    fn the_smaller_share_counts_and_is_rounded_down() {
        let table = [
            (500, share(30, 30), share(10, 10), 500),
            (500, share(15, 30), share(10, 10), 250),
            (500, share(30, 30), share(1, 10), 50),
            (500, share(10, 30), share(10, 10), 166),
            (500, share(0, 30), share(10, 10), 0),
            (500, share(30, 30), share(0, 10), 0),
            (500, share(31, 30), share(11, 10), 500),
            (500, share(1, 0), share(1, 1), 0),
            (500, share(1, 1), share(1, 0), 0),
            (0, share(1, 1), share(1, 1), 0),
            (-5, share(1, 1), share(1, 1), 0),
            (1, share(29, 30), share(10, 10), 0),
        ];
        for (paid, time, traffic, expected) in table {
            assert_eq!(credit(usd(paid), time, traffic), Ok(usd(expected)), "{paid} {time:?} {traffic:?}");
        }
    }

    #[test]
    fn what_is_due_and_what_goes_to_the_wallet() {
        for (price, credit, due, to_wallet) in
            [(900, 250, 650, 0), (900, 0, 900, 0), (900, 900, 0, 0), (200, 250, 0, 50)]
        {
            let terms = change(usd(price), usd(credit)).unwrap();
            assert_eq!((terms.due.minor, terms.to_wallet.minor), (due, to_wallet), "{price} - {credit}");
        }
        let euros = Money::new(1, Currency::Eur);
        assert_eq!(change(usd(1), euros), Err(Refusal::WrongCurrency { expected: Currency::Usd }));
    }

    #[test]
    fn a_quote_holds_for_a_quarter_of_an_hour() {
        let month = SignedDuration::from_hours(720);
        // 2880 quarters of an hour.
        let holds = |shown, dearer| holds(usd(shown), usd(dearer), usd(28_800), month);
        assert_eq!(holds(500, 1), Ok(true));
        assert_eq!(holds(500, 10), Ok(true));
        assert_eq!(holds(500, 11), Ok(false));
        assert_eq!(holds(500, -1), Ok(false), "nobody pays more than it costs");
        assert_eq!(holds(-5, 5), Ok(false), "nobody is paid for it");
        assert_eq!(super::holds(usd(9), usd(1), usd(0), month), Ok(false), "of nothing nothing is left");
        assert_eq!(super::holds(usd(9), usd(1), usd(500), month), Ok(true), "not less than the least amount");
    }

    #[test]
    fn a_promise_outlives_the_way_to_the_till_but_not_the_traffic() {
        assert_eq!(still_stands(usd(500), usd(450), usd(500)), Ok(true));
        assert_eq!(still_stands(usd(500), usd(449), usd(500)), Ok(false));
        assert_eq!(still_stands(usd(0), usd(0), usd(0)), Ok(true));
    }

    proptest! {
        #[test]
        fn a_credit_is_within_what_was_paid_and_never_above_a_share(
            paid in 0_i64..=i64::MAX, left: u64, all: u64, used in 0_u64..=u64::MAX, limit: u64,
        ) {
            let (time, traffic) = (share(left, all), share(used, limit));
            let given = credit(usd(paid), time, traffic).unwrap();
            prop_assert!((0..=paid).contains(&given.minor));
            for of in [time, traffic] {
                let (left, all) = of.fraction();
                let above = i128::from(given.minor) * i128::from(all) > i128::from(paid) * i128::from(left);
                prop_assert!(!above || all == 0);
                prop_assert!(all != 0 || given.is_zero());
            }
            let less = credit(usd(paid), share(left / 2, all), traffic).unwrap();
            prop_assert!(less.minor <= given.minor, "time that passes adds nothing");
        }

        #[test]
        fn nothing_is_made_or_lost_by_a_change(price in 0_i64..1 << 50, credit in 0_i64..1 << 50) {
            let terms = change(usd(price), usd(credit)).unwrap();
            prop_assert_eq!(terms.due.minor - terms.to_wallet.minor, price - credit);
            prop_assert!(terms.due.minor >= 0 && terms.to_wallet.minor >= 0);
            prop_assert!(terms.due.is_zero() || terms.to_wallet.is_zero());
        }
    }
}

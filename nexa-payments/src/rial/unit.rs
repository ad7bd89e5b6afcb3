//! Rial and toman. Ten rial are one toman; the core counts in rial, some gateways in toman, and a mistake between the
//! two is a mistake by ten. So neither turns into the other by itself.

use nexa_core::domain::money::{Currency, Money};

/// An amount in rial, not negative.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Rial(i64);

/// An amount in toman, not negative.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Toman(i64);

impl Rial {
    /// So many rial; none for a negative number.
    #[must_use]
    pub fn new(amount: i64) -> Option<Self> {
        (amount >= 0).then_some(Self(amount))
    }

    /// Money of the core; none for another currency or a negative amount.
    #[must_use]
    pub fn of(money: Money) -> Option<Self> {
        if money.currency == Currency::Irr { Self::new(money.minor) } else { None }
    }

    /// As the core counts it.
    #[must_use]
    pub const fn money(self) -> Money {
        Money::new(self.0, Currency::Irr)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The same amount in toman; none when it is no whole number of them.
    #[must_use]
    pub fn to_toman_exact(self) -> Option<Toman> {
        (self.0 % 10 == 0).then_some(Toman(self.0 / 10))
    }
}

impl Toman {
    /// So many toman; none for a negative number.
    #[must_use]
    pub fn new(amount: i64) -> Option<Self> {
        (amount >= 0).then_some(Self(amount))
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The same amount in rial; none beyond 64 bits.
    #[must_use]
    pub fn to_rial(self) -> Option<Rial> {
        self.0.checked_mul(10).map(Rial)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn ten_rial_are_one_toman_there_and_back(amount in 0_i64..=i64::MAX) {
            let rial = Rial::new(amount).unwrap();
            prop_assert_eq!(Rial::of(rial.money()), Some(rial));
            match rial.to_toman_exact() {
                Some(toman) => {
                    prop_assert_eq!(i128::from(toman.get()) * 10, i128::from(amount));
                    prop_assert_eq!(toman.to_rial(), Some(rial));
                }
                None => prop_assert!(amount % 10 != 0),
            }
        }

        #[test]
        fn a_toman_is_ten_rial_or_too_much(amount in 0_i64..=i64::MAX) {
            let toman = Toman::new(amount).unwrap();
            match toman.to_rial() {
                Some(rial) => {
                    prop_assert_eq!(i128::from(rial.get()), i128::from(amount) * 10);
                    prop_assert_eq!(rial.to_toman_exact(), Some(toman));
                }
                None => prop_assert!(i128::from(amount) * 10 > i128::from(i64::MAX)),
            }
        }

        #[test]
        fn nothing_is_less_than_nothing(amount in i64::MIN..0) {
            prop_assert_eq!((Rial::new(amount), Toman::new(amount)), (None, None));
            prop_assert_eq!(Rial::of(Money::new(amount, Currency::Irr)), None);
            prop_assert_eq!(Rial::of(Money::new(-(amount + 1), Currency::Usd)), None);
        }
    }
}

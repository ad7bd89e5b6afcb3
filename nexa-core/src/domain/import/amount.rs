//! What a wallet of a source is worth here.

use super::Fault;
use crate::domain::{
    money::{Currency, Money},
    refusal::Refusal,
    user::ascii_digit,
};

/// The greatest balance that is taken over, in minor units: what a correction by hand may be at most.
const GREATEST: i64 = 1_000_000_000_000_000;

/// What the balances of a source are in. It is always said by whoever imports: no source says it itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unit {
    /// The currency.
    pub currency: Currency,
    /// How much of it one unit of the source is: 10 for toman, which is ten rial.
    times: i64,
}

impl Unit {
    /// A currency by its code, or `TOMAN`.
    pub fn read(text: &str) -> Result<Self, Refusal> {
        let code = text.trim().to_uppercase();
        if matches!(code.as_str(), "TOMAN" | "IRT") {
            return Ok(Self { currency: Currency::Irr, times: 10 });
        }
        Ok(Self { currency: code.parse()?, times: 1 })
    }

    /// What a source writes, as money; nothing for zero.
    pub fn worth(self, text: &str) -> Result<Option<Money>, Fault> {
        let plain: String = text.trim().chars().map(|c| ascii_digit(c).unwrap_or(c)).collect();
        let (negative, plain) = plain.strip_prefix('-').map_or((false, plain.as_str()), |rest| (true, rest));
        let (whole, part) = plain.split_once('.').unwrap_or((plain, ""));
        let part = part.trim_end_matches('0');
        let is_number = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !is_number(whole) || !is_number(part) {
            return Err(Fault::BadBalance);
        }
        let decimals = usize::try_from(self.currency.decimals()).unwrap_or(0);
        if part.len() > decimals {
            return Err(Fault::BadBalance);
        }
        let minor = format!("{whole}{part:0<decimals$}");
        let minor = minor.trim_start_matches('0');
        if minor.is_empty() {
            return Ok(None);
        }
        if negative {
            return Err(Fault::NegativeBalance);
        }
        let minor = minor.parse::<i64>().ok().and_then(|minor| minor.checked_mul(self.times));
        let minor = minor.filter(|minor| *minor <= GREATEST).ok_or(Fault::BalanceTooLarge)?;
        Ok(Some(Money::new(minor, self.currency)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn balances_are_whole_units_of_what_was_said() {
        let worth = |unit: &str, text: &str| {
            Unit::read(unit)
                .unwrap()
                .worth(text)
                .map(|money| money.map(|money| (money.minor, money.currency)))
        };
        assert_eq!(worth("toman", "25000"), Ok(Some((250_000, Currency::Irr))));
        assert_eq!(worth("IRR", "25000"), Ok(Some((25_000, Currency::Irr))));
        assert_eq!(worth("usd", "12.5"), Ok(Some((1_250, Currency::Usd))));
        assert_eq!(worth("USD", "12.500"), Ok(Some((1_250, Currency::Usd))));
        assert_eq!(worth("USD", "0.00"), Ok(None));
        assert_eq!(worth("IRR", "-0"), Ok(None));
        assert_eq!(worth("IRR", "۱۲"), Ok(Some((12, Currency::Irr))));
        assert_eq!(worth("IRR", "-5"), Err(Fault::NegativeBalance));
        assert_eq!(worth("IRR", "1.5"), Err(Fault::BadBalance));
        assert_eq!(worth("IRR", "=1+1"), Err(Fault::BadBalance));
        assert_eq!(worth("IRR", ""), Err(Fault::BadBalance));
        assert_eq!(worth("IRR", "1000000000000001"), Err(Fault::BalanceTooLarge));
        assert_eq!(worth("TOMAN", "100000000000001"), Err(Fault::BalanceTooLarge));
        assert_eq!(worth("IRR", &"9".repeat(100)), Err(Fault::BalanceTooLarge));
        assert!(Unit::read("gold").is_err());
    }

    proptest! {
        #[test]
        fn never_more_than_was_written(text in "\\PC{0,30}", whole in 0_u32..) {
            for unit in ["TOMAN", "IRR", "USD", "XMR"] {
                let unit = Unit::read(unit).unwrap();
                let _read = unit.worth(&text);
                if let Ok(Some(money)) = unit.worth(&whole.to_string()) {
                    prop_assert_eq!(money.minor, i64::from(whole) * unit.times * unit.currency.scale());
                }
            }
        }
    }
}

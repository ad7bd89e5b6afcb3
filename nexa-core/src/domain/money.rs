//! Money: a whole number of minor units of one currency. Never a float, never mixed.

use super::refusal::Refusal;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A currency or chain asset, with the number of decimals that its minor unit has.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Currency {
    /// Iranian rial; toman (10 rial) exists only on screens and at gateways.
    Irr,
    /// US dollar.
    Usd,
    /// Euro.
    Eur,
    /// Russian rouble.
    Rub,
    /// Chinese yuan.
    Cny,
    /// Tether.
    Usdt,
    /// USD Coin.
    Usdc,
    /// Bitcoin.
    Btc,
    /// Litecoin.
    Ltc,
    /// Toncoin.
    Ton,
    /// Monero.
    Xmr,
    /// Telegram Stars.
    Xtr,
}

impl Currency {
    /// Every currency.
    pub const ALL: [Self; 12] = [
        Self::Irr,
        Self::Usd,
        Self::Eur,
        Self::Rub,
        Self::Cny,
        Self::Usdt,
        Self::Usdc,
        Self::Btc,
        Self::Ltc,
        Self::Ton,
        Self::Xmr,
        Self::Xtr,
    ];

    /// Decimals of the minor unit: 2 means that 100 minor units are one whole unit.
    #[must_use]
    pub const fn decimals(self) -> u32 {
        match self {
            Self::Irr | Self::Xtr => 0,
            Self::Usd | Self::Eur | Self::Rub | Self::Cny => 2,
            Self::Usdt | Self::Usdc => 6,
            Self::Btc | Self::Ltc => 8,
            Self::Ton => 9,
            Self::Xmr => 12,
        }
    }

    /// The upper-case code, e.g. `USD`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Irr => "IRR",
            Self::Usd => "USD",
            Self::Eur => "EUR",
            Self::Rub => "RUB",
            Self::Cny => "CNY",
            Self::Usdt => "USDT",
            Self::Usdc => "USDC",
            Self::Btc => "BTC",
            Self::Ltc => "LTC",
            Self::Ton => "TON",
            Self::Xmr => "XMR",
            Self::Xtr => "XTR",
        }
    }

    /// Minor units in one whole unit.
    #[must_use]
    pub const fn scale(self) -> i64 {
        10_i64.pow(self.decimals())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Currency {
    type Err = Refusal;
    fn from_str(text: &str) -> Result<Self, Refusal> {
        Self::ALL
            .into_iter()
            .find(|c| c.code() == text)
            .ok_or_else(|| Refusal::bad_input("currency", "unknown"))
    }
}

/// An amount of one currency in minor units. May be negative only inside the ledger.
///
/// ```
/// use nexa_core::domain::money::{Currency, Money};
///
/// assert_eq!(Money::new(499, Currency::Usd).decimal(), "4.99");
/// assert_eq!(Money::new(100_000, Currency::Ltc).decimal(), "0.00100000");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Money {
    /// Minor units.
    pub minor: i64,
    /// What they are of.
    pub currency: Currency,
}

impl Money {
    /// `minor` units of `currency`.
    #[must_use]
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Nothing.
    #[must_use]
    pub const fn zero(currency: Currency) -> Self {
        Self::new(0, currency)
    }

    /// Whether nothing.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.minor == 0
    }

    /// Whether more than nothing.
    #[must_use]
    pub const fn is_positive(self) -> bool {
        self.minor > 0
    }

    /// The sum; refused for different currencies or beyond 64 bits.
    pub fn plus(self, other: Self) -> Result<Self, Refusal> {
        self.same(other)?;
        let minor = self.minor.checked_add(other.minor).ok_or(Refusal::AmountOutOfRange)?;
        Ok(Self::new(minor, self.currency))
    }

    /// The difference; refused for different currencies or beyond 64 bits.
    pub fn minus(self, other: Self) -> Result<Self, Refusal> {
        self.same(other)?;
        let minor = self.minor.checked_sub(other.minor).ok_or(Refusal::AmountOutOfRange)?;
        Ok(Self::new(minor, self.currency))
    }

    /// `self × numerator ÷ denominator` in `currency`, rounded as told.
    pub fn scaled(
        self,
        numerator: i64,
        denominator: i64,
        currency: Currency,
        round: Round,
    ) -> Result<Self, Refusal> {
        if denominator <= 0 {
            return Err(Refusal::AmountOutOfRange);
        }
        let product = i128::from(self.minor) * i128::from(numerator);
        let divisor = i128::from(denominator);
        let quotient = match round {
            Round::Down => product.div_euclid(divisor),
            Round::Up => -(-product).div_euclid(divisor),
        };
        let minor = i64::try_from(quotient).map_err(|_| Refusal::AmountOutOfRange)?;
        Ok(Self::new(minor, currency))
    }

    /// The decimal text with `.` and no grouping, as interfaces and links want it: `0.00100000`.
    #[must_use]
    pub fn decimal(self) -> String {
        let decimals = usize::try_from(self.currency.decimals()).unwrap_or(0);
        let sign = if self.minor < 0 { "-" } else { "" };
        let digits = format!("{:0>width$}", self.minor.unsigned_abs(), width = decimals + 1);
        let (whole, fraction) = digits.split_at(digits.len() - decimals);
        if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
    }

    fn same(self, other: Self) -> Result<(), Refusal> {
        if self.currency == other.currency {
            Ok(())
        } else {
            Err(Refusal::WrongCurrency { expected: self.currency })
        }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.decimal(), self.currency)
    }
}

/// Which way a fraction of a minor unit goes: what is due rounds up, what was received rounds down.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Round {
    /// Towards minus infinity.
    Down,
    /// Towards plus infinity.
    Up,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn currency() -> impl Strategy<Value = Currency> {
        prop::sample::select(Currency::ALL.to_vec())
    }

    #[test]
    fn different_currencies_do_not_mix() {
        let (one, two) = (Money::new(1, Currency::Usd), Money::new(1, Currency::Eur));
        assert_eq!(one.plus(two), Err(Refusal::WrongCurrency { expected: Currency::Usd }));
        assert_eq!(one.minus(two), Err(Refusal::WrongCurrency { expected: Currency::Usd }));
    }

    #[test]
    fn decimal_text_keeps_every_digit() {
        assert_eq!(Money::new(100_000, Currency::Btc).decimal(), "0.00100000");
        assert_eq!(Money::new(-5, Currency::Usd).decimal(), "-0.05");
        assert_eq!(Money::new(1_250_000, Currency::Irr).to_string(), "1250000 IRR");
        assert_eq!(Money::new(i64::MIN, Currency::Usd).decimal(), "-92233720368547758.08");
    }

    #[test]
    fn nothing_can_be_shared_by_nobody() {
        for denominator in [0, -1] {
            let shared = Money::new(1, Currency::Usd).scaled(1, denominator, Currency::Usd, Round::Up);
            assert_eq!(shared, Err(Refusal::AmountOutOfRange));
        }
    }

    proptest! {
        #[test]
        fn sums_are_exact_or_refused(a: i64, b: i64, currency in currency()) {
            let sum = Money::new(a, currency).plus(Money::new(b, currency));
            let exact = a.checked_add(b).map(|minor| Money::new(minor, currency));
            prop_assert_eq!(sum, exact.ok_or(Refusal::AmountOutOfRange));
        }

        #[test]
        fn what_was_added_can_be_taken_away(a in -1_i64 << 62..1 << 62, b in -1_i64 << 62..1 << 62) {
            let (one, two) = (Money::new(a, Currency::Irr), Money::new(b, Currency::Irr));
            prop_assert_eq!(one.plus(two).unwrap().minus(two), Ok(one));
        }

        #[test]
        fn rounding_is_at_most_one_unit_apart_and_on_its_side(
            minor: i32, numerator: i32, denominator in 1_i64..1_000_000_000,
        ) {
            let money = Money::new(i64::from(minor), Currency::Usd);
            let scaled = |round| money.scaled(i64::from(numerator), denominator, Currency::Ltc, round).unwrap();
            let (down, up) = (scaled(Round::Down), scaled(Round::Up));
            let exact = i128::from(minor) * i128::from(numerator);
            let back = |m: Money| i128::from(m.minor) * i128::from(denominator);
            prop_assert!(back(down) <= exact && exact <= back(up));
            prop_assert_eq!(up.minor - down.minor, i64::from(back(down) != exact));
            prop_assert_eq!(down.currency, Currency::Ltc);
        }

        #[test]
        fn the_decimal_text_is_the_amount(minor: i64, currency in currency()) {
            let text = Money::new(minor, currency).decimal();
            prop_assert_eq!(text.replace('.', "").parse::<i64>().unwrap(), minor);
            let decimals = text.split_once('.').map_or(0, |(_, fraction)| fraction.len());
            prop_assert_eq!(decimals, usize::try_from(currency.decimals()).unwrap());
            prop_assert_eq!(currency.code().parse::<Currency>(), Ok(currency));
        }
    }
}

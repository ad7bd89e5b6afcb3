//! Amounts as processors write them: numbers or texts, with any number of decimals. They are read from the digits as they
//! stand there, because a float would change some of them.

#[cfg(any(feature = "nowpayments", feature = "oxapay"))]
use nexa_core::domain::money::Money;
use serde::{Deserialize, Deserializer};
#[cfg(any(feature = "nowpayments", feature = "oxapay"))]
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

/// More digits than any amount has; so that two of them can be multiplied.
const MOST_DIGITS: usize = 36;
/// `1e-40` is nothing, `1e40` is nonsense.
const GREATEST_EXPONENT: i32 = 40;

/// A decimal number that is not negative: `digits ÷ 10^scale`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Decimal {
    digits: u128,
    scale: u32,
}

impl Decimal {
    /// A JSON number's text, e.g. `9.99`, `10.0` or `1e-7`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (number, exponent) = match text.split_once(['e', 'E']) {
            Some((number, exponent)) => (number, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let all = format!("{whole}{fraction}");
        let digits = all.trim_start_matches('0');
        let plain = !whole.is_empty() && all.bytes().all(|b| b.is_ascii_digit());
        if !plain
            || digits.len() > MOST_DIGITS
            || !(-GREATEST_EXPONENT..=GREATEST_EXPONENT).contains(&exponent)
        {
            return None;
        }
        let mut digits = if digits.is_empty() { 0 } else { digits.parse::<u128>().ok()? };
        let mut scale = i32::try_from(fraction.len()).ok()?.checked_sub(exponent)?;
        while scale > 0 && digits % 10 == 0 {
            digits /= 10;
            scale -= 1;
        }
        match u32::try_from(scale) {
            Ok(scale) => Some(Self { digits, scale }),
            Err(_) => Some(Self { digits: digits.checked_mul(power(scale.unsigned_abs())?)?, scale: 0 }),
        }
    }

    #[cfg(feature = "heleket")]
    /// Whether nothing.
    pub(crate) const fn is_zero(self) -> bool {
        self.digits == 0
    }

    /// In units of `10^-decimals`, rounded down.
    pub(crate) fn minor(self, decimals: u32) -> Option<i64> {
        let units = match decimals.checked_sub(self.scale) {
            Some(more) => self.digits.checked_mul(power(more)?)?,
            None => power(self.scale - decimals).map_or(0, |divisor| self.digits / divisor),
        };
        i64::try_from(units).ok()
    }

    #[cfg(feature = "oxapay")]
    /// The sum.
    pub(crate) fn plus(self, other: Self) -> Option<Self> {
        let scale = self.scale.max(other.scale);
        let at = |of: Self| of.digits.checked_mul(power(scale - of.scale)?);
        Some(Self { digits: at(self)?.checked_add(at(other)?)?, scale })
    }

    #[cfg(feature = "btcpay")]
    /// The difference; none below nothing.
    pub(crate) fn minus(self, other: Self) -> Option<Self> {
        let scale = self.scale.max(other.scale);
        let at = |of: Self| of.digits.checked_mul(power(scale - of.scale)?);
        Some(Self { digits: at(self)?.checked_sub(at(other)?)?, scale })
    }

    #[cfg(feature = "btcpay")]
    /// The product.
    pub(crate) fn times(self, other: Self) -> Option<Self> {
        let digits = self.digits.checked_mul(other.digits)?;
        Some(Self { digits, scale: self.scale.checked_add(other.scale)? })
    }
}

fn power(of_ten: u32) -> Option<u128> {
    10_u128.checked_pow(of_ten)
}

#[cfg(any(feature = "heleket", feature = "nowpayments", feature = "oxapay", feature = "plisio"))]
/// `whole × part ÷ all`, rounded down: what `part` of an amount `all` in coins is worth, when `all` is worth `whole`.
/// None without a whole, and where the numbers make no sense.
pub(crate) fn share(whole: i64, part: Decimal, all: Decimal) -> Option<i64> {
    let whole = u128::try_from(whole).ok()?;
    let part_digits = part.digits.checked_mul(power(all.scale.saturating_sub(part.scale))?)?;
    let all_digits = all.digits.checked_mul(power(part.scale.saturating_sub(all.scale))?)?;
    i64::try_from(whole.checked_mul(part_digits)?.checked_div(all_digits)?).ok()
}

/// A member that should be an amount, as a number or a text. What is none is read as missing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Amount(pub(crate) Option<Decimal>);

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Self(Decimal::parse(&text(&Box::<RawValue>::deserialize(from)?))))
    }
}

/// A name that some processors write as a number. Empty if it is neither.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Id(pub(crate) String);

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(from)?;
        let plain = raw.get().starts_with('"') || raw.get().bytes().all(|b| b.is_ascii_digit());
        Ok(Self(if plain { text(&raw) } else { String::new() }))
    }
}

/// A text without its quotes; anything else as it stands.
fn text(raw: &RawValue) -> String {
    serde_json::from_str::<String>(raw.get()).unwrap_or_else(|_| raw.get().to_owned())
}

#[cfg(any(feature = "nowpayments", feature = "oxapay"))]
/// An amount that is written as a JSON number, digit by digit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Number(pub(crate) Money);

#[cfg(any(feature = "nowpayments", feature = "oxapay"))]
impl Serialize for Number {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(self.0.decimal()).map_err(serde::ser::Error::custom)?.serialize(to)
    }
}

#[cfg(test)]
#[cfg(all(feature = "btcpay", feature = "heleket", feature = "oxapay"))]
mod tests {
    use super::*;
    use nexa_core::domain::money::Currency;

    fn decimal(text: &str) -> Decimal {
        Decimal::parse(text).expect("a number")
    }

    #[test]
    fn numbers_are_read_digit_by_digit() {
        for (text, minor) in [
            ("9.99", 9_990_000),
            ("10.0", 10_000_000),
            ("1e-7", 0),
            ("1.5e-6", 1),
            ("1E2", 100_000_000),
            ("0.00000123", 1),
            ("3.0440897036220003", 3_044_089),
            ("0.1e1", 1_000_000),
            ("0", 0),
            ("9007199254.740993", 9_007_199_254_740_993),
        ] {
            assert_eq!(decimal(text).minor(6), Some(minor), "{text}");
        }
        assert_eq!(decimal("10.00").minor(0), Some(10));
        assert_eq!(decimal("1e-40").minor(2), Some(0));
    }

    #[test]
    fn what_is_no_amount_is_none() {
        for text in
            ["", "-1", "+1", ".5", "1e", "1e41", "NaN", "0x10", "1_000", "1,5", "null", "{}", " 1", "1.2.3"]
        {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
        assert_eq!(Decimal::parse(&"9".repeat(37)), None);
        assert_eq!(decimal("1e30").minor(6), None, "more than can be counted");
        let read = |text: &str| serde_json::from_str::<Amount>(text).expect("JSON").0;
        assert_eq!((read("\"9.99\""), read("9.99")), (Some(decimal("9.99")), Some(decimal("9.990"))));
        for text in ["null", "\"\"", "true", "[1]", "{}", "\"nine\""] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_share_is_rounded_down() {
        assert_eq!(share(999, decimal("10.05"), decimal("10.05")), Some(999));
        assert_eq!(share(999, decimal("10.0499999"), decimal("10.05")), Some(998));
        assert_eq!(share(999, decimal("0.1"), decimal("0.3")), Some(333));
        assert_eq!(share(999, decimal("20.1"), decimal("10.05")), Some(1998));
        assert_eq!(
            share(1_000_000_000, decimal("0.001542732900000001"), decimal("0.001542732900000002")),
            Some(999_999_999)
        );
        assert_eq!(share(999, decimal("1"), decimal("0")), None);
        assert_eq!(share(-1, decimal("1"), decimal("1")), None);
    }

    #[test]
    fn sums_and_products_are_exact() {
        let third = decimal("0.1").plus(decimal("0.2")).expect("a sum");
        assert_eq!(third, decimal("0.3"));
        assert_eq!(third.minus(decimal("0.05")), Some(Decimal { digits: 25, scale: 2 }));
        assert_eq!(third.minus(decimal("0.31")), None);
        assert_eq!(decimal("0.00016315").times(decimal("61234.5")).and_then(|d| d.minor(2)), Some(999));
        assert!(decimal("0").is_zero());
    }

    #[test]
    fn an_amount_is_sent_digit_by_digit() {
        let text =
            |minor, currency| serde_json::to_string(&Number(Money::new(minor, currency))).expect("JSON");
        assert_eq!(text(1_110, Currency::Usd), "11.10");
        assert_eq!(text(5, Currency::Irr), "5");
    }

    #[test]
    fn names_may_be_numbers() {
        let read = |text: &str| serde_json::from_str::<Id>(text).expect("JSON").0;
        assert_eq!((read("5077125051"), read("\"a-1\"")), ("5077125051".into(), "a-1".into()));
        assert_eq!((read("null"), read("1.5"), read("{}")), Default::default());
    }
}

//! Numbers, money and traffic as people write them. Whole-number arithmetic only: what is shown is never rounded by a
//! float. Separators and digits are those of CLDR: for `fa` U+066B decimal, U+066C group,
//! U+06F0 to U+06F9; for `ru` a comma and U+00A0, which keeps a number on one line.

use super::{Arg, get, with};
use crate::domain::{
    measure::Traffic,
    money::{Currency, Money},
    shop::Locale,
};

/// The text with its ASCII digits replaced by those of the language. Not for codes that are typed or copied.
#[must_use]
pub fn digits(locale: Locale, text: &str) -> String {
    match locale {
        Locale::Fa => text.chars().map(persian).collect(),
        Locale::En | Locale::Ru => text.to_owned(),
    }
}

/// A whole number with groups of three digits.
#[must_use]
pub fn number(locale: Locale, value: i64) -> String {
    grouped(locale, &value.to_string())
}

/// `3 days`.
#[must_use]
pub fn days(locale: Locale, count: u32) -> String {
    super::plain(&with(locale, "days", &[("days", Arg::Number(i64::from(count)))]))
}

/// An amount with its currency. Rial is shown as toman in Persian, as people there speak of it, and as `IRR` elsewhere.
/// Chain assets lose trailing zeros but no precision.
#[must_use]
pub fn money(locale: Locale, amount: Money) -> String {
    let bare = match (amount.currency, locale) {
        (Currency::Irr, Locale::Fa) => trimmed(&shifted(amount.minor, 1)).to_owned(),
        (
            Currency::Irr | Currency::Xtr | Currency::Usd | Currency::Eur | Currency::Rub | Currency::Cny,
            _,
        ) => amount.decimal(),
        _ => trimmed(&amount.decimal()).to_owned(),
    };
    format!("{} {}", grouped(locale, &bare), unit(locale, amount.currency))
}

/// The name of a currency behind an amount.
#[must_use]
pub fn unit(locale: Locale, currency: Currency) -> String {
    get(locale, &format!("currency-{}", currency.code().to_ascii_lowercase()))
}

const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;

/// An amount of traffic in GiB, or in MiB below one GiB, with at most one decimal, rounded down: nobody is shown more
/// than there is.
#[must_use]
pub fn traffic(locale: Locale, amount: Traffic) -> String {
    let bytes = amount.as_bytes();
    let (size, key) = if bytes >= GIB { (GIB, "unit-gib") } else { (MIB, "unit-mib") };
    let tenths = bytes % size * 10 / size;
    let whole = bytes / size;
    let bare = if tenths == 0 { whole.to_string() } else { format!("{whole}.{tenths}") };
    format!("{} {}", grouped(locale, &bare), get(locale, key))
}

/// A decimal text such as `-1234.50` with the language's digits and separators. Anything else than digits stays.
pub(super) fn grouped(locale: Locale, bare: &str) -> String {
    let (minus, group, point) = match locale {
        // CLDR writes a minus in Persian with a left-to-right mark, or it would stand behind the number.
        Locale::Fa => ("\u{200e}\u{2212}", '\u{66c}', "\u{66b}"),
        Locale::En => ("-", ',', "."),
        Locale::Ru => ("-", '\u{a0}', ","),
    };
    let (sign, unsigned) = bare.strip_prefix('-').map_or(("", bare), |rest| (minus, rest));
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let mut out = sign.to_owned();
    let count = whole.chars().count();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (count - index) % 3 == 0 {
            out.push(group);
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push_str(point);
        out.push_str(fraction);
    }
    digits(locale, &out)
}

/// `minor` with its last `decimals` digits behind a point.
fn shifted(minor: i64, decimals: usize) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    let text = format!("{:0>width$}", minor.unsigned_abs(), width = decimals + 1);
    let (whole, fraction) = text.split_at(text.len() - decimals);
    format!("{sign}{whole}.{fraction}")
}

fn trimmed(decimal: &str) -> &str {
    if decimal.contains('.') { decimal.trim_end_matches('0').trim_end_matches('.') } else { decimal }
}

fn persian(c: char) -> char {
    let offset = c.to_digit(10).unwrap_or(0);
    if c.is_ascii_digit() { char::from_u32(0x06f0 + offset).unwrap_or(c) } else { c }
}

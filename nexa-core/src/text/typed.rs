//! What people type, understood: amounts of money with the digits and separators of any of our languages.

use crate::domain::{
    money::{Currency, Money},
    shop::Locale,
};

/// An amount that somebody typed, in the unit that people of the language speak of: in Persian, rials are typed as
/// tomans, as [`super::money`] shows them. None for what is no amount or has more decimals than the currency.
///
/// Persian and Arabic digits are understood. A comma before exactly three digits separates groups, any other comma is a
/// decimal one, as Russian writes it.
#[must_use]
pub fn typed_money(locale: Locale, text: &str, currency: Currency) -> Option<Money> {
    let in_tomans = currency == Currency::Irr && locale == Locale::Fa;
    let decimals = if in_tomans { 1 } else { usize::try_from(currency.decimals()).ok()? };
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).map(ascii).collect();
    let plain = without_groups(&plain)?;
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let fraction = fraction.trim_end_matches('0');
    if whole.is_empty() || !digits(whole) || !digits(fraction) || fraction.len() > decimals {
        return None;
    }
    let minor: i64 = format!("{whole}{fraction:0<decimals$}").parse().ok()?;
    Some(Money::new(minor, currency))
}

/// Digits as ASCII, every group separator as a comma, every decimal separator as a point.
fn ascii(c: char) -> char {
    let digit = |zero: u32| char::from_digit(u32::from(c).checked_sub(zero)?, 10);
    match c {
        '\u{66c}' | '\u{60c}' => ',',
        '\u{66b}' | '/' => '.',
        _ => digit(0x6f0).or_else(|| digit(0x660)).unwrap_or(c),
    }
}

/// Takes commas between groups of three away; a last comma before another count of digits becomes the point.
fn without_groups(text: &str) -> Option<String> {
    let Some((before, last)) = text.rsplit_once(',') else { return Some(text.to_owned()) };
    let in_group = |part: &str| part.split('.').next().is_some_and(|whole| whole.len() == 3);
    if in_group(last) {
        let mut parts = before.split(',');
        let first = parts.next().is_some_and(|part| (1..=3).contains(&part.len()));
        return (first && parts.all(|part| part.len() == 3)).then(|| text.replace(',', ""));
    }
    (!last.contains('.')).then(|| format!("{}.{last}", before.replace(',', "")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn typed(locale: Locale, text: &str, currency: Currency) -> Option<i64> {
        typed_money(locale, text, currency).map(|money| money.minor)
    }

    #[test]
    fn amounts_are_understood_as_people_write_them() {
        for (text, minor) in [
            ("5", 500),
            ("4.99", 499),
            ("4,99", 499),
            ("4.9", 490),
            ("1,234.50", 123_450),
            ("1 234,50", 123_450),
            ("1,234", 123_400),
            ("۴٫۹۹", 499),
            ("٤٫٩٩", 499),
            ("1,234,567", 123_456_700),
            ("4.990", 499),
        ] {
            assert_eq!(typed(Locale::En, text, Currency::Usd), Some(minor), "{text}");
        }
        assert_eq!(typed(Locale::Fa, "۱۲۵٬۰۰۰", Currency::Irr), Some(1_250_000), "tomans");
        assert_eq!(typed(Locale::En, "1,250,000", Currency::Irr), Some(1_250_000), "rials");
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for text in [
            "",
            "-5",
            "+5",
            ".",
            ".5",
            "5.001",
            "1,23,456",
            "1e3",
            "5 USD",
            "0x5",
            "1.2.3",
            "9".repeat(30).as_str(),
        ] {
            assert_eq!(typed(Locale::En, text, Currency::Usd), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_can_be_typed(minor in 0i64..1_000_000_000_000) {
            for locale in Locale::ALL {
                for currency in [Currency::Usd, Currency::Irr, Currency::Ltc] {
                    let shown = super::super::money(locale, Money::new(minor, currency));
                    let name = super::super::unit(locale, currency);
                    let bare = shown.replace(&name, "");
                    prop_assert_eq!(typed(locale, &bare, currency), Some(minor), "{}", shown);
                }
            }
        }

        #[test]
        fn nothing_that_is_typed_panics(text: String) {
            for locale in Locale::ALL {
                let _ = typed(locale, &text, Currency::Usd);
            }
        }
    }
}

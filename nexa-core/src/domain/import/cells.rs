//! What stands in single cells of a source: ids, moments, traffic.

use super::{Fault, Person};
use crate::domain::{
    measure::Traffic,
    time::{after, days, from_millis},
    user::{self, ascii_digit},
};
use jiff::{Timestamp, civil::Date, tz::Offset};

/// Digits of a Telegram id at most: ids have at most 52 significant bits
/// (<https://core.telegram.org/bots/api#user>).
const ID_DIGITS: usize = 16;
/// Decimals of an amount of traffic at most.
const DECIMALS: usize = 6;
/// Whole GiB at most; panels take no greater limit.
const MOST_GIB: u64 = 1_000_000;

/// One row of a table, by the names of its columns. Every value is text.
pub struct Row<'a> {
    names: &'a [String],
    values: &'a [Option<String>],
}

impl<'a> Row<'a> {
    /// The values of these columns, in the same order.
    #[must_use]
    pub const fn new(names: &'a [String], values: &'a [Option<String>]) -> Self {
        Self { names, values }
    }

    /// What stands in a column; none where there is no such column, or nothing but space in it.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&'a str> {
        let at = self.names.iter().position(|known| known.eq_ignore_ascii_case(name))?;
        let value = self.values.get(at)?.as_deref()?.trim();
        (!value.is_empty()).then_some(value)
    }
}

/// A Telegram id in ASCII digits; none when it is no id of a person.
#[must_use]
pub fn telegram(text: &str) -> Option<String> {
    let digits: String = text.chars().map(ascii_digit).collect::<Option<_>>()?;
    let plain = digits.trim_start_matches('0');
    (1..=ID_DIGITS).contains(&plain.len()).then(|| plain.to_owned())
}

/// Who stands in these cells.
pub fn person(telegram_id: Option<&str>, email: Option<&str>) -> Result<Person, Fault> {
    let telegram = telegram_id.map(|text| telegram(text).ok_or(Fault::BadTelegram)).transpose()?;
    let email = email.map(|text| user::email(text).map_err(|_| Fault::BadEmail)).transpose()?;
    Ok(Person { telegram, email })
}

/// A moment: a date (its end, UTC), a timestamp like `2026-12-31T12:00:00Z`, or seconds since 1970.
#[must_use]
pub fn moment(text: &str) -> Option<Timestamp> {
    let plain: String = text.chars().map(|c| ascii_digit(c).unwrap_or(c)).collect();
    if plain.bytes().all(|b| b.is_ascii_digit()) {
        return seconds(plain.parse().ok()?);
    }
    if let Ok(date) = plain.parse::<Date>()
        && plain.len() == 10
    {
        let midnight = Offset::UTC.to_timestamp(date.at(0, 0, 0, 0)).ok()?;
        return Some(after(midnight, days(1)));
    }
    plain.parse().ok()
}

/// Seconds since 1970, up to the year 9999.
#[must_use]
pub fn seconds(seconds: i64) -> Option<Timestamp> {
    (0..253_402_300_800).contains(&seconds).then(|| from_millis(seconds.saturating_mul(1_000)))
}

/// Traffic in GiB, with at most six decimals, rounded down to bytes.
#[must_use]
pub fn gib(text: &str) -> Option<Traffic> {
    let plain: String =
        text.chars().map(|c| ascii_digit(c).unwrap_or(if c == '٫' { '.' } else { c })).collect();
    let (whole, part) = plain.split_once('.').unwrap_or((&plain, ""));
    let is_number = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !is_number(whole) || !is_number(part) || part.len() > DECIMALS {
        return None;
    }
    let whole: u64 = whole.parse().ok().filter(|whole| *whole <= MOST_GIB)?;
    let millionths: u64 = format!("{part:0<DECIMALS$}").parse().ok()?;
    Some(Traffic::bytes((whole << 30).saturating_add((millionths << 30) / 1_000_000)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn cells_are_read_as_people_write_them() {
        assert_eq!(telegram("۱۲۳۴۵").as_deref(), Some("12345"));
        assert_eq!(telegram("0012").as_deref(), Some("12"));
        for wrong in ["", "0", "-5", "12a", "12345678901234567", "=1+1"] {
            assert_eq!(telegram(wrong), None, "{wrong}");
        }
        let at = |text: &str| text.parse::<Timestamp>().ok();
        assert_eq!(moment("2026-12-31"), at("2027-01-01T00:00:00Z"), "the last day counts");
        assert_eq!(moment("2026-12-31T10:00:00Z"), at("2026-12-31T10:00:00Z"));
        assert_eq!(moment("1798761600"), at("2027-01-01T00:00:00Z"));
        for wrong in ["soon", "2026-13-01", "31/12/2026", "99999999999999", "-1", "1405/09/07"] {
            assert_eq!(moment(wrong), None, "{wrong}");
        }
        assert_eq!(gib("10"), Some(Traffic::gib(10)));
        assert_eq!(gib("۱٫۵"), Some(Traffic::bytes(3 << 29)));
        for wrong in ["", ".", "-1", "1.2.3", "1e3", "1000001", "0.1234567", "ten"] {
            assert_eq!(gib(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn whatever_stands_there_is_read(text: String) {
            let _read = (telegram(&text), moment(&text), gib(&text), person(Some(&text), Some(&text)).is_ok());
        }
    }
}

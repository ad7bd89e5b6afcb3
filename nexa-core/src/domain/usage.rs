//! What was used on which day: the history behind a subscription's counters. Days are those of UTC.

use super::{
    measure::Traffic,
    time::{after, days},
};
use crate::ids::ServerId;
use jiff::{Timestamp, civil::Date, tz::TimeZone};

/// For how many days traffic is remembered by day; what is older is only part of the sums.
pub const KEPT_DAYS: u32 = 400;
/// The most days that can be looked at at once.
pub const MOST_DAYS: u32 = 90;

/// A day of UTC, counted from 1970-01-01, which is 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Day(u32);

impl Day {
    /// The day of a moment; moments before 1970 count as its first day.
    #[must_use]
    pub fn of(moment: Timestamp) -> Self {
        Self(u32::try_from(moment.as_second().div_euclid(86_400)).unwrap_or(0))
    }

    /// As storage keeps it.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0
    }

    /// From storage.
    #[must_use]
    pub const fn from_number(number: u32) -> Self {
        Self(number)
    }

    /// So many days earlier, not before the first one.
    #[must_use]
    pub const fn before(self, days: u32) -> Self {
        Self(self.0.saturating_sub(days))
    }

    /// The day after it.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// The date, e.g. `2026-03-01`.
    #[must_use]
    pub fn date(self) -> Date {
        TimeZone::UTC.to_datetime(after(Timestamp::UNIX_EPOCH, days(self.0))).date()
    }
}

/// What was used of one subscription on one server on one day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DayUsage {
    /// Which day.
    pub day: Day,
    /// On which server.
    pub server: ServerId,
    /// How much.
    pub traffic: Traffic,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_in_utc() {
        let day = |text: &str| Day::of(text.parse().unwrap());
        assert_eq!(day("1970-01-01T23:59:59.999Z").number(), 0);
        assert_eq!(day("1970-01-02T00:00:00Z").number(), 1);
        assert_eq!(day("1969-12-31T00:00:00Z").number(), 0);
        assert_eq!(day("2026-03-01T08:00:00Z").date().to_string(), "2026-03-01");
        assert_eq!(day("2026-03-01T08:00:00Z").before(1).date().to_string(), "2026-02-28");
        assert_eq!(day("2028-02-28T08:00:00Z").next().date().to_string(), "2028-02-29");
        assert_eq!(Day::from_number(3).before(9), Day::from_number(0));
        assert!(!Day::from_number(u32::MAX).next().date().to_string().is_empty());
    }
}

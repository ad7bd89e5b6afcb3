//! Arithmetic on moments that saturates instead of panicking.

use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, Time},
    tz::TimeZone,
};

/// `moment + duration`, held at the ends of the calendar.
#[must_use]
pub fn after(moment: Timestamp, duration: SignedDuration) -> Timestamp {
    moment.saturating_add(duration).unwrap_or(moment)
}

/// Whole seconds from `now` until a moment, rounded up; at least one.
#[must_use]
pub fn seconds_until(moment: Timestamp, now: Timestamp) -> u32 {
    let left = moment.duration_since(now);
    let whole = left.as_secs().saturating_add(i64::from(left.subsec_nanos() > 0));
    u32::try_from(whole.max(1)).unwrap_or(u32::MAX)
}

/// `days` of 24 hours.
#[must_use]
pub const fn days(days: u32) -> SignedDuration {
    // u32::MAX days are 3.7e14 seconds, far below the range of i64.
    SignedDuration::from_secs(days_as_secs(days))
}

#[expect(clippy::as_conversions, reason = "u32 to i64 is lossless, and From is not const")]
const fn days_as_secs(days: u32) -> i64 {
    days as i64 * 86_400
}

/// The day that a moment is on in a zone.
#[must_use]
pub fn day_of(zone: &TimeZone, moment: Timestamp) -> Date {
    zone.to_datetime(moment).date()
}

/// When a day begins in a zone, held at the ends of the calendar.
#[must_use]
pub fn beginning_of(zone: &TimeZone, day: Date) -> Timestamp {
    zone.to_ambiguous_timestamp(day.to_datetime(Time::midnight())).compatible().unwrap_or(if day.year() < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    })
}

/// From milliseconds since 1970, as storage keeps them; held at the ends of the calendar.
#[must_use]
pub fn from_millis(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis).unwrap_or(if millis < 0 { Timestamp::MIN } else { Timestamp::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_until_a_moment_are_enough() {
        let at = Timestamp::from_millisecond;
        for (moment, now, seconds) in [(5_000, 0, 5), (5_001, 0, 6), (5_000, 4_999, 1), (0, 9_000, 1)] {
            assert_eq!(seconds_until(at(moment).unwrap(), at(now).unwrap()), seconds);
        }
    }

    #[test]
    fn a_day_is_the_zone_s() {
        let tehran = crate::domain::reach::zone("Asia/Tehran").unwrap();
        let begins: Timestamp = "2026-11-26T20:30:00Z".parse().unwrap();
        let day = jiff::civil::date(2026, 11, 27);
        assert_eq!(beginning_of(&tehran, day), begins);
        assert_eq!(
            (day_of(&tehran, begins), day_of(&TimeZone::UTC, begins)),
            (day, day.yesterday().unwrap())
        );
    }
}

//! Arithmetic on moments that saturates instead of panicking.

use jiff::{SignedDuration, Timestamp};

/// `moment + duration`, held at the ends of the calendar.
#[must_use]
pub fn after(moment: Timestamp, duration: SignedDuration) -> Timestamp {
    moment.saturating_add(duration).unwrap_or(moment)
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

/// From milliseconds since 1970, as storage keeps them; held at the ends of the calendar.
#[must_use]
pub fn from_millis(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis).unwrap_or(if millis < 0 { Timestamp::MIN } else { Timestamp::MAX })
}

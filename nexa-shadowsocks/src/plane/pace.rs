//! Bandwidth: how long a flow waits so that one identity stays below its rate.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// What may move at once after a pause.
const BURST: Duration = Duration::from_millis(100);

/// A rate that all flows of one identity share. Each booking moves the moment up to which the line is busy.
#[derive(Debug)]
pub struct Pace {
    bytes_per_second: u64,
    line: Mutex<Option<Instant>>,
}

impl Pace {
    /// `mbit` megabits (10⁶ bits) a second; `None` for 0, which means no limit.
    #[must_use]
    pub fn new(mbit: u32) -> Option<Self> {
        let bytes_per_second = u64::from(mbit) * 125_000;
        (mbit > 0).then(|| Self { bytes_per_second, line: Mutex::new(None) })
    }

    /// Books `bytes` and says how long to wait before the next.
    pub fn book(&self, bytes: usize, now: Instant) -> Duration {
        let takes = self.takes(bytes);
        let mut busy_until = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        let begin = busy_until.filter(|until| *until > now).unwrap_or(now);
        let until = begin + takes;
        *busy_until = Some(until);
        until.saturating_duration_since(now).saturating_sub(BURST)
    }

    /// Books `bytes` unless the line is busy for longer than a burst: what cannot wait, a packet, is then dropped.
    pub fn book_now(&self, bytes: usize, now: Instant) -> bool {
        let takes = self.takes(bytes);
        let mut busy_until = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        let begin = busy_until.filter(|until| *until > now).unwrap_or(now);
        let fits = begin.saturating_duration_since(now) <= BURST;
        if fits {
            *busy_until = Some(begin + takes);
        }
        fits
    }

    fn takes(&self, bytes: usize) -> Duration {
        let nanos = u64::try_from(bytes).unwrap_or(u64::MAX).saturating_mul(1_000_000_000);
        Duration::from_nanos(nanos / self.bytes_per_second)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bookings_add_up_to_the_rate() {
        assert!(Pace::new(0).is_none());
        let pace = Pace::new(8).unwrap();
        let now = Instant::now();
        assert_eq!(pace.book(100_000, now), Duration::ZERO, "a burst of a tenth of a second");
        assert_eq!(pace.book(1_000_000, now), Duration::from_secs(1));
        let later = now + Duration::from_secs(5);
        assert_eq!(pace.book(100_000, later), Duration::ZERO, "what was not used is not saved up");
        assert_eq!(pace.book(100_000, later), Duration::from_millis(100));
    }

    #[test]
    fn packets_above_the_rate_are_dropped() {
        let pace = Pace::new(8).unwrap();
        let now = Instant::now();
        let sent = (0..1000).filter(|_| pace.book_now(1000, now)).count();
        assert_eq!(sent, 101, "a burst, and the one that fills it");
        assert!(pace.book_now(1000, now + BURST));
    }
}

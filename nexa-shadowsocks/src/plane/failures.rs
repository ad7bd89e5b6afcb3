//! Who tries keys at one port: addresses whose connections did not authenticate are turned away from it for a while. In
//! memory only.
//!
//! Each port counts for itself: many customers share an address, and one app that goes on with an old key must not shut
//! the others out.

use nexa_core::address::counted;
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// Failures within [`PERIOD`] that are taken for bad luck: several customers may share an address.
const MOST: u32 = 30;
/// How long failures are remembered.
const PERIOD: Duration = Duration::from_mins(1);
/// Addresses remembered at most; beyond that the oldest are forgotten, so a flood costs no memory.
const REMEMBERED: usize = 256;

/// Failures by address.
#[derive(Debug, Default)]
pub struct Failures {
    counts: Mutex<HashMap<IpAddr, (u32, Instant)>>,
}

impl Failures {
    /// Notes a failure.
    pub fn note(&self, address: IpAddr, now: Instant) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= REMEMBERED {
            counts.retain(|_, (_, since)| now.saturating_duration_since(*since) < PERIOD);
        }
        if counts.len() >= REMEMBERED
            && let Some(oldest) = counts.iter().min_by_key(|(_, (_, since))| *since).map(|(at, _)| *at)
        {
            counts.remove(&oldest);
        }
        let (count, since) = counts.entry(counted(address)).or_insert((0, now));
        if now.saturating_duration_since(*since) >= PERIOD {
            (*count, *since) = (0, now);
        }
        *count = count.saturating_add(1);
    }

    /// Takes one back: a connection that was noted in advance has authenticated after all.
    pub fn forgive(&self, address: IpAddr) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((count, _)) = counts.get_mut(&counted(address)) {
            *count = count.saturating_sub(1);
        }
    }

    /// Whether connections from there are turned away now.
    pub fn refuses(&self, address: IpAddr, now: Instant) -> bool {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts
            .get(&counted(address))
            .is_some_and(|(count, since)| *count >= MOST && now.saturating_duration_since(*since) < PERIOD)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_turned_away_for_a_minute() {
        let failures = Failures::default();
        let (now, bad, good) = (Instant::now(), "192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        for _ in 0..MOST {
            assert!(!failures.refuses(bad, now));
            failures.note(bad, now);
        }
        assert!(failures.refuses(bad, now) && !failures.refuses(good, now));
        assert!(!failures.refuses(bad, now + PERIOD));
        failures.forgive(bad);
        failures.forgive(good);
        assert!(!failures.refuses(bad, now), "one of them was none");
    }

    #[test]
    fn memory_is_bounded() {
        let failures = Failures::default();
        let now = Instant::now();
        for number in 0..20_000_u32 {
            failures.note(IpAddr::V4(number.into()), now);
        }
        assert!(failures.counts.lock().unwrap().len() <= REMEMBERED);
    }
}

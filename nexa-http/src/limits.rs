//! How often one address may try what is worth trying: signing in, guessing links, handing in receipts.
//!
//! Counted in memory, so a restart forgets; the lasting counters are the core's.

use crate::address;
use governor::{
    DefaultDirectRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    state::keyed::DefaultKeyedStateStore,
};
use moka::sync::Cache;
use nexa_core::domain::refusal::Refusal;
use std::{net::IpAddr, num::NonZeroU32, time::Duration};

type Keyed = RateLimiter<IpAddr, DefaultKeyedStateStore<IpAddr>, DefaultClock>;

/// What is limited.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Gate {
    /// Signing up, signing in, claiming a shop: 20 in 10 minutes.
    Account,
    /// Handing in receipts: 20 in 10 minutes.
    Receipt,
}

/// The counters.
pub struct Limits {
    account: Keyed,
    receipt: Keyed,
    misses: Keyed,
    shut: Cache<IpAddr, ()>,
    patience: DefaultDirectRateLimiter,
    clock: DefaultClock,
}

/// Look-ups in a second for addresses that guess, all together: an indexed read each.
const PATIENCE: u32 = 50;
const PENALTY: Duration = Duration::from_mins(1);
/// Addresses in memory at most, before those that are full again are dropped.
const MOST_ADDRESSES: usize = 50_000;

fn per(count: u32, window: Duration) -> Keyed {
    let burst = NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN);
    let quota =
        Quota::with_period(window / burst.get()).unwrap_or(Quota::per_minute(burst)).allow_burst(burst);
    RateLimiter::keyed(quota)
}

impl Default for Limits {
    fn default() -> Self {
        let ten_minutes = Duration::from_mins(10);
        Self {
            account: per(20, ten_minutes),
            receipt: per(20, ten_minutes),
            misses: per(30, Duration::from_mins(1)),
            shut: Cache::builder().max_capacity(10_000).time_to_live(PENALTY).build(),
            patience: RateLimiter::direct(Quota::per_second(
                NonZeroU32::new(PATIENCE).unwrap_or(NonZeroU32::MIN),
            )),
            clock: DefaultClock::default(),
        }
    }
}

impl Limits {
    /// Counts one try; refused when there were too many.
    pub fn take(&self, gate: Gate, client: IpAddr) -> Result<(), Refusal> {
        let limiter = match gate {
            Gate::Account => &self.account,
            Gate::Receipt => &self.receipt,
        };
        sweep(limiter);
        limiter.check_key(&address::counted(client)).map_err(|early| {
            let wait = early.wait_time_from(self.clock.now()).as_secs().saturating_add(1);
            Refusal::TooManyAttempts { wait_seconds: u32::try_from(wait).unwrap_or(u32::MAX) }
        })
    }

    /// Whether to look a link up. An address that guessed too many wrong ones in the last minute may belong to a carrier,
    /// with thousands of customers behind it, so valid links are still found; together such addresses get a bounded
    /// number of look-ups.
    pub fn may_look_up_link(&self, client: IpAddr) -> Result<(), Refusal> {
        if self.shut.contains_key(&address::counted(client)) && self.patience.check().is_err() {
            return Err(Refusal::TooManyAttempts { wait_seconds: 60 });
        }
        Ok(())
    }

    /// Counts a link that does not exist: 30 a minute are an accident, more are a search. From then on misses are
    /// refused.
    pub fn missed_link(&self, client: IpAddr) -> Result<(), Refusal> {
        let key = address::counted(client);
        let shut = self.shut.contains_key(&key);
        sweep(&self.misses);
        if self.misses.check_key(&key).is_err() {
            self.shut.insert(key, ());
        }
        if shut { Err(Refusal::TooManyAttempts { wait_seconds: 60 }) } else { Ok(()) }
    }
}

fn sweep(limiter: &Keyed) {
    if limiter.len() > MOST_ADDRESSES {
        limiter.retain_recent();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_21st_try_is_refused_and_told_how_long() {
        let limits = Limits::default();
        let one: IpAddr = "192.0.2.1".parse().unwrap();
        for _ in 0..20 {
            assert_eq!(limits.take(Gate::Account, one), Ok(()));
        }
        let Err(Refusal::TooManyAttempts { wait_seconds }) = limits.take(Gate::Account, one) else {
            panic!("not refused")
        };
        assert!((1..=31).contains(&wait_seconds), "{wait_seconds}");
        assert_eq!(limits.take(Gate::Account, "192.0.2.2".parse().unwrap()), Ok(()));
        assert_eq!(limits.take(Gate::Receipt, one), Ok(()));
    }

    #[test]
    fn a_search_for_links_is_shut_out() {
        let limits = Limits::default();
        let one: IpAddr = "2001:db8::1".parse().unwrap();
        for _ in 0..31 {
            assert_eq!(limits.missed_link(one), Ok(()));
        }
        assert!(limits.missed_link("2001:db8::2".parse().unwrap()).is_err(), "the same customer");
        assert_eq!(limits.missed_link("2001:db8:0:1::2".parse().unwrap()), Ok(()));
    }

    #[test]
    fn look_ups_of_those_who_guess_are_bounded_and_nobody_elses() {
        let limits = Limits::default();
        let guesser: IpAddr = "192.0.2.1".parse().unwrap();
        for _ in 0..31 {
            limits.missed_link(guesser).ok();
        }
        let through = (0..1000).filter(|_| limits.may_look_up_link(guesser).is_ok()).count();
        assert!((50..200).contains(&through), "{through}");
        let other: IpAddr = "192.0.2.2".parse().unwrap();
        assert!((0..1000).all(|_| limits.may_look_up_link(other).is_ok()));
    }
}

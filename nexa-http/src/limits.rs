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
    links: Misses,
    hooks: Misses,
    patience: DefaultDirectRateLimiter,
    clock: DefaultClock,
}

/// Look-ups in a second for addresses that guess, all together: an indexed read each.
const PATIENCE: u32 = 50;
const PENALTY: Duration = Duration::from_mins(1);
/// Addresses in memory at most, before those that are full again are dropped.
const MOST_ADDRESSES: usize = 50_000;

/// Who was wrong too often is shut out for a while.
struct Misses {
    counted: Keyed,
    shut: Cache<IpAddr, ()>,
}

impl Misses {
    /// So many wrong ones a minute are an accident.
    fn beyond(count: u32) -> Self {
        let shut = Cache::builder().max_capacity(10_000).time_to_live(PENALTY).build();
        Self { counted: per(count, Duration::from_mins(1)), shut }
    }

    fn is_shut(&self, key: IpAddr) -> bool {
        self.shut.contains_key(&key)
    }

    fn missed(&self, key: IpAddr) {
        sweep(&self.counted);
        if self.counted.check_key(&key).is_err() {
            self.shut.insert(key, ());
        }
    }
}

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
            links: Misses::beyond(30),
            hooks: Misses::beyond(60),
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
        if self.links.is_shut(address::counted(client)) && self.patience.check().is_err() {
            return Err(Refusal::TooManyAttempts { wait_seconds: 60 });
        }
        Ok(())
    }

    /// Counts a link that does not exist: 30 a minute are an accident, more are a search. From then on misses are
    /// refused.
    pub fn missed_link(&self, client: IpAddr) -> Result<(), Refusal> {
        let key = address::counted(client);
        let shut = self.links.is_shut(key);
        self.links.missed(key);
        if shut { Err(Refusal::TooManyAttempts { wait_seconds: 60 }) } else { Ok(()) }
    }

    /// Whether to read a callback at all. Whoever forged too many in the last minute is no gateway.
    pub fn may_call_back(&self, client: IpAddr) -> Result<(), Refusal> {
        if self.hooks.is_shut(address::counted(client)) {
            return Err(Refusal::TooManyAttempts { wait_seconds: 60 });
        }
        Ok(())
    }

    /// Counts a callback that was forged, or for no gateway: 60 a minute are a wrong key, more are an attack.
    pub fn forged_callback(&self, client: IpAddr) {
        self.hooks.missed(address::counted(client));
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
    fn whoever_forges_callbacks_is_shut_out_and_nobody_else() {
        let limits = Limits::default();
        let (forger, gateway): (IpAddr, IpAddr) =
            ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        for _ in 0..61 {
            assert_eq!(limits.may_call_back(forger), Ok(()));
            limits.forged_callback(forger);
        }
        assert_eq!(limits.may_call_back(forger), Err(Refusal::TooManyAttempts { wait_seconds: 60 }));
        assert_eq!(limits.may_call_back(gateway), Ok(()));
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

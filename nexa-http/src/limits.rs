//! How often one address may try what is worth trying: signing in, guessing links, handing in receipts.
//!
//! Counted in memory, so a restart forgets; the lasting counters are the core's.

use crate::address;
use governor::{
    DefaultDirectRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::StateInformationMiddleware,
    state::keyed::DefaultKeyedStateStore,
};
use moka::sync::Cache;
use nexa_core::{domain::refusal::Refusal, ids::GatewayId};
use std::{hash::Hash, net::IpAddr, num::NonZeroU32, time::Duration};

type Keyed<K = IpAddr> = RateLimiter<K, DefaultKeyedStateStore<K>, DefaultClock, StateInformationMiddleware>;

/// What is limited.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Gate {
    /// Signing up, signing in, claiming a shop: 20 in 10 minutes.
    Account,
    /// Handing in pictures, of receipts and in tickets: 20 in 10 minutes.
    Receipt,
    /// Saying whether articles helped: 20 in 10 minutes.
    Judgement,
}

impl Gate {
    /// Tries in a window, at each of them.
    pub const QUOTA: u32 = 20;
    /// The window.
    pub const WINDOW_SECONDS: u32 = 600;

    /// Its name, as programs see it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Receipt => "receipt",
            Self::Judgement => "judgement",
        }
    }
}

/// What one address has used of a limit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Spent {
    /// Of which.
    pub gate: Gate,
    /// Tries that are left now.
    pub left: u32,
    /// Seconds until all of them are there again, if nothing is tried meanwhile.
    pub whole_in_seconds: u32,
}

/// The counters.
pub struct Limits {
    account: Keyed,
    receipt: Keyed,
    judgement: Keyed,
    links: Misses<IpAddr>,
    /// Forgeries, by what they were sent to: a processor calls many shops from one address, and the wrong secret of one
    /// must not keep it from the others.
    forged: Misses<(IpAddr, GatewayId)>,
    /// Callbacks for no gateway.
    hooks: Misses<IpAddr>,
    patience: DefaultDirectRateLimiter,
    clock: DefaultClock,
}

/// Look-ups in a second for addresses that guess, all together: an indexed read each.
const PATIENCE: u32 = 50;
const PENALTY: Duration = Duration::from_mins(1);
/// Addresses in memory at most, before those that are full again are dropped.
const MOST_ADDRESSES: usize = 50_000;

/// Who was wrong too often is shut out for a while.
struct Misses<K: Hash + Eq + Clone> {
    counted: Keyed<K>,
    shut: Cache<K, ()>,
}

impl<K: Hash + Eq + Clone + Send + Sync + 'static> Misses<K> {
    /// So many wrong ones a minute are an accident.
    fn beyond(count: u32) -> Self {
        let shut = Cache::builder().max_capacity(10_000).time_to_live(PENALTY).build();
        Self { counted: per(count, Duration::from_mins(1)), shut }
    }

    fn is_shut(&self, key: &K) -> bool {
        self.shut.contains_key(key)
    }

    fn missed(&self, key: K) {
        sweep(&self.counted);
        if self.counted.check_key(&key).is_err() {
            self.shut.insert(key, ());
        }
    }
}

fn gate() -> Keyed {
    per(Gate::QUOTA, Duration::from_secs(Gate::WINDOW_SECONDS.into()))
}

fn per<K: Hash + Eq + Clone>(count: u32, window: Duration) -> Keyed<K> {
    let burst = NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN);
    let quota =
        Quota::with_period(window / burst.get()).unwrap_or(Quota::per_minute(burst)).allow_burst(burst);
    RateLimiter::keyed(quota).with_middleware()
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            account: gate(),
            receipt: gate(),
            judgement: gate(),
            links: Misses::beyond(30),
            forged: Misses::beyond(60),
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
        self.spend(gate, client).1
    }

    /// The same, with what is left.
    pub fn spend(&self, gate: Gate, client: IpAddr) -> (Spent, Result<(), Refusal>) {
        let limiter = match gate {
            Gate::Account => &self.account,
            Gate::Receipt => &self.receipt,
            Gate::Judgement => &self.judgement,
        };
        sweep(limiter);
        let outcome = match limiter.check_key(&address::counted(client)) {
            Ok(state) => Ok(state.remaining_burst_capacity()),
            Err(early) => {
                let wait = early.wait_time_from(self.clock.now()).as_secs().saturating_add(1);
                Err(Refusal::TooManyAttempts { wait_seconds: u32::try_from(wait).unwrap_or(u32::MAX) })
            }
        };
        let left = outcome.as_ref().copied().unwrap_or_default();
        let each = Gate::WINDOW_SECONDS / Gate::QUOTA;
        let whole_in_seconds = Gate::QUOTA.saturating_sub(left).saturating_mul(each);
        (Spent { gate, left, whole_in_seconds }, outcome.map(drop))
    }

    /// Whether to look a link up. An address that guessed too many wrong ones in the last minute may belong to a carrier,
    /// with thousands of customers behind it, so valid links are still found; together such addresses get a bounded
    /// number of look-ups.
    pub fn may_look_up_link(&self, client: IpAddr) -> Result<(), Refusal> {
        if self.links.is_shut(&address::counted(client)) && self.patience.check().is_err() {
            return Err(Refusal::TooManyAttempts { wait_seconds: 60 });
        }
        Ok(())
    }

    /// Counts a link that does not exist: 30 a minute are an accident, more are a search. From then on misses are
    /// refused.
    pub fn missed_link(&self, client: IpAddr) -> Result<(), Refusal> {
        let key = address::counted(client);
        let shut = self.links.is_shut(&key);
        self.links.missed(key);
        if shut { Err(Refusal::TooManyAttempts { wait_seconds: 60 }) } else { Ok(()) }
    }

    /// Whether to read a callback at all. Whoever forged too many for this gateway in the last minute is not its
    /// provider. An address that asked for too many gateways that do not exist may still be one's: it gets a bounded
    /// number of look-ups, as with links.
    pub fn may_call_back(&self, client: IpAddr, gateway: GatewayId) -> Result<(), Refusal> {
        let client = address::counted(client);
        let is_shut = self.forged.is_shut(&(client, gateway));
        if is_shut || (self.hooks.is_shut(&client) && self.patience.check().is_err()) {
            return Err(Refusal::TooManyAttempts { wait_seconds: 60 });
        }
        Ok(())
    }

    /// Counts a callback that was forged: 60 a minute are a wrong key, more are an attack.
    pub fn forged_callback(&self, client: IpAddr, gateway: GatewayId) {
        self.forged.missed((address::counted(client), gateway));
    }

    /// Counts a callback for no gateway, or at an endpoint that it does not have, and gives what to answer: from the 61st
    /// in a minute on, to wait.
    pub fn missed_hook(&self, client: IpAddr) -> Refusal {
        let key = address::counted(client);
        let shut = self.hooks.is_shut(&key);
        self.hooks.missed(key);
        if shut { Refusal::TooManyAttempts { wait_seconds: 60 } } else { Refusal::NotFound }
    }
}

fn sweep<K: Hash + Eq + Clone>(limiter: &Keyed<K>) {
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

    fn gateway(number: u8) -> GatewayId {
        format!("00000000-0000-7000-8000-0000000000{number:02x}").parse().unwrap()
    }

    #[test]
    fn whoever_forges_callbacks_is_shut_out_there_and_nobody_else() {
        let limits = Limits::default();
        let (one, other): (IpAddr, IpAddr) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        for _ in 0..61 {
            assert_eq!(limits.may_call_back(one, gateway(1)), Ok(()));
            limits.forged_callback(one, gateway(1));
        }
        let refused = Err(Refusal::TooManyAttempts { wait_seconds: 60 });
        assert_eq!(limits.may_call_back(one, gateway(1)), refused);
        assert_eq!(
            limits.may_call_back(one, gateway(2)),
            Ok(()),
            "the processor's callbacks to another shop"
        );
        assert_eq!(limits.may_call_back(other, gateway(1)), Ok(()));
    }

    #[test]
    fn a_search_for_gateways_is_slow_and_shuts_nobody_out() {
        let limits = Limits::default();
        let one: IpAddr = "192.0.2.1".parse().unwrap();
        for _ in 0..61 {
            assert_eq!(limits.missed_hook(one), Refusal::NotFound);
        }
        assert_eq!(limits.missed_hook(one), Refusal::TooManyAttempts { wait_seconds: 60 });
        assert_eq!(limits.missed_hook("192.0.2.2".parse().unwrap()), Refusal::NotFound);
        assert_eq!(limits.may_call_back(one, gateway(1)), Ok(()), "it may be a gateway's all the same");
        let through = (0..1000).filter(|_| limits.may_call_back(one, gateway(1)).is_ok()).count();
        assert!((40..200).contains(&through), "{through}");
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

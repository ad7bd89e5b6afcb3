//! Who is let through, and how often.

use super::*;
use async_trait::async_trait;
use nexa_core::ports::limiter::Away;
use std::sync::atomic::{AtomicU32, Ordering};

/// How many of a thousand tries are let through.
async fn count(go: impl AsyncFn() -> bool) -> u32 {
    let mut through = 0;
    for _ in 0..1000 {
        through += u32::from(go().await);
    }
    through
}

#[tokio::test]
async fn the_21st_try_is_refused_and_told_how_long() {
    let limits = Limits::default();
    let one: IpAddr = "192.0.2.1".parse().unwrap();
    for _ in 0..20 {
        assert_eq!(limits.take(Gate::Account, one).await, Ok(()));
    }
    let Err(Refusal::TooManyAttempts { wait_seconds }) = limits.take(Gate::Account, one).await else {
        panic!("not refused")
    };
    assert!((1..=31).contains(&wait_seconds), "{wait_seconds}");
    assert_eq!(limits.take(Gate::Account, "192.0.2.2".parse().unwrap()).await, Ok(()));
    assert_eq!(limits.take(Gate::Receipt, one).await, Ok(()));
}

#[tokio::test]
async fn a_search_for_links_is_shut_out() {
    let limits = Limits::default();
    let one: IpAddr = "2001:db8::1".parse().unwrap();
    for _ in 0..31 {
        assert_eq!(limits.missed_link(one).await, Ok(()));
    }
    assert!(limits.missed_link("2001:db8::2".parse().unwrap()).await.is_err(), "the same customer");
    assert_eq!(limits.missed_link("2001:db8:0:1::2".parse().unwrap()).await, Ok(()));
}

fn gateway(number: u8) -> GatewayId {
    format!("00000000-0000-7000-8000-0000000000{number:02x}").parse().unwrap()
}

#[tokio::test]
async fn whoever_forges_callbacks_is_shut_out_there_and_nobody_else() {
    let limits = Limits::default();
    let (one, other): (IpAddr, IpAddr) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
    for _ in 0..61 {
        assert_eq!(limits.may_call_back(one, gateway(1)).await, Ok(()));
        limits.forged_callback(one, gateway(1)).await;
    }
    let refused = Err(Refusal::TooManyAttempts { wait_seconds: 60 });
    assert_eq!(limits.may_call_back(one, gateway(1)).await, refused);
    assert_eq!(
        limits.may_call_back(one, gateway(2)).await,
        Ok(()),
        "the processor's callbacks to another shop"
    );
    assert_eq!(limits.may_call_back(other, gateway(1)).await, Ok(()));
}

#[tokio::test]
async fn a_search_for_gateways_is_slow_and_shuts_nobody_out() {
    let limits = Limits::default();
    let one: IpAddr = "192.0.2.1".parse().unwrap();
    for _ in 0..61 {
        assert_eq!(limits.missed_hook(one).await, Refusal::NotFound);
    }
    assert_eq!(limits.missed_hook(one).await, Refusal::TooManyAttempts { wait_seconds: 60 });
    assert_eq!(limits.missed_hook("192.0.2.2".parse().unwrap()).await, Refusal::NotFound);
    assert_eq!(limits.may_call_back(one, gateway(1)).await, Ok(()), "it may be a gateway's all the same");
    let through = count(async || limits.may_call_back(one, gateway(1)).await.is_ok()).await;
    assert!((40..200).contains(&through), "{through}");
}

#[tokio::test]
async fn look_ups_of_those_who_guess_are_bounded_and_nobody_elses() {
    let limits = Limits::default();
    let guesser: IpAddr = "192.0.2.1".parse().unwrap();
    for _ in 0..31 {
        limits.missed_link(guesser).await.ok();
    }
    let through = count(async || limits.may_look_up_link(guesser).await.is_ok()).await;
    assert!((50..200).contains(&through), "{through}");
    let other: IpAddr = "192.0.2.2".parse().unwrap();
    assert_eq!(count(async || limits.may_look_up_link(other).await.is_ok()).await, 1000);
}

/// Counts for all processes by the counters of one; may be away, and notes how often it was asked.
#[derive(Default)]
struct Common {
    counters: Near,
    away: std::sync::atomic::AtomicBool,
    asked: AtomicU32,
}

#[async_trait]
impl Limiter for Common {
    async fn take(&self, pace: Pace, subject: &str) -> Result<Taken, Away> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        if self.away.load(Ordering::Relaxed) { Err(Away) } else { self.counters.take(pace, subject).await }
    }
}

fn two() -> (Arc<Common>, Limits, Limits) {
    let common = Arc::new(Common::default());
    let limits = || Limits::new(Some(Arc::<Common>::clone(&common)));
    (Arc::clone(&common), limits(), limits())
}

#[tokio::test]
async fn two_processes_together_let_through_what_one_would() {
    let (common, here, there) = two();
    let one: IpAddr = "192.0.2.1".parse().unwrap();
    let mut lefts = Vec::new();
    for turn in 0..64 {
        let (spent, outcome) = if turn % 2 == 0 { &here } else { &there }.spend(Gate::Account, one).await;
        if outcome.is_ok() {
            lefts.push(spent.left);
        }
    }
    assert_eq!(lefts, (0..20).rev().collect::<Vec<_>>(), "each tells what is left for both");
    assert!(common.asked.load(Ordering::Relaxed) <= 22, "whoever is refused is not asked about again");
}

#[tokio::test]
async fn alone_a_process_goes_on_where_it_was() {
    let (common, here, there) = two();
    let one: IpAddr = "192.0.2.1".parse().unwrap();
    for _ in 0..12 {
        assert_eq!(here.take(Gate::Account, one).await, Ok(()));
    }
    common.away.store(true, Ordering::Relaxed);
    let through = count(async || here.take(Gate::Account, one).await.is_ok()).await;
    assert_eq!(through, 8, "what it let through before counts");
    assert_eq!(
        count(async || there.take(Gate::Account, one).await.is_ok()).await,
        20,
        "its own rate, no more"
    );
}

/// Each try is a first one to it.
struct Forgetful;

#[async_trait]
impl Limiter for Forgetful {
    async fn take(&self, pace: Pace, _: &str) -> Result<Taken, Away> {
        Ok(Taken::Granted { left: pace.burst - 1 })
    }
}

#[tokio::test]
async fn counters_that_forgot_widen_nothing() {
    let one: IpAddr = "192.0.2.1".parse().unwrap();
    let limits = Limits::new(Some(Arc::new(Forgetful)));
    assert_eq!(count(async || limits.take(Gate::Account, one).await.is_ok()).await, 20);
    let (spent, _) = limits.spend(Gate::Receipt, one).await;
    assert_eq!(spent.left, 19);
}

#[tokio::test]
async fn a_search_over_two_processes_is_shut_out_of_both() {
    let (_, here, there) = two();
    let guesser: IpAddr = "192.0.2.1".parse().unwrap();
    let mut told = 0;
    for turn in 0..100 {
        told += u32::from(if turn % 2 == 0 { &here } else { &there }.missed_link(guesser).await.is_ok());
    }
    assert_eq!(told, 32, "30, and the one by which each learns of it");
}

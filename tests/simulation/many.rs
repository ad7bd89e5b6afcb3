//! As many orders as somebody asks for, over seeds that nobody has run before, on all processors: `just sim`.

use super::{MODES, Sum, run::run, tell, wish};
use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// What is simulated when nobody asks for more, from a seed that never changes: a plain test run must say the same again.
const FEW: u64 = 100;
const FIRST: u64 = 1_000_000;

/// How many orders to simulate, and the first seed: one that no run before this second can have reached, as long as
/// none does a thousand seeds a second.
#[expect(clippy::disallowed_methods, reason = "new seeds for every run: the clock names them")]
fn plan() -> (u64, u64) {
    let number = |name: &str| wish(name).and_then(|n| n.parse().ok());
    let Some(orders) = number("NEXA_SIM_ORDERS") else { return (FEW, FIRST) };
    let now = u64::try_from(jiff::Timestamp::now().as_second()).unwrap_or(0);
    (orders, number("NEXA_SIM_FROM").unwrap_or(now * 1000))
}

#[expect(clippy::disallowed_methods, reason = "how quick the simulation is, is measured")]
fn began() -> Instant {
    Instant::now()
}

/// So many in a second, with one decimal.
fn rate(of: u64, time: Duration) -> String {
    let millis = u64::try_from(time.as_millis()).unwrap_or(u64::MAX).max(1);
    let tenths = of * 10_000 / millis;
    format!("{}.{}/s", tenths / 10, tenths % 10)
}

/// The modes take turns. All threads stop after the seed at which enough was simulated, or one broke an invariant.
fn simulate_many(orders: u64, first: u64) -> Sum {
    let (next, all) = (AtomicU64::new(first), Mutex::new(Sum::default()));
    let sum = || all.lock().unwrap_or_else(PoisonError::into_inner);
    let work = || {
        loop {
            {
                let sum = sum();
                if sum.tally.orders >= orders || !sum.bad.is_empty() {
                    return;
                }
            }
            let seed = next.fetch_add(1, Ordering::Relaxed);
            let turn = usize::try_from(seed % 4).unwrap_or(0);
            let report = run(seed, MODES[turn], None);
            let mut sum = sum();
            let before = sum.tally.orders;
            sum.add(&report);
            if before * 20 / orders.max(1) < sum.tally.orders * 20 / orders.max(1) {
                tell(&format!("  {} orders, {} seeds", sum.tally.orders, sum.seeds));
            }
        }
    };
    std::thread::scope(|threads| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            threads.spawn(work);
        }
    });
    all.into_inner().unwrap_or_else(PoisonError::into_inner)
}

#[test]
fn simulation_of_many_orders() {
    if wish("NEXA_SIM_SEED").is_some() {
        return; // The test of its mode repeats it.
    }
    let (orders, first) = plan();
    let begun = began();
    let sum = simulate_many(orders, first);
    let time = begun.elapsed();
    let tally = &sum.tally;
    tell(&format!(
        "simulated {} orders from seed {first} in all modes, in {} s\n\
         faults      {}: {}\n\
         kills       {}\n\
         repairs     {}\n\
         beside      {} commits, {} forged messages, {} moves\n\
         seeds       {}, {}\n\
         orders      {}, {}\n\
         violations  {}",
        tally.orders,
        time.as_secs(),
        tally.faults.sum(),
        tally.faults,
        tally.kills,
        sum.repairs,
        tally.commits,
        tally.forged,
        tally.moves,
        sum.seeds,
        rate(sum.seeds, time),
        tally.orders,
        rate(tally.orders, time),
        sum.violations,
    ));
    assert!(sum.bad.is_empty(), "an invariant was broken; this repeats it:\n{}", sum.bad.join("\n"));
}

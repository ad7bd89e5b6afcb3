//! The whole shop, run over virtual time with everything that can go wrong, and checked against what really happened.
//!
//! The engine is the real one; storage, panels and gateways are the reference fakes behind bad lines, and everything
//! follows from one seed. `NEXA_SIM_SEEDS=n` runs so many seeds, `NEXA_SIM_SEED` and `NEXA_SIM_MODE` repeat one,
//! `NEXA_SIM_LOG=1` shows what the engine says of it. `NEXA_SIM_ORDERS=n` runs new seeds until so many orders were placed
//! (`many.rs`), from `NEXA_SIM_FROM` on if that is given.

mod checker;
mod customer;
mod dice;
mod env;
mod executor;
mod gateway;
mod many;
mod mutant;
mod operator;
mod panel;
mod payer;
mod promises;
mod run;
mod shop;
mod storage;
mod teeth;
mod traffic;
mod transaction;
mod trouble;
mod weather;

use env::{Mode, Tally};
use run::{Report, run};
use std::io::Write as _;

const MODES: [Mode; 4] = [Mode::Calm, Mode::Late, Mode::Chaos, Mode::Clean];

#[expect(clippy::disallowed_methods, reason = "how much to simulate is chosen from outside")]
fn wish(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn tell(line: &str) {
    drop(writeln!(std::io::stderr(), "{line}"));
}

/// The sum of many runs.
#[derive(Default)]
struct Sum {
    seeds: u64,
    tally: Tally,
    repairs: u64,
    violations: usize,
    /// What repeats each seed that broke an invariant.
    bad: Vec<String>,
}

impl Sum {
    fn add(&mut self, report: &Report) {
        self.seeds += 1;
        self.tally += &report.tally;
        self.repairs += report.repairs;
        self.violations += report.violations.len();
        if !report.violations.is_empty() {
            let mode = format!("{:?}", report.mode).to_lowercase();
            let again = format!(
                "NEXA_SIM_SEED={} cargo test -p nexa-simulation --test simulation simulation_{mode}",
                report.seed
            );
            tell(&format!("{again}\n  {}", report.violations.join("\n  ")));
            self.bad.push(again);
        }
    }

    fn tell(&self, mode: Mode) {
        tell(&format!(
            "simulation {mode:?}: {} seeds, {} orders, {} commits, {} faults, {} kills, {} forged, {} moves, {} repairs, {} seeds with violations",
            self.seeds,
            self.tally.orders,
            self.tally.commits,
            self.tally.faults.sum(),
            self.tally.kills,
            self.tally.forged,
            self.tally.moves,
            self.repairs,
            self.bad.len()
        ));
    }
}

fn simulate(mode: Mode, seeds: std::ops::Range<u64>) {
    let chosen = wish("NEXA_SIM_MODE");
    if chosen.as_ref().is_some_and(|name| *name != format!("{mode:?}")) {
        return;
    }
    let seeds = match wish("NEXA_SIM_SEED").and_then(|n| n.parse::<u64>().ok()) {
        Some(seed) => seed..seed + 1,
        None => seeds,
    };
    if wish("NEXA_SIM_LOG").is_some() {
        drop(tracing_subscriber::fmt().with_env_filter("nexa_core=debug").without_time().try_init());
    }
    let mut sum = Sum::default();
    for seed in seeds {
        sum.add(&run(seed, mode, None));
    }
    sum.tell(mode);
    assert!(sum.bad.is_empty(), "{mode:?}: {} of {} seeds broke an invariant", sum.bad.len(), sum.seeds);
}

fn seeds(default: u64) -> u64 {
    wish("NEXA_SIM_SEEDS").and_then(|n| n.parse().ok()).unwrap_or(default)
}

#[test]
fn simulation_calm() {
    simulate(Mode::Calm, 0..seeds(25));
}

#[test]
fn simulation_late() {
    simulate(Mode::Late, 0..seeds(20));
}

#[test]
fn simulation_chaos() {
    simulate(Mode::Chaos, 0..seeds(25));
}

#[test]
fn simulation_clean() {
    simulate(Mode::Clean, 0..seeds(15));
}

#[test]
fn simulation_repeats_itself() {
    for seed in 0..20 {
        let mode = MODES[usize::try_from(seed).unwrap() % MODES.len()];
        let (one, two) = (run(seed, mode, None), run(seed, mode, None));
        assert_eq!(one.fingerprint, two.fingerprint, "seed {seed} in {mode:?} went two ways");
    }
}

//! Planted bugs, each of which must be found in a mode whose unplanted runs are clean over many more seeds. A
//! simulation that finds nothing proves nothing unless it finds these.

use super::{env::Mode, mutant::Mutant, run::run, tell};

/// Where each is looked for, and within how many seeds.
fn place(mutant: Mutant) -> (Mode, u64) {
    match mutant {
        // 8 to 10 seeds of 150 show it, as counted in two states of the code, so a search of 20 misses it in about three
        // states of ten whatever was changed.
        Mutant::AmbiguousIsDone => (Mode::Calm, 80),
        Mutant::DoubtForgotten => (Mode::Late, 40),
        Mutant::LostCommitIsOk | Mutant::ConsequenceLost => (Mode::Calm, 20),
        _ => (Mode::Clean, 20),
    }
}

/// The number of seeds and orders after which it was found, and by what.
fn hunt(mutant: Mutant) -> Option<(u64, u64, String)> {
    let (mode, budget) = place(mutant);
    let mut orders = 0;
    (0..budget).find_map(|seed| {
        let report = run(seed, mode, Some(mutant));
        orders += report.tally.orders;
        report.violations.into_iter().next().map(|first| (seed + 1, orders, first))
    })
}

#[test]
fn simulation_finds_planted_bugs() {
    let mut missed = Vec::new();
    for mutant in Mutant::ALL {
        match hunt(mutant) {
            Some((seeds, orders, first)) => {
                tell(&format!("planted {mutant:?}: found after {seeds} seeds, {orders} orders: {first}"));
            }
            None => missed.push(mutant),
        }
    }
    assert!(missed.is_empty(), "planted and not found: {missed:?}");
}

//! What stands at a moment: what waits, whether the books are right, how old rates are. Read when somebody asks, and no more
//! often than the database bears, however many ask.

use super::{Core, Nexa};
use crate::{
    domain::{
        gauge::{MOST_LOOKED_AT, Pile},
        money::Currency,
        server::{Health, ServerState},
        time::after,
    },
    engine::measured::between,
    error::Failure,
    metric::{
        Amount, JOBS_DUE, JOBS_GIVEN_UP, JOBS_OLDEST, LEDGER_SUM, LINK_MEMORY_ENTRIES, Metric, ORDERS,
        ORDERS_FLAGGED, ORDERS_OLDEST, PAYMENTS, PAYMENTS_OLDEST, RATE_AGE, SERVERS, STORAGE_COMMITS,
        STORAGE_HELD, STORAGE_OVERTAKEN, STORAGE_READ, STORAGE_REPLAYS, STORAGE_TRANSACTIONS, STORAGE_UP,
        STORAGE_WAITING, Sample,
    },
};
use async_lock::Mutex;
use jiff::{SignedDuration, Timestamp};
use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError},
};

/// How old an answer may be.
const FRESH: SignedDuration = SignedDuration::from_secs(12);
/// How long the database may take to answer. Whoever asks shall hear that it does not.
const DEADLINE: SignedDuration = SignedDuration::from_secs(5);
/// All balances are summed up when this many times as long as it took has passed: at most a hundredth of one connection's
/// time goes into it, however many customers there are.
const REST: i32 = 100;

/// What stands at a moment.
pub struct Gauges {
    core: Arc<Core>,
    kept: Mutex<Kept>,
    /// How far the books are off, as far as it is known.
    sums: std::sync::Mutex<Vec<(Currency, i64)>>,
    /// When they are summed up again.
    due: Mutex<Timestamp>,
}

/// What was read last.
struct Kept {
    at: Timestamp,
    samples: Vec<Sample>,
}

impl Nexa {
    /// What stands at a moment, for those who watch the installation. One is enough for a process: it remembers.
    #[must_use]
    pub fn gauges(&self) -> Gauges {
        Gauges::new(Arc::clone(&self.core))
    }
}

impl Gauges {
    fn new(core: Arc<Core>) -> Self {
        let kept = Mutex::new(Kept { at: Timestamp::MIN, samples: Vec::new() });
        Self { core, kept, sums: std::sync::Mutex::default(), due: Mutex::new(Timestamp::MIN) }
    }

    /// Sums up all balances, if it is time. To be called every few seconds by whoever runs the program, beside `read`: with
    /// millions of customers it takes long, and nobody shall wait for it.
    pub async fn sum_books(&self) {
        let mut due = self.due.lock().await;
        let began = self.core.world.now();
        if began < *due {
            return;
        }
        let sums = async { self.core.read().await?.ledger_sums().await }.await;
        let ended = self.core.world.now();
        let took = ended.duration_since(began).max(SignedDuration::ZERO);
        *due = after(ended, took.saturating_mul(REST));
        match sums {
            Ok(sums) => *self.sums.lock().unwrap_or_else(PoisonError::into_inner) = sums,
            Err(error) => tracing::warn!(%error, "the books could not be summed up"),
        }
    }

    /// All of it, at most 12 seconds old. What cannot be read is not there, and `nexa_storage_up` is 0.
    pub async fn read(&self) -> Vec<Sample> {
        let mut kept = self.kept.lock().await;
        let now = self.core.world.now();
        if now < after(kept.at, FRESH) {
            return kept.samples.clone();
        }
        let mut samples = own(&self.core);
        for (currency, off) in self.sums.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            samples.push(LEDGER_SUM.sample(Amount::Count(*off)).of("currency", currency.code()));
        }
        let stored = self.core.world.within(DEADLINE, stored(&self.core, now)).await;
        let stored = stored.unwrap_or_else(|| Err(Failure::storage("no answer in time")));
        samples.push(STORAGE_UP.sample(Amount::Count(i64::from(stored.is_ok()))));
        match stored {
            Ok(stored) => {
                let took = between(now, self.core.world.now());
                samples.push(STORAGE_READ.sample(Amount::Time(took)));
                samples.extend(stored);
            }
            Err(error) => tracing::warn!(%error, "what waits could not be read for those who watch"),
        }
        kept.samples.clone_from(&samples);
        kept.at = self.core.world.now();
        samples
    }
}

/// What is known without the database.
fn own(core: &Core) -> Vec<Sample> {
    let times = core.storage.times();
    let count =
        |metric: Metric, value: u64| metric.sample(Amount::Count(value.try_into().unwrap_or(i64::MAX)));
    let mut samples = vec![
        count(STORAGE_TRANSACTIONS, times.transactions),
        count(STORAGE_COMMITS, times.commits),
        STORAGE_HELD.sample(Amount::Time(times.held)),
        count(STORAGE_REPLAYS, times.replays),
        count(STORAGE_OVERTAKEN, times.overtaken),
        count(STORAGE_WAITING, times.waiting),
    ];
    for (what, entries) in core.links.sizes() {
        let entries = Amount::Count(entries.try_into().unwrap_or(i64::MAX));
        samples.push(LINK_MEMORY_ENTRIES.sample(entries).of("what", what));
    }
    samples
}

/// What the database knows.
async fn stored(core: &Core, now: Timestamp) -> Result<Vec<Sample>, Failure> {
    let mut read = core.read().await?;
    let mut samples = Vec::new();
    let most = MOST_LOOKED_AT;
    pile(&mut samples, now, "job", (JOBS_DUE, Some(JOBS_OLDEST)), read.due_jobs(now, most).await?);
    pile(&mut samples, now, "job", (JOBS_GIVEN_UP, None), read.given_up_jobs(most).await?);
    pile(&mut samples, now, "state", (PAYMENTS, Some(PAYMENTS_OLDEST)), read.piled_payments(most).await?);
    pile(&mut samples, now, "state", (ORDERS, Some(ORDERS_OLDEST)), read.piled_orders(most).await?);
    pile(&mut samples, now, "reason", (ORDERS_FLAGGED, None), read.flagged_orders(most).await?);
    for (asset, set_at) in read.newest_rates().await? {
        let age = Amount::Time(between(set_at, now));
        samples.push(RATE_AGE.sample(age).of("asset", asset.code()));
    }
    let mut servers: BTreeMap<(String, &'static str, &'static str), i64> = BTreeMap::new();
    for server in read.all_servers().await? {
        *servers.entry((server.kind, state(server.state), answers(server.health))).or_default() += 1;
    }
    for ((kind, state, answers), count) in servers {
        let sample = SERVERS.sample(Amount::Count(count)).of("kind", kind);
        samples.push(sample.of("state", state).of("answers", answers));
    }
    Ok(samples)
}

/// Counts and ages of what waits.
fn pile(
    samples: &mut Vec<Sample>,
    now: Timestamp,
    label: &'static str,
    (count, oldest): (Metric, Option<Metric>),
    piles: Vec<Pile>,
) {
    for pile in piles {
        samples.push(count.sample(Amount::Count(pile.count)).of(label, &*pile.of));
        if let Some(oldest) = oldest {
            let age = Amount::Time(between(pile.since, now));
            samples.push(oldest.sample(age).of(label, pile.of));
        }
    }
}

const fn state(of: ServerState) -> &'static str {
    match of {
        ServerState::Open => "open",
        ServerState::Draining => "draining",
        ServerState::Off => "off",
    }
}

/// How a server answered lately, in a word.
const fn answers(health: Health) -> &'static str {
    match (health.checked_at, health.up, health.failures) {
        (None, ..) => "unknown",
        (_, true, _) => "yes",
        (_, false, 5..) => "down",
        (_, false, _) => "no",
    }
}

#[cfg(all(test, feature = "testing"))]
mod tests;

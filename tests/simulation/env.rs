//! What everything outside the engine shares: time, dice, the faults of this seed, which processes live, and what was
//! promised to whom.

use super::{
    dice::Dice,
    executor::{OUTSIDE, Process, Spawner, give_way},
    mutant::Mutant,
    promises::Promises,
    trouble::{Trouble, Troubles},
};
use jiff::{SignedDuration, Timestamp};
use nexa_core::{Nexa, memory::MemoryStorage, ports::storage::Storage as _, sim::SimClock, world::World};
use std::{
    collections::BTreeMap,
    ops::AddAssign,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

/// What a run may contain.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// Faults and crashes, but no reconciler that could heal the evidence, no request that lands late, no clock jump.
    Calm,
    /// Requests land late and processes die, and there is no reconciler: what was in doubt is looked at again, or the
    /// panels stay wrong.
    Late,
    /// Everything, with the reconciler.
    Chaos,
    /// No fault at all: nothing may need a repair.
    Clean,
}

/// How often things go wrong in this seed, in thousandths.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rates {
    /// Storage is busy, loses a commit, or loses its answer.
    pub storage: u64,
    /// A panel call meets a fault.
    pub panel: u64,
    /// A gateway call meets a fault.
    pub gateway: u64,
    /// An outside call takes long, now and then too long.
    pub slow: u64,
    /// A panel request lands long after its caller gave up.
    pub zombie: u64,
    /// Processes die, in thousandths per minute.
    pub kill: u64,
    /// A panel goes down for up to two hours, in thousandths per minute.
    pub down: u64,
    /// The clock jumps, in thousandths per minute.
    pub jump: u64,
}

/// What happened, to be printed.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Orders that were accepted.
    pub orders: u64,
    /// Faults that were met.
    pub faults: Troubles,
    /// Processes that were killed.
    pub kills: u64,
    /// Transactions committed.
    pub commits: u64,
    /// Callbacks that were forged.
    pub forged: u64,
    /// Subscriptions that were sent to another country.
    pub moves: u64,
}

impl AddAssign<&Self> for Tally {
    fn add_assign(&mut self, other: &Self) {
        self.orders += other.orders;
        self.faults += &other.faults;
        self.kills += other.kills;
        self.commits += other.commits;
        self.forged += other.forged;
        self.moves += other.moves;
    }
}

/// The outside of one run.
pub struct Env {
    pub mode: Mode,
    pub mutant: Option<Mutant>,
    pub world: World,
    pub clock: Arc<SimClock>,
    pub dice: Dice,
    pub spawner: Spawner,
    pub storage: MemoryStorage,
    pub rates: Rates,
    faulty: AtomicBool,
    exclusive: AtomicBool,
    open: AtomicU64,
    tally: Mutex<Tally>,
    alive: Mutex<BTreeMap<Process, Nexa>>,
    all: Mutex<Vec<Nexa>>,
    promises: Mutex<Promises>,
    violations: Mutex<Vec<String>>,
}

impl Env {
    pub fn new(
        mode: Mode,
        mutant: Option<Mutant>,
        (world, clock): (World, Arc<SimClock>),
        dice: Dice,
        spawner: Spawner,
        rates: Rates,
    ) -> Self {
        Self {
            mode,
            mutant,
            world,
            clock,
            dice,
            spawner,
            storage: MemoryStorage::new(),
            rates,
            faulty: AtomicBool::new(false),
            exclusive: AtomicBool::new(false),
            open: AtomicU64::new(0),
            tally: Mutex::default(),
            alive: Mutex::default(),
            all: Mutex::default(),
            promises: Mutex::default(),
            violations: Mutex::default(),
        }
    }

    /// Switches all faults on or off.
    pub fn set_faulty(&self, faulty: bool) {
        self.faulty.store(faulty, Ordering::Relaxed);
    }

    /// Whether a fault that happens so often happens now; whoever asks says which one it became.
    pub fn hit(&self, per_mille: u64) -> bool {
        self.faulty.load(Ordering::Relaxed) && per_mille > 0 && self.dice.hit(per_mille)
    }

    /// The same for a fault whose kind is known before.
    pub fn fault(&self, per_mille: u64, kind: Trouble) -> bool {
        let hit = self.hit(per_mille);
        if hit {
            self.tally().faults.count(kind);
        }
        hit
    }

    pub fn is_mutant(&self, mutant: Mutant) -> bool {
        self.mutant == Some(mutant)
    }

    /// A place where others go on, and where a process may die.
    pub async fn point(&self) {
        if !self.exclusive.load(Ordering::Relaxed) {
            give_way().await;
        }
    }

    /// The way to another machine, or back.
    pub async fn travel(&self) {
        if self.exclusive.load(Ordering::Relaxed) {
            return;
        }
        if self.fault(self.rates.slow, Trouble::Slow) {
            self.sleep_ms(self.dice.between(5, 1500)).await;
        } else {
            self.point().await;
        }
    }

    pub async fn sleep_ms(&self, millis: u64) {
        let millis = i64::try_from(millis).unwrap_or(0);
        let until = nexa_core::domain::time::after(self.world.now(), SignedDuration::from_millis(millis));
        self.world.sleep_until(until).await;
    }

    pub async fn sleep_secs(&self, least: u64, most: u64) {
        self.sleep_ms(self.dice.between(least * 1000, most * 1000)).await;
    }

    /// Runs `work` to its end while everything else stands still: for what computes on a thread of its own.
    pub async fn alone<T>(&self, work: impl Future<Output = T>) -> T {
        while self.open.load(Ordering::Relaxed) > 0 {
            self.sleep_ms(50).await;
        }
        self.still(work)
    }

    /// The same, when nobody is in the middle of a transaction.
    pub fn still<T>(&self, work: impl Future<Output = T>) -> T {
        self.exclusive.store(true, Ordering::Relaxed);
        let faulty = self.faulty.swap(false, Ordering::Relaxed);
        let result = futures::executor::block_on(work);
        self.faulty.store(faulty, Ordering::Relaxed);
        self.exclusive.store(false, Ordering::Relaxed);
        result
    }

    /// A transaction was opened or closed.
    pub fn count_open(&self, up: bool) {
        if up {
            self.open.fetch_add(1, Ordering::Relaxed);
        } else {
            self.open.fetch_sub(1, Ordering::Relaxed);
        }
    }

    /// Asks one of the living processes, as a client would; `None` when the connection broke.
    pub async fn ask<T, F>(self: &Arc<Self>, request: impl FnOnce(Nexa) -> F) -> Option<T>
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        let (process, nexa) = loop {
            let living: Vec<(Process, Nexa)> =
                self.alive().iter().map(|(process, nexa)| (*process, nexa.clone())).collect();
            if let Some(found) = self.dice.pick(&living) {
                break found.clone();
            }
            self.sleep_secs(1, 20).await;
        };
        let (answer, answered) = futures::channel::oneshot::channel();
        let work = request(nexa);
        self.spawner.spawn(process, async move {
            drop(answer.send(work.await));
        });
        answered.await.ok()
    }

    /// Asks until there is an answer, as a patient client does: accidents and broken connections are tried again.
    pub async fn insist<T, F>(
        self: &Arc<Self>,
        request: impl Fn(Nexa) -> F,
    ) -> Result<T, nexa_core::domain::refusal::Refusal>
    where
        T: Send + 'static,
        F: Future<Output = nexa_core::error::Result<T>> + Send + 'static,
    {
        loop {
            match self.ask(&request).await {
                Some(Ok(value)) => return Ok(value),
                Some(Err(nexa_core::error::Error::Refused(refusal))) => return Err(refusal),
                Some(Err(_)) | None => self.sleep_secs(1, 15).await,
            }
        }
    }

    /// Does something beside, outside of our processes.
    pub fn beside(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.spawner.spawn(OUTSIDE, task);
    }

    /// Checks the sums of all books; cheap enough to do after each commit that posted.
    pub fn check_books(&self) {
        let Some(Ok(mut read)) = futures::FutureExt::now_or_never(self.storage.read()) else { return };
        let books = super::checker::ledger(read.as_mut());
        for problem in books {
            self.violation(problem);
        }
    }

    pub fn violation(&self, what: String) {
        let mut violations = lock(&self.violations);
        if violations.len() < 20 && !violations.contains(&what) {
            violations.push(what);
        }
    }

    pub fn violations(&self) -> Vec<String> {
        lock(&self.violations).clone()
    }

    pub fn now(&self) -> Timestamp {
        self.world.now()
    }

    pub fn tally(&self) -> MutexGuard<'_, Tally> {
        lock(&self.tally)
    }

    pub fn alive(&self) -> MutexGuard<'_, BTreeMap<Process, Nexa>> {
        lock(&self.alive)
    }

    pub fn promises(&self) -> MutexGuard<'_, Promises> {
        lock(&self.promises)
    }

    /// A new process begins with this engine.
    pub fn born(&self, process: Process, nexa: Nexa) {
        lock(&self.all).push(nexa.clone());
        self.alive().insert(process, nexa);
    }

    /// How much reconciliation had to mend, in all processes that ever lived.
    pub fn repairs(&self) -> u64 {
        lock(&self.all).iter().map(Nexa::repairs).sum()
    }
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

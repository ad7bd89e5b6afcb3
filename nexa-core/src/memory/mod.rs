//! [`MemoryStorage`]: the reference implementation of the storage port, for simulations, demos and tests.
//!
//! It keeps everything in persistent maps, so a transaction works on its own copy, which costs nothing to make. It
//! names no runtime and asks no clock, so a simulation can drive it step by step. It must never be used for a real
//! shop: nothing survives the process.

mod actions;
mod affiliates;
mod broadcasts;
mod bulks;
mod catalogue;
mod coupons;
mod deposits;
mod dialogues;
mod exports;
mod figures;
mod gauges;
mod gifts;
mod inbox;
mod invites;
mod ledger;
mod links;
mod locks;
mod orders;
mod passkeys;
mod people;
mod proofs;
mod queue;
mod resellers;
mod returns;
mod shelf;
mod staff;
mod subscriptions;
mod support;
mod takings;
mod tickets;
mod webhooks;
mod wording;

use crate::{
    error::Failure,
    ports::storage::{Page, Read, Storage, StorageTimes, Tx},
};
use async_trait::async_trait;
use futures::lock::{Mutex, OwnedMutexGuard};
use std::sync::{
    Arc, PoisonError, RwLock,
    atomic::{AtomicU64, Ordering},
};

/// A database in memory. Clones share it, so it outlives a simulated crash of everything that uses it.
#[derive(Clone, Default)]
pub struct MemoryStorage {
    home: Arc<Home>,
}

#[derive(Default)]
struct Home {
    /// Whoever holds it may write. Not async-lock's: that one asks the clock whether it was unfair for too long.
    writer: Arc<Mutex<()>>,
    committed: RwLock<State>,
    transactions: AtomicU64,
}

impl MemoryStorage {
    /// An empty database.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl Home {
    fn snapshot(&self) -> State {
        self.committed.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl Storage for MemoryStorage {
    async fn begin(&self) -> Result<Box<dyn Tx>, Failure> {
        let guard = Arc::clone(&self.home.writer).lock_owned().await;
        let held = Held { home: Arc::clone(&self.home), _guard: guard };
        Ok(Box::new(Unit {
            state: self.home.snapshot(),
            held: Some(held),
            broken: false,
            locks: locks::Locks::default(),
        }))
    }

    async fn read(&self) -> Result<Box<dyn Read>, Failure> {
        Ok(Box::new(Unit {
            state: self.home.snapshot(),
            held: None,
            broken: false,
            locks: locks::Locks::default(),
        }))
    }

    async fn check(&self) -> Result<(), Failure> {
        Ok(())
    }

    fn times(&self) -> StorageTimes {
        let transactions = self.home.transactions.load(Ordering::Relaxed);
        StorageTimes { transactions, commits: transactions, ..StorageTimes::default() }
    }
}

/// All tables. A clone shares what neither side changes.
#[derive(Clone, Default)]
struct State {
    people: people::People,
    proofs: proofs::Proofs,
    passkeys: passkeys::Passkeys,
    catalogue: catalogue::Catalogue,
    shelf: shelf::Shelved,
    orders: orders::Desk,
    deposits: deposits::Deposits,
    returns: returns::Returns,
    service: subscriptions::Sold,
    links: links::Links,
    invites: invites::Invites,
    affiliates: affiliates::Affiliates,
    gifts: gifts::Gifts,
    coupons: coupons::Coupons,
    books: ledger::Books,
    queue: queue::Queue,
    inbox: inbox::Inbox,
    dialogues: dialogues::Dialogues,
    actions: actions::Actions,
    staff: staff::Staff,
    tickets: tickets::Tickets,
    support: support::Support,
    wording: wording::Wording,
    broadcasts: broadcasts::Broadcasts,
    resellers: resellers::Resellers,
    bulks: bulks::Bulks,
    figures: figures::Figures,
    webhooks: webhooks::Webhooks,
}

/// The right to write, and where to.
struct Held {
    home: Arc<Home>,
    _guard: OwnedMutexGuard<()>,
}

/// A view of the state; with `held`, a transaction. Dropping it is all that a rollback takes.
struct Unit {
    state: State,
    held: Option<Held>,
    /// After a failure nothing may be committed, as in the databases.
    broken: bool,
    locks: locks::Locks,
}

impl Unit {
    fn fail(&mut self, what: &str) -> Failure {
        self.broken = true;
        Failure::core(what)
    }

    /// What a database does by a constraint.
    fn require(&mut self, holds: bool, what: &str) -> Result<(), Failure> {
        if holds { Ok(()) } else { Err(self.fail(what)) }
    }
}

impl Read for Unit {}

#[async_trait]
impl Tx for Unit {
    async fn commit(self: Box<Self>) -> Result<(), Failure> {
        if self.broken {
            return Err(Failure::core("a transaction in which something failed cannot be committed"));
        }
        let Some(held) = self.held else { return Err(Failure::core("a view cannot be committed")) };
        *held.home.committed.write().unwrap_or_else(PoisonError::into_inner) = self.state;
        held.home.transactions.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    fn as_read(&mut self) -> &mut dyn Read {
        self
    }
}

/// How many rows a page may hold.
fn limit(page: Page) -> usize {
    usize::try_from(page.limit.clamp(1, Page::MOST)).unwrap_or(1)
}

/// `rows` come newest first; gives those of the page.
fn cut_oldest_first<T, I: crate::ids::Id>(
    rows: impl Iterator<Item = T>,
    page: Page,
    id: impl Fn(&T) -> I,
) -> Vec<T> {
    rows.filter(|row| page.before.is_none_or(|before| id(row).uuid() > before)).take(limit(page)).collect()
}

fn cut<T, I: crate::ids::Id>(rows: impl Iterator<Item = T>, page: Page, id: impl Fn(&T) -> I) -> Vec<T> {
    rows.filter(|row| page.before.is_none_or(|before| id(row).uuid() < before)).take(limit(page)).collect()
}

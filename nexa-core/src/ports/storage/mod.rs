//! The port to the database: reads, and one short unit of work for writes.

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
mod layer;
mod ledger;
mod links;
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

pub use actions::{ActionReads, ActionWrites};
pub use affiliates::{AffiliateReads, AffiliateWrites, CommissionFilter, WithdrawalFilter};
pub use broadcasts::{BroadcastReads, BroadcastWrites};
pub use bulks::{BulkReads, BulkWrites};
pub use catalogue::{CatalogueReads, CatalogueWrites};
pub use coupons::{CouponReads, CouponWrites};
pub use deposits::{DepositReads, DepositWrites};
pub use dialogues::{DialogueReads, DialogueWrites};
pub use exports::{ExportReads, PostedJournal};
pub use figures::{FigureReads, FigureWrites};
pub use gauges::GaugeReads;
pub use gifts::{GiftReads, GiftWrites};
pub use inbox::{Answer, CallbackRecord, InboxReads, InboxWrites};
pub use invites::{InviteReads, InviteWrites};
pub use layer::{ReadLayer, TxLayer};
pub use ledger::{LedgerReads, LedgerWrites, Posted, PostedEntry};
pub use links::{LinkReads, LinkWrites};
pub use orders::{AmountLease, OrderFilter, OrderReads, OrderWrites};
pub use passkeys::{PasskeyReads, PasskeyWrites};
pub use people::{PeopleReads, PeopleWrites};
pub use proofs::{ProofReads, ProofWrites};
pub use queue::{QueueReads, QueueWrites};
pub use resellers::{ResellerReads, ResellerWrites};
pub use returns::{ReturnReads, ReturnWrites};
pub use shelf::{ShelfReads, ShelfWrites};
pub use staff::{StaffReads, StaffWrites};
pub use subscriptions::{Document, SubscriptionReads, SubscriptionWrites};
pub use support::{SupportReads, SupportWrites};
pub use takings::TakingReads;
pub use tickets::{TicketFilter, TicketReads, TicketWrites};
pub use webhooks::{WebhookReads, WebhookWrites};
pub use wording::{WordingReads, WordingWrites};

use crate::error::Failure;
use async_trait::async_trait;
use std::{
    ops::{Deref, DerefMut},
    time::Duration,
};
use uuid::Uuid;

/// A database.
///
/// # Behaviour
/// - What a transaction wrote is visible to others after its commit, and never before.
/// - A transaction that is dropped leaves nothing behind.
/// - A commit that was asked for finishes even when the caller stops waiting.
/// - What was committed survives a crash of the process and a loss of power.
/// - A transaction sees its own writes.
/// - Reads give the committed state and never wait for a writer.
/// - `read_stale` gives a committed state too, perhaps one of some seconds ago, and never fails because only the fresh one
///   is to be had.
/// - Rows of one shop are never given to another.
/// - A transaction of [`Storage::begin`] sees nothing that another one has not finished, and nothing changes under it.
/// - In one that runs beside others, rows that it holds do not change under it; what it only read may.
/// - A transaction in which a call failed, or in which a call was given up half-way, cannot be committed.
/// - Rows sort by their ids, which sort by age; a row can only refer to rows that are there.
#[async_trait]
pub trait Storage: Send + Sync {
    /// A unit of work.
    async fn begin(&self) -> Result<Box<dyn Tx>, Failure>;
    /// A unit of work that runs at the same time as others of its kind, where the database can do that. It may only decide
    /// on rows that it holds, on what can only be written by whoever holds them, and on keys that are unique. A failure
    /// with [`Retry::Again`](crate::error::Retry::Again) says that it was overtaken.
    async fn begin_beside(&self) -> Result<Box<dyn Tx>, Failure> {
        self.begin().await
    }
    /// A view of what is committed.
    async fn read(&self) -> Result<Box<dyn Read>, Failure>;
    /// Returns when another process has committed jobs; never where no other can.
    async fn news(&self) {
        futures::future::pending::<()>().await;
    }
    /// A view of what was committed a moment ago, for callers to whom seconds do not matter: links and figures, never
    /// money. A storage with a replica asks that one while it is near enough; others give what `read` gives.
    async fn read_stale(&self) -> Result<Box<dyn Read>, Failure> {
        self.read().await
    }
    /// Whether what `read_stale` gives may be older than what `read` gives, so that who finds nothing looks once more.
    fn has_replica(&self) -> bool {
        false
    }
    /// Whether other processes may work on it at the same time. What they say of it may get lost, so the worker
    /// looks more often, and what only one may do needs a leader.
    fn is_shared(&self) -> bool {
        false
    }
    /// Whether it can be written to, for health checks.
    async fn check(&self) -> Result<(), Failure>;
    /// How long transactions waited and took lately, for the metrics page.
    fn times(&self) -> StorageTimes {
        StorageTimes::default()
    }
}

/// What a storage measures of itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct StorageTimes {
    /// Transactions committed.
    pub transactions: u64,
    /// Commits of the database; fewer than transactions when they were grouped.
    pub commits: u64,
    /// All time that transactions held the writer.
    pub held: Duration,
    /// Transactions run again because others changed the same, or because the database went away.
    pub replays: u64,
    /// Transactions that wait for the one writer of a database in a file just now.
    pub waiting: u64,
    /// Transactions given up because, run again, they would have told their caller something else.
    pub overtaken: u64,
}

/// Everything that can be read.
pub trait Read:
    PeopleReads
    + ProofReads
    + PasskeyReads
    + CatalogueReads
    + ShelfReads
    + OrderReads
    + DepositReads
    + ReturnReads
    + SubscriptionReads
    + LinkReads
    + InviteReads
    + AffiliateReads
    + GiftReads
    + CouponReads
    + LedgerReads
    + QueueReads
    + InboxReads
    + DialogueReads
    + ActionReads
    + BroadcastReads
    + FigureReads
    + GaugeReads
    + StaffReads
    + TakingReads
    + ExportReads
    + BulkReads
    + TicketReads
    + ResellerReads
    + SupportReads
    + WebhookReads
    + WordingReads
    + Send
{
}

/// A unit of work: everything that can be read and written, and the commit.
#[async_trait]
pub trait Tx:
    Read
    + PeopleWrites
    + ProofWrites
    + PasskeyWrites
    + CatalogueWrites
    + ShelfWrites
    + OrderWrites
    + DepositWrites
    + ReturnWrites
    + SubscriptionWrites
    + LinkWrites
    + InviteWrites
    + AffiliateWrites
    + GiftWrites
    + CouponWrites
    + LedgerWrites
    + QueueWrites
    + InboxWrites
    + DialogueWrites
    + ActionWrites
    + StaffWrites
    + TicketWrites
    + SupportWrites
    + WordingWrites
    + BroadcastWrites
    + ResellerWrites
    + BulkWrites
    + FigureWrites
    + WebhookWrites
{
    /// Makes it last. An error means that nothing was written, or (for a lost connection) that it is not known.
    async fn commit(self: Box<Self>) -> Result<(), Failure>;
    /// This unit of work as a view, for functions that only read.
    fn as_read(&mut self) -> &mut dyn Read;
}

/// A row that nobody else can change until this transaction ends. Only storage makes one.
#[derive(Debug)]
pub struct Locked<T>(T);

impl<T> Locked<T> {
    /// To be called by storage implementations only, for a row that they hold.
    pub const fn held_by_storage(row: T) -> Self {
        Self(row)
    }

    /// The row changed by `step`, still held; on a refusal the lock is given up with the error.
    pub fn try_map<E>(self, step: impl FnOnce(T) -> Result<T, E>) -> Result<Self, E> {
        step(self.0).map(Self)
    }

    /// The row changed by `step`, still held.
    #[must_use]
    pub fn map(self, step: impl FnOnce(T) -> T) -> Self {
        Self(step(self.0))
    }

    /// The row itself.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for Locked<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Locked<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

/// Whether a row that must be unique was new.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use]
pub enum Inserted {
    /// It is there now.
    New,
    /// Something equal was there already; nothing was written.
    Taken,
}

/// A page of a list, newest first unless the list says otherwise.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// Only rows older than this id; in lists that are oldest first, only rows newer than this id. Either way: the
    /// last id of the page before.
    pub before: Option<Uuid>,
    /// At most so many, 1 to 100.
    pub limit: u32,
}

impl Page {
    /// The greatest page; a greater limit is cut down to this one.
    pub const MOST: u32 = 100;
}

impl Default for Page {
    fn default() -> Self {
        Self { before: None, limit: 50 }
    }
}

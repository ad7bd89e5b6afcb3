//! What a storage counts of itself.

use crate::ports::storage::StorageTimes;
use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

/// Counters for the metrics page.
#[derive(Default)]
pub(super) struct Times {
    transactions: AtomicU64,
    commits: AtomicU64,
    held_micros: AtomicU64,
    replays: AtomicU64,
    overtaken: AtomicU64,
}

impl Times {
    /// So many transactions were committed at once.
    pub(super) fn committed(&self, transactions: usize) {
        self.commits.fetch_add(1, Ordering::Relaxed);
        let count = u64::try_from(transactions).unwrap_or(u64::MAX);
        self.transactions.fetch_add(count, Ordering::Relaxed);
    }

    /// A transaction was open for so long.
    pub(super) fn held(&self, time: Duration) {
        let held = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        self.held_micros.fetch_add(held, Ordering::Relaxed);
    }

    /// A transaction was run again.
    #[cfg(feature = "postgres")]
    pub(super) fn replayed(&self) {
        self.replays.fetch_add(1, Ordering::Relaxed);
    }

    /// A transaction was given up because another one was faster.
    #[cfg(feature = "postgres")]
    pub(super) fn overtaken(&self) {
        self.overtaken.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn now(&self) -> StorageTimes {
        StorageTimes {
            transactions: self.transactions.load(Ordering::Relaxed),
            commits: self.commits.load(Ordering::Relaxed),
            held: Duration::from_micros(self.held_micros.load(Ordering::Relaxed)),
            replays: self.replays.load(Ordering::Relaxed),
            overtaken: self.overtaken.load(Ordering::Relaxed),
            waiting: 0,
        }
    }
}

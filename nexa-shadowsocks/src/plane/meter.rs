//! What one identity has used, and the moment when nothing is left.

use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::Notify;

/// Counts bytes against a limit. Payload only, both directions together, as the customer's apps count.
#[derive(Debug)]
pub struct Meter {
    used: AtomicU64,
    limit: AtomicU64,
    over: Notify,
}

impl Meter {
    /// A meter that stands at `used`, with `limit` bytes allowed in all.
    #[must_use]
    pub fn new(used: u64, limit: u64) -> Self {
        Self { used: AtomicU64::new(used), limit: AtomicU64::new(limit), over: Notify::new() }
    }

    /// Adds `bytes` that moved. False when the limit is reached: then nothing more may move.
    pub fn charge(&self, bytes: u64) -> bool {
        let before = self.used.fetch_add(bytes, Ordering::Relaxed);
        let fits = before.saturating_add(bytes) < self.limit.load(Ordering::Relaxed);
        if !fits {
            self.over.notify_waiters();
        }
        fits
    }

    /// Bytes used so far.
    #[must_use]
    pub fn used(&self) -> u64 {
        self.used.load(Ordering::Relaxed)
    }

    /// Whether anything is left.
    #[must_use]
    pub fn has_left(&self) -> bool {
        self.used() < self.limit.load(Ordering::Relaxed)
    }

    /// Another limit, at once.
    pub fn set_limit(&self, limit: u64) {
        self.limit.store(limit, Ordering::Relaxed);
        if !self.has_left() {
            self.over.notify_waiters();
        }
    }

    /// Stands at `counted` from now on, unless it stands higher.
    pub fn raise(&self, counted: u64) {
        self.used.fetch_max(counted, Ordering::Relaxed);
        if !self.has_left() {
            self.over.notify_waiters();
        }
    }

    /// Returns when nothing is left. Any number may wait.
    pub async fn exhausted(&self) {
        loop {
            // It hears what is told from now on, so nothing is missed between the look and the wait.
            let told = self.over.notified();
            if !self.has_left() {
                return;
            }
            told.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_tells_when_nothing_is_left() {
        let meter = Meter::new(10, 100);
        assert!(meter.charge(50) && meter.has_left());
        assert!(!meter.charge(40), "100 of 100");
        meter.exhausted().await;
        meter.set_limit(200);
        assert!(meter.has_left() && meter.charge(1));
        meter.raise(50);
        assert_eq!(meter.used(), 101, "never lowered");
        meter.raise(200);
        meter.exhausted().await;
    }

    #[tokio::test]
    async fn it_tells_all_who_wait() {
        let meter = Meter::new(0, 100);
        let spend = async { assert!(!meter.charge(100)) };
        let all = async { tokio::join!(meter.exhausted(), meter.exhausted(), spend) };
        tokio::time::timeout(std::time::Duration::from_secs(5), all).await.expect("both are told");
    }
}

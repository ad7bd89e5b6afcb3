//! What the processes of one installation may share beside the database. None of it is needed, and nothing is decided by it
//! alone: a process that is on its own counts for itself and looks everything up.

use super::Builder;
use crate::ports::{
    limiter::{Limiter, Pace, Taken},
    stash::Stash,
};
use jiff::SignedDuration;
use std::{sync::Arc, time::Duration};

/// What is shared, if anything is.
#[derive(Default)]
pub(crate) struct Shared {
    limiter: Option<Arc<dyn Limiter>>,
    stash: Option<Arc<dyn Stash>>,
}

impl Builder {
    /// Who counts tries for all processes of this installation; without one, this process counts alone.
    #[must_use]
    pub fn limiter(mut self, limiter: Arc<dyn Limiter>) -> Self {
        self.shared.limiter = Some(limiter);
        self
    }

    /// Where the processes of this installation keep for each other what spares them work; without one, each does its own.
    #[must_use]
    pub fn stash(mut self, stash: Arc<dyn Stash>) -> Self {
        self.shared.stash = Some(stash);
        self
    }

    /// How long a job may be held before another worker takes it over, 10 seconds to an hour; 240 seconds without this.
    /// It is given up shortly before. It must be longer than the slowest panel takes, or its jobs never end; the shorter
    /// it is, the sooner others do the work of a process that died.
    #[must_use]
    pub fn lease(mut self, lease: SignedDuration) -> Self {
        self.lease = lease.clamp(SignedDuration::from_secs(10), SignedDuration::from_hours(1));
        self
    }
}

impl Shared {
    /// Whether anything is kept for others at all.
    pub(super) const fn keeps(&self) -> bool {
        self.stash.is_some()
    }

    /// Whether all processes together have used a pace up.
    pub(super) async fn used_up(&self, pace: Pace, subject: &str) -> bool {
        let Some(limiter) = &self.limiter else { return false };
        matches!(limiter.take(pace, subject).await, Ok(Taken::Early { .. }))
    }

    /// What is kept under a name; nothing also when nobody can tell.
    pub(super) async fn find(&self, name: &str) -> Option<Vec<u8>> {
        self.stash.as_ref()?.find(name).await.ok().flatten()
    }

    /// Keeps a value for so long, if it can be kept.
    pub(super) async fn keep(&self, name: &str, value: &[u8], time: Duration) {
        if let Some(stash) = &self.stash {
            // Whoever does not find it does without.
            drop(stash.keep(name, value, time).await);
        }
    }
}

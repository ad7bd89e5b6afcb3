//! The counters of all processes together.

use moka::sync::Cache;
use nexa_core::ports::limiter::{Limiter, Pace, Taken};
use std::{sync::Arc, time::Duration};
use tokio::time::Instant;

/// Refusals in memory at most.
const MOST_REFUSED: u64 = 10_000;
/// How long a refusal is remembered at most.
const REMEMBERED: Duration = Duration::from_mins(1);

/// Who counts for all processes, if anybody does.
pub struct Far {
    limiter: Option<Arc<dyn Limiter>>,
    /// Until when they refuse whom, so that somebody who only hammers costs no question.
    refused: Cache<(Pace, String), Instant>,
}

impl Far {
    pub fn new(limiter: Option<Arc<dyn Limiter>>) -> Self {
        let refused = Cache::builder().max_capacity(MOST_REFUSED).time_to_live(REMEMBERED).build();
        Self { limiter, refused }
    }

    /// What they say to a try; nothing when nobody counts for all, or nobody answers.
    pub async fn count(&self, pace: Pace, subject: &str) -> Option<Taken> {
        let limiter = self.limiter.as_ref()?;
        let key = (pace, subject.to_owned());
        let left = self.refused.get(&key).map(|until| until.saturating_duration_since(Instant::now()));
        if let Some(left) = left.filter(|left| !left.is_zero()) {
            return Some(Taken::Early { wait_millis: millis(left) });
        }
        let taken = limiter.take(pace, subject).await.ok()?;
        if let Taken::Early { wait_millis } = taken {
            self.refused.insert(key, Instant::now() + Duration::from_millis(wait_millis).min(REMEMBERED));
        }
        Some(taken)
    }
}

fn millis(left: Duration) -> u64 {
    u64::try_from(left.as_millis()).unwrap_or(u64::MAX).max(1)
}

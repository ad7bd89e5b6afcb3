//! Slows down guessing of passwords and account numbers. Kept in memory only: it holds nothing about who asked.

use crate::{domain::refusal::Refusal, secret::Fingerprint};
use jiff::{SignedDuration, Timestamp};
use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

/// Accounts remembered at most; beyond that the one that waits least is forgotten.
const BOUND: usize = 10_000;
/// Wrong account numbers in one minute, over all callers; 10²⁵ numbers leave nothing to guess at this pace.
const GLOBAL_MISSES: u32 = 300;

/// Failures by identity, and of all together.
#[derive(Default)]
pub(super) struct Throttle {
    failed: Mutex<BTreeMap<Fingerprint, (u32, Timestamp)>>,
    misses: Mutex<Option<(Timestamp, u32)>>,
}

impl Throttle {
    /// Refuses a try that comes too early.
    pub(super) fn allow(&self, who: &Fingerprint, now: Timestamp) -> Result<(), Refusal> {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = failed.get(who).map_or(0, |(_, until)| until.duration_since(now).as_secs());
        let minute = *self.misses.lock().unwrap_or_else(PoisonError::into_inner);
        let flooded = minute.is_some_and(|(since, n)| n >= GLOBAL_MISSES && now < after_minute(since));
        if wait > 0 || flooded {
            let wait_seconds = u32::try_from(wait).unwrap_or(60).clamp(1, 60);
            return Err(Refusal::TooManyAttempts { wait_seconds });
        }
        Ok(())
    }

    /// Notes a failure: from the fifth on the next try has to wait 1, 2, 4, … 60 seconds. No account is ever locked.
    pub(super) fn failed(&self, who: &Fingerprint, now: Timestamp) {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        if failed.len() >= BOUND && !failed.contains_key(who) {
            let first = failed.iter().min_by_key(|(_, (_, until))| *until).map(|(key, _)| key.clone());
            first.and_then(|key| failed.remove(&key));
        }
        let count = failed.get(who).map_or(1, |(n, _)| n.saturating_add(1));
        let pause = if count < 5 { 0 } else { (1_i64 << (count - 5).min(6)).min(60) };
        let until = now.saturating_add(SignedDuration::from_secs(pause)).unwrap_or(now);
        failed.insert(who.clone(), (count, until));
        let mut misses = self.misses.lock().unwrap_or_else(PoisonError::into_inner);
        *misses = match *misses {
            Some((since, n)) if now < after_minute(since) => Some((since, n.saturating_add(1))),
            _ => Some((now, 1)),
        };
    }

    /// Forgets the failures of one who signed in.
    pub(super) fn succeeded(&self, who: &Fingerprint) {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner).remove(who);
    }
}

fn after_minute(since: Timestamp) -> Timestamp {
    since.saturating_add(SignedDuration::from_secs(60)).unwrap_or(since)
}

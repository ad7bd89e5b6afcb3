//! When a host may be called again.

use reqwest::header::HeaderMap;
use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// The longest pause that a server may ask for.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// Shared by all who ask a host in this process, because the host counts them together.
pub(super) struct Pace {
    next: Mutex<Instant>,
    paused: Mutex<Option<Instant>>,
}

impl Pace {
    pub(super) fn of(host: &str) -> Arc<Self> {
        static PACES: LazyLock<Mutex<HashMap<String, Arc<Pace>>>> = LazyLock::new(Mutex::default);
        let mut paces = PACES.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = || Arc::new(Self { next: Mutex::new(Instant::now()), paused: Mutex::new(None) });
        Arc::clone(paces.entry(host.to_owned()).or_insert_with(fresh))
    }

    /// Waits for a turn; an error while the host wants to be left alone. Who leaves no gap has neither.
    pub(super) async fn turn(&self, gap: Duration) -> Result<(), ()> {
        if gap.is_zero() {
            return Ok(());
        }
        let paused = *self.paused.lock().unwrap_or_else(PoisonError::into_inner);
        if paused.is_some_and(|until| Instant::now() < until) {
            return Err(());
        }
        let turn = {
            let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
            let turn = (*next).max(Instant::now());
            *next = turn + gap;
            turn
        };
        tokio::time::sleep_until(turn).await;
        Ok(())
    }

    /// Leaves the host alone for as long as it asks for.
    pub(super) fn pause(&self, headers: &HeaderMap, gap: Duration) {
        let asked = headers.get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
        if let Some(pause) = asked.map(Duration::from_secs).filter(|_| !gap.is_zero()) {
            let until = Instant::now() + pause.min(LONGEST_PAUSE);
            *self.paused.lock().unwrap_or_else(PoisonError::into_inner) = Some(until);
        }
    }
}

//! How much goes on at the same time, where more would hurt those who are asked.

use crate::{domain::job::Job, ids::ServerId};
use async_lock::{Semaphore, SemaphoreGuard, SemaphoreGuardArc};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

/// Writes that one panel is sent: some do one at a time, and take it for an outage when a queue of theirs gets long.
const PANEL: usize = 16;
/// Jobs that are no deliveries: they ask gateways and messengers, which count how often they are asked.
const OTHERS: usize = 16;
/// Calls of webhooks: receivers may be slow, so half of the places of the others are kept from them.
const WEBHOOKS: usize = 8;

/// Whose turn it is.
pub(super) struct Turns {
    panels: Mutex<BTreeMap<ServerId, Arc<Semaphore>>>,
    others: Semaphore,
    webhooks: Semaphore,
}

impl Turns {
    pub(super) const fn new() -> Self {
        Self {
            panels: Mutex::new(BTreeMap::new()),
            others: Semaphore::new(OTHERS),
            webhooks: Semaphore::new(WEBHOOKS),
        }
    }

    /// Waits until this panel may be written to.
    pub(super) async fn panel(&self, of: ServerId) -> SemaphoreGuardArc {
        let turns = {
            let mut panels = self.panels.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(panels.entry(of).or_insert_with(|| Arc::new(Semaphore::new(PANEL))))
        };
        turns.acquire_arc().await
    }

    /// Waits until a job may go on. A delivery waits for its panels only.
    pub(super) async fn job(&self, job: &Job) -> Option<SemaphoreGuard<'_>> {
        match job {
            Job::Provision { .. } => None,
            _ => Some(self.others.acquire().await),
        }
    }

    /// Whether one more webhook may be called just now.
    pub(super) fn webhook(&self) -> Option<SemaphoreGuard<'_>> {
        self.webhooks.try_acquire()
    }
}

#[cfg(test)]
mod tests {
    use super::{OTHERS, PANEL, Turns};
    use crate::{domain::job::Job, ids::ServerId};
    use futures::FutureExt as _;
    use uuid::Uuid;

    fn server(number: u128) -> ServerId {
        ServerId::from(Uuid::from_u128(number))
    }

    #[test]
    fn a_panel_has_a_bound_of_its_own() {
        let turns = Turns::new();
        let mut held: Vec<_> = (0..PANEL).filter_map(|_| turns.panel(server(1)).now_or_never()).collect();
        assert_eq!(held.len(), PANEL);
        assert!(turns.panel(server(1)).now_or_never().is_none());
        assert!(turns.panel(server(2)).now_or_never().is_some(), "another panel has room");
        drop(held.pop());
        assert!(turns.panel(server(1)).now_or_never().is_some());
    }

    #[test]
    fn a_delivery_waits_for_no_other_job() {
        let turns = Turns::new();
        let id = || Uuid::from_u128(7);
        let look = Job::CheckPayment { payment: id().into() };
        let held: Vec<_> = (0..OTHERS).filter_map(|_| turns.job(&look).now_or_never()).collect();
        assert_eq!(held.len(), OTHERS);
        assert!(turns.job(&look).now_or_never().is_none());
        let delivery = Job::Provision { subscription: id().into(), order: None };
        assert!(turns.job(&delivery).now_or_never().is_some());
    }
}

//! A clock that stands still until it is moved.

use crate::world::Clock;
use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use std::{
    collections::BTreeMap,
    future::poll_fn,
    sync::{Mutex, MutexGuard, PoisonError},
    task::{Poll, Waker},
};

/// A clock that a simulation moves.
#[derive(Debug)]
pub struct SimClock {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    now: Timestamp,
    ticket: u64,
    /// By the moment waited for, then by who came first: the order of waking is always the same.
    sleepers: BTreeMap<(Timestamp, u64), Waker>,
}

impl SimClock {
    /// A clock that shows `start`, cut to milliseconds.
    #[must_use]
    pub fn new(start: Timestamp) -> Self {
        let state = State { now: cut(start), ticket: 0, sleepers: BTreeMap::new() };
        Self { state: Mutex::new(state) }
    }

    /// Moves on by `step`, which may be negative: real clocks jump too.
    pub fn advance(&self, step: SignedDuration) {
        let now = self.lock().now;
        self.set(crate::domain::time::after(now, step));
    }

    /// Shows `moment` from now on, and wakes whoever waited for it or for an earlier one.
    pub fn set(&self, moment: Timestamp) {
        let woken: Vec<Waker> = {
            let mut state = self.lock();
            state.now = cut(moment);
            let now = state.now;
            let later = state.sleepers.split_off(&(now, u64::MAX));
            std::mem::replace(&mut state.sleepers, later).into_values().collect()
        };
        woken.into_iter().for_each(Waker::wake);
    }

    /// The earliest moment that somebody waits for.
    #[must_use]
    pub fn next_sleeper(&self) -> Option<Timestamp> {
        self.lock().sleepers.first_key_value().map(|((moment, _), _)| *moment)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn cut(moment: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(moment.as_millisecond()).unwrap_or(moment)
}

/// Takes a sleeper that was given up off the clock, so that `next_sleeper` names only real ones.
struct Place<'a> {
    clock: &'a SimClock,
    key: Option<(Timestamp, u64)>,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            self.clock.lock().sleepers.remove(&key);
        }
    }
}

#[async_trait]
impl Clock for SimClock {
    fn now(&self) -> Timestamp {
        self.lock().now
    }

    async fn sleep_until(&self, moment: Timestamp) {
        // To the clock's own precision, else a sleeper would wait for a moment that is never shown.
        let moment = cut(moment);
        let mut place = Place { clock: self, key: None };
        poll_fn(|context| {
            let mut state = self.lock();
            if state.now >= moment {
                return Poll::Ready(());
            }
            let key = *place.key.get_or_insert_with(|| {
                state.ticket += 1;
                (moment, state.ticket)
            });
            state.sleepers.insert(key, context.waker().clone());
            drop(state);
            Poll::Pending
        })
        .await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::{FutureExt as _, executor::block_on};

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(millis).unwrap()
    }

    #[test]
    fn a_sleeper_wakes_when_its_moment_has_come_and_not_before() {
        let clock = SimClock::new(at(1_000));
        let mut sleep = clock.sleep_until(at(2_000));
        assert!(sleep.as_mut().now_or_never().is_none());
        assert_eq!(clock.next_sleeper(), Some(at(2_000)));
        clock.advance(SignedDuration::from_millis(999));
        assert!(sleep.as_mut().now_or_never().is_none());
        clock.advance(SignedDuration::from_millis(1));
        assert!(sleep.as_mut().now_or_never().is_some());
        assert_eq!(clock.next_sleeper(), None);
    }

    #[test]
    fn a_past_moment_is_over_at_once_and_a_dropped_sleeper_is_forgotten() {
        let clock = SimClock::new(at(1_000));
        block_on(clock.sleep_until(at(1_000)));
        let mut sleep = clock.sleep_until(at(5_000));
        assert!(sleep.as_mut().now_or_never().is_none());
        drop(sleep);
        assert_eq!(clock.next_sleeper(), None);
    }
}

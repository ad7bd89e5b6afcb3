//! The node's time: what the shop says it is, carried on by a clock that never jumps.
//!
//! A wall clock may be wrong after a boot, or be set while customers are connected. Ends of subscriptions must follow
//! neither at once.

use jiff::{SignedDuration, Timestamp};
use nexa_core::domain::time::after;
use std::sync::{Mutex, PoisonError};
use tokio::time::Instant;

/// A difference that is taken over at once: the drift of clocks, and the time that a call takes.
const SMALL: SignedDuration = SignedDuration::from_mins(5);
/// A greater one is taken over after it was told for so long.
const PATIENCE: SignedDuration = SignedDuration::from_mins(10);

/// The node's time.
#[derive(Debug)]
pub struct NodeClock {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    anchor: (Timestamp, Instant),
    /// Whether the shop has told its time since the start.
    told: bool,
    /// Since when the shop tells a very different time, and how different it is.
    jumped: Option<(Instant, SignedDuration)>,
}

fn at(anchor: (Timestamp, Instant), moment: Instant) -> Timestamp {
    let passed = moment.saturating_duration_since(anchor.1);
    after(anchor.0, SignedDuration::try_from(passed).unwrap_or(SignedDuration::MAX))
}

impl NodeClock {
    /// A clock that stands at `now`.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        let state = State { anchor: (now, Instant::now()), told: false, jumped: None };
        Self { state: Mutex::new(state) }
    }

    /// The present moment.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now_at(Instant::now())
    }

    fn now_at(&self, moment: Instant) -> Timestamp {
        at(self.state.lock().unwrap_or_else(PoisonError::into_inner).anchor, moment)
    }

    /// Takes the shop's time over.
    pub fn tell(&self, shop: Timestamp) {
        self.tell_at(shop, Instant::now());
    }

    fn tell_at(&self, shop: Timestamp, moment: Instant) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let difference = shop.duration_since(at(state.anchor, moment));
        let since = state.jumped.map_or(moment, |(since, _)| since);
        let waited = SignedDuration::try_from(moment.saturating_duration_since(since));
        let patient = state.jumped.is_some() && waited.is_ok_and(|waited| waited >= PATIENCE);
        if difference.abs() <= SMALL || !state.told || patient {
            *state = State { anchor: (shop, moment), told: true, jumped: None };
        } else {
            state.jumped = Some((since, difference));
        }
    }

    /// How far the shop's time jumped, as long as that is not taken over.
    #[must_use]
    pub fn jumped(&self) -> Option<SignedDuration> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).jumped.map(|(_, by)| by)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn hours(hours: i64) -> Timestamp {
        after(Timestamp::UNIX_EPOCH, SignedDuration::from_hours(hours))
    }

    #[test]
    fn a_jump_is_taken_over_with_patience() {
        let (clock, boot) = (NodeClock::new(hours(0)), Instant::now());
        clock.tell_at(hours(5), boot);
        assert_eq!(clock.now_at(boot), hours(5), "the shop knows better than a machine that has just booted");
        let later = boot + Duration::from_hours(1);
        assert_eq!(clock.now_at(later), hours(6));
        clock.tell_at(hours(9000), later);
        assert_eq!(clock.now_at(later), hours(6));
        assert_eq!(clock.jumped(), Some(SignedDuration::from_hours(8994)));
        clock.tell_at(hours(6), later);
        assert_eq!(clock.jumped(), None, "it was a slip");
        clock.tell_at(hours(9000), later);
        let much_later = later + Duration::from_mins(11);
        clock.tell_at(after(hours(9000), SignedDuration::from_mins(11)), much_later);
        assert_eq!(clock.now_at(much_later), after(hours(9000), SignedDuration::from_mins(11)));
    }
}

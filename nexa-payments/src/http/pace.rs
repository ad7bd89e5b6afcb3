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
/// The longest that one call keeps others to its host waiting. The gap is a setting of a gateway, and a guest of this
/// installation must not hold up everybody's with a long one.
const LONGEST_TURN: Duration = Duration::from_secs(2);

/// Shared by all who ask a host in this process, because the host counts them together.
pub(super) struct Pace {
    turns: Mutex<Turns>,
    paused: Mutex<Option<Instant>>,
}

/// Whose turn is when.
struct Turns {
    /// When the next of all may call.
    next: Instant,
    /// When the next of those with this gap may, while that is to come.
    own: HashMap<Duration, Instant>,
}

impl Turns {
    fn new(now: Instant) -> Self {
        Self { next: now, own: HashMap::new() }
    }

    /// The next turn for a call with this gap. Who waits only because of a gap of its own takes no turn of others.
    fn take(&mut self, gap: Duration, now: Instant) -> Instant {
        self.own.retain(|_, at| *at > now);
        let free = self.next.max(now);
        let turn = self.own.get(&gap).map_or(free, |own| free.max(*own));
        if turn == free {
            self.next = free + gap.min(LONGEST_TURN);
        }
        self.own.insert(gap, turn + gap);
        turn
    }
}

impl Pace {
    pub(super) fn of(host: &str) -> Arc<Self> {
        static PACES: LazyLock<Mutex<HashMap<String, Arc<Pace>>>> = LazyLock::new(Mutex::default);
        let mut paces = PACES.lock().unwrap_or_else(PoisonError::into_inner);
        let turns = || Mutex::new(Turns::new(Instant::now()));
        let fresh = || Arc::new(Self { turns: turns(), paused: Mutex::new(None) });
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
        let turn = self.turns.lock().unwrap_or_else(PoisonError::into_inner).take(gap, Instant::now());
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_wants_a_long_gap_keeps_itself_waiting_and_not_the_others() {
        let (now, short, long) = (Instant::now(), Duration::from_millis(250), Duration::from_mins(1));
        let mut turns = Turns::new(now);
        for round in 0..5 {
            assert_eq!(turns.take(long, now), now + long * round);
        }
        for round in 0..5 {
            assert_eq!(turns.take(short, now), now + LONGEST_TURN + short * round);
        }
        let later = now + long * 9;
        assert_eq!((turns.take(short, later), turns.take(short, later)), (later, later + short));
        assert_eq!(turns.own.len(), 1, "what is over is forgotten");
    }
}

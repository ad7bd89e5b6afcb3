//! How fast a bot may speak of its own accord, and when it has to be silent.
//!
//! Telegram allows about 30 messages a second to different chats and one a second to the same chat
//! (core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this). Answers to customers are never held
//! back by this: only what nobody asked for waits for its turn.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// Between two messages that nobody asked for.
const APART: Duration = Duration::from_millis(34);

/// A bot's pace.
#[derive(Debug)]
pub struct Pace {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// When the next message that nobody asked for may go out.
    next: Instant,
    /// Until when Telegram wants to hear nothing at all.
    silent: Instant,
}

impl Default for Pace {
    fn default() -> Self {
        let now = Instant::now();
        Self { state: Mutex::new(State { next: now, silent: now }) }
    }
}

impl Pace {
    /// Takes a turn, or tells how long it takes until there is one.
    pub fn take(&self) -> Result<(), Duration> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let free = state.next.max(state.silent);
        if free > now {
            return Err(free - now);
        }
        state.next = now + APART;
        Ok(())
    }

    /// Notes that Telegram wants to hear nothing for so long.
    pub fn silence(&self, wait: Duration) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.silent = state.silent.max(Instant::now() + wait);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::advance;

    #[tokio::test(start_paused = true)]
    async fn no_more_than_thirty_go_out_in_a_second() {
        let pace = Pace::default();
        let mut sent = 0;
        for _ in 0..1000 {
            sent += u32::from(pace.take().is_ok());
            advance(Duration::from_millis(1)).await;
        }
        assert!((29..=30).contains(&sent), "{sent}");
    }

    #[tokio::test(start_paused = true)]
    async fn silence_is_kept() {
        let pace = Pace::default();
        pace.silence(Duration::from_secs(5));
        assert!(pace.take().is_err_and(|wait| wait == Duration::from_secs(5)));
        advance(Duration::from_secs(5)).await;
        assert!(pace.take().is_ok());
    }
}

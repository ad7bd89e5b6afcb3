//! How much a bot may say (core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this).

use super::answer::Fault;
use std::collections::{BTreeMap, VecDeque};
use tokio::time::{Duration, Instant};

/// Messages a second to all chats together.
const OVERALL: usize = 30;
/// Messages to one chat that may follow each other at once; later ones at one a second.
const BURST: u32 = 20;

/// What was said lately.
#[derive(Default)]
pub struct Flood {
    /// Whether the limit of all chats holds.
    pub overall: bool,
    /// Whether the limit of each chat holds.
    pub per_chat: bool,
    /// So many messages are refused next, and how many seconds each is told to wait.
    pub storm: Option<(u32, u64)>,
    sent: VecDeque<Instant>,
    chats: BTreeMap<i64, (u32, Instant)>,
}

impl Flood {
    /// Takes a message for this chat, or says how long to wait.
    pub fn take(&mut self, chat: i64) -> Result<(), Fault> {
        if let Some((left, seconds)) = self.storm {
            self.storm = (left > 1).then(|| (left - 1, seconds));
            return Err(Fault::flood(seconds));
        }
        let now = Instant::now();
        while self.sent.front().is_some_and(|at| now - *at >= Duration::from_secs(1)) {
            self.sent.pop_front();
        }
        if self.overall && self.sent.len() >= OVERALL {
            return Err(Fault::flood(1));
        }
        let (said, since) = self.chats.entry(chat).or_insert((0, now));
        let over = u32::try_from((now - *since).as_secs()).unwrap_or(u32::MAX);
        if over > 0 {
            *said = said.saturating_sub(over);
            *since += Duration::from_secs(u64::from(over));
        }
        if self.per_chat && *said >= BURST {
            return Err(Fault::flood(1));
        }
        *said += 1;
        self.sent.push_back(now);
        Ok(())
    }
}

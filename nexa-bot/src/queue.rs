//! One chat, one message at a time, in the order in which they came.

use tokio::sync::{Mutex, MutexGuard};

/// More than the updates that are answered at the same time, so that two chats seldom share a lane.
const LANES: usize = 1024;

/// The lanes of a bot. Two chats that share one wait for each other and lose nothing else.
pub struct Lanes(Vec<Mutex<()>>);

impl Default for Lanes {
    fn default() -> Self {
        Self((0..LANES).map(|_| Mutex::new(())).collect())
    }
}

impl Lanes {
    /// Waits until it is this chat's turn.
    pub async fn turn(&self, chat: i64) -> Option<MutexGuard<'_, ()>> {
        let lanes = i64::try_from(self.0.len()).ok()?;
        let lane = usize::try_from(chat.rem_euclid(lanes)).ok()?;
        Some(self.0.get(lane)?.lock().await)
    }
}

//! Deadlines, and writes that go one at a time.

use nexa_core::ports::outcome::Outcome;
use std::time::Duration;
use tokio::{sync::Mutex, time::timeout};

/// How long calls to one panel may take, and whose turn it is to write to it.
pub struct Turns {
    deadline: Duration,
    /// Held by the one write that is under way.
    writing: Mutex<()>,
}

impl Turns {
    /// Nobody writes.
    #[must_use]
    pub const fn new(deadline: Duration) -> Self {
        Self { deadline, writing: Mutex::const_new(()) }
    }

    /// Runs a call within the deadline.
    pub async fn within<T>(&self, work: impl Future<Output = Outcome<T>> + Send) -> Outcome<T> {
        ended(timeout(self.deadline, work).await.ok())
    }

    /// Runs a write alone. Waiting for its turn takes at most a third of the deadline, and ends in "surely not done".
    pub async fn alone<T>(&self, work: impl Future<Output = Outcome<T>> + Send) -> Outcome<T> {
        let Ok(_turn) = timeout(self.deadline / 3, self.writing.lock()).await else {
            return Outcome::Unreachable("the panel is busy with other changes".into());
        };
        ended(timeout(self.deadline * 2 / 3, work).await.ok())
    }
}

fn ended<T>(in_time: Option<Outcome<T>>) -> Outcome<T> {
    in_time.unwrap_or_else(|| Outcome::Ambiguous("no answer in time".into()))
}

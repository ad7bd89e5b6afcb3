//! The adapter against the real server, and against what servers and networks do to it.

#![expect(clippy::unwrap_used, reason = "a test may stop where it finds a fault")]

mod faults;
mod figures;
mod hostile;
mod ports;

use nexa_core::{
    ports::{
        limiter::{Limiter, Pace, Taken},
        stash::Stash,
    },
    secret::Secret,
};
use nexa_valkey::Valkey;
use std::{sync::Arc, time::Duration};
use tokio::{
    task::JoinHandle,
    time::{Instant, sleep},
};

/// Tries that no test waits for.
const SLOW: Pace = Pace { name: "slow", burst: 20, window_seconds: 600 };

/// One process's connection, with the task that keeps it up.
struct Process {
    valkey: Arc<Valkey>,
    task: JoinHandle<()>,
}

impl Process {
    /// Of the installation that all tests belong to.
    fn at(address: &str) -> Self {
        Self::run(Valkey::new(address, &Secret::new([7; 32])).unwrap())
    }

    /// One that does not mind how busy this machine is.
    async fn patient(address: &str) -> Self {
        let deadline = Duration::from_secs(5);
        let process = Self::run(Valkey::with_deadline(address, &Secret::new([7; 32]), deadline).unwrap());
        process.becomes(true).await;
        process
    }

    fn run(valkey: Arc<Valkey>) -> Self {
        let running = Arc::clone(&valkey);
        #[expect(clippy::disallowed_methods, reason = "a test stands in for the composition root")]
        let task = tokio::spawn(async move { running.run(std::future::pending()).await });
        Self { valkey, task }
    }

    /// The same, once the server answers.
    async fn up(address: &str) -> Self {
        let process = Self::at(address);
        process.becomes(true).await;
        process
    }

    /// Waits until the connection is up or down.
    async fn becomes(&self, up: bool) {
        let began = Instant::now();
        while self.valkey.is_up() != up {
            assert!(began.elapsed() < Duration::from_secs(30), "it never became {up}");
            sleep(Duration::from_millis(10)).await;
        }
    }

    async fn is_granted(&self, subject: &str) -> bool {
        matches!(self.valkey.take(SLOW, subject).await, Ok(Taken::Granted { .. }))
    }

    /// Asks both ports again and again for so long; gives how often there was an answer, and the longest that one took.
    async fn asked_for(&self, time: Duration) -> (u32, Duration) {
        let (began, mut answers, mut longest) = (Instant::now(), 0, Duration::ZERO);
        while began.elapsed() < time {
            let asked = Instant::now();
            answers += u32::from(self.valkey.take(SLOW, "asked").await.is_ok());
            longest = longest.max(asked.elapsed());
            let asked = Instant::now();
            answers += u32::from(self.valkey.find("asked").await.is_ok());
            longest = longest.max(asked.elapsed());
            sleep(Duration::from_millis(1)).await;
        }
        (answers, longest)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The longest that an answer may take: its deadline, and what a busy machine needs to notice.
const IN_TIME: Duration = Duration::from_millis(400);

//! Connections that only read.

use super::direct::{Direct, Way};
use crate::{
    error::Failure,
    sql::{engine::Sql, row::Row},
};
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::sync::Semaphore;

/// How long a statement may keep the thread of whoever asks, who serves others on it. Nearly all take a hundredth of it.
const PATIENCE: Duration = Duration::from_millis(2);
/// Statements that take longer, at the same time; each has a thread to itself.
const SLOW: u32 = 4;

/// Connections that only read. Clones share them.
///
/// A statement runs where it is asked. One that takes longer than [`PATIENCE`] is given up and asked again on a thread of its
/// own: it only reads, and each statement sees what is committed when it begins.
#[derive(Clone)]
pub(in crate::sql) struct Readers(Arc<Shared>);

struct Shared {
    path: PathBuf,
    idle: Mutex<Vec<Direct>>,
    slow: Semaphore,
    closed: AtomicBool,
}

impl Shared {
    fn taken(&self) -> Result<Direct, Failure> {
        if self.closed.load(Ordering::Acquire) {
            return Err(Failure::storage("the database is closed"));
        }
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.map_or_else(|| Direct::opened(&self.path, Way::Read), Ok)
    }

    fn give_back(&self, direct: Direct) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.closed.load(Ordering::Acquire) {
            idle.push(direct);
        }
    }
}

impl Readers {
    /// Those of the file at `path`, opened when they are first needed: as many as ask at the same time.
    pub(in crate::sql) fn open(path: &Path) -> Self {
        let slow = Semaphore::new(usize::try_from(SLOW).unwrap_or(1));
        let (idle, closed) = (Mutex::new(Vec::new()), AtomicBool::new(false));
        Self(Arc::new(Shared { path: path.to_owned(), idle, slow, closed }))
    }

    /// The rows of a statement.
    pub(in crate::sql) async fn ask(&self, sql: Sql) -> Result<Vec<Row>, Failure> {
        let mut direct = self.0.taken()?;
        if let Some(rows) = direct.ask_within(&sql, PATIENCE)? {
            self.0.give_back(direct);
            return Ok(rows);
        }
        self.0.give_back(direct);
        let _turn = self.0.slow.acquire().await.map_err(|_| Failure::storage("the database is closed"))?;
        let shared = Arc::clone(&self.0);
        blocking::unblock(move || {
            let mut direct = shared.taken()?;
            let rows = direct.ask(&sql)?;
            shared.give_back(direct);
            Ok(rows)
        })
        .await
    }

    /// Waits for what is under way and closes them.
    pub(in crate::sql) async fn close(&self) {
        self.0.closed.store(true, Ordering::Release);
        let all = self.0.slow.acquire_many(SLOW).await;
        drop(all);
        self.0.slow.close();
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

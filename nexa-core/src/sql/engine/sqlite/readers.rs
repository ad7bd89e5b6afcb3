//! Connections that only read.

use super::direct::{Direct, Way};
use crate::{
    error::Failure,
    sql::{engine::Sql, row::Row},
};
use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{sync::Semaphore, task::coop::consume_budget, time::timeout};

/// How long a statement may keep the thread of whoever asks, who serves others on it. Nearly all take a hundredth of it.
const PATIENCE: Duration = Duration::from_millis(2);
/// Statements that take longer, at the same time; each has a thread to itself.
const SLOW: usize = 4;
/// How long one waits for such a thread.
const WAIT: Duration = Duration::from_secs(5);
/// Statements at the same time, far more than there are threads.
const MOST: u32 = 10_000;

/// Connections that only read. Clones share them.
///
/// A statement runs where it is asked. One that takes longer than [`PATIENCE`] is given up and asked again on a thread of its
/// own: it only reads, and each statement sees what is committed when it begins.
#[derive(Clone)]
pub(in crate::sql) struct Readers(Arc<Shared>);

struct Shared {
    path: PathBuf,
    idle: Mutex<Vec<Direct>>,
    /// A permit for each connection that is in use; closed with the file.
    in_use: Arc<Semaphore>,
    slow: Arc<Semaphore>,
}

fn closed() -> Failure {
    Failure::storage("the database is closed")
}

impl Shared {
    fn taken(&self) -> Result<Direct, Failure> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.map_or_else(|| Direct::opened(&self.path, Way::Read), Ok)
    }

    fn give_back(&self, direct: Direct) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(direct);
    }
}

impl Readers {
    /// Those of the file at `path`, opened when they are first needed: as many as ask at the same time.
    pub(in crate::sql) fn open(path: &Path) -> Self {
        let in_use = Arc::new(Semaphore::new(usize::try_from(MOST).unwrap_or(usize::MAX)));
        let (idle, slow) = (Mutex::new(Vec::new()), Arc::new(Semaphore::new(SLOW)));
        Self(Arc::new(Shared { path: path.to_owned(), idle, in_use, slow }))
    }

    /// The rows of a statement.
    pub(in crate::sql) async fn ask(&self, sql: Sql) -> Result<Vec<Row>, Failure> {
        // Whoever asks many in a row lets others have the thread now and then.
        consume_budget().await;
        {
            let _used = self.0.in_use.try_acquire().map_err(|_| closed())?;
            let mut direct = self.0.taken()?;
            let rows = direct.ask_within(&sql, PATIENCE)?;
            self.0.give_back(direct);
            if let Some(rows) = rows {
                return Ok(rows);
            }
        }
        self.ask_aside(sql).await
    }

    /// The rows of a statement that takes longer.
    async fn ask_aside(&self, sql: Sql) -> Result<Vec<Row>, Failure> {
        let turn = timeout(WAIT, Arc::clone(&self.0.slow).acquire_owned()).await;
        let turn =
            turn.map_err(|_| Failure::storage("too many slow questions at once"))?.map_err(|_| closed())?;
        let used = Arc::clone(&self.0.in_use).try_acquire_owned().map_err(|_| closed())?;
        let mut direct = self.0.taken()?;
        let cut = direct.cut();
        let (direct, rows, _used) = blocking::unblock(move || {
            let rows = direct.ask(&sql);
            drop(turn);
            (direct, rows, used)
        })
        .await;
        cut.ends();
        self.0.give_back(direct);
        rows
    }

    /// Waits for what is under way and closes them.
    pub(in crate::sql) async fn close(&self) {
        let all = self.0.in_use.acquire_many(MOST).await;
        self.0.in_use.close();
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
        drop(all);
    }
}

//! The storage port on SQL databases. The only place with SQL in it.
//!
//! One task owns the one connection that writes ([`writer`]); a transaction is a handle that sends it statements, so
//! nothing that happens to a caller can leave a transaction half-way. Reads go to connections of their own. Every
//! statement is one text for every engine, and only [`engine`] names one.

mod catalogue;
mod engine;
mod file;
mod inbox;
mod ledger;
mod migrations;
mod orders;
mod payments;
mod people;
mod queue;
mod row;
mod subscriptions;
mod unit;
mod writer;

pub use file::OpenError;

use crate::{
    error::Failure,
    ports::storage::{Read, Storage, StorageTimes, Tx},
};
use async_trait::async_trait;
use engine::{Readers, sql};
use std::{path::Path, sync::Arc};
use tokio::sync::{mpsc, oneshot};
use unit::{Source, Unit};
use writer::{Request, Times, Writer};

/// A shop's database in one SQLite file. Must be opened and used inside a tokio runtime.
pub struct SqliteStorage {
    queue: mpsc::Sender<Request>,
    readers: Readers,
    times: Arc<Times>,
}

/// How many transactions may wait for the writer before the next one waits to wait.
const QUEUE: usize = 1024;

impl SqliteStorage {
    /// Opens the database at `path`, makes it (readable by its owner only) when there is none, and brings it to the
    /// newest version. The file stays locked until [`SqliteStorage::close`] or the end of the process.
    pub async fn open(path: &Path) -> Result<Self, OpenError> {
        let lock = file::lock(path)?;
        file::prepare(path).await?;
        let mut connection = engine::Connection::open(path).await.map_err(|e| OpenError::Database(e.what))?;
        migrations::apply(&mut connection).await?;
        let readers = Readers::open(path);
        let times = Arc::new(Times::default());
        let (queue, requests) = mpsc::channel(QUEUE);
        let writer = Writer::new(path.to_owned(), connection, Arc::clone(&times), lock);
        spawn(writer.run(requests));
        Ok(Self { queue, readers, times })
    }

    /// Waits for what is under way, closes the file and lets other processes have it. Later calls fail.
    pub async fn close(&self) {
        self.readers.close().await;
        let (reply, done) = oneshot::channel();
        if self.queue.send(Request::Close(reply)).await.is_ok() {
            // An error means that the writer was already gone.
            done.await.ok();
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "storage owns its writer, so that no caller can cancel it")]
fn spawn(task: impl Future<Output = ()> + Send + 'static) {
    drop(tokio::spawn(task));
}

#[async_trait]
impl Storage for SqliteStorage {
    async fn begin(&self) -> Result<Box<dyn Tx>, Failure> {
        let gone = || Failure::storage("the database is closed");
        let (reply, session) = oneshot::channel();
        self.queue.send(Request::Begin(reply)).await.map_err(|_| gone())?;
        let session = session.await.map_err(|_| gone())??;
        Ok(Box::new(Unit::new(Source::Writer(session))))
    }

    async fn read(&self) -> Result<Box<dyn Read>, Failure> {
        Ok(Box::new(Unit::new(Source::Readers(self.readers.clone()))))
    }

    async fn check(&self) -> Result<(), Failure> {
        self.readers.ask(sql("SELECT 1 AS one")).await?;
        let gone = || Failure::storage("the database is closed");
        let (reply, session) = oneshot::channel();
        self.queue.send(Request::Begin(reply)).await.map_err(|_| gone())?;
        let mut unit = Unit::new(Source::Writer(session.await.map_err(|_| gone())??));
        let beat = "INSERT INTO heartbeat (id, beats) VALUES (1, 1) \
            ON CONFLICT (id) DO UPDATE SET beats = heartbeat.beats + 1";
        unit.run(sql(beat)).await?;
        Tx::commit(Box::new(unit)).await
    }

    fn times(&self) -> StorageTimes {
        self.times.now()
    }
}

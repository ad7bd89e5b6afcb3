//! A shop's database on a PostgreSQL server, which any number of processes may use at the same time.

use super::{
    engine::{
        Readers,
        postgres::{self, Connection, Pool, Server, Turn},
    },
    file::OpenError,
    heartbeat, migrations,
    news::News,
    replay,
    replica::Replica,
    spawn,
    times::Times,
    unit::{Source, Unit},
};
use crate::{
    error::Failure,
    ports::storage::{Read, Storage, StorageTimes, Tx},
};
use async_trait::async_trait;
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{mpsc, oneshot},
    time::{sleep, timeout},
};

/// A shop's database on a PostgreSQL server (13 or later). Must be opened and used inside a tokio runtime.
pub struct PostgresStorage {
    writers: Pool,
    readers: Readers,
    replica: Option<Arc<Replica>>,
    times: Arc<Times>,
    news: News,
    /// Whether no other process had the database open when this one began.
    alone: bool,
    /// Others see this process until it is dropped.
    _seen: mpsc::Sender<()>,
}

/// How often it is made sure that others see this process.
const GLANCE: Duration = Duration::from_secs(1);
/// Every so many glances what marks old transactions is forgotten.
const FORGETS: u32 = 10;
/// How long the server may take to answer a glance. One that went away without a word would else be waited for until the
/// operating system gives up, and until then nobody would see this process.
const GLANCED: Duration = Duration::from_secs(10);
/// The same for forgetting, which may have much to do after a time without any process.
const FORGOTTEN: Duration = Duration::from_mins(1);
/// How long it takes processes to be seen again that a failover cut off.
const SEEN_AGAIN: Duration = Duration::from_secs(4);

impl PostgresStorage {
    /// Opens the database at `postgres://user:password@host:port/database?sslmode=…`, which must exist and be empty or
    /// ours, and brings it to the newest version. Several processes may do so at the same time.
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        let broken = |failure: Failure| OpenError::Database(failure.what);
        let server = Server::parse(url).map_err(broken)?;
        let mut connection = server.connect().await.map_err(broken)?;
        connection.take_turn().await.map_err(broken)?;
        let found = connection.inspect().await.map_err(broken)?;
        if !found.ours && !found.empty {
            return Err(OpenError::Foreign(server.name()));
        }
        migrations::apply(&mut connection).await?;
        let mut alone = connection.is_alone().await.map_err(broken)?;
        if alone && connection.was_busy().await.map_err(broken)? {
            // Those who worked a moment ago are dead, or were cut off and come back.
            sleep(SEEN_AGAIN).await;
            alone = connection.is_alone().await.map_err(broken)?;
        }
        let mut presence = server.connect().await.map_err(broken)?;
        let own = presence.be_seen().await.map_err(broken)?;
        connection.close().await.map_err(broken)?;
        let (seen, ended) = mpsc::channel(1);
        spawn(stay(server.clone(), presence, ended));
        let readers = Readers::Postgres(postgres::Readers::open(&server));
        let news = News::open(server.clone(), own);
        let (writers, times) = (Pool::open(&server), Arc::default());
        Ok(Self { writers, readers, replica: None, times, news, alone, _seen: seen })
    }

    /// Reads what may be old from a standby of the server, at an address as `open` takes it, while that is no further
    /// behind than `bound`; a second is the least that can be told. One that is further behind, gone, promoted or another
    /// server's is not asked, and it need not be there now.
    pub fn with_replica(mut self, url: &str, bound: Duration) -> Result<Self, OpenError> {
        let server = Server::parse(url).map_err(|failure| OpenError::Database(failure.what))?;
        let standby = postgres::Readers::spare(&server);
        self.replica = Some(Replica::new(self.readers.clone(), standby, bound));
        Ok(self)
    }

    /// Waits for what is under way and closes the connections. Later calls fail.
    pub async fn close(&self) {
        if let Some(replica) = &self.replica {
            replica.close().await;
        }
        self.readers.close().await;
        self.writers.close().await;
    }

    async fn unit(&self, turn: Turn) -> Result<Unit, Failure> {
        let (reply, session) = oneshot::channel();
        spawn(replay::serve(self.writers.clone(), Arc::clone(&self.times), turn, reply));
        let session = session.await.map_err(|_| Failure::storage("the database is closed"))??;
        Ok(Unit::new(Source::Server(session)).found_alone(self.alone).told_by(self.news.teller()))
    }
}

/// Keeps the process to be seen by others, whatever becomes of the connection.
async fn stay(server: Server, presence: Connection, mut ended: mpsc::Receiver<()>) {
    let (mut presence, mut glances) = (Some(presence), 0_u32);
    // Nothing is ever sent: an answer means that the storage is gone.
    while timeout(GLANCE, ended.recv()).await.is_err() {
        glances = glances.wrapping_add(1);
        presence = match presence {
            Some(mut seen) => {
                let still = if glances % FORGETS == 0 {
                    timeout(FORGOTTEN, seen.forget_commits()).await
                } else {
                    timeout(GLANCED, seen.is_there()).await
                };
                matches!(still, Ok(Ok(()))).then_some(seen)
            }
            None => timeout(GLANCED, seen_again(&server)).await.ok().flatten(),
        };
    }
    if let Some(seen) = presence {
        // The server notices anyway.
        seen.close().await.ok();
    }
}

/// Another connection by which others see this process.
async fn seen_again(server: &Server) -> Option<Connection> {
    let mut again = server.connect().await.ok()?;
    again.be_seen().await.is_ok().then_some(again)
}

#[async_trait]
impl Storage for PostgresStorage {
    async fn begin(&self) -> Result<Box<dyn Tx>, Failure> {
        Ok(Box::new(self.unit(Turn::Alone).await?))
    }

    async fn begin_beside(&self) -> Result<Box<dyn Tx>, Failure> {
        Ok(Box::new(self.unit(Turn::Beside).await?))
    }

    async fn read(&self) -> Result<Box<dyn Read>, Failure> {
        Ok(Box::new(Unit::new(Source::Readers(self.readers.clone()))))
    }

    async fn read_stale(&self) -> Result<Box<dyn Read>, Failure> {
        let near = self.replica.as_ref().map(Replica::readers);
        Ok(Box::new(Unit::new(Source::Readers(near.unwrap_or_else(|| self.readers.clone())))))
    }

    fn has_replica(&self) -> bool {
        self.replica.is_some()
    }

    fn is_shared(&self) -> bool {
        true
    }

    async fn check(&self) -> Result<(), Failure> {
        heartbeat(&self.readers, self.unit(Turn::Beside)).await
    }

    async fn news(&self) {
        self.news.heard().await;
    }

    fn times(&self) -> StorageTimes {
        self.times.now()
    }
}

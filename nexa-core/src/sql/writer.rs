//! The one task that writes.
//!
//! A durable commit costs a write to the disk's platter or flash, whatever is in it. So the writer opens one real
//! transaction, lets the transactions that wait run in it one after the other, each in a savepoint of its own, and
//! acknowledges all of them after one real commit. It must never acknowledge before that, and never leave a savepoint
//! of one to the next.

use super::{
    engine::{Connection, Engine as _, Sql, sql},
    row::Row,
};
use crate::{error::Failure, ports::storage::StorageTimes};
use std::{
    fs::File,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant, timeout},
};

/// Transactions in one commit, at most.
const MOST: usize = 256;
/// A commit takes no further transactions after this time.
const LONGEST: Duration = Duration::from_millis(20);
/// A transaction that says nothing for so long is rolled back, because everybody else waits for it.
pub(super) const IDLE: Duration = Duration::from_secs(5);

/// Where an answer goes.
pub(super) type Reply<T> = oneshot::Sender<Result<T, Failure>>;
/// One transaction's way to the writer.
pub(super) type Session = mpsc::Sender<Message>;

/// What the storage asks.
pub(super) enum Request {
    Begin(Reply<Session>),
    Close(oneshot::Sender<()>),
}

/// What a transaction asks.
pub(super) enum Message {
    Ask(Sql, Reply<Vec<Row>>),
    Run(Sql, Reply<u64>),
    /// After these statements, so that whoever asks needs not wait for them.
    Commit(Vec<Sql>, Reply<()>),
}

/// Counters for the metrics page.
#[derive(Default)]
pub(super) struct Times {
    transactions: AtomicU64,
    commits: AtomicU64,
    held_micros: AtomicU64,
    replays: AtomicU64,
    overtaken: AtomicU64,
}

impl Times {
    /// So many transactions were committed at once.
    pub(super) fn committed(&self, transactions: usize) {
        self.commits.fetch_add(1, Ordering::Relaxed);
        let count = u64::try_from(transactions).unwrap_or(u64::MAX);
        self.transactions.fetch_add(count, Ordering::Relaxed);
    }

    /// A transaction was open for so long.
    pub(super) fn held(&self, time: Duration) {
        let held = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        self.held_micros.fetch_add(held, Ordering::Relaxed);
    }

    /// A transaction was run again.
    #[cfg(feature = "postgres")]
    pub(super) fn replayed(&self) {
        self.replays.fetch_add(1, Ordering::Relaxed);
    }

    /// A transaction was given up because another one was faster.
    #[cfg(feature = "postgres")]
    pub(super) fn overtaken(&self) {
        self.overtaken.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn now(&self) -> StorageTimes {
        StorageTimes {
            transactions: self.transactions.load(Ordering::Relaxed),
            commits: self.commits.load(Ordering::Relaxed),
            held: Duration::from_micros(self.held_micros.load(Ordering::Relaxed)),
            replays: self.replays.load(Ordering::Relaxed),
            overtaken: self.overtaken.load(Ordering::Relaxed),
            waiting: 0,
        }
    }
}

pub(super) struct Writer {
    path: PathBuf,
    /// None after an accident; the next transaction opens it again.
    connection: Option<Connection>,
    times: Arc<Times>,
    /// Keeps other processes off the file until the connection is closed.
    lock: File,
}

/// How a transaction ended.
enum End {
    /// Released; to be acknowledged after the real commit.
    Released(Reply<()>),
    /// Rolled back.
    Undone,
    /// The real transaction is gone, and with it everything in it.
    Lost,
}

impl Writer {
    pub(super) const fn new(path: PathBuf, connection: Connection, times: Arc<Times>, lock: File) -> Self {
        Self { path, connection: Some(connection), times, lock }
    }

    pub(super) async fn run(mut self, mut requests: mpsc::Receiver<Request>) {
        let mut closing = None;
        while closing.is_none() {
            match requests.recv().await {
                Some(Request::Begin(reply)) => closing = self.group(reply, &mut requests).await,
                Some(Request::Close(reply)) => closing = Some(reply),
                None => break,
            }
        }
        requests.close();
        if let Some(connection) = self.connection.take() {
            // What was committed is safe in the log even when closing fails.
            connection.close().await.ok();
        }
        drop(self.lock);
        if let Some(reply) = closing {
            reply.send(()).ok();
        }
    }

    /// One real transaction: the first that waits and those that queue up behind it. Returns a request to close that
    /// came in between.
    async fn group(
        &mut self,
        first: Reply<Session>,
        requests: &mut mpsc::Receiver<Request>,
    ) -> Option<oneshot::Sender<()>> {
        let mut connection = match self.opened().await {
            Ok(connection) => connection,
            Err(failure) => {
                first.send(Err(failure)).ok();
                return None;
            }
        };
        let started = Instant::now();
        let (mut released, mut next, mut closing) = (Vec::new(), Some(first), None);
        while let Some(reply) = next.take() {
            let begun = Instant::now();
            let end = session(&mut connection, reply).await;
            self.times.held(begun.elapsed());
            match end {
                End::Released(reply) => released.push(reply),
                End::Undone => {}
                End::Lost => {
                    // Whatever state the connection is in, a new one starts clean.
                    connection.close().await.ok();
                    fail(released);
                    return closing;
                }
            }
            if closing.is_none() && released.len() < MOST && started.elapsed() < LONGEST {
                match requests.try_recv() {
                    Ok(Request::Begin(reply)) => next = Some(reply),
                    Ok(Request::Close(reply)) => closing = Some(reply),
                    Err(_) => {}
                }
            }
        }
        self.finish(connection, released).await;
        closing
    }

    /// The connection with a real transaction open on it; it comes back only from [`Writer::finish`].
    async fn opened(&mut self) -> Result<Connection, Failure> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => Connection::open(&self.path).await?,
        };
        connection.run(sql("BEGIN IMMEDIATE")).await?;
        Ok(connection)
    }

    async fn finish(&mut self, mut connection: Connection, released: Vec<Reply<()>>) {
        if released.is_empty() {
            if connection.run(sql("ROLLBACK")).await.is_ok() {
                self.connection = Some(connection);
            }
            return;
        }
        if let Err(failure) = connection.run(sql("COMMIT")).await {
            connection.close().await.ok();
            for reply in released {
                reply.send(Err(failure.clone())).ok();
            }
            return;
        }
        self.connection = Some(connection);
        self.times.committed(released.len());
        for reply in released {
            reply.send(Ok(())).ok();
        }
    }
}

fn fail(released: Vec<Reply<()>>) {
    for reply in released {
        reply.send(Err(Failure::storage("the database gave up the transaction"))).ok();
    }
}

/// Runs one transaction in a savepoint.
async fn session(connection: &mut Connection, begin: Reply<Session>) -> End {
    if let Err(failure) = connection.run(sql("SAVEPOINT unit")).await {
        begin.send(Err(failure)).ok();
        return End::Lost;
    }
    let (session, mut messages) = mpsc::channel(1);
    if begin.send(Ok(session)).is_err() {
        return undo(connection).await;
    }
    let mut sound = true;
    loop {
        // Nobody there any more, or nobody awake: both end the transaction.
        let Ok(Some(message)) = timeout(IDLE, messages.recv()).await else { return undo(connection).await };
        let heard = match message {
            Message::Ask(sql, reply) => answer(connection.ask(sql).await, reply),
            Message::Run(sql, reply) => answer(connection.run(sql).await, reply),
            Message::Commit(last, reply) if sound => match run_all(connection, last).await {
                Ok(()) => return release(connection, reply).await,
                Err(failure) => {
                    reply.send(Err(failure)).ok();
                    return undo(connection).await;
                }
            },
            Message::Commit(_, reply) => {
                reply.send(Err(Failure::core("a call of this transaction failed"))).ok();
                return undo(connection).await;
            }
        };
        if sound && !heard {
            sound = false;
            // After a full disk or a broken one the engine may have given up the real transaction; then this fails.
            if connection.run(sql("ROLLBACK TO unit")).await.is_err() {
                return End::Lost;
            }
        }
    }
}

async fn run_all(connection: &mut Connection, last: Vec<Sql>) -> Result<(), Failure> {
    for sql in last {
        connection.run(sql).await?;
    }
    Ok(())
}

/// Whether the statement worked and its caller still wanted to know.
fn answer<T>(outcome: Result<T, Failure>, reply: Reply<T>) -> bool {
    let worked = outcome.is_ok();
    reply.send(outcome).is_ok() && worked
}

async fn release(connection: &mut Connection, reply: Reply<()>) -> End {
    match connection.run(sql("RELEASE unit")).await {
        Ok(_) => End::Released(reply),
        Err(failure) => {
            reply.send(Err(failure)).ok();
            End::Lost
        }
    }
}

async fn undo(connection: &mut Connection) -> End {
    let undone = connection.run(sql("ROLLBACK TO unit")).await;
    if undone.is_ok() && connection.run(sql("RELEASE unit")).await.is_ok() { End::Undone } else { End::Lost }
}

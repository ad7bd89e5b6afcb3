//! The one connection that writes, and how transactions share its commits.
//!
//! A durable commit costs a write to the disk's platter or flash, whatever is in it. So one real transaction is open at a
//! time, in which transactions take turns in the order they came, each in a savepoint of its own; all that were released in
//! it are acknowledged after one real commit. It must never acknowledge before that, and never leave a savepoint of one to
//! the next.
//!
//! Statements run where they are asked, on the caller's thread: a transaction that went to another thread and back for each
//! of its statements spent most of its time on the way. What waits for the disk or for another process has a thread: commits,
//! opening the file, a beginning that finds it locked, and statements that are said to be long.

mod state;

use super::{
    engine::{Direct, Sql, sql},
    row::Row,
    spawn,
    times::Times,
};
use crate::error::Failure;
use futures::future::{Either, select};
use state::{Group, Holder, State, over};
use std::{
    fs::File,
    path::PathBuf,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError},
    time::Duration,
};
use tokio::{
    sync::{mpsc, oneshot},
    time::sleep,
};

/// A transaction that says nothing for so long is rolled back, because everybody else waits for it.
pub(super) const IDLE: Duration = Duration::from_secs(5);
/// How often it is looked for one.
const LOOK: Duration = Duration::from_millis(500);

/// Where an answer goes.
type Reply<T> = oneshot::Sender<Result<T, Failure>>;

/// What the committer is told.
enum Order {
    /// The turn is its own: to commit what was released.
    Commit,
    /// The turn is its own: to begin a real transaction, however long that takes.
    Begin,
    /// Nobody may begin any more.
    Close(oneshot::Sender<()>),
}

/// The way to the connection that writes. Clones share it; the file is closed when the last one is gone.
#[derive(Clone)]
pub(super) struct Writer {
    shared: Arc<Shared>,
    orders: mpsc::UnboundedSender<Order>,
}

struct Shared {
    path: PathBuf,
    times: Arc<Times>,
    state: Mutex<State>,
}

/// One transaction's turn. Dropping it rolls back.
pub(super) struct Session {
    writer: Writer,
    number: u64,
}

impl Writer {
    /// Starts with an open connection and the lock on its file.
    pub(super) fn start(path: PathBuf, connection: Direct, times: Arc<Times>, lock: File) -> Self {
        let state = Mutex::new(State::new(connection, Arc::new(lock)));
        let shared = Arc::new(Shared { path, times, state });
        let (orders, received) = mpsc::unbounded_channel();
        spawn(commits(Orders { shared: Arc::clone(&shared), received }, orders.downgrade()));
        Self { shared, orders }
    }

    /// A turn.
    pub(super) async fn begin(&self) -> Result<Session, Failure> {
        let turn = {
            let mut state = self.shared.state();
            if state.closing.is_some() {
                return Err(closed());
            }
            let (reply, turn) = oneshot::channel();
            let free = matches!(state.holder, Holder::Nobody);
            if free && let Some(number) = state.begin()? {
                return Ok(Session { writer: self.clone(), number });
            }
            state.queue.push_back(reply);
            if free {
                self.tell(&mut state, Order::Begin);
            }
            turn
        };
        turn.await.unwrap_or_else(|_| Err(closed()))
    }

    /// How many wait for their turn.
    pub(super) fn waiting(&self) -> u64 {
        u64::try_from(self.shared.state().queue.len()).unwrap_or(u64::MAX)
    }

    /// Waits for the turns that were asked for, closes the file and lets other processes have it.
    pub(super) async fn close(&self) {
        let (reply, done) = oneshot::channel();
        if self.orders.send(Order::Close(reply)).is_ok() {
            // An error means that it was closed already.
            done.await.ok();
        }
    }

    /// Gives the turn to the committer. Without one the runtime that it lived on is gone, and nothing can be committed.
    fn tell(&self, state: &mut State, order: Order) {
        state.holder = Holder::Storage;
        if self.orders.send(order).is_err() {
            state.lose(&closed());
            state.queue.clear();
            state.closing = Some(Vec::new());
        }
    }

    /// Gives the turn, which is storage's own, to the next who waits: to the committer when nobody does, or when the real
    /// transaction has had its share.
    fn pass_on(&self) {
        loop {
            let (reply, number) = {
                let mut state = self.shared.state();
                let next = if state.group.as_ref().is_some_and(Group::is_full) { None } else { state.next() };
                let Some(reply) = next else {
                    if state.group.is_some() || state.closing.is_some() {
                        self.tell(&mut state, Order::Commit);
                    } else {
                        state.holder = Holder::Nobody;
                    }
                    return;
                };
                match state.begin() {
                    Ok(None) => {
                        state.queue.push_front(reply);
                        self.tell(&mut state, Order::Begin);
                        return;
                    }
                    Ok(Some(number)) => (reply, Ok(number)),
                    Err(failure) => (reply, Err(failure)),
                }
            };
            let begun = number.map(|number| Session { writer: self.clone(), number });
            let failed = begun.is_err();
            // One that nobody takes any more passes the turn on by being dropped.
            drop(reply.send(begun));
            if !failed {
                return;
            }
        }
    }
}

fn closed() -> Failure {
    Failure::storage("the database is closed")
}

impl Session {
    /// The rows of a statement. One that fails leaves nothing of the transaction.
    pub(super) fn ask(&self, sql: &Sql) -> Result<Vec<Row>, Failure> {
        self.writer.shared.state().say(self.number, |connection| connection.ask(sql))
    }

    /// How many rows a statement changed. One that fails leaves nothing of the transaction.
    pub(super) fn run(&self, sql: &Sql) -> Result<u64, Failure> {
        self.writer.shared.state().say(self.number, |connection| connection.run(sql))
    }

    /// The same for a statement that may take long: on a thread of its own, while nobody else has a turn.
    pub(super) async fn run_aside(&self, sql: Sql) -> Result<u64, Failure> {
        let (mut connection, lock) = self.writer.shared.state().lend(self.number)?;
        let (cut, mut left) = (connection.cut(), Left(Some(self)));
        // The file stays locked until the connection is closed, also when nobody waits for it any more.
        let (connection, outcome, _lock) = blocking::unblock(move || {
            let outcome = connection.run(&sql);
            (connection, outcome, lock)
        })
        .await;
        cut.ends();
        left.0 = None;
        self.writer.shared.state().take_back(self.number, connection);
        // One that failed leaves nothing of the transaction.
        outcome.or_else(|failure| self.writer.shared.state().say(self.number, |_| Err(failure)))
    }

    fn give_up(&self) {
        if self.writer.shared.undo(self.number) {
            self.writer.pass_on();
        }
    }

    /// Makes it last, after these statements; answers once it does.
    pub(super) async fn commit(self, last: Vec<Sql>) -> Result<(), Failure> {
        for sql in &last {
            self.run(sql)?;
        }
        let (reply, answer) = oneshot::channel();
        self.writer.shared.release(self.number, reply)?;
        self.writer.pass_on();
        drop(self);
        answer.await.unwrap_or_else(|_| Err(Failure::storage("the database went away during a commit")))
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.give_up();
    }
}

/// A turn whose statement has a thread: without anybody who waits for it the turn is over.
struct Left<'a>(Option<&'a Session>);

impl Drop for Left<'_> {
    fn drop(&mut self) {
        if let Some(session) = self.0 {
            session.give_up();
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Leaves what a turn did to the real commit. The turn is to be passed on then.
    fn release(&self, number: u64, reply: Reply<()>) -> Result<(), Failure> {
        let mut state = self.state();
        let begun = state.turn(number).ok_or_else(over)?.begun;
        if let Err(failure) = state.say_all(&["RELEASE unit"]) {
            state.lose(&failure);
            return Err(failure);
        }
        state.holder = Holder::Storage;
        state.group.as_mut().ok_or_else(over)?.released.push(reply);
        drop(state);
        self.times.held(begun.elapsed());
        Ok(())
    }

    /// Leaves nothing of a turn, if it still is one, and says whether it was; it is to be passed on then.
    fn undo(&self, number: u64) -> bool {
        let mut state = self.state();
        let Some(begun) = state.turn(number).map(|turn| turn.begun) else { return false };
        state.undo();
        drop(state);
        self.times.held(begun.elapsed());
        true
    }

    /// Rolls back a transaction that says nothing, and says whether there was one.
    fn wakes(&self) -> bool {
        // Whoever holds the lock says something.
        let mut state = match self.state.try_lock() {
            Ok(state) => state,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return false,
        };
        let asleep = match &state.holder {
            Holder::Session(turn) => turn.is_silent(IDLE),
            Holder::Nobody | Holder::Storage => false,
        };
        if asleep {
            state.undo();
        }
        asleep
    }

    /// A real transaction that is waited for; the turn is to be passed on then.
    async fn begin(&self) {
        let (path, connection) = (self.path.clone(), self.state().connection.take());
        let begun = blocking::unblock(move || -> Result<Direct, Failure> {
            let mut connection = connection.map_or_else(|| Direct::open(&path), Ok)?;
            connection.run(&sql("BEGIN IMMEDIATE"))?;
            Ok(connection)
        })
        .await;
        let mut state = self.state();
        match begun {
            Ok(connection) => {
                state.connection = Some(connection);
                state.group = Some(Group::new());
            }
            // Those who wait would only wait as long again, one after the other.
            Err(failure) => {
                for reply in state.queue.drain(..) {
                    drop(reply.send(Err(failure.clone())));
                }
            }
        }
    }

    /// The real commit of what was released until now; the turn is to be passed on then.
    async fn commit(&self) {
        let (connection, released) = {
            let mut state = self.state();
            let Some(group) = state.group.take() else { return };
            (state.connection.take(), group.released)
        };
        let Some(mut connection) = connection else { return };
        let none = released.is_empty();
        let (connection, outcome) = blocking::unblock(move || {
            let outcome = connection.run(&sql(if none { "ROLLBACK" } else { "COMMIT" })).map(drop);
            (outcome.is_ok().then_some(connection), outcome)
        })
        .await;
        self.state().connection = connection;
        if outcome.is_ok() && !none {
            self.times.committed(released.len());
        }
        for reply in released {
            reply.send(outcome.clone()).ok();
        }
    }

    /// Who waits for the file to be closed, once nobody has a turn or waits for one.
    fn over(&self) -> Option<Vec<oneshot::Sender<()>>> {
        let mut state = self.state();
        let busy = state.group.is_some() || !state.queue.is_empty();
        state.closing.as_mut().filter(|_| !busy).map(std::mem::take)
    }

    /// Closes the file.
    async fn end(&self) {
        let (connection, lock) = {
            let mut state = self.state();
            state.queue.clear();
            (state.connection.take(), state.lock.take())
        };
        // What was committed is safe in the log even when closing fails.
        blocking::unblock(move || drop(connection)).await;
        drop(lock);
    }
}

/// What the committer is told. When it is gone, with its runtime or by a panic, nothing can be committed any more, and
/// nobody shall wait for that.
struct Orders {
    shared: Arc<Shared>,
    received: mpsc::UnboundedReceiver<Order>,
}

impl Drop for Orders {
    fn drop(&mut self) {
        self.received.close();
        let mut state = self.shared.state();
        state.closing.get_or_insert_default();
        // Whoever has the turn passes it on to nobody.
        if !matches!(state.holder, Holder::Session(_)) {
            state.lose(&closed());
        }
        state.queue.clear();
    }
}

/// Commits what turns leave, until it is told to close, or nobody is left who could begin one.
async fn commits(mut orders: Orders, way: mpsc::WeakUnboundedSender<Order>) {
    let shared = Arc::clone(&orders.shared);
    loop {
        let over = match select(pin!(orders.received.recv()), pin!(sleep(LOOK))).await {
            Either::Left((Some(Order::Commit), _)) => {
                shared.commit().await;
                true
            }
            Either::Left((Some(Order::Begin), _)) => {
                shared.begin().await;
                true
            }
            Either::Left((Some(Order::Close(reply)), _)) => {
                let mut state = shared.state();
                state.closing.get_or_insert_default().push(reply);
                matches!(state.holder, Holder::Nobody)
            }
            Either::Left((None, _)) => return shared.end().await,
            Either::Right(_) => shared.wakes(),
        };
        if over && let Some(replies) = shared.over() {
            shared.end().await;
            for reply in replies {
                reply.send(()).ok();
            }
            return;
        }
        if over && let Some(orders) = way.upgrade() {
            Writer { shared: Arc::clone(&shared), orders }.pass_on();
        }
    }
}

//! The one connection that writes, and how transactions share its commits.
//!
//! A durable commit costs a write to the disk's platter or flash, whatever is in it. So one real transaction is open at a
//! time, in which transactions take turns in the order they came, each in a savepoint of its own; all that were released in
//! it are acknowledged after one real commit. It must never acknowledge before that, and never leave a savepoint of one to
//! the next.
//!
//! Statements run where they are asked, on the caller's thread: a transaction that went to another thread and back for each
//! of its statements spent most of its time on the way. Only commits, which wait for the disk, have a thread.

use super::{
    engine::{Direct, Sql, sql},
    row::Row,
    spawn,
    times::Times,
};
use crate::error::Failure;
use futures::future::{Either, select};
use std::{
    collections::VecDeque,
    fs::File,
    path::PathBuf,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant, sleep},
};

/// Transactions in one commit, at most.
const MOST: usize = 256;
/// A commit takes no further transactions after this time.
const LONGEST: Duration = Duration::from_millis(20);
/// A transaction that says nothing for so long is rolled back, because everybody else waits for it.
pub(super) const IDLE: Duration = Duration::from_secs(5);
/// How often it is looked for one.
const LOOK: Duration = Duration::from_millis(500);

/// Where an answer goes.
type Reply<T> = oneshot::Sender<Result<T, Failure>>;

/// What the committer is told.
enum Order {
    /// The turn is its own.
    Commit,
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

struct State {
    /// None after an accident, while it is away for a commit, and once it is closed.
    connection: Option<Direct>,
    /// The real transaction, if one is open.
    group: Option<Group>,
    holder: Holder,
    /// Those who wait for their turn.
    queue: VecDeque<Reply<Session>>,
    turns: u64,
    closing: bool,
    /// Keeps other processes off the file until the connection is closed.
    lock: Option<File>,
}

struct Group {
    begun: Instant,
    /// To be acknowledged after the real commit.
    released: Vec<Reply<()>>,
}

/// Whose turn it is.
enum Holder {
    /// No real transaction is open, and nobody waits.
    Nobody,
    Session(Turn),
    /// Its own: a turn is over and is being passed on, or the real commit is on its way.
    Storage,
}

struct Turn {
    number: u64,
    begun: Instant,
    heard: Instant,
}

/// One transaction's turn. Dropping it rolls back.
pub(super) struct Session {
    writer: Writer,
    number: u64,
}

impl Writer {
    /// Starts with an open connection and the lock on its file.
    pub(super) fn start(path: PathBuf, connection: Direct, times: Arc<Times>, lock: File) -> Self {
        let state = State {
            connection: Some(connection),
            group: None,
            holder: Holder::Nobody,
            queue: VecDeque::new(),
            turns: 0,
            closing: false,
            lock: Some(lock),
        };
        let shared = Arc::new(Shared { path, times, state: Mutex::new(state) });
        let (orders, received) = mpsc::unbounded_channel();
        spawn(commits(Arc::clone(&shared), orders.downgrade(), received));
        Self { shared, orders }
    }

    /// A turn.
    pub(super) async fn begin(&self) -> Result<Session, Failure> {
        let turn = {
            let mut state = self.shared.state();
            if state.closing {
                return Err(closed());
            }
            if matches!(state.holder, Holder::Nobody) {
                let number = state.begin(&self.shared.path)?;
                return Ok(Session { writer: self.clone(), number });
            }
            let (reply, turn) = oneshot::channel();
            state.queue.push_back(reply);
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

    /// Gives the turn, which is storage's own, to the next who waits: to the committer when nobody does, or when the real
    /// transaction has had its share.
    fn pass_on(&self) {
        loop {
            let (reply, number) = {
                let mut state = self.shared.state();
                let next = if state.group.as_ref().is_some_and(Group::is_full) { None } else { state.next() };
                let Some(reply) = next else {
                    if state.group.is_some() {
                        // Without a committer the file is closed.
                        self.orders.send(Order::Commit).ok();
                    } else {
                        state.holder = Holder::Nobody;
                    }
                    return;
                };
                (reply, state.begin(&self.shared.path))
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

fn over() -> Failure {
    Failure::storage("the transaction was rolled back: it was idle for too long, or the database went away")
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
        if self.writer.shared.undo(self.number) {
            self.writer.pass_on();
        }
    }
}

impl Group {
    fn is_full(&self) -> bool {
        self.released.len() >= MOST || self.begun.elapsed() >= LONGEST
    }
}

impl State {
    /// The first who still waits.
    fn next(&mut self) -> Option<Reply<Session>> {
        std::iter::from_fn(|| self.queue.pop_front()).find(|reply| !reply.is_closed())
    }

    /// A turn: a savepoint in the real transaction, which begins with the first.
    fn begin(&mut self, path: &std::path::Path) -> Result<u64, Failure> {
        let mut connection = self.connection.take().map_or_else(|| Direct::open(path), Ok)?;
        if self.group.is_none() {
            connection.run(&sql("BEGIN IMMEDIATE"))?;
            self.group = Some(Group { begun: Instant::now(), released: Vec::new() });
        }
        self.connection = Some(connection);
        if let Err(failure) = self.say_all(&["SAVEPOINT unit"]) {
            self.lose();
            return Err(failure);
        }
        self.turns += 1;
        let now = Instant::now();
        self.holder = Holder::Session(Turn { number: self.turns, begun: now, heard: now });
        Ok(self.turns)
    }

    const fn turn(&mut self, number: u64) -> Option<&mut Turn> {
        match &mut self.holder {
            Holder::Session(turn) if turn.number == number => Some(turn),
            _ => None,
        }
    }

    fn say<T>(
        &mut self,
        number: u64,
        what: impl FnOnce(&mut Direct) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.turn(number).ok_or_else(over)?.heard = Instant::now();
        let outcome = what(self.connection.as_mut().ok_or_else(over)?);
        // After a full disk or a broken one the engine may have given up the real transaction; then this fails.
        if outcome.is_err() && self.say_all(&["ROLLBACK TO unit"]).is_err() {
            self.lose();
        }
        outcome
    }

    fn say_all(&mut self, texts: &[&'static str]) -> Result<(), Failure> {
        let connection = self.connection.as_mut().ok_or_else(over)?;
        texts.iter().try_for_each(|text| connection.run(&sql(text)).map(drop))
    }

    /// The real transaction is gone, and with it everything in it. Whatever state the connection is in, a new one starts
    /// clean.
    fn lose(&mut self) {
        self.connection = None;
        for reply in self.group.take().into_iter().flat_map(|group| group.released) {
            reply.send(Err(Failure::storage("the database gave up the transaction"))).ok();
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
            state.lose();
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
        if state.group.is_some() && state.say_all(&["ROLLBACK TO unit", "RELEASE unit"]).is_err() {
            state.lose();
        }
        state.holder = Holder::Storage;
        drop(state);
        self.times.held(begun.elapsed());
        true
    }

    /// Rolls back a transaction that says nothing, and says whether there was one.
    fn wakes(&self) -> bool {
        let asleep = match &self.state().holder {
            Holder::Session(turn) if turn.heard.elapsed() >= IDLE => Some(turn.number),
            _ => None,
        };
        asleep.is_some_and(|number| self.undo(number))
    }

    /// The real commit of what was released until now; the turn is to be passed on then.
    async fn commit(&self) {
        let (connection, released) = {
            let mut state = self.state();
            let released = state.group.take().map(|group| group.released).unwrap_or_default();
            (state.connection.take(), released)
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

/// Commits what turns leave, until it is told to close, or nobody is left who could begin one.
async fn commits(
    shared: Arc<Shared>,
    way: mpsc::WeakUnboundedSender<Order>,
    mut orders: mpsc::UnboundedReceiver<Order>,
) {
    let mut closing: Option<oneshot::Sender<()>> = None;
    loop {
        let over = match select(pin!(orders.recv()), pin!(sleep(LOOK))).await {
            Either::Left((Some(Order::Commit), _)) => {
                shared.commit().await;
                true
            }
            Either::Left((Some(Order::Close(reply)), _)) => {
                shared.state().closing = true;
                closing = Some(reply);
                false
            }
            Either::Left((None, _)) => return shared.end().await,
            Either::Right(_) => shared.wakes(),
        };
        if over && let Some(orders) = way.upgrade() {
            Writer { shared: Arc::clone(&shared), orders }.pass_on();
        }
        let idle = matches!(shared.state().holder, Holder::Nobody);
        if idle && let Some(reply) = closing.take() {
            shared.end().await;
            reply.send(()).ok();
            return;
        }
    }
}

//! What the way to the connection that writes stands at: whose turn it is, who waits, and what is to be committed.

use super::{Reply, Session};
use crate::{
    error::Failure,
    sql::engine::{Direct, sql},
};
use std::{collections::VecDeque, fs::File, sync::Arc, time::Duration};
use tokio::{sync::oneshot, time::Instant};

/// Transactions in one commit, at most.
const MOST: usize = 256;
/// A commit takes no further transactions after this time.
const LONGEST: Duration = Duration::from_millis(20);

pub(super) struct State {
    /// None after an accident, while it is away for a commit, and once it is closed.
    pub(super) connection: Option<Direct>,
    /// The real transaction, if one is open.
    pub(super) group: Option<Group>,
    pub(super) holder: Holder,
    /// Those who wait for their turn.
    pub(super) queue: VecDeque<Reply<Session>>,
    turns: u64,
    /// Who closed it, or is doing that.
    pub(super) closing: Option<Vec<oneshot::Sender<()>>>,
    /// Keeps other processes off the file until the connection is closed.
    pub(super) lock: Option<Arc<File>>,
}

pub(super) struct Group {
    pub(super) begun: Instant,
    /// To be acknowledged after the real commit.
    pub(super) released: Vec<Reply<()>>,
}

/// Whose turn it is.
pub(super) enum Holder {
    /// No real transaction is open, and nobody waits.
    Nobody,
    Session(Turn),
    /// Its own: a turn is over and is being passed on, or the real commit is on its way.
    Storage,
}

pub(super) struct Turn {
    pub(super) number: u64,
    pub(super) begun: Instant,
    /// When it spoke last; none while a statement of it has a thread.
    heard: Option<Instant>,
}

pub(super) fn over() -> Failure {
    Failure::storage("the transaction was rolled back: it was idle for too long, or the database went away")
}

impl Group {
    pub(super) fn new() -> Self {
        Self { begun: Instant::now(), released: Vec::new() }
    }

    pub(super) fn is_full(&self) -> bool {
        self.released.len() >= MOST || self.begun.elapsed() >= LONGEST
    }
}

impl Turn {
    /// Whether it has said nothing for so long.
    pub(super) fn is_silent(&self, long: Duration) -> bool {
        self.heard.is_some_and(|heard| heard.elapsed() >= long)
    }
}

impl State {
    /// Nobody has a turn.
    pub(super) const fn new(connection: Direct, lock: Arc<File>) -> Self {
        Self {
            connection: Some(connection),
            group: None,
            holder: Holder::Nobody,
            queue: VecDeque::new(),
            turns: 0,
            closing: None,
            lock: Some(lock),
        }
    }

    /// The first who still waits.
    pub(super) fn next(&mut self) -> Option<Reply<Session>> {
        std::iter::from_fn(|| self.queue.pop_front()).find(|reply| !reply.is_closed())
    }

    /// A turn: a savepoint in the real transaction, which begins with the first; none when that would take long.
    pub(super) fn begin(&mut self) -> Result<Option<u64>, Failure> {
        let Some(connection) = &mut self.connection else { return Ok(None) };
        if self.group.is_none() {
            match connection.begin() {
                Ok(true) => self.group = Some(Group::new()),
                Ok(false) => return Ok(None),
                Err(failure) => {
                    self.connection = None;
                    return Err(failure);
                }
            }
        }
        if let Err(failure) = self.say_all(&["SAVEPOINT unit"]) {
            self.lose(&failure);
            return Err(failure);
        }
        self.turns += 1;
        let now = Instant::now();
        self.holder = Holder::Session(Turn { number: self.turns, begun: now, heard: Some(now) });
        Ok(Some(self.turns))
    }

    /// Leaves nothing of the turn, which is to be passed on then.
    pub(super) fn undo(&mut self) {
        if self.group.is_some()
            && let Err(failure) = self.say_all(&["ROLLBACK TO unit", "RELEASE unit"])
        {
            self.lose(&failure);
        }
        self.holder = Holder::Storage;
    }

    pub(super) const fn turn(&mut self, number: u64) -> Option<&mut Turn> {
        match &mut self.holder {
            Holder::Session(turn) if turn.number == number => Some(turn),
            _ => None,
        }
    }

    pub(super) fn say<T>(
        &mut self,
        number: u64,
        what: impl FnOnce(&mut Direct) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.turn(number).ok_or_else(over)?;
        let outcome = what(self.connection.as_mut().ok_or_else(over)?);
        // After a full disk or a broken one the engine may have given up the real transaction; then this fails.
        if outcome.is_err()
            && let Err(failure) = self.say_all(&["ROLLBACK TO unit"])
        {
            self.lose(&failure);
        }
        if let Some(turn) = self.turn(number) {
            turn.heard = Some(Instant::now());
        }
        outcome
    }

    /// The connection, for a statement that has a thread.
    pub(super) fn lend(&mut self, number: u64) -> Result<(Direct, Option<Arc<File>>), Failure> {
        self.turn(number).ok_or_else(over)?.heard = None;
        Ok((self.connection.take().ok_or_else(over)?, self.lock.clone()))
    }

    /// The connection back. Nobody else had a turn meanwhile, unless whoever borrowed it is gone.
    pub(super) fn take_back(&mut self, number: u64, connection: Direct) {
        if let Some(turn) = self.turn(number) {
            turn.heard = Some(Instant::now());
            self.connection = Some(connection);
        }
    }

    pub(super) fn say_all(&mut self, texts: &[&'static str]) -> Result<(), Failure> {
        let connection = self.connection.as_mut().ok_or_else(over)?;
        texts.iter().try_for_each(|text| connection.run(&sql(text)).map(drop))
    }

    /// The real transaction is gone, and with it everything in it. Whatever state the connection is in, a new one starts
    /// clean.
    pub(super) fn lose(&mut self, why: &Failure) {
        self.connection = None;
        for reply in self.group.take().into_iter().flat_map(|group| group.released) {
            reply.send(Err(why.clone())).ok();
        }
    }
}

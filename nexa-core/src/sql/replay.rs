//! A transaction on PostgreSQL, run by a task that storage owns, so that no caller's cancellation can tear it.
//!
//! The server may give a transaction up for the sake of another one that runs beside it, and may go away at any time. The
//! caller shall not notice: the task keeps what was asked and what was answered, begins anew, asks all of it again, and goes
//! on when every answer is the one that the caller was given. It must never go on when one differs: then whoever began it
//! is told that it was overtaken, and nothing of it has happened.

use super::{
    engine::{
        Sql,
        postgres::{Accident, Kind, Mark, Pool, Transaction, Turn},
    },
    row::Row,
    times::Times,
    writer::IDLE,
};
use crate::error::Failure;
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant, sleep, timeout},
};

/// Where an answer goes.
pub(super) type Reply<T> = oneshot::Sender<Result<T, Failure>>;
/// One transaction's way to its task.
pub(super) type Session = mpsc::Sender<Message>;

/// What a transaction asks.
pub(super) enum Message {
    Ask(Sql, Reply<Vec<Row>>),
    Run(Sql, Reply<u64>),
    /// After these statements, so that whoever asks needs not wait for them.
    Commit(Vec<Sql>, Reply<()>),
}

/// How often a transaction is run again.
const TRIES: u32 = 10;
/// How long after its first beginning a transaction may be begun anew. What it writes carries ids of that time, and whoever
/// goes through rows in the order of their ids (figures) waits for twice as long before it counts on there being no older one.
const LATEST: Duration = Duration::from_mins(1);
/// How often one waits for its turn, or for a row.
const WAITS: u32 = 2;
/// How often it is asked what became of a commit.
const QUESTIONS: u32 = 60;

/// A statement of a transaction.
#[derive(Clone)]
enum Step {
    Ask(Sql),
    Run(Sql),
}

/// What its caller was told.
#[derive(Clone, PartialEq, Eq)]
enum Answer {
    Rows(Vec<Row>),
    Changed(u64),
}

struct Replay {
    pool: Pool,
    times: Arc<Times>,
    live: Option<Transaction>,
    told: Vec<(Step, Answer)>,
    tries: u32,
    turn: Turn,
    /// When it was begun first; not known before that.
    since: Option<Instant>,
}

/// Runs one transaction.
pub(super) async fn serve(pool: Pool, times: Arc<Times>, turn: Turn, begin: Reply<Session>) {
    let (live, told) = (None, Vec::new());
    let mut replay = Replay { pool, times: Arc::clone(&times), live, told, tries: 0, turn, since: None };
    if let Err(failure) = replay.begin().await {
        begin.send(Err(failure)).ok();
        return;
    }
    let since = Instant::now();
    replay.since = Some(since);
    let (session, messages) = mpsc::channel(1);
    if begin.send(Ok(session)).is_ok() {
        replay.listen(messages).await;
    } else {
        replay.undo().await;
    }
    times.held(since.elapsed());
}

impl Replay {
    async fn begin(&mut self) -> Result<(), Failure> {
        match Transaction::begin(&self.pool, self.turn).await {
            Ok(live) => {
                self.live = Some(live);
                Ok(())
            }
            Err(accident) => self.again(accident).await,
        }
    }

    async fn listen(&mut self, mut messages: mpsc::Receiver<Message>) {
        // Nobody there any more, or nobody awake: both end the transaction.
        while let Ok(Some(message)) = timeout(IDLE, messages.recv()).await {
            let heard = match message {
                Message::Ask(sql, reply) => {
                    let rows = self.answer(Step::Ask(sql)).await.map(|answer| match answer {
                        Answer::Rows(rows) => rows,
                        Answer::Changed(_) => Vec::new(),
                    });
                    let worked = rows.is_ok();
                    reply.send(rows).is_ok() && worked
                }
                Message::Run(sql, reply) => {
                    let changed = self.answer(Step::Run(sql)).await.map(|answer| match answer {
                        Answer::Changed(changed) => changed,
                        Answer::Rows(_) => 0,
                    });
                    let worked = changed.is_ok();
                    reply.send(changed).is_ok() && worked
                }
                Message::Commit(last, reply) => {
                    let done = self.finish(last).await;
                    let failed = done.is_err();
                    // Whoever asked may be gone: it is committed all the same.
                    reply.send(done).ok();
                    if failed {
                        break;
                    }
                    return;
                }
            };
            if !heard {
                break;
            }
        }
        self.undo().await;
    }

    async fn answer(&mut self, step: Step) -> Result<Answer, Failure> {
        loop {
            match self.once(&step).await {
                Ok(answer) => {
                    self.told.push((step, answer.clone()));
                    return Ok(answer);
                }
                Err(accident) => self.again(accident).await?,
            }
        }
    }

    async fn once(&mut self, step: &Step) -> Result<Answer, Accident> {
        let over = || Accident::other(Failure::storage("the transaction was rolled back"));
        let live = self.live.as_mut().ok_or_else(over)?;
        match step {
            Step::Ask(sql) => live.ask(sql).await.map(Answer::Rows),
            Step::Run(sql) => live.run(sql).await.map(Answer::Changed),
        }
    }

    /// Begins anew after an accident and brings the new transaction to where the old one was, or says why not.
    async fn again(&mut self, mut why: Accident) -> Result<(), Failure> {
        loop {
            let number = self.live.as_ref().map_or(0, |live| live.mark.number.parse().unwrap_or(0));
            if why.kind == Kind::Lost {
                self.live = None;
            }
            self.undo().await;
            // A rule can be broken because somebody else was faster: then the first answers tell.
            let mendable = match why.kind {
                Kind::Conflict | Kind::Lost => self.tries < TRIES,
                Kind::Crowded => self.tries < WAITS,
                Kind::Refused => self.tries == 0 && self.turn == Turn::Beside && !self.told.is_empty(),
                Kind::Other => false,
            };
            if !mendable {
                return Err(why.failure);
            }
            // Whoever met others three times waits until nobody is in the way.
            if self.tries >= 3 {
                self.turn = Turn::Alone;
            }
            sleep(pause(why.kind, self.tries, number)).await;
            self.tries += 1;
            self.times.replayed();
            match self.catch_up().await {
                Ok(true) => return Ok(()),
                Ok(false) => {
                    self.undo().await;
                    self.times.overtaken();
                    return Err(Failure::overtaken());
                }
                Err(accident) => why = accident,
            }
        }
    }

    /// Asks all again; whether it is not too late for that, and every answer is what the caller was told.
    async fn catch_up(&mut self) -> Result<bool, Accident> {
        self.live = Some(Transaction::begin(&self.pool, self.turn).await?);
        // Looked at once it has begun: from here on nobody reads alone until it ends.
        if self.since.is_some_and(|since| since.elapsed() > LATEST) {
            return Ok(false);
        }
        for (step, told) in self.told.clone() {
            match self.once(&step).await {
                Ok(answer) if answer == told => {}
                Ok(_) => return Ok(false),
                Err(accident) if accident.kind == Kind::Refused => return Ok(false),
                Err(accident) => return Err(accident),
            }
        }
        Ok(true)
    }

    async fn finish(&mut self, last: Vec<Sql>) -> Result<(), Failure> {
        for sql in last {
            self.answer(Step::Run(sql)).await?;
        }
        self.commit().await
    }

    async fn commit(&mut self) -> Result<(), Failure> {
        loop {
            let over = || Failure::storage("the transaction was rolled back");
            let live = self.live.as_mut().ok_or_else(over)?;
            let accident = match live.commit().await {
                Ok(()) => break,
                Err(accident) => accident,
            };
            let mark = live.mark.clone();
            if accident.kind != Kind::Conflict {
                self.live = None;
                if self.was_committed(&mark).await? {
                    break;
                }
            }
            self.again(accident).await?;
        }
        self.live = None;
        self.times.committed(1);
        Ok(())
    }

    /// The connection was lost while the server committed: only the server knows what it did.
    async fn was_committed(&self, mark: &Mark) -> Result<bool, Failure> {
        for _ in 0..QUESTIONS {
            match self.pool.fate(mark).await {
                Ok(Some(committed)) => return Ok(committed),
                // The server has not noticed yet that we are gone, or is not back yet.
                _ => sleep(Duration::from_millis(250)).await,
            }
        }
        Err(Failure::storage(
            "the database went away during a commit, and it cannot be told what became of it",
        ))
    }

    async fn undo(&mut self) {
        if let Some(mut live) = self.live.take() {
            live.rollback().await;
        }
    }
}

/// How long to wait before the next try: longer each time, and not as long as the others that met the same accident.
fn pause(kind: Kind, tries: u32, number: u64) -> Duration {
    let (first, longest) = if kind == Kind::Lost { (50, 2_000) } else { (2, 100) };
    let most = longest.min(first << tries.min(10));
    Duration::from_millis(most / 2 + number.wrapping_mul(0x9e37_79b9) % most.max(1) / 2)
}

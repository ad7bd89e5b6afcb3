//! A transaction or a view as its user holds it.

#[cfg(feature = "postgres")]
use super::replay::{Message, Session};
use super::{
    engine::{Readers, Sql, sql},
    row::{Row, id, word},
    writer,
};
use crate::{
    domain::{ledger::Account, money::Currency},
    error::Failure,
    ids::{ShopId, UserId},
    ports::storage::{Inserted, Page, Read, Tx},
};
use async_trait::async_trait;
use std::{collections::BTreeMap, sync::Arc};
use tokio::sync::Notify;
#[cfg(feature = "postgres")]
use tokio::sync::oneshot;

/// Where statements go.
pub(super) enum Source {
    Readers(Readers),
    /// A turn on the connection that writes a file.
    File(writer::Session),
    /// The task of a transaction on a server.
    #[cfg(feature = "postgres")]
    Server(Session),
}

/// A view of the database; on a session, a transaction. Dropping it closes the session, which rolls back.
pub(super) struct Unit {
    source: Source,
    progress: Progress,
    alone: bool,
    /// What is still to be added to balances that everybody shares; see `ledger.rs`.
    pub(super) shared: BTreeMap<(ShopId, Account, Currency), i128>,
    /// Who tells other processes of committed jobs, where there can be any.
    teller: Option<Arc<Notify>>,
    has_jobs: bool,
}

/// So many keys one statement asks for.
const AMONG: usize = 32;

/// The text of [`Unit::among`]: up to the column of the key.
macro_rules! among {
    ($head:literal) => {
        concat!(
            $head,
            " IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, \
            $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33)"
        )
    };
}
pub(super) use among;

/// A statement that was given up while it ran leaves `Asking` behind: nobody knows then how far its call came.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Progress {
    Sound,
    #[cfg(feature = "postgres")]
    Asking,
    Failed,
}

impl Unit {
    pub(super) const fn new(source: Source) -> Self {
        Self {
            source,
            progress: Progress::Sound,
            alone: true,
            shared: BTreeMap::new(),
            teller: None,
            has_jobs: false,
        }
    }

    /// Says whether the process has the database to itself.
    #[cfg(feature = "postgres")]
    pub(super) fn found_alone(self, alone: bool) -> Self {
        Self { alone, ..self }
    }

    /// Names who tells other processes of jobs once they are committed.
    #[cfg(feature = "postgres")]
    pub(super) fn told_by(self, teller: Arc<Notify>) -> Self {
        Self { teller: Some(teller), ..self }
    }

    /// Says that it adds jobs.
    pub(super) const fn adds_jobs(&mut self) {
        self.has_jobs = true;
    }

    /// Whether what is unfinished in the database was left behind by a former process, for nobody else is at work.
    pub(super) const fn is_alone(&self) -> bool {
        self.alone
    }

    /// Every row of a statement.
    pub(super) async fn all<T>(
        &mut self,
        sql: Sql,
        read: impl Fn(&Row) -> Result<T, Failure> + Send,
    ) -> Result<Vec<T>, Failure> {
        let rows = match &self.source {
            Source::Readers(readers) => return readers.ask(sql).await?.iter().map(read).collect(),
            Source::File(session) => {
                sound(self.progress)?;
                session.ask(&sql)
            }
            #[cfg(feature = "postgres")]
            Source::Server(session) => {
                sound(self.progress)?;
                self.progress = Progress::Asking;
                let (reply, answer) = oneshot::channel();
                send(session, Message::Ask(sql, reply)).await?;
                answer.await.unwrap_or_else(|_| Err(over()))
            }
        };
        let found = rows.and_then(|rows| rows.iter().map(read).collect());
        self.note(found)
    }

    /// The first row of a statement.
    pub(super) async fn one<T>(
        &mut self,
        sql: Sql,
        read: impl Fn(&Row) -> Result<T, Failure> + Send,
    ) -> Result<Option<T>, Failure> {
        Ok(self.all(sql, read).await?.into_iter().next())
    }

    /// Every row of a shop that has one of these keys, by a text of [`among!`].
    pub(super) async fn among<T>(
        &mut self,
        text: &'static str,
        shop: ShopId,
        keys: &[String],
        read: impl Fn(&Row) -> Result<T, Failure> + Send + Sync,
    ) -> Result<Vec<T>, Failure> {
        let mut found = Vec::new();
        for some in keys.chunks(AMONG) {
            let mut asked = sql(text).bind(id(shop));
            // One text for any number: the last is asked for again where there are fewer, and found once.
            for key in some.iter().chain(some.last().into_iter().cycle()).take(AMONG) {
                asked = asked.bind(key.as_str());
            }
            found.extend(self.all(asked, &read).await?);
        }
        Ok(found)
    }

    /// How many rows a statement changed.
    pub(super) async fn run(&mut self, sql: Sql) -> Result<u64, Failure> {
        sound(self.progress)?;
        let changed = match &self.source {
            Source::Readers(_) => return Err(Failure::core("a view cannot write")),
            Source::File(session) if sql.is_long() => session.run_aside(sql).await,
            Source::File(session) => session.run(&sql),
            #[cfg(feature = "postgres")]
            Source::Server(session) => {
                self.progress = Progress::Asking;
                let (reply, answer) = oneshot::channel();
                send(session, Message::Run(sql, reply)).await?;
                answer.await.unwrap_or_else(|_| Err(over()))
            }
        };
        self.note(changed)
    }

    /// Runs a statement that adds a row unless something equal is there.
    pub(super) async fn inserted(&mut self, sql: Sql) -> Result<Inserted, Failure> {
        Ok(if self.run(sql).await? > 0 { Inserted::New } else { Inserted::Taken })
    }

    /// Runs a statement that must change exactly one row.
    pub(super) async fn must(&mut self, sql: Sql, otherwise: &'static str) -> Result<(), Failure> {
        if self.run(sql).await? == 1 {
            return Ok(());
        }
        self.note(Err(Failure::core(otherwise)))
    }

    /// Fails the transaction with the call.
    pub(super) fn note<T>(&mut self, outcome: Result<T, Failure>) -> Result<T, Failure> {
        self.progress = if outcome.is_ok() { Progress::Sound } else { Progress::Failed };
        outcome
    }
}

fn sound(progress: Progress) -> Result<(), Failure> {
    match progress {
        Progress::Sound => Ok(()),
        #[cfg(feature = "postgres")]
        Progress::Asking => Err(Failure::core("a call of this transaction was given up half-way")),
        Progress::Failed => Err(Failure::core("a call of this transaction failed")),
    }
}

#[cfg(feature = "postgres")]
async fn send(session: &Session, message: Message) -> Result<(), Failure> {
    session.send(message).await.map_err(|_| over())
}

#[cfg(feature = "postgres")]
fn over() -> Failure {
    Failure::storage("the transaction was rolled back: it was idle for too long, or the database went away")
}

impl Read for Unit {}

#[async_trait]
impl Tx for Unit {
    async fn commit(mut self: Box<Self>) -> Result<(), Failure> {
        sound(self.progress)?;
        let last = self.take_shared()?;
        let teller = self.teller.take().filter(|_| self.has_jobs);
        match self.source {
            Source::Readers(_) => return Err(Failure::core("a view cannot commit")),
            Source::File(session) => session.commit(last).await?,
            #[cfg(feature = "postgres")]
            Source::Server(session) => {
                let (reply, answer) = oneshot::channel();
                send(&session, Message::Commit(last, reply)).await?;
                answer
                    .await
                    .unwrap_or_else(|_| Err(Failure::storage("the database went away during a commit")))?;
            }
        }
        if let Some(teller) = teller {
            teller.notify_one();
        }
        Ok(())
    }

    fn as_read(&mut self) -> &mut dyn Read {
        self
    }
}

/// The parameters of a list that may be of one user and in one state only, in this order: shop, user, state, where the
/// page starts, how many.
pub(super) fn filtered<S: serde::Serialize>(
    text: &'static str,
    shop: ShopId,
    (user, state): (Option<UserId>, Option<S>),
    page: Page,
) -> Sql {
    let bound = sql(text).bind(id(shop)).bind(user.map(id)).bind(state.map(word));
    bound.bind(before(page)).bind(limit(page))
}

/// The id that a page starts after, in a list that is newest first: `g` comes after every id.
pub(super) fn before(page: Page) -> String {
    page.before.map_or_else(|| "g".to_owned(), |id| id.to_string())
}

/// The id that a page starts after, in a list that is oldest first.
pub(super) fn after(page: Page) -> String {
    page.before.map_or_else(String::new, |id| id.to_string())
}

/// How many rows a page may hold.
pub(super) fn limit(page: Page) -> u32 {
    page.limit.clamp(1, Page::MOST)
}

//! A transaction on one of the connections.

use super::{
    super::{super::row::Row, Sql, sql},
    Pool,
    statement::{Accident, Locks, accident, ask, in_time, run},
};
use crate::error::Failure;
use sqlx::{PgConnection, Postgres, Row as _, pool::PoolConnection};

/// Whether a transaction runs while others do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::sql) enum Turn {
    /// After all that began before and before all that begin later, so that nothing changes while it runs.
    Alone,
    /// At the same time as others of its kind. Each statement sees all that was committed before it, and rows that it holds
    /// stay as they are.
    Beside,
}

impl Turn {
    /// The locks of a table are what takes turns: many may hold the weaker one, and whoever waits for the stronger one goes
    /// before all who ask later (<https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES>).
    const fn begin(self) -> &'static str {
        match self {
            Self::Alone => {
                "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL synchronous_commit = off; \
                LOCK TABLE turns IN EXCLUSIVE MODE; \
                INSERT INTO commits (number) VALUES (txid_current()) RETURNING number::text AS number, name"
            }
            Self::Beside => {
                "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL synchronous_commit = off; \
                LOCK TABLE turns IN ROW SHARE MODE; \
                INSERT INTO commits (number) VALUES (txid_current()) RETURNING number::text AS number, name"
            }
        }
    }
}

/// What tells a transaction from all others. The server's own number does not: what a crash took from a server before it
/// was on the disk leaves its number to the next transaction. So each writes a name of its own into `commits`, which is
/// there exactly if it was committed.
#[derive(Clone, Default)]
pub(in crate::sql) struct Mark {
    /// What the server calls it.
    pub(in crate::sql) number: String,
    /// Drawn by the server.
    name: String,
}

impl Mark {
    /// Whether it was committed; none while the server still has it under way. Only for one whose connection is gone.
    pub(super) async fn fate(&self, connection: &mut PgConnection) -> Result<Option<bool>, Accident> {
        // A number that was not given out yet is of a transaction that a crash took, and nothing can be asked about it.
        let text = "SELECT CASE WHEN txid_current() <= CAST($1 AS BIGINT) THEN 'gone' \
            ELSE COALESCE(txid_status(CAST($1 AS BIGINT)), 'gone') END AS fate";
        let asked = sql(text).bind(&self.number);
        if said(&ask(connection, &asked, Locks::None).await?, "fate")?.as_deref() == Some("in progress") {
            return Ok(None);
        }
        // Asked later than that: what was committed by then is seen. The message brings to the disk what is told.
        let text = "SELECT CASE WHEN EXISTS (SELECT 1 FROM commits WHERE number = CAST($1 AS BIGINT) AND name = $2) \
            THEN 'committed' END AS fate, CAST(pg_logical_emit_message(true, 'nexa', '') AS TEXT) AS place";
        let asked = sql(text).bind(&self.number).bind(&self.name);
        Ok(Some(said(&ask(connection, &asked, Locks::None).await?, "fate")?.is_some()))
    }
}

fn said(rows: &[Row], column: &str) -> Result<Option<String>, Accident> {
    let row = rows.first().ok_or_else(|| Accident::other(Failure::core("the server says nothing")))?;
    row.maybe(column, Row::text).map_err(Accident::other)
}

/// A transaction under way. Dropped, its connection is closed, and the server rolls it back.
pub(in crate::sql) struct Transaction {
    connection: Option<PoolConnection<Postgres>>,
    /// By what it is known again.
    pub(in crate::sql) mark: Mark,
}

/// The first part gives the turn to the next and waits for no disk; the second is a commit of its own that does, and with
/// it everything that was committed before it is on the disk, and on the standbys that the server waits for. So the
/// transactions of many share a write, as in a file.
const COMMIT: &str = "COMMIT; SELECT pg_logical_emit_message(true, 'nexa', '')";

impl Transaction {
    pub(in crate::sql) async fn begin(pool: &Pool, turn: Turn) -> Result<Self, Accident> {
        let connection = pool.0.acquire().await.map_err(accident)?;
        let mut begun = Self { connection: Some(connection), mark: Mark::default() };
        let live = begun.live()?;
        let rows = in_time(async { sqlx::raw_sql(turn.begin()).fetch_all(live).await.map_err(accident) });
        let rows = rows.await?;
        let silent = || Accident::other(Failure::core("the server does not name a transaction"));
        let row = rows.last().ok_or_else(silent)?;
        let text = |column: &str| row.try_get_unchecked::<String, _>(column).map_err(accident);
        begun.mark = Mark { number: text("number")?, name: text("name")? };
        Ok(begun)
    }

    pub(in crate::sql) async fn ask(&mut self, sql: &Sql) -> Result<Vec<Row>, Accident> {
        in_time(ask(self.live()?, sql, Locks::Rows)).await
    }

    pub(in crate::sql) async fn run(&mut self, sql: &Sql) -> Result<u64, Accident> {
        in_time(run(self.live()?, sql)).await
    }

    /// Any failure but a conflict leaves open whether it was committed.
    pub(in crate::sql) async fn commit(&mut self) -> Result<(), Accident> {
        self.end(COMMIT).await
    }

    /// Gives the connection back when that works.
    pub(in crate::sql) async fn rollback(&mut self) {
        self.end("ROLLBACK").await.ok();
    }

    async fn end(&mut self, text: &'static str) -> Result<(), Accident> {
        let live = self.live()?;
        in_time(async { sqlx::raw_sql(text).execute(live).await.map_err(accident) }).await?;
        // Only here is it known that nothing is open on it.
        drop(self.connection.take());
        Ok(())
    }

    fn live(&mut self) -> Result<&mut PgConnection, Accident> {
        let over = || Accident::other(Failure::storage("the transaction is over"));
        self.connection.as_deref_mut().ok_or_else(over)
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            drop(connection.detach());
        }
    }
}

//! `SQLite`: connections, and statements bound to them.

mod whole;

use super::{
    super::row::{Row, Value},
    Engine, Sql, sql,
};
use crate::error::Failure;
use sqlx::{
    Column as _, ConnectOptions as _, Connection as _, Row as _, Sqlite, SqliteConnection, SqlitePool,
    TypeInfo as _, ValueRef as _,
    query::Query,
    sqlite::{
        SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow,
        SqliteSynchronous,
    },
};
use std::{path::Path, sync::Arc, time::Duration};

/// The oldest `SQLite` without the bug that can damage a database when its write-ahead log starts anew
/// (<https://sqlite.org/wal.html#walresetbug>).
const OLDEST: (u32, u32, u32) = (3, 51, 3);

/// How long a statement waits for another process that has the file locked.
const BUSY: Duration = Duration::from_secs(5);

/// What marks a file as ours: "NEXA".
pub(in crate::sql) const APPLICATION_ID: i64 = 0x4e45_5841;

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .busy_timeout(BUSY)
        .foreign_keys(true)
        .pragma("cell_size_check", "ON")
        .statement_cache_capacity(256)
        .disable_statement_logging()
}

/// One connection that writes.
pub(in crate::sql) struct Connection(SqliteConnection);

impl Connection {
    /// Opens the file at `path`, which must be there.
    pub(in crate::sql) async fn open(path: &Path) -> Result<Self, Failure> {
        let options = options(path)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .pragma("journal_size_limit", "67108864");
        let mut connection = Self(options.connect().await.map_err(failure)?);
        connection.require_version().await?;
        Ok(connection)
    }

    /// Opens it only to look: nothing in the file is changed.
    pub(in crate::sql) async fn peek(path: &Path) -> Result<Self, Failure> {
        options(path).read_only(true).connect().await.map(Self).map_err(failure)
    }

    /// Opens somebody else's file only to look, as it stands: nothing is made beside it, and nothing that its schema
    /// calls is trusted (<https://sqlite.org/security.html>).
    pub(in crate::sql) async fn foreign(path: &Path) -> Result<Self, Failure> {
        let options = options(path).read_only(true).immutable(true);
        let options = options.pragma("trusted_schema", "OFF").pragma("query_only", "ON");
        options.connect().await.map(Self).map_err(failure)
    }

    async fn require_version(&mut self) -> Result<(), Failure> {
        let rows = self.ask(sql("SELECT sqlite_version() AS version")).await?;
        let text = rows.first().map_or(Ok(String::new()), |row| row.text("version"))?;
        let mut parts = text.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
        let mut next = || parts.next().unwrap_or(0);
        let version = (next(), next(), next());
        if version < OLDEST {
            return Err(Failure::core(&format!(
                "SQLite {text} can damage databases; 3.51.3 is the oldest good one"
            )));
        }
        Ok(())
    }

    /// Closes the file.
    pub(in crate::sql) async fn close(self) -> Result<(), Failure> {
        self.0.close().await.map_err(failure)
    }
}

/// Connections that only read. Clones share them.
#[derive(Clone)]
pub(in crate::sql) struct Readers(SqlitePool);

impl Readers {
    /// Up to four, opened when they are first needed.
    pub(in crate::sql) fn open(path: &Path) -> Self {
        let pool = SqlitePoolOptions::new().max_connections(4).acquire_timeout(BUSY);
        Self(pool.connect_lazy_with(options(path).pragma("query_only", "ON")))
    }

    /// The rows of a statement.
    pub(in crate::sql) async fn ask(&self, sql: Sql) -> Result<Vec<Row>, Failure> {
        read(&bound(sql).fetch_all(&self.0).await.map_err(failure)?)
    }

    /// Waits for what is under way and closes them.
    pub(in crate::sql) async fn close(&self) {
        self.0.close().await;
    }
}

impl Engine for Connection {
    const TABLE: &str = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name = $1";
    const BEGIN: &str = "BEGIN IMMEDIATE";

    async fn ask(&mut self, sql: Sql) -> Result<Vec<Row>, Failure> {
        let rows = bound(sql).fetch_all(&mut self.0).await.map_err(failure)?;
        read(&rows)
    }

    async fn run(&mut self, sql: Sql) -> Result<u64, Failure> {
        bound(sql).execute(&mut self.0).await.map(|done| done.rows_affected()).map_err(failure)
    }

    async fn script(&mut self, text: String) -> Result<(), Failure> {
        sqlx::raw_sql(sqlx::AssertSqlSafe(text)).execute(&mut self.0).await.map(drop).map_err(failure)
    }

    fn mark() -> String {
        format!("PRAGMA application_id = {APPLICATION_ID};\n")
    }

    fn render(text: &str) -> String {
        let plain = text
            .replace("{int}", "INTEGER")
            .replace("{bool}", "INTEGER")
            .replace("{strict}", "STRICT")
            .replace("{clustered}", "STRICT, WITHOUT ROWID");
        plain.lines().map(|line| immutable(line).unwrap_or_else(|| line.to_owned()) + "\n").collect()
    }
}

/// The triggers that keep rows of a table as they are, for a line `{immutable table}`.
fn immutable(line: &str) -> Option<String> {
    let table = super::kept_as_it_is(line)?;
    let trigger = |verb: &str| {
        format!(
            "CREATE TRIGGER {table}_no_{} BEFORE {verb} ON {table} \
             BEGIN SELECT RAISE(ABORT, '{table} are never changed'); END;",
            verb.to_lowercase()
        )
    };
    Some(format!("{}\n{}", trigger("UPDATE"), trigger("DELETE")))
}

fn bound<'q>(sql: Sql) -> Query<'q, Sqlite, SqliteArguments> {
    sql.args.into_iter().fold(sqlx::query(sql.text), |query, value| match value {
        Value::Null => query.bind(None::<String>),
        Value::Int(int) => query.bind(int),
        Value::Text(text) => query.bind(text),
    })
}

fn read(rows: &[SqliteRow]) -> Result<Vec<Row>, Failure> {
    let Some(first) = rows.first() else { return Ok(Vec::new()) };
    let names: Arc<[String]> = first.columns().iter().map(|column| column.name().to_owned()).collect();
    let row = |row: &SqliteRow| {
        let values: Result<Vec<Value>, sqlx::Error> = (0..row.len()).map(|at| value(row, at)).collect();
        Ok(Row::new(Arc::clone(&names), values.map_err(failure)?))
    };
    rows.iter().map(row).collect()
}

fn value(row: &SqliteRow, at: usize) -> Result<Value, sqlx::Error> {
    let raw = row.try_get_raw(at)?;
    if raw.is_null() {
        return Ok(Value::Null);
    }
    match raw.type_info().name() {
        "TEXT" => row.try_get_unchecked(at).map(Value::Text),
        _ => row.try_get_unchecked(at).map(Value::Int),
    }
}

/// Names the accident without any value that was in the statement.
fn failure(error: sqlx::Error) -> Failure {
    match error {
        sqlx::Error::Database(inner) if !matches!(inner.kind(), sqlx::error::ErrorKind::Other) => {
            Failure::core(inner.message())
        }
        sqlx::Error::Database(inner) => Failure::storage(inner.message()),
        other => Failure::storage(&other),
    }
}

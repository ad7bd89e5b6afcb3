//! `SQLite`: connections, and statements bound to them.

mod direct;
mod readers;
mod whole;

pub(in crate::sql) use direct::Direct;
pub(in crate::sql) use readers::Readers;

use super::{super::row::Row, Engine, Sql};
use crate::error::Failure;
use direct::Way;
use rusqlite::{Error, ffi};
use std::path::Path;

/// What marks a file as ours: "NEXA".
pub(in crate::sql) const APPLICATION_ID: i64 = 0x4e45_5841;

/// A connection for work on a whole file, which may take long: its statements run on threads of their own.
pub(in crate::sql) struct Connection(Option<Direct>);

impl Connection {
    /// Opens the file at `path`, which must be there, to write.
    pub(in crate::sql) async fn open(path: &Path) -> Result<Self, Failure> {
        Self::opened(path, Way::Write).await
    }

    /// Opens it only to look: nothing in the file is changed.
    pub(in crate::sql) async fn peek(path: &Path) -> Result<Self, Failure> {
        Self::opened(path, Way::Peek).await
    }

    /// Opens somebody else's file only to look, as it stands.
    pub(in crate::sql) async fn foreign(path: &Path) -> Result<Self, Failure> {
        Self::opened(path, Way::Foreign).await
    }

    async fn opened(path: &Path, way: Way) -> Result<Self, Failure> {
        let path = path.to_owned();
        blocking::unblock(move || Direct::opened(&path, way)).await.map(|direct| Self(Some(direct)))
    }

    /// The connection itself, for the transactions of many.
    pub(in crate::sql) fn into_direct(self) -> Result<Direct, Failure> {
        self.0.ok_or_else(lost)?.for_many()
    }

    /// Closes the file.
    pub(in crate::sql) async fn close(self) -> Result<(), Failure> {
        // The last connection brings the log into the file.
        blocking::unblock(move || drop(self.0)).await;
        Ok(())
    }

    /// Does something on a thread of its own. Whoever does not wait for it to end loses the connection.
    async fn work<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut Direct) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let mut direct = self.0.take().ok_or_else(lost)?;
        let (direct, outcome) = blocking::unblock(move || {
            let outcome = work(&mut direct);
            (direct, outcome)
        })
        .await;
        self.0 = Some(direct);
        outcome
    }
}

fn lost() -> Failure {
    Failure::storage("a statement on this connection was given up half-way")
}

impl Engine for Connection {
    const TABLE: &str = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name = $1";
    const BEGIN: &str = "BEGIN IMMEDIATE";

    async fn ask(&mut self, sql: Sql) -> Result<Vec<Row>, Failure> {
        self.work(move |direct| direct.ask(&sql)).await
    }

    async fn run(&mut self, sql: Sql) -> Result<u64, Failure> {
        self.work(move |direct| direct.run(&sql)).await
    }

    async fn script(&mut self, text: String) -> Result<(), Failure> {
        self.work(move |direct| direct.script(&text)).await
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

/// Names the accident without any value that was in the statement.
fn failure(error: Error) -> Failure {
    const OURS: [i32; 5] = [
        ffi::SQLITE_CONSTRAINT_UNIQUE,
        ffi::SQLITE_CONSTRAINT_PRIMARYKEY,
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY,
        ffi::SQLITE_CONSTRAINT_NOTNULL,
        ffi::SQLITE_CONSTRAINT_CHECK,
    ];
    match error {
        Error::SqliteFailure(why, text) => {
            let text = text.unwrap_or_else(|| why.to_string());
            if OURS.contains(&why.extended_code) { Failure::core(&text) } else { Failure::storage(&text) }
        }
        // The statement itself is not part of the text.
        Error::SqlInputError { error, msg, .. } => Failure::storage(&format!("{msg} ({error})")),
        other => Failure::storage(&other),
    }
}

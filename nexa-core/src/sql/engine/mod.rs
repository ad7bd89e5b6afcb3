//! The only folder that names an engine. A statement is one text with `$n` parameters for every engine, and rows come back
//! as plain values, so that no repository depends on one.

#[cfg(feature = "postgres")]
pub(super) mod postgres;
mod sqlite;

pub(super) use sqlite::{APPLICATION_ID, Connection, Direct};

use super::row::{Row, Value};
use crate::error::Failure;
use futures::stream::BoxStream;
use std::path::Path;

/// A statement and what fills its parameters. `/*lock*/` in the text marks where an engine with row locks puts its
/// words, and `/*claim*/` where one passes over the rows of a table `j` that others hold; `SQLite` reads them as comments,
/// because a transaction that writes has the whole database there.
#[derive(Clone)]
pub(super) struct Sql {
    text: &'static str,
    args: Vec<Value>,
    is_long: bool,
}

/// A statement without parameters yet.
pub(super) const fn sql(text: &'static str) -> Sql {
    Sql { text, args: Vec::new(), is_long: false }
}

impl Sql {
    /// Says that it writes as many rows as there are, so that it must not keep a thread that serves others.
    pub(super) const fn long(mut self) -> Self {
        self.is_long = true;
        self
    }

    pub(super) const fn is_long(&self) -> bool {
        self.is_long
    }

    /// Fills the next parameter.
    pub(super) fn bind(mut self, value: impl Into<Value>) -> Self {
        self.args.push(value.into());
        self
    }
}

/// A connection of an engine, as it is needed to bring a database to the version of the program.
pub(super) trait Engine: Send {
    /// Finds a table by its name, `$1`.
    const TABLE: &str;
    /// Begins a transaction that writes.
    const BEGIN: &str;
    /// The rows of a statement.
    fn ask(&mut self, sql: Sql) -> impl Future<Output = Result<Vec<Row>, Failure>> + Send;
    /// How many rows a statement changed.
    fn run(&mut self, sql: Sql) -> impl Future<Output = Result<u64, Failure>> + Send;
    /// Runs a text of several statements that was made for this engine.
    fn script(&mut self, text: String) -> impl Future<Output = Result<(), Failure>> + Send;
    /// What a new database that has its table of steps is marked with, as a script.
    fn mark() -> String;
    /// Migration text for this engine.
    fn render(text: &str) -> String;
}

/// A table and its columns, in their order, which matter only where rows go from an engine to another.
pub(super) struct Table {
    /// Its name.
    pub(super) name: String,
    /// Their names.
    #[cfg(feature = "postgres")]
    pub(super) columns: Vec<String>,
}

#[cfg(feature = "postgres")]
impl Table {
    /// Its columns, as they stand in a statement.
    pub(super) fn list(&self) -> String {
        format!("\"{}\"", self.columns.join("\",\""))
    }
}

/// A connection by which a whole database is read.
pub(super) trait Whole: Send {
    /// The rows of a statement without parameters, one after the other.
    fn rows(&mut self, text: String) -> BoxStream<'_, Result<Vec<Value>, Failure>>;
}

/// Connections that only read. Clones share them.
#[derive(Clone)]
pub(super) enum Readers {
    /// Of a file.
    Sqlite(sqlite::Readers),
    /// Of a server.
    #[cfg(feature = "postgres")]
    Postgres(postgres::Readers),
    /// Of a server's standby, for one view.
    #[cfg(feature = "postgres")]
    Standby(std::sync::Arc<super::replica::Standby>),
}

impl Readers {
    /// Those of the file at `path`.
    pub(super) fn open(path: &Path) -> Self {
        Self::Sqlite(sqlite::Readers::open(path))
    }

    /// The rows of a statement.
    pub(super) async fn ask(&self, sql: Sql) -> Result<Vec<Row>, Failure> {
        match self {
            Self::Sqlite(readers) => readers.ask(sql).await,
            #[cfg(feature = "postgres")]
            Self::Postgres(readers) => readers.ask(sql).await,
            #[cfg(feature = "postgres")]
            Self::Standby(view) => view.ask(sql).await,
        }
    }

    /// Waits for what is under way and closes them.
    pub(super) async fn close(&self) {
        match self {
            Self::Sqlite(readers) => readers.close().await,
            #[cfg(feature = "postgres")]
            Self::Postgres(readers) => readers.close().await,
            // The storage closes what its views share.
            #[cfg(feature = "postgres")]
            Self::Standby(_) => {}
        }
    }
}

/// The table of a line `{immutable table}` in a migration.
fn kept_as_it_is(line: &str) -> Option<&str> {
    line.trim().strip_prefix("{immutable ")?.strip_suffix('}')
}

//! Whole databases in files: copied at one moment, read row by row, filled.

use super::{
    super::{Table, Whole},
    Connection, Engine as _, failure, options, sql, value,
};
use crate::{error::Failure, sql::row::Value};
use futures::{StreamExt as _, TryStreamExt as _, stream::BoxStream};
use sqlx::{ConnectOptions as _, Row as _, sqlite::SqliteJournalMode, sqlite::SqliteSynchronous};
use std::path::Path;

/// Parameters of one statement at most; the engine allows 32,766.
const PARAMETERS: usize = 4_000;

impl Connection {
    /// Opens a file that is being made: whoever makes it sees to it at the end that it is whole and on the disk.
    pub(in crate::sql) async fn draft(path: &Path) -> Result<Self, Failure> {
        let options = options(path)
            .journal_mode(SqliteJournalMode::Delete)
            .synchronous(SqliteSynchronous::Off)
            .foreign_keys(false);
        options.connect().await.map(Self).map_err(failure)
    }

    /// Copies what is committed at this moment into the empty file `to`. Nobody who writes waits for that: it reads like any
    /// other view (<https://sqlite.org/lang_vacuum.html#vacuuminto>).
    pub(in crate::sql) async fn copy_into(&mut self, to: &Path) -> Result<(), Failure> {
        let to = to.to_str().ok_or_else(|| Failure::core("the name of the copy is not UTF-8"))?;
        sqlx::query("VACUUM INTO $1").bind(to).execute(&mut self.0).await.map(drop).map_err(failure)
    }

    /// All tables, each after those that it refers to, with their columns.
    pub(in crate::sql) async fn tables(&mut self) -> Result<Vec<Table>, Failure> {
        let text = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
            ORDER BY rowid";
        let names = self.ask(sql(text)).await?;
        let mut tables = Vec::new();
        for row in names {
            let name = row.text("name")?;
            let text = "SELECT name FROM pragma_table_info($1) ORDER BY cid";
            let columns = self.ask(sql(text).bind(&name)).await?;
            let columns = columns.iter().map(|row| row.text("name")).collect::<Result<_, _>>()?;
            tables.push(Table { name, columns });
        }
        Ok(tables)
    }

    /// Adds rows to a table.
    pub(in crate::sql) async fn fill(&mut self, table: &Table, rows: &[Vec<Value>]) -> Result<(), Failure> {
        let width = table.columns.len().max(1);
        for some in rows.chunks((PARAMETERS / width).max(1)) {
            let row = format!("({})", vec!["?"; width].join(","));
            let values = vec![row.as_str(); some.len()].join(",");
            let text = format!("INSERT INTO {} ({}) VALUES {values}", table.name, table.list());
            let query =
                some.iter().flatten().fold(
                    sqlx::query(sqlx::AssertSqlSafe(text)),
                    |query, value| match value {
                        Value::Null => query.bind(None::<String>),
                        Value::Int(int) => query.bind(*int),
                        Value::Text(text) => query.bind(text.clone()),
                    },
                );
            query.execute(&mut self.0).await.map_err(failure)?;
        }
        Ok(())
    }
}

impl Whole for Connection {
    fn rows(&mut self, text: String) -> BoxStream<'_, Result<Vec<Value>, Failure>> {
        let rows = sqlx::raw_sql(sqlx::AssertSqlSafe(text)).fetch(&mut self.0).map_err(failure);
        rows.map(|row| -> Result<Vec<Value>, Failure> {
            let row = row?;
            (0..row.len()).map(|at| value(&row, at).map_err(failure)).collect()
        })
        .boxed()
    }
}

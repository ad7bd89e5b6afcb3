//! Whole databases in files: copied at one moment, read row by row, filled.

#[cfg(feature = "postgres")]
use super::direct::Way;
use super::{
    super::{Table, Whole},
    Connection, Engine as _, lost,
};
use crate::{
    error::Failure,
    sql::{engine::sql, row::Value},
};
use futures::{StreamExt as _, stream, stream::BoxStream};
use std::path::Path;
use tokio::sync::mpsc;

/// Parameters of one statement at most; the engine allows 32,766.
#[cfg(feature = "postgres")]
const PARAMETERS: usize = 4_000;
/// Rows that are read ahead.
const AHEAD: usize = 32;

impl Connection {
    /// Copies what is committed at this moment into the empty file `to`. Nobody who writes waits for that: it reads like any
    /// other view (<https://sqlite.org/lang_vacuum.html#vacuuminto>).
    pub(in crate::sql) async fn copy_into(&mut self, to: &Path) -> Result<(), Failure> {
        let to = to.to_str().ok_or_else(|| Failure::core("the name of the copy is not UTF-8"))?.to_owned();
        self.work(move |direct| direct.once("VACUUM INTO ?1", &[Value::Text(to)])).await
    }

    /// All tables, each after those that it refers to, with their columns.
    pub(in crate::sql) async fn tables(&mut self) -> Result<Vec<Table>, Failure> {
        let text = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
            ORDER BY rowid";
        let names = self.ask(sql(text)).await?;
        let mut tables = Vec::new();
        for row in names {
            let name = row.text("name")?;
            #[cfg(feature = "postgres")]
            let columns = self.columns(&name).await?;
            tables.push(Table {
                name,
                #[cfg(feature = "postgres")]
                columns,
            });
        }
        Ok(tables)
    }
}

/// What only rows of a server need that go into a file.
#[cfg(feature = "postgres")]
impl Connection {
    /// Opens a file that is being made.
    pub(in crate::sql) async fn draft(path: &Path) -> Result<Self, Failure> {
        Self::opened(path, Way::Draft).await
    }

    async fn columns(&mut self, table: &str) -> Result<Vec<String>, Failure> {
        let text = "SELECT name FROM pragma_table_info($1) ORDER BY cid";
        let columns = self.ask(sql(text).bind(table)).await?;
        columns.iter().map(|row| row.text("name")).collect()
    }

    /// Adds rows to a table.
    pub(in crate::sql) async fn fill(&mut self, table: &Table, rows: &[Vec<Value>]) -> Result<(), Failure> {
        let (name, list, width) = (table.name.clone(), table.list(), table.columns.len().max(1));
        let rows = rows.to_vec();
        let work = move |direct: &mut super::Direct| {
            for some in rows.chunks((PARAMETERS / width).max(1)) {
                let row = format!("({})", vec!["?"; width].join(","));
                let values = vec![row.as_str(); some.len()].join(",");
                direct
                    .once(&format!("INSERT INTO {name} ({list}) VALUES {values}"), some.iter().flatten())?;
            }
            Ok(())
        };
        self.work(work).await
    }
}

impl Whole for Connection {
    fn rows(&mut self, text: String) -> BoxStream<'_, Result<Vec<Value>, Failure>> {
        let Some(mut direct) = self.0.take() else {
            return stream::once(std::future::ready(Err(lost()))).boxed();
        };
        let (sender, receiver) = mpsc::channel(AHEAD);
        let reading = blocking::unblock(move || {
            let read = direct.each(&text, |row| sender.blocking_send(Ok(row)).is_ok());
            if let Err(failure) = read {
                drop(sender.blocking_send(Err(failure)));
            }
            direct
        });
        stream::unfold((receiver, Some(reading), self), async |(mut receiver, mut reading, connection)| {
            let row = receiver.recv().await;
            if row.is_none() {
                connection.0 = Some(reading.take()?.await);
            }
            Some((row?, (receiver, reading, connection)))
        })
        .boxed()
    }
}

//! Whole databases on a server: read row by row, filled, put in the place of another.

use super::{
    super::{Table, Whole},
    Connection, Engine as _, Server, accident, sql,
    statement::value,
};
use crate::{error::Failure, sql::row::Value};
use futures::{StreamExt as _, TryStreamExt as _, stream::BoxStream};
use sqlx::Row as _;

/// Bytes that are sent to the server at once.
const PIECE: usize = 1 << 16;

/// Where a database is put together before it takes the place of the one that is there.
const DRAFT: &str = "nexa_restore";

impl Server {
    /// The same server, where statements go to the schema in which a database is put together.
    pub(in crate::sql) fn draft(&self) -> Self {
        Self(self.0.clone().options([("search_path", DRAFT)]))
    }
}

impl Connection {
    /// Takes the turn to make a backup, until the connection is closed; false while somebody else has it.
    pub(in crate::sql) async fn take_backup_turn(&mut self) -> Result<bool, Failure> {
        let rows = self.ask(sql("SELECT pg_try_advisory_lock(1313165379) AS ours")).await?;
        rows.first().map_or(Ok(false), |row| row.flag("ours"))
    }

    /// Begins a view of what is committed at this moment, as `pg_dump` does
    /// (<https://www.postgresql.org/docs/current/app-pgdump.html>).
    pub(in crate::sql) async fn hold_still(&mut self) -> Result<(), Failure> {
        self.script("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY".to_owned()).await
    }

    /// Makes the empty schema for a database that is put together; what is left there of another try goes.
    pub(in crate::sql) async fn make_draft(&mut self) -> Result<(), Failure> {
        self.script(format!("DROP SCHEMA IF EXISTS {DRAFT} CASCADE; CREATE SCHEMA {DRAFT}")).await
    }

    /// Puts the database that was put together in the place of the one that is there, which is kept under the name
    /// `before`. Both or neither.
    pub(in crate::sql) async fn swap(&mut self, before: &str) -> Result<(), Failure> {
        let rows = self.ask(sql("SELECT current_schema()::text AS name")).await?;
        let here = rows.first().map_or(Ok(String::new()), |row| row.text("name"))?;
        let plain =
            |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if !plain(&here) || !plain(before) {
            return Err(Failure::core("the schema of the database has a name with odd letters"));
        }
        let text = format!(
            "BEGIN; ALTER SCHEMA {here} RENAME TO {before}; ALTER SCHEMA {DRAFT} RENAME TO {here}; COMMIT"
        );
        let done = self.script(text).await;
        if done.is_err() {
            // Only says that there is nothing to take back.
            self.script("ROLLBACK".to_owned()).await.ok();
        }
        done
    }

    /// Adds rows to a table. Gives how many they were.
    pub(in crate::sql) async fn fill(
        &mut self,
        table: &Table,
        mut rows: BoxStream<'_, Result<Vec<Value>, Failure>>,
    ) -> Result<u64, Failure> {
        let text = format!("COPY {} ({}) FROM STDIN", table.name, table.list());
        let broken = |error| accident(error).failure;
        let mut copy = self.0.copy_in_raw(&text).await.map_err(broken)?;
        let mut piece = Vec::with_capacity(PIECE * 2);
        while let Some(row) = rows.try_next().await? {
            line(&row, &mut piece);
            if piece.len() >= PIECE {
                copy.send(std::mem::take(&mut piece)).await.map_err(broken)?;
            }
        }
        copy.send(piece).await.map_err(broken)?;
        copy.finish().await.map_err(broken)
    }
}

/// A row as `COPY` reads it (<https://www.postgresql.org/docs/current/sql-copy.html>, text format).
fn line(row: &[Value], out: &mut Vec<u8>) {
    for (at, value) in row.iter().enumerate() {
        if at > 0 {
            out.push(b'\t');
        }
        match value {
            Value::Null => out.extend_from_slice(b"\\N"),
            Value::Int(int) => out.extend_from_slice(int.to_string().as_bytes()),
            Value::Text(text) => {
                for byte in text.bytes() {
                    match byte {
                        b'\\' => out.extend_from_slice(b"\\\\"),
                        b'\n' => out.extend_from_slice(b"\\n"),
                        b'\r' => out.extend_from_slice(b"\\r"),
                        b'\t' => out.extend_from_slice(b"\\t"),
                        other => out.push(other),
                    }
                }
            }
        }
    }
    out.push(b'\n');
}

impl Whole for Connection {
    fn rows(&mut self, text: String) -> BoxStream<'_, Result<Vec<Value>, Failure>> {
        // Values come in binary only when the statement is prepared.
        let rows = sqlx::query(sqlx::AssertSqlSafe(text)).persistent(false).fetch(&mut self.0);
        let rows = rows.map_err(|error| accident(error).failure);
        rows.map(|row| -> Result<Vec<Value>, Failure> {
            let row = row?;
            (0..row.len()).map(|at| value(&row, at).map_err(|accident| accident.failure)).collect()
        })
        .boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_keeps_what_is_in_it() {
        let mut out = Vec::new();
        let text = Value::Text("a\tb\\N\r\nس".to_owned());
        line(&[Value::Null, Value::Int(-5), text, Value::Text(String::new())], &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), "\\N\t-5\ta\\tb\\\\N\\r\\nس\t\n");
    }
}

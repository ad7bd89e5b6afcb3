//! One database of the two, for this process alone.

use super::{
    super::{
        engine::{Connection, Engine as _, Sql, postgres, sql},
        file::{self, OpenError},
        migrations,
        place::{Kind, Place},
        row::{Row, Value},
    },
    schema::{self, Table},
};
use crate::error::Failure;
use std::{fs::File, path::PathBuf};

/// An opened database. Dropped or closed, others may have it.
pub(in crate::sql) enum Side {
    /// A file, with the lock that keeps others off.
    File(Connection, File),
    /// A server's.
    Server(postgres::Connection),
}

fn broken(failure: Failure) -> OpenError {
    OpenError::Database(failure.what)
}

impl Side {
    /// Opens it when nobody else has it, and makes an empty file when there is none. A copy that was begun is opened too.
    pub(in crate::sql) async fn open(place: &Place) -> Result<Self, OpenError> {
        match &place.0 {
            Kind::File(path) => {
                let lock = file::lock(path)?;
                match file::prepare(path).await {
                    Ok(()) | Err(OpenError::Unfinished) => {}
                    Err(error) => return Err(error),
                }
                Ok(Self::File(Connection::open(path).await.map_err(broken)?, lock))
            }
            Kind::Server(server) => {
                let mut connection = server.connect().await.map_err(broken)?;
                connection.take_turn().await.map_err(broken)?;
                if !connection.keep_alone().await.map_err(broken)? {
                    return Err(OpenError::InUse(PathBuf::from(server.name())));
                }
                let found = connection.inspect().await.map_err(broken)?;
                if !found.ours && !found.empty {
                    return Err(OpenError::Foreign(server.name()));
                }
                Ok(Self::Server(connection))
            }
        }
    }

    /// The rows of a statement.
    pub(in crate::sql) async fn ask(&mut self, sql: Sql) -> Result<Vec<Row>, Failure> {
        match self {
            Self::File(connection, _) => connection.ask(sql).await,
            Self::Server(connection) => connection.ask(sql).await,
        }
    }

    /// How many rows a statement changed.
    pub(in crate::sql) async fn run(&mut self, sql: Sql) -> Result<u64, Failure> {
        match self {
            Self::File(connection, _) => connection.run(sql).await,
            Self::Server(connection) => connection.run(sql).await,
        }
    }

    /// The digests of its steps, by their versions.
    pub(in crate::sql) async fn applied(
        &mut self,
    ) -> Result<std::collections::BTreeMap<i64, String>, Failure> {
        match self {
            Self::File(connection, _) => migrations::applied(connection).await,
            Self::Server(connection) => migrations::applied(connection).await,
        }
    }

    /// Brings it to the version of the program.
    pub(super) async fn migrate(&mut self) -> Result<(), OpenError> {
        match self {
            Self::File(connection, _) => migrations::apply(connection).await,
            Self::Server(connection) => migrations::apply(connection).await,
        }
    }

    /// Whoever wants to open it is told at once why that cannot be, instead of waiting.
    pub(in crate::sql) async fn let_others_ask(&mut self) -> Result<(), Failure> {
        match self {
            Self::File(..) => Ok(()),
            Self::Server(connection) => connection.give_turn().await,
        }
    }

    /// Prepares for many rows. What a crash of the server takes of them is its newest part, and is written again.
    pub(super) async fn begin_bulk(&mut self) -> Result<(), Failure> {
        match self {
            Self::File(..) => Ok(()),
            Self::Server(connection) => connection.script("SET synchronous_commit = off".into()).await,
        }
    }

    /// Counts what came, for whoever plans queries.
    pub(super) async fn end_bulk(&mut self) -> Result<(), Failure> {
        match self {
            Self::File(connection, _) => connection.script("ANALYZE".into()).await,
            Self::Server(connection) => {
                connection.script("SET synchronous_commit = on; ANALYZE".into()).await
            }
        }
    }

    /// Its tables, by name.
    pub(in crate::sql) async fn tables(&mut self) -> Result<Vec<Table>, Failure> {
        let (columns, references) = match self {
            Self::File(..) => (
                "SELECT t.name AS name, c.name AS col, c.type AS type, c.pk AS place \
                 FROM sqlite_schema t, pragma_table_info(t.name) c \
                 WHERE t.type = 'table' AND substr(t.name, 1, 7) <> 'sqlite_' ORDER BY t.name, c.cid",
                "SELECT DISTINCT t.name AS name, r.\"table\" AS parent \
                 FROM sqlite_schema t, pragma_foreign_key_list(t.name) r WHERE t.type = 'table'",
            ),
            Self::Server(_) => (
                "SELECT CAST(t.relname AS TEXT) AS name, CAST(c.attname AS TEXT) AS col, \
                 format_type(c.atttypid, NULL) AS type, \
                 CAST(COALESCE(array_position(k.conkey, c.attnum), 0) AS BIGINT) AS place \
                 FROM pg_class t JOIN pg_namespace s ON s.oid = t.relnamespace AND s.nspname = current_schema() \
                 JOIN pg_attribute c ON c.attrelid = t.oid AND c.attnum > 0 AND NOT c.attisdropped \
                 LEFT JOIN pg_constraint k ON k.conrelid = t.oid AND k.contype = 'p' \
                 WHERE t.relkind = 'r' ORDER BY CAST(t.relname AS TEXT) COLLATE \"C\", c.attnum",
                "SELECT DISTINCT CAST(t.relname AS TEXT) AS name, CAST(p.relname AS TEXT) AS parent \
                 FROM pg_constraint k JOIN pg_namespace s ON s.oid = k.connamespace AND s.nspname = current_schema() \
                 JOIN pg_class t ON t.oid = k.conrelid JOIN pg_class p ON p.oid = k.confrelid WHERE k.contype = 'f'",
            ),
        };
        schema::tables(&self.ask(sql(columns)).await?, &self.ask(sql(references)).await?)
    }

    /// So many rows of a table behind a key, or the first.
    pub(in crate::sql) async fn page(
        &mut self,
        table: &Table,
        behind: Option<&[Value]>,
        limit: i64,
    ) -> Result<Vec<Row>, Failure> {
        self.ask(table.page(behind, limit)).await
    }

    /// The last key of a table.
    pub(super) async fn last(&mut self, table: &Table) -> Result<Option<Vec<Value>>, Failure> {
        Ok(self.ask(table.last()).await?.first().map(|row| row.values().to_vec()))
    }

    /// The number of a table's rows.
    pub(super) async fn count(&mut self, table: &Table) -> Result<u64, Failure> {
        let rows = self.ask(table.count()).await?;
        let count = rows.first().map_or(Ok(0), |row| row.int("rows"))?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    /// Writes rows of another database's table, all or none.
    pub(super) async fn write(&mut self, table: &Table, rows: &[Row]) -> Result<(), Failure> {
        match self {
            Self::File(connection, _) => {
                connection.run(table.insert(&schema::as_json(rows)?)).await.map(drop)
            }
            Self::Server(connection) => {
                connection.copy_in(table.copy(), &schema::as_lines(table, rows)?).await
            }
        }
    }

    /// Closes it.
    pub(in crate::sql) async fn close(self) -> Result<(), Failure> {
        match self {
            Self::File(connection, lock) => {
                let closed = connection.close().await;
                drop(lock);
                closed
            }
            Self::Server(connection) => connection.close().await,
        }
    }
}

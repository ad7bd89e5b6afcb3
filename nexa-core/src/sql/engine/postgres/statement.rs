//! One statement: what goes in, what comes out, what can go wrong.

use super::super::{
    super::row::{Row, Value},
    Sql,
};
use crate::error::Failure;
use sqlx::{
    Column as _, Encode, PgConnection, Postgres, Row as _, Type, TypeInfo as _, ValueRef as _,
    encode::IsNull,
    error::{BoxDynError, ErrorKind},
    postgres::{PgArgumentBuffer, PgArguments, PgRow, PgTypeInfo, types::Oid},
    query::Query,
};
use std::{sync::Arc, time::Duration};
use tokio::time::timeout;

/// What a failed statement means for its transaction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::sql) enum Kind {
    /// It cannot be true together with another one, or both wait for each other: run again, it may be.
    Conflict,
    /// It waited too long for another one.
    Crowded,
    /// The connection is gone, and with it everything that was not committed.
    Lost,
    /// The database refuses what would break its rules.
    Refused,
    /// Anything else.
    Other,
}

/// A failed statement.
pub(in crate::sql) struct Accident {
    pub(in crate::sql) kind: Kind,
    pub(in crate::sql) failure: Failure,
}

impl Accident {
    pub(in crate::sql) const fn other(failure: Failure) -> Self {
        Self { kind: Kind::Other, failure }
    }
}

/// Longer than the server gives a statement: whoever is not heard of by then is gone without a word.
const ANSWER: Duration = Duration::from_secs(30);

/// Waits for the server, but not for one that is gone without a word.
pub(super) async fn in_time<T>(answer: impl Future<Output = Result<T, Accident>>) -> Result<T, Accident> {
    let silent = || Accident { kind: Kind::Lost, failure: Failure::storage("the database does not answer") };
    timeout(ANSWER, answer).await.unwrap_or_else(|_| Err(silent()))
}

/// Where an engine with row locks takes them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Locks {
    Rows,
    None,
}

pub(super) async fn ask(
    connection: &mut PgConnection,
    sql: &Sql,
    locks: Locks,
) -> Result<Vec<Row>, Accident> {
    read(&bound(sql, locks).fetch_all(connection).await.map_err(accident)?)
}

pub(super) async fn run(connection: &mut PgConnection, sql: &Sql) -> Result<u64, Accident> {
    bound(sql, Locks::Rows).execute(connection).await.map(|done| done.rows_affected()).map_err(accident)
}

/// NULL of whatever type its place in the statement has.
struct Nothing;

impl Type<Postgres> for Nothing {
    fn type_info() -> PgTypeInfo {
        // Of a parameter declared as 0 the server infers the type
        // (https://www.postgresql.org/docs/current/protocol-message-formats.html, Parse).
        PgTypeInfo::with_oid(Oid(0))
    }
}

impl Encode<'_, Postgres> for Nothing {
    fn encode_by_ref(&self, _: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        Ok(IsNull::Yes)
    }
}

/// Others may still refer to a row that is held so: an order is placed while its user is held
/// (<https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-ROWS>).
const LOCK: &str = "FOR NO KEY UPDATE";
/// Whoever looks for something to do passes over what others just took.
const CLAIM: &str = "FOR UPDATE OF j SKIP LOCKED";

fn bound<'q>(sql: &Sql, locks: Locks) -> Query<'q, Postgres, PgArguments> {
    let query = match locks {
        Locks::Rows if sql.text.contains("/*lock*/") => {
            sqlx::query(sqlx::AssertSqlSafe(sql.text.replace("/*lock*/", LOCK)))
        }
        Locks::Rows if sql.text.contains("/*claim*/") => {
            sqlx::query(sqlx::AssertSqlSafe(sql.text.replace("/*claim*/", CLAIM)))
        }
        Locks::Rows | Locks::None => sqlx::query(sql.text),
    };
    sql.args.iter().fold(query, |query, value| match value {
        Value::Null => query.bind(Nothing),
        Value::Int(int) => query.bind(*int),
        Value::Text(text) => query.bind(text.clone()),
    })
}

fn read(rows: &[PgRow]) -> Result<Vec<Row>, Accident> {
    let Some(first) = rows.first() else { return Ok(Vec::new()) };
    let names: Arc<[String]> = first.columns().iter().map(|column| column.name().to_owned()).collect();
    let row = |row: &PgRow| {
        let values: Result<Vec<Value>, Accident> = (0..row.len()).map(|at| value(row, at)).collect();
        Ok(Row::new(Arc::clone(&names), values?))
    };
    rows.iter().map(row).collect()
}

pub(super) fn value(row: &PgRow, at: usize) -> Result<Value, Accident> {
    let raw = row.try_get_raw(at).map_err(accident)?;
    if raw.is_null() {
        return Ok(Value::Null);
    }
    let int = match raw.type_info().name() {
        "TEXT" | "VARCHAR" | "NAME" | "UNKNOWN" => {
            return row.try_get_unchecked(at).map(Value::Text).map_err(accident);
        }
        "INT8" => row.try_get_unchecked(at),
        "INT4" => row.try_get_unchecked::<i32, _>(at).map(i64::from),
        "INT2" => row.try_get_unchecked::<i16, _>(at).map(i64::from),
        "BOOL" => row.try_get_unchecked::<bool, _>(at).map(i64::from),
        other => {
            let what = format!("a statement gives a {other}, which no other engine has");
            return Err(Accident::other(Failure::core(&what)));
        }
    };
    int.map(Value::Int).map_err(accident)
}

/// Names the accident without any value that was in the statement
/// (<https://www.postgresql.org/docs/current/errcodes-appendix.html>).
pub(super) fn accident(error: sqlx::Error) -> Accident {
    let sqlx::Error::Database(inner) = error else {
        let lost =
            matches!(error, sqlx::Error::Io(_) | sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed);
        return Accident {
            kind: if lost { Kind::Lost } else { Kind::Other },
            failure: Failure::storage(&error),
        };
    };
    let code = inner.code().unwrap_or_default().into_owned();
    let failure = match code.get(..2).unwrap_or_default() {
        _ if inner.kind() != ErrorKind::Other => Failure::core(inner.message()),
        // These quote what they could not read.
        "22" => Failure::core(&format!("the database cannot read a value (SQLSTATE {code})")),
        "42" | "P0" => Failure::core(inner.message()),
        _ => Failure::storage(inner.message()),
    };
    let kind = match code.as_str() {
        "40001" | "40P01" => Kind::Conflict,
        "55P03" => Kind::Crowded,
        // The last two: a standby, or a primary that became one; another connection may lead to the primary.
        "57P01" | "57P02" | "57P03" | "57P05" | "25P03" | "53300" | "25006" | "55000" => Kind::Lost,
        lost if lost.starts_with("08") => Kind::Lost,
        _ if inner.kind() != ErrorKind::Other => Kind::Refused,
        _ => Kind::Other,
    };
    Accident { kind, failure }
}

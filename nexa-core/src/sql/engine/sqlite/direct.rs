//! A connection whose statements run where they are asked: a statement takes microseconds, a way to another thread and
//! back takes tens of them.

use super::failure;
use crate::{
    error::Failure,
    sql::{
        engine::Sql,
        row::{Row, Value},
    },
};
use rusqlite::{
    CachedStatement, Connection, Error, ErrorCode, OpenFlags, Statement, config::DbConfig, types::ValueRef,
};
use std::{
    collections::HashMap,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::time::Instant;

/// The oldest `SQLite` without the bug that can damage a database when its write-ahead log starts anew
/// (<https://sqlite.org/wal.html#walresetbug>).
const OLDEST: i32 = 3_051_003;
/// How long a statement waits for another process that has the file locked.
const BUSY: Duration = Duration::from_secs(5);
/// Prepared statements that are kept.
const KEPT: usize = 256;
/// Steps of the engine's machine between two looks at the clock: microseconds, unless each waits for the disk.
const STEPS: i32 = 200;
/// No limit.
const ENDLESS: u64 = u64::MAX;

/// How a file is opened.
#[derive(Clone, Copy)]
pub(super) enum Way {
    /// To write.
    Write,
    /// To read what another connection of this process writes.
    Read,
    /// Only to look: nothing in the file is changed.
    Peek,
    /// Somebody else's file, as it stands: nothing is made beside it, and nothing that its schema calls is trusted
    /// (<https://sqlite.org/security.html>).
    Foreign,
    /// A file that is being made: whoever makes it sees to it at the end that it is whole and on the disk.
    #[cfg(feature = "postgres")]
    Draft,
}

impl Way {
    const fn pragmas(self) -> &'static str {
        match self {
            Self::Write => {
                "PRAGMA foreign_keys = ON; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                 PRAGMA journal_size_limit = 67108864;"
            }
            Self::Read => "PRAGMA query_only = ON;",
            Self::Peek => "PRAGMA foreign_keys = ON;",
            Self::Foreign => "PRAGMA trusted_schema = OFF; PRAGMA query_only = ON;",
            #[cfg(feature = "postgres")]
            Self::Draft => {
                "PRAGMA foreign_keys = OFF; PRAGMA journal_mode = DELETE; PRAGMA synchronous = OFF;"
            }
        }
    }

    fn flags(self) -> OpenFlags {
        // A connection belongs to one thread at a time, which the compiler sees to.
        let common = OpenFlags::SQLITE_OPEN_NO_MUTEX;
        match self {
            Self::Write | Self::Read => common | OpenFlags::SQLITE_OPEN_READ_WRITE,
            #[cfg(feature = "postgres")]
            Self::Draft => common | OpenFlags::SQLITE_OPEN_READ_WRITE,
            Self::Peek => common | OpenFlags::SQLITE_OPEN_READ_ONLY,
            Self::Foreign => common | OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI,
        }
    }
}

/// A connection to a file.
pub(in crate::sql) struct Direct {
    file: Connection,
    /// The names of the columns that a text asks for.
    columns: HashMap<&'static str, Arc<[String]>>,
    clock: Arc<Clock>,
}

/// When a statement is given up.
struct Clock {
    begun: Instant,
    /// In nanoseconds since then.
    ends: AtomicU64,
}

impl Clock {
    fn nanos(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_nanos()).unwrap_or(ENDLESS)
    }

    fn is_over(&self) -> bool {
        let ends = self.ends.load(Ordering::Relaxed);
        ends != ENDLESS && self.nanos() >= ends
    }
}

/// Whoever waits for a statement on another thread.
pub(in crate::sql) struct Cut(Option<Arc<Clock>>);

impl Cut {
    /// The statement has ended.
    pub(in crate::sql) fn ends(mut self) {
        self.0 = None;
    }
}

impl Drop for Cut {
    fn drop(&mut self) {
        if let Some(clock) = &self.0 {
            clock.ends.store(0, Ordering::Relaxed);
        }
    }
}

impl Direct {
    /// Opens the file at `path`, which must be there, for the transactions of many.
    pub(in crate::sql) fn open(path: &Path) -> Result<Self, Failure> {
        Self::opened(path, Way::Write)?.for_many()
    }

    /// For the transactions of many, which are short: what a savepoint may have to put back is kept in memory, for it is gone
    /// with the process anyway. Work on a whole file would fill the memory with that.
    pub(super) fn for_many(self) -> Result<Self, Failure> {
        self.file
            .execute_batch("PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384;")
            .map_err(failure)?;
        Ok(self)
    }

    pub(super) fn opened(path: &Path, way: Way) -> Result<Self, Failure> {
        if rusqlite::version_number() < OLDEST {
            let text = rusqlite::version();
            let why = format!("SQLite {text} can damage databases; 3.51.3 is the oldest good one");
            return Err(Failure::core(&why));
        }
        let file = match way {
            Way::Foreign => {
                let whole = std::path::absolute(path).map_err(|error| Failure::storage(&error))?;
                let mut name =
                    url::Url::from_file_path(whole).map_err(|()| Failure::storage("not a file's name"))?;
                name.set_query(Some("immutable=1"));
                Connection::open_with_flags(name.as_str(), way.flags())
            }
            _ => Connection::open_with_flags(path, way.flags()),
        };
        let mut file = file.map_err(failure)?;
        file.busy_timeout(BUSY).map_err(failure)?;
        file.execute_batch("PRAGMA cell_size_check = ON;").map_err(failure)?;
        file.execute_batch(way.pragmas()).map_err(failure)?;
        file.set_prepared_statement_cache_capacity(KEPT);
        // A plan does not depend on what is bound to a statement, so none is made again for other values
        // (<https://sqlite.org/queryplanner-ng.html#qpstab>).
        file.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(failure)?;
        let clock = Arc::new(Clock { begun: Instant::now(), ends: AtomicU64::new(ENDLESS) });
        let seen = Arc::clone(&clock);
        file.progress_handler(STEPS, Some(move || seen.is_over())).map_err(failure)?;
        Ok(Self { file, columns: HashMap::new(), clock })
    }

    /// Begins a transaction that writes; not when another process has the file locked.
    pub(in crate::sql) fn begin(&mut self) -> Result<bool, Failure> {
        self.file.busy_timeout(Duration::ZERO).map_err(failure)?;
        let begun = self.file.execute_batch("BEGIN IMMEDIATE");
        self.file.busy_timeout(BUSY).map_err(failure)?;
        match begun {
            Err(Error::SqliteFailure(why, _)) if why.code == ErrorCode::DatabaseBusy => Ok(false),
            begun => begun.map(|()| true).map_err(failure),
        }
    }

    /// Ends the statement that it runs when that is dropped.
    pub(in crate::sql) fn cut(&self) -> Cut {
        self.clock.ends.store(ENDLESS, Ordering::Relaxed);
        Cut(Some(Arc::clone(&self.clock)))
    }

    /// The rows of a statement.
    pub(in crate::sql) fn ask(&mut self, sql: &Sql) -> Result<Vec<Row>, Failure> {
        self.rows(sql).map_err(failure)
    }

    /// The rows of a statement that only reads, or none when it takes longer than this.
    pub(super) fn ask_within(&mut self, sql: &Sql, patience: Duration) -> Result<Option<Vec<Row>>, Failure> {
        let nanos = u64::try_from(patience.as_nanos()).unwrap_or(ENDLESS);
        self.clock.ends.store(self.clock.nanos().saturating_add(nanos), Ordering::Relaxed);
        let rows = self.rows(sql);
        self.clock.ends.store(ENDLESS, Ordering::Relaxed);
        match rows {
            Err(Error::SqliteFailure(why, _)) if why.code == ErrorCode::OperationInterrupted => Ok(None),
            rows => rows.map(Some).map_err(failure),
        }
    }

    /// How many rows a statement changed.
    pub(in crate::sql) fn run(&mut self, sql: &Sql) -> Result<u64, Failure> {
        let mut statement = self.file.prepare_cached(sql.text).map_err(failure)?;
        bind(&mut statement, &sql.args).map_err(failure)?;
        let mut rows = statement.raw_query();
        while rows.next().map_err(failure)?.is_some() {}
        drop(rows);
        drop(statement);
        Ok(self.file.changes())
    }

    /// Runs a text of several statements.
    pub(super) fn script(&mut self, text: &str) -> Result<(), Failure> {
        self.file.execute_batch(text).map_err(failure)
    }

    /// Runs a statement that is not kept, with these values in the places of its question marks.
    pub(super) fn once<'v>(
        &mut self,
        text: &str,
        values: impl IntoIterator<Item = &'v Value>,
    ) -> Result<(), Failure> {
        let mut statement = self.file.prepare(text).map_err(failure)?;
        for (at, value) in (1..).zip(values) {
            bind_one(&mut statement, at, value).map_err(failure)?;
        }
        statement.raw_execute().map(drop).map_err(failure)
    }

    /// Gives each row of a statement to `take`, until it wants no more.
    pub(super) fn each(
        &mut self,
        text: &str,
        mut take: impl FnMut(Vec<Value>) -> bool,
    ) -> Result<(), Failure> {
        let mut statement = self.file.prepare(text).map_err(failure)?;
        let width = statement.column_count();
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().map_err(failure)? {
            let values: Result<_, _> = (0..width).map(|at| value(row.get_ref(at)?)).collect();
            if !take(values.map_err(failure)?) {
                break;
            }
        }
        Ok(())
    }

    fn rows(&mut self, sql: &Sql) -> Result<Vec<Row>, Error> {
        let mut statement = self.file.prepare_cached(sql.text)?;
        bind(&mut statement, &sql.args)?;
        let width = statement.column_count();
        let names = match self.columns.get(sql.text) {
            // A step of the schema may have changed what a star stands for.
            Some(names) if names.len() == width => Arc::clone(names),
            _ => named(&mut self.columns, sql.text, &statement),
        };
        let mut all = Vec::new();
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next()? {
            let values: Result<_, Error> = (0..width).map(|at| value(row.get_ref(at)?)).collect();
            all.push(Row::new(Arc::clone(&names), values?));
        }
        Ok(all)
    }
}

fn named(
    known: &mut HashMap<&'static str, Arc<[String]>>,
    text: &'static str,
    statement: &CachedStatement<'_>,
) -> Arc<[String]> {
    let names: Arc<[String]> = statement.column_names().map(str::to_owned).collect();
    known.insert(text, Arc::clone(&names));
    names
}

/// Fills the parameters, each of which is named by its number.
fn bind(statement: &mut Statement<'_>, args: &[Value]) -> Result<(), Error> {
    for at in 1..=statement.parameter_count() {
        let name = statement.parameter_name(at).and_then(|name| name.get(1..)?.parse::<usize>().ok());
        let value = name.and_then(|number| args.get(number.checked_sub(1)?));
        bind_one(statement, at, value.ok_or(Error::InvalidParameterCount(at, args.len()))?)?;
    }
    Ok(())
}

fn bind_one(statement: &mut Statement<'_>, at: usize, value: &Value) -> Result<(), Error> {
    match value {
        Value::Null => statement.raw_bind_parameter(at, rusqlite::types::Null),
        Value::Int(int) => statement.raw_bind_parameter(at, int),
        Value::Text(text) => statement.raw_bind_parameter(at, text),
    }
}

fn value(of: ValueRef<'_>) -> Result<Value, Error> {
    Ok(match of {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(int) => Value::Int(int),
        // Only somebody else's file holds one.
        ValueRef::Real(real) => Value::Int(format!("{:.0}", real.trunc()).parse().unwrap_or(0)),
        ValueRef::Text(text) | ValueRef::Blob(text) => Value::Text(std::str::from_utf8(text)?.to_owned()),
    })
}

//! The database's file: whose it is, who has it open, whether it is whole. It must never change a file that is not
//! ours.

use super::{
    engine::{APPLICATION_ID, Connection, Engine as _, sql},
    migrations,
};
use crate::error::Failure;
use std::{
    ffi::OsString,
    fs::{File, OpenOptions, TryLockError},
    io::{self, Read as _},
    path::{Path, PathBuf},
};
use thiserror::Error;

/// Why a database was not opened. The file is as it was.
#[derive(Debug, Error)]
pub enum OpenError {
    /// Another process has it open.
    #[error("{} is in use by another process", .0.display())]
    InUse(PathBuf),
    /// It is something else.
    #[error("{0} is not a NexaVPN database")]
    Foreign(String),
    /// It is broken.
    #[error("{} is damaged ({detail}); restore it from a backup", path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What the engine found.
        detail: String,
    },
    /// A newer program wrote it.
    #[error(
        "the database has version {found}, this program knows versions up to {known}: use a newer program"
    )]
    Newer {
        /// What the database has.
        found: i64,
        /// What the program knows.
        known: i64,
    },
    /// A step that it went through is another one in this program.
    #[error("step {version} of the database differs from this program's: it was made by another build")]
    Changed {
        /// Which step.
        version: i64,
    },
    /// It is the beginning of a copy.
    #[error(
        "the database is a copy that is not whole yet: run `nexa migrate` again, it goes on where it was; until then the \
         shop is where it was copied from"
    )]
    Unfinished,
    /// The file system refused.
    #[error("{}: {error}", path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// What it said.
        error: io::Error,
    },
    /// The engine refused.
    #[error("the database cannot be opened: {0}")]
    Database(String),
}

/// Whole files up to this size are checked at each start; that takes well under a second.
const CHECKED: u64 = 64 << 20;

/// Takes the file for this process. The operating system gives it back when the process ends, however it ends.
pub(super) fn lock(path: &Path) -> Result<File, OpenError> {
    let mut name = OsString::from(path);
    name.push(".lock");
    let beside = PathBuf::from(name);
    let refused = |error| OpenError::Io { path: beside.clone(), error };
    let file = private().create(true).truncate(false).open(&beside).map_err(refused)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse(path.to_owned())),
        Err(TryLockError::Error(error)) => Err(refused(error)),
    }
}

/// Makes the file when there is none, else makes sure that it is ours and whole.
pub(super) async fn prepare(path: &Path) -> Result<(), OpenError> {
    match private().create_new(true).open(path) {
        Ok(_) => return Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(OpenError::Io { path: path.to_owned(), error }),
    }
    let size = magic(path)?;
    if size == 0 {
        return Ok(());
    }
    let damaged = |failure: Failure| OpenError::Damaged { path: path.to_owned(), detail: failure.what };
    let mut connection = Connection::peek(path).await.map_err(damaged)?;
    let verdict = inspect(path, size, &mut connection).await;
    connection.close().await.map_err(damaged)?;
    verdict
}

/// Makes an empty file, which must not be there, for a copy that only its owner may read.
pub(super) fn draft(path: &Path) -> Result<(), OpenError> {
    let made = private().create_new(true).open(path);
    made.map(drop).map_err(|error| OpenError::Io { path: path.to_owned(), error })
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// The size of a file that begins as SQLite files do (<https://sqlite.org/fileformat.html#the_database_header>), or 0
/// for an empty one.
fn magic(path: &Path) -> Result<u64, OpenError> {
    let refused = |error| OpenError::Io { path: path.to_owned(), error };
    let file = File::open(path).map_err(refused)?;
    let size = file.metadata().map_err(refused)?.len();
    let mut start = Vec::new();
    file.take(16).read_to_end(&mut start).map_err(refused)?;
    if size == 0 || start == b"SQLite format 3\0" {
        Ok(size)
    } else {
        Err(OpenError::Foreign(path.display().to_string()))
    }
}

async fn inspect(path: &Path, size: u64, connection: &mut Connection) -> Result<(), OpenError> {
    let damaged = |failure: Failure| OpenError::Damaged { path: path.to_owned(), detail: failure.what };
    let number = async |connection: &mut Connection, text, column| -> Result<i64, Failure> {
        connection.ask(sql(text)).await?.first().map_or(Ok(0), |row| row.int(column))
    };
    let tables = number(connection, "SELECT COUNT(*) AS count FROM sqlite_schema", "count").await;
    let tables = tables.map_err(damaged)?;
    let mark = number(connection, "PRAGMA application_id", "application_id").await.map_err(damaged)?;
    if mark != APPLICATION_ID {
        // A process that died before its first commit leaves a file without tables.
        return if mark == 0 && tables == 0 {
            Ok(())
        } else {
            Err(OpenError::Foreign(path.display().to_string()))
        };
    }
    if size <= CHECKED {
        let rows = connection.ask(sql("PRAGMA quick_check(1)")).await.map_err(damaged)?;
        let detail =
            rows.first().map_or(Ok(String::new()), |row| row.text("quick_check")).map_err(damaged)?;
        if detail != "ok" {
            return Err(OpenError::Damaged { path: path.to_owned(), detail });
        }
    }
    migrations::accept(&migrations::applied(connection).await.map_err(damaged)?)
}

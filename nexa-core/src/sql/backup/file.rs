//! Copies of a file, and files that are put back.

use super::{
    super::{
        SqliteStorage,
        engine::{Connection, Engine as _, sql},
        file::{self, OpenError},
    },
    broken,
    inventory::{self, Inventory},
    known,
};
use jiff::{SignedDuration, Timestamp};
use std::{fs::File, path::Path};

/// A database's file, taken for this process as long as this lives, so that nobody opens it meanwhile.
#[derive(Debug)]
pub struct HeldFile {
    _lock: File,
}

/// Numbers that are passed over in each sequence after a restore, at least and at most.
const SKIPPED: (i64, i64) = (50, 5_000);

impl SqliteStorage {
    /// Takes the database at `path` without opening it, whether it is there or not.
    pub fn hold(path: &Path) -> Result<HeldFile, OpenError> {
        Ok(HeldFile { _lock: file::lock(path)? })
    }

    /// Copies what is committed in the database at `path` at this moment to `to`, which must not be there, while whoever has
    /// it open goes on. Only its owner may read the copy. Say afterwards [`SqliteStorage::inspect`].
    pub async fn snapshot(path: &Path, to: &Path) -> Result<(), OpenError> {
        file::draft(to)?;
        let mut source = Connection::peek(path).await.map_err(broken)?;
        known(&mut source, path).await?;
        let copied = source.copy_into(to).await.map_err(broken);
        source.close().await.map_err(broken)?;
        copied
    }

    /// Looks through a copy that nobody writes to: its pages, what refers to what, the books. Gives what it holds, or why it
    /// is not sound.
    pub async fn inspect(path: &Path) -> Result<Inventory, OpenError> {
        let damaged = |detail| OpenError::Damaged { path: path.to_owned(), detail };
        let mut copy = Connection::foreign(path).await.map_err(|f| damaged(f.what))?;
        known(&mut copy, path).await?;
        let fault = inventory::faults(&mut copy).await.map_err(|f| damaged(f.what))?;
        if let Some(fault) = fault {
            return Err(damaged(fault));
        }
        let tables = copy.tables().await.map_err(broken)?;
        let inventory = inventory::take(&mut copy, &tables).await.map_err(broken)?;
        copy.close().await.map_err(broken)?;
        Ok(inventory)
    }

    /// Prepares a copy of `made_at` for going on in the place of a database that is lost: what was numbered since then must
    /// not be numbered so again, because an address that somebody has paid to would be given to somebody else. Amounts that were
    /// reserved since then are not known any more; they are drawn by chance, and what was paid before its order is not taken
    /// for it.
    /// How far to pass over is taken from how much was sold before.
    pub async fn pass_over(path: &Path, made_at: Timestamp, now: Timestamp) -> Result<(), OpenError> {
        let mut copy = Connection::open(path).await.map_err(broken)?;
        let lost = now.duration_since(made_at).max(SignedDuration::ZERO);
        let like = lost.saturating_mul(2).saturating_add(SignedDuration::from_hours(24));
        let since = made_at.checked_sub(like).unwrap_or(Timestamp::MIN);
        let text = "SELECT COUNT(*) AS made FROM payments WHERE created_at >= $1";
        let rows = copy.ask(sql(text).bind(since)).await.map_err(broken)?;
        let made = rows.first().map_or(Ok(0), |row| row.int("made")).map_err(broken)?;
        let skip = made.saturating_mul(2).clamp(SKIPPED.0, SKIPPED.1);
        let text = "UPDATE sequences SET next = MIN(next + $1, 4294967295)";
        copy.run(sql(text).bind(skip)).await.map_err(broken)?;
        copy.close().await.map_err(broken)
    }
}

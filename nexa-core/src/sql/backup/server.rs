//! Copies of a database on a server, and copies that are put onto one.

use super::{
    super::{
        PostgresStorage,
        copy::size,
        engine::{
            Connection as File, Engine as _, Table, Whole as _,
            postgres::{Connection, Server},
        },
        file::{self, OpenError},
        migrations,
    },
    broken, inventory,
};
use crate::error::Failure;
use futures::TryStreamExt as _;
use jiff::Timestamp;
use std::path::Path;

/// Rows that are written into a file at once, and bytes of them: a row may hold a picture.
const SOME: usize = 500;
const MANY: usize = 4 << 20;
/// The table that a new database has rows in already.
const STEPS: &str = "migrations";

/// The turn to make a backup: nobody else has it as long as this lives.
pub struct BackupTurn {
    _connection: Connection,
}

impl PostgresStorage {
    /// Takes the turn among all processes on this server's database; none while another one has it.
    pub async fn backup_turn(url: &str) -> Result<Option<BackupTurn>, OpenError> {
        let mut connection = Server::parse(url).map_err(broken)?.connect().await.map_err(broken)?;
        let ours = connection.take_backup_turn().await.map_err(broken)?;
        Ok(ours.then_some(BackupTurn { _connection: connection }))
    }

    /// Copies what is committed in the database at `url` at this moment into the file `to`, which must not be there, while
    /// others go on with it. Say afterwards [`super::super::SqliteStorage::inspect`].
    pub async fn snapshot(url: &str, to: &Path) -> Result<(), OpenError> {
        let server = Server::parse(url).map_err(broken)?;
        let mut source = server.connect().await.map_err(broken)?;
        if !source.inspect().await.map_err(broken)?.ours {
            return Err(OpenError::Foreign(server.name()));
        }
        migrations::accept(&migrations::applied(&mut source).await.map_err(broken)?)?;
        file::draft(to)?;
        let mut copy = File::draft(to).await.map_err(broken)?;
        migrations::apply(&mut copy).await?;
        let copied = copied(&mut source, &mut copy).await.map_err(broken);
        copy.close().await.map_err(broken)?;
        source.close().await.map_err(broken)?;
        copied
    }

    /// Puts the copy at `from` onto the server, beside what is there, compares the two, and only then puts it in its place.
    /// A database that is not empty is refused, unless it shall be `replaced`: then it is kept as a schema, whose name is
    /// given. Refused while a shop is open on it.
    pub async fn restore(
        url: &str,
        from: &Path,
        replace: bool,
        now: Timestamp,
    ) -> Result<Option<String>, OpenError> {
        let server = Server::parse(url).map_err(broken)?;
        let mut here = server.connect().await.map_err(broken)?;
        here.take_turn().await.map_err(broken)?;
        let found = here.inspect().await.map_err(broken)?;
        if !found.empty && !found.ours {
            return Err(OpenError::Foreign(server.name()));
        }
        if !found.empty && !replace {
            return Err(OpenError::Database(format!("{} is not empty", server.name())));
        }
        if !here.is_alone().await.map_err(broken)? {
            return Err(OpenError::InUse(server.name().into()));
        }
        here.make_draft().await.map_err(broken)?;
        let mut draft = server.draft().connect().await.map_err(broken)?;
        migrations::apply(&mut draft).await?;
        let mut copy = File::foreign(from).await.map_err(broken)?;
        put(&mut copy, &mut draft).await.map_err(broken)?;
        copy.close().await.map_err(broken)?;
        draft.close().await.map_err(broken)?;
        let before = format!("before_restore_{}", now.strftime("%Y%m%d_%H%M%S"));
        here.swap(&before).await.map_err(broken)?;
        if found.empty {
            // Nobody looks for what was empty; where it cannot go, it does no harm.
            here.script(format!("DROP SCHEMA {before}")).await.ok();
        }
        here.close().await.map_err(broken)?;
        Ok((!found.empty).then_some(before))
    }
}

fn differs() -> Failure {
    Failure::core("the copy differs from what it was made of")
}

async fn copied(source: &mut Connection, copy: &mut File) -> Result<(), Failure> {
    let tables = copy.tables().await?;
    source.hold_still().await?;
    copy.script("BEGIN".to_owned()).await?;
    for table in tables.iter().filter(|table| table.name != STEPS) {
        let mut rows = source.rows(select(table));
        let (mut some, mut bytes) = (Vec::new(), 0_usize);
        while let Some(row) = rows.try_next().await? {
            bytes += row.iter().map(size).sum::<usize>();
            some.push(row);
            if some.len() >= SOME || bytes >= MANY {
                copy.fill(table, &some).await?;
                some.clear();
                bytes = 0;
            }
        }
        copy.fill(table, &some).await?;
    }
    copy.script("COMMIT".to_owned()).await?;
    // The books are counted on both sides, by what each has.
    let same = inventory::take(source, &tables).await? == inventory::take(copy, &tables).await?;
    if same { Ok(()) } else { Err(differs()) }
}

async fn put(copy: &mut File, draft: &mut Connection) -> Result<(), Failure> {
    let tables = copy.tables().await?;
    draft.script("BEGIN".to_owned()).await?;
    for table in tables.iter().filter(|table| table.name != STEPS) {
        draft.fill(table, copy.rows(select(table))).await?;
    }
    let same = inventory::take(copy, &tables).await? == inventory::take(draft, &tables).await?;
    if !same {
        return Err(differs());
    }
    draft.script("COMMIT".to_owned()).await
}

fn select(table: &Table) -> String {
    format!("SELECT {} FROM {}", table.list(), table.name)
}

//! Makes a backup, and believes in it only when it was read back.

use super::{
    super::{Stop, compose::world, config::Settings, database, keys},
    key_id, sign, stop,
    workshop::Workshop,
};
use nexa_backup::{ArchiveName, Content, FORMAT, LedgerLine, Lock, Manifest, Step, Target, Written};
use nexa_core::{
    secret::Keys,
    sql::{Inventory, PostgresStorage, SqliteStorage},
};
use std::path::{Path, PathBuf};

/// A good backup.
pub struct Made {
    /// Its name.
    pub name: ArchiveName,
    /// Its size.
    pub bytes: u64,
}

/// Copies the database, looks through the copy, writes the backup, reads it back, brings it to its place, reads it back
/// there, and forgets those that need not be kept. Nothing counts, and nothing old goes, before all of that worked.
pub async fn make(
    workshop: &Workshop,
    settings: &Settings,
    keys: &Keys,
    target: &Target,
    with_key: bool,
) -> Result<Made, Stop> {
    let lock = settings.backup.lock.clone().ok_or_else(|| {
        Stop::usage(
            "say who can read backups: backup_recipients (public keys as age-keygen prints them), or backup_passphrase_file",
        )
    })?;
    let (copy, file) = (workshop.file("nexa.db"), workshop.file("backup.age"));
    let made_at = world().now();
    let inventory = copied(settings, &copy).await?;
    let manifest = manifest(settings, keys, inventory, made_at);
    let key = if with_key { Some(keys::text(settings)?) } else { None };
    let written = pack(keys.clone(), manifest, key, copy, lock, file.clone()).await?;
    let name = ArchiveName::new(&key_id(keys), made_at);
    target.put(&name, &file, &written.sha256).await.map_err(stop)?;
    forget(settings, target, &name).await?;
    Ok(Made { name, bytes: written.bytes })
}

/// A copy of what is committed now, and what it holds. One that is not sound is told, and nothing is made of it.
async fn copied(settings: &Settings, to: &Path) -> Result<Inventory, Stop> {
    match &settings.database {
        Some(url) => PostgresStorage::snapshot(url.expose(), to).await,
        None => SqliteStorage::snapshot(&database::file(settings), to).await,
    }
    .map_err(Stop::broken)?;
    SqliteStorage::inspect(to)
        .await
        .map_err(|error| Stop::Broken(format!("the copy of the database: {error}")))
}

fn manifest(settings: &Settings, keys: &Keys, of: Inventory, made_at: jiff::Timestamp) -> Manifest {
    let engine = if settings.database.is_some() { "postgres" } else { "sqlite" };
    Manifest {
        format: FORMAT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        made_at,
        engine: engine.to_owned(),
        schema: of.steps.into_iter().map(|(version, digest)| Step { version, digest }).collect(),
        shops: of.shops,
        tables: of.tables,
        ledger: ledger(of.ledger),
        ledger_digest: of.ledger_digest,
        database: Content { bytes: 0, sha256: String::new() },
        key_id: key_id(keys),
        with_key: false,
        mac: String::new(),
    }
}

/// What the books come to, as a manifest says it.
pub fn ledger(of: Vec<nexa_core::sql::LedgerTotal>) -> Vec<LedgerLine> {
    let line =
        |t: nexa_core::sql::LedgerTotal| LedgerLine { currency: t.currency, entries: t.entries, sum: t.sum };
    of.into_iter().map(line).collect()
}

/// Writes the file and reads it again from the disk, down to the last byte of the database.
async fn pack(
    keys: Keys,
    manifest: Manifest,
    key: Option<String>,
    copy: PathBuf,
    lock: Lock,
    to: PathBuf,
) -> Result<Written, Stop> {
    let work = move || {
        let sign = |text: &str| sign(&keys, text);
        let written = nexa_backup::write(manifest, sign, key.as_deref(), &copy, &lock, &to)?;
        nexa_backup::read(&to, &written.unlock, |_| Ok(()), None)?;
        Ok::<_, nexa_backup::Error>(written)
    };
    blocking::unblock(work).await.map_err(stop)
}

/// Forgets what need not be kept any more, of this installation only.
async fn forget(settings: &Settings, target: &Target, newest: &ArchiveName) -> Result<(), Stop> {
    let all = target.list().await.map_err(stop)?;
    let own: Vec<_> = all.into_iter().map(|s| s.name).filter(|name| name.tag == newest.tag).collect();
    for name in settings.backup.keep.doomed(&own, newest.made_at) {
        target.remove(&name).await.map_err(stop)?;
    }
    Ok(())
}

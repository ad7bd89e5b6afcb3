//! Opens a backup: fetched, decrypted, checked against what it says of itself and against our key.

use super::{
    super::{Stop, config::Settings, keys, say},
    key_id, make, sign, stop,
    workshop::Workshop,
};
use nexa_backup::{ArchiveName, Contents, Target, Unlock};
use nexa_core::{secret::Keys, sql::SqliteStorage};
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

/// A backup that was opened.
pub struct Opened {
    /// What it says of itself, and the master key's text if it is in it.
    pub contents: Contents,
    /// The master key that reads its database.
    pub keys: Keys,
}

/// The file that `from` names: a path, `s3://bucket/prefix/NAME`, or `latest` of where backups are kept.
pub async fn fetched(settings: &Settings, workshop: &Workshop, from: &str) -> Result<PathBuf, Stop> {
    let (target, name) = match (from, from.rsplit_once('/')) {
        ("latest", _) => {
            let target = settings.backup.target(None).map_err(stop)?;
            let newest = target.list().await.map_err(stop)?.into_iter().next();
            let newest = newest.ok_or_else(|| Stop::usage("there are no backups where they are kept"))?;
            (target, newest.name)
        }
        (_, Some((place, name))) if from.starts_with("s3://") => {
            let name: Result<ArchiveName, ()> = name.parse();
            let name = name.map_err(|()| Stop::usage(format!("{from}: not the name of a backup")))?;
            (settings.backup.target(Some(place)).map_err(stop)?, name)
        }
        _ => return Ok(PathBuf::from(from)),
    };
    if let Target::Folder(folder) = &target {
        return Ok(folder.join(name.to_string()));
    }
    let to = workshop.file("fetched.age");
    target.fetch(&name, &to).await.map_err(stop)?;
    Ok(to)
}

/// Opens the backup at `from` and puts its database to `to`. Refuses whatever is not whole, not ours or newer, before `to`
/// is made or with nothing left there.
pub async fn opened(settings: &Settings, from: &Path, unlock: Unlock, to: &Path) -> Result<Opened, Stop> {
    let own = keys::found(settings)?;
    let (from, to) = (from.to_owned(), to.to_owned());
    let work = move || {
        let contents =
            nexa_backup::read(&from, &unlock, |contents| ours(contents, own.as_ref()).map(drop), Some(&to))?;
        Ok::<_, nexa_backup::Error>((contents, own))
    };
    let (contents, own) = blocking::unblock(work).await.map_err(stop)?;
    let keys = ours(&contents, own.as_ref()).map_err(Stop::usage)?;
    Ok(Opened { contents, keys })
}

/// The key of a backup that is ours; else why it is not.
fn ours(contents: &Contents, own: Option<&Keys>) -> Result<Keys, String> {
    let inside = contents.key.as_deref().map(|text| keys::written(text, "the backup's master key"));
    let keys = match (own, inside) {
        (Some(own), _) => own.clone(),
        (None, Some(inside)) => inside.map_err(|error| error.to_string())?,
        (None, None) => {
            return Err("the master key is neither here nor in the backup: put it back first, as master.key in the data \
                folder or by NEXA_MASTER_KEY"
                .to_owned());
        }
    };
    let manifest = &contents.manifest;
    if manifest.key_id != key_id(&keys) {
        return Err(
            "it was made under another master key, and nothing in it could be read with the one that is here"
                .to_owned(),
        );
    }
    if manifest.mac != sign(&keys, &manifest.signed_text()) {
        return Err("what it says of itself was not written by this shop".to_owned());
    }
    Ok(keys)
}

/// Whether what was put to `database` is what the manifest says, down to each row.
pub async fn looked_through(opened: &Opened, database: &Path) -> Result<(), Stop> {
    let found =
        SqliteStorage::inspect(database).await.map_err(|e| Stop::usage(format!("the backup: {e}")))?;
    let manifest = &opened.contents.manifest;
    let same = found.shops == manifest.shops
        && found.tables == manifest.tables
        && make::ledger(found.ledger) == manifest.ledger
        && found.ledger_digest == manifest.ledger_digest;
    if same { Ok(()) } else { Err(Stop::usage("the backup does not hold what it says of itself")) }
}

/// `nexa backup verify`: puts it back into a scratch database and looks through all of it.
pub async fn verify(settings: &Settings, from: &str, identity: Option<&Path>) -> Result<ExitCode, Stop> {
    let unlock = settings.backup.unlock(identity).map_err(stop)?;
    let workshop = Workshop::take_now(&settings.data)?;
    let file = fetched(settings, &workshop, from).await?;
    let scratch = workshop.file("scratch.db");
    let opened = opened(settings, &file, unlock, &scratch).await?;
    looked_through(&opened, &scratch).await?;
    let manifest = &opened.contents.manifest;
    let rows: u64 = manifest.tables.values().sum();
    say(&format!(
        "good: made at {} by nexa {}, {} shops, {rows} rows, books of {} currencies at zero",
        manifest.made_at,
        manifest.program,
        manifest.shops.len(),
        manifest.ledger.len()
    ));
    Ok(ExitCode::SUCCESS)
}

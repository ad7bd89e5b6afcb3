//! Where the shop's rows are: in a file of the data folder, or on a PostgreSQL server.

use super::{Stop, compose::world, config::Settings, keys};
use nexa_core::{
    ports::storage::Storage,
    secret::Keys,
    sql::{self, Place, PostgresStorage, SqliteStorage},
};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

/// What is in the name of a database that a restore put aside, after its own name and before the time.
pub const ASIDE: &str = ".before-restore-";

/// The shop's database, opened.
pub enum Database {
    /// A file.
    File(Arc<SqliteStorage>),
    /// A server's.
    Server(Arc<PostgresStorage>),
}

/// The file of the database, when it is one.
pub fn file(settings: &Settings) -> PathBuf {
    settings.data.join("nexa.db")
}

/// The file of the data folder, whether it is there or not.
pub fn own_file(settings: &Settings) -> Place {
    Place::file(&file(settings))
}

/// Where the shop is.
pub fn place(settings: &Settings) -> Result<Place, Stop> {
    let Some(url) = &settings.database else { return Ok(own_file(settings)) };
    Place::parse(url.expose())
        .ok_or_else(|| Stop::usage("database: an address such as postgres://nexa@localhost/nexa"))
}

/// Tries the database beside whoever has it open, and says what came of it; false when something is not as it must be.
pub async fn examine(settings: &Settings) -> Result<bool, Stop> {
    let mut all_well = true;
    for finding in sql::examine(&place(settings)?, &world()).await {
        all_well &= finding.ok;
        super::say(&format!("{} {}", if finding.ok { "ok  " } else { "FAIL" }, finding.what));
        for note in finding.notes {
            super::say(&format!("       {note}"));
        }
    }
    Ok(all_well)
}

/// Refuses where no shop can be yet.
pub fn expect(settings: &Settings) -> Result<(), Stop> {
    if settings.database.is_some() || file(settings).exists() {
        return Ok(());
    }
    let folder = settings.data.display();
    Err(Stop::usage(format!("{folder}: there is no shop yet; run `nexa serve`")))
}

/// What a restore put aside, where nothing took its place: no new shop must begin there.
fn put_aside(path: &Path) -> Option<PathBuf> {
    if path.exists() {
        return None;
    }
    let name = format!("{}{ASIDE}", path.file_name()?.to_str()?);
    let beside = std::fs::read_dir(path.parent()?).ok()?.filter_map(Result::ok).map(|entry| entry.path());
    beside
        .filter(|path| {
            path.file_name().is_some_and(|own| own.as_encoded_bytes().starts_with(name.as_bytes()))
        })
        .max()
}

impl Database {
    /// Opens it, with the keys that read it.
    pub async fn open(settings: &Settings) -> Result<(Self, Keys), Stop> {
        let Some(url) = &settings.database else {
            let path = file(settings);
            if let Some(aside) = put_aside(&path) {
                return Err(Stop::usage(format!(
                    "a restore was broken off before it put its database in place: restore again, or rename {} to {}",
                    aside.display(),
                    path.display()
                )));
            }
            let kept = path.exists().then(|| path.display().to_string());
            let keys = keys::load(settings, kept.as_deref(), &world())?;
            let storage = SqliteStorage::open(&path).await.map_err(Stop::broken)?;
            return Ok((Self::File(Arc::new(storage)), keys));
        };
        let mut storage = PostgresStorage::open(url.expose()).await.map_err(Stop::broken)?;
        if let Some(replica) = &settings.fleet.replica {
            storage =
                storage.with_replica(replica.expose(), settings.fleet.replica_lag).map_err(Stop::broken)?;
        }
        let shops = storage.read().await.map_err(Stop::broken)?.shops().await.map_err(Stop::broken)?;
        if shops.is_empty() && settings.fleet.follows {
            return Err(Stop::usage("there is no shop yet; start `nexa serve` on this database first"));
        }
        let kept = (!shops.is_empty()).then_some("the database on the server");
        let keys = keys::load(settings, kept, &world())?;
        Ok((Self::Server(Arc::new(storage)), keys))
    }

    /// As the engine knows it.
    pub fn storage(&self) -> Arc<dyn Storage> {
        match self {
            Self::File(storage) => Arc::<SqliteStorage>::clone(storage),
            Self::Server(storage) => Arc::<PostgresStorage>::clone(storage),
        }
    }

    /// Waits for what is under way and lets other processes have it.
    pub async fn close(&self) {
        match self {
            Self::File(storage) => storage.close().await,
            Self::Server(storage) => storage.close().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_restore_that_was_broken_off_lets_no_new_shop_begin() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("nexa.db");
        assert_eq!(put_aside(&path), None, "a first start");
        let aside = folder.path().join("nexa.db.before-restore-20270101T000000Z");
        std::fs::write(&aside, "").unwrap();
        assert_eq!(put_aside(&path), Some(aside));
        std::fs::write(&path, "").unwrap();
        assert_eq!(put_aside(&path), None, "it was put in place");
    }
}

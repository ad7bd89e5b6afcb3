//! Where the shop's rows are: in a file of the data folder, or on a PostgreSQL server.

use super::{Stop, compose::world, config::Settings, keys};
use nexa_core::{
    ports::storage::Storage,
    secret::Keys,
    sql::{PostgresStorage, SqliteStorage},
};
use std::{path::PathBuf, sync::Arc};

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

/// Refuses where no shop can be yet.
pub fn expect(settings: &Settings) -> Result<(), Stop> {
    if settings.database.is_some() || file(settings).exists() {
        return Ok(());
    }
    let folder = settings.data.display();
    Err(Stop::usage(format!("{folder}: there is no shop yet; run `nexa serve`")))
}

impl Database {
    /// Opens it, with the keys that read it.
    pub async fn open(settings: &Settings) -> Result<(Self, Keys), Stop> {
        let Some(url) = &settings.database else {
            let path = file(settings);
            let kept = path.exists().then(|| path.display().to_string());
            let keys = keys::load(settings, kept.as_deref(), &world())?;
            let storage = SqliteStorage::open(&path).await.map_err(Stop::broken)?;
            return Ok((Self::File(Arc::new(storage)), keys));
        };
        let storage = PostgresStorage::open(url.expose()).await.map_err(Stop::broken)?;
        let shops = storage.read().await.map_err(Stop::broken)?.shops().await.map_err(Stop::broken)?;
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

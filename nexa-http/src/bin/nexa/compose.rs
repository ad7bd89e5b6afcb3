//! Storage, keys and adapters, put together into an engine.

use super::{Stop, config::Settings, keys};
use nexa_core::{
    engine::Nexa,
    memory::MemoryStorage,
    secret::Keys,
    sim::panel_kind::FakePanelKind,
    sql::SqliteStorage,
    world::{OsEntropy, SystemClock, World},
};
use nexa_hiddify::HiddifyKind;
use std::{os::unix::fs::DirBuilderExt, sync::Arc};

/// The world outside.
pub fn world() -> World {
    World::new(Arc::new(SystemClock), Arc::new(OsEntropy))
}

/// The engine of the shop in the data folder, and its storage, to be closed at the end.
pub async fn shop(settings: &Settings) -> Result<(Nexa, Arc<SqliteStorage>), Stop> {
    let folder = settings.data.display();
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&settings.data)
        .map_err(|e| Stop::usage(format!("{folder}: {e}")))?;
    let database = settings.data.join("nexa.db");
    let keys = keys::load(settings, &database, &world())?;
    let storage = Arc::new(SqliteStorage::open(&database).await.map_err(Stop::broken)?);
    let mut builder = Nexa::builder(storage.clone(), keys)
        .public_url(&settings.public_url())
        .panel_kind(Arc::new(HiddifyKind));
    for kind in nexa_payments::kinds() {
        builder = builder.gateway_kind(kind);
    }
    if settings.test {
        builder = builder.panel_kind(Arc::new(FakePanelKind::default()));
    }
    Ok((builder.build(), storage))
}

/// An engine of play money in memory.
pub fn demo(public_url: &str) -> Nexa {
    let keys = Keys::new(world().bytes());
    let mut builder = Nexa::builder(Arc::new(MemoryStorage::new()), keys)
        .public_url(public_url)
        .panel_kind(Arc::new(FakePanelKind::default()));
    for kind in nexa_payments::kinds() {
        builder = builder.gateway_kind(kind);
    }
    builder.build()
}

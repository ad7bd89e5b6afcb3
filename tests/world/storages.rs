//! The storages that a shop's books can be on.

#[path = "../../nexa-core/tests/storage/cluster.rs"]
#[expect(dead_code, reason = "the tests of storage do more with it")]
mod cluster;

use super::Shop;
use crate::live::require::{asked, tell};
use nexa_core::{
    memory::MemoryStorage,
    sql::{PostgresStorage, SqliteStorage},
};
use std::sync::{Arc, Once};

static TOLD: Once = Once::new();

impl Shop {
    /// A shop whose books are in memory.
    pub async fn in_memory() -> Self {
        Self::on(Arc::new(MemoryStorage::new()), None).await
    }

    /// A shop whose books are in a file.
    pub async fn in_sqlite() -> Self {
        let home = Arc::new(tempfile::tempdir().expect("a folder"));
        let storage = SqliteStorage::open(&home.path().join("shop.db")).await.expect("a database");
        Self::on(Arc::new(storage), Some(home)).await
    }

    /// A shop whose books are on a PostgreSQL server; none, which is told loudly, where no such server is, or nobody asked
    /// for what takes so long.
    pub async fn in_postgres(test: &str) -> Option<Self> {
        if !asked("postgres") {
            TOLD.call_once(|| tell("SKIPPED: journeys on postgres: NEXA_LIVE=postgres asks for them\n"));
            return None;
        }
        let database = cluster::found(test)?.database().await;
        let storage = PostgresStorage::open(&database.url).await.expect("a database");
        Some(Self::on(Arc::new(storage), Some(Arc::new(database))).await)
    }
}

/// Tells each story once per storage.
macro_rules! on_every_storage {
    ($($story:ident),+ $(,)?) => {
        mod in_memory {
            $(#[tokio::test]
            async fn $story() {
                super::$story($crate::world::Shop::in_memory().await).await;
            })+
        }
        mod in_sqlite {
            $(#[tokio::test]
            async fn $story() {
                super::$story($crate::world::Shop::in_sqlite().await).await;
            })+
        }
        mod in_postgres {
            $(#[tokio::test]
            async fn $story() {
                let shop = $crate::world::Shop::in_postgres(stringify!($story)).await;
                if let Some(shop) = shop {
                    super::$story(shop).await;
                }
            })+
        }
    };
}
pub(crate) use on_every_storage;

//! The same cases on memory, `SQLite` and PostgreSQL.

use super::cluster;
use nexa_core::{
    conformance::storage,
    memory::MemoryStorage,
    sql::{PostgresStorage, SqliteStorage},
};

#[tokio::test]
async fn memory_keeps_every_sentence() {
    let count = storage::all(async || MemoryStorage::new()).await;
    assert!(count > 70);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_keeps_every_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let number = std::sync::atomic::AtomicU32::new(0);
    let count = storage::all(async || {
        let number = number.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let path = folder.path().join(format!("{number}.db"));
        SqliteStorage::open(&path).await.unwrap()
    })
    .await;
    assert!(count > 70);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_keeps_every_sentence() {
    let Some(cluster) = cluster::found("postgres_keeps_every_sentence") else { return };
    let held = tokio::sync::Mutex::new(None);
    let count = storage::all(async || {
        // The one before is done with.
        let database = held.lock().await.insert(cluster.database().await).url.clone();
        PostgresStorage::open(&database).await.unwrap()
    })
    .await;
    assert!(count > 70);
}

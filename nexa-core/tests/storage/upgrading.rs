//! A program that is killed while it brings a database to its version.

use super::{child, cluster};
use nexa_core::{
    domain::time::from_millis,
    ports::storage::Storage as _,
    sim,
    sql::{OpenError, Place, PostgresStorage, SqliteStorage, examine},
};
use std::{path::Path, time::Duration};

/// The child's part: opens a new database and ends.
async fn as_told(task: &str) {
    match task.strip_prefix("sqlite:") {
        Some(path) => SqliteStorage::open(Path::new(path)).await.unwrap().close().await,
        None => PostgresStorage::open(task).await.unwrap().close().await,
    }
}

/// Kills fifty children at moments that go from the first to the last of what one needs; gives how many were alive.
async fn fifty(
    test: &str,
    whole: Duration,
    mut task: impl FnMut() -> String,
    mut sound: impl AsyncFnMut(String),
) -> u32 {
    let mut alive = 0;
    for n in 0..50 {
        let task = task();
        let wait = whole * n / 50;
        let ended = tokio::task::block_in_place(|| child::kill_after(child::start(test, &task), wait));
        assert_ne!(ended, Some(false), "it failed by itself");
        alive += u32::from(ended.is_none());
        sound(task).await;
    }
    alive
}

/// How long a child takes that nobody kills.
fn unhurried(test: &str, task: &str) -> Duration {
    let began = tokio::time::Instant::now();
    assert!(tokio::task::block_in_place(|| child::start(test, task).wait().unwrap()).success());
    began.elapsed()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_file_is_whole_or_empty_whenever_its_maker_is_killed() {
    if let Some(task) = child::task() {
        return as_told(&task).await;
    }
    let test = "storage::upgrading::a_new_file_is_whole_or_empty_whenever_its_maker_is_killed";
    let folder = tempfile::tempdir().unwrap();
    let mut number = 0;
    let mut fresh = || {
        number += 1;
        format!("sqlite:{}", folder.path().join(format!("{number}.db")).display())
    };
    let whole = unhurried(test, &fresh());
    let alive = fifty(test, whole, fresh, async |task: String| {
        let path = task.trim_start_matches("sqlite:").to_owned();
        let storage = match SqliteStorage::open(Path::new(&path)).await {
            Ok(storage) => storage,
            // Its maker died while it turned the log on, before anything was in it. Whoever only looks cannot roll that
            // back, so the file is refused.
            Err(OpenError::Damaged { .. }) => {
                assert!(Path::new(&format!("{path}-journal")).exists(), "refused without a reason");
                return;
            }
            Err(error) => panic!("{error}"),
        };
        storage.check().await.unwrap();
        storage.close().await;
    });
    assert!(alive.await >= 5, "hardly one was killed on its way");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_database_is_whole_or_empty_whenever_its_maker_is_killed() {
    if let Some(task) = child::task() {
        return as_told(&task).await;
    }
    let name = "a_new_database_is_whole_or_empty_whenever_its_maker_is_killed";
    let Some(cluster) = cluster::found(name) else { return };
    let test = format!("storage::upgrading::{name}");
    let first = cluster.empty();
    let whole = unhurried(&test, &first.url);
    let databases = std::cell::RefCell::new(Vec::new());
    let fresh = || {
        let database = cluster.empty();
        let url = database.url.clone();
        databases.borrow_mut().push(database);
        url
    };
    let alive = fifty(&test, whole, fresh, async |task: String| {
        let steps = "SELECT COUNT(*) FROM pg_tables WHERE schemaname = 'public'";
        let seen = databases.borrow().last().map(|database| database.tell(steps).unwrap()).unwrap();
        assert!(seen == "0" || seen.parse::<u32>().unwrap() > 80, "{seen} tables");
        let storage = PostgresStorage::open(&task).await.expect("it is opened after whatever happened");
        storage.check().await.unwrap();
        storage.close().await;
        // One at a time is enough.
        databases.borrow_mut().clear();
    });
    assert!(alive.await >= 5, "hardly one was killed on its way");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_is_tried_out() {
    let (world, _) = sim::world(1, from_millis(1_700_000_000_000));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.db");
    let open = SqliteStorage::open(&path).await.unwrap();
    let [found] = <[_; 1]>::try_from(examine(&Place::file(&path), &world).await).unwrap();
    assert!(found.ok && found.notes[0].starts_with("SQLite 3."), "{found:?}");
    open.close().await;
    let Some(cluster) = cluster::found("a_database_is_tried_out") else { return };
    let database = cluster.database().await;
    let server = Place::parse(&database.url).unwrap();
    let found = examine(&server, &world).await;
    assert_eq!(found.len(), 6, "{found:?}");
    // The world's clock stands still in another year.
    assert!(!found[0].ok && found[0].notes[0].contains("PostgreSQL"), "{found:?}");
    assert!(found[1..].iter().all(|finding| finding.ok), "{found:?}");
    assert_eq!(database.tell("SELECT COUNT(*) FROM commits WHERE name LIKE 'check %'").unwrap(), "0");
    // What is not as it must be is found out, and does not spoil the rest.
    database.tell("DROP TABLE turns").unwrap();
    let found = examine(&server, &world).await;
    let odd: Vec<&str> = found[1..].iter().filter(|one| !one.ok).map(|one| one.what.as_str()).collect();
    assert_eq!(odd, ["database: turns"], "{found:?}");
    let told =
        PostgresStorage::open("postgres://nexa@127.0.0.1:1/shop").await.err().expect("nobody is there");
    assert!(matches!(told, OpenError::Database(_)), "{told}");
}

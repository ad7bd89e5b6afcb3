//! The file: whose it is, whether it is whole, what survives.

use super::fixture::Bench;
use nexa_core::{
    domain::ledger::Account,
    ports::storage::{Posted, Storage as _},
    sql::{OpenError, SqliteStorage},
};
use rusqlite::Connection;
use std::path::Path;

/// Runs statements behind the storage's back.
pub fn tamper(path: &Path, text: &str) -> Result<(), rusqlite::Error> {
    let connection = Connection::open(path)?;
    connection.execute_batch("PRAGMA foreign_keys = ON")?;
    connection.execute_batch(text)
}

async fn refusal(path: &Path) -> OpenError {
    match SqliteStorage::open(path).await {
        Ok(_) => panic!("it was opened"),
        Err(refusal) => refusal,
    }
}

#[tokio::test]
async fn what_was_committed_is_there_after_reopening() {
    let bench = Bench::new().await;
    let wallet = bench.world.id();
    assert_eq!(bench.post("in", wallet, 5).await, Posted::New);
    bench.storage.close().await;
    assert!(bench.storage.begin().await.is_err());
    let storage = SqliteStorage::open(&bench.path()).await.unwrap();
    let bench = Bench { storage, ..bench };
    assert_eq!(bench.balance(Account::Wallet(wallet)).await, 5);
    assert_eq!(bench.post("in", wallet, 5).await, Posted::Already);
}

#[cfg(unix)]
#[tokio::test]
async fn only_its_owner_may_read_the_file() {
    use std::os::unix::fs::PermissionsExt as _;
    let bench = Bench::new().await;
    for suffix in ["", "-wal", "-shm", ".lock"] {
        let path = format!("{}{suffix}", bench.path().display());
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{path}");
    }
}

#[tokio::test]
async fn a_second_process_is_refused() {
    let bench = Bench::new().await;
    let refusal = refusal(&bench.path()).await;
    assert!(matches!(refusal, OpenError::InUse(_)), "{refusal}");
    bench.storage.close().await;
    SqliteStorage::open(&bench.path()).await.unwrap();
}

#[tokio::test]
async fn other_files_are_refused_and_left_untouched() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("text");
    std::fs::write(&text, "this is a letter, not a database, however long it may be").unwrap();
    let told = refusal(&text).await;
    assert!(matches!(told, OpenError::Foreign(_)), "{told}");
    assert_eq!(std::fs::read(&text).unwrap(), b"this is a letter, not a database, however long it may be");

    let other = folder.path().join("other.db");
    std::fs::write(&other, "").unwrap();
    tamper(&other, "CREATE TABLE songs (title TEXT); INSERT INTO songs VALUES ('la')").unwrap();
    let before = std::fs::read(&other).unwrap();
    let told = refusal(&other).await;
    assert!(matches!(told, OpenError::Foreign(_)), "{told}");
    assert_eq!(std::fs::read(&other).unwrap(), before);
}

#[tokio::test]
async fn a_damaged_file_is_refused_and_left_untouched() {
    let bench = Bench::new().await;
    for n in 0..50 {
        assert_eq!(bench.post(&format!("{n}"), bench.world.id(), 5).await, Posted::New);
    }
    bench.storage.close().await;
    let whole = std::fs::read(bench.path()).unwrap();
    let mut holed = whole.clone();
    let middle = whole.len() / 2 / 4096 * 4096;
    holed[middle..middle + 8192].fill(0xa5);
    let mut cut = whole.clone();
    cut.truncate(whole.len() / 2);
    for damaged in [holed, cut] {
        std::fs::write(bench.path(), &damaged).unwrap();
        let told = refusal(&bench.path()).await;
        assert!(matches!(told, OpenError::Damaged { .. }), "{told}");
        assert_eq!(std::fs::read(bench.path()).unwrap(), damaged);
    }
    std::fs::write(bench.path(), &whole).unwrap();
    SqliteStorage::open(&bench.path()).await.unwrap();
}

#[tokio::test]
async fn an_empty_file_becomes_a_database() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.db");
    std::fs::write(&path, "").unwrap();
    SqliteStorage::open(&path).await.unwrap().check().await.unwrap();
}

#[tokio::test]
async fn databases_of_other_programs_versions_are_refused() {
    let bench = Bench::new().await;
    bench.storage.close().await;
    let newer = "INSERT INTO migrations (version, name, digest) VALUES (99, 'future', '00')";
    tamper(&bench.path(), newer).unwrap();
    let told = refusal(&bench.path()).await;
    assert!(matches!(told, OpenError::Newer { found: 99, .. }), "{told}");
    tamper(&bench.path(), "DELETE FROM migrations WHERE version = 99").unwrap();
    SqliteStorage::open(&bench.path()).await.unwrap().close().await;
    tamper(&bench.path(), "UPDATE migrations SET digest = '00'").unwrap();
    let told = refusal(&bench.path()).await;
    assert!(matches!(told, OpenError::Changed { version: 1 }), "{told}");
}

#[tokio::test]
async fn the_database_itself_keeps_entries_as_they_are_and_wallets_above_zero() {
    let bench = Bench::new().await;
    assert_eq!(bench.post("in", bench.world.id(), 5).await, Posted::New);
    bench.storage.close().await;
    for text in [
        "UPDATE entries SET minor = minor + 1",
        "DELETE FROM entries",
        "UPDATE journals SET cause = 'other'",
        "DELETE FROM journals",
        "UPDATE balances SET minor = -1 WHERE account LIKE 'wallet:%'",
        "UPDATE shops SET locale = 'xx'",
        "UPDATE shops SET created_at = 'yesterday'",
    ] {
        assert!(tamper(&bench.path(), text).is_err(), "{text}");
    }
}

#[tokio::test]
async fn a_database_that_cannot_be_written_fails_and_recovers() {
    let bench = Bench::new().await;
    let path = bench.path();
    // Another process that holds the write lock looks to us like a disk that does not answer.
    let other = Connection::open(path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert!(bench.storage.begin().await.is_err());
    assert!(bench.storage.check().await.is_err());
    other.execute_batch("ROLLBACK").unwrap();
    bench.storage.check().await.unwrap();
    assert_eq!(bench.post("in", bench.world.id(), 5).await, Posted::New);
}

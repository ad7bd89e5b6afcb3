//! What a file's one connection that writes is held by: a long statement of somebody who is gone, and another process.
#![expect(clippy::disallowed_methods, reason = "callers that run at the same time need tasks of their own")]

use super::{file::tamper, fixture::Bench, torn::GivenUpAfter};
use jiff::Timestamp;
use nexa_core::{
    domain::ledger::Account,
    ports::storage::{Posted, Storage as _},
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::time::{sleep, timeout};

/// Shorter than whoever says nothing keeps a turn.
const SOON: Duration = Duration::from_secs(20);

/// Fills the shop's letters with so many.
fn writes_letters(bench: &Bench, count: u32) {
    let text = format!(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) \
         INSERT INTO letters (shop_id, lookup, taken_at) SELECT '{}', 'letter ' || i, i FROM n",
        bench.shop
    );
    tamper(&bench.path(), &text).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_statement_that_is_given_up_gives_its_turn_back() {
    let bench = Bench::new().await;
    writes_letters(&bench, 200_000);
    let wallet = bench.world.id();
    let mut tx = bench.storage.begin().await.unwrap();
    assert_eq!(tx.post(&bench.journal("with it", wallet, 5)).await.unwrap(), Posted::New);
    let all = tx.delete_letters(Timestamp::MAX);
    assert!(GivenUpAfter { inner: all, polls: 1 }.await.is_none(), "it takes longer than a look");
    // Whoever gave it up still holds the transaction, and says nothing.
    let next = timeout(SOON, bench.post("after it", wallet, 3)).await;
    assert_eq!(next.expect("the turn is free"), Posted::New);
    assert!(tx.commit().await.is_err(), "nobody knows how far it came");
    assert_eq!(bench.balance(Account::Wallet(wallet)).await, 3, "nothing of it is left");
    bench.require_sound_books().await;
    let mut tx = bench.storage.begin().await.unwrap();
    assert_eq!(tx.delete_letters(Timestamp::MAX).await.unwrap(), 200_000, "nor was one deleted");
    tx.commit().await.unwrap();
}

/// One thread does all: what waits on it, everybody waits for.
#[tokio::test]
async fn a_file_that_another_process_locks_delays_only_those_who_begin() {
    let bench = Arc::new(Bench::new().await);
    let wallet = bench.world.id();
    assert_eq!(bench.post("before", wallet, 5).await, Posted::New);
    let other = rusqlite::Connection::open(bench.path()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();

    let begun = Instant::now();
    let all: Vec<_> = (0..4)
        .map(|n| {
            let bench = Arc::clone(&bench);
            tokio::spawn(async move { bench.post(&format!("meanwhile:{n}"), wallet, 1).await })
        })
        .collect();
    let (mut longest, mut last) = (Duration::ZERO, Instant::now());
    while begun.elapsed() < Duration::from_secs(2) {
        sleep(Duration::from_millis(10)).await;
        assert_eq!(bench.balance(Account::Wallet(wallet)).await, 5, "reads go on");
        longest = longest.max(last.elapsed());
        last = Instant::now();
    }
    assert!(longest < Duration::from_secs(3), "the thread stood still for {longest:?}");
    assert!(all.iter().all(|task| !task.is_finished()), "those who begin wait");
    other.execute_batch("ROLLBACK").unwrap();
    for task in all {
        assert_eq!(timeout(SOON, task).await.expect("the file is free").unwrap(), Posted::New);
    }
    assert_eq!(bench.balance(Account::Wallet(wallet)).await, 9);
}

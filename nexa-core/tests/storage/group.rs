//! Many transactions at the same time.
#![expect(clippy::disallowed_methods, reason = "callers that run at the same time need tasks of their own")]

use super::fixture::Bench;
use nexa_core::{
    domain::ledger::{Account, Journal},
    ids::UserId,
    ports::storage::{Posted, Storage as _},
};
use std::{sync::Arc, time::Duration};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn waiting_transactions_share_a_commit() {
    let bench = Arc::new(Bench::new().await);
    let before = bench.storage.times();
    let wallets: Vec<UserId> = (0..64).map(|_| bench.world.id()).collect();
    let tasks = wallets.iter().map(|wallet| {
        let (bench, wallet) = (Arc::clone(&bench), *wallet);
        tokio::spawn(async move { bench.post(&format!("in:{wallet}"), wallet, 7).await })
    });
    for posted in futures::future::join_all(tasks).await {
        assert_eq!(posted.unwrap(), Posted::New);
    }
    let after = bench.storage.times();
    let (transactions, commits) = (after.transactions - before.transactions, after.commits - before.commits);
    assert_eq!(transactions, 64);
    assert!(commits * 4 <= transactions, "{commits} commits for {transactions} transactions");
    assert!(after.held > before.held);
    for wallet in wallets {
        assert_eq!(bench.balance(Account::Wallet(wallet)).await, 7);
    }
    bench.require_sound_books().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_failing_transaction_does_not_spoil_its_group() {
    let bench = Arc::new(Bench::new().await);
    let tasks = (0..60).map(|n| {
        let bench = Arc::clone(&bench);
        tokio::spawn(async move {
            let mut tx = bench.storage.begin().await.unwrap();
            let wallet = bench.world.id();
            assert_eq!(tx.post(&bench.journal(&format!("{n}"), wallet, 5)).await.unwrap(), Posted::New);
            match n % 3 {
                0 => tx.commit().await.is_ok(),
                1 => {
                    drop(tx);
                    false
                }
                _ => {
                    let journal = bench.journal(&format!("{n} again"), wallet, 5);
                    assert_eq!(tx.post(&journal).await.unwrap(), Posted::New);
                    // The same id under another cause: the database refuses it.
                    let twin = Journal::new(journal.id, bench.shop, "twin".into(), journal.at);
                    assert!(tx.post(&twin).await.is_err());
                    assert!(tx.commit().await.is_err());
                    false
                }
            }
        })
    });
    let kept =
        futures::future::join_all(tasks).await.into_iter().filter(|kept| *kept.as_ref().unwrap()).count();
    assert_eq!(kept, 20);
    assert_eq!(bench.balance(Account::Revenue).await, -100);
    bench.require_sound_books().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_debits_from_many_tasks_never_overdraw_a_wallet() {
    let bench = Arc::new(Bench::new().await);
    let wallet = bench.world.id();
    assert_eq!(bench.post("in", wallet, 1_000).await, Posted::New);
    let tasks = (0..64).map(|n| {
        let bench = Arc::clone(&bench);
        tokio::spawn(async move { bench.post(&format!("out:{n}"), wallet, -30).await })
    });
    let outcomes = futures::future::join_all(tasks).await;
    let taken = outcomes.iter().filter(|o| *o.as_ref().unwrap() == Posted::New).count();
    assert_eq!(taken, 33);
    assert_eq!(bench.balance(Account::Wallet(wallet)).await, 10);
    bench.require_sound_books().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_that_sleeps_is_rolled_back_and_lets_others_in() {
    let bench = Bench::new().await;
    let mut sleeper = bench.storage.begin().await.unwrap();
    let wallet = bench.world.id();
    assert_eq!(sleeper.post(&bench.journal("slept", wallet, 5)).await.unwrap(), Posted::New);
    let others = tokio::time::timeout(Duration::from_secs(9), bench.post("awake", wallet, 3)).await;
    assert_eq!(others.unwrap(), Posted::New);
    assert!(sleeper.post(&bench.journal("late", wallet, 5)).await.is_err());
    assert!(sleeper.commit().await.is_err());
    assert_eq!(bench.balance(Account::Wallet(wallet)).await, 3);
}

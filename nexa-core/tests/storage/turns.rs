//! Units of work that run beside each other on a server, and what one process tells another.
#![expect(clippy::disallowed_methods, reason = "callers that run at the same time need tasks of their own")]

use super::{
    cluster::{self, Database},
    fixture::Bench,
};
use jiff::Timestamp;
use nexa_core::{
    domain::{
        job::{Job, JobState, QueuedJob},
        ledger::Account,
    },
    error::{Failure, Retry},
    ids::UserId,
    ports::storage::{Posted, Storage as _, Tx},
    sql::PostgresStorage,
};
use std::{collections::BTreeSet, sync::Arc, time::Duration};
use tokio::time::timeout;

type Server = Bench<PostgresStorage>;

async fn bench(test: &str) -> Option<(Database, Arc<Server>)> {
    let database = cluster::found(test)?.database().await;
    let bench = Arc::new(Bench::on_server(&database).await);
    Some((database, bench))
}

async fn another(bench: &Server, database: &Database) -> Arc<Server> {
    let storage = PostgresStorage::open(&database.url).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    Arc::new(Bench { folder, storage, world: bench.world.clone(), shop: bench.shop })
}

async fn moves(tx: &mut dyn Tx, bench: &Server, cause: &str, wallet: UserId, minor: i64) {
    assert_eq!(tx.post(&bench.journal(cause, wallet, minor)).await.unwrap(), Posted::New);
}

const MOMENT: Duration = Duration::from_millis(300);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_runs_beside_others_waits_for_none_and_whoever_runs_alone_for_all() {
    let test = "whoever_runs_beside_others_waits_for_none_and_whoever_runs_alone_for_all";
    let Some((_database, bench)) = bench(test).await else { return };
    let (ann, bob): (UserId, UserId) = (bench.world.id(), bench.world.id());
    let mut first = bench.storage.begin_beside().await.unwrap();
    moves(first.as_mut(), &bench, "ann", ann, 5).await;
    let mut second = bench.storage.begin_beside().await.unwrap();
    moves(second.as_mut(), &bench, "bob", bob, 7).await;
    second.commit().await.unwrap();
    let alone = bench.storage.begin();
    let mut alone = Box::pin(alone);
    assert!(timeout(MOMENT, alone.as_mut()).await.is_err(), "one is not finished yet");
    first.commit().await.unwrap();
    let mut alone = alone.await.unwrap();
    assert!(timeout(MOMENT, bench.storage.begin_beside()).await.is_err(), "somebody is alone");
    assert_eq!(
        alone
            .balance(bench.shop, Account::Revenue, nexa_core::domain::money::Currency::Irr)
            .await
            .unwrap()
            .minor,
        -12
    );
    alone.commit().await.unwrap();
    bench.require_sound_books().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_money_of_a_wallet_may_come_from_many_at_once() {
    let test = "the_first_money_of_a_wallet_may_come_from_many_at_once";
    let Some((database, first)) = bench(test).await else { return };
    let second = another(&first, &database).await;
    let wallet: UserId = first.world.id();
    let tasks = (0..40).map(|n| {
        let bench = Arc::clone(if n % 2 == 0 { &first } else { &second });
        tokio::spawn(async move {
            let mut tx = bench.storage.begin_beside().await.unwrap();
            moves(tx.as_mut(), &bench, &format!("in:{n}"), wallet, 10).await;
            tx.commit().await.unwrap();
        })
    });
    for task in futures::future::join_all(tasks).await {
        task.unwrap();
    }
    assert_eq!(first.balance(Account::Wallet(wallet)).await, 400);
    let spends = (0..50).map(|n| {
        let bench = Arc::clone(if n % 2 == 0 { &first } else { &second });
        tokio::spawn(async move {
            let mut tx = bench.storage.begin_beside().await.unwrap();
            let posted = tx.post(&bench.journal(&format!("out:{n}"), wallet, -30)).await.unwrap();
            tx.commit().await.unwrap();
            posted
        })
    });
    let spent = futures::future::join_all(spends).await;
    assert_eq!(spent.iter().filter(|one| *one.as_ref().unwrap() == Posted::New).count(), 13);
    assert_eq!(first.balance(Account::Wallet(wallet)).await, 10);
    first.require_sound_books().await;
}

/// Moves money between two wallets, one after the other, until it was not overtaken.
async fn both(bench: &Server, name: &str, from: UserId, to: UserId) -> u32 {
    for tries in 1..20 {
        let step = async {
            let mut tx = bench.storage.begin_beside().await?;
            let first = tx.post(&bench.journal(&format!("{name}:1"), from, -1)).await?;
            tokio::time::sleep(MOMENT / 3).await;
            let second = tx.post(&bench.journal(&format!("{name}:2"), to, 1)).await?;
            assert_eq!((first, second), (Posted::New, Posted::New));
            tx.commit().await
        };
        match step.await {
            Ok(()) => return tries,
            Err(Failure { retry: Retry::Again, .. }) => {}
            Err(other) => panic!("{other}"),
        }
    }
    panic!("overtaken for ever")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_that_wait_for_each_other_both_come_to_their_end() {
    let test = "two_that_wait_for_each_other_both_come_to_their_end";
    let Some((_database, bench)) = bench(test).await else { return };
    let (ann, bob): (UserId, UserId) = (bench.world.id(), bench.world.id());
    assert_eq!(bench.post("ann", ann, 100).await, Posted::New);
    assert_eq!(bench.post("bob", bob, 100).await, Posted::New);
    let (there, back) = tokio::join!(both(&bench, "there", ann, bob), both(&bench, "back", bob, ann));
    assert!(there + back >= 2);
    assert!(bench.storage.times().replays > 0, "they did wait for each other");
    assert_eq!(bench.balance(Account::Wallet(ann)).await, 100);
    assert_eq!(bench.balance(Account::Wallet(bob)).await, 100);
    bench.require_sound_books().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whose_cause_another_posted_meanwhile_is_told_so() {
    let test = "whose_cause_another_posted_meanwhile_is_told_so";
    let Some((_database, bench)) = bench(test).await else { return };
    let wallet: UserId = bench.world.id();
    let tasks = (0..32).map(|_| {
        let bench = Arc::clone(&bench);
        tokio::spawn(async move {
            let mut tx = bench.storage.begin_beside().await.unwrap();
            let posted = tx.post(&bench.journal("once", wallet, 7)).await.unwrap();
            tx.commit().await.unwrap();
            posted
        })
    });
    let outcomes = futures::future::join_all(tasks).await;
    assert_eq!(outcomes.iter().filter(|one| *one.as_ref().unwrap() == Posted::New).count(), 1);
    assert_eq!(bench.balance(Account::Wallet(wallet)).await, 7);
    bench.require_sound_books().await;
}

fn job(bench: &Server) -> QueuedJob {
    QueuedJob {
        id: bench.world.id(),
        shop_id: bench.shop,
        job: Job::ExpireOrder { order: bench.world.id() },
        run_at: Timestamp::from_second(1_700_000_000).unwrap(),
        attempts: 0,
        state: JobState::Ready,
        last_error: None,
        key: None,
    }
}

async fn add(bench: &Server, count: usize) {
    let mut tx = bench.storage.begin_beside().await.unwrap();
    for _ in 0..count {
        tx.add_job(&job(bench)).await.unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn workers_of_two_processes_share_the_queue_and_no_job() {
    let test = "workers_of_two_processes_share_the_queue_and_no_job";
    let Some((database, first)) = bench(test).await else { return };
    let second = another(&first, &database).await;
    add(&first, 120).await;
    let (now, until) =
        (Timestamp::from_second(1_700_000_100).unwrap(), Timestamp::from_second(1_700_000_900).unwrap());
    let workers = (0..8).map(|n| {
        let bench = Arc::clone(if n % 2 == 0 { &first } else { &second });
        tokio::spawn(async move {
            let mut claimed = Vec::new();
            loop {
                let mut tx = bench.storage.begin_beside().await.unwrap();
                let leases = tx.claim_jobs(now, until, 5).await.unwrap();
                tx.commit().await.unwrap();
                if leases.is_empty() {
                    return claimed;
                }
                claimed.extend(leases.into_iter().map(|lease| lease.job.id));
            }
        })
    });
    let mut claimed = Vec::new();
    for worker in futures::future::join_all(workers).await {
        claimed.extend(worker.unwrap());
    }
    let once: BTreeSet<_> = claimed.iter().collect();
    assert_eq!((claimed.len(), once.len()), (120, 120));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_looks_for_jobs_passes_over_those_that_somebody_is_taking() {
    let test = "whoever_looks_for_jobs_passes_over_those_that_somebody_is_taking";
    let Some((_database, bench)) = bench(test).await else { return };
    add(&bench, 2).await;
    let (now, until) =
        (Timestamp::from_second(1_700_000_100).unwrap(), Timestamp::from_second(1_700_000_900).unwrap());
    let mut slow = bench.storage.begin_beside().await.unwrap();
    let taken = slow.claim_jobs(now, until, 1).await.unwrap();
    let mut quick = bench.storage.begin_beside().await.unwrap();
    let rest = timeout(MOMENT, quick.claim_jobs(now, until, 9)).await.expect("it waits for nobody").unwrap();
    quick.commit().await.unwrap();
    slow.commit().await.unwrap();
    assert_eq!((taken.len(), rest.len()), (1, 1));
    assert_ne!(taken[0].job.id, rest[0].job.id);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_process_hears_at_once_that_there_are_jobs() {
    let test = "another_process_hears_at_once_that_there_are_jobs";
    let Some((database, first)) = bench(test).await else { return };
    let second = another(&first, &database).await;
    let listens =
        "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'";
    let mut waited = 0;
    while database.tell(listens).unwrap() == "0" || waited < 3 {
        assert!(waited < 100, "nobody listens");
        tokio::time::sleep(MOMENT).await;
        waited += 1;
    }
    assert!(timeout(MOMENT, second.storage.news()).await.is_err(), "nothing happened yet");
    let heard = tokio::spawn({
        let second = Arc::clone(&second);
        async move { timeout(Duration::from_secs(5), second.storage.news()).await }
    });
    tokio::time::sleep(MOMENT).await;
    add(&first, 1).await;
    heard.await.unwrap().expect("the other one hears of it");
    assert!(timeout(MOMENT, first.storage.news()).await.is_err(), "one's own are no news");
    // Whatever cuts the connections, what happens meanwhile is not missed for good.
    database.end_connections("true");
    tokio::time::sleep(MOMENT).await;
    timeout(Duration::from_secs(20), second.storage.news()).await.expect("connected again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_text_with_the_character_nul_is_kept_without_it() {
    let test = "a_text_with_the_character_nul_is_kept_without_it";
    let Some((_database, bench)) = bench(test).await else { return };
    let wallet: UserId = bench.world.id();
    assert_eq!(bench.post("in\0side", wallet, 5).await, Posted::New);
    assert_eq!(bench.post("inside", wallet, 5).await, Posted::Already);
}

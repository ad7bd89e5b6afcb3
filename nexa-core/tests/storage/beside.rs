//! What only a server can show: processes beside each other, connections that go away, databases of others.
#![expect(clippy::disallowed_methods, reason = "callers that run at the same time need tasks of their own")]

use super::{
    cluster::{self, Cluster, Database},
    fixture::Bench,
    torn,
};
use nexa_core::{
    domain::ledger::Account,
    ids::UserId,
    ports::storage::{Posted, Storage as _},
    sql::{OpenError, PostgresStorage},
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

type Server = Bench<PostgresStorage>;

async fn bench(cluster: &'static Cluster) -> (Database, Arc<Server>) {
    let database = cluster.database().await;
    let bench = Arc::new(Bench::on_server(&database).await);
    (database, bench)
}

/// The books of another process on the same database.
async fn another(bench: &Server, database: &Database) -> Arc<Server> {
    let storage = PostgresStorage::open(&database.url).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    Arc::new(Bench { folder, storage, world: bench.world.clone(), shop: bench.shop })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_together_never_overdraw_a_wallet() {
    let Some(cluster) = cluster::found("two_processes_together_never_overdraw_a_wallet") else { return };
    let (database, first) = bench(cluster).await;
    let second = another(&first, &database).await;
    let wallet = first.world.id();
    assert_eq!(first.post("in", wallet, 1_000).await, Posted::New);
    let tasks = (0..64).map(|n| {
        let bench = Arc::clone(if n % 2 == 0 { &first } else { &second });
        tokio::spawn(async move { bench.post(&format!("out:{n}"), wallet, -30).await })
    });
    let outcomes = futures::future::join_all(tasks).await;
    let taken = outcomes.iter().filter(|o| *o.as_ref().unwrap() == Posted::New).count();
    assert_eq!(taken, 33);
    assert_eq!(first.balance(Account::Wallet(wallet)).await, 10);
    first.require_sound_books().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_cause_is_posted_once_whoever_was_first() {
    let Some(cluster) = cluster::found("the_same_cause_is_posted_once_whoever_was_first") else { return };
    let (database, first) = bench(cluster).await;
    let second = another(&first, &database).await;
    let wallet = first.world.id();
    let tasks = (0..64).map(|n| {
        let bench = Arc::clone(if n % 2 == 0 { &first } else { &second });
        tokio::spawn(async move { bench.post("in", wallet, 7).await })
    });
    let outcomes = futures::future::join_all(tasks).await;
    assert_eq!(outcomes.iter().filter(|o| *o.as_ref().unwrap() == Posted::New).count(), 1);
    assert_eq!(first.balance(Account::Wallet(wallet)).await, 7);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cancelled_transactions_are_whole_or_not_there() {
    let Some(cluster) = cluster::found("cancelled_transactions_are_whole_or_not_there") else { return };
    let (_database, bench) = bench(cluster).await;
    torn::cancelled_sales(bench, 10).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_that_sleeps_is_rolled_back_and_lets_others_in() {
    let name = "a_transaction_that_sleeps_is_rolled_back_and_lets_others_in";
    let Some(cluster) = cluster::found(name) else { return };
    let (_database, bench) = bench(cluster).await;
    let mut sleeper = bench.storage.begin().await.unwrap();
    let wallet = bench.world.id();
    assert_eq!(sleeper.post(&bench.journal("slept", wallet, 5)).await.unwrap(), Posted::New);
    let others = tokio::time::timeout(Duration::from_secs(9), bench.post("awake", wallet, 3)).await;
    assert_eq!(others.unwrap(), Posted::New);
    assert!(sleeper.post(&bench.journal("late", wallet, 5)).await.is_err());
    assert!(sleeper.commit().await.is_err());
    assert_eq!(bench.balance(Account::Wallet(wallet)).await, 3);
}

/// A hundred and twenty sales by four at a time, while something happens again and again; gives how often it did.
async fn sales_while(bench: &Arc<Server>, happens: impl AsyncFn() -> u32) -> u32 {
    let done = Arc::new(AtomicBool::new(false));
    let sold = Arc::new(AtomicU32::new(0));
    let sellers = (0..4_u64).map(|seller| {
        let (bench, sold) = (Arc::clone(bench), Arc::clone(&sold));
        tokio::spawn(async move {
            for n in 0..30 {
                torn::sale(&bench, seller * 1_000 + n).await;
                sold.fetch_add(1, Ordering::Relaxed);
            }
        })
    });
    let selling = tokio::spawn(futures::future::join_all(sellers));
    let ended = Arc::clone(&done);
    let watching = tokio::spawn(async move {
        let sold = selling.await.unwrap();
        ended.store(true, Ordering::Relaxed);
        for seller in sold {
            seller.unwrap();
        }
    });
    let (mut times, mut seen) = (0, 0);
    while !done.load(Ordering::Relaxed) {
        // On a slow machine it happens less often: a sale is tried ten times and must get through between two of them.
        if times > 0 && sold.load(Ordering::Relaxed) < seen + 3 {
            tokio::time::sleep(Duration::from_millis(5)).await;
            continue;
        }
        seen = sold.load(Ordering::Relaxed);
        times += happens().await;
    }
    watching.await.unwrap();
    let mut read = bench.storage.read().await.unwrap();
    let lines = read.trial_balance(bench.shop).await.unwrap();
    let wallets = lines.iter().filter(|(account, _, _)| matches!(account, Account::Wallet(_))).count();
    assert_eq!(wallets, 120, "each sale is there once");
    bench.require_sound_books().await;
    times
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_are_cut_lose_and_double_no_sale() {
    let Some(cluster) = cluster::found("connections_that_are_cut_lose_and_double_no_sale") else { return };
    let (database, bench) = bench(cluster).await;
    let cut = sales_while(&bench, async || {
        tokio::time::sleep(Duration::from_millis(150)).await;
        database.end_connections("state <> 'idle'")
    });
    assert!(cut.await > 0, "nothing was cut");
    assert!(bench.storage.times().replays > 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_crashes_loses_and_doubles_no_sale() {
    let Some(cluster) = cluster::own("a_server_that_crashes_loses_and_doubles_no_sale") else { return };
    let (_database, bench) = bench(cluster).await;
    let down = AtomicBool::new(false);
    let crashed = sales_while(&bench, async || {
        tokio::time::sleep(Duration::from_millis(20)).await;
        if down.swap(true, Ordering::Relaxed) {
            return 0;
        }
        tokio::task::block_in_place(|| cluster.crash());
        1
    });
    assert_eq!(crashed.await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_whose_answer_was_lost_is_known_to_have_happened() {
    let name = "a_commit_whose_answer_was_lost_is_known_to_have_happened";
    let Some(cluster) = cluster::own(name) else { return };
    let (database, bench) = bench(cluster).await;
    let wallet: UserId = bench.world.id();
    // Commits wait for a standby that will never be there: done here, not yet acknowledged.
    database.tell("ALTER SYSTEM SET synchronous_standby_names = 'nobody'").unwrap();
    database.tell("SELECT pg_reload_conf()").unwrap();
    let mut posted = 0;
    let posting = 'waits: loop {
        posted += 1;
        let (bench, cause) = (Arc::clone(&bench), format!("in {posted}"));
        let posting = tokio::spawn(async move { bench.post(&cause, wallet, 5).await });
        while !posting.is_finished() {
            if database.end_connections("wait_event = 'SyncRep'") > 0 {
                break 'waits posting;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        // The server heard of the setting after this one.
        assert_eq!(posting.await.unwrap(), Posted::New);
    };
    database.tell("ALTER SYSTEM RESET synchronous_standby_names").unwrap();
    database.tell("SELECT pg_reload_conf()").unwrap();
    assert_eq!(posting.await.unwrap(), Posted::New);
    assert_eq!(bench.storage.times().replays, 0, "it was not run again");
    assert_eq!(bench.balance(Account::Wallet(wallet)).await, 5 * posted);
}

/// Commits of journals take a while, and nothing of them is on the disk until they are done.
const SLOW_COMMITS: &str = "CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql \
    AS $$ BEGIN PERFORM pg_sleep(2); RETURN NULL; END $$; \
    CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON journals DEFERRABLE INITIALLY DEFERRED \
    FOR EACH ROW EXECUTE FUNCTION dawdle()";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_a_crash_took_is_not_mistaken_for_anothers() {
    let name = "a_commit_that_a_crash_took_is_not_mistaken_for_anothers";
    let Some(cluster) = cluster::own(name) else { return };
    let (database, bench) = bench(cluster).await;
    let wallet: UserId = bench.world.id();
    database.tell("ALTER SYSTEM SET wal_writer_delay = '10s'").unwrap();
    database.tell("SELECT pg_reload_conf()").unwrap();
    database.tell(SLOW_COMMITS).unwrap();
    let posting = {
        let bench = Arc::clone(&bench);
        tokio::spawn(async move { bench.post("in", wallet, 5).await })
    };
    let asleep = "SELECT COUNT(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
    while database.tell(asleep).unwrap() == "0" {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tokio::task::block_in_place(|| cluster.crash());
    // The server gives this the number of the transaction that it forgot.
    database.tell("DROP TRIGGER slow ON journals").unwrap();
    assert_eq!(posting.await.unwrap(), Posted::New);
    assert_eq!(bench.balance(Account::Wallet(wallet)).await, 5);
    assert!(bench.storage.times().replays > 0, "it was run again");
}

async fn refusal(url: &str) -> OpenError {
    match PostgresStorage::open(url).await {
        Ok(_) => panic!("it was opened"),
        Err(refusal) => refusal,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_that_start_at_once_make_one_database() {
    let Some(cluster) = cluster::found("processes_that_start_at_once_make_one_database") else { return };
    let database = cluster.empty();
    let opened = futures::future::join_all((0..5).map(|_| PostgresStorage::open(&database.url))).await;
    for storage in opened {
        storage.unwrap().check().await.unwrap();
    }
    assert_eq!(database.tell("SELECT COUNT(*), MAX(beats) FROM migrations, heartbeat").unwrap(), "1|5");
}

#[tokio::test]
async fn databases_of_others_and_of_other_versions_are_refused() {
    let name = "databases_of_others_and_of_other_versions_are_refused";
    let Some(cluster) = cluster::found(name) else { return };
    let foreign = cluster.empty();
    foreign.tell("CREATE TABLE songs (title TEXT)").unwrap();
    let told = refusal(&foreign.url).await;
    assert!(matches!(told, OpenError::Foreign(_)), "{told}");
    let tables = "SELECT string_agg(tablename, ',') FROM pg_tables WHERE schemaname = 'public'";
    assert_eq!(foreign.tell(tables).unwrap(), "songs");

    let database = cluster.database().await;
    database.tell("INSERT INTO migrations (version, name, digest) VALUES (99, 'future', '00')").unwrap();
    let told = refusal(&database.url).await;
    assert!(matches!(told, OpenError::Newer { found: 99, .. }), "{told}");
    database.tell("DELETE FROM migrations WHERE version = 99; UPDATE migrations SET digest = '00'").unwrap();
    let told = refusal(&database.url).await;
    assert!(matches!(told, OpenError::Changed { version: 1 }), "{told}");
}

#[tokio::test]
async fn a_password_is_never_told() {
    for url in ["postgres://nexa:hunter2@127.0.0.1:1/shop", "postgres://nexa:hunter2@[::1/shop", "hunter2"] {
        let told = refusal(url).await;
        assert!(!format!("{told} {told:?}").contains("hunter2"), "{told}");
    }
}

#[tokio::test]
async fn the_database_itself_keeps_entries_as_they_are_and_wallets_above_zero() {
    let name = "the_database_itself_keeps_entries_as_they_are_and_wallets_above_zero";
    let Some(cluster) = cluster::found(name) else { return };
    let (database, bench) = bench(cluster).await;
    assert_eq!(bench.post("in", bench.world.id(), 5).await, Posted::New);
    for text in [
        "UPDATE entries SET minor = minor + 1",
        "DELETE FROM entries",
        "TRUNCATE entries",
        "UPDATE journals SET cause = 'other'",
        "DELETE FROM journals",
        "UPDATE balances SET minor = -1 WHERE account LIKE 'wallet:%'",
        "UPDATE shops SET locale = 'xx'",
        "UPDATE shops SET created_at = 'yesterday'",
    ] {
        assert!(database.tell(text).is_err(), "{text}");
    }
}

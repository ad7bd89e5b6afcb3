//! Views that may be old, read from a standby that streams, lags, goes away, and becomes a primary itself.

use super::{cluster, fixture::Bench};
use nexa_core::{
    domain::{ledger::Account, money::Currency},
    ids::UserId,
    ports::storage::{Posted, Storage as _},
    sql::PostgresStorage,
};
use std::time::Duration;
use tokio::time::{Instant, sleep};

const BOUND: Duration = Duration::from_secs(3);
/// Measurements take turns of a second, and a standby that failed rests for five.
const SOON: Duration = Duration::from_secs(15);

type Server = Bench<PostgresStorage>;

async fn stale(bench: &Server, wallet: UserId) -> i64 {
    let mut read = bench.storage.read_stale().await.unwrap();
    read.balance(bench.shop, Account::Wallet(wallet), Currency::Irr).await.unwrap().minor
}

/// Waits until the standby is asked, as its replay that stands still shows: what is posted now is not seen. Gives the
/// moment of the posting.
async fn until_it_is_asked(bench: &Server, standby: &cluster::Standby, wallet: UserId) -> Instant {
    let began = Instant::now();
    loop {
        // Views without which nothing is measured.
        let before = stale(bench, wallet).await;
        sleep(Duration::from_millis(300)).await;
        stale(bench, wallet).await;
        standby.tell("SELECT pg_wal_replay_pause()").unwrap();
        while standby.tell("SELECT pg_get_wal_replay_pause_state()").unwrap() != "paused" {
            assert!(began.elapsed() < SOON, "the replay never stands still");
            sleep(Duration::from_millis(10)).await;
        }
        let posted = Instant::now();
        assert_eq!(bench.post(&format!("{:?}", bench.world.id::<UserId>()), wallet, 1).await, Posted::New);
        if stale(bench, wallet).await == before {
            return posted;
        }
        assert!(began.elapsed() < SOON, "the standby is never asked");
        standby.tell("SELECT pg_wal_replay_resume()").unwrap();
        sleep(Duration::from_millis(300)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_standby_is_read_while_it_is_near_and_never_when_it_is_not() {
    let name = "a_standby_is_read_while_it_is_near_and_never_when_it_is_not";
    let Some(cluster) = cluster::own(name) else { return };
    let database = cluster.database().await;
    let standby = cluster.standby(&database);
    let mut bench = Bench::on_server(&database).await;
    let storage = PostgresStorage::open(&database.url).await.unwrap();
    bench.storage = storage.with_replica(&standby.url, BOUND).unwrap();
    let wallet: UserId = bench.world.id();
    assert_eq!(bench.post("first", wallet, 100).await, Posted::New);
    assert_eq!(stale(&bench, wallet).await, 100, "not measured yet, so not asked");

    // Near: it is read, and only by those who say that they do not mind.
    let posted = until_it_is_asked(&bench, &standby, wallet).await;
    let fresh = bench.balance(Account::Wallet(wallet)).await;
    assert_eq!(fresh, stale(&bench, wallet).await + 1);
    // Far behind: from the bound on nobody is shown what is older.
    let mut seen_old = 0;
    while posted.elapsed() < BOUND + Duration::from_secs(4) {
        let asked = Instant::now();
        if stale(&bench, wallet).await != fresh {
            assert!(asked.duration_since(posted) < BOUND, "older than the bound");
            seen_old += 1;
        }
        sleep(Duration::from_millis(50)).await;
    }
    assert!(seen_old > 0 && stale(&bench, wallet).await == fresh);
    // Near again.
    standby.tell("SELECT pg_wal_replay_resume()").unwrap();
    sleep(Duration::from_secs(1)).await;
    until_it_is_asked(&bench, &standby, wallet).await;
    standby.tell("SELECT pg_wal_replay_resume()").unwrap();

    // Promoted: a primary of its own is nobody's replica.
    let old = standby.tell("SELECT pg_promote(true, 30)").unwrap();
    assert_eq!(old, "t");
    sleep(BOUND + Duration::from_secs(1)).await;
    assert_eq!(bench.post("after", wallet, 50).await, Posted::New);
    for _ in 0..20 {
        assert_eq!(stale(&bench, wallet).await, bench.balance(Account::Wallet(wallet)).await);
        sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_standby_that_goes_away_is_not_missed() {
    let name = "a_standby_that_goes_away_is_not_missed";
    let Some(cluster) = cluster::own(name) else { return };
    let database = cluster.database().await;
    let standby = cluster.standby(&database);
    let mut bench = Bench::on_server(&database).await;
    let storage = PostgresStorage::open(&database.url).await.unwrap();
    bench.storage = storage.with_replica(&standby.url, BOUND).unwrap();
    let wallet: UserId = bench.world.id();
    assert_eq!(bench.post("first", wallet, 100).await, Posted::New);
    until_it_is_asked(&bench, &standby, wallet).await;
    drop(standby);
    assert_eq!(bench.post("second", wallet, 100).await, Posted::New);
    let began = Instant::now();
    let fresh = bench.balance(Account::Wallet(wallet)).await;
    assert_eq!(stale(&bench, wallet).await, fresh, "the primary answers instead");
    assert!(began.elapsed() < Duration::from_secs(4), "and soon: {:?}", began.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_servers_standby_is_never_read() {
    let name = "another_servers_standby_is_never_read";
    let (Some(cluster), Some(other)) = (cluster::found(name), cluster::own(name)) else { return };
    let (database, foreign) = (cluster.database().await, other.database().await);
    let standby = other.standby(&foreign);
    let mut bench = Bench::on_server(&database).await;
    let storage = PostgresStorage::open(&database.url).await.unwrap();
    bench.storage = storage.with_replica(&standby.url, BOUND).unwrap();
    let wallet: UserId = bench.world.id();
    assert_eq!(bench.post("first", wallet, 100).await, Posted::New);
    for _ in 0..20 {
        assert_eq!(stale(&bench, wallet).await, 100);
        sleep(Duration::from_millis(100)).await;
    }
}

//! Copies of whole databases: taken while others write, looked through, put back on either engine.

use super::{cluster, file::tamper, fixture::Bench};
use jiff::Timestamp;
use nexa_core::{
    domain::ledger::Account,
    ids::UserId,
    ports::storage::{Posted, Storage as _},
    sql::{Inventory, OpenError, PostgresStorage, SqliteStorage},
};
use std::{fs, path::Path, sync::Arc, time::Duration};

async fn inspected(path: &Path) -> Inventory {
    SqliteStorage::inspect(path).await.unwrap()
}

fn entries(of: &Inventory) -> u64 {
    of.ledger.iter().map(|line| line.entries).sum()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[expect(clippy::disallowed_methods, reason = "writers that go on meanwhile need tasks of their own")]
async fn a_copy_is_sound_while_others_write_and_holds_nobody_up() {
    let bench = Arc::new(Bench::new().await);
    let writer = {
        let bench = Arc::clone(&bench);
        tokio::spawn(async move {
            let (wallet, mut slowest) = (bench.world.id::<nexa_core::ids::UserId>(), Duration::ZERO);
            for n in 0..400 {
                let begun = tokio::time::Instant::now();
                assert_eq!(bench.post(&format!("in {n}"), wallet, 5).await, Posted::New);
                slowest = slowest.max(begun.elapsed());
            }
            slowest
        })
    };
    let mut before = 0;
    for n in 0..20 {
        let to = bench.folder.path().join(format!("copy{n}.db"));
        SqliteStorage::snapshot(&bench.path(), &to).await.unwrap();
        let copy = inspected(&to).await;
        assert!(copy.ledger.iter().all(|line| line.sum == 0));
        assert!(entries(&copy) >= before, "what was committed is in later copies, too");
        before = entries(&copy);
        assert!(SqliteStorage::snapshot(&bench.path(), &to).await.is_err(), "nothing is written over");
    }
    let slowest = writer.await.unwrap();
    assert!(slowest < Duration::from_secs(5), "a writer waited for {slowest:?}");
    assert!(before > 0);
}

#[tokio::test]
async fn what_is_not_sound_is_told() {
    let bench = Bench::new().await;
    let wallet = bench.world.id();
    assert_eq!(bench.post("in", wallet, 5).await, Posted::New);
    let ways: [(&str, &str); 4] = [
        ("UPDATE balances SET minor = minor + 1", "a balance is not"),
        (
            "DROP TRIGGER entries_no_update; UPDATE entries SET minor = minor + 1 WHERE line = 0",
            "does not sum to zero",
        ),
        ("PRAGMA foreign_keys = OFF; DELETE FROM shops", "refers to one that is missing"),
        ("UPDATE migrations SET digest = 'x'", "another build"),
    ];
    for (at, (tampering, told)) in ways.into_iter().enumerate() {
        let to = bench.folder.path().join(format!("copy{at}.db"));
        SqliteStorage::snapshot(&bench.path(), &to).await.unwrap();
        tamper(&to, tampering).unwrap();
        let error = SqliteStorage::inspect(&to).await.unwrap_err().to_string();
        assert!(error.contains(told), "{error}");
    }
    let to = bench.folder.path().join("torn.db");
    SqliteStorage::snapshot(&bench.path(), &to).await.unwrap();
    let mut bytes = fs::read(&to).unwrap();
    bytes[20_000..24_000].fill(0xa5);
    fs::write(&to, bytes).unwrap();
    assert!(matches!(SqliteStorage::inspect(&to).await, Err(OpenError::Damaged { .. })));
}

#[tokio::test]
async fn what_goes_on_from_a_copy_numbers_nothing_a_second_time() {
    let bench = Bench::new().await;
    let next = async |storage: &SqliteStorage| {
        let mut tx = storage.begin().await.unwrap();
        let given = tx.next_index("addresses").await.unwrap();
        tx.commit().await.unwrap();
        given
    };
    assert_eq!(next(&bench.storage).await, 0);
    let to = bench.folder.path().join("copy.db");
    SqliteStorage::snapshot(&bench.path(), &to).await.unwrap();
    let lost = [next(&bench.storage).await, next(&bench.storage).await];
    let now = bench.world.now();
    SqliteStorage::pass_over(&to, now, now).await.unwrap();
    let restored = SqliteStorage::open(&to).await.unwrap();
    let given = next(&restored).await;
    assert!(!lost.contains(&given) && given >= 50, "{given}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shop_goes_from_a_file_to_a_server_and_back() {
    let Some(cluster) = cluster::found("a_shop_goes_from_a_file_to_a_server_and_back") else { return };
    let bench = Bench::new().await;
    let wallet: UserId = bench.world.id();
    for n in 0..1_200 {
        assert_eq!(bench.post(&format!("in\t{n}\\N\n«پول»"), wallet, 5).await, Posted::New);
    }
    let from = bench.folder.path().join("copy.db");
    SqliteStorage::snapshot(&bench.path(), &from).await.unwrap();
    let here = inspected(&from).await;
    let now: Timestamp = "2026-11-28T06:00:00Z".parse().unwrap();

    let database = cluster.empty();
    let kept = PostgresStorage::restore(&database.url, &from, false, now).await.unwrap();
    assert_eq!(kept, None);
    let storage = PostgresStorage::open(&database.url).await.unwrap();
    let told = PostgresStorage::restore(&database.url, &from, true, now).await.unwrap_err();
    assert!(matches!(told, OpenError::InUse(_)), "{told}");
    let mut read = storage.read().await.unwrap();
    let account = Account::Wallet(wallet);
    let currency = nexa_core::domain::money::Currency::Irr;
    assert_eq!(read.balance(bench.shop, account, currency).await.unwrap().minor, 6_000);
    drop(read);
    let back = bench.folder.path().join("back.db");
    PostgresStorage::snapshot(&database.url, &back).await.unwrap();
    storage.close().await;
    drop(storage);
    assert_eq!(inspected(&back).await, here);

    // The server takes leave of a connection a moment after it was closed.
    let others = "SELECT COUNT(*) FROM pg_stat_activity \
        WHERE datname = current_database() AND pid <> pg_backend_pid()";
    for _ in 0..500 {
        if database.tell(others).unwrap() == "0" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let told = PostgresStorage::restore(&database.url, &from, false, now).await.unwrap_err().to_string();
    assert!(told.contains("is not empty"), "{told}");
    let kept = PostgresStorage::restore(&database.url, &back, true, now).await.unwrap();
    assert_eq!(kept.as_deref(), Some("before_restore_20261128_060000"));
    let storage = PostgresStorage::open(&database.url).await.unwrap();
    storage.check().await.unwrap();
    storage.close().await;
}

#[tokio::test]
async fn one_process_of_all_has_the_turn_to_make_a_backup() {
    let Some(cluster) = cluster::found("one_process_of_all_has_the_turn_to_make_a_backup") else { return };
    let database = cluster.empty();
    let turn = PostgresStorage::backup_turn(&database.url).await.unwrap();
    assert!(turn.is_some());
    assert!(PostgresStorage::backup_turn(&database.url).await.unwrap().is_none());
}

//! How much a server takes, in turns and beside each other, measured in one run:
//! `NEXA_MEASURE=1 cargo test -p nexa-core --features testing,postgres --test storage pace -- --nocapture`.
#![expect(
    clippy::disallowed_methods,
    reason = "a measurement looks at the clock, and callers need tasks of their own"
)]
#![expect(clippy::print_stdout, reason = "the figures are what whoever runs it wants to see")]
#![expect(clippy::as_conversions, clippy::cast_precision_loss, clippy::float_arithmetic, reason = "a rate")]

use super::{
    cluster::{self, Cluster, Database},
    fixture::Bench,
    market::{ALL, Market},
};
use nexa_core::{
    error::Failure,
    ids::UserId,
    ports::storage::{Posted, Read, Storage, StorageTimes, Tx},
    sql::PostgresStorage,
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// How long each figure is measured.
const SPAN: Duration = Duration::from_secs(4);
const CALLERS: usize = 16;

/// A storage in which everybody takes turns, as if nothing could run beside.
struct InTurns(PostgresStorage);

#[async_trait::async_trait]
impl Storage for InTurns {
    async fn begin(&self) -> Result<Box<dyn Tx>, Failure> {
        self.0.begin().await
    }
    async fn read(&self) -> Result<Box<dyn Read>, Failure> {
        self.0.read().await
    }
    async fn check(&self) -> Result<(), Failure> {
        self.0.check().await
    }
    fn times(&self) -> StorageTimes {
        self.0.times()
    }
}

/// Transactions of two journals each that so many callers make in a second.
async fn transactions(benches: &[Arc<Bench<PostgresStorage>>], callers: usize, beside: bool) -> f64 {
    let since = Instant::now();
    let tasks = (0..callers).map(|caller| {
        let bench = Arc::clone(&benches[caller % benches.len()]);
        tokio::spawn(async move {
            let mut made = 0_u32;
            while since.elapsed() < SPAN {
                let wallet: UserId = bench.world.id();
                let storage = &bench.storage;
                let begun = if beside { storage.begin_beside().await } else { storage.begin().await };
                let mut tx = begun.unwrap();
                for (way, minor) in [("in", 10), ("out", -10)] {
                    let journal = bench.journal(&format!("{way}:{wallet}"), wallet, minor);
                    assert_eq!(tx.post(&journal).await.unwrap(), Posted::New);
                }
                tx.commit().await.unwrap();
                made += 1;
            }
            made
        })
    });
    let mut made = 0;
    for task in futures::future::join_all(tasks).await {
        made += task.unwrap();
    }
    f64::from(made) / since.elapsed().as_secs_f64()
}

/// A server, when figures are asked for: they say nothing beside other tests.
fn wished(name: &str) -> Option<&'static Cluster> {
    if std::env::var_os("NEXA_MEASURE").is_none() {
        println!("SKIPPED: {name} is a measurement; NEXA_MEASURE=1 asks for it");
        return None;
    }
    cluster::found(name)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn transactions_a_second() {
    let Some(cluster) = wished("transactions_a_second") else { return };
    let database = cluster.database().await;
    let first = Arc::new(Bench::on_server(&database).await);
    let storage = PostgresStorage::open(&database.url).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let second = Arc::new(Bench { folder, storage, world: first.world.clone(), shop: first.shop });
    let both = [Arc::clone(&first), second];
    for (processes, callers) in [(1, 1), (1, CALLERS), (2, CALLERS)] {
        let benches = &both[..processes];
        let turns = transactions(benches, callers, false).await;
        let beside = transactions(benches, callers, true).await;
        println!("{processes} processes, {callers} callers: {turns:.0}/s in turns, {beside:.0}/s beside");
    }
    first.require_sound_books().await;
    println!("{:?}", first.storage.times());
}

/// Orders that so many processes sell and deliver in a second.
async fn orders(database: &Database, processes: usize, beside: bool) -> f64 {
    let mut storages: Vec<Arc<dyn Storage>> = Vec::new();
    for _ in 0..processes {
        let storage = PostgresStorage::open(&database.url).await.unwrap();
        storages.push(if beside { Arc::new(storage) } else { Arc::new(InTurns(storage)) });
    }
    let market = Arc::new(Market::open(storages).await);
    let since = Instant::now();
    market.sells_all().await;
    let sold = since.elapsed();
    let done = "SELECT COUNT(*) FROM orders WHERE state = 'fulfilled'";
    while database.tell(done).unwrap() != ALL.to_string() {
        assert!(since.elapsed() < Duration::from_mins(3), "{}", database.tell(done).unwrap());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let rate = ALL as f64 / since.elapsed().as_secs_f64();
    println!("{ALL} orders: paid after {sold:?}, delivered after {:?}", since.elapsed());
    market.closes().await;
    rate
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn orders_a_second() {
    let Some(cluster) = wished("orders_a_second") else { return };
    for processes in [1, 2] {
        let turns = orders(&cluster.database().await, processes, false).await;
        let beside = orders(&cluster.database().await, processes, true).await;
        println!("{processes} processes: {turns:.0} orders/s in turns, {beside:.0} orders/s beside");
    }
}

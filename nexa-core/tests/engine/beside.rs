//! Several workers on one storage, each in an engine of its own, as processes beside each other have them.

use super::{Shop, now_state};
use futures::{executor::block_on, future::join};
use jiff::SignedDuration;
use nexa_core::{Nexa, Worker, secret::Keys, sim::panel::Call};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

/// A worker of another process on the shop's storage.
fn another(shop: &Shop) -> Worker {
    let world = nexa_core::world::World::new(
        Arc::<nexa_core::sim::SimClock>::clone(&shop.clock),
        Arc::new(nexa_core::world::OsEntropy),
    );
    Nexa::builder(Arc::new(shop.storage.clone()), Keys::new([7; 32]))
        .world(world)
        .panel_kind(Arc::<nexa_core::sim::panel_kind::FakePanelKind>::clone(&shop.panels))
        .build()
        .worker()
}

/// How often the panel was read in three hours, which the workers of so many processes went through.
async fn reads_with(others: usize) -> usize {
    let shop = Shop::with(&["one"]).await;
    let workers: Vec<Worker> = (0..others).map(|_| another(&shop)).collect();
    let ali = shop.customer(500).await;
    let order = ali.checkout(shop.wish("wallet", None), None).await.unwrap();
    shop.works().await;
    assert_eq!(now_state(&ali, &order).await, "fulfilled");
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    shop.panels.panel("one").plan(move |call, _| {
        if call == Call::Read {
            counted.fetch_add(1, Ordering::Relaxed);
        }
        None
    });
    for _ in 0..3 * 60 {
        shop.clock.advance(SignedDuration::from_mins(1));
        for _ in 0..3 {
            let all = futures::future::join_all(workers.iter().map(Worker::tick));
            let (own, all) = join(shop.worker.tick(), all).await;
            own.unwrap();
            assert!(all.iter().all(Result::is_ok));
        }
    }
    assert!(shop.operator.poison_jobs().await.unwrap().is_empty());
    count.load(Ordering::Relaxed)
}

#[test]
fn what_is_due_every_few_minutes_is_done_once_however_many_work() {
    block_on(async {
        let alone = reads_with(0).await;
        assert!(alone > 20, "it is read every few minutes: {alone}");
        for others in [1, 3] {
            assert_eq!(reads_with(others).await, alone, "with {others} others");
        }
    });
}

#[test]
fn every_process_may_prepare_and_no_job_comes_twice() {
    block_on(async {
        let shop = Shop::with(&["one", "two"]).await;
        let jobs = async || {
            use nexa_core::ports::storage::Storage as _;
            shop.storage.read().await.unwrap().count_jobs().await.unwrap()
        };
        shop.worker.prepare().await.unwrap();
        let first = jobs().await;
        for _ in 0..3 {
            another(&shop).prepare().await.unwrap();
        }
        assert_eq!(jobs().await, first);
        let stranger = Nexa::builder(Arc::new(shop.storage.clone()), Keys::new([8; 32])).build();
        assert!(stranger.worker().prepare().await.is_err(), "a worker with another key does not begin");
    });
}

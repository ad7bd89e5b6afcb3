//! A worker that sleeps past its lease, as a stopped process or a machine that swaps does, and wakes with an old reading.

use super::Shop;
use async_trait::async_trait;
use futures::{executor::block_on, future::join};
use jiff::SignedDuration;
use nexa_core::{
    Nexa,
    error::Failure,
    memory::MemoryStorage,
    ports::storage::{Read, Storage, Tx},
    secret::Keys,
    sim::{panel::Call, panel_kind::FakePanelKind},
    world::Clock as _,
};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use tokio::sync::Semaphore;

const GIB: u64 = 1 << 30;

/// What holds a sleeper's transactions off.
struct Gate {
    shut: AtomicBool,
    asleep: Semaphore,
    open: Semaphore,
}

/// The storage as a process has it that falls asleep before it begins to write.
struct Sleeping {
    below: MemoryStorage,
    gate: Arc<Gate>,
}

#[async_trait]
impl Storage for Sleeping {
    async fn begin(&self) -> Result<Box<dyn Tx>, Failure> {
        if self.gate.shut.load(Ordering::Relaxed) {
            self.gate.asleep.add_permits(1);
            drop(self.gate.open.acquire().await.unwrap());
        }
        self.below.begin().await
    }
    async fn read(&self) -> Result<Box<dyn Read>, Failure> {
        self.below.read().await
    }
    async fn check(&self) -> Result<(), Failure> {
        self.below.check().await
    }
}

#[test]
fn a_worker_that_slept_past_its_lease_writes_no_older_reading() {
    block_on(async {
        let shop = Shop::with(&["one"]).await;
        let ali = shop.customer(500).await;
        ali.checkout(shop.wish("wallet", None), None).await.unwrap();
        shop.works().await;
        let panel = shop.panels.panel("one");
        let id = *panel.truth().accounts.keys().next().unwrap();
        panel.consume(id, GIB);
        shop.clock.advance(SignedDuration::from_mins(2));

        let (shut, none) = (AtomicBool::new(false), || Semaphore::new(0));
        let gate = Arc::new(Gate { shut, asleep: none(), open: none() });
        let storage = Sleeping { below: shop.storage.clone(), gate: Arc::clone(&gate) };
        // Its clock stands still while it sleeps, so it does not know that its time is over.
        let (world, _) = nexa_core::sim::world(12, shop.clock.now());
        let sleeper = Nexa::builder(Arc::new(storage), Keys::new([7; 32]))
            .world(world)
            .panel_kind(Arc::<FakePanelKind>::clone(&shop.panels))
            .build()
            .worker();
        let reads = Arc::clone(&gate);
        panel.plan(move |call, _| {
            if call == Call::Read {
                reads.shut.store(true, Ordering::Relaxed);
            }
            None
        });
        let others = async {
            // It has read one GiB and is about to say so.
            drop(gate.asleep.acquire().await.unwrap());
            panel.behave();
            panel.consume(id, GIB);
            shop.clock.advance(SignedDuration::from_mins(10));
            shop.works().await;
            let used = ali.subscriptions().await.unwrap()[0].used_bytes;
            gate.shut.store(false, Ordering::Relaxed);
            gate.open.add_permits(Semaphore::MAX_PERMITS);
            used
        };
        let (slept, used) = join(sleeper.tick(), others).await;
        slept.unwrap();
        assert_eq!(used, 2 * GIB, "somebody else did the work meanwhile");
        assert_eq!(ali.subscriptions().await.unwrap()[0].used_bytes, 2 * GIB, "what it had read is older");
        shop.after(3, SignedDuration::from_mins(2)).await;
        assert_eq!(ali.subscriptions().await.unwrap()[0].used_bytes, 2 * GIB);
    });
}

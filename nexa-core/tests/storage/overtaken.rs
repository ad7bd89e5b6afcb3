//! Every step that runs beside others is overtaken again and again: it is run once more, and nothing of it happens twice.
#![expect(clippy::disallowed_methods, reason = "a test that waits looks at the clock")]

use super::market::{ALL, Market};
use async_trait::async_trait;
use nexa_core::{
    domain::order::OrderState,
    error::Failure,
    ids::Id as _,
    memory::MemoryStorage,
    ports::storage::{OrderFilter, Page, Read, ReadLayer, Storage, Tx, TxLayer},
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

/// A storage in which somebody else was faster in two commits of three.
struct Hurried {
    below: MemoryStorage,
    commits: Arc<AtomicUsize>,
}

struct Overtaken {
    below: Box<dyn Tx>,
    commits: Arc<AtomicUsize>,
}

#[async_trait]
impl Storage for Hurried {
    async fn begin(&self) -> Result<Box<dyn Tx>, Failure> {
        self.below.begin().await
    }
    async fn begin_beside(&self) -> Result<Box<dyn Tx>, Failure> {
        Ok(Box::new(Overtaken { below: self.below.begin().await?, commits: Arc::clone(&self.commits) }))
    }
    async fn read(&self) -> Result<Box<dyn Read>, Failure> {
        self.below.read().await
    }
    async fn check(&self) -> Result<(), Failure> {
        self.below.check().await
    }
}

#[async_trait]
impl ReadLayer for Overtaken {
    fn read_below(&mut self) -> &mut dyn Read {
        self.below.as_read()
    }
}

#[async_trait]
impl TxLayer for Overtaken {
    fn tx_below(&mut self) -> &mut dyn Tx {
        self.below.as_mut()
    }
}

#[async_trait]
impl Tx for Overtaken {
    async fn commit(self: Box<Self>) -> Result<(), Failure> {
        if self.commits.fetch_add(1, Ordering::Relaxed) % 3 < 2 {
            return Err(Failure::overtaken());
        }
        self.below.commit().await
    }
    fn as_read(&mut self) -> &mut dyn Read {
        self
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_overtaken_again_and_again_still_happens_once() {
    let commits = Arc::new(AtomicUsize::new(0));
    let below = MemoryStorage::new();
    let storage = Hurried { below: below.clone(), commits: Arc::clone(&commits) };
    let market = Arc::new(Market::open(vec![Arc::new(storage)]).await);
    market.sells_all().await;
    let since = Instant::now();
    let filter = OrderFilter { state: Some(OrderState::Fulfilled), ..OrderFilter::default() };
    let delivered = async || {
        let (mut read, mut page, mut all) = (below.read().await.unwrap(), Page::default(), 0);
        loop {
            let orders = read.orders(market.shop, filter, page).await.unwrap();
            let Some(last) = orders.last() else { return all };
            page.before = Some(last.id.uuid());
            all += orders.len();
        }
    };
    while delivered().await < ALL {
        assert!(since.elapsed() < Duration::from_secs(90), "{} of {ALL}", delivered().await);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(market.panels.panel("one").truth().accounts.len(), ALL, "each has one identity");
    assert!(commits.load(Ordering::Relaxed) > ALL * 3, "many were overtaken");
    market.closes().await;
}

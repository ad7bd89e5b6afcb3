//! A door whose looks into the books are counted.

use super::Shop;
use async_trait::async_trait;
use nexa_core::{
    Nexa,
    error::Failure,
    frontdesk::Frontdesk,
    ports::storage::{Read, Storage, Tx},
    secret::Keys,
};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

struct Counted {
    inner: Arc<dyn Storage>,
    looks: Arc<AtomicUsize>,
}

#[async_trait]
impl Storage for Counted {
    async fn begin(&self) -> Result<Box<dyn Tx>, Failure> {
        self.looks.fetch_add(1, Ordering::Relaxed);
        self.inner.begin().await
    }
    async fn begin_beside(&self) -> Result<Box<dyn Tx>, Failure> {
        self.looks.fetch_add(1, Ordering::Relaxed);
        self.inner.begin_beside().await
    }
    async fn read(&self) -> Result<Box<dyn Read>, Failure> {
        self.looks.fetch_add(1, Ordering::Relaxed);
        self.inner.read().await
    }
    async fn read_stale(&self) -> Result<Box<dyn Read>, Failure> {
        self.looks.fetch_add(1, Ordering::Relaxed);
        self.inner.read_stale().await
    }
    async fn check(&self) -> Result<(), Failure> {
        self.inner.check().await
    }
}

impl Shop {
    /// Another door to the same books, and how often it looked into them.
    pub fn watched(&self) -> (Arc<dyn Frontdesk>, impl Fn() -> usize) {
        let looks = Arc::new(AtomicUsize::new(0));
        let storage = Counted { inner: Arc::clone(&self.storage), looks: Arc::clone(&looks) };
        let nexa = Nexa::builder(Arc::new(storage), Keys::new([7; 32])).world(self.world.clone()).build();
        (nexa.frontdesk(), move || looks.load(Ordering::Relaxed))
    }
}

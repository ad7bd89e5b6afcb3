//! Books that cannot be opened for a while.

use async_trait::async_trait;
use nexa_core::{
    error::{Failure, Part, Retry},
    ports::storage::{Read, Storage, Tx},
};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// See the module.
pub struct Breakable {
    pub inner: Arc<dyn Storage>,
    pub broken: Arc<AtomicBool>,
}

impl Breakable {
    fn works(&self) -> Result<(), Failure> {
        let what = "the disk is full".to_owned();
        let failed = Failure { part: Part::Storage, retry: Retry::Soon, what };
        if self.broken.load(Ordering::SeqCst) { Err(failed) } else { Ok(()) }
    }
}

#[async_trait]
impl Storage for Breakable {
    async fn begin(&self) -> Result<Box<dyn Tx>, Failure> {
        self.works()?;
        self.inner.begin().await
    }
    async fn read(&self) -> Result<Box<dyn Read>, Failure> {
        self.works()?;
        self.inner.read().await
    }
    /// So that the bots of these tests lead as those of several processes do.
    fn is_shared(&self) -> bool {
        true
    }
    async fn check(&self) -> Result<(), Failure> {
        self.works()?;
        self.inner.check().await
    }
}

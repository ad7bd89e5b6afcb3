//! Storage with the world's faults: it is busy, it loses a commit or only the answer to one, and every call is a place
//! where the process may die. What it keeps is the reference storage's business.

use super::{env::Env, mutant::Mutant, trouble::Trouble};
use async_trait::async_trait;
use nexa_core::{
    error::Failure,
    ports::storage::{Read, Storage, StorageTimes, Tx},
};
use std::sync::Arc;

/// A way into the one database that outlives all processes.
pub struct SimStorage {
    /// The outside.
    pub env: Arc<Env>,
}

/// A transaction that may be cut off anywhere.
pub struct SimTx {
    pub(super) inner: Box<dyn Tx>,
    pub(super) env: Arc<Env>,
    pub(super) posted: bool,
    open: Open,
    beside: bool,
}

/// Counts open transactions.
struct Open(Arc<Env>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.count_open(false);
    }
}

impl SimTx {
    /// Now and then others run in the middle of a transaction, and the process may die there.
    pub(super) async fn step(&mut self) {
        if self.env.dice.hit(60) {
            self.env.point().await;
        }
    }

    /// Makes it last, unless the seed says that it gets lost.
    pub(super) async fn end(self) -> Result<(), Failure> {
        let Self { inner, env, posted, open, beside } = self;
        env.point().await;
        if env.fault(env.rates.storage, Trouble::CommitLost) {
            return if env.is_mutant(Mutant::LostCommitIsOk) {
                Ok(())
            } else {
                Err(Failure::storage("the commit got lost"))
            };
        }
        if beside && env.fault(env.rates.storage, Trouble::Overtaken) {
            return Err(Failure::overtaken());
        }
        inner.commit().await?;
        drop(open);
        env.tally().commits += 1;
        if posted {
            env.check_books();
        }
        env.point().await;
        if env.fault(env.rates.storage, Trouble::CommitUnheard) {
            return Err(Failure::storage("the commit's answer got lost"));
        }
        Ok(())
    }
}

impl SimStorage {
    /// One that runs beside others may be overtaken by them.
    async fn unit(&self, beside: bool) -> Result<Box<dyn Tx>, Failure> {
        self.env.point().await;
        if self.env.fault(self.env.rates.storage, Trouble::StorageBusy) {
            return Err(Failure::storage("busy"));
        }
        let inner = self.env.storage.begin().await?;
        self.env.count_open(true);
        let env = Arc::clone(&self.env);
        Ok(Box::new(SimTx { inner, posted: false, open: Open(Arc::clone(&env)), env, beside }))
    }
}

#[async_trait]
impl Storage for SimStorage {
    async fn begin(&self) -> Result<Box<dyn Tx>, Failure> {
        self.unit(false).await
    }

    async fn begin_beside(&self) -> Result<Box<dyn Tx>, Failure> {
        self.unit(true).await
    }

    async fn read(&self) -> Result<Box<dyn Read>, Failure> {
        self.env.point().await;
        if self.env.fault(self.env.rates.storage / 4, Trouble::StorageBusy) {
            return Err(Failure::storage("busy"));
        }
        self.env.storage.read().await
    }

    async fn check(&self) -> Result<(), Failure> {
        self.env.storage.check().await
    }

    fn times(&self) -> StorageTimes {
        self.env.storage.times()
    }
}

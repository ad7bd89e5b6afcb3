//! A stash in memory, for engines that stand in for several processes.

use crate::{
    domain::time::after,
    ports::{
        limiter::Away,
        stash::{MOST_KEPT, Stash},
    },
    world::World,
};
use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// The stash. It holds whatever it is given, for tests only.
pub struct MemoryStash {
    world: World,
    kept: Mutex<BTreeMap<String, (Timestamp, Vec<u8>)>>,
}

impl MemoryStash {
    /// An empty one, by this world's time.
    #[must_use]
    pub fn new(world: World) -> Self {
        Self { world, kept: Mutex::default() }
    }

    /// All values that it was given and has not forgotten, as they stand there.
    #[must_use]
    pub fn values(&self) -> Vec<Vec<u8>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.values().map(|(_, value)| value.clone()).collect()
    }
}

#[async_trait]
impl Stash for MemoryStash {
    async fn find(&self, name: &str) -> Result<Option<Vec<u8>>, Away> {
        let now = self.world.now();
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, (until, _)| *until > now);
        Ok(kept.get(name).map(|(_, value)| value.clone()))
    }

    async fn keep(&self, name: &str, value: &[u8], time: Duration) -> Result<(), Away> {
        if value.len() <= MOST_KEPT {
            let time = SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX);
            let until = after(self.world.now(), time);
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.insert(name.to_owned(), (until, value.to_vec()));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        conformance::stash,
        world::{OsEntropy, SystemClock},
    };
    use std::sync::Arc;

    struct Here(Arc<MemoryStash>);

    #[async_trait]
    impl stash::Fixture for Here {
        fn stash(&self) -> Arc<dyn Stash> {
            Arc::<MemoryStash>::clone(&self.0)
        }

        async fn written(&self) -> Vec<u8> {
            self.0.values().concat()
        }
    }

    #[test]
    fn it_keeps_what_its_port_promises() {
        let make =
            async || Here(Arc::new(MemoryStash::new(World::new(Arc::new(SystemClock), Arc::new(OsEntropy)))));
        futures::executor::block_on(stash::all(make));
    }
}

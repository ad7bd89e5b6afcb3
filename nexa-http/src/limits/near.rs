//! The counters of this process.

use async_trait::async_trait;
use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::StateInformationMiddleware,
    state::keyed::DefaultKeyedStateStore,
};
use nexa_core::ports::limiter::{Away, Limiter, Pace, Taken};
use std::{
    collections::BTreeMap,
    num::NonZeroU32,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

type Keyed = RateLimiter<String, DefaultKeyedStateStore<String>, DefaultClock, StateInformationMiddleware>;

/// Subjects in memory at most for each pace, before those that are full again are dropped.
const MOST_SUBJECTS: usize = 50_000;

/// Counts in memory, so a restart forgets.
#[derive(Default)]
pub struct Near {
    paces: RwLock<BTreeMap<Pace, Arc<Keyed>>>,
    clock: DefaultClock,
}

impl Near {
    /// The same as [`Limiter::take`], which never has to wait here.
    pub fn count(&self, pace: Pace, subject: &str) -> Taken {
        let counted = self.of(pace);
        if counted.len() > MOST_SUBJECTS {
            counted.retain_recent();
        }
        match counted.check_key(&subject.to_owned()) {
            Ok(state) => Taken::Granted { left: state.remaining_burst_capacity() },
            Err(early) => {
                let wait = early.wait_time_from(self.clock.now()).as_millis();
                Taken::Early { wait_millis: u64::try_from(wait).unwrap_or(u64::MAX).max(1) }
            }
        }
    }

    fn of(&self, pace: Pace) -> Arc<Keyed> {
        let known = self.paces.read().unwrap_or_else(PoisonError::into_inner).get(&pace).map(Arc::clone);
        known.unwrap_or_else(|| {
            let mut paces = self.paces.write().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(paces.entry(pace).or_insert_with(|| Arc::new(keyed(pace))))
        })
    }
}

fn keyed(pace: Pace) -> Keyed {
    let burst = NonZeroU32::new(pace.burst).unwrap_or(NonZeroU32::MIN);
    let each = Duration::from_micros(pace.each_micros());
    let quota = Quota::with_period(each).unwrap_or(Quota::per_minute(burst)).allow_burst(burst);
    RateLimiter::keyed(quota).with_middleware()
}

#[async_trait]
impl Limiter for Near {
    async fn take(&self, pace: Pace, subject: &str) -> Result<Taken, Away> {
        Ok(self.count(pace, subject))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nexa_core::conformance::limiter;

    struct Here(Arc<Near>);

    #[async_trait]
    impl limiter::Fixture for Here {
        fn limiter(&self) -> Arc<dyn Limiter> {
            Arc::<Near>::clone(&self.0)
        }

        async fn written(&self) -> Vec<u8> {
            // It writes nothing down.
            Vec::new()
        }
    }

    #[tokio::test]
    async fn it_counts_as_its_port_promises() {
        limiter::all(async || Here(Arc::new(Near::default()))).await;
    }
}

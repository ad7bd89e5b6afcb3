//! The only place that may ask the operating system for the time or for randomness.
//!
//! Everything else receives a [`World`], so a simulation can replace both and replay a run from its seed.

use crate::ids::Id;
use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

/// Tells the time and waits.
///
/// # Behaviour
/// - `now` has millisecond precision, the precision that storage keeps.
/// - `sleep_until` returns at once when the moment has passed.
#[async_trait]
pub trait Clock: Send + Sync {
    /// The present moment, cut to milliseconds.
    fn now(&self) -> Timestamp;
    /// Returns when `moment` has come.
    async fn sleep_until(&self, moment: Timestamp);
}

/// Gives randomness fit for keys and tokens.
///
/// # Behaviour
/// - `fill` fills the whole buffer with unpredictable bytes.
pub trait Entropy: Send + Sync {
    /// Fills `bytes`.
    fn fill(&self, bytes: &mut [u8]);
}

/// Clock and entropy together, and what is made from both.
#[derive(Clone)]
pub struct World {
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    /// The millisecond and the 12-bit counter of the last id.
    last_id: Arc<Mutex<(u64, u16)>>,
}

impl World {
    /// A world made of these two.
    pub fn new(clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self { clock, entropy, last_id: Arc::default() }
    }

    /// The present moment.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Waits until `moment`.
    pub async fn sleep_until(&self, moment: Timestamp) {
        self.clock.sleep_until(moment).await;
    }

    /// Runs `future`, but not for longer than `limit`; `None` when the time ran out.
    pub async fn within<T>(&self, limit: SignedDuration, future: impl Future<Output = T>) -> Option<T> {
        let deadline = crate::domain::time::after(self.now(), limit);
        let timer = std::pin::pin!(self.sleep_until(deadline));
        let future = std::pin::pin!(future);
        match futures::future::select(future, timer).await {
            futures::future::Either::Left((value, _)) => Some(value),
            futures::future::Either::Right(((), _)) => None,
        }
    }

    /// `N` random bytes.
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.entropy.fill(&mut bytes);
        bytes
    }

    /// A number from 0 to `bound - 1`; 0 when `bound` is 0. The bias is below 2⁻³² for bounds below 2³².
    #[must_use]
    pub fn below(&self, bound: u64) -> u64 {
        u64::from_le_bytes(self.bytes()).checked_rem(bound).unwrap_or(0)
    }

    /// A fresh id: UUID version 7 of the present moment, with a counter, so that ids of one process sort by age also
    /// within a millisecond (RFC 9562 §6.2, method 1), and 62 random bits.
    #[must_use]
    pub fn id<T: Id>(&self) -> T {
        let mut bytes: [u8; 10] = self.bytes();
        let (millis, count) = self.next_id(u16::from_be_bytes([bytes[0], bytes[1]]));
        bytes[..2].copy_from_slice(&count.to_be_bytes());
        T::from(uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid())
    }

    /// The next millisecond and counter: a new millisecond begins its counter in the lower half, at random; a full one
    /// borrows from the millisecond to come.
    fn next_id(&self, random: u16) -> (u64, u16) {
        let millis = u64::try_from(self.now().as_millisecond()).unwrap_or(0);
        let mut last = self.last_id.lock().unwrap_or_else(PoisonError::into_inner);
        *last = match *last {
            (then, count) if millis <= then && count < 0xfff => (then, count + 1),
            (then, _) => (millis.max(then.saturating_add(u64::from(millis <= then))), random & 0x7ff),
        };
        *last
    }

    /// A random UUID version 4, for identities that leave our system.
    #[must_use]
    pub fn uuid_v4(&self) -> Uuid {
        uuid::Builder::from_random_bytes(self.bytes()).into_uuid()
    }
}

/// The operating system's clock. Needs a way to sleep, which belongs to the runtime, so storage-free embedders pass
/// their own; the one here waits on a thread of its own only while somebody sleeps.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks")]
    fn now(&self) -> Timestamp {
        let now = Timestamp::now();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }

    async fn sleep_until(&self, moment: Timestamp) {
        let left = moment.duration_since(self.now());
        let Ok(left) = std::time::Duration::try_from(left) else { return };
        futures_timer::Delay::new(left).await;
    }
}

/// The operating system's randomness.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsEntropy;

impl Entropy for OsEntropy {
    #[expect(
        clippy::disallowed_methods,
        clippy::panic,
        reason = "the one place; without randomness nothing is safe"
    )]
    fn fill(&self, bytes: &mut [u8]) {
        if let Err(error) = getrandom::fill(bytes) {
            panic!("the operating system gives no randomness: {error}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{OsEntropy, SystemClock, World};
    use crate::ids::OrderId;
    use std::{collections::BTreeSet, sync::Arc};

    #[test]
    fn ids_sort_by_age_also_within_a_millisecond() {
        let world = World::new(Arc::new(SystemClock), Arc::new(OsEntropy));
        let ids: Vec<OrderId> = (0..20_000).map(|_| world.id()).collect();
        assert!(ids.is_sorted());
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    }
}

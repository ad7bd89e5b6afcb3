//! What every limiter must do, one function per sentence of [`crate::ports::limiter::Limiter`].
#![expect(
    clippy::missing_panics_doc,
    clippy::expect_used,
    clippy::panic,
    reason = "a suite fails by panicking"
)]

use crate::{
    domain::time::after,
    ports::limiter::{Limiter, Pace, Taken},
    world::{OsEntropy, SystemClock, World},
};
use async_trait::async_trait;
use futures::future::join_all;
use jiff::SignedDuration;
use std::sync::Arc;

/// A limiter that has counted nothing yet, as several processes have it.
#[async_trait]
pub trait Fixture: Send + Sync {
    /// One process's way to it. Limiters of one process only give the same one each time.
    fn limiter(&self) -> Arc<dyn Limiter>;
    /// Everything that it has written down, as it stands there.
    async fn written(&self) -> Vec<u8>;
}

/// A window that outlives every test.
const SLOW: Pace = Pace { name: "slow", burst: 20, window_seconds: 600 };
/// One whose shares can be waited for.
const QUICK: Pace = Pace { name: "quick", burst: 4, window_seconds: 2 };

fn world() -> World {
    World::new(Arc::new(SystemClock), Arc::new(OsEntropy))
}

async fn wait(millis: u64) {
    let (world, millis) = (world(), i64::try_from(millis).unwrap_or(i64::MAX));
    world.sleep_until(after(world.now(), SignedDuration::from_millis(millis))).await;
}

async fn granted(limiter: &dyn Limiter, pace: Pace, subject: &str) -> bool {
    matches!(limiter.take(pace, subject).await, Ok(Taken::Granted { .. }))
}

/// `take` grants `burst` tries at once, and then one more each time that a share of the window is over.
pub async fn grants_a_burst_and_then_one_by_one(world: &dyn Fixture) {
    let limiter = world.limiter();
    let mut last = QUICK.burst;
    while let Ok(Taken::Granted { left }) = limiter.take(QUICK, "one").await {
        last = left;
    }
    assert_eq!(last, 0);
    let Ok(Taken::Early { wait_millis }) = limiter.take(QUICK, "one").await else { panic!("not refused") };
    assert!((1..=500).contains(&wait_millis), "{wait_millis}");
    wait(wait_millis + 20).await;
    assert!(granted(&*limiter, QUICK, "one").await, "its share is over");
}

/// A try that is refused uses nothing.
pub async fn refuses_for_nothing(world: &dyn Fixture) {
    let limiter = world.limiter();
    while granted(&*limiter, QUICK, "one").await {}
    for _ in 0..100 {
        limiter.take(QUICK, "one").await.expect("it answers");
    }
    let Ok(Taken::Early { wait_millis }) = limiter.take(QUICK, "one").await else { return };
    assert!(wait_millis <= 500, "a hundred refusals moved nothing: {wait_millis}");
    wait(wait_millis + 20).await;
    assert!(granted(&*limiter, QUICK, "one").await);
}

/// `left` is how many tries would be granted now; `wait_millis` is when the next one is, at most a share of the window.
pub async fn tells_what_is_left(world: &dyn Fixture) {
    let limiter = world.limiter();
    for taken in 1..=SLOW.burst {
        let left = SLOW.burst - taken;
        assert_eq!(limiter.take(SLOW, "one").await, Ok(Taken::Granted { left }));
    }
    let Ok(Taken::Early { wait_millis }) = limiter.take(SLOW, "one").await else { panic!("not refused") };
    assert!((20_000..=30_000).contains(&wait_millis), "{wait_millis}");
}

/// Tries of the same moment, whoever asks, are granted `burst` times in all.
pub async fn counts_for_everybody(world: &dyn Fixture) {
    let processes: Vec<_> = (0..4).map(|_| world.limiter()).collect();
    let tries = (0..100).zip(processes.iter().cycle()).map(|(_, limiter)| granted(&**limiter, SLOW, "one"));
    let through = join_all(tries).await.into_iter().filter(|granted| *granted).count();
    assert_eq!(through, 20);
}

/// Subjects, and names of paces, are counted apart.
pub async fn keeps_subjects_apart(world: &dyn Fixture) {
    let limiter = world.limiter();
    while granted(&*limiter, SLOW, "one").await {}
    assert!(granted(&*limiter, SLOW, "other").await);
    assert!(granted(&*limiter, Pace { name: "another", ..SLOW }, "one").await);
    // What is put together in another way is another subject.
    assert!(granted(&*limiter, Pace { name: "slowo", ..SLOW }, "ne").await);
}

/// A subject is never written down or told in clear.
pub async fn writes_no_subject_down(world: &dyn Fixture) {
    let limiter = world.limiter();
    assert!(granted(&*limiter, SLOW, "192.0.2.77").await);
    let written = world.written().await;
    let found = |needle: &[u8]| written.windows(needle.len()).any(|part| part == needle);
    assert!(!found(b"192.0.2.77") && !found(b"192.0.2"), "{}", String::from_utf8_lossy(&written));
}

/// Every case, each against a new limiter.
pub async fn all<F: Fixture>(make: impl AsyncFn() -> F) {
    grants_a_burst_and_then_one_by_one(&make().await).await;
    refuses_for_nothing(&make().await).await;
    tells_what_is_left(&make().await).await;
    counts_for_everybody(&make().await).await;
    keeps_subjects_apart(&make().await).await;
    writes_no_subject_down(&make().await).await;
}

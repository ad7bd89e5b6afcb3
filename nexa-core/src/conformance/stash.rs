//! What every stash must do, one function per sentence of [`crate::ports::stash::Stash`].
#![expect(clippy::missing_panics_doc, clippy::expect_used, reason = "a suite fails by panicking")]

use crate::{
    domain::time::after,
    ports::stash::{MOST_KEPT, Stash},
    world::{OsEntropy, SystemClock, World},
};
use async_trait::async_trait;
use jiff::SignedDuration;
use std::{sync::Arc, time::Duration};

/// A stash that holds nothing yet, as several processes have it.
#[async_trait]
pub trait Fixture: Send + Sync {
    /// One process's way to it.
    fn stash(&self) -> Arc<dyn Stash>;
    /// Everything that it has written down, as it stands there.
    async fn written(&self) -> Vec<u8>;
}

const LONG: Duration = Duration::from_mins(1);

/// `find` gives what `keep` was given last under the same name, byte for byte, whoever kept it.
pub async fn gives_what_was_kept(world: &dyn Fixture) {
    let (one, other) = (world.stash(), world.stash());
    let every_byte: Vec<u8> = (0..=u8::MAX).collect();
    for value in [b"first".as_slice(), &every_byte, b""] {
        one.keep("name", value, LONG).await.expect("it is there");
        assert_eq!(other.find("name").await, Ok(Some(value.to_vec())));
    }
}

/// `find` gives nothing for a name that nothing was kept under.
pub async fn invents_nothing(world: &dyn Fixture) {
    let stash = world.stash();
    stash.keep("name", b"value", LONG).await.expect("it is there");
    assert_eq!(stash.find("other").await, Ok(None));
    assert_eq!(stash.find("").await, Ok(None));
}

/// What is kept is gone when its time is over, at the latest a second later.
pub async fn forgets_in_time(world: &dyn Fixture) {
    let stash = world.stash();
    stash.keep("short", b"value", Duration::from_millis(300)).await.expect("it is there");
    stash.keep("long", b"value", LONG).await.expect("it is there");
    let world = World::new(Arc::new(SystemClock), Arc::new(OsEntropy));
    world.sleep_until(after(world.now(), SignedDuration::from_millis(1300))).await;
    assert_eq!(stash.find("short").await, Ok(None));
    assert_eq!(stash.find("long").await, Ok(Some(b"value".to_vec())));
}

/// Values of more than [`MOST_KEPT`] bytes are not kept.
pub async fn keeps_nothing_huge(world: &dyn Fixture) {
    let stash = world.stash();
    let most = vec![7; MOST_KEPT];
    stash.keep("most", &most, LONG).await.expect("it is there");
    assert_eq!(stash.find("most").await, Ok(Some(most)));
    drop(stash.keep("more", &vec![7; MOST_KEPT + 1], LONG).await);
    assert_eq!(stash.find("more").await, Ok(None));
}

/// A name is never written down or told in clear.
pub async fn writes_no_name_down(world: &dyn Fixture) {
    let stash = world.stash();
    stash.keep("rendered|aq3x7kd2", b"value", LONG).await.expect("it is there");
    let written = world.written().await;
    assert!(!written.windows(8).any(|part| part == b"aq3x7kd2"), "{}", String::from_utf8_lossy(&written));
}

/// Every case, each against a new stash.
pub async fn all<F: Fixture>(make: impl AsyncFn() -> F) {
    gives_what_was_kept(&make().await).await;
    invents_nothing(&make().await).await;
    forgets_in_time(&make().await).await;
    keeps_nothing_huge(&make().await).await;
    writes_no_name_down(&make().await).await;
}

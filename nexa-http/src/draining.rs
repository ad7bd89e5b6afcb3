//! Whether this process is about to end: it still answers, but proxies shall send nobody new.

use std::sync::Arc;
use tokio::sync::watch;

/// Begun once, when the program is told to end; clones share it. Whoever answers "are you ready" asks it.
#[derive(Clone, Debug)]
pub struct Draining(Arc<watch::Sender<bool>>);

impl Default for Draining {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }
}

impl Draining {
    /// From here on nobody new is wanted. There is no way back.
    pub fn begin(&self) {
        self.0.send_replace(true);
    }

    /// Whether it has begun.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        *self.0.borrow()
    }

    /// Returns when it has begun.
    pub async fn begun(&self) {
        let mut watched = self.0.subscribe();
        // The sender lives as long as this.
        drop(watched.wait_for(|begun| *begun).await);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn clones_hear_of_it_before_and_after() {
        let (draining, seen) = (Draining::default(), Draining::default());
        let clone = draining.clone();
        let waiting = clone.begun();
        assert!(!draining.has_begun());
        draining.begin();
        waiting.await;
        draining.clone().begun().await;
        assert!(draining.clone().has_begun() && !seen.has_begun());
    }
}

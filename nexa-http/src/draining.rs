//! Whether the program is about to end: it still answers, but wants no new customers.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// A flag that whoever runs the program raises when it was told to stop. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Draining(Arc<AtomicBool>);

impl Draining {
    /// From now on, and for ever.
    pub fn begin(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Whether it has begun.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

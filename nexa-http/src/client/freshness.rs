//! How old an answer is.

use jiff::Timestamp;
use std::sync::{Arc, Mutex, PoisonError};

/// Tells whether the last answer came from the shop or from what was kept.
#[derive(Clone, Default)]
pub struct Freshness(Arc<Mutex<Option<Timestamp>>>);

impl Freshness {
    /// When the last answer was the shop's, if it is not the shop's of now.
    #[must_use]
    pub fn stale_since(&self) -> Option<Timestamp> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn note(&self, since: Option<Timestamp>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = since;
    }
}

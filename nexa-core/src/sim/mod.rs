//! A world in which time passes only when told and randomness comes from a seed, so that every run can be repeated.

mod bank;
pub mod caller;
mod clock;
mod entropy;
pub mod gateway;
pub mod notifier;
pub mod panel;
pub mod panel_kind;
mod panel_truth;
pub mod rates;
pub mod stash;

pub use clock::SimClock;
pub use entropy::SeededEntropy;

use crate::world::World;
use jiff::Timestamp;
use std::sync::Arc;

/// A world from `seed` that begins at `start`, and the clock that moves it.
#[must_use]
pub fn world(seed: u64, start: Timestamp) -> (World, Arc<SimClock>) {
    let clock = Arc::new(SimClock::new(start));
    let shown: Arc<dyn crate::world::Clock> = Arc::<SimClock>::clone(&clock);
    (World::new(shown, Arc::new(SeededEntropy::new(seed))), clock)
}

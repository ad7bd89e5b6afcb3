//! The simulation's own randomness, apart from that of the engine, so that one draw more here changes no id there.

use nexa_core::sim::SeededEntropy;
use std::sync::Arc;

/// A stream of draws that the seed fixes.
#[derive(Clone)]
pub struct Dice {
    stream: Arc<SeededEntropy>,
}

impl Dice {
    /// The stream of this seed and purpose.
    pub fn new(seed: u64, purpose: u64) -> Self {
        let stream = SeededEntropy::new(seed.wrapping_mul(0x9e37_79b9).wrapping_add(purpose << 48));
        Self { stream: Arc::new(stream) }
    }

    /// A number from 0 to `bound - 1`.
    pub fn below(&self, bound: u64) -> u64 {
        self.stream.next().checked_rem(bound).unwrap_or(0)
    }

    /// A number from `least` to `most`.
    pub fn between(&self, least: u64, most: u64) -> u64 {
        least + self.below(most - least + 1)
    }

    /// Whether something happens that happens so often in a thousand.
    pub fn hit(&self, per_mille: u64) -> bool {
        self.below(1000) < per_mille
    }

    /// A place in a list of this length.
    pub fn index(&self, length: usize) -> usize {
        usize::try_from(self.below(u64::try_from(length).unwrap_or(1))).unwrap_or(0)
    }

    /// One of these.
    pub fn pick<'a, T>(&self, of: &'a [T]) -> Option<&'a T> {
        if of.is_empty() { None } else { of.get(self.index(of.len())) }
    }
}

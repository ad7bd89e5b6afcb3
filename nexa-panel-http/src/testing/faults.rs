//! What is to go wrong at a fake panel.

use std::collections::VecDeque;

/// Failures that wait for a call that they fit, and a storm of those that pass.
#[derive(Debug)]
pub struct Faults<F: 'static> {
    passing: &'static [F],
    queue: VecDeque<F>,
    per_mille: u64,
    state: u64,
}

impl<F: Copy> Faults<F> {
    /// Nothing goes wrong. `passing` are those after which the panel is alive and the same words again settle everything.
    #[must_use]
    pub const fn new(passing: &'static [F]) -> Self {
        Self { passing, queue: VecDeque::new(), per_mille: 0, state: 1 }
    }

    /// Adds one to the queue.
    pub fn push(&mut self, fault: F) {
        self.queue.push_back(fault);
    }

    /// Lets `per_mille` of all calls meet a passing fault that fits them, drawn from `seed`; 0 ends it.
    pub const fn set_storm(&mut self, seed: u64, per_mille: u64) {
        self.per_mille = per_mille;
        self.state = seed | 1;
    }

    /// The fault that a call meets: the first in the queue that `fits`, else one of the storm's.
    pub fn draw(&mut self, fits: impl Fn(F) -> bool) -> Option<F> {
        if let Some(index) = self.queue.iter().position(|fault| fits(*fault)) {
            return self.queue.remove(index);
        }
        if self.per_mille == 0 || self.next() % 1000 >= self.per_mille {
            return None;
        }
        let count = u64::try_from(self.passing.len()).unwrap_or(1).max(1);
        let index = usize::try_from(self.next() % count).unwrap_or(0);
        self.passing.get(index).copied().filter(|fault| fits(*fault))
    }

    /// Xorshift: good enough to pick faults with, and the same everywhere.
    const fn next(&mut self) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state >> 8
    }
}

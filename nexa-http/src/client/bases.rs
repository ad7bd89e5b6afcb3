//! The addresses of a shop: the one that answered last comes first.

use std::sync::atomic::{AtomicUsize, Ordering};

pub(super) struct Bases {
    all: Vec<String>,
    first: AtomicUsize,
}

impl Bases {
    /// Addresses without a slash at their end, at least one.
    pub fn new(all: Vec<String>) -> Self {
        Self { all, first: AtomicUsize::new(0) }
    }

    /// What tells this shop from others.
    pub fn name(&self) -> &str {
        self.all.first().map_or("", String::as_str)
    }

    /// All of them with their numbers, the sticky one first.
    pub fn in_turn(&self) -> impl Iterator<Item = (usize, &str)> {
        let first = self.first.load(Ordering::Relaxed);
        let number = move |step: usize| (first + step) % self.all.len();
        (0..self.all.len()).map(number).filter_map(|at| Some((at, self.all.get(at)?.as_str())))
    }

    /// This one answered.
    pub fn answered(&self, number: usize) {
        self.first.store(number, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::Bases;

    #[test]
    fn the_one_that_answered_is_asked_first() {
        let bases = Bases::new(["a", "b", "c"].map(str::to_owned).to_vec());
        let order = || bases.in_turn().map(|(_, base)| base).collect::<String>();
        assert_eq!(order(), "abc");
        bases.answered(1);
        assert_eq!(order(), "bca");
    }
}

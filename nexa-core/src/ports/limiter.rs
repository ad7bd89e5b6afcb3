//! The port to who counts tries for all processes of an installation.
//!
//! Every process counts for itself too, and lets nothing through that it would not have let through alone. So whoever
//! counts for all may be away, slow or forgetful without anybody getting more tries than one process gives.

use async_trait::async_trait;

/// How often something may be tried: so many times at once, and as many again within each window, spread evenly.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Pace {
    /// What is tried; tries of different names are counted apart.
    pub name: &'static str,
    /// Tries at once, at least 1.
    pub burst: u32,
    /// The window in seconds, at least 1.
    pub window_seconds: u32,
}

impl Pace {
    /// Microseconds until one more try is there when all were used.
    #[must_use]
    pub fn each_micros(self) -> u64 {
        let window = u64::from(self.window_seconds.max(1)).saturating_mul(1_000_000);
        window.checked_div(u64::from(self.burst)).unwrap_or(window).max(1)
    }
}

/// What became of a try.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Taken {
    /// It was granted.
    Granted {
        /// How many more would be granted now.
        left: u32,
    },
    /// It was refused.
    Early {
        /// Milliseconds until one would be granted, at least 1.
        wait_millis: u64,
    },
}

/// Nobody answered in time, or with sense. Whoever asked decides alone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Away;

/// Counts tries, for everybody who asks it.
///
/// # Behaviour
/// - `take` grants `burst` tries at once, and then one more each time that a share of the window is over.
/// - A try that is refused uses nothing.
/// - `left` is how many tries would be granted now; `wait_millis` is when the next one is, at most a share of the window.
/// - Tries of the same moment, whoever asks, are granted `burst` times in all.
/// - Subjects, and names of paces, are counted apart.
/// - `take` answers within 100 ms, or is [`Away`].
/// - A subject is never written down or told in clear.
#[async_trait]
pub trait Limiter: Send + Sync {
    /// Takes one try of `subject` (a network address, an id), if there is one.
    async fn take(&self, pace: Pace, subject: &str) -> Result<Taken, Away>;
}

#[cfg(test)]
mod tests {
    use super::Pace;

    #[test]
    fn a_share_of_the_window_is_never_nothing() {
        let each = |burst, window_seconds| Pace { name: "x", burst, window_seconds }.each_micros();
        assert_eq!((each(20, 600), each(50, 1)), (30_000_000, 20_000));
        assert_eq!((each(0, 0), each(u32::MAX, 1)), (1_000_000, 1));
    }
}

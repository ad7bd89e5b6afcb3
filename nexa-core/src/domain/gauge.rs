//! What waits in all shops together, for those who watch the installation.

use jiff::Timestamp;

/// Things of one kind that wait.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pile {
    /// What they have in common: a job's name, a state, a reason.
    pub of: String,
    /// How many there are.
    pub count: i64,
    /// Since when the oldest waits.
    pub since: Timestamp,
}

/// So many rows are looked at for the piles of one kind: who has more waiting has the alarm already.
pub const MOST_LOOKED_AT: u32 = 10_000;

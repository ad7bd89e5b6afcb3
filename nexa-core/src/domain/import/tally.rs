//! What an import came to, or would come to.

use super::Fault;
use std::collections::BTreeMap;

/// Lines of a report at most; the counts are always whole.
pub const MOST_LINES: usize = 1_000;

/// What became of the parts of a row.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Done {
    /// A user was made.
    pub user_made: bool,
    /// The wallet was filled by this much, in minor units.
    pub credited: Option<i64>,
    /// What became of the service.
    pub service: Option<Taken>,
}

/// What became of a service.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Taken {
    /// It was taken over with what a panel of ours says.
    Adopted,
    /// It was made anew with what the source says is left, under the same identity.
    Made,
}

impl Done {
    /// Whether anything changed.
    #[must_use]
    pub const fn is_something(&self) -> bool {
        self.user_made || self.credited.is_some() || self.service.is_some()
    }
}

/// Counts of all rows.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Tally {
    /// Rows that were looked at.
    pub rows: u32,
    /// Users that were made.
    pub users_made: u32,
    /// Wallets that were filled.
    pub wallets: u32,
    /// By how much in all, in minor units.
    pub credited: i64,
    /// Services that were taken over from a panel of ours.
    pub adopted: u32,
    /// Services that were made anew.
    pub made: u32,
    /// Rows that changed nothing, because all of it is here already.
    pub here: u32,
    /// Rows that were left out, by their reasons.
    pub left_out: BTreeMap<Fault, u32>,
    /// The first of those, by their places.
    pub lines: Vec<(String, Fault)>,
}

impl Tally {
    /// Counts one row.
    pub fn count(&mut self, place: &str, done: Result<Done, Fault>) {
        let up = |count: &mut u32, by: bool| *count = count.saturating_add(u32::from(by));
        up(&mut self.rows, true);
        match done {
            Ok(done) => {
                up(&mut self.users_made, done.user_made);
                up(&mut self.wallets, done.credited.is_some());
                self.credited = self.credited.saturating_add(done.credited.unwrap_or(0));
                up(&mut self.adopted, done.service == Some(Taken::Adopted));
                up(&mut self.made, done.service == Some(Taken::Made));
                up(&mut self.here, !done.is_something());
            }
            Err(fault) => {
                up(self.left_out.entry(fault).or_default(), true);
                if fault != Fault::Over && self.lines.len() < MOST_LINES {
                    self.lines.push((place.to_owned(), fault));
                }
            }
        }
    }

    /// Whether anything changes.
    #[must_use]
    pub const fn is_something(&self) -> bool {
        self.users_made > 0 || self.wallets > 0 || self.adopted > 0 || self.made > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_counted_once() {
        let mut tally = Tally::default();
        assert!(!tally.is_something());
        let all = Done { user_made: true, credited: Some(5), service: Some(Taken::Made) };
        tally.count("line 1", Ok(all));
        tally.count("line 2", Ok(Done::default()));
        tally.count("line 3", Err(Fault::Over));
        tally.count("line 4", Err(Fault::Nobody));
        assert!(tally.is_something());
        assert_eq!((tally.rows, tally.users_made, tally.wallets, tally.credited), (4, 1, 1, 5));
        assert_eq!((tally.adopted, tally.made, tally.here), (0, 1, 1));
        assert_eq!(tally.left_out.len(), 2);
        assert_eq!(tally.lines, [("line 4".to_owned(), Fault::Nobody)]);
    }
}

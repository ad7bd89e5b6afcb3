//! The ways in which real panels were seen to fail.

use std::collections::VecDeque;

/// One failure, met by the next call that it fits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// Created, and answered 502 (hiddify/Hiddify-Manager#3262).
    CreatedThen502,
    /// Answered 502, nothing done.
    Only502,
    /// Answered 500; a user "unknown" with 1000 GiB and 90 days stays, enabled (#4009).
    HalfMade,
    /// The same, because the database does not take the values: a repeat fails too.
    HalfMadeRefused,
    /// Created or changed, but cannot connect until it is written once more (#4701).
    NeedsTouch,
    /// Changed, and answered 500 (panels up to 12 do so for admins).
    ChangedThen500,
    /// The database is away; nothing done.
    DatabaseDown,
    /// Created by a twin of the same request, and answered with a duplicate key.
    Duplicate,
    /// Done, and half of the answer's JSON is missing.
    Truncated,
    /// Done, but the answer never comes.
    Hang,
    /// Answered 504; done half a second later.
    Late,
    /// The admin may have no more users.
    Quota,
    /// A page instead of an answer; nothing done.
    Html,
    /// The list cannot be given because of one user's date (#4264).
    BadDate,
}

impl Fault {
    /// Those after which the panel is alive and the same words again must settle everything.
    pub const PASSING: &[Self] = &[
        Self::CreatedThen502,
        Self::Only502,
        Self::HalfMade,
        Self::NeedsTouch,
        Self::ChangedThen500,
        Self::DatabaseDown,
        Self::Duplicate,
        Self::Truncated,
        Self::Late,
    ];

    fn fits(self, method: &str, is_user: bool) -> bool {
        match self {
            Self::CreatedThen502 | Self::HalfMade | Self::HalfMadeRefused | Self::Duplicate | Self::Quota => {
                method == "POST"
            }
            Self::NeedsTouch => method == "POST" || method == "PATCH",
            Self::ChangedThen500 => method == "PATCH",
            Self::Only502 | Self::DatabaseDown | Self::Truncated | Self::Hang | Self::Late => method != "GET",
            Self::Html => true,
            Self::BadDate => method == "GET" && !is_user,
        }
    }
}

/// What is to go wrong.
#[derive(Debug, Default)]
pub struct Faults {
    queue: VecDeque<Fault>,
    per_mille: u64,
    state: u64,
}

impl Faults {
    /// Adds one to the queue.
    pub fn push(&mut self, fault: Fault) {
        self.queue.push_back(fault);
    }

    /// Lets `per_mille` of all writes meet a passing fault, drawn from `seed`.
    pub fn set_storm(&mut self, seed: u64, per_mille: u64) {
        self.per_mille = per_mille;
        self.state = seed | 1;
    }

    /// The fault that this call meets.
    pub fn draw(&mut self, method: &str, is_user: bool) -> Option<Fault> {
        if let Some(index) = self.queue.iter().position(|fault| fault.fits(method, is_user)) {
            return self.queue.remove(index);
        }
        if self.per_mille == 0 || self.next() % 1000 >= self.per_mille {
            return None;
        }
        let count = u64::try_from(Fault::PASSING.len()).unwrap_or(1);
        let index = usize::try_from(self.next() % count).unwrap_or(0);
        Fault::PASSING.get(index).copied().filter(|fault| fault.fits(method, is_user))
    }

    /// Xorshift: good enough to pick faults with, and the same everywhere.
    fn next(&mut self) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state >> 8
    }
}

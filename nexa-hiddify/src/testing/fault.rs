//! The ways in which real panels were seen to fail.

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

    /// Whether a call can meet it.
    pub(super) fn fits(self, method: &str, is_user: bool) -> bool {
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

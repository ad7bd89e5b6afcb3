//! The ways in which a panel of this build can fail: a Python program with a database, behind a web server.

/// One failure, met by the next call that it fits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// Answered 502, nothing done.
    Only502,
    /// Done, and answered 502.
    DoneThen502,
    /// The database is locked: answered 500, nothing done.
    Locked,
    /// Done, and answered 500: what comes after the commit failed.
    DoneThen500,
    /// Created by a twin of the same request, and answered 409.
    Twin,
    /// Done, and half of the answer's JSON is missing.
    Truncated,
    /// Done, but the answer never comes.
    Hang,
    /// Answered 504; done half a second later.
    Late,
    /// All tokens are void: the secret of the panel was changed.
    TokensVoid,
    /// A page instead of an answer; nothing done.
    Html,
    /// The change is taken, and what is told of it is what was before.
    Stale,
    /// Somebody is deleted while the list is read.
    Moved,
    /// A change is refused.
    Refused,
    /// A removal fails: answered 500, nothing done.
    Kept,
}

impl Fault {
    /// Those after which the panel is alive and the same words again must settle everything.
    pub const PASSING: &[Self] = &[
        Self::Only502,
        Self::DoneThen502,
        Self::Locked,
        Self::DoneThen500,
        Self::Twin,
        Self::Truncated,
        Self::Late,
    ];

    /// Whether a call can meet it.
    pub(super) fn fits(self, method: &str, is_list: bool) -> bool {
        match self {
            Self::Twin => method == "POST",
            Self::Stale | Self::Refused => method == "PUT",
            Self::Kept => method == "DELETE",
            Self::Moved => is_list,
            Self::TokensVoid | Self::Html => true,
            _ => method != "GET",
        }
    }
}

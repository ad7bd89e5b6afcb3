//! What can go wrong: a [`Refusal`] is an answer to the caller, a [`Failure`] is an accident outside.
//!
//! A refusal is translated and never retried. A failure is retried by its [`Retry`] and never shown raw.

use crate::domain::{money::Money, refusal::Refusal};
use thiserror::Error;

/// Either kind.
#[derive(Debug, Error)]
pub enum Error {
    /// The answer is no.
    #[error("refused: {}", .0.code())]
    Refused(#[from] Refusal),
    /// Something outside broke.
    #[error(transparent)]
    Failed(#[from] Failure),
    /// The shop cannot be reached from here, or cannot answer for now. Only a remote storefront says so.
    #[error("the shop cannot be reached; worth another try in {wait_seconds} s")]
    Offline {
        /// Seconds after which it is worth another try.
        wait_seconds: u32,
    },
}

/// Where a failure happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// The database.
    Storage,
    /// A panel.
    Panel,
    /// A gateway.
    Gateway,
    /// A messenger or mail server.
    Notifier,
    /// The shop behind a remote storefront, or whatever answers in its place.
    Shop,
    /// Ourselves: a broken invariant. The operation stops, the process goes on.
    Core,
}

/// When it is worth another try.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Retry {
    /// At once and as a whole: somebody else was faster, and nothing of it happened. Whoever began a unit of work beside
    /// others runs it again; elsewhere it is as good as [`Retry::Soon`].
    Again,
    /// Within seconds.
    Soon,
    /// In minutes or hours.
    Later,
    /// Not without a person.
    Never,
}

/// An accident. The text is for the operator's log; it must hold no secret and no personal data.
#[derive(Clone, Debug, Error)]
#[error("{part:?} failed: {what}")]
pub struct Failure {
    /// Where.
    pub part: Part,
    /// Whether to try again.
    pub retry: Retry,
    /// What happened, for the log.
    pub what: String,
}

impl Failure {
    /// A failure of storage that a retry may mend.
    pub fn storage(what: &(impl ToString + ?Sized)) -> Self {
        Self { part: Part::Storage, retry: Retry::Soon, what: what.to_string() }
    }

    /// A unit of work that was overtaken by another one; nothing of it happened.
    #[must_use]
    pub fn overtaken() -> Self {
        Self { retry: Retry::Again, ..Self::storage("another transaction was faster") }
    }

    /// A broken invariant.
    pub fn core(what: &(impl ToString + ?Sized)) -> Self {
        Self { part: Part::Core, retry: Retry::Never, what: what.to_string() }
    }
}

/// The result of a use case.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Shorthand for the commonest money refusal.
#[must_use]
pub fn missing(amount: Money) -> Error {
    Refusal::NotEnoughFunds { missing: amount }.into()
}

//! What an answer can mean. Each adapter judges by a table of its own what a status and a few words of its panel stand for.

use nexa_core::ports::outcome::Outcome;
use serde::de::DeserializeOwned;

/// The end of a call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Answer<T> {
    /// Done, with the panel's words.
    Fine(T),
    /// The panel does not hold it.
    Absent,
    /// A create of what is there already.
    Exists,
    /// Refused for good because of what was asked; `dirty` when the panel may have kept a part of it.
    Refused {
        /// For the operator.
        why: String,
        /// Whether something may be left behind.
        dirty: bool,
    },
    /// Surely not done, and worth a try later.
    NotDone(String),
    /// Nobody knows whether it was done.
    Unsure(String),
}

impl<T> Answer<T> {
    /// Refused, with nothing left behind.
    #[must_use]
    pub fn refused(why: &str) -> Self {
        Self::Refused { why: why.to_owned(), dirty: false }
    }

    /// What follows from the value, or the same answer without one.
    pub fn and_then<U>(self, change: impl FnOnce(T) -> Answer<U>) -> Answer<U> {
        match self {
            Self::Fine(value) => change(value),
            Self::Absent => Answer::Absent,
            Self::Exists => Answer::Exists,
            Self::Refused { why, dirty } => Answer::Refused { why, dirty },
            Self::NotDone(why) => Answer::NotDone(why),
            Self::Unsure(why) => Answer::Unsure(why),
        }
    }

    /// As the port wants it.
    pub fn outcome(self) -> Outcome<T> {
        match self {
            Self::Fine(value) => Outcome::Done(value),
            Self::Absent => Outcome::NotFound,
            Self::Exists => Outcome::Ambiguous("the panel says it exists already".into()),
            Self::Refused { why, .. } => Outcome::Rejected(why),
            Self::NotDone(why) => Outcome::Unreachable(why),
            Self::Unsure(why) => Outcome::Ambiguous(why),
        }
    }
}

/// Reads a body as JSON. What cannot be read says nothing about what was done.
#[must_use]
pub fn parse<T: DeserializeOwned>(answer: Answer<Vec<u8>>) -> Answer<T> {
    answer.and_then(|body| match serde_json::from_slice(&body) {
        Ok(value) => Answer::Fine(value),
        Err(_) => Answer::Unsure("the panel's answer cannot be read".into()),
    })
}

//! What became of a call to the outside. "No answer" is not "no".

/// The five ends of a call. Only [`Outcome::Rejected`] or a verified absence may ever lead to a refund.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome<T> {
    /// Done, and verified as far as the answer can.
    Done(T),
    /// Understood and refused; a repeat will be refused too. The text is for the operator.
    Rejected(String),
    /// There is no such thing there.
    NotFound,
    /// Surely not done: no connection, or refused before any work. The text is for the operator.
    Unreachable(String),
    /// Unknown whether done: time-out, reset after sending, 5xx, unreadable answer. Read back before deciding.
    Ambiguous(String),
}

impl<T> Outcome<T> {
    /// The same outcome with another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Outcome<U> {
        match self {
            Self::Done(value) => Outcome::Done(change(value)),
            Self::Rejected(why) => Outcome::Rejected(why),
            Self::NotFound => Outcome::NotFound,
            Self::Unreachable(why) => Outcome::Unreachable(why),
            Self::Ambiguous(why) => Outcome::Ambiguous(why),
        }
    }

    /// A short stable name of the end, for metrics.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Done(_) => "done",
            Self::Rejected(_) => "rejected",
            Self::NotFound => "not_found",
            Self::Unreachable(_) => "unreachable",
            Self::Ambiguous(_) => "ambiguous",
        }
    }

    /// The value, if done.
    pub fn done(self) -> Option<T> {
        match self {
            Self::Done(value) => Some(value),
            _ => None,
        }
    }

    /// Whether the other side answered in a way that shows it is alive.
    pub const fn is_alive(&self) -> bool {
        matches!(self, Self::Done(_) | Self::Rejected(_) | Self::NotFound)
    }
}

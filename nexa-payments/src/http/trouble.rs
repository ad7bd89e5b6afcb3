//! Why there is no answer.

use nexa_core::ports::outcome::Outcome;

/// Why there is no answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Trouble {
    /// Nothing was done there.
    Away(String),
    /// Something answered or nothing did, and nothing follows from it.
    Unclear(String),
    /// Understood, and refused.
    Refused(String),
}

impl Trouble {
    pub(crate) fn outcome<T>(self) -> Outcome<T> {
        match self {
            Self::Away(why) => Outcome::Unreachable(why),
            Self::Unclear(why) => Outcome::Ambiguous(why),
            Self::Refused(why) => Outcome::Rejected(why),
        }
    }

    /// Both, with what is less certain of the two.
    fn and(self, other: Self) -> Self {
        let text = format!("{}; {}", self.text(), other.text());
        match (self, other) {
            (Self::Refused(_), Self::Refused(_)) => Self::Refused(text),
            (Self::Away(_), Self::Away(_)) => Self::Away(text),
            _ => Self::Unclear(text),
        }
    }

    fn text(&self) -> &str {
        match self {
            Self::Away(text) | Self::Unclear(text) | Self::Refused(text) => text,
        }
    }
}

/// What went wrong at each of several servers, and what follows from it together.
#[derive(Default)]
pub(crate) struct Troubles(Option<Trouble>);

impl Troubles {
    pub(crate) fn add(&mut self, new: Trouble) {
        self.0 = Some(match self.0.take() {
            Some(before) => before.and(new),
            None => new,
        });
    }

    pub(crate) fn outcome<T>(self) -> Outcome<T> {
        let nobody = || Trouble::Away("there is no server to ask".to_owned());
        self.0.unwrap_or_else(nobody).outcome()
    }
}

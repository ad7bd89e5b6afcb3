//! What comes over from a panel or a bot that was used before: people, what they have in their wallets, and the services
//! that they use.
//!
//! Every file here is somebody else's, and may be hostile: what cannot be read is told by its place and a stable code, and
//! nothing of it is believed beyond what these types hold.

pub mod amount;
pub mod cells;
pub mod dump;
pub mod hiddify_bot;
pub mod list;
pub mod marzban;
pub mod mirza;
mod statement;
pub mod tally;

use serde::{Deserialize, Serialize};

use super::{adoption::Rest, grant::PanelId, refusal::Refusal};

/// The largest file that is read, in bytes.
pub const MOST_BYTES: u64 = 256 << 20;
/// The largest JSON document that is read, in bytes; it is read as a whole.
pub const MOST_JSON: u64 = 64 << 20;
/// The most rows that one import has.
pub const MOST_ROWS: usize = 200_000;
/// The most plans of a source that are named one by one.
pub const MOST_PLANS: usize = 1_000;

/// Where something comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportKind {
    /// A list of ours: CSV with an identity or a link of a panel in each line.
    List,
    /// The users that a server's own panel has.
    Hiddify,
    /// The database of Marzban, or the answer of its API to `GET /api/users`.
    Marzban,
    /// A dump of the database of mirzabot.
    Mirza,
    /// The database of Hiddify-Telegram-Bot.
    HiddifyBot,
}

impl ImportKind {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::List, Self::Hiddify, Self::Marzban, Self::Mirza, Self::HiddifyBot];

    /// Its stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Hiddify => "hiddify",
            Self::Marzban => "marzban",
            Self::Mirza => "mirza",
            Self::HiddifyBot => "hiddify-bot",
        }
    }

    /// The one with this name.
    pub fn from_name(name: &str) -> Result<Self, Refusal> {
        let known = Self::ALL.into_iter().find(|kind| kind.name() == name);
        known.ok_or_else(|| Refusal::bad_input("kind", "list, hiddify, marzban, mirza or hiddify-bot"))
    }
}

/// One row of a source: somebody, a service, or both. It holds personal data, so it cannot be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Found {
    /// Where it stands in the source, e.g. `line 12`; nothing personal.
    pub place: String,
    /// Whose it is.
    pub person: Person,
    /// What they have in their wallet, in whole units as the source writes it.
    pub balance: Option<String>,
    /// What they use.
    pub service: Option<Service>,
    /// What is wrong with the row, so that none of it is used.
    pub fault: Option<Fault>,
}

impl Found {
    /// A row with nothing in it yet.
    #[must_use]
    pub fn at(place: String) -> Self {
        Self { place, person: Person::default(), balance: None, service: None, fault: None }
    }

    /// A row that cannot be used.
    #[must_use]
    pub fn faulty(place: String, fault: Fault) -> Self {
        Self { fault: Some(fault), ..Self::at(place) }
    }
}

/// By what somebody is known.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Person {
    /// A Telegram id, in ASCII digits.
    pub telegram: Option<String>,
    /// An e-mail address, as it is compared.
    pub email: Option<String>,
}

impl Person {
    /// Somebody who is known by a Telegram id.
    #[must_use]
    pub const fn of_telegram(id: String) -> Self {
        Self { telegram: Some(id), email: None }
    }

    /// Whether nothing is known.
    #[must_use]
    pub const fn is_nobody(&self) -> bool {
        self.telegram.is_none() && self.email.is_none()
    }
}

/// A service that somebody uses.
#[derive(Clone, PartialEq, Eq)]
pub struct Service {
    /// Its identity on the panel.
    pub identity: PanelId,
    /// What the source calls its plan.
    pub plan: Option<String>,
    /// What its owner calls it.
    pub name: Option<String>,
    /// What the source says is left of it. Where a panel of ours holds the identity, the panel is believed instead.
    pub rest: Option<Rest>,
    /// The source says that it is over or was switched off.
    pub over: bool,
}

impl Service {
    /// One of which only the identity is known.
    #[must_use]
    pub const fn known_by(identity: PanelId) -> Self {
        Self { identity, plan: None, name: None, rest: None, over: false }
    }
}

/// Why a row is not taken over.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Fault {
    /// The row cannot be read at all.
    Unreadable,
    /// There is no identity in it, or more than one.
    NoIdentity,
    /// What should be a Telegram id is none.
    BadTelegram,
    /// What should be an e-mail address is none.
    BadEmail,
    /// What should be a moment is none.
    BadDate,
    /// What should be an amount of traffic is none.
    BadTraffic,
    /// What should be an amount of money is none.
    BadBalance,
    /// The wallet is below zero.
    NegativeBalance,
    /// The wallet holds more than can be true.
    BalanceTooLarge,
    /// It was not said what the balances are in.
    NoCurrency,
    /// The same stands in an earlier row.
    Duplicate,
    /// The service belongs to somebody else here.
    IdentityTaken,
    /// The Telegram account and the e-mail address belong to two users here.
    TwoUsers,
    /// A user here typed this e-mail address in and has not proved it.
    EmailUnproved,
    /// The user is blocked here.
    Blocked,
    /// Nothing says whose it is.
    Nobody,
    /// It was not said which plan it becomes.
    NoPlan,
    /// No server of the plan holds it, and the source does not say what is left.
    PanelUserMissing,
    /// It has no end; here everything has one.
    Endless,
    /// It is over: only counted.
    Over,
}

impl Fault {
    /// Its stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::NoIdentity => "no_identity",
            Self::BadTelegram => "bad_telegram",
            Self::BadEmail => "bad_email",
            Self::BadDate => "bad_date",
            Self::BadTraffic => "bad_traffic",
            Self::BadBalance => "bad_balance",
            Self::NegativeBalance => "negative_balance",
            Self::BalanceTooLarge => "balance_too_large",
            Self::NoCurrency => "no_currency",
            Self::Duplicate => "duplicate_row",
            Self::IdentityTaken => "identity_taken",
            Self::TwoUsers => "two_users",
            Self::EmailUnproved => "email_unproved",
            Self::Blocked => "user_blocked",
            Self::Nobody => "nobody",
            Self::NoPlan => "no_plan",
            Self::PanelUserMissing => "panel_user_missing",
            Self::Endless => "endless",
            Self::Over => "over",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_known_by_their_names() {
        for kind in ImportKind::ALL {
            assert_eq!(ImportKind::from_name(kind.name()), Ok(kind));
        }
        assert!(ImportKind::from_name("x-ui").is_err());
    }
}

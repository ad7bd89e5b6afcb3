//! Panel nodes and the groups they form.

use super::{extras::Extras, refusal::Refusal, time::after};
use crate::ids::{GroupId, ServerId, ShopId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// One panel node.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Server {
    /// Its id.
    pub id: ServerId,
    /// Whose.
    pub shop_id: ShopId,
    /// In which group.
    pub group_id: GroupId,
    /// Name shown to customers, 1 to 40 characters.
    pub name: String,
    /// Which adapter speaks to it, e.g. `hiddify`.
    pub kind: String,
    /// The adapter's configuration as JSON, sealed: it holds the panel's key.
    pub config_sealed: String,
    /// Rises with each change of the configuration.
    pub version: u32,
    /// ISO 3166-1 alpha-2 country code, upper-case, if known.
    pub region: Option<String>,
    /// Subscriptions it can take; 0 means no bound.
    pub capacity: u32,
    /// Whether it takes customers.
    pub state: ServerState,
    /// What the last contact showed.
    pub health: Health,
    /// The extras that its panel said it can give.
    pub offers: Extras,
    /// Those of them that it has none left of just now.
    pub sold_out: Extras,
    /// When it was added.
    pub created_at: Timestamp,
}

/// Whether a server takes customers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServerState {
    /// Takes new and keeps old.
    Open,
    /// Keeps old, takes no new.
    Draining,
    /// Not spoken to at all.
    Off,
}

/// What the last contact showed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Health {
    /// Whether it answered.
    pub up: bool,
    /// When it was last tried.
    pub checked_at: Option<Timestamp>,
    /// When its usage was last read in full.
    pub usage_at: Option<Timestamp>,
    /// Failures in a row.
    pub failures: u32,
}

impl Health {
    /// Never contacted.
    #[must_use]
    pub const fn unknown() -> Self {
        Self { up: true, checked_at: None, usage_at: None, failures: 0 }
    }

    /// Whether to leave it alone for a while: five failures in a row, the last within half a minute.
    #[must_use]
    pub fn rests(&self, now: Timestamp) -> bool {
        let again = self.checked_at.map(|at| after(at, SignedDuration::from_secs(30)));
        self.failures >= 5 && again.is_some_and(|again| now < again)
    }

    /// After a contact at `now`.
    #[must_use]
    pub const fn after_contact(self, up: bool, now: Timestamp) -> Self {
        let failures = if up { 0 } else { self.failures.saturating_add(1) };
        Self { up, checked_at: Some(now), failures, ..self }
    }
}

/// Servers that a plan is placed on together.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Group {
    /// Its id.
    pub id: GroupId,
    /// Whose.
    pub shop_id: ShopId,
    /// Name for the operator, 1 to 40 characters.
    pub name: String,
    /// How many of its servers one subscription is placed on; 0 means all.
    pub spread: u32,
}

impl Server {
    /// Refuses a server that could not be shown.
    pub fn checked(self) -> Result<Self, Refusal> {
        if self.name.trim().is_empty() || self.name.chars().count() > 40 {
            return Err(Refusal::bad_input("name", "1 to 40 characters"));
        }
        let code_ok = |r: &String| r.len() == 2 && r.bytes().all(|b| b.is_ascii_uppercase());
        if self.region.as_ref().is_some_and(|r| !code_ok(r)) {
            return Err(Refusal::bad_input("region", "two upper-case letters"));
        }
        Ok(self)
    }
}

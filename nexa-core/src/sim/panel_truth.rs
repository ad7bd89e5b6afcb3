//! What a panel in memory really holds, for checkers.

use crate::domain::{
    grant::{Grant, PanelId, Seen, SeenEnd},
    measure::Traffic,
};
use std::collections::{BTreeMap, BTreeSet};

/// What the panel really holds for one identity.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Account {
    /// The grant that it holds.
    pub grant: Grant,
    /// What its counter shows.
    pub counter: Traffic,
    /// What really went through it, resets or not.
    pub passed: Traffic,
    /// How often it was written.
    pub writes: u32,
}

/// Everything that ever happened, for checkers.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Truth {
    /// What it holds now.
    pub accounts: BTreeMap<PanelId, Account>,
    /// How often each identity was made.
    pub creates: BTreeMap<PanelId, u32>,
    /// Identities that were taken off and came back to life: must stay empty.
    pub resurrected: BTreeSet<PanelId>,
}

impl Account {
    /// A new one, of which nothing was used here.
    pub(super) const fn new(grant: Grant) -> Self {
        Self { grant, counter: Traffic::ZERO, passed: Traffic::ZERO, writes: 1 }
    }

    /// As the panel reports it.
    #[must_use]
    pub const fn seen(&self) -> Seen {
        Seen {
            panel_id: self.grant.panel_id,
            enabled: self.grant.enabled,
            limit: self.grant.limit,
            counter: self.counter,
            ends: SeenEnd::At(self.grant.ends_at),
            resets_every: None,
        }
    }

    /// Whether it is as `wish` says. What was counted is no part of it: it moves with every reading.
    #[must_use]
    pub fn holds(&self, wish: &Grant) -> bool {
        self.grant == Grant { counted: self.grant.counted, ..wish.clone() }
    }
}

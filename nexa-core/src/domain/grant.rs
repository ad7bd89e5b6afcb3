//! What we want one server to hold for one subscription, and what it was last seen to hold.

use super::{extras::Extras, measure::Traffic, refusal::Refusal, subscription::Subscription};
use crate::ids::{ServerId, ShopId, SubscriptionId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// A subscription's identity on the panels: a random UUID version 4, lower-case, because some panels silently replace
/// any other. It is also the customer's credential there, so it is a secret. Never used again once removed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PanelId(Uuid);

impl PanelId {
    /// From a random UUID.
    #[must_use]
    pub const fn new(uuid: Uuid) -> Self {
        Self(uuid)
    }

    /// The credential, lower-case with dashes. Not for logs.
    #[must_use]
    pub fn expose(self) -> String {
        self.0.hyphenated().to_string()
    }
}

impl fmt::Debug for PanelId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PanelId(***)")
    }
}

impl FromStr for PanelId {
    type Err = Refusal;
    fn from_str(text: &str) -> Result<Self, Refusal> {
        Uuid::parse_str(text).map(Self).map_err(|_| Refusal::bad_input("panel_id", "not a UUID"))
    }
}

/// The state we want on one server: absolute, so saying it twice changes nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Grant {
    /// The identity.
    pub panel_id: PanelId,
    /// A label that tells the operator nothing about the person: the subscription's id.
    pub label: String,
    /// Whether it may connect.
    pub enabled: bool,
    /// Since when; panels with day granularity round it down.
    pub starts_at: Timestamp,
    /// Until when; panels with day granularity round it up, the exact end is enforced by the engine.
    pub ends_at: Timestamp,
    /// Traffic allowed on this server in all, counted by this server's own counter.
    pub limit: Traffic,
    /// Devices at the same time, for panels that can tell.
    pub devices: u32,
    /// What it has beyond that. Only servers that offer these are asked for them.
    pub extras: Extras,
    /// What we have counted on this server so far. An exclusive panel whose own counter is lower, e.g. after its disk
    /// was restored, goes on from here; the others have no use for it.
    pub counted: Traffic,
}

/// A grant with its bookkeeping: one row per server and identity.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GrantRecord {
    /// In which shop.
    pub shop_id: ShopId,
    /// For which subscription.
    pub subscription_id: SubscriptionId,
    /// On which server.
    pub server_id: ServerId,
    /// Under which identity.
    pub panel_id: PanelId,
    /// What is known of it.
    pub state: GrantState,
    /// The generation of the subscription that the panel was last verified to hold.
    pub verified: u32,
    /// The limit last verified there.
    pub limit: Traffic,
    /// The panel's counter when last read.
    pub counter: Traffic,
    /// Used on this server under this identity, resets of the panel's counter included.
    pub used: Traffic,
    /// The share links that the panel gave, one URI a line.
    pub links: String,
}

/// What is known of a grant.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantState {
    /// To be put on the server; whether it is there is not known.
    Wanted,
    /// Verified on the server.
    Placed,
    /// To be taken off the server for ever.
    Unwanted,
    /// Verified gone.
    Removed,
}

impl GrantState {
    /// Whether it takes up room on its server.
    #[must_use]
    pub const fn is_held(self) -> bool {
        matches!(self, Self::Wanted | Self::Placed)
    }
}

/// What a panel reports of one identity.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Seen {
    /// Which.
    pub panel_id: PanelId,
    /// Whether it may connect, as far as the panel's switch is concerned.
    pub enabled: bool,
    /// Its traffic limit there.
    pub limit: Traffic,
    /// The panel's absolute counter.
    pub counter: Traffic,
    /// When its time is over.
    pub ends: SeenEnd,
    /// After every so many days the panel sets the counter back by itself. Never for what we put there.
    pub resets_every: Option<u32>,
}

/// When the time of an identity on a panel is over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SeenEnd {
    /// At this moment; panels with day granularity say the end of the last day wherever the panel stands.
    At(Timestamp),
    /// So long after its first use, which has not come yet.
    AfterFirstUse(SignedDuration),
}

impl GrantRecord {
    /// A grant that is not on the server yet.
    #[must_use]
    pub fn wanted(of: &Subscription, server_id: ServerId) -> Self {
        Self {
            shop_id: of.shop_id,
            subscription_id: of.id,
            server_id,
            panel_id: of.panel_id,
            state: GrantState::Wanted,
            verified: 0,
            limit: Traffic::ZERO,
            counter: Traffic::ZERO,
            used: Traffic::ZERO,
            links: String::new(),
        }
    }

    /// What this server should hold for `of`: its own share is what was used here plus all that remains, so the panel
    /// stops the customer roughly right even while we are down.
    #[must_use]
    pub fn desired(&self, of: &Subscription) -> Grant {
        Grant {
            panel_id: self.panel_id,
            label: of.id.to_string(),
            enabled: of.is_enabled(),
            starts_at: of.starts_at,
            ends_at: of.ends_at,
            limit: self.counter.plus(of.remaining()).max(Traffic::bytes(1)),
            devices: of.devices,
            extras: of.extras,
            counted: self.counter,
        }
    }

    /// Takes a new reading of the panel's counter and returns what was used since the last one. A counter that went
    /// down was reset: all it shows now is new.
    #[must_use]
    pub fn read(self, counter: Traffic) -> (Self, Traffic) {
        let delta = if counter < self.counter { counter } else { counter.minus(self.counter) };
        (Self { counter, used: self.used.plus(delta), ..self }, delta)
    }

    /// The same for an exclusive panel: a counter that went down is a loss of state, in which nothing was used. It keeps
    /// its old value, and what stands on the panel is to be sent again, with what was counted.
    #[must_use]
    pub fn read_exclusive(self, counter: Traffic) -> (Self, Traffic) {
        if counter >= self.counter {
            return self.read(counter);
        }
        let state = if self.state == GrantState::Placed { GrantState::Wanted } else { self.state };
        (Self { state, ..self }, Traffic::ZERO)
    }

    /// Whether the limit on the panel has drifted so far from what it should be that it must be sent again: by more
    /// than a fifth of what remains, or by anything when less than 64 MiB remain. Single-server grants never drift,
    /// because their counter moves with the remainder.
    #[must_use]
    pub fn limit_is_stale(&self, of: &Subscription) -> bool {
        let wanted = self.desired(of).limit.as_bytes();
        let drift = wanted.abs_diff(self.limit.as_bytes());
        let remaining = of.remaining().as_bytes();
        drift > remaining / 5 || (drift > 0 && remaining < 64 << 20)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::subscription::example;
    use proptest::prelude::*;

    fn record() -> GrantRecord {
        GrantRecord::wanted(&example(), ServerId::from(Uuid::nil()))
    }

    proptest! {
        /// A panel that counts what is used and now and then starts again at zero; the reset is seen whenever the new
        /// counter is below the old one.
        #[test]
        fn what_was_used_is_the_growth_of_the_counter(steps in prop::collection::vec((0_u64..1 << 40, any::<bool>()), 0..30)) {
            let mut grant = record();
            let (mut counter, mut grown, mut told) = (0_u64, 0_u64, Traffic::ZERO);
            for (growth, reset) in steps {
                if reset && growth < counter {
                    counter = 0;
                }
                counter += growth;
                grown += growth;
                let (next, delta) = grant.read(Traffic::bytes(counter));
                prop_assert_eq!(delta.as_bytes(), growth);
                grant = next;
                told = told.plus(delta);
            }
            prop_assert_eq!(grant.used.as_bytes(), grown);
            prop_assert_eq!(told.as_bytes(), grown);
            let (again, nothing) = grant.clone().read(Traffic::bytes(counter));
            prop_assert_eq!((again, nothing), (grant, Traffic::ZERO), "the same reading twice is nothing new");
        }

        /// An exclusive panel that counts what is used, and now and then falls back to an earlier state; it is sent
        /// again whatever was found to be lost, before the next is used.
        #[test]
        fn what_an_exclusive_panel_lost_is_counted_once(
            steps in prop::collection::vec((0_u64..1 << 40, prop::option::of(0_u64..100)), 0..30),
        ) {
            let mut grant = GrantRecord { state: GrantState::Placed, ..record() };
            let (mut counter, mut grown, mut told) = (0_u64, 0_u64, Traffic::ZERO);
            for (growth, kept_percent) in steps {
                counter += growth;
                grown += growth;
                let (read, delta) = grant.read_exclusive(Traffic::bytes(counter));
                prop_assert_eq!((delta.as_bytes(), read.state), (growth, GrantState::Placed));
                told = told.plus(delta);
                grant = read;
                let Some(percent) = kept_percent else { continue };
                let fallen = counter / 100 * percent;
                let (read, delta) = grant.read_exclusive(Traffic::bytes(fallen));
                prop_assert_eq!((delta, read.counter), (Traffic::ZERO, Traffic::bytes(counter)));
                let lost = fallen < counter;
                prop_assert_eq!(read.state, if lost { GrantState::Wanted } else { GrantState::Placed });
                counter = read.desired(&example()).counted.as_bytes().max(fallen);
                grant = GrantRecord { state: GrantState::Placed, ..read };
            }
            prop_assert_eq!((grant.used.as_bytes(), told.as_bytes()), (grown, grown));
            prop_assert_eq!(grant.counter, grant.used);
        }

        #[test]
        fn what_is_being_taken_off_is_not_sent_again(counter in 0_u64..100) {
            for state in [GrantState::Unwanted, GrantState::Removed, GrantState::Wanted] {
                let grant = GrantRecord { state, counter: Traffic::bytes(100), ..record() };
                prop_assert_eq!(grant.read_exclusive(Traffic::bytes(counter)).0.state, state);
            }
        }

        #[test]
        fn the_limit_lets_exactly_the_remainder_through(limit: u64, used: u64, counter in 0_u64..1 << 50) {
            let mut subscription = example();
            (subscription.limit, subscription.used) = (Traffic::bytes(limit), Traffic::bytes(used));
            let grant = GrantRecord { counter: Traffic::bytes(counter), ..record() };
            let wanted = grant.desired(&subscription).limit;
            prop_assert_eq!(wanted, grant.counter.plus(subscription.remaining()).max(Traffic::bytes(1)));
            prop_assert!(wanted.as_bytes() >= 1, "0 means no limit to some panels");
            let settled = GrantRecord { limit: wanted, ..grant };
            prop_assert!(!settled.limit_is_stale(&subscription));
        }

        #[test]
        fn on_a_single_server_the_limit_does_not_drift(used in 0_u64..50 << 30) {
            let subscription = example();
            let placed = GrantRecord { limit: record().desired(&subscription).limit, ..record() };
            let (read, delta) = placed.read(Traffic::bytes(used));
            let after = subscription.consume(delta, Timestamp::UNIX_EPOCH);
            prop_assert!(!read.limit_is_stale(&after));
        }
    }

    #[test]
    fn a_credential_is_not_printed() {
        let id: PanelId = "0BADC0DE-0000-4000-8000-000000000000".parse().unwrap();
        assert_eq!(id.expose(), "0badc0de-0000-4000-8000-000000000000");
        assert_eq!(format!("{id:?}"), "PanelId(***)");
        assert!("x".parse::<PanelId>().is_err());
    }
}

//! The port to VPN panels: what to write so that a shop can sell on a panel of yours.
//!
//! A panel is any program that lets identities connect and counts their traffic. An adapter is two types:
//!
//! 1. [`PanelKind`] makes adapters from what the operator typed: a name, a description of its settings (the office makes a
//!    form of it), and [`connect`](PanelKind::connect), which checks them without calling anything.
//! 2. [`Panel`] speaks to one panel.
//!
//! It is registered with `Nexa::builder(…).panel_kind(…)`, and the operator adds a server of that kind like any other.
//!
//! # What an adapter has to get right
//!
//! **Say what should be, never what to do.** A [`Grant`] is the whole wish for one identity: `apply` makes it so, whether the
//! panel held nothing, something else or just that. It is called again after every doubt, so a repeat must change nothing.
//! Renewing, pausing, moving and another limit are all `apply`.
//!
//! **The identity is ours.** [`PanelId`] is a random UUID, and the credential where a panel takes one. A panel that knows its
//! users by names or numbers needs a way from the identity to those that a restart of ours does not lose: a name that is made
//! of it, a note, or the credential in its list.
//!
//! **Tell apart what is not done and what is not known.** [`Outcome`] has five ends. `Rejected` and `NotFound` may cost the
//! customer the purchase, so they are said only when the panel itself said so: a page of a proxy, a time-out, a 500 or an
//! answer that cannot be read after a write is `Ambiguous`, and the core reads back. No connection at all is `Unreachable`.
//!
//! **Counters are read, never written.** The core takes differences of absolute counters itself, and takes one that went down
//! for a reset. Whoever alone writes to its panel says so in the profile (`exclusive`).
//!
//! **End by yourself.** Each call ends within `deadline` of the profile, whatever the panel does; answers are read up to a
//! bound. Addresses that somebody typed are judged as [`address::outbound`](crate::address::outbound) does.
//!
//! **Keep secrets out of texts.** The text of an outcome goes to operators and logs: no key, no path, no identity, nothing of
//! a body.
//!
//! # How to know that it is right
//!
//! Each sentence of [`Panel`]'s "Behaviour" is a case of the suite `conformance::panel` (feature `testing`). Bring a `Fixture`
//! (the adapter, connected to a panel that the test owns) and write
//!
//! ```ignore
//! nexa_core::panel_suite!(block_on, MyFixture::new().await);
//! ```
//!
//! to get a test for each, or call `run_all` on one real panel. The more of a fixture you fill in (a wrong key, an address where
//! nothing listens, a way to freeze it and to make it count), the more is checked. The suite deletes every identity that the
//! panel lists: never point it at one with customers. `sim::panel` is a panel in memory to look at, `nexa-marzban` an adapter
//! over HTTP.

use super::outcome::Outcome;
use crate::{
    domain::{
        extras::Extras,
        grant::{Grant, PanelId, Seen},
        link::Format,
        refusal::Refusal,
        setting::Field,
    },
    secret::Secret,
};
use async_trait::async_trait;
use jiff::SignedDuration;
use serde_json::Value;
use std::sync::Arc;

/// One panel node.
///
/// # Behaviour
/// - `apply` makes the panel hold exactly the grant, whether or not it held the identity before.
/// - `apply` of the same grant again changes nothing and answers the same.
/// - `apply` never changes what was used: neither a repeat nor a renewal resets the counter.
/// - `apply` on an exclusive panel brings a counter that is lower up to what the grant says was counted.
/// - `apply` never lowers a counter, however little the grant says was counted.
/// - `apply` with `enabled` false stops the identity from connecting and keeps it on the panel.
/// - `apply` with `enabled` true lets an identity that was stopped connect again.
/// - `apply` answers `Done` only when the panel's own answer shows the grant.
/// - `apply` leaves nothing usable behind when it answers `Rejected` for an identity that it did not hold before.
/// - `holds` answers `Done(true)` after `apply`, `Done(false)` for another limit, end or switch.
/// - `holds` and `find` answer `NotFound` for an identity that the panel does not hold.
/// - `list` gives every identity once; an empty panel gives an empty list.
/// - `list` and `find` give counters as absolute numbers since the identity was made.
/// - `list` and `find` tell when the time of an identity is over: never before the end of its grant, at most three days later.
/// - `notes` tells of no identity that the panel does not hold.
/// - `remove` takes the identity off; a second `remove` answers `NotFound`.
/// - `document` gives at least one share link for an enabled identity in the format `Uris`.
/// - `health` answers `Rejected` for a wrong key and `Unreachable` where nothing listens.
/// - No answer within the deadline is `Ambiguous` for `apply` and `remove`, and never hangs.
/// - No text in an outcome contains the panel's key, its secret paths or an identity.
#[async_trait]
pub trait Panel: Send + Sync {
    /// What the core must know of it.
    fn profile(&self) -> &PanelProfile;
    /// Makes the panel hold this grant.
    async fn apply(&self, grant: &Grant) -> Outcome<Seen>;
    /// Whether the panel holds exactly this grant, as finely as it can tell.
    async fn holds(&self, grant: &Grant) -> Outcome<bool>;
    /// One identity.
    async fn find(&self, panel_id: PanelId) -> Outcome<Seen>;
    /// All identities.
    async fn list(&self) -> Outcome<Vec<Seen>>;
    /// What its operator noted of whose its identities are; nothing where a panel keeps no such notes.
    async fn notes(&self) -> Outcome<Vec<OwnerNote>> {
        Outcome::Done(Vec::new())
    }
    /// Takes an identity off for ever.
    async fn remove(&self, panel_id: PanelId) -> Outcome<()>;
    /// What a client app imports for one identity.
    async fn document(&self, panel_id: PanelId, format: Format) -> Outcome<String>;
    /// Whether it answers, with which version.
    async fn health(&self) -> Outcome<PanelHealth>;
}

/// What a panel's operator noted of one identity. It holds personal data, so it cannot be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct OwnerNote {
    /// Which.
    pub panel_id: PanelId,
    /// What it is called there; no more than a hint.
    pub name: String,
    /// Its owner's Telegram id, as it stands there.
    pub telegram: Option<String>,
}

/// What a panel adapter says of itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PanelProfile {
    /// The kind's name, e.g. `hiddify`.
    pub kind: &'static str,
    /// The longest time that one call may take; a lease outlives it threefold.
    pub deadline: SignedDuration,
    /// How often reading the whole list is bearable.
    pub list_every: SignedDuration,
    /// How often it is compared with what it should hold.
    pub compare_every: SignedDuration,
    /// Which documents it can give.
    pub formats: Vec<Format>,
    /// Nobody but us writes to it: what differs is mended without asking a person, and a counter that went down is a
    /// loss of state, not a reset.
    pub exclusive: bool,
}

/// What a health check showed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PanelHealth {
    /// The panel's version.
    pub version: String,
    /// A warning for the operator about this version, if there is one.
    pub warning: Option<String>,
    /// The extras that it can give to one more identity. What has run out there, e.g. addresses, may be left out until
    /// there is some again; whoever has it keeps it.
    pub offers: Extras,
    /// Those of them that it has none left of just now.
    pub sold_out: Extras,
}

/// Makes panels of one kind from their configuration.
///
/// # Behaviour
/// - `connect` refuses a configuration that cannot work, without any call to the outside.
/// - `connect` refuses unknown settings.
pub trait PanelKind: Send + Sync {
    /// The kind's name, as the operator writes it.
    fn name(&self) -> &'static str;
    /// Its settings, in the order in which one fills them in; empty where they are not described.
    fn fields(&self) -> Vec<Field> {
        Vec::new()
    }
    /// A panel of this configuration.
    fn connect(&self, config: &Secret<Value>) -> Result<Arc<dyn Panel>, Refusal>;
    /// Whether two configurations lead to the same panel, as far as they tell: a shop must not count it twice.
    fn is_same(&self, one: &Secret<Value>, other: &Secret<Value>) -> bool {
        one == other
    }
}

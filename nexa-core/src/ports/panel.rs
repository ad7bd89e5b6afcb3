//! The port to VPN panels.

use super::outcome::Outcome;
use crate::{
    domain::{
        extras::Extras,
        grant::{Grant, PanelId, Seen},
        link::Format,
        refusal::Refusal,
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
    /// Takes an identity off for ever.
    async fn remove(&self, panel_id: PanelId) -> Outcome<()>;
    /// What a client app imports for one identity.
    async fn document(&self, panel_id: PanelId, format: Format) -> Outcome<String>;
    /// Whether it answers, with which version.
    async fn health(&self) -> Outcome<PanelHealth>;
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
    /// A panel of this configuration.
    fn connect(&self, config: &Secret<Value>) -> Result<Arc<dyn Panel>, Refusal>;
    /// Whether two configurations lead to the same panel, as far as they tell: a shop must not count it twice.
    fn is_same(&self, one: &Secret<Value>, other: &Secret<Value>) -> bool {
        one == other
    }
}

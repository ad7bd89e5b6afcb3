//! What shop and node say to each other: JSON in frames, one question at a time.

use nexa_core::{
    domain::{
        extras::Extras,
        grant::{Grant, PanelId, Seen, SeenEnd},
        link::Format,
        measure::Traffic,
        time::from_millis,
    },
    ports::{outcome::Outcome, panel::PanelHealth},
    secret::Secret,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use tokio_util::codec::LengthDelimitedCodec;

/// The version of this conversation.
pub const PROTOCOL: u32 = 1;
/// The largest frame: a page of a list is a quarter of it.
const LARGEST: usize = 1 << 20;
/// Identities on one page of a list.
pub const PAGE: usize = 1000;

/// Frames with their length before them.
pub fn frames() -> LengthDelimitedCodec {
    LengthDelimitedCodec::builder().max_frame_length(LARGEST).new_codec()
}

/// The shop's first words.
#[derive(Serialize, Deserialize)]
pub struct Hello {
    /// [`PROTOCOL`].
    pub protocol: u32,
    /// The token's secret; only looked at when the shop's key is not the one that the node knows.
    pub join: Secret<String>,
}

/// What the node makes of them.
#[derive(Serialize, Deserialize)]
#[serde(tag = "welcome", rename_all = "snake_case")]
pub enum Welcome {
    /// Go on.
    Yes,
    /// No, and why.
    No {
        /// For the operator.
        why: String,
    },
}

/// One question.
#[derive(Serialize, Deserialize)]
pub struct Question {
    /// Which life of the shop asks.
    pub life: u64,
    /// Rises with each question of one life, so that a change that was overtaken is not carried out.
    pub number: u64,
    /// The shop's time, milliseconds since 1970.
    pub now: i64,
    /// What is wanted.
    pub ask: Ask,
}

/// What is wanted: the calls of the port.
#[derive(Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum Ask {
    Apply { grant: GrantLine },
    Holds { grant: GrantLine },
    Find { id: PanelId },
    List { after: Option<PanelId> },
    Remove { id: PanelId },
    Document { id: PanelId, format: Format },
    Health,
}

impl Ask {
    /// Whether it changes something.
    pub const fn changes(&self) -> bool {
        matches!(self, Self::Apply { .. } | Self::Remove { .. })
    }
}

/// A grant.
#[derive(Serialize, Deserialize)]
pub struct GrantLine {
    id: PanelId,
    label: String,
    enabled: bool,
    starts_at: i64,
    ends_at: i64,
    limit: u64,
    devices: u32,
    extras: Extras,
    counted: u64,
}

impl From<&Grant> for GrantLine {
    fn from(grant: &Grant) -> Self {
        Self {
            id: grant.panel_id,
            label: grant.label.clone(),
            enabled: grant.enabled,
            starts_at: grant.starts_at.as_millisecond(),
            ends_at: grant.ends_at.as_millisecond(),
            limit: grant.limit.as_bytes(),
            devices: grant.devices,
            extras: grant.extras,
            counted: grant.counted.as_bytes(),
        }
    }
}

impl From<GrantLine> for Grant {
    fn from(line: GrantLine) -> Self {
        Self {
            panel_id: line.id,
            label: line.label,
            enabled: line.enabled,
            starts_at: from_millis(line.starts_at),
            ends_at: from_millis(line.ends_at),
            limit: Traffic::bytes(line.limit),
            devices: line.devices,
            extras: line.extras,
            counted: Traffic::bytes(line.counted),
        }
    }
}

/// What was seen of an identity.
#[derive(Serialize, Deserialize)]
pub struct SeenLine {
    id: PanelId,
    enabled: bool,
    limit: u64,
    counter: u64,
    /// Nodes of older versions do not tell.
    #[serde(default)]
    ends_at: i64,
}

impl From<Seen> for SeenLine {
    fn from(seen: Seen) -> Self {
        let (limit, counter) = (seen.limit.as_bytes(), seen.counter.as_bytes());
        let ends_at = match seen.ends {
            SeenEnd::At(moment) => moment.as_millisecond(),
            // A node's windows always have an end.
            SeenEnd::AfterFirstUse(_) => i64::MAX,
        };
        Self { id: seen.panel_id, enabled: seen.enabled, limit, counter, ends_at }
    }
}

impl From<SeenLine> for Seen {
    fn from(line: SeenLine) -> Self {
        let (limit, counter) = (Traffic::bytes(line.limit), Traffic::bytes(line.counter));
        let ends = SeenEnd::At(from_millis(line.ends_at));
        Self { panel_id: line.id, enabled: line.enabled, limit, counter, ends, resets_every: None }
    }
}

/// How a node fares.
#[derive(Serialize, Deserialize)]
pub struct HealthLine {
    version: String,
    warning: Option<String>,
    offers: Extras,
    #[serde(default)]
    sold_out: Extras,
}

impl From<PanelHealth> for HealthLine {
    fn from(health: PanelHealth) -> Self {
        let PanelHealth { version, warning, offers, sold_out } = health;
        Self { version, warning, offers, sold_out }
    }
}

impl From<HealthLine> for PanelHealth {
    fn from(line: HealthLine) -> Self {
        let HealthLine { version, warning, offers, sold_out } = line;
        Self { version, warning, offers, sold_out }
    }
}

/// An answer: an [`Outcome`], its value in JSON.
#[derive(Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Answer {
    Done { value: Value },
    Rejected { why: String },
    NotFound,
    Unreachable { why: String },
    Ambiguous { why: String },
}

impl Answer {
    /// An outcome for the wire.
    pub fn of<T: Serialize>(outcome: Outcome<T>) -> Self {
        match outcome {
            Outcome::Done(value) => match serde_json::to_value(value) {
                Ok(value) => Self::Done { value },
                Err(_) => Self::Ambiguous { why: "the answer cannot be written".to_owned() },
            },
            Outcome::Rejected(why) => Self::Rejected { why },
            Outcome::NotFound => Self::NotFound,
            Outcome::Unreachable(why) => Self::Unreachable { why },
            Outcome::Ambiguous(why) => Self::Ambiguous { why },
        }
    }

    /// An outcome from the wire.
    pub fn outcome<T: DeserializeOwned>(self) -> Outcome<T> {
        match self {
            Self::Done { value } => match serde_json::from_value(value) {
                Ok(value) => Outcome::Done(value),
                Err(_) => Outcome::Ambiguous("the node's answer cannot be read".to_owned()),
            },
            Self::Rejected { why } => Outcome::Rejected(why),
            Self::NotFound => Outcome::NotFound,
            Self::Unreachable { why } => Outcome::Unreachable(why),
            Self::Ambiguous { why } => Outcome::Ambiguous(why),
        }
    }
}

//! To whom a broadcast goes.

use super::Piece;
use nexa_core::{
    domain::shop::Locale,
    ids::{GroupId, PlanId},
};
use serde::{Deserialize, Serialize};

/// To whom a broadcast goes that is written in the bot.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is named as the core names it")]
pub enum Segment {
    All,
    Active,
    Expiring,
    Ended,
    NeverConnected,
    TrialOnly,
    NeverBought,
    NoSubscription,
    /// For 30 days or longer.
    Lapsed,
    Plan(PlanId),
    Group(GroupId),
    Language(Locale),
}

/// What a segment is one of many of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "each is named as the core names it")]
pub enum Part {
    Plan,
    Group,
    Language,
}

impl Part {
    /// Every part.
    pub const ALL: [Self; 3] = [Self::Plan, Self::Group, Self::Language];

    /// As the core names it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Group => "group",
            Self::Language => "language",
        }
    }
}

impl Segment {
    /// Every segment of which there is one.
    pub const ALL: [Self; 9] = [
        Self::All,
        Self::Active,
        Self::Expiring,
        Self::Ended,
        Self::NeverConnected,
        Self::TrialOnly,
        Self::NeverBought,
        Self::NoSubscription,
        Self::Lapsed,
    ];

    /// As the core names it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Active => "active",
            Self::Expiring => "expiring",
            Self::Ended => "ended",
            Self::NeverConnected => "never_connected",
            Self::TrialOnly => "trial_only",
            Self::NeverBought => "never_bought",
            Self::NoSubscription => "no_subscription",
            Self::Lapsed => "lapsed",
            Self::Plan(_) => Part::Plan.name(),
            Self::Group(_) => Part::Group.name(),
            Self::Language(_) => Part::Language.name(),
        }
    }

    /// As our words name it.
    #[must_use]
    pub fn key(self) -> String {
        self.name().replace('_', "-")
    }
}

impl Piece for Part {
    fn write(&self) -> String {
        self.name().to_owned()
    }
    fn read(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.name() == text)
    }
}

/// One of many has its part, a point, and which one.
impl Piece for Segment {
    fn write(&self) -> String {
        let which = match self {
            Self::Plan(plan) => plan.write(),
            Self::Group(group) => group.write(),
            Self::Language(locale) => locale.write(),
            _ => return self.name().to_owned(),
        };
        format!("{}.{which}", self.name())
    }
    fn read(text: &str) -> Option<Self> {
        let Some((part, which)) = text.split_once('.') else {
            return Self::ALL.into_iter().find(|segment| segment.name() == text);
        };
        match Part::read(part)? {
            Part::Plan => PlanId::read(which).map(Self::Plan),
            Part::Group => GroupId::read(which).map(Self::Group),
            Part::Language => Locale::read(which).map(Self::Language),
        }
    }
}

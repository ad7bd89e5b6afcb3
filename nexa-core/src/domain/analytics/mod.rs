//! What a shop came to, day by day: the definitions of its figures, and how they follow from what happened.
//!
//! Most figures are folded: [`Fold`] takes events and journals in the order of their ids, and what it writes depends on
//! nothing else, so folding them again gives the same. The few that stand for a state (how many subscriptions are in use)
//! are counted once a day ([`Standing`]). A day is the shop's own, counted from 1970-01-01, which is 0.

mod figure;
mod fold;
mod money;
mod monthly;
mod past;
mod report;
mod signal;

pub use figure::{Figure, Kind};
pub use fold::{Calendar, Fold};
pub use money::Booked;
pub use monthly::monthly;
pub use past::{Past, Subject, SubscriptionPast, TicketPast, UserPast, Wait};
pub use report::{Answered, Change, churn, forecast, full_in, percentile, retained, share, slice_of, trend};
pub use signal::{Cost, Signal};

use crate::ids::{EventId, JournalId, PlanId, ServerId};
use jiff::{Timestamp, civil::Date};

/// One stored figure: how much of it fell on a day, in a slice of the shop.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// Of what.
    pub slice: String,
    /// When: a day, or for cohorts the first day of a month.
    pub day: i64,
    /// How much: a number, or minor units of the shop's currency.
    pub value: i64,
}

/// One change of a stored figure.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Delta {
    /// Which.
    pub figure: Figure,
    /// Where and by how much.
    pub row: Row,
}

/// How far events and journals are folded: the last of each.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Marks {
    /// The last event.
    pub event: Option<EventId>,
    /// The last journal.
    pub journal: Option<JournalId>,
}

/// The subscriptions of one plan that are in use: active, in their grace too.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Standing {
    /// The plan.
    pub plan: PlanId,
    /// How many.
    pub subscriptions: i64,
    /// How many of them somebody pays for.
    pub paid: i64,
    /// What those bring in 30 days, in minor units; see [`monthly`].
    pub monthly: i64,
}

/// What went through a server in an hour, or in a day when that is long ago.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ServerTraffic {
    /// Which server.
    pub server: ServerId,
    /// When the hour or the day began.
    pub since: Timestamp,
    /// How many bytes.
    pub bytes: i64,
}

/// For how long a former subscription counts as one that may still be renewed: seven days.
pub const RETURN_DAYS: u32 = 7;
/// For how many days traffic is kept by the hour, of which the last 24 hours are shown; what is older is kept by the day of
/// UTC.
pub const HOURS_KEPT_DAYS: u32 = 3;

/// The date of a day.
#[must_use]
pub fn date(day: i64) -> Date {
    let days = jiff::Span::new().try_days(day).unwrap_or_default();
    Date::constant(1970, 1, 1).saturating_add(days)
}

/// The day of a date.
#[must_use]
pub fn day_number(date: Date) -> i64 {
    Date::constant(1970, 1, 1).duration_until(date).as_hours().div_euclid(24)
}

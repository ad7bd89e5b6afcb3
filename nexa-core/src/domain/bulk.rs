//! One change of many subscriptions: which ones, what is done to each, and how far it has come.
//!
//! `Running → Done`, or `Stopped` on the way. Subscriptions are walked in the order of their ids; those made after it began
//! are none of its.

use super::{
    coupon::Benefit,
    refusal::Refusal,
    subscription::{More, SubscriptionState},
    time::{after, days},
};
use crate::ids::{BulkId, GroupId, PlanId, ServerId, ShopId, SubscriptionId, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The longest look back at what has ended, in days.
const MOST_DAYS: u32 = 3650;

/// Which subscriptions: those for which all that is said holds. What was taken back for ever is never among them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Selection {
    /// Of this plan.
    pub plan: Option<PlanId>,
    /// On this server, or to be put there.
    pub server: Option<ServerId>,
    /// In this state.
    pub state: Option<SubscriptionState>,
    /// Whose end lies within so many days before now, 1 to 3650.
    pub ended_within: Option<u32>,
    /// Whose owner signed up at this moment or later.
    pub registered_from: Option<Timestamp>,
    /// Whose owner signed up before this moment.
    pub registered_before: Option<Timestamp>,
}

impl Selection {
    /// Refuses what can select nothing.
    pub fn checked(self) -> Result<Self, Refusal> {
        if self.ended_within.is_some_and(|within| !(1..=MOST_DAYS).contains(&within)) {
            return Err(Refusal::bad_input("ended_within_days", "1 to 3650"));
        }
        if self.state == Some(SubscriptionState::Revoked) {
            return Err(Refusal::bad_input("state", "not what was taken back for ever"));
        }
        if let (Some(from), Some(before)) = (self.registered_from, self.registered_before)
            && from >= before
        {
            return Err(Refusal::bad_input("registered_before", "after the first moment"));
        }
        Ok(self)
    }

    /// The first end that is within the days before `now`.
    #[must_use]
    pub fn ended_from(&self, now: Timestamp) -> Option<Timestamp> {
        self.ended_within.map(|within| after(now, -days(within)))
    }
}

/// What is done to each.
#[expect(missing_docs, reason = "each field is what its variant speaks of")]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum BulkStep {
    /// Days or traffic are added for nothing.
    Extend { more: More },
    /// It goes to the servers of another group, under the same link.
    Move { group: GroupId },
    /// It is stopped.
    Suspend,
    /// It goes on.
    Resume,
    /// Its owner gets a coupon that nobody else can use, for one purchase before this moment. Whoever has several gets one.
    Coupon { benefit: Benefit, until: Timestamp },
}

impl BulkStep {
    /// Its stable name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Extend { .. } => "extend",
            Self::Move { .. } => "move",
            Self::Suspend => "suspend",
            Self::Resume => "resume",
            Self::Coupon { .. } => "coupon",
        }
    }
}

/// How far it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BulkState {
    /// On its way.
    Running,
    /// Every subscription was looked at.
    Done,
    /// Stopped by an operator.
    Stopped,
}

/// A bulk.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bulk {
    /// Its id.
    pub id: BulkId,
    /// In which shop.
    pub shop_id: ShopId,
    /// Who began it.
    pub operator: UserId,
    /// Which subscriptions.
    pub selection: Selection,
    /// What is done to each.
    pub step: BulkStep,
    /// How far it is.
    pub state: BulkState,
    /// How many were selected when it began.
    pub count: u32,
    /// How many were changed.
    pub changed: u32,
    /// How many could not be changed, and were left as they were.
    pub left_out: u32,
    /// The last subscription that was looked at.
    pub cursor: Option<SubscriptionId>,
    /// When it began.
    pub begun_at: Timestamp,
    /// When it was done or stopped.
    pub ended_at: Option<Timestamp>,
}

impl Bulk {
    /// Every subscription was looked at.
    pub fn finish(self, now: Timestamp) -> Result<Self, Refusal> {
        self.end(BulkState::Done, now)
    }

    /// Nothing more is changed.
    pub fn stop(self, now: Timestamp) -> Result<Self, Refusal> {
        self.end(BulkState::Stopped, now)
    }

    fn end(self, state: BulkState, now: Timestamp) -> Result<Self, Refusal> {
        if self.state == BulkState::Running {
            Ok(Self { state, ended_at: Some(now), ..self })
        } else {
            Err(Refusal::AlreadyDecided)
        }
    }
}

/// Refuses to begin when more than two in a hundred came to what an operator has seen.
pub fn as_seen(seen: u32, count: u32) -> Result<(), Refusal> {
    if u64::from(count) * 100 > u64::from(seen) * 102 {
        return Err(Refusal::SelectionGrew { count });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::SignedDuration;

    #[test]
    fn two_in_a_hundred_more_is_still_what_was_seen() {
        for (seen, count) in [(100, 102), (100, 3), (0, 0), (1, 1), (1000, 1020)] {
            assert_eq!(as_seen(seen, count), Ok(()), "{seen} {count}");
        }
        for (seen, count) in [(100, 103), (0, 1), (1, 2), (49, 50), (u32::MAX / 2, u32::MAX)] {
            assert_eq!(as_seen(seen, count), Err(Refusal::SelectionGrew { count }), "{seen} {count}");
        }
    }

    #[test]
    fn what_can_select_nothing_is_refused() {
        let epoch = Timestamp::UNIX_EPOCH;
        let later = after(epoch, SignedDuration::from_hours(1));
        assert!(Selection::default().checked().is_ok());
        let span = |from, before| Selection {
            registered_from: Some(from),
            registered_before: Some(before),
            ..Selection::default()
        };
        assert!(span(epoch, later).checked().is_ok());
        for wrong in [
            span(later, epoch),
            span(epoch, epoch),
            Selection { ended_within: Some(0), ..Selection::default() },
            Selection { ended_within: Some(MOST_DAYS + 1), ..Selection::default() },
            Selection { state: Some(SubscriptionState::Revoked), ..Selection::default() },
        ] {
            assert!(wrong.checked().is_err(), "{wrong:?}");
        }
        let week = Selection { ended_within: Some(7), ..Selection::default() };
        assert_eq!(week.ended_from(after(epoch, days(7))), Some(epoch));
    }
}

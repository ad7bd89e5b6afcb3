//! Commissions in days of subscription.

use super::{Commission, CommissionState, Level};
use crate::{
    domain::{money::Money, order::Order, referral::DayTerms, refusal::Refusal},
    ids::SubscriptionId,
};
use jiff::Timestamp;

/// Days of subscription in place of a share of money.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RewardDays {
    /// How many.
    pub days: u32,
    /// How many of them are void, because the order's money went back before they were given.
    pub void: u32,
    /// The subscription that got them.
    pub to: Option<SubscriptionId>,
}

impl RewardDays {
    /// What of it is not void.
    #[must_use]
    pub const fn due(self) -> u32 {
        self.days.saturating_sub(self.void)
    }
}

impl Commission {
    /// Its days are this subscription's now.
    pub fn give(self, to: SubscriptionId, now: Timestamp) -> Result<Self, Refusal> {
        match self.days {
            Some(days) if self.state == CommissionState::Pending && now >= self.matures_at => Ok(Self {
                days: Some(RewardDays { to: Some(to), ..days }),
                state: CommissionState::Matured,
                ..self
            }),
            _ => Err(Refusal::AlreadyDecided),
        }
    }

    /// So many of its days stay.
    pub(super) fn lose_days(self, days: RewardDays, stays: u32) -> Self {
        if self.state == CommissionState::Matured {
            return self;
        }
        let void = days.void.saturating_add(days.days.saturating_sub(stays)).min(days.days);
        let over = void == days.days && self.state != CommissionState::Refused;
        let state = if over { CommissionState::Reversed } else { self.state };
        Self { days: Some(RewardDays { void, ..days }), state, ..self }
    }
}

/// Such a part of days, rounded down.
pub(super) fn part_of(days: u32, part: i64, whole: i64) -> u32 {
    let scaled = i128::from(days).saturating_mul(i128::from(part.max(0)));
    scaled.checked_div(i128::from(whole)).and_then(|days| u32::try_from(days).ok()).unwrap_or(0)
}

/// Days for an order: as much of them as was paid in money that was no commission.
pub(super) fn reward_days(order: &Order, base: Money, terms: DayTerms, level: Level) -> u32 {
    let most = order.kind.terms().map_or(0, |terms| terms.days).checked_div(2).unwrap_or(0);
    let first = terms.first.min(most);
    let days = match level {
        Level::First => first,
        Level::Second => terms.second.min(most.saturating_sub(first)),
    };
    part_of(days, base.minor, order.price.minor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_days_is_rounded_down_and_never_negative() {
        for (days, part, whole, is) in
            [(7, 50, 100, 3), (7, 0, 100, 0), (7, 100, 100, 7), (7, -5, 100, 0), (7, 5, 0, 0)]
        {
            assert_eq!(part_of(days, part, whole), is, "{days} {part}/{whole}");
        }
    }
}

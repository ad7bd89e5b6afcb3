//! What a subscription brings in a month.

use crate::domain::subscription::{Subscription, SubscriptionState};

/// A month of recurring revenue, in milliseconds: 30 days.
const MONTH: i128 = 30 * 86_400_000;

/// What was paid for the current period, over its length, for 30 days, in minor units, rounded: 90 days for 900 are
/// 300. The length is from when the period began to the end that was paid for, so days that were left over count with
/// what was paid for them. Packs and given days do not count. Nothing for one that is not in use.
#[must_use]
pub fn monthly(of: &Subscription) -> i64 {
    if of.state != SubscriptionState::Active {
        return 0;
    }
    let end = of.period.paid_until(of.paid_end());
    let length = i128::from(end.as_millisecond()) - i128::from(of.period.starts_at.as_millisecond());
    let paid = i128::from(of.period.paid.minor);
    (paid * MONTH + length / 2)
        .checked_div(length.max(1))
        .and_then(|minor| i64::try_from(minor).ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        extras::Extras,
        grant::PanelId,
        measure::Traffic,
        money::{Currency, Money},
        period::Period,
        time::{days, from_millis},
    };
    use crate::secret::Fingerprint;
    use uuid::Uuid;

    fn paid(minor: i64, length: u32) -> Subscription {
        let (nil, start) = (Uuid::nil(), from_millis(0));
        Subscription {
            id: nil.into(),
            shop_id: nil.into(),
            user_id: nil.into(),
            plan_id: nil.into(),
            plan_name: String::new(),
            name: None,
            group_id: nil.into(),
            state: SubscriptionState::Active,
            starts_at: start,
            ends_at: crate::domain::time::after(start, days(length)),
            limit: Traffic::gib(1),
            used: Traffic::ZERO,
            devices: 1,
            extras: Extras::NONE,
            period: Period::new(1, start, Traffic::ZERO, Money::new(minor, Currency::Usd)),
            auto_renew: false,
            panel_id: PanelId::new(nil),
            generation: 1,
            link_lookup: Fingerprint(String::new()),
            link_sealed: String::new(),
            resets: Vec::new(),
            moves: Vec::new(),
            created_at: start,
        }
    }

    #[test]
    fn a_price_is_brought_to_thirty_days_and_rounded() {
        assert_eq!(monthly(&paid(500, 30)), 500);
        assert_eq!(monthly(&paid(900, 90)), 300);
        assert_eq!(monthly(&paid(100, 365)), 8);
        assert_eq!(monthly(&paid(70, 7)), 300);
        assert_eq!(monthly(&paid(0, 1)), 0);
        assert_eq!(monthly(&paid(i64::MAX, 3650)), 75_808_537_289_217_335);
    }

    #[test]
    fn given_days_do_not_make_it_cheaper_and_what_is_not_in_use_brings_nothing() {
        let mut given = paid(500, 40);
        given.period.given_secs = 10 * 86_400;
        assert_eq!(monthly(&given), 500);
        for state in [SubscriptionState::Ended, SubscriptionState::Exhausted, SubscriptionState::Revoked] {
            assert_eq!(monthly(&Subscription { state, ..paid(500, 30) }), 0);
        }
    }
}

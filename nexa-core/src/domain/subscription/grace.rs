//! Grace: whoever has paid goes on for a little when the time is over or the traffic is used up, so that they can still
//! reach the shop and pay. Where messengers and banks' pages are blocked, who is cut off cannot renew.
//!
//! While it lasts, the end and the limit of the subscription are those of its grace, so servers, links and apps need not
//! know of it. What stood before is kept in the period, and stands again when the grace is over or anything else changes
//! the subscription. What was used in it is not held against anybody.

use super::{Subscription, SubscriptionState};
use crate::domain::{
    measure::Traffic,
    period::{Period, Told},
    refusal::Refusal,
    time::after,
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// The longest grace, in hours.
const MOST_HOURS: u32 = 72;
/// The most traffic in it, in MiB.
const MOST_MIB: u32 = 5120;

/// How much grace a shop gives: none unless both are above zero.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct GraceTerms {
    /// How long, in hours.
    pub hours: u32,
    /// With how much traffic, in MiB.
    pub mib: u32,
}

impl GraceTerms {
    /// No grace.
    pub const NONE: Self = Self { hours: 0, mib: 0 };

    /// Whether there is any.
    #[must_use]
    pub const fn is_any(self) -> bool {
        self.hours > 0 && self.mib > 0
    }

    /// Refuses more than a grace.
    pub fn checked(self) -> Result<Self, Refusal> {
        if self.hours > MOST_HOURS {
            return Err(Refusal::bad_input("grace_hours", "0 to 72"));
        }
        if self.mib > MOST_MIB {
            return Err(Refusal::bad_input("grace_mib", "0 to 5120"));
        }
        Ok(self)
    }

    /// The traffic.
    #[must_use]
    pub fn traffic(self) -> Traffic {
        Traffic::bytes(u64::from(self.mib) << 20)
    }
}

/// What stood before a grace.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Grace {
    /// The end that was paid for.
    pub ends_at: Timestamp,
    /// The limit that was paid for.
    pub limit: Traffic,
    /// What had been used when it began.
    pub used: Traffic,
}

impl Subscription {
    /// Whether it is over or used up, and goes on by its shop's grace.
    #[must_use]
    pub const fn in_grace(&self) -> bool {
        self.period.grace.is_some()
    }

    /// The end that was paid for.
    #[must_use]
    pub const fn paid_end(&self) -> Timestamp {
        match &self.period.grace {
            Some(grace) => grace.ends_at,
            None => self.ends_at,
        }
    }

    /// The limit that was paid for, in which what was used in a grace is not counted.
    #[must_use]
    pub const fn paid_limit(&self) -> Traffic {
        match &self.period.grace {
            Some(grace) => grace.limit.plus(self.used.minus(grace.used)),
            None => self.limit,
        }
    }

    /// One that was stopped just now goes on for a little, once in a period that somebody paid for.
    #[must_use]
    pub fn go_on(self, terms: GraceTerms, now: Timestamp) -> Self {
        let stopped = matches!(self.state, SubscriptionState::Ended | SubscriptionState::Exhausted);
        let had = self.period.told.contains(&Told::Grace);
        let until = after(self.ends_at.min(now), SignedDuration::from_hours(i64::from(terms.hours)));
        if !stopped || had || !terms.is_any() || !self.period.paid.is_positive() || until <= now {
            return self;
        }
        let grace = Grace { ends_at: self.ends_at, limit: self.limit, used: self.used };
        let period = Period { grace: Some(grace), ..self.period.clone().tell(Told::Grace) };
        let limit = self.used.plus(terms.traffic());
        Self { state: SubscriptionState::Active, ends_at: until, limit, period, ..self.changed() }
    }

    /// What was paid for stands again.
    #[must_use]
    pub fn out_of_grace(self) -> Self {
        if !self.in_grace() {
            return self;
        }
        let (ends_at, limit) = (self.paid_end(), self.paid_limit());
        let period = Period { grace: None, ..self.period.clone() };
        Self { ends_at, limit, period, ..self.changed() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        extras::Extras,
        money::{Currency, Money},
        pack::PackKind,
        plan::Terms,
        subscription::example,
        time::days,
    };
    use proptest::prelude::*;

    const TERMS: GraceTerms = GraceTerms { hours: 24, mib: 500 };
    const MONTH: Terms = Terms { days: 30, traffic: Traffic::gib(50), devices: 2, extras: Extras::NONE };

    fn hour(number: i64) -> Timestamp {
        after(Timestamp::UNIX_EPOCH, SignedDuration::from_hours(number))
    }

    /// One of 30 days and 50 GiB that was stopped at this hour, if it had to be.
    fn at(hours: i64, used: Traffic) -> Subscription {
        example().consume(used, hour(hours)).go_on(TERMS, hour(hours))
    }

    fn price() -> Money {
        Money::new(500, Currency::Usd)
    }

    #[test]
    fn its_end_moves_once_by_the_hours_of_the_shop() {
        assert_eq!(at(719, Traffic::gib(10)), example().consume(Traffic::gib(10), hour(719)), "not over yet");
        let of = at(720, Traffic::gib(10));
        assert!(of.in_grace() && of.is_enabled());
        assert_eq!((of.ends_at, of.remaining()), (hour(744), Traffic::bytes(500 << 20)));
        assert_eq!((of.paid_end(), of.paid_limit()), (hour(720), Traffic::gib(50)));
        assert_eq!(of.clone().enforce(hour(743)), of);
        let over = of.enforce(hour(744));
        assert_eq!(
            (over.state, over.ends_at, over.limit),
            (SubscriptionState::Ended, hour(720), Traffic::gib(50))
        );
        assert_eq!(over.clone().go_on(TERMS, hour(744)), over, "once");
    }

    #[test]
    fn what_is_used_up_has_the_traffic_of_the_shop_for_its_hours() {
        let of = at(100, Traffic::gib(51));
        assert_eq!((of.ends_at, of.limit), (hour(124), Traffic::gib(51).plus(TERMS.traffic())));
        let more = of.clone().consume(TERMS.traffic(), hour(110));
        assert_eq!((more.state, more.ends_at), (SubscriptionState::Exhausted, hour(720)));
        assert_eq!(more.clone().go_on(TERMS, hour(110)), more, "once");
        assert_eq!(of.clone().enforce(hour(124)).state, SubscriptionState::Exhausted);
        let late = at(719, Traffic::gib(51));
        assert_eq!(late.ends_at, hour(743), "not beyond the end and the hours");
        assert_eq!(late.enforce(hour(743)).state, SubscriptionState::Ended);
        let both = at(720, Traffic::gib(10)).consume(TERMS.traffic(), hour(721));
        assert_eq!(both.state, SubscriptionState::Ended, "used up after the end");
    }

    #[test]
    fn only_what_was_paid_for_and_just_stopped_goes_on() {
        let ended = example().enforce(hour(720));
        let free = Period { paid: Money::zero(Currency::Usd), ..ended.period.clone() };
        let stays = [
            Subscription { period: free, ..ended.clone() },
            Subscription { state: SubscriptionState::Suspended, ..ended.clone() },
            Subscription { state: SubscriptionState::Revoked, ..ended.clone() },
            Subscription { state: SubscriptionState::Pending, ..ended.clone() },
        ];
        for of in stays {
            assert_eq!(of.clone().go_on(TERMS, hour(720)), of);
        }
        for terms in [GraceTerms::NONE, GraceTerms { hours: 0, ..TERMS }, GraceTerms { mib: 0, ..TERMS }] {
            assert_eq!(ended.clone().go_on(terms, hour(720)), ended);
        }
        assert_eq!(ended.clone().go_on(TERMS, hour(744)), ended, "nobody looked for a day: it had that day");
        assert_eq!(ended.go_on(TERMS, hour(743)).ends_at, hour(744), "nobody looked for 23 hours");
    }

    #[test]
    fn whatever_changes_it_ends_its_grace() {
        let of = at(720, Traffic::gib(10)).consume(Traffic::bytes(1 << 20), hour(730));
        let stopped = of.clone().suspend().unwrap();
        assert_eq!((stopped.ends_at, stopped.in_grace()), (hour(720), false));
        assert_eq!(stopped.resume(hour(731)).unwrap().state, SubscriptionState::Ended);
        assert!(!of.clone().revoke().in_grace());
        let undone = of.clone().undo_renewal(MONTH, price(), &[], hour(731)).unwrap();
        assert_eq!((undone.state, undone.in_grace()), (SubscriptionState::Ended, false));
        let used_up = at(100, Traffic::gib(50));
        let pack = used_up.clone().add(PackKind::Traffic, 1 << 30);
        assert_eq!((pack.remaining(), pack.ends_at, pack.in_grace()), (Traffic::gib(1), hour(720), false));
        let devices = used_up.add(PackKind::Devices, 3);
        assert!(devices.in_grace() && devices.devices == 5, "a place more changes nothing else");
        let again = pack.consume(Traffic::gib(1), hour(200)).go_on(TERMS, hour(200));
        assert_eq!(again.state, SubscriptionState::Exhausted, "once in a period");
    }

    #[test]
    fn a_period_of_its_own_has_one_of_its_own() {
        let renewed = at(720, Traffic::gib(10)).renew(MONTH, price(), hour(730)).unwrap();
        let over = renewed.enforce(hour(730 + 720));
        assert!(over.clone().go_on(TERMS, hour(730 + 720)).in_grace());
    }

    proptest! {
        /// A renewal in it is the renewal that would come after it, and what was used in it is not missed.
        #[test]
        fn a_renewal_in_it_starts_as_one_after_it(before in 0_u64..60, in_it in 0_u64..500, later in 0_i64..24) {
            let of = at(720, Traffic::bytes(before << 30)).consume(Traffic::bytes(in_it << 20), hour(721));
            let now = hour(720 + later.max(1));
            prop_assume!(of.in_grace());
            let without = example().consume(Traffic::bytes(before << 30), hour(720));
            prop_assert_eq!(of.credit(now).unwrap(), without.credit(now).unwrap());
            prop_assert_eq!(of.plan_traffic_left(), without.plan_traffic_left());
            let (one, two) = (of.renew(MONTH, price(), now).unwrap(), without.renew(MONTH, price(), now).unwrap());
            prop_assert_eq!((one.state, one.ends_at, one.remaining()), (two.state, two.ends_at, two.remaining()));
            prop_assert_eq!(one.ends_at, after(now, days(30)));
            prop_assert_eq!(&one.period.paid, &two.period.paid);
            prop_assert!(!one.in_grace() && !one.period.told.contains(&Told::Grace));
        }
    }
}

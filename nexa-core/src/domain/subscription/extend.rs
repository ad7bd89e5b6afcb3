//! More time or traffic from the operator, for nothing.

use super::{Subscription, SubscriptionState};
use crate::domain::{
    measure::Traffic,
    pack::PackKind,
    period::{Period, Told},
    refusal::Refusal,
    time::{after, days},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The most days and traffic at once.
const MOST_DAYS: u32 = 365;
const MOST_TRAFFIC: Traffic = Traffic::gib(100_000);

/// What is added to the current period.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct More {
    /// Days of 24 hours.
    pub days: u32,
    /// Traffic.
    pub traffic: Traffic,
}

impl More {
    /// Refuses nothing at all, and what only a slip of the finger can mean.
    pub fn checked(self) -> Result<Self, Refusal> {
        if self.days == 0 && self.traffic == Traffic::ZERO {
            return Err(Refusal::bad_input("days", "days or traffic_bytes"));
        }
        if self.days > MOST_DAYS {
            return Err(Refusal::bad_input("days", "1 to 365"));
        }
        if self.traffic > MOST_TRAFFIC {
            return Err(Refusal::bad_input("traffic_bytes", "at most 100,000 GiB"));
        }
        Ok(self)
    }
}

impl Subscription {
    /// More of the current period. It is worth nothing when the plan is changed: nobody paid for it.
    pub fn extend(self, more: More, now: Timestamp) -> Result<Self, Refusal> {
        if self.state == SubscriptionState::Revoked {
            return Err(Refusal::SubscriptionClosed);
        }
        let mut of = if more.traffic == Traffic::ZERO {
            self.out_of_grace().changed()
        } else {
            self.add(PackKind::Traffic, more.traffic.as_bytes())
        };
        if more.days > 0 {
            let ends_at = after(of.ends_at.max(now), days(more.days));
            // What lay between its end and now was not used either, and is no more paid for than the rest.
            let given = ends_at.duration_since(of.ends_at).as_secs();
            let given = of.period.given_secs.saturating_add(u64::try_from(given).unwrap_or(0));
            // What was said of its end is no longer true, and is said again in time.
            let told = of.period.told.iter().copied();
            let stays = |told: &Told| {
                let kept = [Told::MostTraffic, Told::NearlyAllTraffic, Told::Grace, Told::Charged];
                kept.contains(told)
            };
            let told = told.filter(stays).collect();
            of.period = Period { given_secs: given, told, announced: None, ..of.period };
            of.ends_at = ends_at;
        }
        let running = of.state == SubscriptionState::Ended || of.state == SubscriptionState::Exhausted;
        let of = if running { Self { state: SubscriptionState::Active, ..of } } else { of };
        Ok(of.enforce(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::subscription::example;
    use proptest::prelude::*;

    fn day(number: u32) -> Timestamp {
        after(Timestamp::UNIX_EPOCH, days(number))
    }

    fn more(days: u32, gib: u32) -> More {
        More { days, traffic: Traffic::gib(gib) }
    }

    #[test]
    fn time_is_added_at_the_end_or_from_now_on() {
        let longer = example().extend(more(5, 0), day(10)).unwrap();
        assert_eq!((longer.ends_at, longer.limit), (day(35), Traffic::gib(50)));
        assert_eq!(longer.generation, 2);
        let ended = example().enforce(day(40));
        assert_eq!(ended.state, SubscriptionState::Ended);
        let back = ended.clone().extend(more(5, 0), day(40)).unwrap();
        assert_eq!((back.state, back.ends_at), (SubscriptionState::Active, day(45)));
        let traffic_only = ended.extend(more(0, 5), day(40)).unwrap();
        assert_eq!(traffic_only.state, SubscriptionState::Ended, "its time is over all the same");
    }

    #[test]
    fn traffic_brings_back_what_time_alone_does_not() {
        let used = example().consume(Traffic::gib(51), day(1));
        assert_eq!(used.state, SubscriptionState::Exhausted);
        assert_eq!(used.clone().extend(more(5, 0), day(1)).unwrap().state, SubscriptionState::Exhausted);
        let back = used.extend(more(0, 5), day(1)).unwrap();
        assert_eq!((back.state, back.remaining()), (SubscriptionState::Active, Traffic::gib(5)));
    }

    #[test]
    fn what_was_stopped_stays_stopped_and_what_was_taken_back_is_gone() {
        let stopped = example().suspend().unwrap().extend(more(5, 5), day(1)).unwrap();
        assert_eq!((stopped.state, stopped.ends_at), (SubscriptionState::Suspended, day(35)));
        assert_eq!(example().revoke().extend(more(1, 0), day(1)), Err(Refusal::SubscriptionClosed));
    }

    #[test]
    fn the_end_is_announced_anew() {
        let told = example().tell(Told::OneDay).tell(Told::RenewalAnnounced).tell(Told::NearlyAllTraffic);
        let longer = told.clone().extend(more(9, 0), day(29)).unwrap();
        let kept = [Told::MostTraffic, Told::NearlyAllTraffic];
        assert!(longer.period.told.into_iter().eq(kept), "time alone brings no traffic");
        let more_traffic = told.extend(more(0, 9), day(29)).unwrap();
        assert!(more_traffic.period.told.contains(&Told::OneDay));
    }

    #[test]
    fn nothing_and_too_much_are_refused() {
        assert!(more(365, 100_000).checked().is_ok());
        for wrong in [more(0, 0), more(366, 0), more(0, 100_001)] {
            assert!(wrong.checked().is_err(), "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_given_is_worth_nothing_at_a_change_of_plan(
            at in 0_u32..60, given in 0_u32..=365, gib in 0_u32..100, used in 0_u32..60,
        ) {
            prop_assume!(given > 0 || gib > 0);
            let of = example().consume(Traffic::gib(used), day(at));
            let before = of.credit(day(at)).unwrap();
            let after = of.extend(more(given, gib), day(at)).unwrap();
            prop_assert_eq!(after.credit(day(at)).unwrap(), before);
            prop_assert!(after.credit(day(at + given)).unwrap().minor <= before.minor);
        }
    }
}

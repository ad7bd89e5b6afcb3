//! What comes up for a subscription towards its end: reminders, or the renewal that its owner asked for.

use super::{
    measure::Traffic,
    period::Told,
    subscription::{Subscription, SubscriptionState},
    time::{after, days},
};
use jiff::{SignedDuration, Timestamp};

/// How long before the end an automatic renewal is announced.
const ANNOUNCED: SignedDuration = SignedDuration::from_hours(48);
/// How long before the end it is tried first.
const FIRST_TRY: SignedDuration = SignedDuration::from_hours(1);
/// How long after the end it is tried last.
const LAST_TRY: SignedDuration = SignedDuration::from_hours(24);
/// How much later than it was due the last try may still be made: nobody expects to be charged for what ended long ago.
const TOO_LATE: SignedDuration = SignedDuration::from_hours(24);

/// How long before the end its owner is reminded for the last time.
const LAST_REMINDER: SignedDuration = SignedDuration::from_hours(6);
/// How long a subscription may be unused before its owner is asked; twice as long, and it is not asked any more.
const UNUSED: SignedDuration = SignedDuration::from_hours(24);

/// Something to do for a subscription.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// Tell its owner that it ends soon.
    Remind(Told),
    /// Ask its owner, who has not used it, whether it works; if no device is known either.
    Nudge,
    /// Tell its owner what the renewal will cost.
    Announce,
    /// Renew it from the wallet; noted as this when it cannot be.
    Renew(Told),
    /// Renew it no more: the last try is long overdue, e.g. because nobody worked or it was suspended meanwhile.
    GiveUp,
}

impl Step {
    /// What is noted when it is done, or was tried in vain.
    #[must_use]
    pub const fn noted(self) -> Told {
        match self {
            Self::Remind(told) | Self::Renew(told) => told,
            Self::Nudge => Told::NotConnected,
            Self::Announce => Told::RenewalAnnounced,
            Self::GiveUp => Told::LastTry,
        }
    }
}

/// Everything that has not been done in this period, with its moment, earliest first.
fn ahead(of: &Subscription, now: Timestamp) -> Vec<(Timestamp, Step)> {
    let end = of.paid_end();
    // In its grace it has ended already, as far as this goes.
    let over = of.in_grace() && now >= end;
    let running = !over && matches!(of.state, SubscriptionState::Active | SubscriptionState::Exhausted);
    let mut steps = Vec::new();
    if of.state == SubscriptionState::Active && of.used == Traffic::ZERO && now < end {
        let asked = after(of.period.starts_at, UNUSED);
        steps.extend(Some((asked, Step::Nudge)).filter(|(at, _)| *at < end && now < after(*at, UNUSED)));
    }
    if of.auto_renew && !of.period.told.contains(&Told::Charged) {
        if running {
            steps.push((after(end, -ANNOUNCED), Step::Announce));
        }
        if running || over || of.state == SubscriptionState::Ended {
            steps.push((after(end, -FIRST_TRY), Step::Renew(Told::FirstTry)));
            steps.push((end, Step::Renew(Told::SecondTry)));
            steps.push((after(end, LAST_TRY), Step::Renew(Told::LastTry)));
        }
    } else if running && !of.auto_renew && now < end {
        steps.push((after(end, -days(3)), Step::Remind(Told::ThreeDays)));
        steps.push((after(end, -days(1)), Step::Remind(Told::OneDay)));
        steps.push((after(end, -LAST_REMINDER), Step::Remind(Told::SixHours)));
        // A period that is shorter than that is not reminded of at its beginning.
        steps.retain(|(at, _)| *at > of.period.starts_at);
    }
    steps.retain(|(_, step)| !of.period.told.contains(&step.noted()));
    steps
}

/// What is to be done now: of several reminders, and of several tries, only the latest.
#[must_use]
pub fn due(of: &Subscription, now: Timestamp) -> Option<Step> {
    let due: Vec<Step> =
        ahead(of, now).into_iter().filter(|(at, _)| *at <= now).map(|(_, step)| step).collect();
    if due.contains(&Step::Renew(Told::LastTry)) && now > after(after(of.paid_end(), LAST_TRY), TOO_LATE) {
        return Some(Step::GiveUp);
    }
    due.iter().copied().find(|step| *step == Step::Announce).or_else(|| due.last().copied())
}

/// When to look again.
#[must_use]
pub fn next(of: &Subscription, now: Timestamp) -> Option<Timestamp> {
    ahead(of, now).into_iter().map(|(at, _)| at).min()
}

/// What the owner should hear now of the period's traffic: that four fifths are used, or nineteen twentieths.
#[must_use]
pub fn low_traffic(of: &Subscription) -> Option<Told> {
    let all = of.limit.minus(of.period.used_before).as_bytes();
    let left = of.remaining().as_bytes();
    if of.state != SubscriptionState::Active || of.in_grace() || left == 0 || left > all / 5 {
        return None;
    }
    let told = if left <= all / 20 { Told::NearlyAllTraffic } else { Told::MostTraffic };
    Some(told).filter(|told| !of.period.told.contains(told))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::subscription::example;

    fn hour(number: i64) -> Timestamp {
        after(Timestamp::UNIX_EPOCH, SignedDuration::from_hours(number))
    }

    /// One of which something was used.
    fn in_use() -> Subscription {
        Subscription { used: Traffic::bytes(1), ..example() }
    }

    /// What is done when it is looked at whenever it says so, every try failing, with the hour of each.
    fn story(mut of: Subscription) -> Vec<(i64, Step)> {
        let (mut told, mut now) = (Vec::new(), hour(0));
        while let Some(at) = next(&of, now) {
            of = of.enforce(at);
            now = at;
            let Some(step) = due(&of, at) else { break };
            told.push((at.as_second() / 3600, step));
            of.period = of.period.clone().tell(step.noted());
        }
        told
    }

    #[test]
    fn who_renews_by_hand_is_reminded_twice() {
        let expected = [
            (648, Step::Remind(Told::ThreeDays)),
            (696, Step::Remind(Told::OneDay)),
            (714, Step::Remind(Told::SixHours)),
        ];
        assert_eq!(story(in_use()), expected);
        let late = due(&in_use(), hour(700));
        assert_eq!(late, Some(Step::Remind(Told::OneDay)), "of two that are late the nearer one");
        let told = in_use().period.tell(Told::OneDay);
        assert_eq!(due(&Subscription { period: told, ..in_use() }, hour(700)), None);
        let short = Subscription { ends_at: hour(72), ..in_use() };
        let expected = [(48, Step::Remind(Told::OneDay)), (66, Step::Remind(Told::SixHours))];
        assert_eq!(story(short), expected, "not at the very beginning");
        let ended = Subscription { state: SubscriptionState::Ended, ..in_use() };
        assert_eq!(next(&ended, hour(720)), None);
        assert_eq!(
            (due(&in_use(), hour(720)), next(&in_use(), hour(720))),
            (None, None),
            "too late to remind"
        );
    }

    #[test]
    fn who_never_connected_is_asked_once_in_a_period() {
        assert_eq!(story(example()).first(), Some(&(24, Step::Nudge)));
        let asked = Subscription { period: example().period.tell(Told::NotConnected), ..example() };
        assert_eq!(due(&asked, hour(25)), None);
        assert_eq!(due(&in_use(), hour(25)), None, "it was used");
        assert_eq!(due(&example(), hour(48)), None, "nobody is asked days later");
        assert_eq!(next(&example(), hour(48)), Some(hour(648)));
        let automatic = Subscription { auto_renew: true, ..example() };
        assert_eq!(due(&automatic, hour(24)), Some(Step::Nudge), "whoever renews it");
        assert_eq!(
            due(&Subscription { ends_at: hour(24), ..example() }, hour(30)),
            None,
            "not after its end"
        );
        for state in [SubscriptionState::Suspended, SubscriptionState::Exhausted, SubscriptionState::Pending]
        {
            let held = Subscription { state, ends_at: hour(7_200), ..example() };
            assert_eq!(due(&held, hour(25)), None, "{state:?}");
        }
    }

    #[test]
    fn a_renewal_is_announced_and_tried_three_times() {
        let of = Subscription { auto_renew: true, ..in_use() };
        let expected = [
            (672, Step::Announce),
            (719, Step::Renew(Told::FirstTry)),
            (720, Step::Renew(Told::SecondTry)),
            (744, Step::Renew(Told::LastTry)),
        ];
        assert_eq!(story(of.clone()), expected);
        assert_eq!(due(&of, hour(768)), Some(Step::Announce), "announced first, however late");
        let announced = Subscription { period: of.period.clone().tell(Told::RenewalAnnounced), ..of.clone() };
        assert_eq!(due(&announced, hour(768)), Some(Step::Renew(Told::LastTry)), "and tried once");
        for of in [&of, &announced] {
            let ended = Subscription { state: SubscriptionState::Ended, ..of.clone() };
            for of in [of, &ended] {
                assert_eq!(
                    due(of, hour(769)),
                    Some(Step::GiveUp),
                    "but not more than a day after the last try"
                );
            }
        }
        let charged = Subscription { period: of.period.clone().tell(Told::Charged), ..of.clone() };
        assert_eq!((due(&charged, hour(800)), next(&charged, hour(800))), (None, None), "never twice");
        for state in [SubscriptionState::Suspended, SubscriptionState::Revoked, SubscriptionState::Pending] {
            assert_eq!(next(&Subscription { state, ..of.clone() }, hour(0)), None, "{state:?}");
        }
    }

    #[test]
    fn a_grace_changes_nothing_but_the_end() {
        let terms = crate::domain::subscription::GraceTerms { hours: 48, mib: 500 };
        let graced = |of: Subscription, at| of.enforce(at).go_on(terms, at);
        let told = in_use().period.tell(Told::RenewalAnnounced).tell(Told::SecondTry);
        let of = graced(Subscription { auto_renew: true, period: told, ..in_use() }, hour(720));
        assert!(of.in_grace());
        assert_eq!((due(&of, hour(743)), next(&of, hour(743))), (None, Some(hour(744))), "tried at its time");
        assert_eq!(due(&of, hour(744)), Some(Step::Renew(Told::LastTry)));
        let by_hand = graced(in_use(), hour(720));
        assert_eq!((due(&by_hand, hour(721)), next(&by_hand, hour(721))), (None, None));
        assert_eq!(low_traffic(&by_hand.consume(Traffic::bytes(490 << 20), hour(721))), None);
    }

    #[test]
    fn traffic_is_low_when_a_fifth_is_left_and_very_low_at_a_twentieth_each_once() {
        let used = |bytes| Subscription { used: Traffic::bytes(bytes), ..example() };
        let after = |of: Subscription, told| Subscription { period: of.period.clone().tell(told), ..of };
        assert_eq!(low_traffic(&used((40 << 30) - 1)), None);
        assert_eq!(low_traffic(&used(40 << 30)), Some(Told::MostTraffic));
        assert_eq!(low_traffic(&used((47 << 30) + (1 << 29))), Some(Told::NearlyAllTraffic));
        assert_eq!(low_traffic(&used(50 << 30)), None, "that is another message");
        assert_eq!(low_traffic(&after(used(45 << 30), Told::MostTraffic)), None);
        assert_eq!(low_traffic(&after(used(49 << 30), Told::MostTraffic)), Some(Told::NearlyAllTraffic));
        let both = after(used(49 << 30), Told::NearlyAllTraffic);
        assert_eq!(low_traffic(&both), None);
        assert_eq!(
            low_traffic(&Subscription { used: Traffic::gib(45), ..both }),
            None,
            "nothing lesser later"
        );
    }
}

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

/// Something to do for a subscription.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// Tell its owner that it ends soon.
    Remind(Told),
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
            Self::Announce => Told::RenewalAnnounced,
            Self::GiveUp => Told::LastTry,
        }
    }
}

/// Everything that has not been done in this period, with its moment, earliest first.
fn ahead(of: &Subscription) -> Vec<(Timestamp, Step)> {
    let end = of.ends_at;
    let running = matches!(of.state, SubscriptionState::Active | SubscriptionState::Exhausted);
    let mut steps = Vec::new();
    if of.auto_renew && !of.period.told.contains(&Told::Charged) {
        if running {
            steps.push((after(end, -ANNOUNCED), Step::Announce));
        }
        if running || of.state == SubscriptionState::Ended {
            steps.push((after(end, -FIRST_TRY), Step::Renew(Told::FirstTry)));
            steps.push((end, Step::Renew(Told::SecondTry)));
            steps.push((after(end, LAST_TRY), Step::Renew(Told::LastTry)));
        }
    } else if running && !of.auto_renew {
        steps.push((after(end, -days(3)), Step::Remind(Told::ThreeDays)));
        steps.push((after(end, -days(1)), Step::Remind(Told::OneDay)));
        // A period that is shorter than that is not reminded of at its beginning.
        steps.retain(|(at, _)| *at > of.period.starts_at);
    }
    steps.retain(|(_, step)| !of.period.told.contains(&step.noted()));
    steps
}

/// What is to be done now: of several reminders, and of several tries, only the latest.
#[must_use]
pub fn due(of: &Subscription, now: Timestamp) -> Option<Step> {
    let due: Vec<Step> = ahead(of).into_iter().filter(|(at, _)| *at <= now).map(|(_, step)| step).collect();
    if due.contains(&Step::Renew(Told::LastTry)) && now > after(after(of.ends_at, LAST_TRY), TOO_LATE) {
        return Some(Step::GiveUp);
    }
    due.iter().copied().find(|step| *step == Step::Announce).or_else(|| due.last().copied())
}

/// When to look again.
#[must_use]
pub fn next(of: &Subscription) -> Option<Timestamp> {
    ahead(of).into_iter().map(|(at, _)| at).min()
}

/// Whether the owner should hear now that four fifths of the period's traffic are used.
#[must_use]
pub fn traffic_is_low(of: &Subscription) -> bool {
    let all = of.limit.minus(of.period.used_before);
    let left = of.remaining();
    of.state == SubscriptionState::Active
        && left > Traffic::ZERO
        && left.as_bytes() <= all.as_bytes() / 5
        && !of.period.told.contains(&Told::MostTraffic)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::subscription::example;

    fn hour(number: i64) -> Timestamp {
        after(Timestamp::UNIX_EPOCH, SignedDuration::from_hours(number))
    }

    /// What is done when it is looked at whenever it says so, every try failing, with the hour of each.
    fn story(mut of: Subscription) -> Vec<(i64, Step)> {
        let mut told = Vec::new();
        while let Some(at) = next(&of) {
            of = of.enforce(at);
            let Some(step) = due(&of, at) else { break };
            told.push((at.as_second() / 3600, step));
            of.period = of.period.clone().tell(step.noted());
        }
        told
    }

    #[test]
    fn who_renews_by_hand_is_reminded_twice() {
        let expected = [(648, Step::Remind(Told::ThreeDays)), (696, Step::Remind(Told::OneDay))];
        assert_eq!(story(example()), expected);
        let late = due(&example(), hour(700));
        assert_eq!(late, Some(Step::Remind(Told::OneDay)), "of two that are late the nearer one");
        let told = example().period.tell(Told::OneDay);
        assert_eq!(due(&Subscription { period: told, ..example() }, hour(700)), None);
        let short = Subscription { ends_at: hour(72), ..example() };
        assert_eq!(story(short), [(48, Step::Remind(Told::OneDay))], "not at the very beginning");
        let ended = Subscription { state: SubscriptionState::Ended, ..example() };
        assert_eq!(next(&ended), None);
    }

    #[test]
    fn a_renewal_is_announced_and_tried_three_times() {
        let of = Subscription { auto_renew: true, ..example() };
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
        assert_eq!((due(&charged, hour(800)), next(&charged)), (None, None), "never twice");
        for state in [SubscriptionState::Suspended, SubscriptionState::Revoked, SubscriptionState::Pending] {
            assert_eq!(next(&Subscription { state, ..of.clone() }), None, "{state:?}");
        }
    }

    #[test]
    fn traffic_is_low_when_a_fifth_is_left_and_once() {
        let used = |bytes| Subscription { used: Traffic::bytes(bytes), ..example() };
        assert!(!traffic_is_low(&used((40 << 30) - 1)));
        assert!(traffic_is_low(&used(40 << 30)));
        assert!(!traffic_is_low(&used(50 << 30)), "that is another message");
        let told = used(45 << 30);
        let told = Subscription { period: told.period.clone().tell(Told::MostTraffic), ..told };
        assert!(!traffic_is_low(&told));
    }
}

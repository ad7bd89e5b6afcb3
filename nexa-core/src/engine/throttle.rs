//! Slows down guessing of passwords and account numbers. Kept in memory only: it holds nothing about who asked.

use super::Core;
use crate::{domain::refusal::Refusal, ports::limiter::Pace, secret::Fingerprint};
use jiff::{SignedDuration, Timestamp};
use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

/// Accounts remembered at most; beyond that the one that waits least is forgotten.
const BOUND: usize = 10_000;
/// Wrong account numbers in one minute, over all callers; 10²⁵ numbers leave nothing to guess at this pace.
const GLOBAL_MISSES: u32 = 300;

/// The same over all processes.
const MISSES: Pace = Pace { name: "misses", burst: GLOBAL_MISSES, window_seconds: 60 };

/// Mails with a code to one mailbox, and answers to strangers of one shop, in an hour.
const MAILS_IN_AN_HOUR: usize = 5;

/// Failures by identity, and of all together.
#[derive(Default)]
pub(super) struct Throttle {
    failed: Mutex<BTreeMap<Fingerprint, (u32, Timestamp)>>,
    misses: Mutex<Option<(Timestamp, u32)>>,
    mailed: Mutex<BTreeMap<Fingerprint, Vec<Timestamp>>>,
}

impl Throttle {
    /// Refuses a try that comes too early, and counts this one as failed until [`Throttle::succeeded`], so that many
    /// tries at the same moment do not all slip through. From the fifth on the next try has to wait 1, 2, 4, … 60
    /// seconds. A refused try changes nothing, and once the pause is over the next one is let through, so that no account
    /// is ever locked.
    pub(super) fn attempt(&self, who: &Fingerprint, now: Timestamp) -> Result<(), Refusal> {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = failed.get(who).map_or(0, |(_, until)| until.duration_since(now).as_millis());
        if wait > 0 {
            let wait_seconds = u32::try_from(wait.saturating_add(999) / 1000).unwrap_or(60).clamp(1, 60);
            return Err(Refusal::TooManyAttempts { wait_seconds });
        }
        if failed.len() >= BOUND && !failed.contains_key(who) {
            let first = failed.iter().min_by_key(|(_, (_, until))| *until).map(|(key, _)| key.clone());
            first.and_then(|key| failed.remove(&key));
        }
        let count = failed.get(who).map_or(1, |(n, _)| n.saturating_add(1));
        let pause = if count < 5 { 0 } else { (1_i64 << (count - 5).min(6)).min(60) };
        let until = now.saturating_add(SignedDuration::from_secs(pause)).unwrap_or(now);
        failed.insert(who.clone(), (count, until));
        Ok(())
    }

    /// Notes an account number that nobody has, and refuses when there were too many in this minute. Numbers that exist
    /// are let in all the same: somebody's guessing must not lock everybody out.
    fn missed(&self, now: Timestamp) -> Result<(), Refusal> {
        let mut misses = self.misses.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, count) = match *misses {
            Some((since, n)) if now < after_minute(since) => (since, n.saturating_add(1)),
            _ => (now, 1),
        };
        *misses = Some((since, count));
        if count > GLOBAL_MISSES { Err(Refusal::TooManyAttempts { wait_seconds: 60 }) } else { Ok(()) }
    }

    /// Refuses a mail to a mailbox that got one within the last minute, or five within the last hour: nobody shall fill
    /// somebody else's mailbox through us.
    pub(super) fn mailing(&self, to: &Fingerprint, now: Timestamp) -> Result<(), Refusal> {
        self.paced(to, now, 60)
    }

    /// Refuses a mail when five went out within the last hour, however close together they may be.
    pub(super) fn answering(&self, of: &Fingerprint, now: Timestamp) -> Result<(), Refusal> {
        self.paced(of, now, 0)
    }

    /// Counts a mail, if there is a pause of so many seconds before it.
    fn paced(&self, to: &Fingerprint, now: Timestamp, pause: i64) -> Result<(), Refusal> {
        let mut mailed = self.mailed.lock().unwrap_or_else(PoisonError::into_inner);
        let since = |at: &Timestamp| now.duration_since(*at).as_secs();
        let mut lately = mailed.get(to).cloned().unwrap_or_default();
        lately.retain(|at| since(at) < 3600);
        let pause = lately.last().map_or(0, |at| pause - since(at));
        let hour =
            if lately.len() < MAILS_IN_AN_HOUR { 0 } else { lately.first().map_or(0, |at| 3600 - since(at)) };
        let wait = pause.max(hour);
        if wait > 0 {
            return Err(Refusal::TooManyAttempts { wait_seconds: u32::try_from(wait).unwrap_or(3600) });
        }
        if mailed.len() >= BOUND && !mailed.contains_key(to) {
            let first = mailed.iter().min_by_key(|(_, all)| all.last().copied()).map(|(key, _)| key.clone());
            first.and_then(|key| mailed.remove(&key));
        }
        lately.push(now);
        mailed.insert(to.clone(), lately);
        Ok(())
    }

    /// Forgets the failures of one who signed in.
    pub(super) fn succeeded(&self, who: &Fingerprint) {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner).remove(who);
    }

    /// Takes a try back that told nothing about what was guessed; the tries before it still count.
    pub(super) fn not_tried(&self, who: &Fingerprint) {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        match failed.get(who).map(|(count, _)| count.saturating_sub(1)) {
            Some(0) => drop(failed.remove(who)),
            // Its pause goes with it: the one before was over when it was let through.
            Some(before) => drop(failed.insert(who.clone(), (before, Timestamp::UNIX_EPOCH))),
            None => {}
        }
    }
}

/// [`Throttle::missed`], here and over all processes of the installation.
pub(super) async fn missed(core: &Core) -> Result<(), Refusal> {
    core.throttle.missed(core.world.now())?;
    let all = core.shared.used_up(MISSES, "").await;
    if all { Err(Refusal::TooManyAttempts { wait_seconds: 60 }) } else { Ok(()) }
}

fn after_minute(since: Timestamp) -> Timestamp {
    since.saturating_add(SignedDuration::from_secs(60)).unwrap_or(since)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_at_the_same_moment_are_counted_before_they_end() {
        let (throttle, who) = (Throttle::default(), Fingerprint("a".to_owned()));
        let now = Timestamp::UNIX_EPOCH;
        let through = (0..100).filter(|_| throttle.attempt(&who, now).is_ok()).count();
        assert_eq!(through, 5);
        let later = now + SignedDuration::from_secs(1);
        assert!(throttle.attempt(&who, later).is_ok());
        throttle.succeeded(&who);
        assert!(throttle.attempt(&who, later).is_ok(), "forgotten with the right password");
        assert!(throttle.attempt(&Fingerprint("b".to_owned()), now).is_ok());
    }

    #[test]
    fn refused_tries_lengthen_no_pause_and_one_comes_through_after_it() {
        let (throttle, who) = (Throttle::default(), Fingerprint("a".to_owned()));
        let mut now = Timestamp::UNIX_EPOCH;
        let mut pauses = Vec::new();
        for _ in 0..40 {
            assert_eq!(throttle.attempt(&who, now), Ok(()));
            // A crowd that never stops, up to the second before the pause is over.
            let pause = throttle.failed.lock().unwrap()[&who].1.duration_since(now).as_secs();
            for _ in 0..pause {
                assert!(throttle.attempt(&who, now).is_err());
                now += SignedDuration::from_secs(1);
            }
            pauses.push(pause);
        }
        assert_eq!(pauses[..11], [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60]);
        assert!(pauses.iter().all(|pause| *pause <= 60), "never longer, whoever tries how often");
    }

    #[test]
    fn a_try_that_told_nothing_does_not_count_and_wipes_out_none() {
        let (throttle, who) = (Throttle::default(), Fingerprint("a".to_owned()));
        let now = Timestamp::UNIX_EPOCH;
        for _ in 0..100 {
            assert_eq!(throttle.attempt(&who, now), Ok(()));
            throttle.not_tried(&who);
        }
        for _ in 0..4 {
            assert_eq!(throttle.attempt(&who, now), Ok(()));
        }
        for _ in 0..10 {
            assert_eq!(throttle.attempt(&who, now), Ok(()), "an outage has no pause");
            throttle.not_tried(&who);
        }
        assert_eq!(throttle.attempt(&who, now), Ok(()));
        assert!(throttle.attempt(&who, now).is_err(), "the guesses before it still count");
    }

    #[test]
    fn a_mailbox_gets_few_mails() {
        let (throttle, who) = (Throttle::default(), Fingerprint("a".to_owned()));
        let at = |seconds| Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds);
        assert_eq!(throttle.mailing(&who, at(0)), Ok(()));
        assert_eq!(throttle.mailing(&who, at(59)), Err(Refusal::TooManyAttempts { wait_seconds: 1 }));
        for minute in 1..5 {
            assert_eq!(throttle.mailing(&who, at(minute * 60)), Ok(()));
        }
        assert_eq!(throttle.mailing(&who, at(600)), Err(Refusal::TooManyAttempts { wait_seconds: 3000 }));
        assert_eq!(throttle.mailing(&Fingerprint("b".to_owned()), at(600)), Ok(()));
        assert_eq!(throttle.mailing(&who, at(3600)), Ok(()));
    }

    #[test]
    fn a_few_answers_may_go_out_at_once() {
        let (throttle, shop) = (Throttle::default(), Fingerprint("a".to_owned()));
        let through = (0..9).filter(|_| throttle.answering(&shop, Timestamp::UNIX_EPOCH).is_ok()).count();
        assert_eq!(through, 5);
        let later = Timestamp::UNIX_EPOCH + SignedDuration::from_secs(3600);
        assert_eq!(throttle.answering(&shop, later), Ok(()));
    }

    #[test]
    fn misses_are_bounded_by_the_minute() {
        let (throttle, now) = (Throttle::default(), Timestamp::UNIX_EPOCH);
        let through = (0..1000).filter(|_| throttle.missed(now).is_ok()).count();
        assert_eq!(through, 300);
        assert!(throttle.missed(now + SignedDuration::from_secs(60)).is_ok());
    }
}

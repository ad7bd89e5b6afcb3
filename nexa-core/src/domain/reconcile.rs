//! What a server should hold against what it was seen to hold, and what to do about it. Pure.

use super::{
    grant::{GrantRecord, GrantState, PanelId, Seen},
    measure::Traffic,
    subscription::Subscription,
};
use std::collections::{BTreeMap, BTreeSet};

/// One thing to mend.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// It should be there and is not, or is switched wrongly, or has another limit: send it again.
    Send(PanelId),
    /// It was removed and is there again: remove it.
    Remove(PanelId),
}

/// What was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Findings {
    /// What to mend, in the order of the identities.
    pub steps: Vec<Step>,
    /// Identities on the server that are not ours: reported, never touched.
    pub foreign: usize,
    /// Whether so much differs (over 2 % and more than 5) that a person must be asked first: another panel at this
    /// address, a restored backup, another key.
    pub suspicious: bool,
}

/// Compares.
#[must_use]
pub fn reconcile(wanted: &[(GrantRecord, Subscription)], removed: &[PanelId], seen: &[Seen]) -> Findings {
    let there: BTreeMap<PanelId, &Seen> = seen.iter().map(|s| (s.panel_id, s)).collect();
    let mut steps = Vec::new();
    for (grant, subscription) in wanted {
        // What is wanted or unwanted has a job of its own already.
        if grant.state != GrantState::Placed || grant.verified != subscription.generation {
            continue;
        }
        let right = there.get(&grant.panel_id).is_some_and(|s| holds(s, grant, subscription));
        if !right {
            steps.push(Step::Send(grant.panel_id));
        }
    }
    let back = removed.iter().filter(|id| there.contains_key(id));
    steps.extend(back.map(|id| Step::Remove(*id)));
    let known: BTreeSet<PanelId> =
        wanted.iter().map(|(g, _)| g.panel_id).chain(removed.iter().copied()).collect();
    let foreign = there.keys().filter(|id| !known.contains(id)).count();
    let suspicious = steps.len() > 5 && steps.len() * 50 > wanted.len();
    Findings { steps, foreign, suspicious }
}

/// Whether what was seen is what was last sent. Panels store limits with a rounding of their own: one byte.
fn holds(seen: &Seen, grant: &GrantRecord, subscription: &Subscription) -> bool {
    let near = |a: Traffic, b: Traffic| a.as_bytes().abs_diff(b.as_bytes()) <= 1;
    seen.enabled == subscription.is_enabled() && near(seen.limit, grant.limit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{grant::SeenEnd, subscription::example};
    use jiff::Timestamp;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn id(number: u8) -> PanelId {
        PanelId::new(Uuid::from_u128(u128::from(number)))
    }

    fn seen(number: u8, limit: Traffic) -> Seen {
        let ends = SeenEnd::At(Timestamp::UNIX_EPOCH);
        Seen { panel_id: id(number), enabled: true, limit, counter: Traffic::ZERO, ends, resets_every: None }
    }

    fn placed(number: u8) -> (GrantRecord, Subscription) {
        let subscription = Subscription { panel_id: id(number), ..example() };
        let grant = GrantRecord::wanted(&subscription, Uuid::nil().into());
        let (state, verified, limit) = (GrantState::Placed, subscription.generation, subscription.limit);
        (GrantRecord { state, verified, limit, ..grant }, subscription)
    }

    proptest! {
        /// Ours have numbers below 30, those that were removed stand between 30 and 40, strangers above.
        #[test]
        fn only_what_is_or_was_ours_is_touched(
            wanted in prop::collection::btree_set(0_u8..30, 0..20),
            removed in prop::collection::btree_set(30_u8..40, 0..5),
            there in prop::collection::btree_set(0_u8..60, 0..40),
            other_limit: bool,
        ) {
            let ours: Vec<_> = wanted.iter().map(|n| placed(*n)).collect();
            let gone: Vec<_> = removed.iter().map(|n| id(*n)).collect();
            let limit = if other_limit { Traffic::gib(1) } else { example().limit };
            let list: Vec<_> = there.iter().map(|n| seen(*n, limit)).collect();
            let findings = reconcile(&ours, &gone, &list);
            let wrong = |n: &&u8| other_limit || !there.contains(n);
            let send = wanted.iter().filter(wrong).map(|n| Step::Send(id(*n)));
            let remove = removed.iter().filter(|n| there.contains(n)).map(|n| Step::Remove(id(*n)));
            prop_assert_eq!(findings.steps, send.chain(remove).collect::<Vec<_>>());
            let known = |n: &&u8| wanted.contains(n) || removed.contains(n);
            prop_assert_eq!(findings.foreign, there.len() - there.iter().filter(known).count());
        }
    }

    #[test]
    fn a_server_that_lost_much_is_suspicious() {
        let ours: Vec<_> = (0..20).map(placed).collect();
        let all: Vec<_> = (0..20).map(|n| seen(n, example().limit)).collect();
        assert!(!reconcile(&ours, &[], &all).suspicious);
        assert!(!reconcile(&ours, &[], &all[5..]).suspicious);
        assert!(reconcile(&ours, &[], &all[6..]).suspicious);
        assert!(reconcile(&ours, &[], &[]).suspicious);
    }
}

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

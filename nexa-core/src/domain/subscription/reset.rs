//! A new link, and how often its owner may have one.

use super::{Subscription, SubscriptionState};
use crate::{
    domain::{
        grant::PanelId,
        refusal::Refusal,
        time::{after, seconds_until},
    },
    secret::Fingerprint,
};
use jiff::{SignedDuration, Timestamp};

/// New links that an owner may take within a day: each forgets all devices and is written to every server.
const MOST_RESETS: usize = 5;
/// The window in which resets and moves are counted.
const DAY: SignedDuration = SignedDuration::from_hours(24);

impl Subscription {
    /// A new link and a new identity on the panels; the old ones die.
    pub fn reset_link(self, panel_id: PanelId, lookup: Fingerprint, sealed: String) -> Result<Self, Refusal> {
        if self.state == SubscriptionState::Revoked {
            return Err(Refusal::SubscriptionClosed);
        }
        Ok(Self { panel_id, link_lookup: lookup, link_sealed: sealed, ..self.changed() })
    }

    /// Counts a new link that its owner takes; refuses the sixth within a day.
    pub fn count_reset(self, now: Timestamp) -> Result<Self, Refusal> {
        let resets = one_more(&self.resets, MOST_RESETS, now)
            .map_err(|wait_seconds| Refusal::TooManyResets { wait_seconds })?;
        Ok(Self { resets, ..self })
    }
}

/// What was done within the last day and now once more; the seconds to wait when that is more than `most`.
pub(super) fn one_more(done: &[Timestamp], most: usize, now: Timestamp) -> Result<Vec<Timestamp>, u32> {
    let mut lately: Vec<_> = done.iter().copied().filter(|at| now.duration_since(*at) < DAY).collect();
    lately.push(now);
    match lately.len().checked_sub(most).and_then(|above| lately.get(above.checked_sub(1)?)) {
        Some(first) => Err(seconds_until(after(*first, DAY), now)),
        None => Ok(lately),
    }
}

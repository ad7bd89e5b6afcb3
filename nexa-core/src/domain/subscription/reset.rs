//! A new link, and how often its owner may have one.

use super::{Subscription, SubscriptionState};
use crate::{
    domain::{grant::PanelId, refusal::Refusal},
    secret::Fingerprint,
};
use jiff::{SignedDuration, Timestamp};

/// New links that an owner may take within [`RESETS_WITHIN`]: each forgets all devices and is written to every server.
const MOST_RESETS: usize = 5;
/// The window of [`MOST_RESETS`].
const RESETS_WITHIN: SignedDuration = SignedDuration::from_hours(24);

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
        let mut resets = self.resets.clone();
        resets.retain(|at| now.duration_since(*at) < RESETS_WITHIN);
        if resets.len() >= MOST_RESETS {
            return Err(Refusal::TooManyResets);
        }
        resets.push(now);
        Ok(Self { resets, ..self })
    }
}

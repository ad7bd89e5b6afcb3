//! Standing still while a payment for it is contested.

use super::{Subscription, SubscriptionState};
use jiff::Timestamp;

impl Subscription {
    /// A payment for it is contested. One that does not run stays as it is, and a grace is over.
    #[must_use]
    pub fn freeze(self) -> Self {
        match self.state {
            SubscriptionState::Active => {
                Self { state: SubscriptionState::Frozen, ..self.out_of_grace().changed() }
            }
            _ => self,
        }
    }

    /// That was decided for the shop. What the operator stopped meanwhile stays stopped.
    #[must_use]
    pub fn thaw(self, now: Timestamp) -> Self {
        match self.state {
            SubscriptionState::Frozen => {
                Self { state: SubscriptionState::Active, ..self.changed() }.enforce(now)
            }
            _ => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::subscription::example;
    use SubscriptionState::{Active, Ended, Exhausted, Frozen, Pending, Revoked, Suspended};

    #[test]
    fn only_what_runs_is_frozen_and_only_what_is_frozen_is_thawed() {
        let start = example().starts_at;
        for state in [Pending, Active, Exhausted, Ended, Suspended, Frozen, Revoked] {
            let held = Subscription { state, ..example() };
            let frozen = held.clone().freeze();
            assert_eq!(frozen.state, if state == Active { Frozen } else { state });
            assert!(frozen.state != Frozen || !frozen.is_enabled());
            let thawed = held.thaw(start).state;
            assert_eq!(thawed, if state == Frozen { Active } else { state });
        }
    }

    #[test]
    fn what_ended_meanwhile_stays_ended() {
        let frozen = example().freeze();
        let end = frozen.ends_at;
        assert_eq!(frozen.thaw(end).state, Ended);
    }

    #[test]
    fn the_operator_may_let_it_go_on() {
        let frozen = example().freeze();
        let start = frozen.starts_at;
        assert_eq!(frozen.clone().resume(start).map(|s| s.state), Ok(Active));
        assert_eq!(frozen.suspend().map(|s| s.state), Ok(Suspended));
    }
}

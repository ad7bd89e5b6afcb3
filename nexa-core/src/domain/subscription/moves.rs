//! Other servers for a subscription, and how often its owner may choose them.

use super::{Subscription, SubscriptionState, reset::one_more};
use crate::domain::{grant::PanelId, refusal::Refusal};
use jiff::Timestamp;

/// Moves that an owner may make within a day: each makes an identity on new servers and removes one from the old.
const MOST_MOVES: usize = 3;

impl Subscription {
    /// Refuses one that cannot move: not in use, or with an address of its own, which belongs to its server.
    pub const fn can_move(&self) -> Result<(), Refusal> {
        match self.state {
            SubscriptionState::Active if self.extras.dedicated_ip => Err(Refusal::AddressStays),
            SubscriptionState::Active => Ok(()),
            _ => Err(Refusal::SubscriptionClosed),
        }
    }

    /// A new identity for other servers. The link stays as it is, and so does what the old identity has used.
    pub fn relocate(self, panel_id: PanelId) -> Result<Self, Refusal> {
        self.can_move()?;
        Ok(Self { panel_id, ..self.changed() })
    }

    /// Counts a move that its owner makes; refuses the fourth within a day.
    pub fn count_move(self, now: Timestamp) -> Result<Self, Refusal> {
        let moves = one_more(&self.moves, MOST_MOVES, now)
            .map_err(|wait_seconds| Refusal::TooManyMoves { wait_seconds })?;
        Ok(Self { moves, ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{extras::Extras, subscription::example, time::after};
    use jiff::SignedDuration;
    use uuid::Uuid;

    const EPOCH: Timestamp = Timestamp::UNIX_EPOCH;

    #[test]
    fn a_move_changes_the_identity_and_nothing_else_that_was_bought() {
        let (before, id) = (example(), PanelId::new(Uuid::from_u128(7)));
        let moved = before.clone().relocate(id).unwrap();
        let expected = Subscription { panel_id: id, generation: before.generation + 1, ..before };
        assert_eq!(moved, expected);
    }

    #[test]
    fn only_what_is_in_use_and_bound_to_no_server_moves() {
        use SubscriptionState::{Ended, Exhausted, Pending, Revoked, Suspended};
        let dedicated = Extras { dedicated_ip: true, ..Extras::NONE };
        assert_eq!(Subscription { extras: dedicated, ..example() }.can_move(), Err(Refusal::AddressStays));
        let shared = Extras { multi_hop: true, port_forward: true, ..Extras::NONE };
        assert_eq!(Subscription { extras: shared, ..example() }.can_move(), Ok(()));
        for state in [Pending, Exhausted, Ended, Suspended, Revoked] {
            let closed = Subscription { state, ..example() }.relocate(PanelId::new(Uuid::nil()));
            assert_eq!(closed, Err(Refusal::SubscriptionClosed), "{state:?}");
        }
    }

    #[test]
    fn three_moves_fit_into_any_day() {
        let hour = |hour| after(EPOCH, SignedDuration::from_hours(hour));
        let moved = [0, 1, 2].into_iter().try_fold(example(), |s, at| s.count_move(hour(at))).unwrap();
        let wait = |wait_seconds| Err(Refusal::TooManyMoves { wait_seconds });
        assert_eq!(moved.clone().count_move(hour(23)), wait(3600), "until the first is a day old");
        let again = moved.count_move(hour(24)).unwrap();
        assert_eq!(again.moves, [hour(1), hour(2), hour(24)]);
        assert_eq!(again.count_move(hour(24)), wait(3600));
    }
}

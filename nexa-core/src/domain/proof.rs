//! What proves who somebody is besides a password: a code sent by mail, and the second factor.

use super::time::after;
use crate::{
    ids::{ShopId, UserId},
    secret::Fingerprint,
};
use jiff::{SignedDuration, Timestamp};

/// Decimal digits of a code sent by mail: 10⁸ codes against [`MOST_TRIES`].
pub const CODE_DIGITS: usize = 8;
/// How long a code is good.
pub const CODE_LIFETIME: SignedDuration = SignedDuration::from_mins(10);
/// After so many wrong tries a code is burnt; the link of the same mail is not.
pub const MOST_TRIES: u32 = 5;

/// A code that was sent to a mailbox, together with the link of the same mail. Neither is stored in clear.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MailCode {
    /// In which shop.
    pub shop_id: ShopId,
    /// Keyed hash of the address.
    pub address: Fingerprint,
    /// The account that the address shall be added to; none for a sign-in. There is one code for each address and
    /// purpose.
    pub user_id: Option<UserId>,
    /// The address, sealed.
    pub sealed: String,
    /// Keyed hash of the code.
    pub code: Fingerprint,
    /// SHA-256 of the link's token; none when the mail has no link.
    pub link: Option<Fingerprint>,
    /// Wrong tries so far.
    pub tries: u32,
    /// When it was sent.
    pub created_at: Timestamp,
    /// From when on it is worth nothing.
    pub expires_at: Timestamp,
}

impl MailCode {
    /// When a code sent now ends.
    #[must_use]
    pub fn end(now: Timestamp) -> Timestamp {
        after(now, CODE_LIFETIME)
    }

    /// Whether the code may still be tried.
    #[must_use]
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.link_is_open(now) && self.tries < MOST_TRIES
    }

    /// Whether the link is still good: nobody guesses its 256 bits, so wrong tries of the code do not count.
    #[must_use]
    pub fn link_is_open(&self, now: Timestamp) -> bool {
        now < self.expires_at
    }

    /// The code after a wrong try.
    #[must_use]
    pub fn tried(self) -> Self {
        Self { tries: self.tries.saturating_add(1), ..self }
    }
}

/// An app on the customer's device that shows a new code every half minute (RFC 6238), and the codes for the day on which
/// it is lost.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SecondFactor {
    /// In which shop.
    pub shop_id: ShopId,
    /// Whose.
    pub user_id: UserId,
    /// The seed, sealed.
    pub seed_sealed: String,
    /// Whether the app has shown a right code; before that it asks nobody for anything.
    pub confirmed: bool,
    /// The time step of the last code that was taken: none up to it is taken again.
    pub last_step: i64,
    /// SHA-256 of each recovery code that is left.
    pub recovery: Vec<Fingerprint>,
    /// When it was begun.
    pub created_at: Timestamp,
}

impl SecondFactor {
    /// After a code of this step was shown; none when one as new was shown before.
    #[must_use]
    pub fn stepped(&self, step: i64) -> Option<Self> {
        (step > self.last_step).then(|| Self { last_step: step, ..self.clone() })
    }

    /// After this recovery code was used up; none when it is not one of those left.
    #[must_use]
    pub fn recovered(&self, code: &Fingerprint) -> Option<Self> {
        let left: Vec<Fingerprint> = self.recovery.iter().filter(|one| *one != code).cloned().collect();
        (left.len() < self.recovery.len()).then(|| Self { recovery: left, ..self.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn print(text: &str) -> Fingerprint {
        Fingerprint(text.to_owned())
    }

    #[test]
    fn a_code_is_burnt_by_time_and_by_tries() {
        let now = Timestamp::UNIX_EPOCH;
        let mut code = MailCode {
            shop_id: ShopId::from(Uuid::nil()),
            address: print("a"),
            user_id: None,
            sealed: String::new(),
            code: print("c"),
            link: None,
            tries: 0,
            created_at: now,
            expires_at: MailCode::end(now),
        };
        assert!(code.is_open(now + SignedDuration::from_secs(599)));
        assert!(!code.is_open(now + SignedDuration::from_secs(600)));
        for _ in 0..MOST_TRIES {
            assert!(code.is_open(now));
            code = code.tried();
        }
        assert!(!code.is_open(now));
        assert!(code.link_is_open(now + SignedDuration::from_secs(599)), "its link needs no counting");
        assert!(!code.link_is_open(now + SignedDuration::from_secs(600)));
    }

    #[test]
    fn codes_of_a_second_factor_are_taken_once() {
        let factor = SecondFactor {
            shop_id: ShopId::from(Uuid::nil()),
            user_id: UserId::from(Uuid::nil()),
            seed_sealed: String::new(),
            confirmed: true,
            last_step: 5,
            recovery: vec![print("a"), print("b")],
            created_at: Timestamp::UNIX_EPOCH,
        };
        assert_eq!(factor.stepped(5), None);
        assert_eq!(factor.stepped(4), None);
        assert_eq!(factor.stepped(6).unwrap().last_step, 6);
        let left = factor.recovered(&print("a")).unwrap();
        assert_eq!(left.recovery, [print("b")]);
        assert_eq!(left.recovered(&print("a")), None);
    }
}

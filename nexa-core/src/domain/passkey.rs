//! Passkeys (`WebAuthn`): key pairs that a customer's device or password manager holds, one for each shop and account.

use super::refusal::Refusal;
use crate::{
    ids::{PasskeyId, ShopId, UserId},
    secret::Fingerprint,
};
use jiff::{SignedDuration, Timestamp};

/// Passkeys that one account may have: a few devices and a security key or two.
pub const MOST_PASSKEYS: usize = 10;
/// How long a device may take to answer what it was asked. Browsers are told the same.
pub const ANSWER_TIME: SignedDuration = SignedDuration::from_mins(5);

/// A passkey of a user. It is a whole proof: who uses it holds the device and has unlocked it (user verification), so
/// no second factor is asked for beside it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Passkey {
    /// Its id.
    pub id: PasskeyId,
    /// In which shop.
    pub shop_id: ShopId,
    /// Whose.
    pub user_id: UserId,
    /// Keyed hash of the id that the authenticator gave to it; unique in the shop.
    pub lookup: Fingerprint,
    /// Its public key, counter and flags, sealed.
    pub sealed: String,
    /// The client that it was made with, e.g. "Chrome, Android"; may be empty.
    pub name: String,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was last used; none when it never was.
    pub last_used: Option<Timestamp>,
}

/// Refuses one more passkey for an account that has so many.
pub fn room(held: usize) -> Result<(), Refusal> {
    if held < MOST_PASSKEYS { Ok(()) } else { Err(Refusal::TooManyPasskeys) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_are_enough() {
        assert_eq!(room(9), Ok(()));
        assert_eq!(room(10), Err(Refusal::TooManyPasskeys));
    }
}

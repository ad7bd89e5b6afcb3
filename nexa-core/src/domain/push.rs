//! Browsers that show messages: who may send to them, and which are given up.

use crate::{
    ids::{PushTargetId, ShopId, TokenId, UserId},
    secret::Fingerprint,
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::fmt;

/// How long a message is worth showing.
pub const FRESH: SignedDuration = SignedDuration::from_hours(24);
/// Browsers of one user; a new one takes the place of the oldest.
pub const MOST: usize = 10;
/// A browser that so many tries in a row did not reach is given up: about two days, because a message is tried for one.
pub const PATIENCE: u32 = 100;

/// What a browser gives to be sent messages (W3C Push API, `PushSubscription`). Whoever has it can annoy its owner.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Browser {
    /// Its address at a push service.
    pub endpoint: String,
    /// Its public key, base64url.
    pub p256dh: String,
    /// Its secret, base64url.
    pub auth: String,
}

impl fmt::Debug for Browser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Browser(***)")
    }
}

/// A browser of a user.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PushTarget {
    /// Its id.
    pub id: PushTargetId,
    /// In which shop.
    pub shop_id: ShopId,
    /// Whose.
    pub user_id: UserId,
    /// The session in which it was turned on: when that ends, so does this.
    pub token_id: TokenId,
    /// Keyed hash of its address; unique per shop.
    pub lookup: Fingerprint,
    /// The [`Browser`] as JSON, sealed.
    pub sealed: String,
    /// When it was added.
    pub created_at: Timestamp,
    /// Tries in a row that did not reach it.
    pub failures: u32,
}

/// What becomes of a browser after a message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum After {
    /// It stays as it is.
    Same,
    /// It stays, with another count of failures.
    Counted(PushTarget),
    /// It is forgotten.
    Gone,
}

impl PushTarget {
    /// After a message that reached it, or did not for now.
    #[must_use]
    pub fn after(&self, reached: bool) -> After {
        let failures = if reached { 0 } else { self.failures.saturating_add(1) };
        match failures {
            _ if failures == self.failures => After::Same,
            PATIENCE.. => After::Gone,
            _ => After::Counted(Self { failures, ..self.clone() }),
        }
    }
}

/// The browsers that go so that there is room for one more; `held` is oldest first.
#[must_use]
pub fn surplus(held: &[PushTarget]) -> &[PushTarget] {
    held.get(..(held.len() + 1).saturating_sub(MOST)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(failures: u32) -> PushTarget {
        let id = uuid::Uuid::nil();
        PushTarget {
            id: id.into(),
            shop_id: id.into(),
            user_id: id.into(),
            token_id: id.into(),
            lookup: Fingerprint("00".to_owned()),
            sealed: String::new(),
            created_at: Timestamp::UNIX_EPOCH,
            failures,
        }
    }

    #[test]
    fn a_browser_that_stays_silent_is_given_up() {
        assert_eq!(target(0).after(true), After::Same);
        assert_eq!(target(3).after(true), After::Counted(target(0)));
        assert_eq!(target(0).after(false), After::Counted(target(1)));
        assert_eq!(target(PATIENCE - 1).after(false), After::Gone);
    }

    #[test]
    fn the_eleventh_takes_the_place_of_the_oldest() {
        let held = |count: usize| vec![target(0); count];
        assert_eq!(surplus(&held(0)).len(), 0);
        assert_eq!(surplus(&held(MOST - 1)).len(), 0);
        assert_eq!(surplus(&held(MOST)).len(), 1);
        assert_eq!(surplus(&held(MOST + 2)).len(), 3);
    }

    #[test]
    fn secrets_of_browsers_do_not_print() {
        let browser = Browser { endpoint: "e".into(), p256dh: "secret".into(), auth: "secret".into() };
        assert!(!format!("{browser:?}").contains("secret"));
    }
}

//! How long a session lives, and how long its proof of who holds it counts as fresh.

use super::{
    refusal::Refusal,
    time::{after, days},
    user::{Role, Token, TokenKind},
};
use jiff::{SignedDuration, Timestamp};

/// Days after which a customer's unused session ends.
const IDLE_DAYS: u32 = 30;
/// Days after which a customer's session ends, however often it is used.
const LONGEST_DAYS: u32 = 90;
/// After which an operator's session ends, used or not.
const OPERATOR_SHIFT: SignedDuration = SignedDuration::from_hours(12);
/// How exactly it is known when a session was last used: who was here when is nobody's business, and every write costs.
const SEEN_EVERY: SignedDuration = SignedDuration::from_hours(1);
/// How long after a proof an account may be changed, or money taken out of the shop, without another.
const FRESH: SignedDuration = SignedDuration::from_mins(15);

/// Most characters of a client's name.
const CLIENT_LENGTH: usize = 60;

/// When a session ends that was opened and last used then.
#[must_use]
pub fn session_end(role: Role, opened: Timestamp, used: Timestamp) -> Timestamp {
    match role {
        Role::Customer => after(used, days(IDLE_DAYS)).min(after(opened, days(LONGEST_DAYS))),
        Role::Staff | Role::Operator => after(opened, OPERATOR_SHIFT),
    }
}

/// What a frontend says of the client that signs in, e.g. "Chrome, Android": a family, never a version or an address.
pub fn client(text: Option<&str>) -> Result<String, Refusal> {
    let text = text.unwrap_or_default().trim();
    if text.chars().count() > CLIENT_LENGTH || text.chars().any(char::is_control) {
        return Err(Refusal::bad_input("client", "at most 60 characters"));
    }
    Ok(text.to_owned())
}

impl Token {
    /// The session as it stands after being used now; none while the last use is known well enough.
    #[must_use]
    pub fn used(&self, role: Role, now: Timestamp) -> Option<Self> {
        let due = self.kind == TokenKind::Session && now >= after(self.last_seen, SEEN_EVERY);
        due.then(|| Self {
            last_seen: now,
            expires_at: session_end(role, self.created_at, now).max(self.expires_at),
            ..self.clone()
        })
    }

    /// Refuses to change the account when the session's holder did not prove lately who it is. A key for programs can
    /// prove nothing.
    pub fn fresh(&self, now: Timestamp) -> Result<(), Refusal> {
        if self.kind != TokenKind::Session {
            return Err(Refusal::NotAllowed);
        }
        if now < after(self.proved_at, FRESH) { Ok(()) } else { Err(Refusal::ProveAgain) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        ids::{ShopId, TokenId, UserId},
        secret::Fingerprint,
    };
    use uuid::Uuid;

    const START: Timestamp = Timestamp::UNIX_EPOCH;

    fn token(kind: TokenKind) -> Token {
        Token {
            id: TokenId::from(Uuid::nil()),
            shop_id: ShopId::from(Uuid::nil()),
            user_id: UserId::from(Uuid::nil()),
            digest: Fingerprint(String::new()),
            kind,
            scopes: Vec::new(),
            permissions: None,
            label: String::new(),
            created_at: START,
            last_seen: START,
            proved_at: START,
            expires_at: session_end(Role::Customer, START, START),
        }
    }

    #[test]
    fn use_keeps_a_session_alive_but_not_for_ever() {
        let mut held = token(TokenKind::Session);
        assert_eq!(held.expires_at, after(START, days(30)));
        for day in 1..=89 {
            held = held.used(Role::Customer, after(START, days(day))).unwrap();
        }
        assert_eq!(held.expires_at, after(START, days(90)));
        let shift = after(START, SignedDuration::from_hours(12));
        assert_eq!(session_end(Role::Operator, START, after(START, days(1))), shift);
    }

    #[test]
    fn the_last_use_is_known_to_the_hour() {
        let held = token(TokenKind::Session);
        assert_eq!(held.used(Role::Customer, START + SignedDuration::from_mins(59)), None);
        assert!(held.used(Role::Customer, START + SignedDuration::from_mins(60)).is_some());
        assert_eq!(token(TokenKind::ApiKey).used(Role::Customer, after(START, days(1))), None);
    }

    #[test]
    fn a_proof_is_fresh_for_a_quarter_of_an_hour() {
        let held = token(TokenKind::Session);
        assert_eq!(held.fresh(START + SignedDuration::from_secs(899)), Ok(()));
        assert_eq!(held.fresh(START + SignedDuration::from_secs(900)), Err(Refusal::ProveAgain));
        assert_eq!(token(TokenKind::ApiKey).fresh(START), Err(Refusal::NotAllowed));
    }

    #[test]
    fn a_client_is_named_shortly() {
        assert_eq!(client(None), Ok(String::new()));
        assert_eq!(client(Some(" Chrome, Android ")), Ok("Chrome, Android".to_owned()));
        assert!(client(Some(&"x".repeat(61))).is_err());
        assert!(client(Some("a\nb")).is_err());
    }
}

//! Webhooks: programs of a shop's own that are told what happens in it.
//!
//! What is told, how it is signed and when it is tried again follows Standard Webhooks
//! (<https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>).

mod delivery;
mod kind;

pub use delivery::{
    Attempt, DeliveryState, GIVE_UP_AFTER, HookDelivery, KEPT, LONGEST_TOLD, LONGEST_WAIT, MOST_ATTEMPTS,
    Reply, SCHEDULE,
};
pub use kind::HookKind;

use super::{refusal::Refusal, time::after};
use crate::{
    ids::{ShopId, WebhookId},
    secret::Secret,
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Webhooks that one shop may have.
pub const MOST_WEBHOOKS: usize = 10;
/// How long the secret of before signs beside a new one.
pub const BOTH_SECRETS: SignedDuration = SignedDuration::from_hours(24);
/// A receiver that has failed for so long is not called any more.
pub const FAILS_AT_MOST: SignedDuration = SignedDuration::from_hours(5 * 24);
/// Letters of a description.
const LONGEST_DESCRIPTION: usize = 200;
/// Tries of one delivery that show that a receiver is down, and did not only stumble.
const TRIES_THAT_TELL: u32 = 3;

/// A program that is told what happens.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// Of which shop.
    pub shop_id: ShopId,
    /// Where it is and what it knows us by: a [`Spot`], sealed.
    pub sealed: String,
    /// What it is told.
    pub kinds: BTreeSet<HookKind>,
    /// What the operator calls it, at most 200 characters; may be empty.
    pub description: String,
    /// Whether it is called.
    pub state: WebhookState,
    /// Since when nothing was taken at its address; none while it takes what it is told.
    pub failing_since: Option<Timestamp>,
    /// When it was added.
    pub created_at: Timestamp,
}

/// Whether a webhook is called.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WebhookState {
    /// It is.
    On,
    /// An operator switched it off.
    Off,
    /// It answered that it is gone for good (410).
    Gone,
    /// It failed for days.
    Failing,
}

/// Where a webhook is, and what it knows us by.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Spot {
    /// The address. It may hold a token, so it is sealed like a secret.
    pub url: Secret<String>,
    /// The key that signs, 32 bytes in base64, without `whsec_`.
    pub secret: Secret<String>,
    /// The one before, and until when it signs too.
    #[serde(default)]
    pub before: Option<(Secret<String>, Timestamp)>,
}

impl Spot {
    /// The keys that sign at `now`, the newest first.
    #[must_use]
    pub fn keys(&self, now: Timestamp) -> Vec<Secret<String>> {
        let before = self.before.iter().filter(|(_, until)| now < *until).map(|(key, _)| key.clone());
        std::iter::once(self.secret.clone()).chain(before).collect()
    }

    /// With a new key; the one of now signs too for a day.
    #[must_use]
    pub fn renewed(self, secret: Secret<String>, now: Timestamp) -> Self {
        Self { before: Some((self.secret, after(now, BOTH_SECRETS))), secret, ..self }
    }
}

impl Webhook {
    /// Whether it is to be told of this.
    #[must_use]
    pub fn wants(&self, kind: HookKind) -> bool {
        self.state == WebhookState::On && self.kinds.contains(&kind)
    }

    /// Refuses one that says nothing, or too much.
    pub fn checked(self) -> Result<Self, Refusal> {
        if self.kinds.is_empty() || self.kinds.iter().any(|kind| HookKind::choices().all(|one| one != *kind))
        {
            return Err(Refusal::bad_input("kinds", "at least one of those that there are"));
        }
        if self.description.chars().count() > LONGEST_DESCRIPTION {
            return Err(Refusal::bad_input("description", "at most 200 characters"));
        }
        Ok(self)
    }

    /// Switched on or off by an operator. Whoever switches it on again starts without the failures of before.
    #[must_use]
    pub fn switched(self, on: bool) -> Self {
        match (on, self.state) {
            (true, WebhookState::On) => self,
            (true, _) => Self { state: WebhookState::On, failing_since: None, ..self },
            (false, _) => Self { state: WebhookState::Off, ..self },
        }
    }

    /// After a call of it that was the `tries`th of its delivery.
    #[must_use]
    pub fn after(self, reply: &Reply, tries: u32, now: Timestamp) -> Self {
        if reply.is_taken() {
            return Self { failing_since: None, ..self };
        }
        if self.state != WebhookState::On {
            return self;
        }
        if reply.is_gone() {
            return Self {
                state: WebhookState::Gone,
                failing_since: self.failing_since.or(Some(now)),
                ..self
            };
        }
        let since = self.failing_since.unwrap_or(now);
        let long = now >= after(since, FAILS_AT_MOST) && tries >= TRIES_THAT_TELL;
        let state = if long { WebhookState::Failing } else { WebhookState::On };
        Self { failing_since: Some(since), state, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::days;
    use uuid::Uuid;

    fn moment() -> Timestamp {
        "2026-03-01T08:00:00Z".parse().unwrap()
    }

    fn webhook() -> Webhook {
        Webhook {
            id: Uuid::nil().into(),
            shop_id: Uuid::nil().into(),
            sealed: String::new(),
            kinds: [HookKind::OrderPaid].into(),
            description: String::new(),
            state: WebhookState::On,
            failing_since: None,
            created_at: moment(),
        }
    }

    #[test]
    fn what_fails_for_days_is_called_no_more() {
        let (down, now) = (Reply::silent("no connection"), moment());
        let failing = webhook().after(&down, 1, now);
        assert_eq!((failing.state, failing.failing_since), (WebhookState::On, Some(now)));
        let later = after(now, days(5));
        assert_eq!(
            failing.clone().after(&down, 1, later).state,
            WebhookState::On,
            "a first try tells little"
        );
        let over = failing.clone().after(&down, 3, later);
        assert_eq!((over.state, over.failing_since), (WebhookState::Failing, Some(now)));
        assert!(!over.wants(HookKind::OrderPaid));
        let well = failing.after(&Reply::answered(204, ""), 2, later);
        assert_eq!((well.state, well.failing_since), (WebhookState::On, None));
        let again = over.switched(true);
        assert_eq!((again.state, again.failing_since), (WebhookState::On, None));
    }

    #[test]
    fn who_says_that_it_is_gone_is_believed() {
        assert_eq!(webhook().after(&Reply::answered(410, ""), 1, moment()).state, WebhookState::Gone);
        assert_eq!(webhook().after(&Reply::answered(404, ""), 1, moment()).state, WebhookState::On);
        let off = webhook().switched(false).after(&Reply::answered(410, ""), 1, moment());
        assert_eq!(off.state, WebhookState::Off, "what an operator decided stays");
    }

    #[test]
    fn both_keys_sign_for_a_day() {
        let key = |name: &str| Secret::new(name.to_owned());
        let spot = Spot { url: key("u"), secret: key("old"), before: None };
        let now = moment();
        assert_eq!(spot.keys(now), [key("old")]);
        let spot = spot.renewed(key("new"), now);
        assert_eq!(spot.keys(now), [key("new"), key("old")]);
        assert_eq!(spot.keys(after(now, days(1))), [key("new")]);
    }

    #[test]
    fn a_webhook_wants_something() {
        assert!(webhook().checked().is_ok());
        assert!(Webhook { kinds: BTreeSet::new(), ..webhook() }.checked().is_err());
        assert!(Webhook { kinds: [HookKind::Test].into(), ..webhook() }.checked().is_err());
        assert!(Webhook { description: "x".repeat(201), ..webhook() }.checked().is_err());
    }
}

//! The secret that messages are signed with. While an operator changes it, messages that were signed with the one before
//! are still on their way; so that one may pass too, until a moment that the operator names.

use crate::config::bad;
use jiff::Timestamp;
use nexa_core::{domain::refusal::Refusal, secret::Secret};
use serde::Deserialize;

/// The setting of the secret before.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Previous {
    secret: String,
    until: Timestamp,
}

/// Whose messages pass.
#[derive(Clone)]
pub(crate) struct Signer {
    secret: Secret<String>,
    previous: Option<(Secret<String>, Timestamp)>,
}

impl Signer {
    /// From the setting `secret` and the one before it, which has to be as good; `check` refuses what cannot be one.
    pub(crate) fn read(
        secret: &str,
        previous: Option<&Previous>,
        check: impl Fn(&str) -> Result<Secret<String>, Refusal>,
    ) -> Result<Self, Refusal> {
        // An empty one would let anybody sign.
        let checked = |text: &str| {
            let secret = check(text)?;
            if secret.expose().is_empty() { Err(bad("secret", "empty")) } else { Ok(secret) }
        };
        let previous = previous.map(|previous| Ok((checked(&previous.secret)?, previous.until)));
        Ok(Self { secret: checked(secret)?, previous: previous.transpose()? })
    }

    /// Whether `is_signed` holds for a secret that counts at this moment. Each one that counts is tried, so the time that
    /// it takes does not tell which one it was.
    pub(crate) fn has_signed(&self, now: Timestamp, is_signed: impl Fn(&[u8]) -> bool) -> bool {
        let previous = self.previous.as_ref().filter(|(_, until)| now < *until);
        let with = |secret: &Secret<String>| is_signed(secret.expose().as_bytes());
        with(&self.secret) | previous.is_some_and(|(secret, _)| with(secret))
    }

    /// The one that is in use.
    pub(crate) const fn secret(&self) -> &Secret<String> {
        &self.secret
    }

    /// Each of them: none may be told.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Secret<String>> {
        std::iter::once(&self.secret).chain(self.previous.as_ref().map(|(secret, _)| secret))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signer(secret: &str, previous: Option<&str>) -> Result<Signer, Refusal> {
        let until = Timestamp::from_second(100).unwrap();
        let previous = previous.map(|secret| Previous { secret: secret.to_owned(), until });
        Signer::read(secret, previous.as_ref(), |text| Ok(Secret::new(text.to_owned())))
    }

    #[test]
    fn the_secret_before_passes_until_its_moment() {
        let both = signer("new", Some("old")).unwrap();
        for (key, at, passes) in [
            ("new", 99, true),
            ("old", 99, true),
            ("new", 100, true),
            ("old", 100, false),
            ("other", 99, false),
        ] {
            let now = Timestamp::from_second(at).unwrap();
            assert_eq!(both.has_signed(now, |secret| secret == key.as_bytes()), passes, "{key} at {at}");
        }
        assert!(!signer("new", None).unwrap().has_signed(Timestamp::UNIX_EPOCH, |secret| secret == b"old"));
    }

    #[test]
    fn an_empty_secret_is_refused() {
        assert!(signer("", None).is_err() && signer("new", Some("")).is_err());
    }
}

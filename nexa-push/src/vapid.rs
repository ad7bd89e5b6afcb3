//! Who sends: RFC 8292, a token signed with the key that the browser was shown when it subscribed.

use super::key;
use data_encoding::BASE64URL_NOPAD;
use p256::{
    SecretKey,
    ecdsa::{Signature, SigningKey, signature::Signer},
};
use serde_json::json;
use url::Url;

/// Seconds that a token is good for; a day at most (RFC 8292, 2).
const GOOD_FOR: i64 = 12 * 3600;

/// The key of an installation.
pub struct Vapid {
    key: SigningKey,
    public: String,
    contact: String,
}

impl Vapid {
    /// With a key, and an address (`https:` or `mailto:`) at which a push service finds who sends.
    pub fn new(seed: [u8; 32], contact: String) -> Self {
        let secret: SecretKey = key::from_bytes(seed);
        let public = BASE64URL_NOPAD.encode(&key::public(&secret));
        Self { key: SigningKey::from(secret), public, contact }
    }

    /// The public key, base64url.
    pub fn public(&self) -> &str {
        &self.public
    }

    /// The `Authorization` for a push service; `now` in seconds since 1970.
    pub fn authorization(&self, endpoint: &Url, now: i64) -> String {
        let part = |value: serde_json::Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
        let audience = endpoint.origin().ascii_serialization();
        let claims = json!({ "aud": audience, "exp": now.saturating_add(GOOD_FOR), "sub": self.contact });
        let signed = format!("{}.{}", part(json!({ "typ": "JWT", "alg": "ES256" })), part(claims));
        let signature: Signature = self.key.sign(signed.as_bytes());
        format!("vapid t={signed}.{}, k={}", BASE64URL_NOPAD.encode(&signature.to_bytes()), self.public)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use p256::ecdsa::{VerifyingKey, signature::Verifier};

    #[test]
    fn a_token_is_for_one_service_and_signed_by_the_key_that_was_shown() {
        let vapid = Vapid::new([7; 32], "https://shop.example".to_owned());
        let url = Url::parse("https://web.push.apple.com/secret-address").unwrap();
        let line = vapid.authorization(&url, 1_000);
        let (token, public) = line.strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
        assert_eq!(public, vapid.public());
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let bytes = |text: &str| BASE64URL_NOPAD.decode(text.as_bytes()).unwrap();
        let key = VerifyingKey::from_sec1_bytes(&bytes(public)).unwrap();
        key.verify(signed.as_bytes(), &Signature::from_slice(&bytes(signature)).unwrap()).unwrap();
        let claims: serde_json::Value =
            serde_json::from_slice(&bytes(signed.split_once('.').unwrap().1)).unwrap();
        assert_eq!(
            claims,
            json!({ "aud": "https://web.push.apple.com", "exp": 44_200, "sub": "https://shop.example" })
        );
    }

    #[test]
    fn a_seed_gives_the_same_key_again() {
        let public = |seed| Vapid::new([seed; 32], String::new()).public().to_owned();
        assert_eq!(public(1), public(1));
        assert_ne!(public(1), public(2));
        assert_eq!(public(0xff).len(), 87, "also where the bytes are no key");
    }
}

//! A browser with an authenticator in it (`WebAuthn`, level 3): it makes passkeys on P-256 and shows them.

use data_encoding::BASE64URL_NOPAD;
use p256::ecdsa::{Signature, SigningKey, signature::Signer as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// Flags of authenticator data: the user was there, was verified, and a credential follows.
const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const ATTESTED: u8 = 0x40;

/// See the module.
pub struct Authenticator {
    /// The origin of the page that asks.
    pub origin: String,
    /// Whether whoever holds it unlocks it.
    pub unlocks: bool,
    /// How often its keys were used; shown with every answer.
    pub counter: u32,
    /// Which of several that are alike; each makes other keys.
    pub serial: u8,
    keys: Vec<Held>,
}

struct Held {
    id: Vec<u8>,
    party: String,
    user: String,
    key: SigningKey,
}

impl Authenticator {
    /// A new one, in a browser that shows pages of this origin.
    pub fn new(origin: &str) -> Self {
        Self { origin: origin.to_owned(), unlocks: true, counter: 0, serial: 0, keys: Vec::new() }
    }

    /// `navigator.credentials.create`. None when it has one of the excluded credentials already.
    pub fn creates(&mut self, options: &Value) -> Option<Value> {
        let asked = &options["publicKey"];
        assert_eq!(asked["authenticatorSelection"]["residentKey"], "required");
        assert_eq!(asked["authenticatorSelection"]["userVerification"], "required");
        let excluded = asked["excludeCredentials"].as_array().cloned().unwrap_or_default();
        let has =
            |id: &Value| self.keys.iter().any(|held| Some(&*BASE64URL_NOPAD.encode(&held.id)) == id.as_str());
        if excluded.iter().any(|one| has(&one["id"])) {
            return None;
        }
        let number = u8::try_from(self.keys.len()).expect("few keys") + 1;
        let seed = Sha256::digest([self.origin.as_bytes(), &[self.serial, number]].concat());
        let held = Held {
            id: seed[..16].to_vec(),
            party: asked["rp"]["id"].as_str().expect("a party").to_owned(),
            user: asked["user"]["id"].as_str().expect("a user").to_owned(),
            key: SigningKey::from_slice(&seed).expect("a key"),
        };
        let mut data = self.data(&held.party, ATTESTED);
        data.extend([0; 16]);
        data.extend(u16::try_from(held.id.len()).expect("short").to_be_bytes());
        data.extend(&held.id);
        data.extend(cose(&held.key));
        let client = self.client("webauthn.create", asked);
        let answer = json!({
            "id": BASE64URL_NOPAD.encode(&held.id),
            "rawId": BASE64URL_NOPAD.encode(&held.id),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": {
                "attestationObject": BASE64URL_NOPAD.encode(&attestation(&data)),
                "clientDataJSON": BASE64URL_NOPAD.encode(client.as_bytes()),
                "transports": ["internal"],
            },
        });
        self.keys.push(held);
        Some(answer)
    }

    /// `navigator.credentials.get`, with its newest key of the party.
    pub fn shows(&mut self, options: &Value) -> Value {
        let asked = &options["publicKey"];
        assert_eq!(asked["userVerification"], "required");
        assert!(options.get("mediation").is_none());
        self.counter += 1;
        let held = self.keys.iter().rev().find(|held| asked["rpId"] == held.party.as_str());
        let held = held.expect("a passkey of this party");
        let data = self.data(&held.party, 0);
        let client = self.client("webauthn.get", asked);
        let signed = [data.as_slice(), &Sha256::digest(client.as_bytes())].concat();
        let signature: Signature = held.key.sign(&signed);
        json!({
            "id": BASE64URL_NOPAD.encode(&held.id),
            "rawId": BASE64URL_NOPAD.encode(&held.id),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": {
                "authenticatorData": BASE64URL_NOPAD.encode(&data),
                "clientDataJSON": BASE64URL_NOPAD.encode(client.as_bytes()),
                "signature": BASE64URL_NOPAD.encode(signature.to_der().as_bytes()),
                "userHandle": held.user,
            },
        })
    }

    fn data(&self, party: &str, more: u8) -> Vec<u8> {
        let verified = if self.unlocks { VERIFIED } else { 0 };
        let mut data = Sha256::digest(party.as_bytes()).to_vec();
        data.push(PRESENT | verified | more);
        data.extend(self.counter.to_be_bytes());
        data
    }

    fn client(&self, kind: &str, asked: &Value) -> String {
        json!({ "type": kind, "challenge": asked["challenge"], "origin": self.origin, "crossOrigin": false })
            .to_string()
    }
}

/// The public key in CBOR: EC2, ES256, P-256, x, y (RFC 9053).
fn cose(key: &SigningKey) -> Vec<u8> {
    let point = key.verifying_key().to_sec1_point(false);
    let (x, y) = (point.x().expect("x"), point.y().expect("y"));
    [&[0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20][..], x, &[0x22, 0x58, 0x20], y].concat()
}

/// An attestation object in CBOR, of the format `none`.
fn attestation(data: &[u8]) -> Vec<u8> {
    let length = u8::try_from(data.len()).expect("short");
    [
        &[0xa3, 0x63][..],
        b"fmt",
        &[0x64],
        b"none",
        &[0x67],
        b"attStmt",
        &[0xa0, 0x68],
        b"authData",
        &[0x58, length],
        data,
    ]
    .concat()
}

//! Who is who between shop and node: Ed25519 keys, shown as raw public keys (RFC 7250), known by their SHA-256.
//!
//! Both sides pin the other's key. Certificates would add names and dates that nobody here asks for, and dates fail
//! when a clock does.

use data_encoding::BASE64URL_NOPAD;
use nexa_core::error::Failure;
use rustls::{
    crypto::ring::sign::any_eddsa_type,
    pki_types::{CertificateDer, PrivatePkcs8KeyDer},
    sign::CertifiedKey,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use sha2::{Digest, Sha256};
use std::{fmt, sync::Arc};

/// PKCS #8 of an Ed25519 key up to its 32 bytes (RFC 8410 §7).
const PREFIX: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/// The hash that a public key is known by.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct KeyHash([u8; 32]);

impl KeyHash {
    /// Of a public key as it comes over the wire.
    pub fn of(spki: &[u8]) -> Self {
        Self(Sha256::digest(spki).into())
    }

    /// From what was kept.
    pub fn kept(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// To be kept.
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for KeyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyHash")
    }
}

impl Serialize for KeyHash {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&BASE64URL_NOPAD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for KeyHash {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).map_err(D::Error::custom)?;
        Self::kept(&bytes).ok_or_else(|| D::Error::custom("not 32 bytes"))
    }
}

/// A key of one's own.
#[derive(Clone)]
pub struct OwnKey {
    certified: Arc<CertifiedKey>,
    hash: KeyHash,
}

impl OwnKey {
    /// The key of a secret.
    pub fn of(seed: &[u8; 32]) -> Result<Self, Failure> {
        let broken = || Failure::core("a key could not be made");
        let mut der = PREFIX.to_vec();
        der.extend_from_slice(seed);
        let key = any_eddsa_type(&PrivatePkcs8KeyDer::from(der)).map_err(|_| broken())?;
        let spki = key.public_key().ok_or_else(broken)?.to_vec();
        let hash = KeyHash::of(&spki);
        Ok(Self { certified: Arc::new(CertifiedKey::new(vec![CertificateDer::from(spki)], key)), hash })
    }

    /// What others know it by.
    pub const fn hash(&self) -> KeyHash {
        self.hash
    }

    /// For TLS.
    pub fn certified(&self) -> Arc<CertifiedKey> {
        Arc::clone(&self.certified)
    }
}

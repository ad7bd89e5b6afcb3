//! Keys on the curve P-256 from bytes of ours, so that randomness stays in the hands of the core's world.

use nexa_core::world::World;
use p256::SecretKey;
use sha2::{Digest, Sha256};

/// A fresh key for one message.
pub fn fresh(world: &World) -> SecretKey {
    from_bytes(world.bytes())
}

/// The key that bytes stand for. One of 2³² random values is no key; its digest is taken instead.
pub fn from_bytes(mut bytes: [u8; 32]) -> SecretKey {
    loop {
        if let Ok(key) = SecretKey::from_slice(&bytes) {
            return key;
        }
        bytes = Sha256::digest(bytes).into();
    }
}

/// A public key as browsers write it: uncompressed, 65 bytes (SEC 1, 2.3.3).
pub fn public(key: &SecretKey) -> Box<[u8]> {
    key.public_key().to_sec1_bytes()
}

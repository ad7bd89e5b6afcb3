//! Under which names things stand on the server: keyed hashes, so that whoever reads it learns neither whose tries are
//! counted nor which links are fetched, and cannot try whether it is somebody they know.

use data_encoding::BASE64URL_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use nexa_core::{ports::limiter::Pace, secret::Secret};
use sha2::Sha256;

/// Makes the names.
pub struct Names(Secret<[u8; 32]>);

impl Names {
    pub fn new(key: &Secret<[u8; 32]>) -> Self {
        Self(key.clone())
    }

    /// Of what is counted. A pace that was changed counts anew, also while old and new processes run side by side.
    pub fn counted(&self, pace: Pace, subject: &str) -> String {
        let Pace { name, burst, window_seconds } = pace;
        format!("nexa:count:{}", self.hash(&["count", name, &format!("{burst}/{window_seconds}"), subject]))
    }

    /// Of what is kept.
    pub fn kept(&self, name: &str) -> String {
        format!("nexa:kept:{}", self.hash(&["kept", name]))
    }

    /// 128 bits of a keyed hash over the parts.
    fn hash(&self, parts: &[&str]) -> String {
        // HMAC takes keys of any length, so this cannot fail.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.0.expose()) else { return String::new() };
        for part in parts {
            mac.update(&part.len().to_be_bytes());
            mac.update(part.as_bytes());
        }
        let hash = mac.finalize().into_bytes();
        BASE64URL_NOPAD.encode(hash.get(..16).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_apart_and_say_nothing() {
        let names = Names::new(&Secret::new([1; 32]));
        let pace = |name, burst| Pace { name, burst, window_seconds: 60 };
        let one = names.counted(pace("links", 30), "192.0.2.1");
        assert!(!one.contains("192") && !one.contains("links"), "{one}");
        assert_eq!(one, names.counted(pace("links", 30), "192.0.2.1"));
        for other in [
            names.counted(pace("links", 30), "192.0.2.2"),
            names.counted(pace("links", 31), "192.0.2.1"),
            names.counted(pace("hooks", 30), "192.0.2.1"),
            Names::new(&Secret::new([2; 32])).counted(pace("links", 30), "192.0.2.1"),
            names.kept("links"),
        ] {
            assert_ne!(one, other);
        }
    }
}

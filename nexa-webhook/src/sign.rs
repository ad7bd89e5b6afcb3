//! Who sends: an HMAC over id, moment and message
//! (<https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#signature-scheme>).

use data_encoding::BASE64;
use hmac::{Hmac, KeyInit, Mac};
use nexa_core::secret::Secret;
use sha2::Sha256;

/// The signatures of a message, one for each key, with spaces between them; none when a key is none. `at` in seconds since
/// 1970.
pub fn signatures(keys: &[Secret<String>], id: &str, at: i64, body: &str) -> Option<String> {
    let all: Option<Vec<_>> = keys.iter().map(|key| signature(key, id, at, body)).collect();
    all.filter(|all| !all.is_empty()).map(|all| all.join(" "))
}

fn signature(key: &Secret<String>, id: &str, at: i64, body: &str) -> Option<String> {
    let key = BASE64.decode(key.expose().as_bytes()).ok().filter(|key| (24..=64).contains(&key.len()))?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).ok()?;
    mac.update(format!("{id}.{at}.").as_bytes());
    mac.update(body.as_bytes());
    Some(format!("v1,{}", BASE64.encode(&mac.finalize().into_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Secret<String> {
        Secret::new(text.to_owned())
    }

    /// The example that the libraries of Standard Webhooks are tested with.
    #[test]
    fn the_example_of_the_standard() {
        let keys = [key("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")];
        let told =
            signatures(&keys, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(told.as_deref(), Some("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
    }

    #[test]
    fn each_key_signs_and_what_is_none_does_not() {
        let (one, two) = (key("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), key(&BASE64.encode(&[7; 32])));
        let both = signatures(&[one.clone(), two], "a", 1, "b").unwrap();
        let mut all = both.split(' ');
        assert_eq!(all.next(), signatures(&[one], "a", 1, "b").as_deref());
        assert!(all.next().unwrap().starts_with("v1,") && all.next().is_none());
        assert_eq!(signatures(&[], "a", 1, "b"), None);
        for wrong in ["", "no base64!", "c2hvcnQ="] {
            assert_eq!(signatures(&[key(wrong)], "a", 1, "b"), None, "{wrong}");
        }
    }
}

//! Messages from Stripe. The header `Stripe-Signature` holds a time and one or more signatures over that time and the raw
//! body; while a secret is being changed there is one of each, and any of them will do.

use super::config::Config;
use crate::signer::Signer;
use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use nexa_core::ports::gateway::Callback;
use serde::Deserialize;
use sha2::Sha256;

const SIGNATURE: &str = "stripe-signature";
/// Seconds between Stripe's clock and ours, either way.
const TOLERANCE: i64 = 300;
/// Events are far smaller.
const LONGEST_BODY: usize = 256 << 10;

pub(super) struct Events {
    signer: Signer,
    test: bool,
}

#[derive(Deserialize)]
struct Event {
    #[serde(rename = "type")]
    kind: String,
    livemode: Option<bool>,
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    object: Object,
}

#[derive(Deserialize)]
struct Object {
    id: Option<String>,
}

impl Events {
    pub(super) fn new(config: &Config) -> Self {
        Self { signer: config.webhook.clone(), test: config.test }
    }

    /// Which session an event is about, if it is about one, in a list; none when Stripe did not send it.
    pub(super) fn read(&self, callback: &Callback, now: Timestamp) -> Option<Vec<String>> {
        if callback.method != "POST"
            || callback.body.len() > LONGEST_BODY
            || !self.is_authentic(callback, now)
        {
            return None;
        }
        let event: Option<Event> = serde_json::from_slice(&callback.body).ok();
        let ours = event
            .filter(|event| event.kind.starts_with("checkout.session.") && event.livemode != Some(self.test));
        Some(ours.and_then(|event| event.data.object.id).into_iter().collect())
    }

    fn is_authentic(&self, callback: &Callback, now: Timestamp) -> bool {
        let mut named = callback.headers.iter().filter(|(name, _)| name == SIGNATURE);
        let (Some((_, header)), None) = (named.next(), named.next()) else { return false };
        let parts: Vec<_> = header.split(',').filter_map(|part| part.trim().split_once('=')).collect();
        let mut times = parts.iter().filter(|(name, _)| *name == "t").map(|(_, value)| *value);
        let (Some(time), None) = (times.next(), times.next()) else { return false };
        let fresh =
            time.parse::<i64>().is_ok_and(|at| now.as_second().abs_diff(at) <= TOLERANCE.unsigned_abs());
        let is_valid = |signature: &str| {
            let Ok(signature) = HEXLOWER.decode(signature.as_bytes()) else { return false };
            // The whole secret is the key, with what it begins with.
            self.signer.has_signed(now, |secret| {
                let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return false };
                mac.update(time.as_bytes());
                mac.update(b".");
                mac.update(&callback.body);
                // Compares in constant time.
                mac.verify_slice(&signature).is_ok()
            })
        };
        fresh && parts.iter().any(|(name, value)| *name == "v1" && is_valid(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nexa_core::secret::Secret;

    const BODY: &str = concat!(
        r#"{"id":"evt_1","object":"event","type":"checkout.session.completed","data":{"object":{"id":"cs_test_1","#,
        r#""client_reference_id":"ord_01J9Z","amount_total":999,"currency":"usd","payment_status":"paid"}}}"#
    );
    const GOOD: &str = "t=1795474467,v1=873b95572ee183a9274a6014c8a2f9d1f36147069e22b8d4482d9a85dc4689b0";

    fn read(secret: &str, header: &str, body: &str, at: i64) -> Option<Vec<String>> {
        let headers = vec![("stripe-signature".to_owned(), header.to_owned())];
        let body = body.as_bytes().to_vec();
        let callback = Callback { method: "POST".into(), query: String::new(), headers, body };
        let signer = Signer::read(secret, None, |text| Ok(Secret::new(text.to_owned()))).unwrap();
        Events { signer, test: true }.read(&callback, Timestamp::from_second(at).unwrap())
    }

    #[test]
    fn a_message_signed_by_stripe_s_own_library_is_authentic_for_five_minutes() {
        let good = Some(vec!["cs_test_1".to_owned()]);
        for at in [1_795_474_467, 1_795_474_467 - 300, 1_795_474_467 + 300] {
            assert_eq!(read("whsec_test_secret", GOOD, BODY, at), good);
        }
        for at in [1_795_474_467 - 301, 1_795_474_467 + 301, 0] {
            assert_eq!(read("whsec_test_secret", GOOD, BODY, at), None);
        }
        assert_eq!(read("whsec_other_secret", GOOD, BODY, 1_795_474_467), None);
        assert_eq!(read("whsec_test_secret", GOOD, &BODY.replace("999", "998"), 1_795_474_467), None);
        assert_eq!(read("whsec_test_secret", &GOOD.replace("v1", "v0"), BODY, 1_795_474_467), None);
    }
}

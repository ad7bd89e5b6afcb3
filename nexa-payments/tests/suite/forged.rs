//! Thousands of forged messages to every gateway that signs: none may pass.

use crate::processors::{
    Desk, Fake,
    btcpay::BtcPay,
    cryptopay::CryptoPay,
    heleket::{Cryptomus, Heleket},
    nowpayments::NowPayments,
    oxapay::OxaPay,
    plisio::Plisio,
};
use nexa_core::{
    conformance::gateway::{Fixture, opened},
    ports::gateway::{Callback, Gateway, Signal},
};
use serde_json::Value;
use std::sync::Arc;

/// For each gateway.
const FORGERIES: usize = 2_500;

/// A gateway, a message that it takes, and the same message signed by somebody else.
pub(crate) struct Target {
    pub(crate) name: &'static str,
    pub(crate) gateway: Arc<dyn Gateway>,
    pub(crate) good: Callback,
    pub(crate) foreign: Callback,
    /// Whether its signature is over what the message says and not over its bytes, so that spaces and order are free.
    pub(crate) canonical: bool,
}

async fn target<F: Fake>(name: &'static str, canonical: bool) -> Target {
    let desk = Desk::<F>::new().await;
    let (invoice, opened) = opened(&desk, 0).await;
    let good = desk.signed(&opened, invoice.due).expect("it signs");
    let foreign = desk.forged(&opened, invoice.due).expect("it signs");
    Target { name, gateway: Arc::clone(&desk.gateway), good, foreign, canonical }
}

/// Every gateway with signed messages: new ones come here.
async fn targets() -> Vec<Target> {
    vec![
        target::<OxaPay>("oxapay", false).await,
        target::<NowPayments>("nowpayments", true).await,
        target::<CryptoPay>("cryptopay", false).await,
        target::<Heleket>("heleket", false).await,
        target::<Cryptomus>("cryptomus", false).await,
        target::<Plisio>("plisio", false).await,
        target::<BtcPay>("btcpay", false).await,
    ]
}

#[tokio::test]
async fn no_forged_message_passes() {
    for target in targets().await {
        none_passes(&target, FORGERIES);
    }
}

/// Judges the good message, the foreign one and `count` forged ones.
pub(crate) fn none_passes(target: &Target, count: usize) {
    let Target { name, gateway, good, foreign, canonical } = target;
    let now = jiff::Timestamp::from_second(1_795_474_467).expect("a moment");
    let judge = |callback: &Callback| gateway.read(callback, now).signal;
    assert!(matches!(judge(good), Signal::Hint(_) | Signal::Observed(_)), "{name}: the good one");
    assert_eq!(judge(foreign), Signal::Forged, "{name}: another account's");
    let mut chance = Chance(0x5eed_0f0f_1234_5678);
    let mut tried = 0;
    while tried < count {
        let forged = forge(good, foreign, &mut chance);
        let same = forged == *good
            || signed_part(&forged) == signed_part(good)
            || (*canonical && says_the_same(&forged, good));
        if same {
            continue;
        }
        tried += 1;
        assert_eq!(
            judge(&forged),
            Signal::Forged,
            "{name}, forgery {tried}: {forged:?}",
            forged = show(&forged)
        );
    }
}

/// Whether two messages differ in spaces and order only.
fn says_the_same(a: &Callback, b: &Callback) -> bool {
    let body = |callback: &Callback| serde_json::from_slice::<Value>(&callback.body).ok();
    (&a.method, &a.headers) == (&b.method, &b.headers) && body(a).is_some() && body(a) == body(b)
}

/// What a signature inside the message is over, and the signature: where it stands in the message is nobody's secret.
fn signed_part(callback: &Callback) -> (String, Vec<(String, String)>, String, String) {
    let text = String::from_utf8_lossy(&callback.body).into_owned();
    let (method, headers) = (callback.method.clone(), callback.headers.clone());
    for name in ["\"sign\":\"", "\"verify_hash\":\""] {
        let parts = text.split_once(name).and_then(|(before, after)| Some((before, after.split_once('"')?)));
        if let Some((before, (signature, after))) = parts {
            let rest = match after.strip_prefix(',') {
                Some(after) => format!("{before}{after}"),
                None => format!("{}{after}", before.strip_suffix(',').unwrap_or(before)),
            };
            return (method, headers, rest, signature.to_owned());
        }
    }
    (method, headers, text, String::new())
}

fn show(callback: &Callback) -> (String, Vec<(String, String)>, String) {
    (callback.method.clone(), callback.headers.clone(), String::from_utf8_lossy(&callback.body).into_owned())
}

/// A series of numbers that is the same each time (xorshift).
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(bound.max(1)).expect("a bound")).expect("a number")
    }
}

fn forge(good: &Callback, foreign: &Callback, chance: &mut Chance) -> Callback {
    let mut forged = good.clone();
    let body = &mut forged.body;
    let (at, other) = (chance.below(body.len()), chance.below(body.len()));
    match chance.below(14) {
        0 | 1 => body[at] ^= 1 << chance.below(8),
        2 => body.truncate(at),
        3 => body.swap(at, other),
        4 => body.insert(at, b' '),
        5 => body.insert(at, b"0123456789\"{},:\\"[chance.below(16)]),
        6 => drop(body.remove(at)),
        7 => body.rotate_left(at.max(1)),
        8 => reorder(body, chance),
        9 => sign_anew(&mut forged, chance),
        10 => match chance.below(5) {
            0 => forged.headers.clone_from(&foreign.headers),
            1 => forged.body.clone_from(&foreign.body),
            2 => ["GET", "PUT", "post", ""][chance.below(4)].clone_into(&mut forged.method),
            3 => forged.body.clear(),
            _ => forged.headers.extend(good.headers.clone()),
        },
        11 => tamper_header(&mut forged, chance),
        12 => digit(body, chance),
        _ => {
            // Part of the good one, part of the foreign one.
            let cut = at.min(foreign.body.len());
            body.truncate(cut);
            body.extend_from_slice(&foreign.body[cut..]);
            if chance.below(2) == 0 {
                digit(body, chance);
            }
        }
    }
    forged
}

/// Another amount, another id.
fn digit(body: &mut [u8], chance: &mut Chance) {
    let digits: Vec<usize> = (0..body.len()).filter(|at| body[*at].is_ascii_digit()).collect();
    let Some(at) = digits.get(chance.below(digits.len())) else { return };
    body[*at] = b'0' + (body[*at] - b'0' + 1 + u8::try_from(chance.below(9)).expect("a digit")) % 10;
}

/// The same members in another order.
fn reorder(body: &mut Vec<u8>, chance: &mut Chance) {
    let Ok(text) = std::str::from_utf8(body) else { return };
    let inner = text.trim_start_matches('{').trim_end_matches('}');
    let mut members: Vec<&str> = inner.split(",\"").collect();
    let (a, b) = (chance.below(members.len()), chance.below(members.len()));
    members.swap(a, b);
    *body = format!("{{{}}}", members.join(",\"")).into_bytes();
}

/// A signature of the right length that somebody made up.
fn sign_anew(forged: &mut Callback, chance: &mut Chance) {
    let mut hex = |old: &str| -> String {
        old.chars()
            .map(
                |c| if c.is_ascii_hexdigit() { char::from(b"0123456789abcdef"[chance.below(16)]) } else { c },
            )
            .collect()
    };
    if forged.headers.is_empty() {
        let text = String::from_utf8_lossy(&forged.body).into_owned();
        for name in ["\"sign\":\"", "\"verify_hash\":\""] {
            if let Some((before, after)) = text.split_once(name) {
                let (old, rest) = after.split_once('"').expect("a text");
                forged.body = format!("{before}{name}{}\"{rest}", hex(old)).into_bytes();
            }
        }
    }
    for (_, value) in &mut forged.headers {
        let (scheme, old) =
            value.split_once('=').map_or((String::new(), value.as_str()), |(s, v)| (format!("{s}="), v));
        *value = format!("{scheme}{}", hex(old));
    }
}

fn tamper_header(forged: &mut Callback, chance: &mut Chance) {
    let count = forged.headers.len();
    let Some((name, value)) = forged.headers.get_mut(chance.below(count)) else { return };
    let at = chance.below(value.len());
    match chance.below(6) {
        0 => value.truncate(at),
        1 => value.insert(at, '0'),
        2 => *value = value.to_uppercase(),
        3 => value.clear(),
        4 => name.push('x'),
        _ => {
            let mut bytes = value.clone().into_bytes();
            bytes[at] ^= 1 << chance.below(7);
            *value = String::from_utf8_lossy(&bytes).into_owned();
        }
    }
}

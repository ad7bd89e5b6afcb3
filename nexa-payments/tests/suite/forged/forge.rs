//! Forgeries of a message, the same ones each time.

use super::{Hears, Over};
use nexa_core::ports::gateway::Callback;
use serde_json::Value;
use std::collections::BTreeSet;
use url::form_urlencoded;

/// Words by which providers say that money came.
const GOOD_NEWS: [&str; 8] =
    ["paid", "Paid", "completed", "finished", "confirmed", "TRADE_SUCCESS", "InvoiceSettled", "OK"];
/// Members that hold a signature.
const SIGNATURES: [&str; 2] = ["\"sign\":\"", "\"verify_hash\":\""];

/// A series of numbers that is the same each time (xorshift).
pub(super) struct Chance(u64);

impl Chance {
    pub(super) const fn new() -> Self {
        Self(0x5eed_0f0f_1234_5678)
    }

    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(bound.max(1)).expect("a bound")).expect("a number")
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        all.get(self.below(all.len()))
    }
}

/// Whether a message says what the good one does, with the same signature: then it is none that anybody forged.
pub(super) fn is_same(forged: &Callback, good: &Callback, hears: Hears) -> bool {
    let like = |callback: &Callback| (callback.method.clone(), callback.headers.clone());
    if forged == good {
        return true;
    }
    if like(forged) != like(good) {
        return false;
    }
    match hears {
        Hears::Signed(Over::Bytes) => signed_part(&forged.body) == signed_part(&good.body),
        Hears::Signed(Over::Members) => {
            let body = |callback: &Callback| serde_json::from_slice::<Value>(&callback.body).ok();
            body(forged).is_some() && body(forged) == body(good)
        }
        Hears::Signed(Over::Fields) => fields(forged) == fields(good),
        Hears::Unsigned | Hears::Nothing => false,
    }
}

/// What a signature inside the message is over, and the signature: where it stands in the message is nobody's secret.
fn signed_part(body: &[u8]) -> (String, String) {
    let text = String::from_utf8_lossy(body).into_owned();
    for name in SIGNATURES {
        let parts = text.split_once(name).and_then(|(before, after)| Some((before, after.split_once('"')?)));
        if let Some((before, (signature, after))) = parts {
            let rest = match after.strip_prefix(',') {
                Some(after) => format!("{before}{after}"),
                None => format!("{}{after}", before.strip_suffix(',').unwrap_or(before)),
            };
            return (rest, signature.to_owned());
        }
    }
    (text, String::new())
}

/// The fields of a form. Those that are empty are not signed and mean nothing.
fn fields(callback: &Callback) -> BTreeSet<(String, String)> {
    let text = if callback.method == "GET" { callback.query.as_bytes() } else { &callback.body };
    let all = form_urlencoded::parse(text).into_owned();
    all.filter(|(_, value)| !value.is_empty()).collect()
}

/// A forgery. What a `GET` says stands in its query, so it is forged there.
pub(super) fn forge(good: &Callback, strange: &[Callback], chance: &mut Chance) -> Callback {
    if good.method != "GET" {
        return forge_body(good, strange, chance);
    }
    let moved = |callback: &Callback| Callback {
        body: callback.query.clone().into_bytes(),
        query: String::new(),
        ..callback.clone()
    };
    let strange: Vec<_> = strange.iter().map(moved).collect();
    let forged = forge_body(&moved(good), &strange, chance);
    // Sometimes it comes as a body after all.
    if chance.below(50) == 0 {
        return forged;
    }
    Callback { query: String::from_utf8_lossy(&forged.body).into_owned(), body: Vec::new(), ..forged }
}

fn forge_body(good: &Callback, strange: &[Callback], chance: &mut Chance) -> Callback {
    let mut forged = good.clone();
    let body = &mut forged.body;
    let (at, other) = (chance.below(body.len()), chance.below(body.len()));
    match chance.below(16) {
        0 | 1 => body[at] ^= 1 << chance.below(8),
        2 => body.truncate(at),
        3 => body.swap(at, other),
        4 => body.insert(at, b' '),
        5 => body.insert(at, b"0123456789\"{},:\\"[chance.below(16)]),
        6 => drop(body.remove(at)),
        7 => body.rotate_left(at.max(1)),
        8 => reorder(body, chance),
        9 => sign_anew(&mut forged, chance),
        10 => swap_parts(&mut forged, good, strange, chance),
        11 | 12 => tamper_header(&mut forged, chance),
        13 => digit(body, chance),
        14 => status(body, chance),
        _ => {
            // Part of the good one, part of a strange one.
            if let Some(strange) = chance.of(strange) {
                let cut = at.min(strange.body.len());
                body.truncate(cut);
                body.extend_from_slice(&strange.body[cut..]);
            }
            if chance.below(2) == 0 {
                digit(body, chance);
            }
        }
    }
    forged
}

/// Headers or body of another message, another method, a part that is missing or comes twice.
fn swap_parts(forged: &mut Callback, good: &Callback, strange: &[Callback], chance: &mut Chance) {
    match chance.below(8) {
        0 => forged.headers = chance.of(strange).map_or_else(Vec::new, |strange| strange.headers.clone()),
        1 => forged.body = chance.of(strange).map_or_else(Vec::new, |strange| strange.body.clone()),
        2 => ["GET", "PUT", "post", ""][chance.below(4)].clone_into(&mut forged.method),
        3 => forged.body.clear(),
        4 => forged.headers.clear(),
        5 => forged.body.extend_from_slice(&[b"&".as_slice(), &good.body].concat()),
        // The signature moves over to where it does not belong.
        6 => {
            let parts: Vec<_> = good.headers.iter().map(|(name, value)| format!("{name}={value}")).collect();
            forged.query = parts.join("&");
            forged.headers.clear();
        }
        _ => forged.headers.extend(good.headers.clone()),
    }
}

/// Another amount, another id, another time.
fn digit(text: &mut [u8], chance: &mut Chance) {
    let digits: Vec<usize> = (0..text.len()).filter(|at| text[*at].is_ascii_digit()).collect();
    let Some(&at) = chance.of(&digits) else { return };
    text[at] = b'0' + (text[at] - b'0' + 1 + u8::try_from(chance.below(9)).expect("a digit")) % 10;
}

/// A word becomes good news.
fn status(body: &mut Vec<u8>, chance: &mut Chance) {
    let text = String::from_utf8_lossy(body).into_owned();
    let words: Vec<&str> =
        text.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| word.len() > 2).collect();
    let (Some(word), Some(news)) = (chance.of(&words), chance.of(&GOOD_NEWS)) else { return };
    *body = text.replacen(word, news, 1).into_bytes();
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
        let digit = |c: char| {
            if c.is_ascii_hexdigit() { char::from(b"0123456789abcdef"[chance.below(16)]) } else { c }
        };
        old.chars().map(digit).collect()
    };
    if forged.headers.is_empty() {
        let text = String::from_utf8_lossy(&forged.body).into_owned();
        for (name, end) in [(SIGNATURES[0], '"'), (SIGNATURES[1], '"'), ("sign=", '&'), ("sig=", '&')] {
            if let Some((before, after)) = text.split_once(name) {
                let old = after.split(end).next().expect("a text");
                forged.body = format!("{before}{name}{}{}", hex(old), &after[old.len()..]).into_bytes();
            }
        }
    }
    for (_, value) in &mut forged.headers {
        // What names the scheme, and the time that is signed with the body, may stay.
        let cut = value.rfind('=').map_or(0, |at| at + 1);
        *value = format!("{}{}", &value[..cut], hex(&value[cut..]));
    }
}

fn tamper_header(forged: &mut Callback, chance: &mut Chance) {
    let count = forged.headers.len();
    let Some((name, value)) = forged.headers.get_mut(chance.below(count)) else { return };
    let at = chance.below(value.len());
    match chance.below(7) {
        0 => value.truncate(at),
        1 => value.insert(at, '0'),
        2 => *value = value.to_uppercase(),
        3 => value.clear(),
        4 => name.push('x'),
        5 => {
            let mut bytes = value.clone().into_bytes();
            digit(&mut bytes, chance);
            *value = String::from_utf8_lossy(&bytes).into_owned();
        }
        _ => {
            let mut bytes = value.clone().into_bytes();
            bytes[at] ^= 1 << chance.below(7);
            *value = String::from_utf8_lossy(&bytes).into_owned();
        }
    }
}

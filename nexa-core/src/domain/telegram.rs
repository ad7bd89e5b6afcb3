//! What Telegram says of somebody who comes from it: checked with the shop's bot token, without asking Telegram.
//!
//! Two forms: the `initData` of a Mini App (core.telegram.org/bots/webapps#validating-data-received-via-the-mini-app)
//! and the fields of the Login Widget (core.telegram.org/widgets/login#checking-authorization). Their keys are made
//! differently, so that one can never pass for the other.

use super::{alert::AlertSettings, bot::BotSettings, refusal::Refusal, time::after};
use crate::secret::{Fingerprint, Secret};
use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use hmac::{Hmac, Mac};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use subtle::ConstantTimeEq;

/// How old a Mini App's data may be to sign in: clients serve it again from their own store for a day.
pub const SIGN_IN_AGE: SignedDuration = SignedDuration::from_hours(24);
/// How old any proof may be to change an account, and a widget's to sign in.
pub const FRESH_AGE: SignedDuration = SignedDuration::from_mins(5);
/// How far Telegram's clock may be ahead of ours.
const AHEAD: SignedDuration = SignedDuration::from_secs(60);
/// More than any client sends.
const MOST_BYTES: usize = 4096;
const MOST_FIELDS: usize = 20;

/// The shop's bot.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Bot {
    /// Its id: the part of the token before the colon.
    pub id: i64,
    /// Its name without `@`.
    pub username: String,
    /// Its token, sealed.
    pub token_sealed: String,
    /// How it behaves.
    #[serde(default)]
    pub settings: BotSettings,
    /// Where it tells those who run the shop what to look at.
    pub alerts: Option<AlertSettings>,
}

/// What the customer's client was given by Telegram.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Proof<'a> {
    /// A Mini App's `initData`, as it came.
    MiniApp(&'a str),
    /// The Login Widget's fields as a query string.
    Widget(&'a str),
}

/// Who it is, according to Telegram.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Proved {
    /// The user's id at Telegram.
    pub id: i64,
    /// What is to be remembered so that the proof works once, and until when; only for a widget's, which travels in
    /// addresses.
    pub once: Option<(Fingerprint, Timestamp)>,
}

/// The bot's id, from a token such as `5768337691:AAH5…`.
pub fn bot_id(token: &str) -> Result<i64, Refusal> {
    let wrong = Refusal::bad_input("token", "a bot's token as @BotFather gives it");
    let (id, secret) = token.split_once(':').ok_or(wrong.clone())?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let shaped = (30..=100).contains(&secret.len()) && secret.chars().all(plain);
    let digits = id.bytes().all(|b| b.is_ascii_digit());
    id.parse::<i64>().ok().filter(|id| shaped && digits && *id > 0).ok_or(wrong)
}

/// A bot's name: 5 to 32 letters, digits and underscores, with or without `@`.
pub fn bot_username(text: &str) -> Result<String, Refusal> {
    let name = text.trim().trim_start_matches('@');
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if plain && (5..=32).contains(&name.len()) {
        return Ok(name.to_owned());
    }
    Err(Refusal::bad_input("username", "a bot's name"))
}

/// Who the proof speaks of. It must be by this bot and at most `age` old.
pub fn verify(
    proof: Proof<'_>,
    token: &Secret<String>,
    now: Timestamp,
    age: SignedDuration,
) -> Result<Proved, Refusal> {
    let (raw, key) = match proof {
        Proof::MiniApp(raw) => (raw, mac(b"WebAppData", token.expose().as_bytes())),
        Proof::Widget(raw) => (raw, Sha256::digest(token.expose().as_bytes()).into()),
    };
    let mut fields = fields(raw)?;
    let given = fields.remove("hash").ok_or(Refusal::BadTelegramProof)?;
    let given = HEXLOWER_PERMISSIVE.decode(given.as_bytes()).map_err(|_| Refusal::BadTelegramProof)?;
    let lines: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let expected = mac(&key, lines.join("\n").as_bytes());
    if !bool::from(expected.as_slice().ct_eq(&given)) {
        return Err(Refusal::BadTelegramProof);
    }
    let made = fields.get("auth_date").and_then(|at| number(at)).ok_or(Refusal::BadTelegramProof)?;
    let made = Timestamp::from_second(made).map_err(|_| Refusal::BadTelegramProof)?;
    if made > after(now, AHEAD) {
        return Err(Refusal::BadTelegramProof);
    }
    if now > after(made, age) {
        return Err(Refusal::TelegramProofOld);
    }
    match proof {
        Proof::MiniApp(_) => Ok(Proved { id: mini_app_user(&fields)?, once: None }),
        Proof::Widget(_) => {
            let id = fields.get("id").and_then(|id| number(id)).ok_or(Refusal::BadTelegramProof)?;
            let print = Fingerprint(HEXLOWER.encode(&Sha256::digest(expected)));
            Ok(Proved { id, once: Some((print, after(made, age + AHEAD))) })
        }
    }
}

/// The id in the field `user`, which is JSON. Only read once the signature was found right.
fn mini_app_user(fields: &BTreeMap<String, String>) -> Result<i64, Refusal> {
    #[derive(Deserialize)]
    struct User {
        id: i64,
    }
    let user = fields.get("user").ok_or(Refusal::BadTelegramProof)?;
    let user: User = serde_json::from_str(user).map_err(|_| Refusal::BadTelegramProof)?;
    if user.id > 0 { Ok(user.id) } else { Err(Refusal::BadTelegramProof) }
}

/// The fields of a query string, decoded once and sorted. A name that comes twice is refused: which of the two was
/// signed would be anybody's guess.
fn fields(raw: &str) -> Result<BTreeMap<String, String>, Refusal> {
    if raw.is_empty() || raw.len() > MOST_BYTES || raw.split('&').count() > MOST_FIELDS {
        return Err(Refusal::BadTelegramProof);
    }
    let mut fields = BTreeMap::new();
    for part in raw.split('&') {
        let (name, value) = part.split_once('=').ok_or(Refusal::BadTelegramProof)?;
        let name = decoded(name).filter(|n| !n.is_empty()).ok_or(Refusal::BadTelegramProof)?;
        let value = decoded(value).ok_or(Refusal::BadTelegramProof)?;
        if fields.insert(name, value).is_some() {
            return Err(Refusal::BadTelegramProof);
        }
    }
    Ok(fields)
}

/// Undoes the encoding of a query string's part; none when it is damaged.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let pair = [rest.next()?, rest.next()?];
                *HEXLOWER_PERMISSIVE.decode(&pair).ok()?.first()?
            }
            b'+' => b' ',
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

/// A positive decimal number without sign or space.
fn number(text: &str) -> Option<i64> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    text.parse::<i64>().ok().filter(|n| digits && *n > 0)
}

fn mac(key: &[u8], message: &[u8]) -> [u8; 32] {
    // HMAC takes keys of any length, so this cannot fail.
    let Ok(mut mac) = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key) else { return [0; 32] };
    mac.update(message);
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests;

//! The settings of the gateway, checked.

use crate::{
    config::{bad, is_placeholder, parse, within},
    http::Route,
};
use jiff::SignedDuration;
use nexa_core::{
    domain::{payment::Policy, refusal::Refusal, time::days},
    secret::Secret,
};
use serde::Deserialize;
use serde_json::Value;

/// The token that Telegram's own manual shows.
const PUBLISHED: [&str; 2] =
    ["123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11", "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"];
/// Telegram lets Stars be given back for as long as they cannot be withdrawn.
const WATCH_DAYS: u32 = 21;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    token: String,
    api_url: Option<String>,
    proxy: Option<String>,
    #[serde(default)]
    test_environment: bool,
    #[serde(default = "default::window_minutes")]
    window_minutes: u32,
    timeout_seconds: Option<u64>,
}

mod default {
    pub(super) const API_URL: &str = "https://api.telegram.org";
    pub(super) const fn window_minutes() -> u32 {
        60
    }
}

/// The checked settings.
pub(super) struct Config {
    pub(super) token: Secret<String>,
    pub(super) route: Route,
    pub(super) test: bool,
    pub(super) policy: Policy,
}

impl Config {
    pub(super) fn read(config: &Secret<Value>) -> Result<Self, Refusal> {
        let raw: Raw = parse(config)?;
        let token = token(&raw.token)?;
        let api_url = raw.api_url.as_deref().unwrap_or(default::API_URL);
        let window = within("window_minutes", raw.window_minutes, 5..=1440)?;
        Ok(Self {
            token,
            route: Route::read("api_url", api_url, raw.proxy.as_deref(), raw.timeout_seconds)?,
            test: raw.test_environment,
            policy: Policy {
                tolerance_bp: 0,
                window: SignedDuration::from_mins(i64::from(window)),
                watch: days(WATCH_DAYS),
            },
        })
    }
}

/// `{the bot's id}:{secret}`.
fn token(given: &str) -> Result<Secret<String>, Refusal> {
    let text = given.trim();
    let plausible = text.split_once(':').is_some_and(|(id, secret)| {
        let digits = (5..=16).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_digit());
        let safe = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        digits && (30..=64).contains(&secret.len()) && secret.bytes().all(safe)
    });
    if PUBLISHED.contains(&text) || !plausible && is_placeholder(text) {
        return Err(Refusal::PlaceholderKey);
    }
    if plausible { Ok(Secret::new(text.to_owned())) } else { Err(bad("token", "not a bot's token")) }
}

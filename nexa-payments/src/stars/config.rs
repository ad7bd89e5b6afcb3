//! The settings of the gateway, checked.

use crate::{
    config::{bad, is_placeholder, parse, within},
    web::{is_local, proxy},
};
use jiff::SignedDuration;
use nexa_core::{
    domain::{payment::Policy, refusal::Refusal, time::days},
    secret::Secret,
};
use serde::Deserialize;
use serde_json::Value;
use std::time::Duration;
use url::Url;

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
    #[serde(default = "default::timeout_seconds")]
    timeout_seconds: u64,
}

mod default {
    pub(super) const API_URL: &str = "https://api.telegram.org";
    pub(super) const fn window_minutes() -> u32 {
        60
    }
    pub(super) const fn timeout_seconds() -> u64 {
        10
    }
}

/// The checked settings.
pub(super) struct Config {
    pub(super) token: Secret<String>,
    /// Without a slash at the end.
    pub(super) api_url: String,
    /// Fit for messages.
    pub(super) host: String,
    pub(super) proxy: Option<Url>,
    pub(super) test: bool,
    pub(super) policy: Policy,
    pub(super) timeout: Duration,
}

impl Config {
    pub(super) fn read(config: &Secret<Value>) -> Result<Self, Refusal> {
        let raw: Raw = parse(config)?;
        let token = token(&raw.token)?;
        let (api_url, host) = api_url(raw.api_url.as_deref().unwrap_or(default::API_URL))?;
        let window = within("window_minutes", raw.window_minutes, 5..=1440)?;
        let timeout = within("timeout_seconds", raw.timeout_seconds, 1..=15)?;
        Ok(Self {
            token,
            api_url,
            host,
            proxy: raw.proxy.as_deref().map(proxy).transpose()?,
            test: raw.test_environment,
            policy: Policy {
                tolerance_bp: 0,
                window: SignedDuration::from_mins(i64::from(window)),
                watch: days(WATCH_DAYS),
            },
            timeout: Duration::from_secs(timeout),
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

fn api_url(text: &str) -> Result<(String, String), Refusal> {
    let url = Url::parse(text.trim()).map_err(|_| bad("api_url", "not a URL"))?;
    let host = url.host().ok_or(bad("api_url", "a server needs a host"))?;
    if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
        return Err(bad("api_url", "a base address has no query and no user"));
    }
    match url.scheme() {
        "https" => {}
        // The token stands in every request.
        "http" if is_local(&host) => {}
        _ => return Err(bad("api_url", "https, or http to a server of your own network")),
    }
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    Ok((url.as_str().trim_end_matches('/').to_owned(), format!("{host}{port}")))
}

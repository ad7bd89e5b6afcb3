//! The settings of the gateway, checked.

use super::sign::Key;
use crate::{
    config::{bad, is_placeholder, parse, within},
    http::Route,
};
use jiff::SignedDuration;
use nexa_core::{
    domain::{
        money::{Currency, Money},
        payment::Policy,
        refusal::Refusal,
    },
    secret::Secret,
};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    base_url: String,
    pid: String,
    key: String,
    method: Option<String>,
    #[serde(default)]
    query: bool,
    product_name: Option<String>,
    proxy: Option<String>,
    timeout_seconds: Option<u64>,
    #[serde(default = "half_an_hour")]
    window_minutes: u32,
    #[serde(default = "one")]
    minimum: i64,
    maximum: Option<i64>,
}

const fn half_an_hour() -> u32 {
    30
}

const fn one() -> i64 {
    1
}

/// The checked settings.
pub(super) struct Config {
    pub(super) route: Route,
    pub(super) pid: String,
    pub(super) key: Key,
    pub(super) method: Option<String>,
    pub(super) query: bool,
    pub(super) product_name: Option<String>,
    pub(super) policy: Policy,
    pub(super) minimum: Money,
    pub(super) maximum: Option<Money>,
}

impl Config {
    pub(super) fn read(config: &Secret<Value>) -> Result<Self, Refusal> {
        let raw: Raw = parse(config)?;
        let key = raw.key.trim();
        if is_placeholder(key) {
            return Err(Refusal::PlaceholderKey);
        }
        let plain = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric());
        if !plain(key) || !(16..=64).contains(&key.len()) {
            return Err(bad("key", "16 to 64 letters and digits"));
        }
        let pid = raw.pid.trim();
        if !plain(pid) || !(1..=20).contains(&pid.len()) {
            return Err(bad("pid", "a merchant's number"));
        }
        let method = raw.method.map(|method| method.trim().to_owned());
        if method.as_deref().is_some_and(|method| !plain(method) || !(2..=20).contains(&method.len())) {
            return Err(bad("method", "a word such as alipay or wxpay"));
        }
        let minimum = within("minimum", raw.minimum, 1..=i64::MAX)?;
        let maximum = raw.maximum.map(|most| within("maximum", most, minimum..=i64::MAX)).transpose()?;
        let window = within("window_minutes", raw.window_minutes, 5..=1440)?;
        let fen = |minor| Money::new(minor, Currency::Cny);
        Ok(Self {
            route: Route::read("base_url", &raw.base_url, raw.proxy.as_deref(), raw.timeout_seconds)?,
            pid: pid.to_owned(),
            key: Key::new(key.to_owned()),
            method,
            query: raw.query,
            product_name: raw.product_name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()),
            policy: Policy {
                tolerance_bp: 0,
                window: SignedDuration::from_mins(i64::from(window)),
                watch: SignedDuration::from_hours(72),
            },
            minimum: fen(minimum),
            maximum: maximum.map(fen),
        })
    }
}

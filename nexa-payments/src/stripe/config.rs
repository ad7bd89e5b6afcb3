//! The settings of the gateway, checked.

use super::takes;
use crate::{
    config::{bad, is_placeholder, parse, within},
    http::Route,
    signer::{Previous, Signer},
};
use jiff::SignedDuration;
use nexa_core::{
    domain::{
        money::{Currency, Money},
        payment::Policy,
        refusal::Refusal,
        time::days,
    },
    secret::Secret,
};
use serde::Deserialize;
use serde_json::Value;

/// The key that Stripe's manuals show.
const PUBLISHED: &str = "sk_test_4eC39HqLyjWDarjtT1zdp7dc";
/// How long refunds and disputes are looked for.
const WATCH_DAYS: u32 = 14;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    secret_key: String,
    webhook_secret: String,
    previous_webhook_secret: Option<Previous>,
    #[serde(default = "default::currency")]
    currency: Currency,
    base_url: Option<String>,
    proxy: Option<String>,
    timeout_seconds: Option<u64>,
    #[serde(default = "default::window_minutes")]
    window_minutes: u32,
    #[serde(default = "default::minimum")]
    minimum: i64,
    maximum: Option<i64>,
    product_name: Option<String>,
}

mod default {
    use nexa_core::domain::money::Currency;

    pub(super) const BASE_URL: &str = "https://api.stripe.com";
    pub(super) const fn currency() -> Currency {
        Currency::Usd
    }
    pub(super) const fn window_minutes() -> u32 {
        60
    }
    /// What Stripe takes at least of either currency.
    pub(super) const fn minimum() -> i64 {
        50
    }
}

/// The checked settings.
pub(super) struct Config {
    pub(super) key: Secret<String>,
    pub(super) webhook: Signer,
    pub(super) test: bool,
    pub(super) currency: Currency,
    pub(super) route: Route,
    pub(super) policy: Policy,
    pub(super) minimum: Money,
    pub(super) maximum: Option<Money>,
    pub(super) product_name: Option<String>,
}

impl Config {
    pub(super) fn read(config: &Secret<Value>) -> Result<Self, Refusal> {
        let raw: Raw = parse(config)?;
        let (key, is_test) = key(raw.secret_key.trim())?;
        let webhook = Signer::read(&raw.webhook_secret, raw.previous_webhook_secret.as_ref(), |text| {
            secret("webhook_secret", text.trim(), &["whsec_"])
        })?;
        if !takes(raw.currency) {
            return Err(bad("currency", "USD or EUR"));
        }
        let minimum = within("minimum", raw.minimum, default::minimum()..=99_999_999)?;
        let maximum = raw.maximum.map(|most| within("maximum", most, minimum..=99_999_999)).transpose()?;
        // A page is kept for half an hour at least from when it is asked for, which is a little later than now.
        let window = within("window_minutes", raw.window_minutes, 35..=1380)?;
        let name = raw.product_name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
        let base_url = raw.base_url.as_deref().unwrap_or(default::BASE_URL);
        Ok(Self {
            key,
            webhook,
            test: is_test,
            currency: raw.currency,
            route: Route::read("base_url", base_url, raw.proxy.as_deref(), raw.timeout_seconds)?,
            policy: Policy {
                tolerance_bp: 0,
                window: SignedDuration::from_mins(i64::from(window)),
                watch: days(WATCH_DAYS),
            },
            minimum: Money::new(minimum, raw.currency),
            // Eight digits are the most that Stripe takes.
            maximum: Some(Money::new(maximum.unwrap_or(99_999_999), raw.currency)),
            product_name: name,
        })
    }
}

fn key(text: &str) -> Result<(Secret<String>, bool), Refusal> {
    if text == PUBLISHED {
        return Err(Refusal::PlaceholderKey);
    }
    let key = secret("secret_key", text, &["sk_test_", "rk_test_", "sk_live_", "rk_live_"])?;
    let is_test = text.get(2..).is_some_and(|rest| rest.starts_with("_test_"));
    Ok((key, is_test))
}

/// A secret that begins as Stripe's do, with enough behind it.
fn secret(setting: &'static str, text: &str, beginnings: &[&str]) -> Result<Secret<String>, Refusal> {
    let rest = beginnings.iter().find_map(|beginning| text.strip_prefix(beginning));
    let plain = |rest: &str| rest.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-+/=".contains(&b));
    match rest {
        Some(rest) if is_placeholder(rest) => Err(Refusal::PlaceholderKey),
        Some(rest) if plain(rest) && (16..=240).contains(&rest.len()) => Ok(Secret::new(text.to_owned())),
        None if is_placeholder(text) => Err(Refusal::PlaceholderKey),
        _ => Err(bad(setting, "not one of Stripe's")),
    }
}

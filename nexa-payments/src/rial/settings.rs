//! The settings that all four take.

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

/// A bank's page says no more.
const LONGEST_DESCRIPTION: usize = 200;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    base_url: Option<String>,
    proxy: Option<String>,
    timeout_seconds: Option<u64>,
    #[serde(default = "twenty")]
    window_minutes: u32,
    minimum: Option<i64>,
    maximum: Option<i64>,
    description: Option<String>,
}

const fn twenty() -> u32 {
    20
}

/// What is special to a kind.
pub(super) struct Spec {
    /// The setting with the operator's key.
    pub(super) key: &'static str,
    pub(super) base_url: &'static str,
    /// What it takes at least and at most, in rial.
    pub(super) least: i64,
    pub(super) most: Option<i64>,
}

/// The checked settings.
pub(super) struct Settings {
    pub(super) key: Secret<String>,
    pub(super) route: Route,
    pub(super) policy: Policy,
    pub(super) minimum: Money,
    pub(super) maximum: Option<Money>,
    pub(super) description: Option<String>,
}

impl Settings {
    pub(super) fn read(config: &Secret<Value>, spec: &Spec) -> Result<Self, Refusal> {
        let mut rest = config.expose().clone();
        let key = match rest.as_object_mut().and_then(|settings| settings.remove(spec.key)) {
            Some(Value::String(key)) => key.trim().to_owned(),
            _ => return Err(bad(spec.key, "missing, or no text")),
        };
        let raw: Raw = parse(&Secret::new(rest))?;
        if is_placeholder(&key) {
            return Err(Refusal::PlaceholderKey);
        }
        let base_url = raw.base_url.as_deref().unwrap_or(spec.base_url);
        let most = spec.most.unwrap_or(i64::MAX);
        let minimum = within("minimum", raw.minimum.unwrap_or(spec.least), spec.least..=most)?;
        let maximum = raw.maximum.map(|maximum| within("maximum", maximum, minimum..=most)).transpose()?;
        let window = within("window_minutes", raw.window_minutes, 5..=30)?;
        let description = raw.description.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        within(
            "description",
            description.as_ref().map_or(0, |t| t.chars().count()),
            0..=LONGEST_DESCRIPTION,
        )?;
        let rial = |minor| Money::new(minor, Currency::Irr);
        Ok(Self {
            key: Secret::new(key),
            route: Route::read("base_url", base_url, raw.proxy.as_deref(), raw.timeout_seconds)?,
            policy: Policy {
                tolerance_bp: 0,
                window: SignedDuration::from_mins(i64::from(window)),
                // Nothing comes after the page has closed; longer only to see money given back.
                watch: SignedDuration::from_hours(24),
            },
            minimum: rial(minimum),
            maximum: maximum.or(spec.most).map(rial),
            description,
        })
    }
}

#[cfg(any(feature = "aqayepardakht", feature = "nextpay", feature = "zibal"))]
/// Whether a key can be one: letters, digits, `-` and `_`.
pub(super) fn is_key(text: &str, length: std::ops::RangeInclusive<usize>) -> bool {
    let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    plain && length.contains(&text.len())
}

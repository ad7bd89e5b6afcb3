//! Reading a gateway's configuration. Its errors name settings, never their values.

use nexa_core::{
    domain::{gateway::GatewayProfile, refusal::Refusal},
    ports::gateway::Invoice,
    secret::Secret,
};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::ops::RangeInclusive;

/// The refusal of one setting.
pub(crate) const fn bad(setting: &'static str, reason: &'static str) -> Refusal {
    Refusal::bad_config(setting, reason)
}

/// The configuration as `T`, which denies unknown settings itself.
pub(crate) fn parse<T: DeserializeOwned>(config: &Secret<Value>) -> Result<T, Refusal> {
    // Serde would read a list as a structure too.
    if !config.expose().is_object() {
        return Err(bad("gateway", "the configuration is not an object"));
    }
    // Serde's own text may quote a value, and values may be secrets.
    T::deserialize(config.expose())
        .map_err(|_| bad("gateway", "a setting is unknown, missing or of a wrong type"))
}

/// `value`, if it lies in `range`.
pub(crate) fn within<T: PartialOrd>(
    setting: &'static str,
    value: T,
    range: RangeInclusive<T>,
) -> Result<T, Refusal> {
    if range.contains(&value) { Ok(value) } else { Err(bad(setting, "out of range")) }
}

/// Why this invoice cannot be opened whatever the outside says, if so.
pub(crate) fn unpayable(invoice: &Invoice, profile: &GatewayProfile) -> Option<&'static str> {
    let due = invoice.due;
    if due.currency != profile.asset {
        return Some("the amount is in another currency");
    }
    if !due.is_positive() || profile.minimum.is_some_and(|least| due.minor < least.minor) {
        return Some("the amount is below the minimum");
    }
    if profile.maximum.is_some_and(|most| due.minor > most.minor) {
        return Some("the amount is above the maximum");
    }
    None
}

/// Whether a text is something that a person was meant to replace.
pub(crate) fn is_placeholder(text: &str) -> bool {
    const WORDS: [&str; 13] = [
        "example",
        "placeholder",
        "changeme",
        "change_me",
        "change-me",
        "replace",
        "your",
        "todo",
        "xxxx",
        "...",
        "…",
        "<",
        "secret123",
    ];
    let text = text.trim().to_lowercase();
    text.is_empty() || WORDS.iter().any(|word| text.contains(word))
}

//! The customer's contract for the bindings: the fields of [`nexa_core::storefront::model`] once more, so that the
//! compiler compares them. What is said of them there holds here; a field that is missing or too many does not build.

mod account;
mod coupons;
mod gifts;
mod help;
mod invites;
mod moves;
mod notice;
mod order;
mod pack;
mod passkey;
mod push;
mod shop;
mod subscription;
mod ticket;
mod usage;

use serde_json::Value as Json;

// Text that is no JSON becomes a JSON text, which is refused as any other answer that was not asked for.
uniffi::custom_type!(Json, String, {
    remote,
    lower: |value| value.to_string(),
    try_lift: |text| Ok(serde_json::from_str(&text).unwrap_or(Json::String(text))),
});

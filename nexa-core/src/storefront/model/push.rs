//! Browsers that show messages.

use serde::{Deserialize, Serialize};

/// What a browser subscribes with.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct PushKeyView {
    /// The `applicationServerKey`, base64url; none where no messages are sent to browsers.
    pub key: Option<String>,
}

/// A browser's push subscription, as `PushSubscription.toJSON()` gives its parts.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
#[cfg_attr(feature = "openapi", oai(deny_unknown_fields))]
#[serde(deny_unknown_fields)]
pub struct PushRequest {
    /// Its address at the push service of a browser.
    pub endpoint: String,
    /// `keys.p256dh`: its public key, base64url.
    pub p256dh: String,
    /// `keys.auth`: its secret, base64url.
    pub auth: String,
}

/// The browser that shall get no more messages.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
#[cfg_attr(feature = "openapi", oai(deny_unknown_fields))]
#[serde(deny_unknown_fields)]
pub struct PushOffRequest {
    /// Its address at the push service.
    pub endpoint: String,
}

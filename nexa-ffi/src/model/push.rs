//! Browsers that show messages.

use nexa_core::storefront::model::{PushKeyView, PushRequest};

/// What a browser subscribes with.
#[uniffi::remote(Record)]
pub struct PushKeyView {
    /// The `applicationServerKey`, base64url; none where no messages are sent to browsers.
    pub key: Option<String>,
}

/// A browser's push subscription, as `PushSubscription.toJSON()` gives its parts.
#[uniffi::remote(Record)]
pub struct PushRequest {
    /// Its address at the push service of a browser.
    pub endpoint: String,
    /// `keys.p256dh`: its public key, base64url.
    pub p256dh: String,
    /// `keys.auth`: its secret, base64url.
    pub auth: String,
}

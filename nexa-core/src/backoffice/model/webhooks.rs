//! Webhooks.

use serde::{Deserialize, Serialize};

/// A new webhook.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
#[cfg_attr(feature = "openapi", oai(deny_unknown_fields))]
#[serde(deny_unknown_fields)]
pub struct WebhookRequest {
    /// Where messages are sent: an https address of the public Internet, at most 2048 characters.
    pub url: String,
    /// What it is told, e.g. `order.paid`; at least one.
    pub kinds: Vec<String>,
    /// What you call it, at most 200 characters.
    pub description: Option<String>,
}

/// A change of a webhook; what is left out stays as it is.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
#[cfg_attr(feature = "openapi", oai(deny_unknown_fields))]
#[serde(deny_unknown_fields)]
pub struct UpdateWebhookRequest {
    /// Another address.
    pub url: Option<String>,
    /// What it is told.
    pub kinds: Option<Vec<String>>,
    /// What you call it.
    pub description: Option<String>,
    /// Whether it is called.
    pub on: Option<bool>,
}

request! {
    /// What is to be sent again.
    pub struct ReplayRequest {
        /// What was written down at this moment or later, and was not taken. Deliveries are kept for 30 days.
        pub since: String,
    }
}

/// A webhook.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct WebhookView {
    /// Its id.
    pub webhook_id: String,
    /// Where it is; what stands behind a `?` is not shown.
    pub url: String,
    /// What it is told.
    pub kinds: Vec<String>,
    /// What you call it.
    pub description: String,
    /// `on`, `off` (an operator switched it off), `gone` (it answered 410) or `failing` (it failed for five days).
    pub state: String,
    /// Since when it took nothing; none while it takes what it is told.
    pub failing_since: Option<String>,
    /// The secret that messages are signed with, `whsec_…`; shown once, when it is made.
    pub secret: Option<String>,
    /// Until when the secret of before signs too.
    pub both_until: Option<String>,
    /// When it was added.
    pub created_at: String,
}

view! {
    /// A shop's webhooks, and what they may be told.
    pub struct WebhooksView {
        /// Oldest first.
        pub webhooks: Vec<WebhookView>,
        /// Every kind of message.
        pub kinds: Vec<String>,
    }
    /// One try to deliver a message.
    pub struct HookAttemptView {
        /// When it began.
        pub at: String,
        /// How long it took, in milliseconds.
        pub millis: u64,
        /// The HTTP status of the answer; none without one.
        pub status: Option<u16>,
        /// How the answer began, at most 1024 bytes, or why there was none.
        pub told: String,
    }
    /// A message to a webhook, and what became of it.
    pub struct HookDeliveryView {
        /// Its id.
        pub delivery_id: String,
        /// To which webhook.
        pub webhook_id: String,
        /// The `webhook-id` that the receiver sees; the same at every try.
        pub message_id: String,
        /// What it tells, e.g. `order.paid`.
        pub kind: String,
        /// The message, as it is sent.
        pub body: String,
        /// `pending`, `delivered`, `failed` (it was tried ten times) or `abandoned` (its webhook is not called any more).
        pub state: String,
        /// Tries since it was first sent or sent again.
        pub tries: u32,
        /// What came of them, the oldest first; at most the last 20.
        pub attempts: Vec<HookAttemptView>,
        /// When it is tried next.
        pub next_at: Option<String>,
        /// When it was written down.
        pub created_at: String,
    }
    /// A slice of deliveries.
    pub struct HookDeliveryPage {
        /// Newest first.
        pub items: Vec<HookDeliveryView>,
        /// The cursor of the next slice; none at the end.
        pub next: Option<String>,
    }
    /// What is sent again.
    pub struct ReplayView {
        /// How many messages; at most 500 at once.
        pub count: u32,
    }
}

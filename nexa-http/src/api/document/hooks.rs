//! The calls that go out: what a webhook is told, kind by kind.

use nexa_core::domain::webhook::HookKind;
use serde_json::{Map, Value, json};

const ID: &str = "019a5f3c-8f1e-7c3a-9b52-3f0f6c1d2e4b";

/// The document's `webhooks`.
#[must_use]
pub fn webhooks() -> Value {
    let kinds = HookKind::choices().chain([HookKind::Test]);
    Value::Object(kinds.map(|kind| (kind.name().to_owned(), json!({ "post": call(kind) }))).collect())
}

fn call(kind: HookKind) -> Value {
    json!({
        "operationId": format!("hook_{}", kind.name().replace('.', "_")),
        "summary": kind.about(),
        "description": "Signed as Standard Webhooks says. Answer with any 2xx within 15 seconds and work afterwards; \
            remember `webhook-id`, because a message may come twice.",
        "tags": ["Webhooks"],
        "security": [],
        "parameters": [
            {
                "name": "webhook-id", "in": "header", "required": true, "schema": { "type": "string" },
                "description": "The message's id; the same at every try.",
            },
            {
                "name": "webhook-timestamp", "in": "header", "required": true, "schema": { "type": "string" },
                "description": "When this try was sent, in seconds since 1970. More than five minutes off is a repeat by \
                    somebody else.",
            },
            {
                "name": "webhook-signature", "in": "header", "required": true, "schema": { "type": "string" },
                "description": "One or more signatures with a space between them, each `v1,` and Base64 of an HMAC-SHA256 \
                    over `ID.TIMESTAMP.BODY` under the secret; one that fits is enough.",
            },
        ],
        "requestBody": {
            "required": true,
            "content": { "application/json": { "schema": schema(kind), "example": example(kind) } },
        },
        "responses": {
            "2XX": { "description": "Taken." },
            "410": { "description": "Never again: the webhook is switched off." },
            "429": {
                "description": "A pause, with `Retry-After` in seconds, a day at most. So is 503.",
                "headers": { "Retry-After": { "$ref": "#/components/headers/RetryAfter" } },
            },
            "default": { "description": "Not taken: it is tried again, ten times in all within some three days." },
        },
    })
}

fn schema(kind: HookKind) -> Value {
    let fields = kind.fields();
    let required: Vec<_> = fields.iter().filter(|field| !field.ends_with('?')).collect();
    let properties: Map<_, _> = fields.iter().map(|field| property(field)).collect();
    json!({
        "type": "object",
        "required": ["type", "timestamp", "data"],
        "properties": {
            "type": { "type": "string", "const": kind.name() },
            "timestamp": { "type": "string", "format": "date-time", "description": "When it happened." },
            "data": { "type": "object", "required": required, "properties": properties },
        },
    })
}

fn property(field: &str) -> (String, Value) {
    let name = field.trim_end_matches('?');
    let kind = if field.ends_with('?') { json!(["string", "null"]) } else { json!("string") };
    let schema = match name {
        "amount" => json!({ "$ref": "#/components/schemas/MoneyView" }),
        _ if name.ends_with("_at") => json!({ "type": kind, "format": "date-time" }),
        _ => json!({ "type": kind }),
    };
    (name.to_owned(), schema)
}

fn example(kind: HookKind) -> Value {
    let data: Map<_, _> = kind
        .fields()
        .iter()
        .map(|field| {
            let name = field.trim_end_matches('?');
            let value = match name {
                "amount" => json!({ "minor": 499, "currency": "USD" }),
                _ if name.ends_with("_at") => json!("2026-12-28T08:00:00Z"),
                _ => json!(ID),
            };
            (name.to_owned(), value)
        })
        .collect();
    json!({ "type": kind.name(), "timestamp": "2026-11-28T08:00:00Z", "data": data })
}

//! What an answer looks like, made from its schema: names and descriptions say what kind of thing stands where.

use super::dialect::kind;
use serde_json::{Map, Value, json};

/// How deep things lie in one another at most.
const DEEPEST: usize = 8;

/// An example of a schema of the document.
#[must_use]
pub fn of(document: &Value, schema: &Value) -> Value {
    at(document, schema, "", 0)
}

fn at(document: &Value, schema: &Value, name: &str, depth: usize) -> Value {
    if let Some(given) = schema.get("example").or_else(|| schema.get("default")) {
        return given.clone();
    }
    if let Some(path) = schema.get("$ref").and_then(Value::as_str) {
        let target = path.strip_prefix('#').and_then(|path| document.pointer(path));
        return target.map_or(Value::Null, |target| at(document, target, name, depth + 1));
    }
    for word in ["allOf", "oneOf", "anyOf"] {
        if let Some(first) = schema[word].get(0) {
            return at(document, first, name, depth);
        }
    }
    if let Some(first) = schema["enum"].get(0) {
        return first.clone();
    }
    let Some(map) = schema.as_object() else { return Value::Null };
    match kind(map) {
        Some("object") => object(document, schema, name, depth),
        Some("array") if depth < DEEPEST => json!([at(document, &schema["items"], name, depth + 1)]),
        Some("array") => json!([]),
        Some("string") => json!(text(map, name)),
        Some("integer" | "number") => number(name),
        Some("boolean") => json!(false),
        _ => Value::Null,
    }
}

fn object(document: &Value, schema: &Value, name: &str, depth: usize) -> Value {
    let mut made = Map::new();
    for (inner, property) in schema["properties"].as_object().into_iter().flatten() {
        let deep = depth >= DEEPEST && property.get("type").is_none();
        let value = if deep { Value::Null } else { at(document, property, inner, depth + 1) };
        made.insert(inner.clone(), value);
    }
    if made.is_empty()
        && let Some(values) = schema.get("additionalProperties").filter(|values| values.is_object())
    {
        made.insert("en".to_owned(), at(document, values, name, depth + 1));
    }
    Value::Object(made)
}

fn number(name: &str) -> Value {
    match name {
        "minor" => json!(499),
        _ if name.ends_with("_bytes") => json!(53_687_091_200_u64),
        "days" => json!(30),
        "devices" => json!(2),
        _ => json!(1),
    }
}

const ID: &str = "019a5f3c-8f1e-7c3a-9b52-3f0f6c1d2e4b";

fn text(schema: &Map<String, Value>, name: &str) -> String {
    let about = schema.get("description").and_then(Value::as_str).unwrap_or_default();
    let fixed = match name {
        "currency" | "asset" => "USD",
        "locale" => "en",
        "email" => "sara@example.org",
        "name" | "plan_name" => "1 month, 50 GiB",
        "method_name" | "gateway_name" => "Litecoin",
        "shop_name" | "supplier" => "My shop",
        "title" | "subject" => "Your subscription",
        "text" | "body" | "note" | "reason" => "Frankfurt was down.",
        "label" => "my app",
        "code" => "SPRING20",
        "account_number" => "12345 67890 12345 67890 12345",
        "token" if about.contains("key") => "nxk_live_3q2-7wEjRWeJq83vASNFZ4mrze8BI0VniavN7wEjRWc",
        "token" => "nxs_3q2-7wEjRWeJq83vASNFZ4mrze8BI0VniavN7wEjRWc",
        "link" => "https://shop.example.org/s/k5xw2zqdnbswy3dpeb3w64tmmqqgk3tp",
        "secret" => "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
        "region" | "country" => "DE",
        "day" | "date" => "2026-11-28",
        "month" => "2026-11",
        "next" | "cursor" => ID,
        _ if name == "id" || name.ends_with("_id") || name.ends_with("_ids") => ID,
        _ if name.ends_with("_at") => "2026-11-28T08:00:00Z",
        _ if name.ends_with("url") => "https://shop.example.org/",
        _ => "",
    };
    if !fixed.is_empty() {
        return fixed.to_owned();
    }
    // The first word that its description names: "`open`, `answered` or `closed`", "e.g. `4QX7-M2KD`".
    let named = about.split('`').nth(1).filter(|word| !word.is_empty() && word.len() < 60);
    named.map_or_else(|| "…".to_owned(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_has_every_field_and_nothing_else() {
        let document = json!({ "components": { "schemas": { "MoneyView": {
            "type": "object",
            "properties": { "minor": { "type": "integer" }, "currency": { "type": "string" } },
        } } } });
        let schema = json!({ "type": "object", "properties": {
            "order_id": { "type": "string" },
            "price": { "oneOf": [{ "$ref": "#/components/schemas/MoneyView" }, { "type": "null" }] },
            "state": { "type": ["string", "null"], "description": "`placed` or `paid`." },
            "lines": { "type": "array", "items": { "type": "boolean" } },
        } });
        let wanted = json!({
            "order_id": ID,
            "price": { "minor": 499, "currency": "USD" },
            "state": "placed",
            "lines": [false],
        });
        assert_eq!(of(&document, &schema), wanted);
    }
}

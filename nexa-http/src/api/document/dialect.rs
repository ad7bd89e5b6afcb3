//! From the dialect that the framework writes (OpenAPI 3.0) to the one that the document is in (3.1.1), which is JSON
//! Schema 2020-12: what may be null says so, bounds are numbers.
//!
//! <https://spec.openapis.org/oas/v3.1.1.html>

use serde_json::{Map, Value, json};

/// The version of the document's dialect.
pub const VERSION: &str = "3.1.1";

/// Rewrites a document in place.
pub fn modern(document: &mut Value) {
    document["openapi"] = json!(VERSION);
    plain_content_types(document);
    bounds(document);
    stricter(document);
    closed_requests(document);
    let schemas = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut);
    for (_, schema) in schemas.into_iter().flatten() {
        optional_may_be_null(schema);
    }
}

/// What every schema under `value` is made plainer and stricter by: numbers get the bounds of what holds them, moments
/// their format, and a reference with a description stands for itself.
fn stricter(value: &mut Value) {
    match value {
        Value::Object(map) => {
            bounds_of_format(map);
            if let Some(Value::Array(all)) = map.get_mut("allOf") {
                all.retain(|one| {
                    one.as_object().is_none_or(|one| one.keys().any(|key| key != "description"))
                });
            }
            if let Some(Value::Object(properties)) = map.get_mut("properties") {
                for (name, property) in properties {
                    if name.ends_with("_at") && property["type"] == "string" {
                        property["format"] = json!("date-time");
                    }
                }
            }
            map.values_mut().for_each(stricter);
        }
        Value::Array(items) => items.iter_mut().for_each(stricter),
        _ => {}
    }
}

/// `uint32` and its like are the framework's own: other programs read bounds.
fn bounds_of_format(schema: &mut Map<String, Value>) {
    if schema.get("type").is_none_or(|kind| kind != "integer") {
        return;
    }
    let (least, most) = match schema.get("format").and_then(Value::as_str) {
        Some("uint16") => (json!(0), json!(u16::MAX)),
        Some("uint32") => (json!(0), json!(u32::MAX)),
        Some("uint64") => (json!(0), json!(u64::MAX)),
        Some("int32") => (json!(i32::MIN), json!(i32::MAX)),
        Some("int64") => (json!(i64::MIN), json!(i64::MAX)),
        _ => return,
    };
    schema.entry("minimum").or_insert(least);
    schema.entry("maximum").or_insert(most);
    if schema.get("format").and_then(Value::as_str).is_some_and(|format| format.starts_with('u')) {
        schema.remove("format");
    }
}

/// Requests refuse fields that they do not know.
fn closed_requests(document: &mut Value) {
    let mut names: Vec<String> = Vec::new();
    let items = document["paths"].as_object().into_iter().flatten();
    for operation in items.flat_map(|(_, item)| item.as_object().into_iter().flatten().map(|(_, o)| o)) {
        referred(&operation["requestBody"], &mut names);
    }
    let mut at = 0;
    while let Some(name) = names.get(at).cloned() {
        at += 1;
        let schema = &mut document["components"]["schemas"][&name];
        if schema["type"] == "object" && schema.get("properties").is_some() {
            schema["additionalProperties"] = json!(false);
        }
        referred(schema, &mut names);
    }
}

fn referred(value: &Value, names: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            let name = map.get("$ref").and_then(Value::as_str);
            if let Some(name) = name.and_then(|path| path.strip_prefix("#/components/schemas/"))
                && !names.iter().any(|known| known == name)
            {
                names.push(name.to_owned());
            }
            map.values().for_each(|inner| referred(inner, names));
        }
        Value::Array(items) => items.iter().for_each(|inner| referred(inner, names)),
        _ => {}
    }
}

/// The framework reads and writes null for what is optional, and takes it for a default.
fn optional_may_be_null(schema: &mut Value) {
    let required: Vec<String> = serde_json::from_value(schema["required"].clone()).unwrap_or_default();
    let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) else { return };
    for (name, property) in properties {
        if !required.contains(name) {
            or_null(property);
        }
    }
}

fn or_null(schema: &mut Value) {
    let Some(map) = schema.as_object_mut() else { return };
    if let Some(Value::String(kind)) = map.get("type") {
        let both = json!([kind, "null"]);
        map.insert("type".to_owned(), both);
        if let Some(Value::Array(all)) = map.get_mut("enum") {
            all.push(Value::Null);
        }
        return;
    }
    // A reference, alone or with a description beside it.
    let inner = match map.remove("allOf") {
        Some(Value::Array(all)) if all.len() == 1 => all.into_iter().next().unwrap_or_default(),
        Some(other) => json!({ "allOf": other }),
        None => match map.remove("$ref") {
            Some(reference) => json!({ "$ref": reference }),
            None => return,
        },
    };
    map.insert("oneOf".to_owned(), json!([inner, { "type": "null" }]));
}

/// `exclusiveMinimum: true` beside `minimum` became the bound itself; `false` was never needed.
fn bounds(value: &mut Value) {
    match value {
        Value::Object(map) => {
            for (exclusive, bound) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
                if let Some(Value::Bool(is)) = map.get(exclusive).cloned() {
                    map.remove(exclusive);
                    if is && let Some(number) = map.remove(bound) {
                        map.insert(exclusive.to_owned(), number);
                    }
                }
            }
            map.values_mut().for_each(bounds);
        }
        Value::Array(items) => items.iter_mut().for_each(bounds),
        _ => {}
    }
}

/// The framework writes `application/json; charset=utf-8` where the standard wants the bare type.
fn plain_content_types(value: &mut Value) {
    match value {
        Value::Object(map) => {
            if let Some(inner) = map.remove("application/json; charset=utf-8") {
                map.insert("application/json".to_owned(), inner);
            }
            map.values_mut().for_each(plain_content_types);
        }
        Value::Array(items) => items.iter_mut().for_each(plain_content_types),
        _ => {}
    }
}

/// The kind of a schema; of one that may be null the other.
#[must_use]
pub fn kind(schema: &Map<String, Value>) -> Option<&str> {
    match schema.get("type") {
        Some(Value::String(one)) => Some(one),
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).find(|one| *one != "null"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_optional_or_has_a_default_may_be_null() {
        let property = |extra: Value| {
            let mut of = json!({ "type": "string" });
            of.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
            of
        };
        let mut document = json!({ "components": { "schemas": { "View": {
            "required": ["here"],
            "properties": {
                "here": property(json!({})),
                "there": property(json!({})),
                "given": property(json!({ "default": "x" })),
                "other": { "allOf": [{ "$ref": "#/x" }], "description": "Told." },
                "bound": { "type": "integer", "minimum": 0, "exclusiveMinimum": true },
            },
        } } } });
        modern(&mut document);
        let of = &document["components"]["schemas"]["View"]["properties"];
        assert_eq!(of["here"]["type"], "string");
        assert_eq!(of["there"]["type"], json!(["string", "null"]));
        assert_eq!(of["given"]["type"], json!(["string", "null"]));
        assert_eq!(of["other"]["oneOf"], json!([{ "$ref": "#/x" }, { "type": "null" }]));
        assert_eq!(of["other"]["description"], "Told.");
        assert_eq!(of["bound"]["exclusiveMinimum"], 0);
    }
}

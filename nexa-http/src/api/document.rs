//! The OpenAPI document, completed: what every operation may answer besides its own answer, said once.

use super::service;
use crate::problem::Problem;
use poem_openapi::{OpenApi, OpenApiService, types::Type};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::{Map, Value, json};
use std::fmt;

/// The statuses that any operation may answer with a problem, and what they mean.
const PROBLEMS: [(&str, &str, &str); 10] = [
    ("400", "Malformed", "The request cannot be read: bad JSON, an unknown field, a bad parameter."),
    ("401", "SignedOut", "Not signed in, or the session has ended."),
    ("403", "Forbidden", "Signed in, but not permitted, or blocked."),
    ("404", "Missing", "There is no such thing, or it is not yours."),
    ("409", "Conflict", "The same request is being worked on, or somebody decided already."),
    ("413", "TooLarge", "The body is larger than allowed."),
    ("415", "UnsupportedMedia", "Another content type is expected."),
    ("422", "Refused", "The answer is no; `code` says why."),
    ("429", "TooManyAttempts", "Too many tries; wait for `Retry-After` seconds."),
    ("500", "Accident", "An accident on our side. 503 with `Retry-After` when it is worth another try."),
];

/// The document of the API.
#[must_use]
pub fn document() -> Value {
    complete(&service())
}

/// The document as it is kept in the repository and served.
#[must_use]
pub fn text() -> String {
    let mut text = serde_json::to_string_pretty(&document()).unwrap_or_default();
    text.push('\n');
    text
}

fn complete<T: OpenApi>(service: &OpenApiService<T, ()>) -> Value {
    let mut document = read(&service.spec());
    plain_content_types(&mut document);
    let components = &mut document["components"];
    components["schemas"][Problem::name().as_ref()] = problem_schema();
    let mut responses = Map::new();
    for (status, name, about) in PROBLEMS {
        let mut response = json!({
            "description": about,
            "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
        });
        if matches!(status, "429" | "500" | "409") {
            response["headers"]["Retry-After"] =
                json!({ "description": "Seconds to wait.", "schema": { "type": "integer" } });
        }
        responses.insert(name.to_owned(), response);
    }
    components["responses"] = Value::Object(responses);
    let items = document["paths"].as_object_mut().into_iter().flatten();
    for (_, item) in items {
        for (_, operation) in item.as_object_mut().into_iter().flatten() {
            add_problems(operation);
            add_example(operation);
        }
    }
    document
}

/// What the framework writes. It writes a path anew for each group of operations that has it, and of equal keys in JSON
/// only the last would stay.
fn read(spec: &str) -> Value {
    let Ok(Spec { paths: Paths(paths), mut rest }) = serde_json::from_str(spec) else { return Value::Null };
    rest.insert("paths".to_owned(), Value::Object(paths));
    Value::Object(rest)
}

#[derive(Deserialize)]
struct Spec {
    paths: Paths,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

/// Paths with all of their operations.
struct Paths(Map<String, Value>);

impl<'de> Deserialize<'de> for Paths {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct United;

        impl<'de> Visitor<'de> for United {
            type Value = Paths;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("paths")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Paths, A::Error> {
                let mut paths = Map::new();
                while let Some((path, operations)) = map.next_entry::<String, Map<String, Value>>()? {
                    match paths.entry(path).or_insert_with(|| json!({})) {
                        Value::Object(known) => known.extend(operations),
                        other => *other = Value::Object(operations),
                    }
                }
                Ok(Paths(paths))
            }
        }

        deserializer.deserialize_map(United)
    }
}

fn add_problems(operation: &mut Value) {
    let takes_body = operation.get("requestBody").is_some();
    for (status, name, _) in PROBLEMS {
        if takes_body || !matches!(status, "413" | "415") {
            operation["responses"][status] = json!({ "$ref": format!("#/components/responses/{name}") });
        }
    }
    let repeats = operation["parameters"].as_array().is_some_and(|all| {
        all.iter().any(|p| p["name"].as_str().is_some_and(|n| n.eq_ignore_ascii_case(crate::once::KEY)))
    });
    if repeats {
        for status in ["200", "201"] {
            if let Some(answer) = operation["responses"].get_mut(status) {
                answer["headers"][crate::once::REPLAY] = json!({
                    "description": "`true` when this answer was given before.",
                    "schema": { "type": "string" },
                });
            }
        }
    }
}

fn add_example(operation: &mut Value) {
    let example = operation["operationId"].as_str().and_then(super::examples::body);
    if let (Some(example), Some(content)) =
        (example, operation.pointer_mut("/requestBody/content/application~1json"))
    {
        content["example"] = example;
    }
}

fn problem_schema() -> Value {
    json!({
        "type": "object",
        "description": "Why a request was not done (RFC 9457).",
        "required": ["type", "title", "status", "code", "detail"],
        "properties": {
            "type": { "type": "string", "description": "`urn:nexavpn:` and the code." },
            "title": { "type": "string", "description": "What happened in general, in the caller's language." },
            "status": { "type": "integer", "format": "int32", "description": "The HTTP status." },
            "code": { "type": "string", "description": "The stable code to program against." },
            "detail": { "type": "string", "description": "What happened here, in the caller's language." },
            "field": { "type": "string", "description": "Which field of the request is wrong." },
            "reason": { "type": "string", "description": "What is wrong, in English, for developers." },
        },
        "example": {
            "type": "urn:nexavpn:not_enough_funds",
            "title": "This cannot be done now",
            "status": 422,
            "code": "not_enough_funds",
            "detail": "Your wallet lacks 4.99 USD.",
        },
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_operation_is_lost() {
        let written = service().spec().matches("\"operationId\"").count();
        let paths = document()["paths"].clone();
        let told: usize = paths.as_object().unwrap().values().map(|p| p.as_object().unwrap().len()).sum();
        assert_eq!(told, written);
        assert_eq!(paths["/me"].as_object().unwrap().len(), 3, "three groups have it");
    }
}

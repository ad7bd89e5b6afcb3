//! Text is text: the framework takes numbers, `true` and `false` for strings, and would call a plan `false`. The document
//! says where text belongs, so it is held against that before an operation reads its body.

use super::document::kind;
use poem::{Body, Request, Result, http::Method};
use poem_openapi::{
    error::ParseRequestPayloadError,
    payload::{Json, Payload as _},
};
use serde_json::Value;

/// The bodies of all operations.
pub struct Strict {
    shapes: Vec<Shape>,
    document: Value,
}

struct Shape {
    method: String,
    path: Vec<String>,
    schema: Value,
}

/// Whether a path is of this pattern; both are cut at their slashes.
#[must_use]
pub fn fits(pattern: &[String], asked: &[&str]) -> bool {
    pattern.len() == asked.len()
        && pattern.iter().zip(asked).all(|(p, a)| p == a || (p.starts_with('{') && !a.is_empty()))
}

impl Strict {
    /// The bodies that the document tells of.
    #[must_use]
    pub fn new(document: &Value) -> Self {
        let mut shapes = Vec::new();
        for (path, item) in document["paths"].as_object().into_iter().flatten() {
            for (method, of) in item.as_object().into_iter().flatten() {
                let schema = of.pointer("/requestBody/content/application~1json/schema").cloned();
                let path = path.split('/').skip(1).map(str::to_owned).collect();
                shapes.extend(schema.map(|schema| Shape { method: method.to_uppercase(), path, schema }));
            }
        }
        // A fixed word wins over a parameter.
        shapes.sort_by_key(|shape| shape.path.iter().filter(|part| part.starts_with('{')).count());
        Self { shapes, document: document.clone() }
    }

    /// The same request, unless something else stands where text belongs.
    pub async fn checked(&self, mut request: Request, path: &str) -> Result<Request> {
        if matches!(*request.method(), Method::GET | Method::HEAD | Method::DELETE) {
            return Ok(request);
        }
        // What the framework will read as JSON, by whatever spelling.
        let json = request.content_type().is_some_and(Json::<String>::check_content_type);
        let Some(shape) = self.shape(request.method(), path).filter(|_| json) else { return Ok(request) };
        let body = request.take_body().into_bytes().await?;
        // What is no JSON at all is told by the framework.
        if let Ok(value) = serde_json::from_slice::<Value>(&body)
            && let Some(field) = self.wrong(&shape.schema, &value, "")
        {
            return Err(ParseRequestPayloadError { reason: format!("{field}: text is expected") }.into());
        }
        request.set_body(Body::from(body));
        Ok(request)
    }

    fn shape(&self, method: &Method, path: &str) -> Option<&Shape> {
        let asked: Vec<&str> = path.strip_prefix(crate::paths::API)?.split('/').skip(1).collect();
        self.shapes.iter().find(|shape| shape.method == method.as_str() && fits(&shape.path, &asked))
    }

    /// The name of the first thing that should be text and is not.
    fn wrong(&self, schema: &Value, value: &Value, name: &str) -> Option<String> {
        if value.is_null() {
            return None;
        }
        if let Some(target) = schema["$ref"].as_str().and_then(|path| path.strip_prefix('#')) {
            return self.wrong(self.document.pointer(target)?, value, name);
        }
        let parts = ["allOf", "oneOf"].iter().filter_map(|word| schema[word].as_array()).flatten();
        if let Some(found) = parts.into_iter().find_map(|part| self.wrong(part, value, name)) {
            return Some(found);
        }
        match (kind(schema.as_object()?)?, value) {
            ("string", Value::Bool(_) | Value::Number(_)) => Some(name.to_owned()),
            ("array", Value::Array(all)) => {
                all.iter().find_map(|one| self.wrong(&schema["items"], one, name))
            }
            ("object", Value::Object(fields)) => fields.iter().find_map(|(name, inner)| {
                let own = schema["properties"].get(name).or_else(|| schema.get("additionalProperties"));
                self.wrong(own?, inner, name)
            }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn text_is_text_wherever_it_stands() {
        let strict = Strict::new(&super::super::document::document());
        let path = "/v1/admin/plans";
        let plan = strict.shape(&Method::POST, path).unwrap();
        let wrong = |value: Value| strict.wrong(&plan.schema, &value, "");
        let price = |currency: Value| json!([{ "minor": 499, "currency": currency }]);
        assert_eq!(wrong(json!({ "name": "Month", "days": 30, "prices": price(json!("USD")) })), None);
        assert_eq!(wrong(json!({ "name": false })), Some("name".to_owned()));
        assert_eq!(wrong(json!({ "name": 7 })), Some("name".to_owned()));
        assert_eq!(wrong(json!({ "prices": price(json!(1)) })), Some("currency".to_owned()));
        assert_eq!(wrong(json!({ "group_id": null })), None);
        assert_eq!(wrong(json!({ "group_id": 1 })), Some("group_id".to_owned()));
        assert!(
            strict.shape(&Method::GET, path).is_none() && strict.shape(&Method::POST, "/v1/no").is_none()
        );
    }
}

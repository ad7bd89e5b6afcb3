//! The OpenAPI document, completed: what the framework cannot know of answers, access, errors and calls that go out.

mod access;
mod answers;
pub mod catalogue;
mod dialect;
mod hooks;
pub mod leaving;
pub mod permission;
pub mod promise;
mod read;
pub mod rows;
mod sample;

pub use access::Access;
pub use answers::limit;
pub use dialect::kind;

use super::service;
use catalogue::Operation;
use serde_json::{Value, json};

/// The areas of customers, in the order in which one comes to them; those of the office follow.
const AREAS: [&str; 15] = [
    "Sign in",
    "Plans",
    "Orders",
    "Payments",
    "Subscriptions",
    "Account",
    "Tickets",
    "Help",
    "Gifts",
    "Invites",
    "Sessions",
    "Identities",
    "Passkeys",
    "Second factor",
    "Data",
];

/// The document of the API.
#[must_use]
pub fn document() -> Value {
    let mut document = read::read(&service().spec());
    dialect::modern(&mut document);
    answers::components(&mut document["components"]);
    document["components"]["securitySchemes"] = access::schemes();
    let items = document["paths"].as_object_mut().into_iter().flatten();
    for (path, item) in items {
        for (_, operation) in item.as_object_mut().into_iter().flatten() {
            complete(path, operation);
        }
    }
    show_answers(&mut document);
    document["webhooks"] = hooks::webhooks();
    if let Some(tags) = document["tags"].as_array_mut() {
        let place = |of: &Value| AREAS.iter().position(|area| of["name"] == **area).unwrap_or(AREAS.len());
        tags.sort_by_key(place);
        tags.push(json!({ "name": "Webhooks", "description": "Calls to a program of yours when something happens." }));
    }
    document["x-errors"] = catalogue::told();
    document["x-changelog"] = promise::changelog();
    document
}

/// The document as it is kept in the repository and served.
#[must_use]
pub fn text() -> String {
    let mut text = serde_json::to_string_pretty(&document()).unwrap_or_default();
    text.push('\n');
    text
}

fn complete(path: &str, operation: &mut Value) {
    answers::problems(operation);
    answers::headers(operation);
    let id = operation["operationId"].as_str().unwrap_or_default().to_owned();
    let signed_in = operation.get("security").is_some();
    let access = Access::of(&id, path, signed_in);
    let about = operation["description"].as_str().unwrap_or_default().to_owned();
    let of = Operation {
        id: &id,
        description: &about,
        body: operation.get("requestBody").is_some(),
        signed_in,
        office: path.starts_with("/admin/"),
        repeated: answers::is_repeated(operation),
    };
    let (codes, own) = (of.codes(), of.own_codes());
    operation["description"] = json!(format!("{about}\n\n{}\n\n{}", access.told(), listed(&own)).trim());
    operation["x-errors"] = json!(codes);
    operation["security"] = access.requirement();
    if let Access::Office(wanted) = access {
        operation["x-permissions"] = wanted.names();
    }
    leaving::mark(leaving::ROWS, operation);
    let example = super::examples::body(&id);
    if let (Some(example), Some(content)) =
        (example, operation.pointer_mut("/requestBody/content/application~1json"))
    {
        content["example"] = example;
    }
}

fn listed(codes: &[&str]) -> String {
    if codes.is_empty() {
        return "**Errors**: only those that any request may have.".to_owned();
    }
    let codes: Vec<String> = codes.iter().map(|code| format!("`{code}`")).collect();
    format!("**Errors** beside those of any request: {}.", codes.join(", "))
}

/// Shows what each answer looks like, once the schemas are as they will be.
fn show_answers(document: &mut Value) {
    let whole = document.clone();
    let items = document["paths"].as_object_mut().into_iter().flatten();
    for (_, item) in items {
        for (_, operation) in item.as_object_mut().into_iter().flatten() {
            answers::examples(&whole, operation);
        }
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

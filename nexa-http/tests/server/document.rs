//! The committed OpenAPI document is the one that the code makes.

use nexa_http::api::document;
use serde_json::Value;
use std::{collections::BTreeSet, fs, path::Path};

#[test]
fn the_committed_document_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json");
    let fresh = document::text();
    if std::env::var_os("NEXA_UPDATE").is_some() {
        fs::write(&path, &fresh).unwrap();
    }
    let kept: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    let fresh: Value = serde_json::from_str(&fresh).unwrap();
    assert!(kept == fresh, "the API changed: run the test with NEXA_UPDATE=1 and look at the difference");
}

#[test]
fn every_operation_is_documented() {
    let document = document::document();
    let mut ids = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let place = format!("{method} {path}");
            assert!(operation["summary"].as_str().is_some_and(|s| !s.is_empty()), "{place}: summary");
            assert!(operation["tags"].as_array().is_some_and(|t| !t.is_empty()), "{place}: tags");
            let id = operation["operationId"].as_str().unwrap_or_else(|| panic!("{place}: operationId"));
            assert!(ids.insert(id.to_owned()), "{place}: {id} twice");
            for status in ["400", "401", "403", "404", "409", "422", "429", "500"] {
                assert!(operation["responses"][status].is_object(), "{place}: {status}");
            }
        }
    }
    assert!(ids.len() > 50, "{}", ids.len());
}

#[test]
fn what_moves_money_can_be_repeated() {
    let document = document::document();
    for path in [
        "/orders",
        "/top-ups",
        "/trial",
        "/orders/{order_id}/payments",
        "/gifts/claim",
        "/subscriptions/adopt",
        "/gifts/{order_id}/take-back",
        "/admin/orders/{order_id}/refund",
        "/admin/receipts/{receipt_id}/accept",
        "/admin/users/{user_id}/wallet/corrections",
        "/admin/users/{user_id}/subscriptions",
        "/admin/broadcasts/{broadcast_id}/send",
        "/admin/subscriptions/{subscription_id}/extend",
    ] {
        let parameters = document["paths"][path]["post"]["parameters"].as_array().unwrap();
        let named = |p: &Value| p["name"].as_str().is_some_and(|n| n.eq_ignore_ascii_case("idempotency-key"));
        assert!(parameters.iter().any(named), "{path}");
    }
}

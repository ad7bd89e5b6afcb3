//! The committed OpenAPI document is the one that the code makes.

use crate::shop::Shop;
use nexa_http::api::document;
use poem::http::Method;
use serde_json::{Value, json};
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

/// What a developer must find at an operation; the first thing that is missing.
fn missing(operation: &Value) -> Option<&'static str> {
    let text = |name: &str| operation[name].as_str().unwrap_or_default();
    let (about, needs) = text("description").split_once("**Needs**").unwrap_or_default();
    let answers = operation["responses"].as_object().unwrap();
    let own = || answers.iter().filter(|(status, _)| status.starts_with('2'));
    let json = |of: &Value| of.pointer("/content/application~1json").cloned();
    let shown = |content: Value| content["example"].is_object() || content["example"].is_array();
    let problems = ["400", "401", "403", "404", "405", "409", "422", "429", "500", "503"];
    let all = [
        ("summary", !text("summary").is_empty()),
        ("description", !about.trim().is_empty()),
        ("access", !needs.is_empty() && operation["security"].as_array().is_some_and(|all| !all.is_empty())),
        ("tags", operation["tags"].as_array().is_some_and(|tags| !tags.is_empty())),
        ("problems", problems.iter().all(|status| operation["responses"][status].is_object())),
        ("error codes", operation["x-errors"].is_array()),
        ("an answer of its own", own().count() > 0),
        ("an example of the answer", own().filter_map(|(_, of)| json(of)).all(shown)),
        ("an example of the request", json(&operation["requestBody"]).is_none_or(shown)),
    ];
    all.into_iter().find(|(_, there)| !there).map(|(what, _)| what)
}

#[test]
fn every_operation_is_documented() {
    let document = document::document();
    let mut ids = BTreeSet::new();
    let mut faults = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let place = format!("{method} {path}");
            let id = operation["operationId"].as_str().unwrap_or_else(|| panic!("{place}: operationId"));
            assert!(ids.insert(id.to_owned()), "{place}: {id} twice");
            faults.extend(missing(operation).map(|what| format!("{place}: {what}")));
        }
    }
    assert!(faults.is_empty(), "{} lack something:\n{}", faults.len(), faults.join("\n"));
    assert!(ids.len() > 50, "{}", ids.len());
}

#[test]
fn the_document_tells_of_areas_errors_changes_and_webhooks() {
    let document = document::document();
    assert_eq!(document["openapi"], "3.1.1");
    let about = |of: &Value| of["description"].as_str().is_some_and(|text| !text.is_empty());
    assert!(document["tags"].as_array().unwrap().iter().all(about));
    let known: BTreeSet<_> =
        document["x-errors"].as_array().unwrap().iter().map(|of| of["code"].as_str().unwrap()).collect();
    let operations =
        document["paths"].as_object().unwrap().values().flat_map(|item| item.as_object().unwrap());
    let told = operations.flat_map(|(_, of)| of["x-errors"].as_array().unwrap());
    assert!(told.into_iter().all(|code| known.contains(code.as_str().unwrap())));
    let kinds = document["webhooks"].as_object().unwrap();
    assert!(kinds.len() > 25 && kinds.values().all(|of| of["post"]["requestBody"]["content"].is_object()));
    let version = &document["x-changelog"][0]["version"];
    assert_eq!(*version, document["info"]["version"], "the newest change is that of the document");
}

#[tokio::test]
async fn what_is_limited_by_address_says_so() {
    let shop = Shop::open().await;
    let unread = shop.post("/v1/accounts", "", &json!({ "email": 7 })).await;
    assert_eq!((unread.code(), unread.header("ratelimit")), ("bad_json".to_owned(), ""), "nothing was tried");
    // What is wrong with a request that can be read is looked at after it was counted.
    let body = json!({ "email": "no address" });
    for left in (0..20).rev() {
        let answer = shop.post("/v1/accounts", "", &body).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (422, "bad_input".to_owned()));
        assert_eq!(answer.json()["field"], "password", "an address alone is no account");
        assert_eq!(answer.header("ratelimit-policy"), "\"account\";q=20;w=600");
        let wanted = format!("\"account\";r={left};t={}", (20 - left) * 30);
        assert_eq!(answer.header("ratelimit"), wanted);
    }
    let answer = shop.post("/v1/accounts", "", &body).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (429, "too_many_attempts".to_owned()));
    assert_eq!(answer.header("ratelimit-policy"), "\"account\";q=20;w=600");
    assert_eq!(answer.header("ratelimit"), "\"account\";r=0;t=600");
    let wait: u32 = answer.header("retry-after").parse().unwrap();
    assert!((1..=31).contains(&wait), "{wait}");
    assert_eq!(answer.json()["wait_seconds"], wait, "the body says the same");
    let free = shop.get("/v1/plans", &[]).await;
    assert_eq!(free.header("ratelimit-policy"), "", "nobody guesses plans");
}

#[tokio::test]
async fn a_key_says_whether_it_moves_real_money() {
    let shop = Shop::open().await;
    assert!(shop.key.starts_with("nxk_test_"), "the shop of play money");
    let wish = json!({ "label": "program", "scopes": ["read"], "days": 1 });
    let made = shop.post("/v1/admin/keys", &shop.key, &wish).await.json();
    assert!(made["token"].as_str().unwrap().starts_with("nxk_test_"), "{made}");
}

#[tokio::test]
async fn a_plan_is_not_called_false() {
    let shop = Shop::open().await;
    let bearer = format!("Bearer {}", shop.key);
    for kind in ["application/json", "application/json; charset=utf-8", "application/merge-patch+json"] {
        let headers = [("content-type", kind), ("authorization", bearer.as_str())];
        for name in ["false", "7"] {
            let body = format!("{{\"name\":{name},\"days\":30,\"prices\":[]}}");
            let answer = shop.send(Method::POST, "/v1/admin/plans", &headers, &body).await;
            assert_eq!((answer.status.as_u16(), answer.code()), (400, "bad_json".to_owned()), "{kind}");
            assert_eq!(answer.json()["reason"], "name: text is expected");
        }
    }
}

#[tokio::test]
async fn the_guide_and_the_errors_can_be_read() {
    let shop = Shop::open().await;
    let guide = shop.get("/docs", &[]).await.text;
    for wanted in
        ["id=\"start\"", "id=\"webhooks\"", "id=\"sandbox\"", "order.paid", "https://shop.example/v1"]
    {
        assert!(guide.contains(wanted), "{wanted}");
    }
    let (_, shown) = guide.split_once("application/problem+json\n\n").unwrap();
    let shown: Value = serde_json::from_str(shown.split_once("</code>").unwrap().0).unwrap();
    assert_eq!(shown, document::document()["components"]["schemas"]["Problem"]["example"]);
    crate::office::resale::one(&shop).await;
    let at_branch = poem::Request::builder().uri_str("/docs").header("host", "branch.example").finish();
    let at_branch = shop.ask(at_branch).await.text;
    assert!(at_branch.contains("API=https://branch.example/v1") && !at_branch.contains("shop.example"));
    let errors = shop.get("/docs/errors", &[]).await.text;
    for (code, status) in document::catalogue::statuses() {
        assert!(errors.contains(&format!("<dt id=\"{code}\">")), "{code}");
        assert!(errors.contains(&format!(">{status}</span>")), "{status}");
    }
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

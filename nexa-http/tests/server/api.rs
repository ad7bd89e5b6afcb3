//! The API: problems, repeats, limits, and that every step of a purchase works.

use crate::shop::Shop;
use poem::http::{Method, StatusCode};
use serde_json::{Value, json};

fn wish(shop: &Shop) -> Value {
    json!({ "purpose": "new", "method": "wallet", "plan_id": shop.plan })
}

#[tokio::test]
async fn a_customer_buys_and_gets_a_link() {
    let shop = Shop::open().await;
    let account = shop.post("/v1/accounts", "", &json!({})).await;
    assert_eq!(account.status, StatusCode::CREATED, "{}", account.text);
    let number = account.json()["account_number"].as_str().unwrap().to_owned();
    let session = shop.post("/v1/sessions", "", &json!({ "account_number": number })).await;
    assert_eq!(session.status, StatusCode::CREATED, "{}", session.text);

    let token = shop.customer(1000).await;
    let order = shop.post("/v1/orders", &token, &wish(&shop)).await;
    assert_eq!(order.status, StatusCode::CREATED, "{}", order.text);
    shop.work().await;
    let bearer = format!("Bearer {token}");
    let order = shop
        .get(
            &format!("/v1/orders/{}", order.json()["order_id"].as_str().unwrap()),
            &[("authorization", &bearer)],
        )
        .await;
    assert_eq!(order.json()["state"], "fulfilled", "{}", order.text);
    let mine = shop.get("/v1/subscriptions", &[("authorization", &bearer)]).await.json();
    assert!(mine[0]["link"].as_str().unwrap().starts_with("https://shop.example/s/"), "{mine}");
    let id = mine[0]["subscription_id"].as_str().unwrap();
    let qr = shop.get(&format!("/v1/subscriptions/{id}/qr"), &[("authorization", &bearer)]).await;
    assert!(qr.header("content-type").starts_with("image/svg+xml") && qr.text.contains("<svg"));
}

#[tokio::test]
async fn the_same_key_is_done_once_and_answered_byte_for_byte() {
    let shop = Shop::open().await;
    let token = shop.customer(1000).await;
    let key = [("idempotency-key", "order-1")];
    let first = shop.post_with("/v1/orders", &token, &wish(&shop), &key).await;
    let again = shop.post_with("/v1/orders", &token, &wish(&shop), &key).await;
    assert_eq!((first.status, &first.text), (again.status, &again.text));
    assert_eq!((first.header("idempotent-replay"), again.header("idempotent-replay")), ("", "true"));
    let mut other = wish(&shop);
    other["region"] = json!("DE");
    let reused = shop.post_with("/v1/orders", &token, &other, &key).await;
    assert_eq!((reused.status, reused.code().as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "key_reused"));
    let bearer = format!("Bearer {token}");
    let orders = shop.get("/v1/orders", &[("authorization", &bearer)]).await.json();
    assert_eq!(orders["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_refused_key_may_try_again() {
    let shop = Shop::open().await;
    let token = shop.customer(0).await;
    let key = [("idempotency-key", "order-1")];
    for _ in 0..2 {
        let refused = shop.post_with("/v1/orders", &token, &wish(&shop), &key).await;
        assert_eq!(refused.code(), "not_enough_funds", "{}", refused.text);
        assert_eq!(refused.header("idempotent-replay"), "");
    }
    let bad = shop.post_with("/v1/orders", &token, &wish(&shop), &[("idempotency-key", "a b")]).await;
    assert_eq!((bad.code().as_str(), bad.json()["field"].as_str()), ("bad_input", Some("Idempotency-Key")));
}

#[tokio::test]
async fn a_strangers_key_leaves_nothing_behind() {
    let shop = Shop::open().await;
    let key = [("idempotency-key", "order-1")];
    for wish in [wish(&shop), json!({ "purpose": "new", "method": "other", "plan_id": shop.plan })] {
        let refused = shop.post_with("/v1/orders", "", &wish, &key).await;
        assert_eq!((refused.status, refused.code().as_str()), (StatusCode::UNAUTHORIZED, "not_signed_in"));
    }
}

#[tokio::test]
async fn money_of_the_operator_needs_a_key() {
    let shop = Shop::open().await;
    let body = json!({ "amount": { "minor": 100, "currency": "USD" } });
    let path = "/v1/admin/users/00000000-0000-7000-8000-000000000000/wallet/corrections";
    let missing = shop.post(path, &shop.key, &body).await;
    assert_eq!((missing.status, missing.code().as_str()), (StatusCode::BAD_REQUEST, "bad_parameter"));
    let nobody = shop.post_with(path, &shop.key, &body, &[("idempotency-key", "k1")]).await;
    assert_eq!(nobody.code(), "not_found");
}

#[tokio::test]
async fn every_error_is_a_problem() {
    let shop = Shop::open().await;
    let token = shop.customer(0).await;
    let json = [("content-type", "application/json")];
    for (method, path, headers, body, status, code) in [
        (Method::GET, "/v1/nowhere", &[][..], "", 404, "unknown_path"),
        (Method::GET, "/v1", &[][..], "", 404, "unknown_path"),
        (Method::DELETE, "/v1/plans", &[][..], "", 405, "method_not_allowed"),
        (Method::GET, "/v1/me", &[][..], "", 401, "not_signed_in"),
        (Method::POST, "/v1/sessions", &json[..], "{", 400, "bad_json"),
        (Method::POST, "/v1/sessions", &json[..], "{\"x\":1}", 400, "bad_json"),
        (
            Method::POST,
            "/v1/sessions",
            &[("content-type", "text/plain")][..],
            "{}",
            415,
            "unsupported_media_type",
        ),
        (Method::POST, "/v1/sessions", &json[..], "{\"account_number\":\"1\"}", 422, "wrong_credentials"),
    ] {
        let answer = shop.send(method, path, headers, body).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code().as_str()),
            (status, code),
            "{path} {body} {}",
            answer.text
        );
        let problem = answer.json();
        assert_eq!(problem["status"], status);
        assert_eq!(problem["type"], format!("urn:nexavpn:{code}"));
        assert!(!problem["title"].as_str().unwrap().starts_with("web-"), "{problem}");
    }
    let bearer = format!("Bearer {token}");
    let limit = shop.get("/v1/orders?limit=many", &[("authorization", &bearer)]).await;
    assert_eq!((limit.code().as_str(), limit.json()["field"].as_str()), ("bad_parameter", Some("limit")));
    let admin = shop.get("/v1/admin/shop", &[("authorization", &bearer)]).await;
    assert_eq!((admin.status.as_u16(), admin.code().as_str()), (403, "not_allowed"));
    let stale = shop.get("/v1/plans", &[("authorization", "Bearer nonsense")]).await;
    assert_eq!(stale.code(), "not_signed_in");
}

#[tokio::test]
async fn a_405_says_what_is_allowed() {
    let shop = Shop::open().await;
    let answer = shop.send(Method::DELETE, "/v1/orders/x", &[], "").await;
    assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, "GET, HEAD"));
    let answer = shop.send(Method::PUT, "/v1/orders", &[], "").await;
    let mut allowed: Vec<_> = answer.header("allow").split(", ").collect();
    allowed.sort_unstable();
    assert_eq!(allowed, ["GET", "HEAD", "POST"]);
}

#[tokio::test]
async fn problems_speak_the_callers_language() {
    let shop = Shop::open().await;
    let persian = shop.get("/v1/me", &[("accept-language", "fa-IR,fa;q=0.9")]).await;
    assert!(persian.text.contains("وارد"), "{}", persian.text);
    assert_eq!(persian.header("content-language"), "fa");
    let english = shop.get("/v1/me", &[("accept-language", "de")]).await;
    assert_eq!(english.header("content-language"), "en", "the shop's language");
}

#[tokio::test]
async fn signing_in_is_limited_per_address() {
    let shop = Shop::open().await;
    let body = json!({ "account_number": "1234512345123451234512345" });
    let mut codes = Vec::new();
    for _ in 0..21 {
        let answer = shop.post("/v1/sessions", "", &body).await;
        codes.push((answer.code(), answer.header("retry-after").to_owned()));
    }
    let (code, wait) = codes.last().unwrap();
    assert_eq!(code, "too_many_attempts");
    assert!(wait.parse::<u32>().unwrap() > 0, "{wait}");
}

#[tokio::test]
async fn receipts_are_taken_up_to_5_mib() {
    let shop = Shop::open().await;
    let token = shop.customer(0).await;
    let form = |bytes: usize| {
        let mut body = b"--b\r\nContent-Disposition: form-data; name=\"picture\"; filename=\"a.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n".to_vec();
        body.resize(body.len() + bytes, b'x');
        body.extend_from_slice(b"\r\n--b--\r\n");
        body
    };
    let send = async |path: &str, bytes: usize| {
        let request = poem::Request::builder()
            .method(Method::POST)
            .uri_str(path)
            .header("host", "shop.example")
            .header("authorization", format!("Bearer {token}"))
            .content_type("multipart/form-data; boundary=b")
            .body(form(bytes));
        shop.ask(request).await
    };
    let path = "/v1/payments/00000000-0000-7000-8000-000000000000/receipts";
    assert_eq!(send(path, 100 * 1024).await.code(), "not_found", "100 KiB pass here");
    let large = send(path, 5 * 1024 * 1024 + 17 * 1024).await;
    assert_eq!((large.status.as_u16(), large.code().as_str()), (413, "too_large"));
    let wish = json!({ "purpose": "new", "method": "x".repeat(100 * 1024) });
    assert_eq!(shop.post("/v1/orders", &token, &wish).await.code(), "too_large", "and nowhere else");
}

#[tokio::test]
async fn every_answer_is_dressed() {
    let shop = Shop::open().await;
    for path in ["/v1/plans", "/v1/nowhere", "/", "/nowhere", "/docs", "/healthz", "/assets/app.css"] {
        let answer = shop.get(path, &[]).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        let referrer = if path == "/" { "same-origin" } else { "no-referrer" };
        assert_eq!(answer.header("referrer-policy"), referrer, "{path}");
        assert!(answer.header("content-security-policy").contains("default-src 'none'"), "{path}");
        assert!(answer.header("strict-transport-security").contains("31536000"), "{path}");
        assert_eq!(answer.header("x-request-id").len(), 16, "{path}");
        let cached = matches!(path, "/assets/app.css");
        assert_eq!(answer.header("cache-control") == "no-store", !cached, "{path}");
    }
}

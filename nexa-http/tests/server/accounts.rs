//! Accounts over the API: statuses, codes, limits.

use crate::shop::{Answer, Shop};
use data_encoding::BASE32_NOPAD;
use poem::http::{Method, StatusCode};
use serde_json::{Value, json};

async fn send(shop: &Shop, method: Method, path: &str, token: &str, body: &Value) -> Answer {
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let body = if body.is_null() { String::new() } else { body.to_string() };
    shop.send(method, path, &headers, &body).await
}

/// A new anonymous account: its number and its session.
async fn account(shop: &Shop) -> (String, String) {
    let made = shop.post("/v1/accounts", "", &json!({ "client": "Chrome, Android" })).await.json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (text(&made["account_number"]), text(&made["session"]["token"]))
}

#[tokio::test]
async fn sessions_are_listed_and_ended() {
    let shop = Shop::open().await;
    let (number, token) = account(&shop).await;
    let other = shop.post("/v1/sessions", "", &json!({ "account_number": number })).await.json();
    let other = other["token"].as_str().unwrap().to_owned();
    let listed = send(&shop, Method::GET, "/v1/sessions", &token, &Value::Null).await.json();
    assert_eq!(listed.as_array().unwrap().len(), 2);
    assert_eq!((&listed[1]["client"], &listed[1]["current"]), (&json!("Chrome, Android"), &json!(true)));
    let path = format!("/v1/sessions/{}", listed[0]["session_id"].as_str().unwrap());
    let ended = send(&shop, Method::DELETE, &path, &token, &Value::Null).await;
    assert_eq!(ended.status, StatusCode::NO_CONTENT, "{}", ended.text);
    let me = send(&shop, Method::GET, "/v1/me", &other, &Value::Null).await;
    assert_eq!((me.status, me.code().as_str()), (StatusCode::UNAUTHORIZED, "not_signed_in"));
    let others = send(&shop, Method::DELETE, "/v1/sessions/others", &token, &Value::Null).await;
    assert_eq!(others.status, StatusCode::NO_CONTENT);
    let me = send(&shop, Method::PATCH, "/v1/me", &token, &json!({ "locale": "fa" })).await;
    assert_eq!(me.json()["locale"], "fa", "{}", me.text);
}

#[tokio::test]
async fn a_missing_second_factor_is_told_apart() {
    let shop = Shop::open().await;
    let (number, token) = account(&shop).await;
    let begun = shop.post("/v1/me/totp", &token, &Value::Null).await;
    assert_eq!(begun.status, StatusCode::CREATED, "{}", begun.text);
    let seed = BASE32_NOPAD.decode(begun.json()["secret"].as_str().unwrap().as_bytes()).unwrap();
    let totp = totp_rs::Builder::new().with_secret(seed).build().unwrap();
    let shown = totp.generate_current().to_string();
    let set = shop.post("/v1/me/totp/confirm", &token, &json!({ "code": shown })).await;
    assert_eq!(set.status, StatusCode::OK, "{}", set.text);
    let with = json!({ "account_number": number });
    let needed = shop.post("/v1/sessions", "", &with).await;
    assert_eq!(
        (needed.status, needed.code().as_str()),
        (StatusCode::UNPROCESSABLE_ENTITY, "second_factor_needed")
    );
    let recovery = set.json()["codes"][0].clone();
    let both = json!({ "account_number": number, "second_factor": recovery });
    assert_eq!(shop.post("/v1/sessions", "", &both).await.status, StatusCode::CREATED);
    assert_eq!(shop.post("/v1/sessions", "", &both).await.code(), "wrong_code");
}

#[tokio::test]
async fn an_account_is_exported_and_deleted() {
    let shop = Shop::open().await;
    let (number, token) = account(&shop).await;
    let export = send(&shop, Method::GET, "/v1/me/export", &token, &Value::Null).await;
    assert_eq!(export.json()["identities"][0]["kind"], "account_number", "{}", export.text);
    let only = send(&shop, Method::DELETE, "/v1/me/identities/account_number", &token, &Value::Null).await;
    assert_eq!(only.code(), "last_identity");
    let fresh = shop.post("/v1/me/account-number", &token, &Value::Null).await;
    assert_eq!(fresh.status, StatusCode::CREATED, "{}", fresh.text);
    let gone = send(&shop, Method::DELETE, "/v1/me?forfeit=true", &token, &Value::Null).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT, "{}", gone.text);
    let me = send(&shop, Method::GET, "/v1/me", &token, &Value::Null).await;
    assert_eq!(me.code(), "not_signed_in");
    let again = shop.post("/v1/sessions", "", &json!({ "account_number": number })).await;
    assert_eq!(again.code(), "wrong_credentials");
}

#[tokio::test]
async fn what_is_not_set_up_says_so() {
    let shop = Shop::open().await;
    let code = shop.post("/v1/codes", "", &json!({ "email": "sara@example.org" })).await;
    assert_eq!((code.status, code.code().as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "mail_unavailable"));
    let with = json!({ "telegram": { "init_data": "hash=00" } });
    assert_eq!(shop.post("/v1/sessions", "", &with).await.code(), "telegram_unavailable");
    let bot = json!({ "token": format!("123456:{}", "A".repeat(35)), "username": "my_shop_bot" });
    let set = send(&shop, Method::PUT, "/v1/admin/telegram", &shop.key, &bot).await;
    assert_eq!(set.json()["telegram"]["bot_id"], 123_456, "{}", set.text);
    assert!(!set.text.contains("AAAA"));
    assert_eq!(shop.post("/v1/sessions", "", &with).await.code(), "bad_telegram_proof");
    let (_, customer) = account(&shop).await;
    let refused = send(&shop, Method::PUT, "/v1/admin/telegram", &customer, &bot).await;
    assert_eq!(refused.code(), "not_allowed");
    let cleared = send(&shop, Method::DELETE, "/v1/admin/telegram", &shop.key, &Value::Null).await;
    assert!(cleared.json()["telegram"].is_null(), "{}", cleared.text);
}

#[tokio::test]
async fn guessing_is_limited_by_address() {
    let shop = Shop::open().await;
    let (_, token) = account(&shop).await;
    let mut last = String::new();
    for _ in 0..20 {
        last = shop.post("/v1/me/totp/disable", &token, &json!({ "code": "000000" })).await.code();
    }
    assert_eq!(last, "too_many_attempts");
    let proof = shop.post("/v1/sessions/current/proof", &token, &json!({ "account_number": "1" })).await;
    assert_eq!(proof.status, StatusCode::TOO_MANY_REQUESTS);
}

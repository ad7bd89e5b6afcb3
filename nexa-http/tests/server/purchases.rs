//! Packs, changes of plan, usage, a comment to pay with, and what an owner may change, over the wire.

use crate::{
    browser::{Browser, between},
    shop::Shop,
};
use poem::http::{Method, StatusCode};
use serde_json::{Value, json};

/// A customer with a subscription: the token, and the subscription's id.
async fn subscribed(shop: &Shop) -> (String, String) {
    let token = shop.customer(2000).await;
    let wish = json!({ "purpose": "new", "method": "wallet", "plan_id": shop.plan });
    shop.post("/v1/orders", &token, &wish).await;
    shop.work().await;
    let mine = asked(shop, Method::GET, "/v1/subscriptions", &token, "").await;
    let id = mine[0]["subscription_id"].as_str().unwrap().to_owned();
    (token, id)
}

async fn asked(shop: &Shop, method: Method, path: &str, token: &str, body: &str) -> Value {
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let answer = shop.send(method, path, &headers, body).await;
    answer.json()
}

#[tokio::test]
async fn a_pack_is_put_on_sale_and_bought() {
    let shop = Shop::open().await;
    let (token, id) = subscribed(&shop).await;
    let pack = json!({
        "kind": "traffic", "name": "More", "amount": 1 << 30,
        "prices": [{ "minor": 100, "currency": "USD" }], "on_sale": true,
    });
    let refused = asked(&shop, Method::PUT, "/v1/admin/packs", &token, &pack.to_string()).await;
    assert_eq!(refused["code"], "not_allowed");
    let sold = asked(&shop, Method::PUT, "/v1/admin/packs", &shop.key, &pack.to_string()).await;
    let listed = asked(&shop, Method::GET, "/v1/packs", "", "").await;
    assert_eq!(listed[0]["pack_id"], sold["pack_id"], "{listed}");
    let all = asked(&shop, Method::GET, "/v1/admin/packs", &shop.key, "").await;
    assert_eq!(all.as_array().unwrap().len(), 1);
    let wish = json!({
        "purpose": "traffic_pack", "method": "wallet", "pack_id": sold["pack_id"], "subscription_id": id,
    });
    let order = shop.post("/v1/orders", &token, &wish).await;
    assert_eq!((order.status, &order.json()["purpose"]), (StatusCode::CREATED, &json!("traffic_pack")));
    shop.work().await;
    let mine = asked(&shop, Method::GET, &format!("/v1/subscriptions/{id}"), &token, "").await;
    assert_eq!(mine["pack_bytes"], 1 << 30, "{mine}");
}

#[tokio::test]
async fn an_owner_names_it_lets_it_renew_itself_and_looks_at_it() {
    let shop = Shop::open().await;
    let (token, id) = subscribed(&shop).await;
    let path = format!("/v1/subscriptions/{id}");
    let change = json!({ "name": "My phone", "auto_renew": true }).to_string();
    let changed = asked(&shop, Method::PATCH, &path, &token, &change).await;
    assert_eq!((&changed["name"], &changed["auto_renew"]), (&json!("My phone"), &json!(true)), "{changed}");
    let same = asked(&shop, Method::PATCH, &path, &token, "{}").await;
    assert_eq!(same, changed, "what is left out stays");
    let wrong = asked(&shop, Method::PATCH, &path, &token, r#"{ "name": "" }"#).await;
    assert_eq!((&wrong["code"], &wrong["field"]), (&json!("bad_input"), &json!("name")));
    let usage = asked(&shop, Method::GET, &format!("{path}/usage?days=7"), &token, "").await;
    assert_eq!(usage["days"].as_array().unwrap().len(), 7, "{usage}");
    let month = asked(&shop, Method::GET, &format!("{path}/usage"), &token, "").await;
    assert_eq!(month["days"].as_array().unwrap().len(), 30);
    let same_plan = format!("{path}/change-quote?plan_id={}", shop.plan);
    let refused = asked(&shop, Method::GET, &same_plan, &token, "").await;
    assert_eq!((&refused["code"], &refused["field"]), (&json!("bad_input"), &json!("plan_id")));
}

#[tokio::test]
async fn a_comment_that_must_go_with_the_money_is_shown_with_a_warning() {
    let shop = Shop::open().await;
    let gateway = shop.toncoin().await;
    let browser = Browser::new(&shop);
    let page = browser.get(&format!("/buy?plan={}", shop.plan)).await;
    let key = between(&page.text, "name=\"key\" value=\"", "\"").to_owned();
    let wish = [("key", key.as_str()), ("item", &shop.plan), ("method", &gateway)];
    let (_, page) = browser.through("/buy", &wish).await;
    let memo = between(&page.text, "data-copy=\"NX-", "\"");
    assert_eq!(memo.len(), 8, "{}", page.text);
    for part in
        ["Comment (memo)", "Without it we cannot tell", "The comment is for this order only", "0Q", "<svg"]
    {
        assert!(page.text.contains(part), "no {part} in {}", page.text);
    }
    assert!(!page.text.contains("This address is for this order only"));
}

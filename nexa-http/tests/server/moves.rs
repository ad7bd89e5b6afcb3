//! A subscription that moves, over the API and on the pages.

use crate::{
    browser::Browser,
    shop::{Shop, usd},
};
use nexa_core::backoffice::model::{AddPlanRequest, AddServerRequest, GroupRequest};
use poem::http::StatusCode;
use serde_json::{Value, json};

/// A plan with one server, in Finland or in Sweden.
async fn abroad(shop: &Shop) -> String {
    let office = shop.office().await;
    let group = GroupRequest { name: "abroad".to_owned(), spread: 1 };
    let group = office.add_group(group).await.unwrap().group_id;
    for (name, region) in [("Helsinki", "FI"), ("Stockholm", "SE")] {
        let server = AddServerRequest {
            name: name.to_owned(),
            kind: "memory".to_owned(),
            group_id: Some(group.clone()),
            config: json!({ "name": name }),
            region: Some(region.to_owned()),
            capacity: None,
        };
        office.add_server(server).await.unwrap();
    }
    let plan = AddPlanRequest {
        name: "Abroad".to_owned(),
        days: 30,
        traffic_bytes: 50 << 30,
        devices: 2,
        extras: vec![],
        group_id: Some(group),
        prices: vec![usd(499)],
        on_sale: true,
    };
    office.add_plan(plan).await.unwrap().plan_id
}

/// Somebody's token, and the subscription that they have in Finland.
async fn in_finland(shop: &Shop) -> (String, String) {
    let plan = abroad(shop).await;
    let token = shop.customer(2000).await;
    let wish = json!({ "purpose": "new", "method": "wallet", "plan_id": plan, "region": "FI" });
    let order = shop.post("/v1/orders", &token, &wish).await.json();
    shop.work().await;
    (token, order["subscription_id"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_subscription_moves_over_the_api() {
    let shop = Shop::open().await;
    let (token, id) = in_finland(&shop).await;
    let bearer = format!("Bearer {token}");
    let look = async |path: &str| shop.get(path, &[("authorization", &bearer)]).await.json();
    let regions = look(&format!("/v1/subscriptions/{id}/regions")).await;
    assert_eq!(regions, json!([{ "region": "FI", "here": true }, { "region": "SE", "here": false }]));
    let path = format!("/v1/subscriptions/{id}/move");
    let key = [("idempotency-key", "mine")];
    let go = async |region: &str, key: &[(&str, &str)]| {
        shop.post_with(&path, &token, &json!({ "region": region }), key).await
    };
    let moving = go("SE", &key).await;
    assert_eq!(moving.status, StatusCode::OK, "{}", moving.text);
    assert_eq!(go("SE", &key).await.text, moving.text, "a repeat gets the first answer");
    assert_eq!(go("SE", &[]).await.code(), "already_there");
    assert_eq!(go("AQ", &[]).await.code(), "region_unknown");
    shop.work().await;
    let moved = look(&format!("/v1/subscriptions/{id}")).await;
    let names: Vec<&Value> = moved["servers"].as_array().unwrap().iter().map(|s| &s["name"]).collect();
    assert_eq!((names, &moved["link"]), (vec![&json!("Stockholm")], &moving.json()["link"]));
    for region in ["FI", "SE"] {
        assert_eq!(go(region, &[]).await.status, StatusCode::OK);
        shop.work().await;
    }
    let fourth = go("FI", &[]).await;
    assert_eq!((fourth.status, fourth.code().as_str()), (StatusCode::TOO_MANY_REQUESTS, "too_many_moves"));
    let wait: u32 = fourth.header("retry-after").parse().unwrap();
    assert!((1..=86_400).contains(&wait), "{wait}");
    assert_eq!(fourth.json()["wait_seconds"], wait);
    let other = shop.customer(0).await;
    let foreign = shop.post(&path, &other, &json!({ "region": "FI" })).await;
    assert_eq!(foreign.code(), "not_found");
}

#[tokio::test]
async fn a_subscription_moves_on_the_pages() {
    let shop = Shop::open().await;
    let (token, id) = in_finland(&shop).await;
    let browser = Browser::new(&shop);
    browser.cookies.borrow_mut().insert("__Host-session".into(), token);
    let path = format!("/subscriptions/{id}");
    let page = browser.get(&path).await;
    assert!(page.text.contains("<option value=\"SE\">🇸🇪 Sweden</option>"), "{}", page.text);
    assert!(!page.text.contains("<option value=\"FI\">"), "where it is already");
    let wrong = browser.post(&format!("{path}/move"), &[("region", "<b>")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text.contains("no servers in this country"), "{}", wrong.text);
    let (_, moving) = browser.through(&format!("{path}/move"), &[("region", "SE")]).await;
    assert!(moving.text.contains("Your subscription is moving"), "{}", moving.text);
    shop.work().await;
    let moved = browser.get(&path).await;
    assert!(moved.text.contains("🇸🇪 Stockholm") && !moved.text.contains("Helsinki"), "{}", moved.text);
    assert!(moved.text.contains("<option value=\"FI\">"));
}

//! Coupons over the API and on the buying page.

use crate::{
    browser::{Browser, between},
    shop::Shop,
};
use poem::http::{Method, StatusCode};
use serde_json::{Value, json};

async fn asked(shop: &Shop, method: Method, path: &str, token: &str, body: &Value) -> (StatusCode, Value) {
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let answer = shop.send(method, path, &headers, &body.to_string()).await;
    (answer.status, answer.json())
}

#[tokio::test]
async fn a_coupon_is_made_used_and_switched_off() {
    let shop = Shop::open().await;
    let ann = shop.customer(2000).await;
    let new = json!({ "code": "spring20", "terms": { "percent": 20, "total": 1 }, "enabled": true });
    let refused = asked(&shop, Method::POST, "/v1/admin/coupons", &ann, &new).await;
    assert_eq!((refused.0, &refused.1["code"]), (StatusCode::FORBIDDEN, &json!("not_allowed")));
    let (status, made) = asked(&shop, Method::POST, "/v1/admin/coupons", &shop.key, &new).await;
    assert_eq!((status, &made["code"]), (StatusCode::CREATED, &json!("SPRING20")), "{made}");
    let about = json!({ "code": " Spring20", "purpose": "new", "plan_id": shop.plan });
    let (_, shown) = asked(&shop, Method::POST, "/v1/coupons/quote", &ann, &about).await;
    let quote = json!({ "plan_id": shop.plan, "coupon": "SPRING20" });
    let (_, quoted) = asked(&shop, Method::POST, "/v1/quotes", &ann, &quote).await;
    assert_eq!((&shown["price"], &shown["coupon"]), (&quoted["price"], &quoted["coupon"]), "{quoted}");
    let wish = json!({ "purpose": "new", "method": "wallet", "plan_id": shop.plan, "coupon": "SPRING20" });
    let (status, order) = asked(&shop, Method::POST, "/v1/orders", &ann, &wish).await;
    assert_eq!((status, &order["price"]), (StatusCode::CREATED, &shown["price"]), "{order}");
    let (status, late) = asked(&shop, Method::POST, "/v1/orders", &ann, &wish).await;
    assert_eq!((status, &late["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("coupon_used_up")));
    let path = format!("/v1/admin/coupons/{}", made["coupon_id"].as_str().unwrap());
    let (_, uses) = asked(&shop, Method::GET, &format!("{path}/uses"), &shop.key, &json!(null)).await;
    assert_eq!(
        (&uses["items"][0]["state"], &uses["items"][0]["order_id"]),
        (&json!("used"), &order["order_id"])
    );
    let off = json!({ "terms": { "days": 3 }, "enabled": false });
    let (_, changed) = asked(&shop, Method::PUT, &path, &shop.key, &off).await;
    assert_eq!(
        (&changed["terms"]["days"], &changed["enabled"], &changed["taken"]),
        (&json!(3), &json!(false), &json!(1))
    );
    let (_, unknown) = asked(&shop, Method::POST, "/v1/coupons/quote", &ann, &about).await;
    assert_eq!(unknown["code"], "coupon_unknown");
}

#[tokio::test]
async fn a_guest_tries_a_code_on_the_buying_page_and_buys_with_it() {
    let shop = Shop::open().await;
    let gateway = shop.sandbox().await.gateway_id;
    let new = json!({ "code": "HALF", "terms": { "percent": 50 }, "enabled": true });
    let (_, made) = asked(&shop, Method::POST, "/v1/admin/coupons", &shop.key, &new).await;
    let browser = Browser::new(&shop);
    let link = made["web_link"].as_str().unwrap();
    let page = browser.get(&link[link.find("/buy").unwrap()..]).await;
    assert!(page.text.contains("name=\"coupon\" value=\"HALF\""), "the link fills it in: {}", page.text);
    let wish = [("item", shop.plan.as_str()), ("method", gateway.as_str())];
    let trying = |code, check| [wish[0], wish[1], ("coupon", code), ("check", check)];
    let wrong = browser.post("/buy", &trying("NOBODY", "1")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        wrong.text.contains("role=\"alert\"") && wrong.text.contains("value=\"NOBODY\""),
        "{}",
        wrong.text
    );
    let shown = browser.post("/buy", &trying("half", "1")).await;
    assert_eq!(shown.status, StatusCode::OK, "nothing is ordered yet");
    assert!(shown.text.contains("2.49") && shown.text.contains("4.99"), "{}", shown.text);
    let key = between(&shown.text, "name=\"key\" value=\"", "\"").to_owned();
    let wish = [wish[0], wish[1], ("coupon", "half"), ("key", key.as_str())];
    let (order, page) = browser.through("/buy", &wish).await;
    assert!(order.starts_with("/orders/") && page.text.contains("2.49"), "{}", page.text);
}

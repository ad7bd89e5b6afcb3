//! Gifts over the API.

use crate::shop::Shop;
use poem::http::StatusCode;
use serde_json::json;

#[tokio::test]
async fn a_gift_is_bought_looked_at_and_claimed() {
    let shop = Shop::open().await;
    let (ann, bob) = (shop.customer(2000).await, shop.customer(0).await);
    let wish = json!({
        "purpose": "new", "method": "wallet", "plan_id": shop.plan, "gift": true, "note": "For you",
    });
    let bought = shop.post("/v1/orders", &ann, &wish).await;
    assert_eq!(
        (bought.status, &bought.json()["purpose"]),
        (StatusCode::CREATED, &json!("gift")),
        "{}",
        bought.text
    );
    let mine = async || shop.get("/v1/gifts", &[("authorization", &format!("Bearer {ann}"))]).await.json();
    let code = mine().await[0]["code"].clone();
    let seen = shop.post("/v1/gifts/look", &bob, &json!({ "code": code })).await.json();
    assert_eq!(
        (&seen["state"], &seen["note"], &seen["code"]),
        (&json!("ready"), &json!("For you"), &json!(null))
    );
    let claim = async || {
        let key = [("idempotency-key", "mine")];
        shop.post_with("/v1/gifts/claim", &bob, &json!({ "code": code }), &key).await
    };
    let claimed = claim().await;
    assert_eq!(claimed.status, StatusCode::CREATED, "{}", claimed.text);
    assert_eq!(claim().await.text, claimed.text, "a repeat gets the first answer");
    assert_eq!(mine().await[0]["state"], "claimed");
    let path = format!("/v1/gifts/{}/take-back", bought.json()["order_id"].as_str().unwrap());
    let late = shop.post(&path, &ann, &json!(null)).await;
    assert_eq!((late.status, late.code().as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "gift_claimed"));
    let unknown = shop.post("/v1/gifts/claim", &bob, &json!({ "code": "b".repeat(26) })).await;
    assert_eq!(unknown.code(), "gift_unknown");
}

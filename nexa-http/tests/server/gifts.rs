//! Gifts over the API.

use crate::{
    browser::{Browser, signed_up},
    shop::Shop,
};
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

/// Somebody gave this; its code.
async fn given(shop: &Shop) -> String {
    let ann = shop.customer(2000).await;
    let wish = json!({ "purpose": "new", "method": "wallet", "plan_id": shop.plan, "gift": true });
    assert_eq!(shop.post("/v1/orders", &ann, &wish).await.status, StatusCode::CREATED);
    let mine = shop.get("/v1/gifts", &[("authorization", &format!("Bearer {ann}"))]).await.json();
    mine[0]["code"].as_str().expect("a code").to_owned()
}

#[tokio::test]
async fn a_link_leads_to_the_gift_through_signing_in() {
    let shop = Shop::open().await;
    let code = given(&shop).await;
    let browser = Browser::new(&shop);
    let came = browser.get(&format!("/?g={code}")).await;
    assert_eq!((came.status, came.header("location")), (StatusCode::SEE_OTHER, "/gift"));
    let away = browser.get("/gift").await;
    assert_eq!(away.header("location"), "/sign-in?next=%2Fgift");
    browser.post("/sign-up", &[("next", "/gift")]).await;
    let page = browser.get("/gift").await;
    assert!(page.text.contains("Take the gift"), "{}", page.text);
    let (to, _) = browser.through("/gift", &[("code", &code), ("claim", "1")]).await;
    assert!(to.starts_with("/orders/"), "{to}");
    assert_eq!(browser.cookie("gift"), None, "what was claimed is forgotten");
    let again = browser.post("/gift", &[("code", &code)]).await;
    assert!(again.text.contains("yours already") && !again.text.contains("Take the gift"), "{}", again.text);
    let (same, _) = browser.through("/gift", &[("code", &code), ("claim", "1")]).await;
    assert_eq!(same, to, "a second tap comes to the same order");
    let (other, _) = signed_up(&shop).await;
    let late = other.post("/gift", &[("code", &code)]).await;
    assert!(late.text.contains("already been claimed") && !late.text.contains("Take the gift"));
    for wrong in ["/?g=", "/?g=a%0D%0Ab", "/?g=a%3Bb"] {
        assert_eq!(other.get(wrong).await.status, StatusCode::OK, "{wrong}");
    }
}

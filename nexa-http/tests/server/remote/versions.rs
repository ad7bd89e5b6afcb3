//! Shops that are older or newer than this program.

use super::{
    is_unknown, remote,
    stand_in::{StandIn, json, reply},
};
use crate::shop::Shop;
use nexa_core::{
    error::Error,
    secret::Secret,
    storefront::{
        Gifts, Storefront,
        model::{CheckoutRequest, PageRequest, Purpose},
    },
};
use serde_json::{Value, json};

async fn order() -> Value {
    let shop = Shop::open().await;
    let token = shop.customer(1000).await;
    let wish = json!({ "purpose": "new", "method": "wallet", "plan_id": shop.plan });
    shop.post("/v1/orders", &token, &wish).await.json()
}

#[tokio::test]
async fn what_a_newer_shop_adds_is_left_aside() {
    let mut order = order().await;
    order["purpose"] = json!("auction");
    order["state"] = json!("dreaming");
    order["moon"] = json!({ "phase": [1, 2] });
    order["price"]["tax"] = json!(7);
    let page = json!({ "items": [order], "next": null, "total": 1 }).to_string();
    let server = StandIn::always(move || json(&page)).await;
    let read = remote(&server.base).orders(PageRequest::default()).await.unwrap().items.remove(0);
    assert_eq!((read.purpose, read.state.as_str(), read.price.minor), (Purpose::Other, "dreaming", 499));
}

#[tokio::test]
async fn what_an_older_shop_does_not_know_is_said_in_order() {
    let unknown = r#"{"code":"unknown_path","detail":"There is nothing here."}"#;
    let server = StandIn::always(move || reply("404 Not Found", "application/problem+json", unknown)).await;
    let Err(Error::Refused(told)) = remote(&server.base).gifts().await else { panic!("refused") };
    assert_eq!(told.code(), "unknown_path");
}

#[tokio::test]
async fn an_optional_field_that_an_older_shop_lacks_is_none_and_a_needed_one_an_error() {
    let mut order = order().await;
    for optional in ["coupon", "method_name", "subscription_id", "payment", "fulfilled_at"] {
        order.as_object_mut().unwrap().remove(optional);
    }
    let text = order.to_string();
    let server = StandIn::always(move || json(&text)).await;
    assert_eq!(remote(&server.base).order("x").await.unwrap().payment, None);
    order.as_object_mut().unwrap().remove("price");
    let text = order.to_string();
    let server = StandIn::always(move || json(&text)).await;
    assert!(is_unknown(&remote(&server.base).order("x").await));
}

#[tokio::test]
async fn a_purchase_whose_answer_cannot_be_read_is_not_made_again() {
    let server = StandIn::that(|number, _| match number {
        0 => json(r#"{"user_id":"u","role":"customer","identities":[],"second_factor":false,"wallet":{"minor":1,"currency":"USD"},"held":{"minor":0,"currency":"USD"}}"#),
        _ => reply("201 Created", "application/json", r#"{"order":"of another age"}"#),
    })
    .await;
    let mine = remote(&server.base).signed_in(Secret::new("nxs_t".to_owned()));
    for _ in 0..2 {
        assert!(is_unknown(&mine.checkout(CheckoutRequest::default(), None).await));
    }
    let heard = server.heard();
    let key = |request: &String| {
        request.lines().find(|line| line.starts_with("idempotency-key")).map(str::to_owned)
    };
    assert!(key(&heard[1]).is_some());
    assert_eq!(key(&heard[1]), key(&heard[2]), "the second wish takes up the first");
}

//! Transfers to an address that is everybody's: the comment tells whom money is for.

use crate::world::{Shop, dollars, hours, minutes, on_every_storage, payment_of};
use serde_json::json;

on_every_storage!(a_comment_tells_two_customers_apart, money_without_the_comment_pays_nobody_s_order);

async fn takes_comments(shop: &Shop) -> String {
    shop.adds_gateway("fake", json!({ "wallet": "everybody", "memo": true })).await
}

async fn a_comment_tells_two_customers_apart(shop: Shop) {
    let method = takes_comments(&shop).await;
    let (sara, reza) = (shop.customer().await, shop.customer().await);
    let hers = sara.orders(&method).await.expect("an order");
    let his = reza.orders(&method).await.expect("an order");
    assert_eq!(payment_of(&hers).address, payment_of(&his).address, "one address for all");
    assert_ne!(payment_of(&hers).memo, payment_of(&his).memo);
    assert!(payment_of(&hers).memo.is_some());
    shop.bank.pays(&his);
    shop.after(minutes(2)).await;
    assert_eq!(sara.looks_at(&hers).await.state, "awaiting_payment");
    assert_eq!(reza.looks_at(&his).await.state, "fulfilled");
    shop.is_in_order().await;
}

async fn money_without_the_comment_pays_nobody_s_order(shop: Shop) {
    let method = takes_comments(&shop).await;
    let customer = shop.customer().await;
    let order = customer.orders(&method).await.expect("an order");
    shop.bank.sends_without_comment(&order, &dollars(5));
    shop.after(hours(2)).await;
    assert_ne!(customer.looks_at(&order).await.state, "fulfilled");
    assert_eq!(customer.wallet().await, 0);
    // The customer sends again, with the comment.
    shop.bank.pays(&order);
    shop.after(hours(2)).await;
    let late = customer.looks_at(&order).await;
    assert!(late.state == "fulfilled" || customer.wallet().await == 500, "late money is not lost");
    shop.is_in_order().await;
}

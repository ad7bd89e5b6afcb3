//! The shop object over the demo, as an app uses it.

#![expect(clippy::expect_used, reason = "a test may stop where it finds a fault")]

mod complete;
mod elsewhere;
mod odd;
mod purchase;
mod secrets;
mod together;

use nexa_core::storefront::model::{CheckoutRequest, OrderView, Purpose, SignUpRequest, SubscriptionView};
use nexa_ffi::Shop;
use std::sync::Arc;

/// A fresh demo in English with somebody in it.
async fn customer() -> Arc<Shop> {
    let shop = Shop::demo(Some("en".to_owned()), None).expect("a demo");
    shop.sign_up(SignUpRequest::default()).await.expect("an account");
    shop
}

/// The wish for the first plan, paid by the gateway.
async fn wish(shop: &Shop) -> CheckoutRequest {
    let plan = shop.plans().await.expect("plans").remove(0);
    let method = shop.methods().await.expect("methods").pop().expect("a gateway").method;
    CheckoutRequest {
        purpose: Purpose::New,
        method,
        plan_id: Some(plan.plan_id),
        ..CheckoutRequest::default()
    }
}

/// Waits for the end of an order.
async fn delivered(shop: &Arc<Shop>, order_id: String) -> OrderView {
    let watch = Arc::clone(shop).watch_order(order_id);
    let mut last = None;
    while let Some(order) = watch.next().await.expect("the order") {
        last = Some(order);
    }
    last.expect("an order")
}

/// Somebody with a subscription.
async fn subscriber() -> (Arc<Shop>, SubscriptionView) {
    let shop = customer().await;
    let order = shop.checkout(wish(&shop).await, Some("first".to_owned())).await.expect("an order");
    let controls = shop.controls().expect("a demo");
    controls.pay(order.payment.expect("a payment")).await.expect("paid");
    let done = delivered(&shop, order.order_id).await;
    assert_eq!(done.state, "fulfilled");
    let held = shop.subscriptions().await.expect("subscriptions").remove(0);
    (shop, held)
}

//! Panels and gateways that do not answer.

use crate::world::{Shop, days, dollars, hours, minutes, on_every_storage, refused};
use nexa_core::{sim::gateway::Fault, storefront::model::PageRequest};

on_every_storage!(
    a_purchase_is_delivered_when_the_panel_is_back,
    a_renewal_is_delivered_when_the_panel_is_back,
    an_order_stays_open_when_the_gateway_fails,
    an_answer_that_got_lost_pays_once,
);

async fn a_purchase_is_delivered_when_the_panel_is_back(shop: Shop) {
    let server = shop.server("frankfurt");
    server.goes_down();
    let customer = shop.customer_with(dollars(5)).await;
    let order = customer.orders("wallet").await.expect("an order");
    shop.after(hours(1)).await;
    shop.after(hours(5)).await;
    assert_eq!(customer.looks_at(&order).await.state, "paid");
    let pending = customer.subscription().await;
    assert_eq!(pending.state, "pending");
    assert!(shop.opens(&pending.link).await.is_ok(), "the link already answers");

    server.comes_back();
    shop.after(hours(1)).await;
    assert_eq!(customer.looks_at(&order).await.state, "fulfilled");
    assert!(server.lets_in());
    let mine = customer.subscription().await;
    let (from, until): (jiff::Timestamp, jiff::Timestamp) =
        (mine.starts_at.parse().expect("a moment"), mine.ends_at.parse().expect("a moment"));
    assert_eq!(until.duration_since(from), days(30));
    assert_eq!(mine.days_left, 30, "the hours that it took are given back");
    assert_eq!(server.entry().account.grant.ends_at, until, "on the server too");
    shop.is_in_order().await;
}

async fn a_renewal_is_delivered_when_the_panel_is_back(shop: Shop) {
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    let server = shop.server("frankfurt");
    shop.after(days(31)).await;
    assert!(!server.lets_in());
    server.goes_down();
    customer.receives(dollars(6)).await;
    let renewal = customer.renews(&mine, "wallet").await.expect("renewed");
    shop.after(minutes(5)).await;
    assert_eq!(customer.looks_at(&renewal).await.state, "paid");
    server.comes_back();
    shop.after(hours(1)).await;
    assert_eq!(customer.looks_at(&renewal).await.state, "fulfilled");
    assert!(server.lets_in());
    shop.is_in_order().await;
}

async fn an_order_stays_open_when_the_gateway_fails(shop: Shop) {
    let customer = shop.customer().await;
    shop.bank.gateway().fault(Some(Fault::Unreachable));
    assert_eq!(refused(customer.orders(&shop.transfer).await), "gateway_unavailable");
    let mut orders = customer.shop.orders(PageRequest::default()).await.expect("orders").items;
    let order = orders.remove(0);
    assert_eq!(order.state, "awaiting_payment");
    let by_card = customer.shop.pay(&order.order_id, &shop.card, false).await.expect("another way");
    assert!(by_card.payment.expect("a payment").card.is_some());

    shop.bank.gateway().fault(None);
    shop.after(minutes(5)).await;
    let again = customer.shop.pay(&order.order_id, &shop.transfer, false).await.expect("the first way again");
    shop.bank.pays(&again);
    shop.after(minutes(5)).await;
    assert_eq!(customer.looks_at(&order).await.state, "fulfilled");
    shop.is_in_order().await;
}

async fn an_answer_that_got_lost_pays_once(shop: Shop) {
    let customer = shop.customer().await;
    let order = customer.orders(&shop.transfer).await.expect("an order");
    shop.bank.gateway().repeat(true);
    shop.bank.gateway().fail_next(Fault::Ambiguous);
    shop.bank.pays(&order);
    shop.after(minutes(5)).await;
    shop.after(minutes(5)).await;
    assert_eq!(customer.looks_at(&order).await.state, "fulfilled");
    assert_eq!(customer.wallet().await, 0, "told twice, paid once");
    shop.is_in_order().await;
}

//! A group of servers behind one link, with one amount of traffic for all.

use crate::world::{GIB, Shop, days, dollars, hours, minutes, on_every_storage};

on_every_storage!(
    one_link_leads_to_every_server,
    what_is_used_on_one_is_gone_on_the_other,
    one_of_them_was_down_at_the_purchase,
    a_purchase_of_two_servers_is_taken_back,
);

async fn one_link_leads_to_every_server(shop: Shop) {
    shop.adds_server("paris").await;
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    let (one, two) = (shop.server("frankfurt"), shop.server("paris"));
    assert_eq!(one.entry().id, two.entry().id, "one identity");
    let names: Vec<_> = mine.servers.iter().map(|s| s.name.as_str()).collect();
    assert_eq!(names, ["frankfurt", "paris"]);
    let document = shop.opens(&mine.link).await.expect("a document");
    let trojans = document.lines().filter(|l| l.starts_with("trojan://")).count();
    assert_eq!(trojans, 2, "an entry for each server:\n{document}");
    shop.is_in_order().await;
}

async fn what_is_used_on_one_is_gone_on_the_other(shop: Shop) {
    shop.adds_server("paris").await;
    let customer = shop.customer().await;
    customer.has_a_month(&shop).await;
    let (one, two) = (shop.server("frankfurt"), shop.server("paris"));
    one.carries(6 * GIB);
    shop.after(minutes(2)).await;
    assert_eq!(customer.subscription().await.used_bytes, 6 * GIB);
    assert_eq!(two.carries(10 * GIB), 4 * GIB, "what was left");
    shop.after(minutes(2)).await;
    let now = customer.subscription().await;
    assert_eq!((now.state.as_str(), now.used_bytes), ("exhausted", 10 * GIB));
    assert!(!one.lets_in() && !two.lets_in(), "cut off on both");

    customer.receives(dollars(6)).await;
    customer.renews(&now, "wallet").await.expect("renewed");
    shop.works().await;
    assert!(one.lets_in() && two.lets_in(), "back on both");
    shop.after(days(31)).await;
    assert!(one.lets_in(), "the days that were left are kept");
    shop.after(days(30)).await;
    assert!(!one.lets_in() && !two.lets_in(), "ended on both");
    shop.is_in_order().await;
}

async fn one_of_them_was_down_at_the_purchase(shop: Shop) {
    shop.adds_server("paris").await;
    let paris = shop.server("paris");
    paris.goes_down();
    let customer = shop.customer_with(dollars(5)).await;
    let order = customer.orders("wallet").await.expect("an order");
    shop.works().await;
    assert_eq!(customer.looks_at(&order).await.state, "fulfilled", "one server is enough to begin");
    assert_eq!(customer.subscription().await.servers.len(), 1);
    paris.comes_back();
    shop.after(hours(1)).await;
    assert!(paris.lets_in(), "the other one follows");
    assert_eq!(customer.subscription().await.servers.len(), 2);
    assert_eq!(customer.was_told().await, ["ready"], "told once");
    shop.is_in_order().await;
}

async fn a_purchase_of_two_servers_is_taken_back(shop: Shop) {
    shop.adds_server("paris").await;
    let customer = shop.customer_with(dollars(5)).await;
    let order = customer.orders("wallet").await.expect("an order");
    shop.works().await;
    let (one, two) = (shop.server("frankfurt"), shop.server("paris"));
    two.goes_down();
    shop.operator.refund_order(&order.order_id).await.expect("begun");
    shop.after(minutes(10)).await;
    assert!(one.entries().is_empty());
    assert_eq!(customer.wallet().await, 0, "as long as one of them may still carry");
    two.comes_back();
    shop.after(hours(1)).await;
    assert!(two.entries().is_empty());
    assert_eq!(customer.wallet().await, 500);
    shop.is_in_order().await;
}

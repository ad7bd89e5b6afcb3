//! The operator gives a subscription away, or more of one, and everybody can see who did what.

use crate::world::{Customer, GIB, Shop, days, dollars, on_every_storage, refused};
use nexa_core::{
    backoffice::model::{ExtendRequest, GrantRequest, OperatorActionView, OperatorOrderFilter},
    storefront::model::{OrderView, PageRequest, Purpose},
};

on_every_storage!(
    a_plan_is_given_away,
    a_gift_is_given_once_per_key,
    a_gift_is_worth_nothing_when_the_plan_is_changed,
    a_subscription_is_extended,
    an_ended_subscription_comes_back,
    an_extension_is_made_once_per_key,
    an_extension_is_worth_nothing_when_the_plan_is_changed,
    everything_that_operators_do_is_noted,
);

fn gift(plan: &str) -> GrantRequest {
    GrantRequest { plan_id: plan.to_owned(), reason: "helped us to test".to_owned() }
}

fn more(days: u32, gib: u64) -> ExtendRequest {
    let traffic_bytes = (gib > 0).then_some(gib * GIB);
    ExtendRequest { days: (days > 0).then_some(days), traffic_bytes, reason: "was down".to_owned() }
}

async fn gives(shop: &Shop, to: &Customer, plan: &str, key: &str) -> OrderView {
    shop.operator.grant_subscription(&to.id, gift(plan), key.to_owned()).await.expect("given")
}

async fn actions(shop: &Shop) -> Vec<OperatorActionView> {
    shop.operator.actions(PageRequest::default()).await.expect("actions").items
}

async fn a_plan_is_given_away(shop: Shop) {
    let customer = shop.customer().await;
    let order = gives(&shop, &customer, &shop.month, "a").await;
    assert_eq!((order.purpose, order.state.as_str(), order.price.minor), (Purpose::Given, "paid", 0));
    shop.works().await;
    assert!(shop.server("frankfurt").lets_in());
    assert_eq!(customer.subscription().await.state, "active");
    assert_eq!(customer.was_told().await.first().map(String::as_str), Some("ready"));
    assert_eq!(customer.looks_at(&order).await.state, "fulfilled", "its owner sees the order");
    let noted = actions(&shop).await.remove(0);
    assert_eq!((noted.deed.as_str(), noted.user_id.as_ref()), ("given", Some(&customer.id)));
    assert_eq!((noted.reason.as_str(), noted.order_id), ("helped us to test", Some(order.order_id.clone())));
    assert_eq!(refused(shop.operator.refund_order(&order.order_id).await), "order_not_refundable");
    shop.operator.block_user(&customer.id, true).await.expect("blocked");
    let again = shop.operator.grant_subscription(&customer.id, gift(&shop.month), "b".to_owned()).await;
    assert_eq!(refused(again), "bad_input", "nobody who may not use it");
    shop.is_in_order().await;
}

async fn a_gift_is_given_once_per_key(shop: Shop) {
    let (customer, other) = (shop.customer().await, shop.customer().await);
    let first = gives(&shop, &customer, &shop.month, "key").await;
    let (one, two) = futures::join!(
        gives(&shop, &customer, &shop.month, "key"),
        gives(&shop, &customer, &shop.month, "key"),
    );
    assert_eq!((&one.order_id, &two.order_id), (&first.order_id, &first.order_id));
    let reused = shop.operator.grant_subscription(&other.id, gift(&shop.month), "key".to_owned()).await;
    assert_eq!(refused(reused), "key_reused");
    let reused = shop.operator.extend_subscription(
        "00000000-0000-7000-8000-000000000000",
        more(1, 0),
        "key".to_owned(),
    );
    assert_eq!(refused(reused.await), "key_reused", "looked up before anything else");
    let nothing = GrantRequest { reason: " ".to_owned(), ..gift(&shop.month) };
    let nothing = shop.operator.grant_subscription(&other.id, nothing, "other".to_owned()).await;
    assert_eq!(refused(nothing), "bad_input", "somebody will ask why");
    let all = shop.operator.orders(OperatorOrderFilter::default(), PageRequest::default()).await;
    assert_eq!(all.expect("orders").items.len(), 1);
}

async fn a_gift_is_worth_nothing_when_the_plan_is_changed(shop: Shop) {
    let big = shop.adds_plan("Big", 30, 100 * GIB, dollars(20)).await;
    let customer = shop.customer().await;
    gives(&shop, &customer, &shop.month, "a").await;
    shop.works().await;
    let held = customer.subscription().await.subscription_id;
    let quote = customer.shop.change_quote(&held, &big).await.expect("a quote");
    assert_eq!((quote.credit.minor, quote.due.minor), (0, 2000));
}

async fn a_subscription_is_extended(shop: Shop) {
    let customer = shop.customer().await;
    let before = customer.has_a_month(&shop).await;
    let id = before.subscription_id.as_str();
    shop.operator.extend_subscription(id, more(10, 5), "a".to_owned()).await.expect("extended");
    shop.works().await;
    let after = customer.subscription().await;
    assert_eq!((before.days_left, after.days_left), (30, 40));
    assert_eq!(after.limit_bytes, before.limit_bytes + 5 * GIB);
    assert_eq!(customer.was_told().await.first().map(String::as_str), Some("extended"));
    shop.after(days(35)).await;
    assert!(shop.server("frankfurt").lets_in(), "the server knows of it");
    shop.after(days(6)).await;
    assert_eq!(customer.subscription().await.state, "ended");
    assert!(!shop.server("frankfurt").lets_in());
    let noted = actions(&shop).await.remove(0);
    assert_eq!((noted.deed.as_str(), noted.days, noted.traffic_bytes), ("extended", Some(10), Some(5 * GIB)));
    shop.is_in_order().await;
}

async fn an_ended_subscription_comes_back(shop: Shop) {
    let customer = shop.customer().await;
    let held = customer.has_a_month(&shop).await.subscription_id;
    shop.after(days(40)).await;
    assert!(!shop.server("frankfurt").lets_in());
    shop.operator.extend_subscription(&held, more(3, 0), "a".to_owned()).await.expect("extended");
    shop.works().await;
    assert!(shop.server("frankfurt").lets_in());
    let back = customer.subscription().await;
    assert_eq!((back.state.as_str(), back.days_left), ("active", 3), "from now on");
    shop.operator.revoke(&held).await.expect("taken back");
    let gone = shop.operator.extend_subscription(&held, more(3, 0), "b".to_owned()).await;
    assert_eq!(refused(gone), "subscription_closed");
    shop.is_in_order().await;
}

async fn an_extension_is_made_once_per_key(shop: Shop) {
    let customer = shop.customer().await;
    let held = customer.has_a_month(&shop).await.subscription_id;
    let tap = || shop.operator.extend_subscription(&held, more(10, 0), "key".to_owned());
    let (one, two) = futures::join!(tap(), tap());
    one.expect("extended");
    two.expect("the same");
    shop.works().await;
    assert_eq!(customer.subscription().await.days_left, 40);
    let other = shop.operator.extend_subscription(&held, more(11, 0), "key".to_owned()).await;
    assert_eq!(refused(other), "key_reused");
    for wrong in [more(0, 0), more(366, 0)] {
        let wrong = shop.operator.extend_subscription(&held, wrong, "other".to_owned()).await;
        assert_eq!(refused(wrong), "bad_input");
    }
}

async fn an_extension_is_worth_nothing_when_the_plan_is_changed(shop: Shop) {
    let big = shop.adds_plan("Big", 30, 100 * GIB, dollars(20)).await;
    let customer = shop.customer().await;
    let held = customer.has_a_month(&shop).await.subscription_id;
    shop.after(days(15)).await;
    let before = customer.shop.change_quote(&held, &big).await.expect("a quote");
    assert_eq!(before.credit.minor, 250);
    shop.operator.extend_subscription(&held, more(300, 50), "a".to_owned()).await.expect("extended");
    let after = customer.shop.change_quote(&held, &big).await.expect("a quote");
    assert_eq!(after, before);
}

async fn everything_that_operators_do_is_noted(shop: Shop) {
    let customer = shop.customer().await;
    let held = customer.has_a_month(&shop).await.subscription_id;
    let bought = customer.shop.orders(PageRequest::default()).await.expect("orders").items.remove(0);
    let office = &shop.operator;
    office.suspend(&held).await.expect("stopped");
    office.resume(&held).await.expect("resumed");
    office.block_user(&customer.id, true).await.expect("blocked");
    office.block_user(&customer.id, false).await.expect("let in");
    office.refund_order(&bought.order_id).await.expect("taken back");
    shop.works().await;
    office.revoke(&held).await.expect("revoked");
    let expected =
        ["wallet_corrected", "suspended", "resumed", "blocked", "unblocked", "refunded", "revoked"];
    // What furnished the shop is in the record, too.
    let mut all = actions(&shop).await;
    all.retain(|one| expected.contains(&&*one.deed));
    let deeds: Vec<_> = all.iter().rev().map(|a| a.deed.as_str()).collect();
    assert_eq!(deeds, expected);
    let me = shop.operator_is.user_id.expect("an operator").to_string();
    assert!(all.iter().all(|a| a.operator_id == me && !a.at.is_empty()));
    assert_eq!(all.last().and_then(|a| a.amount.clone()), Some(dollars(5)));
    assert_eq!(
        office.actions(PageRequest { cursor: None, limit: Some(2) }).await.expect("two").items.len(),
        2
    );
}

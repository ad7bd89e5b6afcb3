//! Taking an order back: first the service goes, then the money returns to the wallet.

use crate::world::{GIB, Shop, days, dollars, hours, minutes, on_every_storage, refused};

on_every_storage!(
    a_new_subscription_is_taken_back,
    a_renewal_is_taken_back,
    a_renewal_that_brought_more_devices_is_taken_back,
    while_the_panel_is_down_the_money_stays,
    a_purchase_that_never_arrived_is_taken_back,
    a_renewal_of_what_was_taken_back_is_refunded_too,
    a_renewal_that_was_paid_too_late_returns_to_the_wallet,
    what_was_not_paid_is_not_refunded,
);

async fn a_new_subscription_is_taken_back(shop: Shop) {
    let customer = shop.customer_with(dollars(5)).await;
    let order = customer.orders("wallet").await.expect("an order");
    shop.works().await;
    let link = customer.subscription().await.link;
    let begun = shop.operator.refund_order(&order.order_id).await.expect("begun");
    assert_eq!((begun.state.as_str(), customer.wallet().await), ("refunding", 0));
    shop.works().await;
    assert_eq!(customer.looks_at(&order).await.state, "refunded");
    assert!(shop.server("frankfurt").entries().is_empty(), "gone from the server");
    assert_eq!(customer.wallet().await, 500);
    assert_eq!(customer.subscription().await.state, "revoked");
    assert_eq!(refused(shop.opens(&link).await), "not_found");
    assert!(customer.was_told().await.contains(&"refunded".to_owned()));
    assert_eq!(refused(shop.operator.refund_order(&order.order_id).await), "order_not_refundable", "once");
    shop.is_in_order().await;
}

async fn a_renewal_is_taken_back(shop: Shop) {
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    shop.after(days(1)).await;
    customer.receives(dollars(6)).await;
    let renewal = customer.renews(&mine, "wallet").await.expect("renewed");
    shop.works().await;
    assert_eq!(customer.subscription().await.limit_bytes, 20 * GIB);
    shop.operator.refund_order(&renewal.order_id).await.expect("begun");
    shop.works().await;
    let after = customer.subscription().await;
    assert_eq!(
        (after.limit_bytes, &after.ends_at, after.state.as_str()),
        (10 * GIB, &mine.ends_at, "active")
    );
    assert_eq!(
        shop.server("frankfurt").entry().account.grant.limit.as_bytes(),
        10 * GIB,
        "on the server too"
    );
    assert_eq!(customer.wallet().await, 600);
    shop.is_in_order().await;
}

async fn a_renewal_that_brought_more_devices_is_taken_back(shop: Shop) {
    let family = shop.adds_family_plan().await;
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    customer.receives(dollars(9)).await;
    let renewal = customer.renews_with(&mine, &family, "wallet").await.expect("renewed");
    shop.works().await;
    let renewed = customer.subscription().await;
    assert_eq!((renewed.devices, renewed.plan_name.as_str()), (6, "Family"));
    shop.operator.refund_order(&renewal.order_id).await.expect("begun");
    shop.works().await;
    let after = customer.subscription().await;
    assert_eq!((after.devices, after.plan_name.as_str()), (2, "Month"), "as it was before");
    assert_eq!(shop.server("frankfurt").entry().account.grant.devices, 2);
    shop.is_in_order().await;
}

async fn while_the_panel_is_down_the_money_stays(shop: Shop) {
    let customer = shop.customer_with(dollars(5)).await;
    let order = customer.orders("wallet").await.expect("an order");
    shop.works().await;
    let server = shop.server("frankfurt");
    server.goes_down();
    shop.operator.refund_order(&order.order_id).await.expect("begun");
    shop.after(hours(1)).await;
    assert_eq!(customer.looks_at(&order).await.state, "refunding");
    assert_eq!(customer.wallet().await, 0, "the service may still be in use");
    server.comes_back();
    shop.after(hours(1)).await;
    assert!(server.entries().is_empty());
    assert_eq!((customer.looks_at(&order).await.state.as_str(), customer.wallet().await), ("refunded", 500));
    shop.is_in_order().await;
}

async fn a_purchase_that_never_arrived_is_taken_back(shop: Shop) {
    let server = shop.server("frankfurt");
    server.goes_down();
    let customer = shop.customer_with(dollars(5)).await;
    let order = customer.orders("wallet").await.expect("an order");
    shop.after(minutes(1)).await;
    shop.operator.refund_order(&order.order_id).await.expect("begun");
    server.comes_back();
    shop.after(hours(2)).await;
    assert_eq!((customer.looks_at(&order).await.state.as_str(), customer.wallet().await), ("refunded", 500));
    assert!(server.entries().is_empty(), "and is not delivered afterwards");
    shop.is_in_order().await;
}

async fn a_renewal_of_what_was_taken_back_is_refunded_too(shop: Shop) {
    let customer = shop.customer_with(dollars(5)).await;
    let first = customer.orders("wallet").await.expect("an order");
    shop.works().await;
    let mine = customer.subscription().await;
    customer.receives(dollars(6)).await;
    let renewal = customer.renews(&mine, "wallet").await.expect("renewed");
    shop.works().await;
    for order in [&first, &renewal] {
        shop.operator.refund_order(&order.order_id).await.expect("begun");
        shop.works().await;
        assert_eq!(customer.looks_at(order).await.state, "refunded");
    }
    assert_eq!(customer.wallet().await, 1100);
    assert!(shop.server("frankfurt").entries().is_empty());
    shop.is_in_order().await;
}

async fn a_renewal_that_was_paid_too_late_returns_to_the_wallet(shop: Shop) {
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    let renewal = customer.renews(&mine, &shop.transfer).await.expect("an order");
    shop.operator.revoke(&mine.subscription_id).await.expect("revoked");
    shop.bank.pays(&renewal);
    shop.after(minutes(2)).await;
    let now = customer.looks_at(&renewal).await;
    assert_eq!((now.state.as_str(), now.attention), ("refunded", false), "there is nothing left to renew");
    assert_eq!(customer.wallet().await, 500);
    shop.is_in_order().await;
}

async fn what_was_not_paid_is_not_refunded(shop: Shop) {
    let customer = shop.customer().await;
    let order = customer.orders(&shop.transfer).await.expect("an order");
    assert_eq!(refused(shop.operator.refund_order(&order.order_id).await), "order_not_refundable");
    let top_up = customer.tops_up(dollars(3), &shop.transfer).await.expect("an order");
    shop.bank.pays(&top_up);
    shop.after(minutes(1)).await;
    assert_eq!(refused(shop.operator.refund_order(&top_up.order_id).await), "order_not_refundable");
}

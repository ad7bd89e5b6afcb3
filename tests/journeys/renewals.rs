//! Towards the end: reminders, and renewals from the wallet.

use crate::world::{Customer, GIB, Shop, days, dollars, hours, minutes, on_every_storage, refused};
use nexa_core::{
    backoffice::model::UpdatePlanRequest,
    storefront::model::{MoneyView, PageRequest, SubscriptionView},
};

on_every_storage!(
    who_renews_by_hand_is_reminded,
    a_renewal_is_announced_and_charged_once,
    a_renewal_without_money_is_tried_three_times,
    money_that_comes_in_time_renews_an_ended_one,
    what_is_no_longer_on_sale_is_not_renewed,
    a_renewal_that_was_taken_back_is_not_charged_again,
    traffic_that_runs_low_is_told_once,
    who_pays_by_hand_is_not_charged_beside_it,
    a_renewal_that_is_paid_already_is_not_charged_again,
    no_more_is_charged_than_was_announced,
    nobody_is_charged_long_after_the_end,
);

/// A month that renews itself.
async fn automatic(shop: &Shop) -> (Customer, SubscriptionView) {
    let customer = shop.customer().await;
    let mine = customer.has_a_month(shop).await;
    let mine = customer.shop.set_auto_renew(&mine.subscription_id, true).await.expect("on");
    shop.works().await;
    (customer, mine)
}

/// What was told since it was ready, oldest first.
async fn told(customer: &Customer) -> Vec<String> {
    let mut told = customer.was_told().await;
    told.reverse();
    told.split_off(1)
}

/// Time passes in steps, as it does for a worker that runs.
async fn pass(shop: &Shop, hours_in_all: i64) {
    for _ in 0..hours_in_all {
        shop.after(hours(1)).await;
    }
}

async fn who_renews_by_hand_is_reminded(shop: Shop) {
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    shop.after(hours(27 * 24 - 1)).await;
    assert!(told(&customer).await.is_empty());
    shop.after(hours(1)).await;
    assert_eq!(told(&customer).await, ["ends-in-three-days"]);
    pass(&shop, 48).await;
    assert_eq!(told(&customer).await, ["ends-in-three-days", "ends-in-one-day"]);
    shop.after(days(1)).await;
    assert_eq!(told(&customer).await[2..], ["ended"]);
    customer.receives(dollars(5)).await;
    customer.renews(&mine, "wallet").await.expect("a renewal");
    shop.works().await;
    shop.after(days(29)).await;
    assert_eq!(told(&customer).await[3..], ["renewed", "ends-in-one-day"], "of two that are late the nearer");
    shop.is_in_order().await;
}

async fn a_renewal_is_announced_and_charged_once(shop: Shop) {
    let (customer, mine) = automatic(&shop).await;
    assert!(mine.auto_renew);
    customer.receives(dollars(12)).await;
    shop.after(days(28)).await;
    let page = customer.shop.notices(PageRequest::default()).await.expect("notices");
    assert_eq!(page.items[0].key, "auto-renew-soon");
    assert!(page.items[0].text.contains("5.00 USD"), "{}", page.items[0].text);
    pass(&shop, 46).await;
    assert_eq!(customer.wallet().await, 1_200);
    pass(&shop, 30).await;
    assert_eq!(customer.wallet().await, 700, "once");
    let renewed = customer.subscription().await;
    assert_eq!((renewed.state.as_str(), renewed.days_left), ("active", 29));
    let expected = ["auto-renew-soon", "renewed", "not-connected"];
    assert_eq!(told(&customer).await, expected, "no reminders; only that nobody uses it");
    shop.after(days(28)).await;
    pass(&shop, 30).await;
    assert_eq!(
        (customer.wallet().await, customer.subscription().await.days_left),
        (200, 30),
        "once per period"
    );
    assert_eq!(customer.shop.orders(PageRequest::default()).await.expect("orders").items.len(), 3);
    shop.is_in_order().await;
}

async fn a_renewal_without_money_is_tried_three_times(shop: Shop) {
    let (customer, _) = automatic(&shop).await;
    customer.receives(dollars(2)).await;
    shop.after(days(28)).await;
    let page = customer.shop.notices(PageRequest::default()).await.expect("notices");
    assert!(page.items[0].text.contains("lacks 3.00 USD"), "{}", page.items[0].text);
    pass(&shop, 47).await;
    assert_eq!(told(&customer).await, ["auto-renew-lacks", "auto-renew-failed"]);
    pass(&shop, 1).await;
    assert_eq!(told(&customer).await[2..], ["ended"], "tried again in silence");
    assert!(customer.subscription().await.auto_renew);
    pass(&shop, 25).await;
    assert_eq!(told(&customer).await[3..], ["auto-renew-off"]);
    let over = customer.subscription().await;
    assert!(!over.auto_renew && over.can_renew);
    customer.receives(dollars(20)).await;
    pass(&shop, 30).await;
    assert_eq!((customer.wallet().await, customer.subscription().await.state.as_str()), (2_200, "ended"));
    let on = customer.shop.set_auto_renew(&over.subscription_id, true).await;
    assert_eq!(refused(on), "subscription_closed", "only while it runs");
    shop.is_in_order().await;
}

async fn money_that_comes_in_time_renews_an_ended_one(shop: Shop) {
    let (customer, _) = automatic(&shop).await;
    shop.after(days(28)).await;
    pass(&shop, 50).await;
    assert_eq!(customer.subscription().await.state, "ended");
    customer.receives(dollars(5)).await;
    pass(&shop, 23).await;
    let renewed = customer.subscription().await;
    assert_eq!((renewed.state.as_str(), renewed.auto_renew, customer.wallet().await), ("active", true, 0));
    shop.is_in_order().await;
}

async fn what_is_no_longer_on_sale_is_not_renewed(shop: Shop) {
    let (customer, mine) = automatic(&shop).await;
    customer.receives(dollars(9)).await;
    let gone = UpdatePlanRequest {
        name: None,
        days: None,
        traffic_bytes: None,
        devices: None,
        prices: None,
        extras: None,
        on_sale: Some(false),
    };
    shop.operator.update_plan(&shop.month, gone).await.expect("off sale");
    assert!(!customer.subscription().await.can_renew);
    shop.after(days(28)).await;
    pass(&shop, 75).await;
    assert_eq!(told(&customer).await, ["auto-renew-failed", "auto-renew-failed", "ended", "auto-renew-off"]);
    assert_eq!(customer.wallet().await, 900);
    let stranger = shop.customer().await;
    assert_eq!(refused(stranger.shop.set_auto_renew(&mine.subscription_id, true).await), "not_found");
    shop.is_in_order().await;
}

async fn a_renewal_that_was_taken_back_is_not_charged_again(shop: Shop) {
    let (customer, _) = automatic(&shop).await;
    customer.receives(dollars(15)).await;
    shop.after(days(28)).await;
    pass(&shop, 48).await;
    let order = customer.shop.orders(PageRequest::default()).await.expect("orders").items.remove(0);
    assert_eq!((order.state.as_str(), customer.wallet().await), ("fulfilled", 1_000));
    shop.operator.refund_order(&order.order_id).await.expect("begun");
    shop.works().await;
    assert!(!customer.subscription().await.auto_renew);
    pass(&shop, 30).await;
    assert_eq!(customer.wallet().await, 1_500);
    shop.is_in_order().await;
}

async fn traffic_that_runs_low_is_told_once(shop: Shop) {
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    let server = shop.server("frankfurt");
    server.carries(8 * GIB - 1);
    shop.after(minutes(6)).await;
    assert!(told(&customer).await.is_empty());
    for _ in 0..3 {
        server.carries(GIB / 4);
        shop.after(minutes(6)).await;
    }
    assert_eq!(told(&customer).await, ["traffic-low"]);
    customer.receives(dollars(5)).await;
    customer.renews(&mine, "wallet").await.expect("a renewal");
    shop.works().await;
    server.carries(10 * GIB);
    shop.after(minutes(6)).await;
    assert_eq!(told(&customer).await, ["traffic-low", "renewed", "traffic-low"], "once per period");
    shop.is_in_order().await;
}

async fn who_pays_by_hand_is_not_charged_beside_it(shop: Shop) {
    let (customer, mine) = automatic(&shop).await;
    customer.receives(dollars(12)).await;
    shop.after(hours(30 * 24 - 2)).await;
    let order = customer.renews(&mine, &shop.transfer).await.expect("a renewal by hand");
    let transfer = shop.bank.begins(&order, &order.price);
    shop.after(minutes(5)).await;
    pass(&shop, 4).await;
    assert_eq!(customer.wallet().await, 1_200, "its money is seen, so it is waited for");
    shop.bank.confirms(&transfer);
    pass(&shop, 8).await;
    assert_eq!(customer.looks_at(&order).await.state, "fulfilled");
    pass(&shop, 30).await;
    let renewed = customer.subscription().await;
    assert_eq!(
        (customer.wallet().await, renewed.state.as_str(), renewed.auto_renew),
        (1_200, "active", true)
    );
    shop.is_in_order().await;
}

async fn a_renewal_that_is_paid_already_is_not_charged_again(shop: Shop) {
    let (customer, mine) = automatic(&shop).await;
    customer.receives(dollars(12)).await;
    shop.after(days(28)).await;
    shop.clock.advance(hours(47));
    customer.renews(&mine, "wallet").await.expect("a renewal by hand, before the worker comes to it");
    shop.works().await;
    pass(&shop, 30).await;
    assert_eq!(customer.wallet().await, 700, "once");
    shop.is_in_order().await;
}

/// The operator asks another price for the month.
async fn now_costs(shop: &Shop, price: MoneyView) {
    let request = UpdatePlanRequest {
        name: None,
        days: None,
        traffic_bytes: None,
        devices: None,
        prices: Some(vec![price]),
        extras: None,
        on_sale: None,
    };
    shop.operator.update_plan(&shop.month, request).await.expect("another price");
}

async fn no_more_is_charged_than_was_announced(shop: Shop) {
    let (customer, _) = automatic(&shop).await;
    customer.receives(dollars(20)).await;
    shop.after(days(28)).await;
    now_costs(&shop, dollars(8)).await;
    pass(&shop, 47).await;
    assert_eq!(customer.wallet().await, 2_000, "five were announced");
    let page = customer.shop.notices(PageRequest::default()).await.expect("notices");
    assert!(page.items[0].text.contains("8.00 USD"), "{}", page.items[0].text);
    assert_eq!(told(&customer).await, ["auto-renew-soon", "auto-renew-soon"]);
    pass(&shop, 1).await;
    assert_eq!((customer.wallet().await, customer.subscription().await.days_left), (1_200, 30));

    shop.after(days(28)).await;
    now_costs(&shop, dollars(4)).await;
    pass(&shop, 48).await;
    assert_eq!(customer.wallet().await, 800, "less is no surprise");
    shop.is_in_order().await;
}

async fn nobody_is_charged_long_after_the_end(shop: Shop) {
    let (customer, mine) = automatic(&shop).await;
    shop.after(days(28)).await;
    pass(&shop, 47).await;
    shop.clock.advance(hours(1));
    let off = customer.shop.set_auto_renew(&mine.subscription_id, false).await.expect("off at any time");
    assert!(!off.auto_renew);
    let on = customer.shop.set_auto_renew(&mine.subscription_id, true).await;
    assert_eq!(refused(on), "subscription_closed", "its time is over, though nobody noted it yet");

    let (late, mine) = automatic(&shop).await;
    late.receives(dollars(9)).await;
    shop.operator.suspend(&mine.subscription_id).await.expect("stopped");
    shop.after(days(33)).await;
    shop.operator.resume(&mine.subscription_id).await.expect("goes on");
    shop.works().await;
    assert_eq!((late.wallet().await, late.subscription().await.auto_renew), (900, false));
    assert_eq!(late.was_told().await[0], "auto-renew-off");
    shop.is_in_order().await;
}

//! Codes that make purchases cheaper, or more of them.

use crate::world::{
    Customer, GIB, Shop, cents, days, dollars, hours, minutes, on_every_storage, percent_off, refused, wish,
};
use nexa_core::{
    backoffice::model::{CouponTerms, UpdateCouponRequest},
    error::Result,
    storefront::model::{CheckoutRequest, OrderView, PageRequest, Purpose},
};

on_every_storage!(
    a_code_makes_a_month_cheaper,
    what_was_shown_is_charged_although_the_coupon_changes,
    a_month_for_nothing_needs_no_gateway,
    days_and_traffic_come_once_and_go_with_a_refund,
    a_use_is_free_again_when_nobody_pays,
    late_money_has_the_price_that_was_promised,
    a_code_for_first_purchases_is_for_one,
    a_code_is_for_what_it_says,
    a_code_adds_to_money_for_the_wallet,
    one_key_is_one_order_with_its_code,
    who_leaves_gives_the_use_back,
    a_gateways_own_price_is_lowered_alike,
    coupons_of_one_shop_are_unknown_next_door,
);

fn month(shop: &Shop, code: &str, method: &str) -> CheckoutRequest {
    CheckoutRequest { coupon: Some(code.to_owned()), ..wish(Purpose::New, &shop.month, None, method) }
}

async fn buys(shop: &Shop, of: &Customer, code: &str, method: &str) -> Result<OrderView> {
    of.shop.checkout(month(shop, code, method), None).await
}

/// Uses that are spent or held, and what became of each, the newest first.
async fn uses(shop: &Shop) -> (u32, Vec<String>) {
    let coupon = shop.operator.coupons(PageRequest::default()).await.expect("coupons").items.remove(0);
    let uses = shop.operator.coupon_uses(&coupon.coupon_id, PageRequest::default()).await.expect("uses");
    (coupon.taken, uses.items.into_iter().map(|of| of.state).collect())
}

async fn a_code_makes_a_month_cheaper(shop: Shop) {
    shop.adds_coupon("SPRING", percent_off(33)).await;
    let ann = shop.customer().await;
    let order = buys(&shop, &ann, " spring", &shop.transfer).await.expect("an order");
    assert_eq!((order.price.minor, order.payment.as_ref().expect("a payment").due.minor), (335, 335));
    let lines: Vec<_> = order.lines.iter().map(|line| (line.kind.as_str(), line.amount.minor)).collect();
    assert_eq!(lines, [("plan", 500), ("coupon", -165)]);
    assert_eq!(uses(&shop).await, (1, vec!["held".to_owned()]));
    shop.bank.pays(&order);
    shop.after(minutes(1)).await;
    assert_eq!(ann.looks_at(&order).await.state, "fulfilled");
    assert_eq!((ann.subscription().await.paid_price.minor, ann.wallet().await), (335, 0));
    assert_eq!(uses(&shop).await, (1, vec!["used".to_owned()]));
    let sales = shop.operator.sales(None).await.expect("sales").sales;
    assert_eq!(sales.revenue, cents(335), "revenue is what was paid");
    shop.operator.refund_order(&order.order_id).await.expect("begun");
    shop.works().await;
    assert_eq!(ann.wallet().await, 335);
    assert_eq!(uses(&shop).await, (1, vec!["used".to_owned()]), "used, whatever becomes of the order");
    shop.is_in_order().await;
}

async fn what_was_shown_is_charged_although_the_coupon_changes(shop: Shop) {
    let coupon = shop.adds_coupon("SPRING", percent_off(50)).await;
    let ann = shop.customer().await;
    let order = buys(&shop, &ann, "SPRING", &shop.transfer).await.expect("an order");
    let off = UpdateCouponRequest { terms: percent_off(1), enabled: false };
    shop.operator.update_coupon(&coupon.coupon_id, off).await.expect("changed");
    assert_eq!(refused(buys(&shop, &ann, "SPRING", &shop.transfer).await), "coupon_unknown");
    shop.bank.pays(&order);
    shop.after(minutes(1)).await;
    let paid = ann.looks_at(&order).await;
    assert_eq!((paid.state.as_str(), paid.price.minor), ("fulfilled", 250));
    shop.is_in_order().await;
}

async fn a_month_for_nothing_needs_no_gateway(shop: Shop) {
    shop.adds_coupon("FREE", CouponTerms { per_user: Some(1), ..percent_off(100) }).await;
    let ann = shop.customer().await;
    let order = buys(&shop, &ann, "FREE", &shop.card).await.expect("an order");
    assert_eq!((order.price.minor, order.payment.is_none(), order.paid_at.is_some()), (0, true, true));
    shop.works().await;
    assert_eq!(ann.subscription().await.state, "active");
    assert_eq!(refused(buys(&shop, &ann, "FREE", &shop.card).await), "coupon_used_up");
    assert_eq!(refused(shop.operator.refund_order(&order.order_id).await), "order_not_refundable");
    let family = shop.adds_family_plan().await;
    let mine = ann.subscription().await.subscription_id;
    let quote = ann.shop.change_quote(&mine, &family).await.expect("a quote");
    assert_eq!((quote.credit.minor, quote.to_wallet.minor), (0, 0), "what was free is worth nothing");
    let gift = CheckoutRequest { gift: true, ..month(&shop, "FREE", "wallet") };
    let bob = shop.customer().await;
    assert_eq!(refused(bob.shop.checkout(gift, None).await), "coupon_not_for_this");
    shop.is_in_order().await;
}

async fn days_and_traffic_come_once_and_go_with_a_refund(shop: Shop) {
    let week = CouponTerms { percent: None, days: Some(7), ..percent_off(1) };
    let more = CouponTerms { percent: None, traffic_bytes: Some(5 * GIB), ..percent_off(1) };
    shop.adds_coupon("WEEK", week).await;
    shop.adds_coupon("MORE", more).await;
    let ann = shop.customer_with(dollars(10)).await;
    let order = buys(&shop, &ann, "WEEK", "wallet").await.expect("an order");
    assert_eq!((order.price.minor, order.coupon.map(|coupon| coupon.extra_days)), (500, Some(7)));
    shop.works().await;
    let first = ann.subscription().await;
    let ends = |of: &str| of.parse::<jiff::Timestamp>().expect("a moment");
    assert_eq!(ends(&first.ends_at), shop.now().checked_add(days(37)).expect("a moment"));
    let of = Some(first.subscription_id.clone());
    let renewal = CheckoutRequest {
        coupon: Some("more".to_owned()),
        ..wish(Purpose::Renewal, &shop.month, of, "wallet")
    };
    let renewed = ann.shop.checkout(renewal, None).await.expect("an order");
    shop.works().await;
    let second = ann.subscription().await;
    assert_eq!(second.limit_bytes, 25 * GIB, "10, 10 and 5 of the code");
    shop.works().await;
    assert_eq!(ann.subscription().await, second, "once");
    shop.operator.refund_order(&renewed.order_id).await.expect("begun");
    shop.works().await;
    let back = ann.subscription().await;
    assert_eq!((back.limit_bytes, &back.ends_at), (10 * GIB, &first.ends_at));
    shop.is_in_order().await;
}

async fn a_use_is_free_again_when_nobody_pays(shop: Shop) {
    shop.adds_coupon("ONE", CouponTerms { total: Some(1), ..percent_off(10) }).await;
    let (ann, bob) = (shop.customer().await, shop.customer().await);
    let order = buys(&shop, &ann, "ONE", &shop.transfer).await.expect("an order");
    assert_eq!(refused(buys(&shop, &bob, "ONE", &shop.transfer).await), "coupon_used_up");
    ann.shop.cancel_order(&order.order_id).await.expect("given up");
    let order = buys(&shop, &bob, "ONE", &shop.transfer).await.expect("an order");
    shop.after(hours(5)).await;
    assert_eq!(bob.looks_at(&order).await.state, "expired");
    assert_eq!(uses(&shop).await, (0, vec!["released".to_owned(), "released".to_owned()]));
    buys(&shop, &ann, "ONE", &shop.transfer).await.expect("an order");
    shop.is_in_order().await;
}

async fn late_money_has_the_price_that_was_promised(shop: Shop) {
    shop.adds_coupon("ONE", CouponTerms { total: Some(1), ..percent_off(10) }).await;
    let (ann, bob) = (shop.customer().await, shop.customer().await);
    let order = buys(&shop, &ann, "ONE", &shop.transfer).await.expect("an order");
    shop.after(hours(5)).await;
    buys(&shop, &bob, "ONE", &shop.transfer).await.expect("an order");
    shop.bank.pays(&order);
    shop.after(minutes(11)).await;
    let paid = ann.looks_at(&order).await;
    assert_eq!((paid.state.as_str(), paid.price.minor, ann.wallet().await), ("fulfilled", 450, 0));
    assert_eq!(uses(&shop).await, (2, vec!["held".to_owned(), "used".to_owned()]), "above its limit");
    shop.is_in_order().await;
}

async fn a_code_for_first_purchases_is_for_one(shop: Shop) {
    let first = CouponTerms { first_only: true, ..percent_off(10) };
    shop.adds_coupon("HELLO", first.clone()).await;
    shop.adds_coupon("WELCOME", first).await;
    let (ann, bob) = (shop.customer_with(dollars(5)).await, shop.customer().await);
    let order = buys(&shop, &ann, "HELLO", &shop.transfer).await.expect("an order");
    assert_eq!(refused(buys(&shop, &ann, "WELCOME", &shop.transfer).await), "coupon_not_for_this");
    ann.shop.cancel_order(&order.order_id).await.expect("given up");
    buys(&shop, &ann, "WELCOME", "wallet").await.expect("an order");
    assert_eq!(refused(buys(&shop, &ann, "HELLO", &shop.transfer).await), "coupon_not_for_this");
    bob.has_a_month(&shop).await;
    assert_eq!(refused(buys(&shop, &bob, "HELLO", &shop.transfer).await), "coupon_not_for_this");
    shop.works().await;
    shop.is_in_order().await;
}

async fn a_code_is_for_what_it_says(shop: Shop) {
    let family = shop.adds_family_plan().await;
    let plans = CouponTerms { plan_ids: vec![family], ..percent_off(10) };
    shop.adds_coupon("FAMILY", plans).await;
    shop.adds_coupon("AGAIN", CouponTerms { purposes: vec![Purpose::Renewal], ..percent_off(10) }).await;
    shop.adds_coupon("DEAR", CouponTerms { at_least: Some(cents(501)), ..percent_off(10) }).await;
    let until = shop.now().checked_add(days(1)).expect("a moment").to_string();
    shop.adds_coupon("TODAY", CouponTerms { until: Some(until.clone()), ..percent_off(10) }).await;
    shop.adds_coupon("LATER", CouponTerms { from: Some(until), ..percent_off(10) }).await;
    let ann = shop.customer_with(dollars(20)).await;
    for (code, no) in [
        ("FAMILY", "coupon_not_for_this"),
        ("AGAIN", "coupon_not_for_this"),
        ("DEAR", "coupon_not_for_this"),
        ("LATER", "coupon_unknown"),
        ("NOBODY", "coupon_unknown"),
    ] {
        assert_eq!(refused(buys(&shop, &ann, code, "wallet").await), no, "{code}");
    }
    buys(&shop, &ann, "TODAY", "wallet").await.expect("an order");
    shop.after(days(1)).await;
    assert_eq!(refused(buys(&shop, &ann, "TODAY", "wallet").await), "coupon_expired");
    buys(&shop, &ann, "LATER", "wallet").await.expect("an order");
    let pack = shop.adds_pack("traffic", GIB, dollars(1)).await;
    let mine = ann.shop.subscriptions().await.expect("subscriptions").remove(0).subscription_id;
    let pack = CheckoutRequest {
        pack_id: Some(pack),
        plan_id: None,
        coupon: Some("LATER".to_owned()),
        ..wish(Purpose::TrafficPack, "", Some(mine), "wallet")
    };
    assert_eq!(ann.shop.checkout(pack, None).await.expect("an order").price, cents(90));
    shop.works().await;
    shop.is_in_order().await;
}

async fn a_code_adds_to_money_for_the_wallet(shop: Shop) {
    shop.adds_coupon("PLAIN", percent_off(10)).await;
    let purposes = vec![Purpose::TopUp];
    shop.adds_coupon("TENTH", CouponTerms { purposes, total: Some(1), ..percent_off(10) }).await;
    let ann = shop.customer().await;
    let top_up = |code: &str| CheckoutRequest {
        purpose: Purpose::TopUp,
        method: shop.transfer.clone(),
        amount: Some(dollars(20)),
        coupon: Some(code.to_owned()),
        ..CheckoutRequest::default()
    };
    assert_eq!(refused(ann.shop.checkout(top_up("PLAIN"), None).await), "coupon_not_for_this");
    assert_eq!(refused(buys(&shop, &ann, "TENTH", &shop.transfer).await), "coupon_not_for_this");
    let order = ann.shop.checkout(top_up("TENTH"), None).await.expect("an order");
    assert_eq!((&order.price, order.coupon.as_ref().map(|c| c.bonus.minor)), (&dollars(20), Some(200)));
    shop.bank.pays(&order);
    shop.after(minutes(1)).await;
    shop.after(minutes(20)).await;
    assert_eq!(ann.wallet().await, 2200, "once");
    let entries = ann.shop.wallet(PageRequest::default()).await.expect("a wallet").items;
    let entries: Vec<_> = entries.iter().map(|of| (of.reason.as_str(), of.amount.minor)).collect();
    assert_eq!(entries, [("bonus", 200), ("payment", 2000)]);
    shop.is_in_order().await;
}

async fn one_key_is_one_order_with_its_code(shop: Shop) {
    shop.adds_coupon("ONE", CouponTerms { total: Some(1), ..percent_off(10) }).await;
    let ann = shop.customer().await;
    let key = || Some("cart".to_owned());
    let place = async |code: &str| ann.shop.checkout(month(&shop, code, &shop.transfer), key()).await;
    let first = place("ONE").await.expect("an order");
    assert_eq!(place(" one").await.expect("the same, although the code is used up").order_id, first.order_id);
    assert_eq!(refused(place("TWO").await), "key_reused");
    let without = wish(Purpose::New, &shop.month, None, &shop.transfer);
    assert_eq!(refused(ann.shop.checkout(without, key()).await), "key_reused");
    assert_eq!(uses(&shop).await.0, 1);
}

async fn who_leaves_gives_the_use_back(shop: Shop) {
    shop.adds_coupon("ONE", CouponTerms { total: Some(1), ..percent_off(10) }).await;
    let ann = shop.customer().await;
    buys(&shop, &ann, "ONE", &shop.transfer).await.expect("an order");
    ann.shop.delete_account(false).await.expect("gone");
    assert_eq!(uses(&shop).await, (0, vec!["released".to_owned()]));
}

async fn a_gateways_own_price_is_lowered_alike(shop: Shop) {
    use nexa_core::backoffice::model::UpdatePlanRequest;
    let euros = nexa_core::storefront::model::MoneyView { minor: 451, currency: "EUR".to_owned() };
    let prices = UpdatePlanRequest {
        name: None,
        days: None,
        traffic_bytes: None,
        devices: None,
        prices: Some(vec![dollars(5), euros]),
        extras: None,
        on_sale: None,
    };
    shop.operator.update_plan(&shop.month, prices).await.expect("changed");
    let in_euros = shop.adds_gateway("fake", serde_json::json!({ "asset": "EUR", "wallet": "euros" })).await;
    shop.adds_coupon("HALF", percent_off(50)).await;
    let ann = shop.customer().await;
    let order = buys(&shop, &ann, "HALF", &in_euros).await.expect("an order");
    let due = order.payment.expect("a payment").due;
    assert_eq!((order.price.minor, due.minor, due.currency.as_str()), (250, 226, "EUR"), "rounded up");
}

async fn coupons_of_one_shop_are_unknown_next_door(shop: Shop) {
    let coupon = shop.adds_coupon("SPRING", percent_off(10)).await;
    let other = shop.next_door().await;
    let bob = other.customer().await;
    assert_eq!(refused(buys(&other, &bob, "SPRING", &other.transfer).await), "coupon_unknown");
    let change = UpdateCouponRequest { terms: percent_off(99), enabled: true };
    assert_eq!(refused(other.operator.update_coupon(&coupon.coupon_id, change).await), "not_found");
    let uses = other.operator.coupon_uses(&coupon.coupon_id, PageRequest::default()).await;
    assert_eq!(refused(uses), "not_found");
}

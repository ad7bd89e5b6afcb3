//! More than a month: packs, saved orders, the wallet beside other ways to pay.

use crate::world::{GIB, Shop, days, dollars, hours, minutes, on_every_storage, payment_of, refused, wish};
use nexa_core::{
    backoffice::model::PackRequest,
    storefront::model::{CheckoutRequest, Purpose, SubscriptionView},
};

on_every_storage!(
    the_wallet_pays_first_and_a_transfer_the_rest,
    a_saved_cart_is_paid_by_the_next_top_up,
    saved_carts_are_paid_oldest_first_while_money_suffices,
    a_saved_cart_does_not_wait_for_ever,
    a_traffic_pack_revives_and_ends_with_the_period,
    a_device_pack_is_taken_back_with_its_price,
    packs_are_for_running_subscriptions_and_kept_as_they_were_sold,
    one_key_is_one_purchase,
);

/// Asks for this much from the wallet and the rest by a transfer.
fn with_wallet(request: CheckoutRequest) -> CheckoutRequest {
    CheckoutRequest { use_wallet: true, ..request }
}

fn kept(request: CheckoutRequest) -> CheckoutRequest {
    CheckoutRequest { keep: true, ..request }
}

fn pack(purpose: Purpose, pack: &str, of: &SubscriptionView) -> CheckoutRequest {
    let (pack_id, subscription_id) = (Some(pack.to_owned()), Some(of.subscription_id.clone()));
    CheckoutRequest {
        purpose,
        method: "wallet".to_owned(),
        pack_id,
        subscription_id,
        ..CheckoutRequest::default()
    }
}

async fn the_wallet_pays_first_and_a_transfer_the_rest(shop: Shop) {
    let customer = shop.customer_with(dollars(2)).await;
    let request = with_wallet(wish(Purpose::New, &shop.month, None, &shop.transfer));
    let order = customer.shop.checkout(request, None).await.expect("an order");
    assert_eq!(payment_of(&order).due, dollars(3));
    assert_eq!((&order.wallet_part, &order.paid_part), (&dollars(2), &dollars(3)));
    assert_eq!(order.missing, dollars(3));
    assert_eq!((customer.wallet().await, &order.held), (0, &dollars(2)), "set aside until the rest is in");
    let again = customer.shop.pay(&order.order_id, &shop.transfer, true).await.expect("a second tap");
    assert_eq!(payment_of(&again).payment_id, payment_of(&order).payment_id);
    let whole = customer.shop.pay(&order.order_id, &shop.transfer, false).await.expect("all by transfer");
    assert_eq!(payment_of(&whole).due, dollars(5), "another wish is another payment");

    shop.bank.pays(&order);
    shop.after(minutes(2)).await;
    let paid = customer.looks_at(&order).await;
    assert_eq!((paid.state.as_str(), customer.wallet().await), ("fulfilled", 0));
    assert_eq!((&paid.wallet_part, &paid.paid_part), (&dollars(2), &dollars(3)));
    assert_eq!((paid.method_name.as_deref(), paid.missing.minor), (Some("fake"), 0));
    let line = &paid.lines[0];
    assert_eq!((line.kind.as_str(), line.name.as_str(), &line.amount), ("plan", "Month", &dollars(5)));
    assert!(paid.number.len() == 9 && paid.paid_at.is_some());
    let top_up =
        CheckoutRequest { amount: Some(dollars(1)), ..wish(Purpose::TopUp, "", None, &shop.transfer) };
    assert_eq!(refused(customer.shop.checkout(with_wallet(top_up), None).await), "bad_input");
    shop.is_in_order().await;
}

async fn a_saved_cart_is_paid_by_the_next_top_up(shop: Shop) {
    let customer = shop.customer_with(dollars(1)).await;
    let request = kept(wish(Purpose::New, &shop.month, None, "wallet"));
    let order = customer.shop.checkout(request, None).await.expect("a cart");
    assert_eq!((order.state.as_str(), order.from_wallet), ("awaiting_payment", true));
    assert_eq!((order.missing.minor, customer.wallet().await), (400, 100));
    shop.after(days(3)).await;
    let top_up = customer.tops_up(dollars(6), &shop.card).await.expect("a top-up");
    customer.hands_in(&top_up, "receipt").await.expect("taken");
    let receipt = shop.operator.receipts(nexa_core::storefront::model::PageRequest::default()).await;
    let receipt = receipt.expect("receipts").remove(0);
    let accept =
        nexa_core::backoffice::model::AcceptRequest { received: receipt.due, version: receipt.version };
    shop.operator.accept_receipt(&receipt.receipt_id, accept).await.expect("accepted");
    shop.works().await;
    assert_eq!(customer.looks_at(&order).await.state, "fulfilled", "without another tap");
    assert_eq!((customer.subscription().await.state.as_str(), customer.wallet().await), ("active", 200));
    shop.is_in_order().await;
}

async fn saved_carts_are_paid_oldest_first_while_money_suffices(shop: Shop) {
    let family = shop.adds_family_plan().await;
    let customer = shop.customer().await;
    let mut carts = Vec::new();
    for plan in [&shop.month, &family, &shop.month] {
        let request = kept(wish(Purpose::New, plan, None, "wallet"));
        carts.push(customer.shop.checkout(request, None).await.expect("a cart"));
        shop.after(minutes(1)).await;
    }
    let states = async || {
        let mut states = Vec::new();
        for cart in &carts {
            states.push(customer.looks_at(cart).await.state);
        }
        states
    };
    customer.receives(dollars(12)).await;
    shop.works().await;
    assert_eq!(
        states().await,
        ["fulfilled", "awaiting_payment", "awaiting_payment"],
        "the second comes first"
    );
    customer.receives(dollars(2)).await;
    shop.works().await;
    assert_eq!(states().await, ["fulfilled", "fulfilled", "awaiting_payment"]);
    customer.shop.cancel_order(&carts[2].order_id).await.expect("given up");
    customer.receives(dollars(20)).await;
    shop.works().await;
    assert_eq!(customer.wallet().await, 2_000, "what was given up is not paid");
    shop.is_in_order().await;
}

async fn a_saved_cart_does_not_wait_for_ever(shop: Shop) {
    let customer = shop.customer().await;
    let request = kept(wish(Purpose::New, &shop.month, None, "wallet"));
    let order = customer.shop.checkout(request.clone(), None).await.expect("a cart");
    shop.after(hours(7 * 24 - 1)).await;
    assert_eq!(customer.looks_at(&order).await.state, "awaiting_payment");
    shop.after(hours(2)).await;
    assert_eq!(customer.looks_at(&order).await.state, "expired");
    customer.receives(dollars(5)).await;
    shop.works().await;
    assert_eq!(customer.wallet().await, 500);
    customer.receives(dollars(-5)).await;
    for _ in 0..10 {
        customer.shop.checkout(request.clone(), None).await.expect("a cart");
    }
    let refusal = refused(customer.shop.checkout(request, None).await);
    assert_eq!(refusal, "too_many_open_orders");
}

async fn a_traffic_pack_revives_and_ends_with_the_period(shop: Shop) {
    let more = shop.adds_pack("traffic", 5 * GIB, dollars(1)).await;
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    let server = shop.server("frankfurt");
    server.carries(10 * GIB);
    shop.after(minutes(6)).await;
    assert_eq!(customer.subscription().await.state, "exhausted");
    customer.receives(dollars(6)).await;
    let bought =
        customer.shop.checkout(pack(Purpose::TrafficPack, &more, &mine), None).await.expect("a pack");
    shop.works().await;
    assert_eq!(customer.looks_at(&bought).await.state, "fulfilled");
    let revived = customer.subscription().await;
    assert_eq!((revived.state.as_str(), revived.remaining_bytes), ("active", 5 * GIB));
    assert_eq!((&revived.ends_at, revived.pack_bytes), (&mine.ends_at, 5 * GIB));
    assert!(server.lets_in() && customer.was_told().await.contains(&"traffic-added".to_owned()));
    assert_eq!(server.carries(2 * GIB), 2 * GIB);
    shop.after(minutes(6)).await;
    customer.renews(&mine, "wallet").await.expect("a renewal");
    shop.works().await;
    let renewed = customer.subscription().await;
    assert_eq!(
        (renewed.remaining_bytes, renewed.pack_bytes),
        (10 * GIB, 0),
        "what was left of the pack is gone"
    );
    shop.is_in_order().await;
}

async fn a_device_pack_is_taken_back_with_its_price(shop: Shop) {
    let more = shop.adds_pack("devices", 3, dollars(1)).await;
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    customer.receives(dollars(1)).await;
    let bought = customer.shop.checkout(pack(Purpose::DevicePack, &more, &mine), None).await.expect("a pack");
    shop.works().await;
    let server = shop.server("frankfurt");
    assert_eq!((customer.subscription().await.devices, server.entry().account.grant.devices), (5, 5));
    shop.operator.refund_order(&bought.order_id).await.expect("begun");
    shop.works().await;
    assert_eq!((customer.subscription().await.devices, customer.wallet().await), (2, 100));
    assert_eq!(server.entry().account.grant.devices, 2);
    assert!(server.lets_in(), "the rest goes on");
    shop.is_in_order().await;
}

async fn packs_are_for_running_subscriptions_and_kept_as_they_were_sold(shop: Shop) {
    let more = shop.adds_pack("traffic", GIB, dollars(1)).await;
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    let wrong = pack(Purpose::DevicePack, &more, &mine);
    assert_eq!(refused(customer.shop.checkout(wrong, None).await), "not_found", "of another kind");
    let none = CheckoutRequest { pack_id: None, ..pack(Purpose::TrafficPack, &more, &mine) };
    assert_eq!(refused(customer.shop.checkout(none, None).await), "bad_input");
    let cart = kept(pack(Purpose::TrafficPack, &more, &mine));
    let cart = customer.shop.checkout(cart, None).await.expect("a cart");
    let hidden = PackRequest {
        pack_id: Some(more.clone()),
        kind: "traffic".to_owned(),
        name: "Less".to_owned(),
        amount: 1 << 20,
        prices: vec![dollars(2)],
        on_sale: false,
    };
    let other = PackRequest { kind: "devices".to_owned(), amount: 1, ..hidden.clone() };
    assert_eq!(refused(shop.operator.save_pack(other).await), "bad_input", "the kind stays");
    shop.operator.save_pack(hidden).await.expect("changed");
    assert!(customer.shop.packs().await.expect("packs").is_empty());
    assert_eq!(shop.operator.packs().await.expect("packs").len(), 1);
    let gone = customer.shop.checkout(pack(Purpose::TrafficPack, &more, &mine), None).await;
    assert_eq!(refused(gone), "plan_not_on_sale");
    customer.receives(dollars(1)).await;
    shop.works().await;
    assert_eq!(customer.looks_at(&cart).await.state, "fulfilled", "as it was sold");
    assert_eq!(customer.subscription().await.pack_bytes, GIB);

    let again = shop.adds_pack("traffic", GIB, dollars(1)).await;
    let late = kept(pack(Purpose::TrafficPack, &again, &mine));
    shop.after(days(26)).await;
    let late = customer.shop.checkout(late, None).await.expect("a cart");
    shop.after(days(5)).await;
    assert_eq!(customer.subscription().await.state, "ended");
    let ended = customer.shop.checkout(pack(Purpose::TrafficPack, &again, &mine), None).await;
    assert_eq!(refused(ended), "subscription_closed");
    customer.receives(dollars(1)).await;
    shop.works().await;
    assert_eq!(customer.looks_at(&late).await.state, "refunded", "there is no period to add it to");
    assert_eq!(customer.wallet().await, 100);
    shop.is_in_order().await;
}

async fn one_key_is_one_purchase(shop: Shop) {
    let family = shop.adds_family_plan().await;
    let more = shop.adds_pack("traffic", GIB, dollars(1)).await;
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    customer.receives(dollars(20)).await;
    let change = wish(Purpose::Change, &family, Some(mine.subscription_id.clone()), "wallet");
    let pack = pack(Purpose::TrafficPack, &more, &mine);
    for (key, request, other) in [("a", pack.clone(), change.clone()), ("b", change, pack)] {
        let ask = |request: CheckoutRequest| customer.shop.checkout(request, Some(key.to_owned()));
        let first = ask(request.clone()).await.expect("an order");
        shop.works().await;
        assert_eq!(ask(request).await.expect("the same").order_id, first.order_id);
        assert_eq!(refused(ask(other).await), "key_reused");
    }
    assert_eq!(customer.wallet().await, 2_000 - 100 - 400);
    shop.is_in_order().await;
}

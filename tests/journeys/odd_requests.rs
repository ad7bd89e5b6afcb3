//! What no honest frontend sends: every answer is a refusal with a code, and nothing changes.

use crate::world::{Customer, Shop, dollars, on_every_storage, payment_of, refused, wish};
use nexa_core::{
    backoffice::model::{AddPlanRequest, AddServerRequest, GroupRequest, RateRequest, UpdateServerRequest},
    storefront::model::{CheckoutRequest, MoneyView, PageRequest, Purpose, QuoteRequest},
};
use serde_json::json;

on_every_storage!(
    amounts_that_make_no_sense,
    things_that_do_not_exist,
    wishes_that_contradict_themselves,
    pictures_that_are_none,
    keys_of_requests,
    plans_that_cannot_be_sold,
    servers_that_cannot_work,
    a_server_is_in_a_shop_once,
);

fn money(minor: i64, currency: &str) -> MoneyView {
    MoneyView { minor, currency: currency.to_owned() }
}

async fn amounts_that_make_no_sense(shop: Shop) {
    let customer = shop.customer().await;
    let top_up = async |amount| refused(customer.tops_up(amount, &shop.transfer).await);
    assert_eq!(top_up(money(-100, "USD")).await, "amount_out_of_range");
    assert_eq!(top_up(money(0, "USD")).await, "amount_out_of_range");
    assert_eq!(top_up(money(i64::MAX, "USD")).await, "amount_out_of_range");
    assert_eq!(top_up(money(i64::MIN, "USD")).await, "amount_out_of_range");
    assert_eq!(top_up(money(500, "EUR")).await, "wrong_currency");
    assert_eq!(top_up(money(500, "GOLD")).await, "bad_input");
    assert_eq!(top_up(money(500, "")).await, "bad_input");
    assert_eq!(refused(customer.tops_up(dollars(5), "wallet").await), "bad_input");
    assert!(customer.shop.orders(PageRequest::default()).await.expect("orders").items.is_empty());
}

async fn things_that_do_not_exist(shop: Shop) {
    let customer = shop.customer().await;
    for id in ["", "x", "00000000-0000-0000-0000-000000000000", "../../etc", "\u{0}", &"a".repeat(100_000)] {
        let shopper = &customer.shop;
        let quote = QuoteRequest { plan_id: id.to_owned(), ..QuoteRequest::default() };
        assert_eq!(refused(shopper.quote(quote).await), "not_found");
        let quote = QuoteRequest {
            plan_id: shop.month.clone(),
            method: Some(id.to_owned()),
            ..QuoteRequest::default()
        };
        assert_eq!(refused(shopper.quote(quote).await), "not_found");
        let by_wallet = wish(Purpose::New, id, None, "wallet");
        assert_eq!(refused(shopper.checkout(by_wallet, None).await), "not_found", "unknown plan");
        assert_eq!(refused(customer.orders(id).await), "not_found", "unknown method");
        let renewal = wish(Purpose::Renewal, &shop.month, Some(id.to_owned()), "wallet");
        assert_eq!(refused(shopper.checkout(renewal, None).await), "not_found");
        assert_eq!(refused(shopper.pay(id, "wallet", false).await), "not_found");
        assert_eq!(refused(shopper.upload_receipt(id, vec![], String::new()).await), "not_found");
        assert_eq!(refused(shop.door.link(id, crate::world::uris()).await), "not_found");
        assert_eq!(refused(shop.door.claim(id).await), "not_found");
        assert_eq!(refused(shop.door.principal(shop.id, id).await), "not_signed_in");
        let page = PageRequest { cursor: Some(id.to_owned()), limit: None };
        if id.starts_with("0000") {
            assert!(shopper.orders(page).await.expect("nothing before it").items.is_empty());
        } else {
            assert_eq!(refused(shopper.orders(page).await), "bad_input");
        }
    }
    for limit in [0, 101, u32::MAX] {
        let page = PageRequest { cursor: None, limit: Some(limit) };
        assert_eq!(refused(customer.shop.notices(page).await), "bad_input");
    }
}

async fn wishes_that_contradict_themselves(shop: Shop) {
    let customer = shop.customer().await;
    let ask = async |wish: CheckoutRequest| refused(customer.shop.checkout(wish, None).await);
    let bare = |purpose| CheckoutRequest { plan_id: None, ..wish(purpose, "", None, &shop.transfer) };
    assert_eq!(ask(bare(Purpose::New)).await, "bad_input", "which plan?");
    assert_eq!(ask(bare(Purpose::TopUp)).await, "bad_input", "how much?");
    assert_eq!(ask(wish(Purpose::Renewal, &shop.month, None, "wallet")).await, "bad_input", "of what?");
    assert_eq!(ask(wish(Purpose::Trial, &shop.month, None, "wallet")).await, "bad_input");

    let mine = customer.has_a_month(&shop).await;
    shop.operator.revoke(&mine.subscription_id).await.expect("revoked");
    assert_eq!(refused(customer.renews(&mine, "wallet").await), "subscription_closed");
    assert_eq!(refused(customer.shop.reset_link(&mine.subscription_id).await), "subscription_closed");
    let order = customer.orders(&shop.transfer).await.expect("an order");
    customer.shop.cancel_order(&order.order_id).await.expect("cancelled");
    assert_eq!(refused(customer.shop.cancel_order(&order.order_id).await), "order_not_open");
    assert_eq!(refused(customer.shop.pay(&order.order_id, &shop.transfer, false).await), "order_not_open");
}

async fn pictures_that_are_none(shop: Shop) {
    let customer = shop.customer().await;
    let by_card = customer.orders(&shop.card).await.expect("an order");
    let upload = async |picture: Vec<u8>, note: String| {
        refused(customer.shop.upload_receipt(&payment_of(&by_card).payment_id, picture, note).await)
    };
    assert_eq!(upload(Vec::new(), String::new()).await, "bad_picture");
    assert_eq!(upload(b"GIF89a".to_vec(), String::new()).await, "bad_picture");
    assert_eq!(upload(b"\xff\xd8\xff\xe0 cut off".to_vec(), String::new()).await, "bad_picture");
    assert_eq!(upload(vec![0; 6 << 20], String::new()).await, "too_large");
    assert_eq!(upload(Vec::new(), "x".repeat(501)).await, "bad_input");
    let by_transfer = customer.orders(&shop.transfer).await.expect("an order");
    assert_eq!(refused(customer.hands_in(&by_transfer, "receipt").await), "no_receipt_wanted");
}

async fn keys_of_requests(shop: Shop) {
    let customer = shop.customer().await;
    let ask =
        async |wish: CheckoutRequest, key: &str| customer.shop.checkout(wish, Some(key.to_owned())).await;
    let month = || wish(Purpose::New, &shop.month, None, &shop.transfer);
    let first = ask(month(), "one").await.expect("an order");
    assert_eq!(ask(month(), "one").await.expect("the same").order_id, first.order_id);
    let top_up =
        CheckoutRequest { amount: Some(dollars(1)), ..wish(Purpose::TopUp, "", None, &shop.transfer) };
    assert_eq!(refused(ask(top_up, "one").await), "key_reused");
    assert_eq!(refused(ask(month(), "").await), "bad_input");
    assert_eq!(refused(ask(month(), &"k".repeat(101)).await), "bad_input");
    let other = Customer::signs_up(&shop).await;
    let theirs = other.shop.checkout(month(), Some("one".to_owned())).await.expect("an order of its own");
    assert_ne!(theirs.order_id, first.order_id);
}

async fn plans_that_cannot_be_sold(shop: Shop) {
    let good = AddPlanRequest {
        name: "Week".to_owned(),
        days: 7,
        traffic_bytes: 1 << 30,
        devices: 1,
        extras: vec![],
        group_id: None,
        prices: vec![dollars(1)],
        on_sale: true,
    };
    let add = async |plan: AddPlanRequest| refused(shop.operator.add_plan(plan).await);
    assert_eq!(add(AddPlanRequest { name: String::new(), ..good.clone() }).await, "bad_input");
    assert_eq!(add(AddPlanRequest { days: 0, ..good.clone() }).await, "bad_input");
    assert_eq!(add(AddPlanRequest { days: u32::MAX, ..good.clone() }).await, "bad_input");
    assert_eq!(add(AddPlanRequest { traffic_bytes: 0, ..good.clone() }).await, "bad_input");
    assert_eq!(add(AddPlanRequest { traffic_bytes: u64::MAX, ..good.clone() }).await, "bad_input");
    assert_eq!(add(AddPlanRequest { devices: 0, ..good.clone() }).await, "bad_input");
    assert_eq!(
        add(AddPlanRequest { prices: vec![dollars(-1)], ..good.clone() }).await,
        "amount_out_of_range"
    );
    assert_eq!(add(AddPlanRequest { prices: vec![money(1, "EUR")], ..good.clone() }).await, "wrong_currency");
    assert_eq!(add(AddPlanRequest { group_id: Some("x".to_owned()), ..good.clone() }).await, "not_found");
    let hidden = shop.operator.add_plan(AddPlanRequest { on_sale: false, ..good }).await.expect("a plan");
    let customer = shop.customer().await;
    let order = customer.shop.checkout(wish(Purpose::New, &hidden.plan_id, None, &shop.transfer), None).await;
    assert_eq!(refused(order), "plan_not_on_sale");
    assert_eq!(customer.shop.plans().await.expect("plans").len(), 1);
}

async fn a_server_is_in_a_shop_once(shop: Shop) {
    let named = |name: &str| json!({ "name": name });
    let add = |name: &str| AddServerRequest {
        name: "again".to_owned(),
        kind: "memory".to_owned(),
        group_id: None,
        config: named(name),
        region: None,
        capacity: None,
    };
    let change = |state: Option<&str>, config| UpdateServerRequest {
        name: None,
        state: state.map(str::to_owned),
        config,
        region: None,
        capacity: None,
    };
    let first = shop.operator.servers().await.expect("servers").remove(0).server_id;
    assert_eq!(refused(shop.operator.add_server(add("frankfurt")).await), "server_known");
    let paris = shop.adds_server("paris").await;
    let as_the_first = change(None, Some(named("frankfurt")));
    assert_eq!(refused(shop.operator.update_server(&paris, as_the_first.clone()).await), "server_known");
    shop.operator
        .update_server(&paris, change(None, Some(named("paris"))))
        .await
        .expect("its own is no other");

    shop.operator.update_server(&first, change(Some("off"), None)).await.expect("off");
    shop.operator.update_server(&paris, as_the_first).await.expect("the first is not spoken to");
    assert_eq!(
        refused(shop.operator.update_server(&first, change(Some("open"), None)).await),
        "server_known"
    );
    shop.operator.add_server(add("paris")).await.expect("which is free again");
    let next_door = shop.next_door().await;
    next_door.adds_server("frankfurt").await;
    assert_eq!(shop.operator.servers().await.expect("servers").len(), 3);
}

async fn servers_that_cannot_work(shop: Shop) {
    let add = async |kind: &str, config| {
        let request = AddServerRequest {
            name: "new".to_owned(),
            kind: kind.to_owned(),
            group_id: None,
            config,
            region: None,
            capacity: None,
        };
        refused(shop.operator.add_server(request).await)
    };
    assert_eq!(add("unheard-of", json!({})).await, "unknown_kind");
    assert_eq!(add("memory", json!({})).await, "bad_config");
    assert_eq!(add("memory", json!(null)).await, "bad_config");
    shop.server("dead").goes_down();
    assert_eq!(add("memory", json!({ "name": "dead" })).await, "panel_unreachable");
    assert_eq!(shop.operator.servers().await.expect("servers").len(), 1, "nothing was stored");
    let rate = |asset: &str, price| RateRequest { asset: asset.to_owned(), price, valid_hours: 24 };
    assert_eq!(refused(shop.operator.set_rate(rate("USD", dollars(1))).await), "bad_input");
    assert_eq!(refused(shop.operator.set_rate(rate("LTC", dollars(0))).await), "amount_out_of_range");
    assert_eq!(refused(shop.operator.set_rate(rate("LTC", money(1, "EUR"))).await), "wrong_currency");
    let group = |name: &str| GroupRequest { name: name.to_owned(), spread: 0 };
    assert_eq!(refused(shop.operator.add_group(group("main")).await), "name_taken");
    assert_eq!(refused(shop.operator.add_group(group(" ")).await), "bad_input");
}

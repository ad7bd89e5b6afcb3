//! Taking one's data along, and leaving.

use super::{SARA, anew, by_number, comes_by_mail, enters};
use crate::world::{Customer, GIB, Shop, cents, dollars, minutes, on_every_storage, refused, wish};
use nexa_core::{
    domain::{push::PushTarget, usage::Day},
    frontdesk::{LinkAsk, LinkForm},
    ids::{SubscriptionId, UserId},
    ports::storage::Page,
    storefront::model::{CheckoutRequest, PageRequest, Purpose, SignInRequest, SubscriptionView},
};
use serde_json::Value;

on_every_storage!(
    an_export_holds_everything_and_no_keys,
    an_export_tells_how_it_was_used,
    who_leaves_is_gone,
    no_trace_of_use_stays,
    money_holds_the_account,
    money_that_is_given_up_stays_in_the_books,
    a_pack_that_is_given_up_comes_back_to_the_books,
    a_change_of_plan_that_costs_nothing_holds_nobody,
    an_operator_stays,
);

async fn an_export_holds_everything_and_no_keys(shop: Shop) {
    let customer = shop.customer_with(dollars(20)).await;
    customer.shop.add_email(SARA).await.expect("a code");
    customer.shop.confirm_email(SARA, &shop.mail.code(SARA)).await.expect("added");
    let mine = customer.has_a_month(&shop).await;
    customer.orders(&shop.card).await.expect("an unpaid order");
    let text = customer.shop.export().await.expect("an export");
    let document: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(document["user"]["user_id"], customer.id.as_str());
    assert_eq!(document["identities"][1]["value"], SARA, "in clear for its owner");
    assert_eq!(document["orders"].as_array().map(Vec::len), Some(2));
    assert_eq!(document["orders"][0]["payments"].as_array().map(Vec::len), Some(1));
    assert_eq!(document["subscriptions"][0]["subscription_id"], mine.subscription_id.as_str());
    assert_eq!(document["sessions"].as_array().map(Vec::len), Some(1));
    assert!(document["wallet_history"].as_array().is_some_and(|all| all.len() >= 2));
    assert!(document["notices"].as_array().is_some_and(|all| !all.is_empty()));
    let token = mine.link.rsplit('/').next().expect("a token");
    for secret in [token, &customer.token, &customer.number] {
        assert!(!text.contains(secret));
    }
    let other = shop.customer().await;
    assert!(!other.shop.export().await.expect("an export").contains(SARA));
    assert_eq!(refused(shop.guest().export().await), "not_signed_in");
}

/// A month under a name, used by a phone; a laptop was taken off.
async fn uses_a_month(shop: &Shop, customer: &Customer) -> SubscriptionView {
    let mine = customer.has_a_month(shop).await;
    let id = mine.subscription_id.as_str();
    customer.shop.rename_subscription(id, "For my mother").await.expect("renamed");
    for model in ["laptop-001", "phone-0001"] {
        let said = [("x-hwid", model), ("x-device-model", model), ("user-agent", "Happ/3")];
        let headers = said.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        let ask = LinkAsk { headers, ..LinkAsk::of(LinkForm::Plain) };
        shop.door.link(mine.link.rsplit('/').next().expect("a token"), ask).await.expect("an answer");
    }
    let laptop = customer.shop.devices(id).await.expect("devices").remove(0);
    customer.shop.remove_device(id, &laptop.device_id).await.expect("taken off");
    shop.server("frankfurt").carries(GIB);
    shop.after(minutes(6)).await;
    mine
}

async fn an_export_tells_how_it_was_used(shop: Shop) {
    let customer = shop.customer().await;
    let mine = uses_a_month(&shop, &customer).await;
    customer.shop.set_auto_renew(&mine.subscription_id, true).await.expect("on");
    let browser = PushTarget {
        id: customer.id.parse().expect("an id"),
        shop_id: shop.id,
        user_id: customer.id.parse().expect("an id"),
        token_id: customer.id.parse().expect("an id"),
        lookup: nexa_core::secret::digest("https://push.example/secret"),
        sealed: "sealed endpoint".to_owned(),
        created_at: shop.now(),
        failures: 0,
    };
    let mut tx = shop.storage.begin().await.expect("storage");
    tx.save_push_target(&browser).await.expect("a browser");
    tx.commit().await.expect("committed");
    let text = anew(&shop, &customer).await.export().await.expect("an export");
    let document: Value = serde_json::from_str(&text).expect("JSON");
    let shown = &document["subscriptions"][0];
    assert_eq!(shown["name"], "For my mother");
    assert_eq!(shown["auto_renew"], true);
    assert_eq!(shown["period"]["starts_at"], mine.period_starts_at.as_str());
    assert_eq!(shown["period"]["paid_price"]["minor"], 500);
    assert_eq!(shown["seen_devices"].as_array().map(Vec::len), Some(1));
    assert_eq!(shown["seen_devices"][0]["name"], "phone-0001");
    assert_eq!(
        shown["usage_by_day"],
        serde_json::json!([{ "date": "2026-03-01", "server": "frankfurt", "bytes": GIB }])
    );
    assert_eq!(document["message_browsers"], serde_json::json!([{ "since": shop.now().to_string() }]));
    assert!(!text.contains("sealed endpoint") && !text.contains(&browser.lookup.0));
}

async fn no_trace_of_use_stays(shop: Shop) {
    let customer = shop.customer().await;
    let mine = uses_a_month(&shop, &customer).await;
    let id: SubscriptionId = mine.subscription_id.parse().expect("an id");
    let traces = async || {
        let mut read = shop.storage.read().await.expect("storage");
        let devices = read.devices(shop.id, id).await.expect("read").len();
        let removals = read.device_removals(shop.id, id, jiff::Timestamp::UNIX_EPOCH).await.expect("read");
        let days = read.usage_days(shop.id, id, Day::from_number(0)).await.expect("read").len();
        let held = read.subscription(shop.id, id).await.expect("read").expect("it stays in the books");
        (devices, removals.0, days, held.name)
    };
    assert_eq!(traces().await, (1, 1, 1, Some("For my mother".to_owned())));
    anew(&shop, &customer).await.delete_account(false).await.expect("gone");
    assert_eq!(traces().await, (0, 0, 0, None));
    shop.works().await;
    assert_eq!(traces().await, (0, 0, 0, None), "nor does it come back");
}

async fn who_leaves_is_gone(shop: Shop) {
    let customer = shop.customer().await;
    customer.shop.add_email(SARA).await.expect("a code");
    customer.shop.confirm_email(SARA, &shop.mail.code(SARA)).await.expect("added");
    let mine = customer.has_a_month(&shop).await;
    let open = customer.orders(&shop.card).await.expect("an unpaid order");
    super::sets_second_factor(&shop, &customer.shop).await;
    customer.shop.delete_account(false).await.expect("gone");
    assert_eq!(refused(customer.shop.me().await), "not_signed_in");
    assert_eq!(refused(shop.door.principal(shop.id, &customer.token).await), "not_signed_in");
    assert_eq!(refused(enters(&shop, by_number(&customer.number)).await), "wrong_credentials");
    assert_eq!(refused(shop.opens(&mine.link).await), "not_found");
    shop.works().await;
    assert!(shop.server("frankfurt").entries().iter().all(|entry| !entry.account.grant.enabled));
    let user: UserId = customer.id.parse().expect("an id");
    let mut read = shop.storage.read().await.expect("storage");
    assert_eq!(read.identities(shop.id, user).await.expect("read"), []);
    assert_eq!(read.second_factor(shop.id, user).await.expect("read"), None);
    let order = shop.operator.order(&open.order_id).await.expect("the order");
    assert_eq!(order.state, "cancelled");
    assert!(shop.operator.find_user(SARA).await.is_err());
    let entries =
        read.entries(shop.id, nexa_core::domain::ledger::Account::Wallet(user), Page::default()).await;
    assert!(!entries.expect("read").is_empty(), "the books keep what happened");
    shop.clock.advance(minutes(1));
    let again = comes_by_mail(&shop, SARA).await;
    assert_ne!(again.user_id, customer.id, "whoever comes again is somebody new");
    shop.is_in_order().await;
}

async fn money_holds_the_account(shop: Shop) {
    let customer = shop.customer_with(cents(1)).await;
    assert_eq!(refused(customer.shop.delete_account(false).await), "wallet_not_empty");
    customer.shop.me().await.expect("still here");

    let paid = shop.customer_with(dollars(5)).await;
    paid.orders("wallet").await.expect("an order that is not delivered yet");
    assert_eq!(refused(paid.shop.delete_account(false).await), "wallet_not_empty");
    shop.works().await;
    paid.shop.delete_account(false).await.expect("delivered, so nothing is owed");
}

async fn money_that_is_given_up_stays_in_the_books(shop: Shop) {
    let customer = shop.customer_with(dollars(7)).await;
    customer.orders("wallet").await.expect("an order that is not delivered yet");
    customer.shop.delete_account(true).await.expect("gone");
    shop.works().await;
    let user: UserId = customer.id.parse().expect("an id");
    let mut read = shop.storage.read().await.expect("storage");
    let wallet = nexa_core::domain::ledger::Account::Wallet(user);
    let left = read.balance(shop.id, wallet, nexa_core::domain::money::Currency::Usd).await.expect("read");
    assert_eq!(left.minor, 700, "what was not delivered came back, and stays");
    assert!(shop.server("frankfurt").entries().is_empty(), "nothing was delivered");
    shop.is_in_order().await;
}

async fn a_pack_that_is_given_up_comes_back_to_the_books(shop: Shop) {
    let more = shop.adds_pack("traffic", GIB, dollars(1)).await;
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    customer.receives(dollars(1)).await;
    let request = CheckoutRequest {
        purpose: Purpose::TrafficPack,
        method: "wallet".to_owned(),
        pack_id: Some(more),
        subscription_id: Some(mine.subscription_id),
        ..CheckoutRequest::default()
    };
    let order = customer.shop.checkout(request, None).await.expect("a pack that is not added yet");
    assert_eq!(refused(customer.shop.delete_account(false).await), "wallet_not_empty");
    customer.shop.delete_account(true).await.expect("gone");
    shop.works().await;
    assert_eq!(shop.operator.order(&order.order_id).await.expect("the order").state, "refunded");
    shop.is_in_order().await;
}

async fn a_change_of_plan_that_costs_nothing_holds_nobody(shop: Shop) {
    let small = shop.adds_plan("Week", 7, GIB, dollars(1)).await;
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    let request = wish(Purpose::Change, &small, Some(mine.subscription_id), "wallet");
    let order = customer.shop.checkout(request, None).await.expect("a change that is not made yet");
    assert_eq!(refused(customer.shop.delete_account(false).await), "wallet_not_empty", "four dollars come");
    customer.shop.delete_account(true).await.expect("gone");
    shop.works().await;
    assert_eq!(shop.operator.order(&order.order_id).await.expect("the order").state, "cancelled");
    shop.is_in_order().await;
}

async fn an_operator_stays(shop: Shop) {
    let (home, door) = shop.unclaimed().await;
    let account_number = Some(door.claim(&home.claim).await.expect("claimed").account_number);
    let guest = home.nexa.storefront(nexa_core::domain::user::Principal::guest(home.shop_id));
    let with = SignInRequest { account_number, ..SignInRequest::default() };
    let token = guest.sign_in(with).await.expect("a session").token;
    let own = home.nexa.storefront(door.principal(home.shop_id, &token).await.expect("the operator"));
    assert_eq!(refused(own.delete_account(true).await), "not_allowed");
    own.orders(PageRequest::default()).await.expect("still here");
}

//! Paying with Telegram Stars, at a Bot API that plays Telegram.

use super::accounts::telegram::{mini_app, sets_bot};
use crate::world::{Customer, Shop, cents, hours, minutes, on_every_storage, payment_of, refused};
use jiff::{SignedDuration, Timestamp};
use nexa_core::{
    backoffice::model::RateRequest, frontdesk::PreCheckout, ids::GatewayId, ports::gateway::Callback,
    sim::gateway::Fault, storefront::model::OrderView,
};
use nexa_payments::{
    stars::{SIGNATURE, sign},
    testing::TelegramServer,
};
use serde_json::json;

on_every_storage!(
    stars_pay_for_a_month,
    telegram_is_told_what_may_be_paid,
    what_the_bot_hears_is_looked_at_at_once,
    a_gateway_is_rehearsed,
    a_day_s_stars_are_compared_with_telegram_s_list,
    stars_that_telegram_gives_back_are_shown_to_the_operator,
);

const TOKEN: &str = "7350198246:AAFq3nJv0bT8kLr5Zx1Wc9YdUeHgMiPoSa2";
const SARA: i64 = 279_058_397;

/// Telegram, and what to give as `method`. A Star is worth three cents.
async fn takes_stars(shop: &Shop) -> (TelegramServer, String) {
    let telegram = TelegramServer::start(TOKEN).await.expect("a port");
    let config = json!({ "token": TOKEN, "api_url": telegram.base_url() });
    let method = shop.adds_gateway("stars", config).await;
    let rate = RateRequest { asset: "XTR".to_owned(), price: cents(3), valid_hours: 100 };
    shop.operator.set_rate(rate).await.expect("a rate");
    sets_bot(shop).await;
    (telegram, method)
}

fn link(order: &OrderView) -> String {
    payment_of(order).telegram_url.clone().expect("a link into Telegram")
}

async fn stars_pay_for_a_month(shop: Shop) {
    let (telegram, method) = takes_stars(&shop).await;
    let customer = shop.customer().await;
    let order = customer.orders(&method).await.expect("an order");
    let due = &payment_of(&order).due;
    assert_eq!((due.minor, due.currency.as_str()), (167, "XTR"), "five dollars, rounded up");
    let again = customer.looks_at(&order).await;
    assert_eq!(link(&again), link(&order));
    shop.after(minutes(1)).await;
    assert_eq!(customer.looks_at(&order).await.state, "awaiting_payment");
    assert!(telegram.pay(&link(&order), SARA, None).is_some());
    shop.after(minutes(1)).await;
    assert_eq!(customer.looks_at(&order).await.state, "fulfilled");
    assert_eq!(customer.wallet().await, 0, "a part of a Star is no money");
    // Once more, from another device: nothing is lost.
    assert!(telegram.pay(&link(&order), SARA, None).is_some());
    shop.after(hours(2)).await;
    assert_eq!(customer.wallet().await, 500, "worth the price again");
    shop.is_in_order().await;
}

async fn may_pay(shop: &Shop, order: &OrderView, change: impl FnOnce(&mut PreCheckout)) -> &'static str {
    let payment = payment_of(order);
    let mut asked = PreCheckout {
        payload: payment.payment_id.clone(),
        telegram_user_id: SARA,
        currency: "XTR".to_owned(),
        total_amount: payment.due.minor,
    };
    change(&mut asked);
    match shop.door.pre_checkout(shop.id, asked).await {
        Ok(()) => "yes",
        no => refused(no),
    }
}

/// What is asked otherwise than it should be.
type Change = fn(&mut PreCheckout);

async fn telegram_is_told_what_may_be_paid(shop: Shop) {
    let (telegram, method) = takes_stars(&shop).await;
    let customer = shop.customer().await;
    let order = customer.orders(&method).await.expect("an order");
    assert_eq!(may_pay(&shop, &order, |_| ()).await, "payer_unknown");
    customer.shop.add_telegram(mini_app(&shop, SARA)).await.expect("added");
    assert_eq!(may_pay(&shop, &order, |_| ()).await, "yes");
    let other: Customer = shop.customer().await;
    other.shop.add_telegram(mini_app(&shop, 5)).await.expect("added");
    let wrong: [(&str, Change); 7] = [
        ("payer_unknown", |asked| asked.telegram_user_id = 5),
        ("payer_unknown", |asked| asked.telegram_user_id = -SARA),
        ("amount_out_of_range", |asked| asked.total_amount -= 1),
        ("amount_out_of_range", |asked| asked.total_amount += 1),
        ("wrong_currency", |asked| "USD".clone_into(&mut asked.currency)),
        ("not_found", |asked| "premium:1".clone_into(&mut asked.payload)),
        ("not_found", |asked| "00000000-0000-7000-8000-000000000000".clone_into(&mut asked.payload)),
    ];
    for (wanted, change) in wrong {
        assert_eq!(may_pay(&shop, &order, change).await, wanted);
    }
    let next = shop.next_door().await;
    assert_eq!(may_pay(&next, &order, |_| ()).await, "not_found", "another shop's");
    assert!(telegram.pay(&link(&order), SARA, None).is_some());
    shop.after(minutes(1)).await;
    assert_eq!(may_pay(&shop, &order, |_| ()).await, "order_not_open", "paid");
    let late = customer.orders(&method).await.expect("an order");
    let given_up = customer.orders(&method).await.expect("an order");
    customer.shop.cancel_order(&given_up.order_id).await.expect("cancelled");
    assert_eq!(may_pay(&shop, &given_up, |_| ()).await, "order_not_open", "cancelled");
    assert_eq!(may_pay(&shop, &late, |_| ()).await, "yes");
    shop.clock.advance(hours(1));
    assert_eq!(may_pay(&shop, &late, |_| ()).await, "order_not_open", "too late");
}

async fn what_the_bot_hears_is_looked_at_at_once(shop: Shop) {
    let (telegram, method) = takes_stars(&shop).await;
    let customer = shop.customer().await;
    let order = customer.orders(&method).await.expect("an order");
    let gateways = shop.operator.gateways().await.expect("gateways");
    let account = gateways.iter().find(|g| g.gateway_id == method).expect("ours");
    let endpoint = account.callback_url.rsplit('/').next().expect("an endpoint");
    let gateway: GatewayId = method.parse().expect("an id");
    let body = json!({ "successful_payment": { "currency": "XTR", "total_amount": 167,
        "invoice_payload": payment_of(&order).payment_id, "telegram_payment_charge_id": "stxCharge0" } });
    let body = body.to_string().into_bytes();
    let headers = vec![(SIGNATURE.to_owned(), sign(TOKEN, gateway, &body).expect("a signature"))];
    let heard = Callback { method: "POST".to_owned(), query: String::new(), headers, body };
    shop.door.receive(gateway, endpoint, heard.clone()).await.expect("taken");
    shop.works().await;
    assert_eq!(customer.looks_at(&order).await.state, "awaiting_payment", "Telegram knows of no Stars");
    assert!(telegram.pay(&link(&order), SARA, None).is_some());
    shop.door.receive(gateway, endpoint, heard.clone()).await.expect("taken");
    shop.after(SignedDuration::from_secs(2)).await;
    assert_eq!(customer.looks_at(&order).await.state, "fulfilled");
    let forged = Callback { headers: Vec::new(), ..heard };
    assert_eq!(refused(shop.door.receive(gateway, endpoint, forged).await), "bad_signature");
}

async fn a_gateway_is_rehearsed(shop: Shop) {
    let (_telegram, method) = takes_stars(&shop).await;
    for (gateway, steps) in [("stars", 5), (method.as_str(), 5), (shop.card.as_str(), 5)] {
        let lines = shop.nexa.selftest(gateway).await.expect("rehearsed");
        assert_eq!(lines.len(), steps);
        assert!(lines.iter().all(|line| line.ok), "{lines:?}");
    }
    assert_eq!(refused(shop.nexa.selftest("paypal").await), "not_found");
    shop.bank.gateway().fault(Some(Fault::Unreachable));
    let lines = shop.nexa.selftest(&shop.transfer).await.expect("rehearsed");
    assert!(lines.iter().any(|line| !line.ok), "{lines:?}");
    assert_eq!(shop.operator.unresolved().await.expect("a list"), [], "nothing is kept");
}

async fn a_day_s_stars_are_compared_with_telegram_s_list(shop: Shop) {
    // The day that the Telegram of these tests gives to every transaction.
    let day: Timestamp = "2027-01-15T07:30:00Z".parse().expect("a moment");
    shop.clock.advance(day.duration_since(shop.now()));
    let (telegram, method) = takes_stars(&shop).await;
    let customer = shop.customer().await;
    let order = customer.orders(&method).await.expect("an order");
    telegram.pay(&link(&order), SARA, None).expect("an invoice");
    shop.after(minutes(1)).await;
    assert_eq!(customer.looks_at(&order).await.state, "fulfilled");
    let late = customer.orders(&method).await.expect("an order");
    let charge = telegram.pay(&link(&late), SARA, None).expect("an invoice");
    let day = shop.operator.takings(None).await.expect("takings");
    let stars = day.gateways.iter().find(|g| g.gateway_id == method).expect("ours");
    let provider = stars.provider.as_ref().expect("Telegram keeps a list");
    assert_eq!((stars.transfers, provider.transfers), (1, 2), "one has not been seen yet");
    assert_eq!((&provider.only_ours, &provider.only_theirs), (&vec![], &vec![charge]));
    shop.after(minutes(1)).await;
    let day = shop.operator.takings(None).await.expect("takings");
    let stars = day.gateways.iter().find(|g| g.gateway_id == method).expect("ours");
    let provider = stars.provider.as_ref().expect("Telegram keeps a list");
    assert_eq!((stars.transfers, &stars.sum), (2, &provider.sum));
    let chain = day.gateways.iter().find(|g| g.gateway_id == shop.transfer).expect("the chain");
    assert!(chain.provider.is_none() && !chain.keeps_list && chain.uncompared.is_none());
}

async fn stars_that_telegram_gives_back_are_shown_to_the_operator(shop: Shop) {
    let (telegram, method) = takes_stars(&shop).await;
    let customer = shop.customer().await;
    let order = customer.orders(&method).await.expect("an order");
    let charge = telegram.pay(&link(&order), SARA, None).expect("an invoice");
    shop.after(minutes(1)).await;
    assert!(!customer.looks_at(&order).await.attention);
    telegram.refund(&charge);
    shop.after(hours(2)).await;
    assert!(customer.looks_at(&order).await.attention, "a person decides");
    assert!(shop.operator.books().await.expect("the books").balanced);
}

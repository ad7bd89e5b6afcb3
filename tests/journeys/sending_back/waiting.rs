//! Money that is to be sent back and cannot go yet: it waits, in neither pocket, for as long as it takes.

use super::{came, holds, is_gone, sends_back, topped_up, wish};
use crate::world::{Customer, Shop, cents, hours, minutes, on_every_storage, payment_of};
use nexa_core::{domain::gateway::GatewayAccount, sim::gateway::Fault, storefront::model::OrderView};
use serde_json::json;

on_every_storage!(
    what_is_contested_meanwhile_is_sent_when_that_is_won,
    what_is_lost_meanwhile_is_not_credited_again,
    one_that_cannot_go_now_keeps_no_other,
    no_outage_is_too_long,
    a_gateway_that_cannot_be_connected_is_waited_for,
    a_dispute_is_still_looked_at_after_an_order_was_taken_back,
);

async fn waits(shop: &Shop, ann: &Customer, order: &OrderView) {
    assert_eq!(payment_of(&ann.looks_at(order).await).state, "refunding");
    assert_eq!((ann.wallet().await, holds(shop, "refunds_due").await), (0, 500));
    shop.is_in_order().await;
}

async fn what_is_contested_meanwhile_is_sent_when_that_is_won(shop: Shop) {
    let (ann, order, transfer) = topped_up(&shop).await;
    sends_back(&shop, &order).await;
    shop.bank.gateway().contest(&transfer);
    for _ in 0..9 {
        shop.after(hours(20)).await;
        waits(&shop, &ann, &order).await;
    }
    shop.bank.confirms(&transfer);
    shop.after(hours(1)).await;
    is_gone(&shop, &ann, &order).await;
}

async fn what_is_lost_meanwhile_is_not_credited_again(shop: Shop) {
    let (ann, order, transfer) = topped_up(&shop).await;
    sends_back(&shop, &order).await;
    shop.bank.gateway().contest(&transfer);
    shop.works().await;
    waits(&shop, &ann, &order).await;
    shop.bank.gateway().drop_transfer(&transfer);
    shop.after(hours(1)).await;
    is_gone(&shop, &ann, &order).await;
    let address = payment_of(&order).address.clone().expect("an address");
    assert!(shop.bank.gateway().sent_back(&address).is_empty(), "whoever contested it has it already");
}

async fn one_that_cannot_go_now_keeps_no_other(shop: Shop) {
    let (ann, order, first) = topped_up(&shop).await;
    shop.bank.sends(&order, &cents(120));
    shop.after(hours(2)).await;
    for one in came(&shop, &order).await {
        shop.operator.send_back(&one.payment_id, wish(&one)).await.expect("begun");
    }
    // The gateway does not send it, and does not know why either.
    shop.bank.gateway().unconfirm(&first);
    shop.works().await;
    assert_eq!((ann.wallet().await, holds(&shop, "refunds_due").await), (0, 500), "the other one is gone");
    shop.bank.confirms(&first);
    shop.after(hours(1)).await;
    let now = ann.looks_at(&order).await;
    assert_eq!((payment_of(&now).state.as_str(), holds(&shop, "refunds_due").await), ("refunded", 0));
    shop.is_in_order().await;
}

async fn no_outage_is_too_long(shop: Shop) {
    let (ann, order, _) = topped_up(&shop).await;
    sends_back(&shop, &order).await;
    shop.bank.gateway().fault(Some(Fault::Unreachable));
    for _ in 0..130 {
        shop.after(minutes(31)).await;
    }
    waits(&shop, &ann, &order).await;
    shop.bank.gateway().fault(None);
    shop.after(hours(1)).await;
    is_gone(&shop, &ann, &order).await;
}

async fn a_gateway_that_cannot_be_connected_is_waited_for(shop: Shop) {
    let (ann, order, _) = topped_up(&shop).await;
    let of = came(&shop, &order).await.remove(0).payment_id.parse().expect("a payment");
    let mut read = shop.storage.read().await.expect("a view");
    let held = read.payment(shop.id, of).await.expect("read").expect("a payment");
    let works = read.gateway(shop.id, held.gateway_id).await.expect("read").expect("a gateway");
    drop(read);
    let becomes = async |kind: &str, version| {
        let account = GatewayAccount { kind: kind.to_owned(), version, ..works.clone() };
        let mut tx = shop.storage.begin().await.expect("a transaction");
        tx.save_gateway(&account).await.expect("kept");
        tx.commit().await.expect("committed");
    };
    sends_back(&shop, &order).await;
    becomes("of-another-time", works.version + 1).await;
    shop.works().await;
    waits(&shop, &ann, &order).await;
    becomes("fake", works.version + 2).await;
    shop.after(hours(1)).await;
    is_gone(&shop, &ann, &order).await;
}

async fn a_dispute_is_still_looked_at_after_an_order_was_taken_back(shop: Shop) {
    let card = shop.adds_gateway("fake", json!({ "wallet": "cards", "refunds": true })).await;
    let ann = shop.customer().await;
    let order = ann.orders(&card).await.expect("an order");
    let transfer = shop.bank.begins(&order, &order.price);
    shop.bank.confirms(&transfer);
    shop.after(minutes(1)).await;
    shop.operator.refund_order_to_payer(&order.order_id).await.expect("begun");
    // Its bank contests it before the service is gone.
    let server = shop.server("frankfurt");
    server.goes_down();
    shop.bank.gateway().contest(&transfer);
    shop.after(hours(2)).await;
    server.comes_back();
    shop.after(hours(2)).await;
    let now = ann.looks_at(&order).await;
    assert_eq!((payment_of(&now).state.as_str(), now.attention), ("disputed", true));
    shop.bank.confirms(&transfer);
    shop.after(hours(2)).await;
    assert!(!ann.looks_at(&order).await.attention, "the dispute is over, and with it the reason to look");
    shop.is_in_order().await;
}

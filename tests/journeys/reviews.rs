//! Money that contradicts the records: a person looks, and decides once.

use crate::world::{Shop, cents, minutes, on_every_storage, payment_of, refused};
use nexa_core::{
    backoffice::model::{AcceptPaymentRequest, DismissRequest, ReviewView},
    domain::money::{Currency, Money},
    storefront::model::{OrderView, PageRequest},
};

on_every_storage!(
    what_is_said_to_be_there_pays_the_order,
    a_doubt_that_is_dismissed_does_not_come_back,
    decisions_are_for_operators_and_for_what_was_looked_at,
);

/// A transfer of before the order was placed comes to its address.
async fn doubted(shop: &Shop) -> (crate::world::Customer, OrderView) {
    let ann = shop.customer().await;
    let order = ann.orders(&shop.transfer).await.expect("an order");
    let address = payment_of(&order).address.clone().expect("an address");
    let before = shop.now().checked_sub(minutes(10)).expect("a moment");
    let bank = shop.bank.gateway();
    bank.confirm(&bank.pay(&address, Money::new(500, Currency::Usd), before));
    shop.after(minutes(1)).await;
    let now = ann.looks_at(&order).await;
    assert_eq!((payment_of(&now).state.as_str(), now.attention), ("needs_review", true));
    (ann, order)
}

fn why() -> String {
    "the bank shows it".to_owned()
}

async fn waiting(shop: &Shop) -> Vec<ReviewView> {
    shop.operator.reviews(PageRequest::default()).await.expect("reviews").items
}

async fn what_is_said_to_be_there_pays_the_order(shop: Shop) {
    let (ann, order) = doubted(&shop).await;
    let seen = waiting(&shop).await.remove(0);
    assert_eq!((&seen.order_id, &seen.user_id, seen.received.minor), (&order.order_id, &ann.id, 0));
    assert_eq!((seen.transfers.len(), seen.transfers[0].amount.minor), (1, 500), "what was seen is shown");
    let there = || AcceptPaymentRequest { received: cents(500), version: seen.version, reason: why() };
    shop.operator.accept_payment(&seen.payment_id, there()).await.expect("decided");
    assert_eq!(refused(shop.operator.accept_payment(&seen.payment_id, there()).await), "already_decided");
    shop.after(minutes(20)).await;
    let now = ann.looks_at(&order).await;
    assert_eq!((now.state.as_str(), now.attention, ann.wallet().await), ("fulfilled", false, 0));
    assert!(waiting(&shop).await.is_empty(), "it is not doubted again");
    let noted = shop.operator.actions(PageRequest::default()).await.expect("actions").items.remove(0);
    assert_eq!((noted.deed.as_str(), noted.payment_id), ("payment_accepted", Some(seen.payment_id)));
    assert_eq!(noted.reason, why());
    shop.is_in_order().await;
}

async fn a_doubt_that_is_dismissed_does_not_come_back(shop: Shop) {
    let (ann, order) = doubted(&shop).await;
    let seen = waiting(&shop).await.remove(0);
    let no = DismissRequest { version: seen.version, reason: why() };
    shop.operator.dismiss_payment(&seen.payment_id, no.clone()).await.expect("decided");
    assert_eq!(refused(shop.operator.dismiss_payment(&seen.payment_id, no).await), "already_decided");
    shop.after(minutes(2)).await;
    let now = ann.looks_at(&order).await;
    assert_eq!((payment_of(&now).state.as_str(), now.attention), ("open", false));
    assert!(waiting(&shop).await.is_empty());
    shop.bank.pays(&order);
    shop.after(minutes(11)).await;
    assert_eq!((ann.looks_at(&order).await.state.as_str(), ann.wallet().await), ("fulfilled", 0));
    shop.is_in_order().await;
}

async fn decisions_are_for_operators_and_for_what_was_looked_at(shop: Shop) {
    let (ann, _) = doubted(&shop).await;
    let seen = waiting(&shop).await.remove(0);
    let there = |minor, version| AcceptPaymentRequest { received: cents(minor), version, reason: why() };
    let who = shop.door.principal(shop.id, &ann.token).await.expect("a session");
    let nosy = shop.nexa.backoffice(who);
    assert_eq!(refused(nosy.reviews(PageRequest::default()).await), "not_allowed");
    assert_eq!(refused(nosy.accept_payment(&seen.payment_id, there(500, seen.version)).await), "not_allowed");
    let no = DismissRequest { version: seen.version, reason: why() };
    assert_eq!(refused(nosy.dismiss_payment(&seen.payment_id, no.clone()).await), "not_allowed");
    let next_door = shop.next_door().await;
    assert_eq!(refused(next_door.operator.dismiss_payment(&seen.payment_id, no).await), "not_found");
    let office = &shop.operator;
    let accept =
        async |minor, version| refused(office.accept_payment(&seen.payment_id, there(minor, version)).await);
    assert_eq!(accept(500, seen.version + 1).await, "already_decided", "it changed meanwhile");
    assert_eq!(accept(0, seen.version).await, "amount_out_of_range");
    assert_eq!(accept(50_001, seen.version).await, "amount_out_of_range");
    let euros = nexa_core::storefront::model::MoneyView { minor: 500, currency: "EUR".to_owned() };
    let wrong = AcceptPaymentRequest { received: euros, version: seen.version, reason: why() };
    assert_eq!(refused(office.accept_payment(&seen.payment_id, wrong).await), "wrong_currency");
    assert_eq!(ann.wallet().await, 0);
}

//! Paying by a transfer to a bank card: the customer hands in a picture, the operator looks at the bank account.

use crate::world::{Customer, Shop, cents, hours, minutes, on_every_storage, payment_of, refused};
use nexa_core::{
    backoffice::model::{AcceptRequest, OperatorReceiptView, RejectRequest, RejectionReason},
    storefront::model::{MoneyView, OrderView, PageRequest},
};

on_every_storage!(
    a_receipt_is_accepted,
    a_second_tap_changes_nothing,
    less_arrived_than_was_due,
    more_arrived_than_was_due,
    a_rejected_receipt_may_be_followed_by_a_better_one,
    an_order_waits_while_its_receipt_waits,
    the_same_picture_twice_is_flagged,
    the_sixth_receipt_of_a_day_is_refused,
    a_cancelled_order_s_receipt_fills_the_wallet,
);

async fn ordered(shop: &Shop) -> (Customer, OrderView) {
    let customer = shop.customer().await;
    let order = customer.orders(&shop.card).await.expect("an order");
    (customer, order)
}

async fn waiting(shop: &Shop) -> Vec<OperatorReceiptView> {
    shop.operator.receipts(PageRequest::default()).await.expect("receipts")
}

fn accept(receipt: &OperatorReceiptView, received: MoneyView) -> AcceptRequest {
    AcceptRequest { received, version: receipt.version }
}

fn reject(receipt: &OperatorReceiptView) -> RejectRequest {
    RejectRequest { reason: RejectionReason::NotReceived, version: receipt.version }
}

async fn a_receipt_is_accepted(shop: Shop) {
    let (customer, order) = ordered(&shop).await;
    let payment = payment_of(&order);
    assert_eq!(payment.card.as_ref().expect("a card").holder, "Sara Ahmadi");
    assert_eq!(payment.receipt.as_deref(), Some("wanted"));
    assert!(payment.due.minor < order.price.minor, "a little less, so that customers can be told apart");
    customer.hands_in(&order, "receipt").await.expect("taken");
    assert_eq!(payment_of(&customer.looks_at(&order).await).receipt.as_deref(), Some("waiting"));

    let receipt = waiting(&shop).await.remove(0);
    assert_eq!((receipt.due.clone(), receipt.note.as_str()), (payment.due.clone(), "sent this morning"));
    assert_eq!(receipt.missing, receipt.due, "nothing has arrived yet");
    let picture = shop.operator.receipt_picture(&receipt.receipt_id).await.expect("a picture");
    assert!(picture.starts_with(&[0xff, 0xd8, 0xff]), "a fresh JPEG");
    let request = accept(&receipt, receipt.due.clone());
    let paid = shop.operator.accept_receipt(&receipt.receipt_id, request).await.expect("accepted");
    assert_eq!(paid.state, "paid");
    shop.works().await;
    assert_eq!(customer.looks_at(&order).await.state, "fulfilled");
    assert!(shop.server("frankfurt").lets_in());
    assert_eq!(customer.wallet().await, 0);
    assert!(waiting(&shop).await.is_empty());
    shop.is_in_order().await;
}

async fn a_second_tap_changes_nothing(shop: Shop) {
    let (customer, order) = ordered(&shop).await;
    customer.hands_in(&order, "receipt").await.expect("taken");
    let receipt = waiting(&shop).await.remove(0);
    let id = &receipt.receipt_id;
    let double = cents(receipt.due.minor * 2);
    shop.operator.accept_receipt(id, accept(&receipt, double.clone())).await.expect("accepted");
    let wallet = customer.wallet().await;
    assert_eq!(refused(shop.operator.accept_receipt(id, accept(&receipt, double)).await), "already_decided");
    assert_eq!(refused(shop.operator.reject_receipt(id, reject(&receipt)).await), "already_decided");
    assert_eq!(customer.wallet().await, wallet, "one credit");
    shop.is_in_order().await;
}

async fn less_arrived_than_was_due(shop: Shop) {
    let (customer, order) = ordered(&shop).await;
    customer.hands_in(&order, "the first half").await.expect("taken");
    let receipt = waiting(&shop).await.remove(0);
    let short = shop.operator.accept_receipt(&receipt.receipt_id, accept(&receipt, cents(200))).await;
    assert_eq!(short.expect("accepted").state, "awaiting_payment");
    assert_eq!(customer.wallet().await, 200, "what arrived is the customer's");
    assert_eq!(customer.was_told().await, ["payment-short"]);
    let payment = customer.looks_at(&order).await.payment.expect("a payment");
    assert_eq!((payment.state.as_str(), payment.missing.minor), ("underpaid", receipt.due.minor - 200));

    shop.after(hours(3)).await;
    customer.hands_in(&order, "the other half").await.expect("taken");
    let rest = waiting(&shop).await.remove(0);
    assert_eq!(
        (&rest.due, &rest.missing),
        (&receipt.due, &payment.missing),
        "the operator sees what is left"
    );
    shop.operator
        .accept_receipt(&rest.receipt_id, accept(&rest, rest.missing.clone()))
        .await
        .expect("accepted");
    shop.works().await;
    assert_eq!(customer.looks_at(&order).await.state, "fulfilled");
    assert_eq!(customer.wallet().await, 0);
    shop.is_in_order().await;
}

async fn more_arrived_than_was_due(shop: Shop) {
    let (customer, order) = ordered(&shop).await;
    customer.hands_in(&order, "receipt").await.expect("taken");
    let receipt = waiting(&shop).await.remove(0);
    let more = cents(receipt.due.minor + 100);
    shop.operator.accept_receipt(&receipt.receipt_id, accept(&receipt, more)).await.expect("accepted");
    shop.works().await;
    assert_eq!(customer.looks_at(&order).await.state, "fulfilled");
    assert_eq!(customer.wallet().await, 100, "the surplus is kept in the wallet");
    assert!(customer.was_told().await.contains(&"money-in-wallet".to_owned()));
    shop.is_in_order().await;
}

async fn a_rejected_receipt_may_be_followed_by_a_better_one(shop: Shop) {
    let (customer, order) = ordered(&shop).await;
    let mine = customer.hands_in(&order, "blurred").await.expect("taken");
    let receipt = waiting(&shop).await.remove(0);
    let no = shop.operator.reject_receipt(&receipt.receipt_id, reject(&receipt)).await.expect("rejected");
    assert_eq!((no.decision.as_str(), &no.receipt_id), ("rejected", &mine.receipt_id));
    assert_eq!(payment_of(&customer.looks_at(&order).await).receipt.as_deref(), Some("rejected"));
    assert_eq!(customer.was_told().await, ["receipt-rejected"]);
    assert_eq!(customer.wallet().await, 0);

    customer.hands_in(&order, "sharp").await.expect("taken");
    let better = waiting(&shop).await.remove(0);
    assert_ne!(better.version, receipt.version, "every decision raises the version");
    let due = better.due.clone();
    shop.operator.accept_receipt(&better.receipt_id, accept(&better, due)).await.expect("accepted");
    shop.works().await;
    assert_eq!(customer.looks_at(&order).await.state, "fulfilled");
}

async fn an_order_waits_while_its_receipt_waits(shop: Shop) {
    let (customer, order) = ordered(&shop).await;
    shop.after(minutes(25)).await;
    customer.hands_in(&order, "receipt").await.expect("taken");
    shop.after(hours(8)).await;
    assert_eq!(customer.looks_at(&order).await.state, "awaiting_payment", "the operator was asleep");
    shop.after(hours(20)).await;
    assert_eq!(customer.looks_at(&order).await.state, "expired", "nobody decided within a day");
    assert!(waiting(&shop).await.is_empty());
    assert_eq!(payment_of(&customer.looks_at(&order).await).receipt.as_deref(), Some("rejected"));
    assert!(
        customer.was_told().await.contains(&"receipt-rejected".to_owned()),
        "and the customer hears of it"
    );
}

async fn the_same_picture_twice_is_flagged(shop: Shop) {
    let (first, one) = ordered(&shop).await;
    let (second, two) = ordered(&shop).await;
    first.hands_in(&one, "the same").await.expect("taken");
    shop.after(minutes(1)).await;
    second.hands_in(&two, "the same").await.expect("taken");
    let flags: Vec<_> = waiting(&shop).await.iter().map(|r| (r.user_id.clone(), r.seen_before)).collect();
    assert_eq!(flags, [(first.id, false), (second.id, true)]);
}

async fn the_sixth_receipt_of_a_day_is_refused(shop: Shop) {
    let (customer, order) = ordered(&shop).await;
    for n in 1..=5 {
        customer.hands_in(&order, &format!("receipt {n}")).await.expect("taken");
    }
    assert_eq!(waiting(&shop).await.len(), 1, "a newer picture replaces the one that waits");
    assert_eq!(refused(customer.hands_in(&order, "receipt 6").await), "too_many_receipts");
    shop.after(hours(25)).await;
    customer.hands_in(&order, "receipt 7").await.expect("the next day");
}

async fn a_cancelled_order_s_receipt_fills_the_wallet(shop: Shop) {
    let (customer, order) = ordered(&shop).await;
    customer.hands_in(&order, "receipt").await.expect("taken");
    customer.shop.cancel_order(&order.order_id).await.expect("cancelled");
    let receipt = waiting(&shop).await.remove(0);
    let request = accept(&receipt, receipt.due.clone());
    let after = shop.operator.accept_receipt(&receipt.receipt_id, request).await.expect("accepted");
    assert_eq!(after.state, "cancelled");
    assert_eq!(
        customer.wallet().await,
        order.price.minor,
        "the whole price, for the exact amount that was due"
    );
    shop.works().await;
    assert!(shop.server("frankfurt").entries().is_empty(), "nothing is delivered");
    shop.is_in_order().await;
}

//! The bank's messages: the operator's telephone hands them on, and the amount says whose money it is.

use crate::world::{CARD, Customer, Shop, cents, minutes, on_every_storage, payment_of, refused, wish};
use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit as _, Mac as _};
use nexa_core::{
    backoffice::model::{AcceptRequest, AssignRequest, DepositView},
    error::Result,
    ids::GatewayId,
    ports::gateway::Callback,
    storefront::model::{OrderView, PageRequest, Purpose},
};
use serde_json::json;
use sha2::Sha256;

on_every_storage!(
    a_message_pays_the_order_that_its_amount_belongs_to,
    the_same_message_twice_is_one_deposit,
    what_nobody_expects_waits_for_the_operator,
    a_deposit_is_assigned_by_the_number_of_an_order,
    a_large_deposit_waits_for_the_operator,
    a_receipt_and_a_message_are_one_transfer,
    who_transfers_twice_gets_the_second_one_too,
    a_message_after_the_window_still_counts,
    nobody_else_s_message_is_believed,
    what_waits_for_over_an_hour_is_listed,
);

const SECRET: &str = "kX2vQ9mZt7LwR4bN";

/// A card whose bank's messages are handed on; up to 8 dollars may pay an order by themselves.
async fn listens(shop: &Shop) -> String {
    let cards = json!([{ "number": CARD, "holder": "Sara Ahmadi", "bank": "Saman" }]);
    let sms = json!({ "secret": SECRET, "cap_minor": 800 });
    let config = json!({ "cards": cards, "currency": "USD", "step": 1, "steps": 9, "sms": sms });
    shop.adds_gateway("card", config).await
}

async fn says(shop: &Shop, method: &str, secret: &str, text: &str) -> Result<()> {
    let gateways = shop.operator.gateways().await.expect("gateways");
    let account = gateways.iter().find(|g| g.gateway_id == method).expect("ours");
    let endpoint = account.callback_url.rsplit('/').next().expect("an endpoint");
    let gateway: GatewayId = method.parse().expect("an id");
    let body = json!({ "card": "9007", "from": "SAMAN", "text": text }).to_string();
    let time = shop.now().as_second();
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key");
    mac.update(format!("{time}.{body}").as_bytes());
    let code = HEXLOWER.encode(&mac.finalize().into_bytes());
    let headers = vec![("x-nexa-signature".to_owned(), format!("t={time},v1={code}"))];
    let callback =
        Callback { method: "POST".to_owned(), query: String::new(), headers, body: body.into_bytes() };
    shop.door.receive(gateway, endpoint, callback).await?;
    shop.works().await;
    Ok(())
}

/// What the bank writes when this many cents arrive.
fn deposited(minor: i64) -> String {
    format!("+{}.{:02}\nbalance 9,107.11", minor / 100, minor % 100)
}

async fn ordered(shop: &Shop, method: &str) -> (Customer, OrderView) {
    let customer = shop.customer().await;
    let order = customer.orders(method).await.expect("an order");
    (customer, order)
}

async fn waiting(shop: &Shop) -> Vec<DepositView> {
    shop.operator.deposits(PageRequest::default()).await.expect("deposits")
}

fn to(order: &OrderView) -> AssignRequest {
    AssignRequest { payment_id: payment_of(order).payment_id.clone() }
}

async fn a_message_pays_the_order_that_its_amount_belongs_to(shop: Shop) {
    let card = listens(&shop).await;
    let (first, one) = ordered(&shop, &card).await;
    let (second, two) = ordered(&shop, &card).await;
    let due = payment_of(&two).due.minor;
    assert_ne!(payment_of(&one).due.minor, due);
    says(&shop, &card, SECRET, "your code is 482913").await.expect("no deposit, no harm");
    says(&shop, &card, SECRET, &deposited(due)).await.expect("taken");
    assert_eq!(second.looks_at(&two).await.state, "fulfilled");
    assert_eq!(first.looks_at(&one).await.state, "awaiting_payment");
    assert!(waiting(&shop).await.is_empty());
    assert_eq!(second.wallet().await, 0);
    shop.is_in_order().await;
}

async fn the_same_message_twice_is_one_deposit(shop: Shop) {
    let card = listens(&shop).await;
    let (customer, order) = ordered(&shop, &card).await;
    let text = deposited(payment_of(&order).due.minor);
    for _ in 0..3 {
        says(&shop, &card, SECRET, &text).await.expect("taken");
        shop.after(minutes(1)).await;
    }
    assert_eq!((customer.looks_at(&order).await.state.as_str(), customer.wallet().await), ("fulfilled", 0));
    assert!(waiting(&shop).await.is_empty());
    shop.is_in_order().await;
}

async fn what_nobody_expects_waits_for_the_operator(shop: Shop) {
    let card = listens(&shop).await;
    let (customer, order) = ordered(&shop, &card).await;
    for minor in [300, 201] {
        says(&shop, &card, SECRET, &deposited(minor)).await.expect("taken");
    }
    let [first, second] = waiting(&shop).await.try_into().expect("two");
    assert_eq!((&first.amount, first.state.as_str(), &first.payment_id), (&cents(300), "waiting", &None));
    assert_eq!((first.place.as_str(), &second.amount), ("6219 86** **** 9007", &cents(201)));
    let foreign = shop.next_door().await;
    assert_eq!(refused(foreign.operator.assign_deposit(&first.deposit_id, to(&order)).await), "not_found");
    let matched = shop.operator.assign_deposit(&first.deposit_id, to(&order)).await.expect("assigned");
    assert_eq!((matched.state.as_str(), matched.payment_id), ("matched", Some(to(&order).payment_id)));
    assert_eq!(customer.wallet().await, 300, "it is the customer's, and not enough");
    let again = shop.operator.assign_deposit(&first.deposit_id, to(&order)).await;
    assert_eq!(refused(again), "already_decided");
    assert_eq!(refused(shop.operator.dismiss_deposit(&first.deposit_id).await), "already_decided");
    let gone = shop.operator.dismiss_deposit(&second.deposit_id).await.expect("set aside");
    assert_eq!(gone.state, "dismissed");
    assert!(waiting(&shop).await.is_empty());
    shop.is_in_order().await;
}

async fn a_deposit_is_assigned_by_the_number_of_an_order(shop: Shop) {
    let card = listens(&shop).await;
    let (_, paid) = ordered(&shop, &card).await;
    says(&shop, &card, SECRET, &deposited(payment_of(&paid).due.minor)).await.expect("taken");
    let (customer, order) = ordered(&shop, &card).await;
    says(&shop, &card, SECRET, &deposited(300)).await.expect("taken");
    let [deposit] = waiting(&shop).await.try_into().expect("one");
    let unpaid = shop.operator.unpaid_payments(&card, PageRequest::default()).await.expect("payments");
    let [one] = unpaid.try_into().expect("what is paid is not offered");
    assert_eq!((&one.order_number, &one.due), (&order.number, &payment_of(&order).due));
    let assign =
        async |number: &str| shop.operator.assign_deposit_to_order(&deposit.deposit_id, number).await;
    for unknown in ["", "0000-0000"] {
        assert_eq!(refused(assign(unknown).await), "bad_input", "{unknown}");
    }
    let (_, elsewhere) = ordered(&shop, &shop.transfer).await;
    assert_eq!(refused(assign(&elsewhere.number).await), "bad_input", "nothing of it was to come there");
    let matched = assign(&order.number.to_lowercase()).await.expect("assigned");
    assert_eq!((matched.state.as_str(), matched.order_number.as_ref()), ("matched", Some(&order.number)));
    assert_eq!(refused(assign(&order.number).await), "already_decided");
    assert_eq!(customer.wallet().await, 300);
    shop.is_in_order().await;
}

async fn a_large_deposit_waits_for_the_operator(shop: Shop) {
    let card = listens(&shop).await;
    let year = shop.adds_plan("Year", 365, 1 << 40, cents(5_000)).await;
    let customer = shop.customer().await;
    let request = wish(Purpose::New, &year, None, &card);
    let order = customer.shop.checkout(request, None).await.expect("an order");
    says(&shop, &card, SECRET, &deposited(payment_of(&order).due.minor)).await.expect("taken");
    assert_eq!(customer.looks_at(&order).await.state, "awaiting_payment");
    let deposit = waiting(&shop).await.remove(0);
    assert_eq!(deposit.payment_id, Some(to(&order).payment_id), "what it seems to be for");
    shop.operator.assign_deposit(&deposit.deposit_id, to(&order)).await.expect("assigned");
    shop.works().await;
    assert_eq!(customer.looks_at(&order).await.state, "fulfilled");
    shop.is_in_order().await;
}

async fn a_receipt_and_a_message_are_one_transfer(shop: Shop) {
    let card = listens(&shop).await;
    let (customer, order) = ordered(&shop, &card).await;
    customer.hands_in(&order, "the receipt").await.expect("taken");
    let receipt = shop.operator.receipts(PageRequest::default()).await.expect("receipts").remove(0);
    says(&shop, &card, SECRET, &deposited(receipt.due.minor)).await.expect("taken");
    assert_eq!(customer.looks_at(&order).await.state, "fulfilled");
    let accept = AcceptRequest { received: receipt.due.clone(), version: receipt.version };
    let late = shop.operator.accept_receipt(&receipt.receipt_id, accept).await;
    assert_eq!((refused(late), customer.wallet().await), ("already_decided", 0));

    let (other, order) = ordered(&shop, &card).await;
    other.hands_in(&order, "another receipt").await.expect("taken");
    let receipt = shop.operator.receipts(PageRequest::default()).await.expect("receipts").remove(0);
    let accept = AcceptRequest { received: receipt.due.clone(), version: receipt.version };
    shop.operator.accept_receipt(&receipt.receipt_id, accept).await.expect("accepted");
    says(&shop, &card, SECRET, &deposited(receipt.due.minor)).await.expect("taken");
    assert_eq!((other.wallet().await, waiting(&shop).await.len()), (0, 0), "the same money");
    shop.is_in_order().await;
}

async fn who_transfers_twice_gets_the_second_one_too(shop: Shop) {
    let card = listens(&shop).await;
    let (by_message, first) = ordered(&shop, &card).await;
    let (by_receipt, second) = ordered(&shop, &card).await;
    by_receipt.hands_in(&second, "the receipt").await.expect("taken");
    let receipt = shop.operator.receipts(PageRequest::default()).await.expect("receipts").remove(0);
    let accept = AcceptRequest { received: receipt.due.clone(), version: receipt.version };
    shop.operator.accept_receipt(&receipt.receipt_id, accept).await.expect("accepted");
    for (customer, order) in [(by_message, first), (by_receipt, second)] {
        let due = payment_of(&order).due.minor;
        says(&shop, &card, SECRET, &deposited(due)).await.expect("taken");
        assert_eq!(customer.looks_at(&order).await.state, "fulfilled");
        assert!(waiting(&shop).await.is_empty(), "what paid for it");
        says(&shop, &card, SECRET, &format!("{} 14:07", deposited(due))).await.expect("taken");
        let more = waiting(&shop).await.remove(0);
        shop.operator.assign_deposit(&more.deposit_id, to(&order)).await.expect("assigned");
        assert_eq!(customer.wallet().await, due);
    }
    shop.is_in_order().await;
}

async fn a_message_after_the_window_still_counts(shop: Shop) {
    let card = listens(&shop).await;
    let (customer, order) = ordered(&shop, &card).await;
    shop.after(minutes(45)).await;
    says(&shop, &card, SECRET, &deposited(payment_of(&order).due.minor)).await.expect("taken");
    assert_eq!(customer.looks_at(&order).await.state, "fulfilled");
    shop.is_in_order().await;
}

async fn what_waits_for_over_an_hour_is_listed(shop: Shop) {
    let card = listens(&shop).await;
    let (_, order) = ordered(&shop, &card).await;
    says(&shop, &card, SECRET, &deposited(201)).await.expect("taken");
    let listed = async || shop.operator.unresolved().await.expect("a list");
    assert_eq!(listed().await, []);
    let short = waiting(&shop).await.remove(0);
    shop.operator.assign_deposit(&short.deposit_id, to(&order)).await.expect("assigned");
    says(&shop, &card, SECRET, &deposited(9_999)).await.expect("taken");
    shop.after(minutes(61)).await;
    let all = listed().await;
    let told: Vec<_> = all.iter().map(|u| (u.what.as_str(), u.state.as_str())).collect();
    assert_eq!(told, [("payment", "underpaid"), ("deposit", "waiting")]);
    assert_eq!(all[1].amount, Some(cents(9_999)));
    assert_eq!(shop.next_door().await.operator.unresolved().await.expect("a list"), []);
}

async fn nobody_else_s_message_is_believed(shop: Shop) {
    let card = listens(&shop).await;
    let (customer, order) = ordered(&shop, &card).await;
    let text = deposited(payment_of(&order).due.minor);
    let forged = says(&shop, &card, "kX2vQ9mZt7LwR4bM", &text).await;
    assert_eq!(refused(forged), "bad_signature");
    assert_eq!(
        refused(says(&shop, &shop.card, SECRET, &text).await),
        "bad_signature",
        "a card without messages"
    );
    assert_eq!(customer.looks_at(&order).await.state, "awaiting_payment");
    assert!(waiting(&shop).await.is_empty());
}

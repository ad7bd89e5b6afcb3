//! Money that goes back to whoever paid it: out of the wallet first, then out of the books, once.

mod waiting;

use crate::world::{Customer, Shop, cents, dollars, hours, minutes, on_every_storage, payment_of, refused};
use nexa_core::{
    backoffice::model::{AcceptPaymentRequest, SendBackRequest, TransferOfOrderView},
    domain::{
        deposit::{Deposit, DepositState},
        money::{Currency, Money},
    },
    ports::storage::Inserted,
    sim::gateway::Fault,
    storefront::model::{CheckoutRequest, OrderView, PageRequest, Purpose},
};
use serde_json::json;

on_every_storage!(
    what_came_is_sent_back_once,
    an_order_is_taken_back_with_its_money,
    a_gift_is_taken_back_with_its_money,
    what_was_spent_is_not_sent_back,
    of_two_taps_one_sends,
    each_transfer_of_a_payment_goes_alone,
    a_gateway_that_refuses_leaves_it_in_the_wallet,
    an_answer_that_got_lost_sends_nothing_twice,
    a_refusal_is_not_believed_of_what_is_gone,
    the_provider_may_tell_before_our_own_job,
    a_process_that_dies_over_it_sends_once,
    what_the_operator_sends_back_elsewhere_leaves_the_wallet_too,
    only_what_can_be_sent_back_is,
    what_a_person_or_a_bank_said_came_is_not_sent_back,
    nobody_else_sends_money_back,
);

/// A gateway that sends money back, and a top-up of five dollars that was paid through it.
async fn topped_up(shop: &Shop) -> (Customer, OrderView, String) {
    let card = shop.adds_gateway("fake", json!({ "wallet": "cards", "refunds": true })).await;
    topped_up_at(shop, &card).await
}

async fn topped_up_at(shop: &Shop, card: &str) -> (Customer, OrderView, String) {
    let ann = shop.customer().await;
    let order = ann.tops_up(dollars(5), card).await.expect("an order");
    let transfer = shop.bank.begins(&order, &dollars(5));
    shop.bank.confirms(&transfer);
    shop.after(minutes(1)).await;
    assert_eq!(ann.wallet().await, 500);
    (ann, order, transfer)
}

async fn came(shop: &Shop, order: &OrderView) -> Vec<TransferOfOrderView> {
    shop.operator.transfers(&order.order_id).await.expect("transfers")
}

fn wish(of: &TransferOfOrderView) -> SendBackRequest {
    SendBackRequest { network: of.network.clone(), name: of.name.clone() }
}

/// The operator sends back the first thing that came for an order.
async fn sends_back(shop: &Shop, order: &OrderView) -> OrderView {
    let one = came(shop, order).await.remove(0);
    shop.operator.send_back(&one.payment_id, wish(&one)).await.expect("begun")
}

/// What an account holds.
async fn holds(shop: &Shop, account: &str) -> i64 {
    let books = shop.operator.books().await.expect("the books");
    let lines = books.accounts.iter().filter(|line| line.account.starts_with(account));
    lines.map(|line| line.balance.minor).sum()
}

/// All of it is gone, from us and from the bank, exactly once.
async fn is_gone(shop: &Shop, ann: &Customer, order: &OrderView) {
    let now = ann.looks_at(order).await;
    assert_eq!((payment_of(&now).state.as_str(), now.attention), ("refunded", false));
    let left = came(shop, order).await.remove(0);
    assert_eq!((left.finality.as_str(), left.returned.as_deref()), ("dropped", Some("sent")));
    assert_eq!((ann.wallet().await, holds(shop, "refunds_due").await), (0, 0));
    assert_eq!(holds(shop, "clearing").await, 0, "nothing is left outside");
    let told = ann.was_told().await;
    assert_eq!(told.iter().filter(|key| *key == "sent-back").count(), 1, "{told:?}");
    let today = shop.operator.takings(None).await.expect("takings");
    assert!(today.gateways.iter().all(|of| of.sum.minor == 0), "it came and went");
    shop.is_in_order().await;
}

async fn what_came_is_sent_back_once(shop: Shop) {
    let (ann, order, transfer) = topped_up(&shop).await;
    let one = came(&shop, &order).await.remove(0);
    assert_eq!((one.name.as_str(), one.returnable, one.returned.as_deref()), (transfer.as_str(), true, None));
    let begun = sends_back(&shop, &order).await;
    assert_eq!(payment_of(&begun).state, "refunding");
    assert_eq!((ann.wallet().await, holds(&shop, "refunds_due").await), (0, 500), "out of the wallet first");
    shop.works().await;
    is_gone(&shop, &ann, &order).await;
    shop.after(hours(3)).await;
    is_gone(&shop, &ann, &order).await;
    assert_eq!(
        shop.bank.gateway().final_total(payment_of(&order).address.as_deref().expect("an address")),
        0
    );
    let again = shop.operator.send_back(&one.payment_id, wish(&one)).await;
    assert_eq!(refused(again), "already_decided");
    let noted = shop.operator.actions(PageRequest::default()).await.expect("actions").items.remove(0);
    assert_eq!(
        (noted.deed.as_str(), noted.amount, noted.payment_id),
        ("sent_back", Some(cents(500)), Some(one.payment_id))
    );
}

async fn an_order_is_taken_back_with_its_money(shop: Shop) {
    let card = shop.adds_gateway("fake", json!({ "wallet": "cards", "refunds": true })).await;
    let ann = shop.customer().await;
    let order = ann.orders(&card).await.expect("an order");
    shop.bank.pays(&order);
    shop.after(minutes(1)).await;
    assert_eq!(ann.looks_at(&order).await.state, "fulfilled");
    let begun = shop.operator.refund_order_to_payer(&order.order_id).await.expect("begun");
    assert_eq!(
        (begun.state.as_str(), payment_of(&begun).state.as_str()),
        ("refunding", "paid"),
        "the service first"
    );
    shop.works().await;
    assert!(shop.server("frankfurt").entries().is_empty());
    assert_eq!(ann.looks_at(&order).await.state, "refunded");
    is_gone(&shop, &ann, &order).await;
    assert_eq!(refused(shop.operator.refund_order_to_payer(&order.order_id).await), "not_returnable");
}

async fn a_gift_is_taken_back_with_its_money(shop: Shop) {
    let card = shop.adds_gateway("fake", json!({ "wallet": "cards", "refunds": true })).await;
    let ann = shop.customer().await;
    let month = crate::world::wish(Purpose::New, &shop.month, None, &card);
    let gift = CheckoutRequest { gift: true, ..month };
    let order = ann.shop.checkout(gift, None).await.expect("an order");
    shop.bank.pays(&order);
    shop.after(minutes(1)).await;
    shop.operator.refund_order_to_payer(&order.order_id).await.expect("taken back");
    shop.works().await;
    is_gone(&shop, &ann, &order).await;
}

async fn what_was_spent_is_not_sent_back(shop: Shop) {
    let (ann, order, _) = topped_up(&shop).await;
    let bought = ann.orders("wallet").await.expect("bought");
    shop.works().await;
    let one = came(&shop, &order).await.remove(0);
    assert_eq!(refused(shop.operator.send_back(&one.payment_id, wish(&one)).await), "return_not_covered");
    assert_eq!((payment_of(&ann.looks_at(&order).await).state.as_str(), ann.wallet().await), ("paid", 0));
    shop.operator.refund_order(&bought.order_id).await.expect("taken back");
    shop.works().await;
    sends_back(&shop, &order).await;
    shop.works().await;
    is_gone(&shop, &ann, &order).await;
}

async fn of_two_taps_one_sends(shop: Shop) {
    let (ann, order, _) = topped_up(&shop).await;
    let one = came(&shop, &order).await.remove(0);
    let tap = || shop.operator.send_back(&one.payment_id, wish(&one));
    let (first, second) = futures::join!(tap(), tap());
    let lost = if first.is_ok() { second } else { first };
    assert_eq!(refused(lost), "already_decided");
    shop.works().await;
    is_gone(&shop, &ann, &order).await;
}

async fn each_transfer_of_a_payment_goes_alone(shop: Shop) {
    let (ann, order, _) = topped_up(&shop).await;
    shop.bank.sends(&order, &cents(120));
    shop.after(hours(2)).await;
    assert_eq!(ann.wallet().await, 620);
    let all = came(&shop, &order).await;
    let small = all.iter().find(|one| one.amount.minor == 120).expect("the second one");
    shop.operator.send_back(&small.payment_id, wish(small)).await.expect("begun");
    shop.works().await;
    assert_eq!(
        (payment_of(&ann.looks_at(&order).await).state.as_str(), ann.wallet().await),
        ("overpaid", 500)
    );
    shop.after(hours(2)).await;
    let large = all.iter().find(|one| one.amount.minor == 500).expect("the first one");
    shop.operator.send_back(&large.payment_id, wish(large)).await.expect("begun");
    shop.works().await;
    let now = ann.looks_at(&order).await;
    assert_eq!((payment_of(&now).state.as_str(), ann.wallet().await), ("refunded", 0));
    // Whoever pays once more after that is credited as ever.
    shop.bank.sends(&order, &cents(80));
    shop.after(hours(2)).await;
    assert_eq!((ann.wallet().await, ann.looks_at(&order).await.attention), (80, false));
    shop.is_in_order().await;
}

async fn a_gateway_that_refuses_leaves_it_in_the_wallet(shop: Shop) {
    let (ann, order, _) = topped_up(&shop).await;
    sends_back(&shop, &order).await;
    shop.bank.gateway().fail_next(Fault::Rejected);
    shop.works().await;
    let now = ann.looks_at(&order).await;
    assert_eq!((payment_of(&now).state.as_str(), now.attention), ("paid", true), "a person looks");
    assert_eq!((ann.wallet().await, holds(&shop, "refunds_due").await), (500, 0));
    let one = came(&shop, &order).await.remove(0);
    assert_eq!((one.returned.as_deref(), one.returnable), (Some("refused"), true));
    sends_back(&shop, &order).await;
    shop.works().await;
    is_gone(&shop, &ann, &order).await;
}

async fn an_answer_that_got_lost_sends_nothing_twice(shop: Shop) {
    let (ann, order, _) = topped_up(&shop).await;
    sends_back(&shop, &order).await;
    for fault in [Fault::Ambiguous, Fault::Unreachable, Fault::Ambiguous] {
        shop.bank.gateway().fail_next(fault);
        shop.works().await;
        assert_eq!(payment_of(&ann.looks_at(&order).await).state, "refunding");
        assert_eq!((ann.wallet().await, holds(&shop, "refunds_due").await), (0, 500), "nobody knows yet");
        shop.clock.advance(minutes(5));
    }
    shop.works().await;
    is_gone(&shop, &ann, &order).await;
}

async fn a_refusal_is_not_believed_of_what_is_gone(shop: Shop) {
    let (ann, order, _) = topped_up(&shop).await;
    sends_back(&shop, &order).await;
    shop.bank.gateway().fail_next(Fault::Ambiguous);
    shop.works().await;
    shop.bank.gateway().fail_next(Fault::Rejected);
    shop.after(minutes(5)).await;
    is_gone(&shop, &ann, &order).await;
}

async fn the_provider_may_tell_before_our_own_job(shop: Shop) {
    let (ann, order, transfer) = topped_up(&shop).await;
    // The look at the payment is due before the job.
    shop.clock.advance(hours(2));
    sends_back(&shop, &order).await;
    shop.bank.gateway().drop_transfer(&transfer);
    shop.works().await;
    is_gone(&shop, &ann, &order).await;
}

async fn a_process_that_dies_over_it_sends_once(shop: Shop) {
    let (ann, order, _) = topped_up(&shop).await;
    sends_back(&shop, &order).await;
    shop.dies_at_work_and_starts_again().await;
    shop.works().await;
    is_gone(&shop, &ann, &order).await;
    shop.nexa.worker().prepare().await.expect("prepared");
    shop.after(hours(2)).await;
    is_gone(&shop, &ann, &order).await;
}

async fn what_the_operator_sends_back_elsewhere_leaves_the_wallet_too(shop: Shop) {
    let (ann, order, transfer) = topped_up(&shop).await;
    shop.bank.gateway().drop_transfer(&transfer);
    shop.after(hours(2)).await;
    let now = ann.looks_at(&order).await;
    assert!(now.attention, "a person looks");
    assert_eq!((payment_of(&now).state.as_str(), ann.wallet().await), ("expired", 0));
    let one = came(&shop, &order).await.remove(0);
    assert_eq!(refused(shop.operator.send_back(&one.payment_id, wish(&one)).await), "not_returnable");
    shop.is_in_order().await;
}

async fn only_what_can_be_sent_back_is(shop: Shop) {
    let ann = shop.customer().await;
    let order = ann.orders(&shop.transfer).await.expect("an order");
    shop.bank.pays(&order);
    shop.after(minutes(1)).await;
    let one = came(&shop, &order).await.remove(0);
    assert!(!one.returnable, "a chain sends nothing back");
    assert_eq!(refused(shop.operator.send_back(&one.payment_id, wish(&one)).await), "not_returnable");
    assert_eq!(refused(shop.operator.refund_order_to_payer(&order.order_id).await), "not_returnable");
    assert_eq!(ann.looks_at(&order).await.state, "fulfilled", "nothing was undone");
    let unknown = SendBackRequest { network: "fake".to_owned(), name: "no-such-transfer".to_owned() };
    assert_eq!(refused(shop.operator.send_back(&one.payment_id, unknown).await), "not_found");
    shop.is_in_order().await;
}

async fn what_a_person_or_a_bank_said_came_is_not_sent_back(shop: Shop) {
    let card = shop.adds_gateway("fake", json!({ "wallet": "cards", "refunds": true })).await;
    let ann = shop.customer().await;
    let order = ann.tops_up(dollars(5), &card).await.expect("an order");
    let address = payment_of(&order).address.clone().expect("an address");
    let before = shop.now().checked_sub(minutes(10)).expect("a moment");
    let bank = shop.bank.gateway();
    bank.confirm(&bank.pay(&address, Money::new(500, Currency::Usd), before));
    shop.after(minutes(1)).await;
    let doubt = shop.operator.reviews(PageRequest::default()).await.expect("reviews").items.remove(0);
    let (version, reason) = (doubt.version, "the bank shows it".to_owned());
    let there = AcceptPaymentRequest { received: cents(500), version, reason };
    shop.operator.accept_payment(&doubt.payment_id, there).await.expect("decided");
    assert_eq!(ann.wallet().await, 500);
    let said = came(&shop, &order).await.into_iter().find(|one| one.finality == "confirmed");
    let said = said.expect("what the operator said");
    assert!(!said.returnable);
    assert_eq!(refused(shop.operator.send_back(&said.payment_id, wish(&said)).await), "not_returnable");
    let (_, told, _) = topped_up_at(&shop, &card).await;
    let one = came(&shop, &told).await.remove(0);
    let payment = one.payment_id.parse().expect("a payment");
    let mut tx = shop.storage.begin().await.expect("a transaction");
    let gateway_id = tx.payment(shop.id, payment).await.expect("read").expect("a payment").gateway_id;
    let deposit = Deposit {
        id: uuid::Uuid::from_u128(7).into(),
        shop_id: shop.id,
        gateway_id,
        place: "card".to_owned(),
        amount: Money::new(500, Currency::Usd),
        family: one.network.clone(),
        movement: one.name.clone(),
        state: DepositState::Matched,
        payment_id: Some(payment),
        heard_at: shop.now(),
    };
    assert_eq!(tx.insert_deposit(&deposit).await.expect("kept"), Inserted::New);
    tx.commit().await.expect("committed");
    assert!(!came(&shop, &told).await.remove(0).returnable);
    assert_eq!(refused(shop.operator.send_back(&one.payment_id, wish(&one)).await), "not_returnable");
    shop.is_in_order().await;
}

async fn nobody_else_sends_money_back(shop: Shop) {
    let (ann, order, _) = topped_up(&shop).await;
    let one = came(&shop, &order).await.remove(0);
    let who = shop.door.principal(shop.id, &ann.token).await.expect("a session");
    let nosy = shop.nexa.backoffice(who);
    assert_eq!(refused(nosy.transfers(&order.order_id).await), "not_allowed");
    assert_eq!(refused(nosy.send_back(&one.payment_id, wish(&one)).await), "not_allowed");
    assert_eq!(refused(nosy.refund_order_to_payer(&order.order_id).await), "not_allowed");
    let next_door = shop.next_door().await;
    assert_eq!(refused(next_door.operator.transfers(&order.order_id).await), "not_found");
    assert_eq!(refused(next_door.operator.send_back(&one.payment_id, wish(&one)).await), "not_found");
    assert_eq!(ann.wallet().await, 500);
}

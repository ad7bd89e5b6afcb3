//! Money that comes late, short, too much, twice, or for something that nobody wants any more. It is never lost.

use crate::world::{Shop, cents, days, dollars, hours, minutes, on_every_storage, payment_of, refused};

on_every_storage!(
    a_late_payment_is_honoured,
    money_that_comes_much_too_late_is_not_looked_for,
    a_short_payment_is_completed,
    a_surplus_is_kept,
    a_cancelled_order_that_is_paid_fills_the_wallet,
    two_payments_for_one_order_are_not_two_orders,
    to_and_fro_between_ways_to_pay_opens_no_new_payments,
    an_order_has_few_payments,
    a_transfer_that_is_taken_back_asks_for_a_person,
);

async fn a_late_payment_is_honoured(shop: Shop) {
    let customer = shop.customer().await;
    let order = customer.orders(&shop.transfer).await.expect("an order");
    shop.after(hours(5)).await;
    assert_eq!(customer.looks_at(&order).await.state, "expired");
    shop.bank.pays(&order);
    shop.after(minutes(11)).await;
    assert_eq!(customer.looks_at(&order).await.state, "fulfilled", "late money is honoured");
    assert!(shop.server("frankfurt").lets_in());
    assert_eq!(customer.wallet().await, 0);
    shop.is_in_order().await;
}

async fn money_that_comes_much_too_late_is_not_looked_for(shop: Shop) {
    let customer = shop.customer().await;
    let order = customer.orders(&shop.transfer).await.expect("an order");
    shop.after(days(3)).await;
    shop.bank.pays(&order);
    shop.after(days(1)).await;
    assert_eq!(customer.looks_at(&order).await.state, "expired");
    assert_eq!(customer.wallet().await, 0);
}

async fn a_short_payment_is_completed(shop: Shop) {
    let customer = shop.customer().await;
    let order = customer.orders(&shop.transfer).await.expect("an order");
    shop.bank.sends(&order, &cents(480));
    shop.after(minutes(2)).await;
    let now = customer.looks_at(&order).await;
    let payment = now.payment.expect("a payment");
    assert_eq!((now.state.as_str(), payment.state.as_str()), ("awaiting_payment", "underpaid"));
    assert_eq!((payment.received, payment.missing), (cents(480), cents(20)));
    assert_eq!(customer.was_told().await, ["payment-short"]);
    shop.after(hours(6)).await;
    shop.bank.sends(&order, &cents(20));
    shop.after(minutes(2)).await;
    assert_eq!(customer.looks_at(&order).await.state, "fulfilled");
    assert_eq!(customer.wallet().await, 0);
    shop.is_in_order().await;
}

async fn a_surplus_is_kept(shop: Shop) {
    let customer = shop.customer().await;
    let order = customer.orders(&shop.transfer).await.expect("an order");
    shop.bank.sends(&order, &cents(720));
    shop.after(minutes(2)).await;
    let now = customer.looks_at(&order).await;
    assert_eq!(
        (now.state.as_str(), now.payment.expect("a payment").state.as_str()),
        ("fulfilled", "overpaid")
    );
    assert_eq!(customer.wallet().await, 220);
    assert!(customer.was_told().await.contains(&"money-in-wallet".to_owned()));
    shop.is_in_order().await;
}

async fn a_cancelled_order_that_is_paid_fills_the_wallet(shop: Shop) {
    let customer = shop.customer().await;
    let order = customer.orders(&shop.transfer).await.expect("an order");
    customer.shop.cancel_order(&order.order_id).await.expect("cancelled");
    shop.bank.pays(&order);
    shop.after(minutes(2)).await;
    assert_eq!(customer.looks_at(&order).await.state, "cancelled");
    assert_eq!(customer.wallet().await, 500);
    assert_eq!(customer.was_told().await, ["money-in-wallet"]);
    assert!(shop.server("frankfurt").entries().is_empty());
    shop.is_in_order().await;
}

async fn two_payments_for_one_order_are_not_two_orders(shop: Shop) {
    let customer = shop.customer().await;
    let first = customer.orders(&shop.transfer).await.expect("an order");
    let tapped = customer.shop.pay(&first.order_id, &shop.transfer, false).await.expect("a second tap");
    assert_eq!(payment_of(&tapped).payment_id, payment_of(&first).payment_id, "changes nothing");
    shop.after(minutes(31)).await;
    let second =
        customer.shop.pay(&first.order_id, &shop.transfer, false).await.expect("the first one is over");
    assert_ne!(payment_of(&second).payment_id, payment_of(&first).payment_id);
    shop.bank.pays(&first);
    shop.bank.pays(&second);
    shop.after(minutes(11)).await;
    assert_eq!(customer.looks_at(&first).await.state, "fulfilled");
    assert_eq!(shop.server("frankfurt").entries().len(), 1);
    assert_eq!(customer.wallet().await, 500, "the second one is kept");
    shop.is_in_order().await;
}

async fn to_and_fro_between_ways_to_pay_opens_no_new_payments(shop: Shop) {
    let customer = shop.customer_with(dollars(2)).await;
    let order = customer.orders(&shop.transfer).await.expect("an order");
    let mut asked = std::collections::BTreeMap::new();
    for round in 0..12 {
        let gateway = if round % 2 == 0 { &shop.card } else { &shop.transfer };
        let use_wallet = round % 4 > 1;
        let now = customer.shop.pay(&order.order_id, gateway, use_wallet).await.expect("another way");
        let payment = payment_of(&now);
        assert_eq!(payment.card.is_some(), *gateway == shop.card, "what was asked for last is shown");
        let first = asked.entry((gateway, use_wallet)).or_insert_with(|| payment.payment_id.clone());
        assert_eq!(&payment.payment_id, first, "each way has one");
        shop.after(minutes(1)).await;
    }
    assert_eq!(payment_of(&order).payment_id, asked[&(&shop.transfer, false)]);
    shop.is_in_order().await;
}

async fn an_order_has_few_payments(shop: Shop) {
    let customer = shop.customer().await;
    let order = customer.orders(&shop.card).await.expect("an order");
    for _ in 0..4 {
        customer.receives(cents(1)).await;
        customer.shop.pay(&order.order_id, &shop.card, true).await.expect("another amount");
    }
    customer.receives(cents(1)).await;
    let more = customer.shop.pay(&order.order_id, &shop.card, true).await;
    assert_eq!(refused(more), "too_many_payments");
    customer.shop.pay(&order.order_id, &shop.card, false).await.expect("the first one again");
    customer.receives(dollars(5)).await;
    customer.shop.pay(&order.order_id, "wallet", false).await.expect("the wallet opens none");
    shop.is_in_order().await;
}

async fn a_transfer_that_is_taken_back_asks_for_a_person(shop: Shop) {
    let customer = shop.customer().await;
    let order = customer.orders(&shop.transfer).await.expect("an order");
    let transfer = shop.bank.begins(&order, &order.price);
    shop.bank.confirms(&transfer);
    shop.after(minutes(2)).await;
    shop.bank.gateway().unconfirm(&transfer);
    shop.after(hours(2)).await;
    let now = customer.looks_at(&order).await;
    assert!(now.attention, "a person looks at it");
    assert_eq!(now.state, "fulfilled", "nothing is taken away by itself");
    shop.bank.confirms(&transfer);
    shop.after(hours(2)).await;
    assert!(!customer.looks_at(&order).await.attention, "it came back by itself");
    assert_eq!(customer.wallet().await, 0, "and is not credited twice");
    shop.is_in_order().await;
}

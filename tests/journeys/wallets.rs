//! Money that the shop keeps for its customers.

use crate::world::{Shop, cents, dollars, minutes, on_every_storage, refused};
use nexa_core::{
    backoffice::model::WalletCorrection,
    domain::refusal::Refusal,
    error::Error,
    storefront::model::{MoneyView, PageRequest, QuoteRequest},
};

on_every_storage!(
    a_wallet_is_filled_and_spent,
    a_short_wallet_is_told_what_is_missing,
    an_order_may_be_paid_from_the_wallet_later,
    the_operator_corrects_a_wallet_once_per_key,
);

async fn a_wallet_is_filled_and_spent(shop: Shop) {
    let customer = shop.customer().await;
    let top_up = customer.tops_up(dollars(8), &shop.transfer).await.expect("an order");
    shop.bank.pays(&top_up);
    shop.after(minutes(1)).await;
    assert_eq!(customer.looks_at(&top_up).await.state, "fulfilled");
    assert_eq!(customer.wallet().await, 800);

    shop.after(minutes(1)).await;
    let order = customer.orders("wallet").await.expect("an order");
    assert_eq!(order.state, "paid", "at once");
    shop.works().await;
    assert_eq!(customer.looks_at(&order).await.state, "fulfilled");
    let wallet = customer.shop.wallet(PageRequest::default()).await.expect("my wallet");
    let lines: Vec<_> = wallet.items.iter().map(|e| (e.reason.as_str(), e.amount.minor)).collect();
    assert_eq!(lines, [("purchase", -500), ("payment", 800)]);
    assert_eq!(wallet.balance.minor, 300);
    shop.is_in_order().await;
}

async fn a_short_wallet_is_told_what_is_missing(shop: Shop) {
    let customer = shop.customer_with(dollars(2)).await;
    let quote = QuoteRequest { plan_id: shop.month.clone(), ..QuoteRequest::default() };
    assert_eq!(customer.shop.quote(quote).await.expect("a quote").missing, dollars(3));
    match customer.orders("wallet").await {
        Err(Error::Refused(Refusal::NotEnoughFunds { missing })) => assert_eq!(missing.minor, 300),
        other => panic!("{other:?}"),
    }
    assert!(customer.shop.orders(PageRequest::default()).await.expect("orders").items.is_empty());
    assert_eq!(customer.wallet().await, 200);
}

async fn an_order_may_be_paid_from_the_wallet_later(shop: Shop) {
    let customer = shop.customer().await;
    let order = customer.orders(&shop.transfer).await.expect("an order");
    assert_eq!(refused(customer.shop.pay(&order.order_id, "wallet", false).await), "not_enough_funds");
    customer.receives(dollars(5)).await;
    let paid = customer.shop.pay(&order.order_id, "wallet", false).await.expect("paid");
    assert_eq!(paid.state, "paid");
    assert_eq!(refused(customer.shop.pay(&order.order_id, "wallet", false).await), "order_not_open");
    shop.bank.pays(&order);
    shop.after(minutes(2)).await;
    assert_eq!(customer.wallet().await, 500, "what was paid a second time is kept");
    shop.is_in_order().await;
}

async fn the_operator_corrects_a_wallet_once_per_key(shop: Shop) {
    let customer = shop.customer().await;
    let give = |amount: MoneyView, key: &'static str| {
        shop.operator.correct_wallet(&customer.id, WalletCorrection { amount }, key.to_owned())
    };
    assert_eq!(give(dollars(4), "a").await.expect("given"), dollars(4));
    assert_eq!(give(dollars(4), "a").await.expect("given before"), dollars(4), "once");
    assert_eq!(give(cents(-150), "b").await.expect("taken"), cents(250));
    assert_eq!(refused(give(cents(-251), "c").await), "not_enough_funds");
    assert_eq!(refused(give(cents(0), "d").await), "amount_out_of_range");
    assert_eq!(refused(give(cents(i64::MIN), "e").await), "amount_out_of_range");
    assert_eq!(refused(give(dollars(1), "").await), "bad_input");
    let euros = MoneyView { minor: 1, currency: "EUR".to_owned() };
    assert_eq!(refused(give(euros, "f").await), "wrong_currency");
    assert_eq!(customer.wallet().await, 250);
    shop.is_in_order().await;
}

//! The wallet's part of an order that is also paid in another way: set aside meanwhile, spent once, given back once.

use crate::world::{
    Customer, Shop, cents, dollars, hours, minutes, on_every_storage, payment_of, refused, wish,
};
use nexa_core::{
    backoffice::model::WalletCorrection,
    sim::gateway::Fault,
    storefront::model::{CheckoutRequest, OrderView, PageRequest, Purpose},
};

on_every_storage!(
    what_is_set_aside_is_spent_on_nothing_else,
    two_devices_never_set_the_same_money_aside,
    a_changed_mind_gives_it_back,
    an_order_that_is_given_up_gives_it_back_once,
    an_order_that_expires_gives_it_back_once,
    money_after_the_end_is_helped_by_whatever_the_wallet_has,
    a_gateway_that_refuses_gives_it_back,
    what_comes_back_pays_an_order_that_waits,
    more_in_the_wallet_is_set_aside_at_the_next_try,
    who_leaves_is_told_of_it_and_may_give_it_up,
);

/// Orders this plan, the wallet first and the rest by a transfer.
async fn splits(customer: &Customer, shop: &Shop, plan: &str) -> OrderView {
    let request = CheckoutRequest { use_wallet: true, ..wish(Purpose::New, plan, None, &shop.transfer) };
    customer.shop.checkout(request, None).await.expect("an order")
}

/// What is in the wallet, and what is set aside.
async fn stands(customer: &Customer) -> (i64, i64) {
    let wallet = customer.shop.wallet(PageRequest::default()).await.expect("a wallet");
    let me = customer.shop.me().await.expect("me");
    assert_eq!((&me.wallet, &me.held), (&wallet.balance, &wallet.held), "said twice, and the same");
    (wallet.balance.minor, wallet.held.minor)
}

/// Why money came and went, newest first.
async fn history(customer: &Customer) -> Vec<(String, i64)> {
    let wallet = customer.shop.wallet(PageRequest::default()).await.expect("a wallet");
    wallet.items.into_iter().map(|item| (item.reason, item.amount.minor)).collect()
}

fn line(reason: &str, minor: i64) -> (String, i64) {
    (reason.to_owned(), minor)
}

async fn what_is_set_aside_is_spent_on_nothing_else(shop: Shop) {
    let customer = shop.customer_with(dollars(2)).await;
    let order = splits(&customer, &shop, &shop.month).await;
    assert_eq!((stands(&customer).await, &order.held), ((0, 200), &dollars(2)));
    let taken = WalletCorrection { amount: cents(-150) };
    let taken = shop.operator.correct_wallet(&customer.id, taken, "taken".to_owned()).await;
    assert_eq!(refused(taken), "not_enough_funds", "not by the operator either");
    assert_eq!(refused(customer.orders("wallet").await), "not_enough_funds");
    customer.receives(dollars(4)).await;
    assert_eq!(refused(customer.orders("wallet").await), "not_enough_funds", "four are there, not six");
    shop.bank.pays(&order);
    shop.after(minutes(2)).await;
    let paid = customer.looks_at(&order).await;
    assert_eq!((paid.state.as_str(), paid.held.minor), ("fulfilled", 0));
    assert_eq!(stands(&customer).await, (400, 0));
    let expected =
        [line("purchase", -300), line("payment", 300), line("correction", 400), line("hold", -200)];
    assert_eq!(history(&customer).await[..4], expected);
    shop.is_in_order().await;
}

async fn two_devices_never_set_the_same_money_aside(shop: Shop) {
    let customer = shop.customer_with(dollars(2)).await;
    let one = splits(&customer, &shop, &shop.month).await;
    let two = splits(&customer, &shop, &shop.month).await;
    assert_eq!((payment_of(&one).due.minor, payment_of(&two).due.minor), (300, 500));
    assert_eq!((one.held.minor, two.held.minor), (200, 0));
    shop.bank.pays(&two);
    shop.after(minutes(2)).await;
    assert_eq!(customer.looks_at(&two).await.state, "fulfilled");
    assert_eq!(stands(&customer).await, (0, 200), "still the other's");
    shop.bank.pays(&one);
    shop.after(minutes(2)).await;
    assert_eq!(
        (customer.looks_at(&one).await.state.as_str(), stands(&customer).await),
        ("fulfilled", (0, 0))
    );
    shop.is_in_order().await;
}

async fn a_changed_mind_gives_it_back(shop: Shop) {
    let customer = shop.customer_with(dollars(2)).await;
    let order = splits(&customer, &shop, &shop.month).await;
    for _ in 0..2 {
        let pay = |use_wallet| customer.shop.pay(&order.order_id, &shop.transfer, use_wallet);
        shop.after(minutes(1)).await;
        let whole = pay(false).await.expect("all of it");
        assert_eq!((payment_of(&whole).due.minor, whole.held.minor), (500, 0));
        assert_eq!(stands(&customer).await, (200, 0));
        shop.after(minutes(1)).await;
        let part = pay(true).await.expect("the rest of it");
        assert_eq!((payment_of(&part).due.minor, part.held.minor), (300, 200));
        assert_eq!(payment_of(&part).payment_id, payment_of(&order).payment_id, "asked for already");
        assert_eq!(stands(&customer).await, (0, 200));
    }
    customer.receives(dollars(3)).await;
    let paid = customer.shop.pay(&order.order_id, "wallet", false).await.expect("from the wallet after all");
    assert_eq!((paid.held.minor, stands(&customer).await), (0, (0, 0)));
    assert!(paid.paid_at.is_some());
    shop.is_in_order().await;
}

async fn an_order_that_is_given_up_gives_it_back_once(shop: Shop) {
    let customer = shop.customer_with(dollars(2)).await;
    let order = splits(&customer, &shop, &shop.month).await;
    let given_up = customer.shop.cancel_order(&order.order_id).await.expect("given up");
    assert_eq!((given_up.state.as_str(), given_up.held.minor), ("cancelled", 0));
    assert_eq!(refused(customer.shop.cancel_order(&order.order_id).await), "order_not_open");
    shop.after(hours(30)).await;
    assert_eq!(stands(&customer).await, (200, 0));
    assert_eq!(history(&customer).await, [line("release", 200), line("hold", -200), line("correction", 200)]);
    shop.is_in_order().await;
}

async fn an_order_that_expires_gives_it_back_once(shop: Shop) {
    let customer = shop.customer_with(dollars(2)).await;
    let order = splits(&customer, &shop, &shop.month).await;
    for _ in 0..30 {
        shop.after(hours(1)).await;
    }
    assert_eq!(customer.looks_at(&order).await.state, "expired");
    assert_eq!(stands(&customer).await, (200, 0));
    shop.is_in_order().await;
}

async fn money_after_the_end_is_helped_by_whatever_the_wallet_has(shop: Shop) {
    for (spent, state) in [(0, "fulfilled"), (50, "expired")] {
        let customer = shop.customer_with(dollars(2)).await;
        let order = splits(&customer, &shop, &shop.month).await;
        shop.after(hours(3)).await;
        assert_eq!(customer.looks_at(&order).await.state, "expired");
        if spent > 0 {
            customer.receives(cents(-spent)).await;
        }
        shop.bank.pays(&order);
        shop.after(hours(2)).await;
        assert_eq!(customer.looks_at(&order).await.state, state);
        assert_eq!(stands(&customer).await.0, if spent > 0 { 450 } else { 0 }, "nothing is lost");
    }
    shop.is_in_order().await;
}

async fn a_gateway_that_refuses_gives_it_back(shop: Shop) {
    let customer = shop.customer_with(dollars(2)).await;
    shop.bank.gateway().fail_next(Fault::Rejected);
    let request =
        CheckoutRequest { use_wallet: true, ..wish(Purpose::New, &shop.month, None, &shop.transfer) };
    let key = Some("a try".to_owned());
    assert_eq!(refused(customer.shop.checkout(request.clone(), key.clone()).await), "gateway_unavailable");
    assert_eq!(stands(&customer).await, (200, 0), "nothing can bring the rest");
    let order = customer.shop.checkout(request, key).await.expect("the same order");
    let order = customer.shop.pay(&order.order_id, &shop.transfer, true).await.expect("it works again");
    assert_eq!(stands(&customer).await, (0, 200));
    let other = shop.adds_gateway("fake", serde_json::json!({ "wallet": "other" })).await;
    shop.bank.gateway().fail_next(Fault::Rejected);
    assert_eq!(
        refused(customer.shop.pay(&order.order_id, &other, true).await),
        "gateway_unavailable",
        "in another way"
    );
    assert_eq!(stands(&customer).await, (0, 200), "the first payment can still bring the rest");
    shop.bank.pays(&order);
    shop.after(minutes(2)).await;
    assert_eq!(
        (customer.looks_at(&order).await.state.as_str(), stands(&customer).await),
        ("fulfilled", (0, 0))
    );
    shop.is_in_order().await;
}

async fn what_comes_back_pays_an_order_that_waits(shop: Shop) {
    let family = shop.adds_family_plan().await;
    let customer = shop.customer_with(dollars(6)).await;
    let split = splits(&customer, &shop, &family).await;
    let waits = CheckoutRequest { keep: true, ..wish(Purpose::New, &shop.month, None, "wallet") };
    let waits = customer.shop.checkout(waits, None).await.expect("kept");
    assert_eq!((stands(&customer).await, waits.missing.minor), ((0, 600), 500));
    customer.shop.cancel_order(&split.order_id).await.expect("given up");
    shop.works().await;
    assert_eq!(customer.looks_at(&waits).await.state, "fulfilled");
    assert_eq!(stands(&customer).await, (100, 0));
    shop.is_in_order().await;
}

async fn more_in_the_wallet_is_set_aside_at_the_next_try(shop: Shop) {
    let customer = shop.customer_with(dollars(2)).await;
    let order = splits(&customer, &shop, &shop.month).await;
    customer.receives(dollars(1)).await;
    let next = customer.shop.pay(&order.order_id, &shop.transfer, true).await.expect("less to pay");
    assert_eq!((payment_of(&next).due.minor, next.held.minor, next.missing.minor), (200, 300, 200));
    assert_eq!(stands(&customer).await, (0, 300));
    shop.bank.pays(&next);
    shop.after(minutes(2)).await;
    assert_eq!(
        (customer.looks_at(&order).await.state.as_str(), stands(&customer).await),
        ("fulfilled", (0, 0))
    );
    shop.is_in_order().await;
}

async fn who_leaves_is_told_of_it_and_may_give_it_up(shop: Shop) {
    let customer = shop.customer_with(dollars(2)).await;
    let order = splits(&customer, &shop, &shop.month).await;
    let export = customer.shop.export().await.expect("an export");
    let export: serde_json::Value = serde_json::from_str(&export).expect("JSON");
    assert_eq!((&export["wallet"]["minor"], &export["wallet_held"]["minor"]), (&0.into(), &200.into()));
    assert_eq!(export["orders"][0]["held"]["minor"], 200);
    assert_eq!(refused(customer.shop.delete_account(false).await), "wallet_not_empty");
    customer.shop.delete_account(true).await.expect("gone");
    let books = shop.operator.books().await.expect("the books");
    let line = |name: &str| books.accounts.iter().find(|a| a.account == name).map(|a| a.balance.minor);
    assert_eq!((line("wallets"), line("held")), (Some(200), Some(0)));
    let closed = shop.operator.order(&order.order_id).await.expect("the order");
    assert_eq!((closed.state.as_str(), closed.held.minor), ("cancelled", 0));
    shop.is_in_order().await;
}

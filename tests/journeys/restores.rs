//! A machine is lost and the shop put back from a backup: what happened since is found again outside.

use crate::world::{Customer, Shop, minutes, payment_of};
use nexa_core::{backoffice::model::AssignRequest, storefront::model::PageRequest};
use serde_json::json;

/// The same customer, at the shop's new machine.
async fn comes_back(customer: &Customer, to: &Shop) -> Customer {
    let who = to.door.principal(to.id, &customer.token).await.expect("the session is in the backup");
    Customer::with(to, who)
}

#[tokio::test]
async fn what_was_paid_after_the_backup_is_found_again_and_nothing_is_doubled() {
    let shop = Shop::in_sqlite().await;
    let listed = shop.adds_gateway("fake", json!({ "wallet": "listed", "listed": true })).await;
    let [anna, boris, clara] = [shop.customer().await, shop.customer().await, shop.customer().await];
    let order = anna.orders(&listed).await.expect("an order");
    shop.bank.pays(&order);
    shop.after(minutes(1)).await;
    let of_anna = anna.subscription().await;
    let of_clara = clara.orders(&listed).await.expect("an order");

    let backup = shop.is_backed_up().await;

    // Boris orders and pays, Clara pays what she had ordered; both are served.
    let lost = boris.orders(&listed).await.expect("an order");
    shop.bank.pays(&lost);
    shop.bank.pays(&of_clara);
    shop.after(minutes(5)).await;
    boris.subscription().await;
    clara.subscription().await;
    assert_eq!(shop.server("frankfurt").entries().len(), 3);

    let shop = shop.is_put_back(backup).await;
    shop.works().await;
    shop.after(minutes(1)).await;

    // Anna has what she had, under the same link.
    let again = comes_back(&anna, &shop).await.subscription().await;
    assert_eq!(again.subscription_id, of_anna.subscription_id);
    // Clara's order was in the backup: its money is found and it is served.
    let clara = comes_back(&clara, &shop).await;
    assert_eq!(clara.looks_at(&of_clara).await.state, "fulfilled");
    clara.subscription().await;
    // Nobody here knows of Boris's order: his money waits for the operator, once.
    let waiting = shop.operator.deposits(PageRequest::default()).await.expect("deposits");
    let [deposit] = &waiting[..] else { panic!("one deposit waits: {waiting:?}") };
    assert_eq!(deposit.amount, payment_of(&lost).due);
    // What he gets is no address that he or somebody else has paid to, and his money is put where it belongs.
    let boris = comes_back(&boris, &shop).await;
    let anew = boris.orders(&listed).await.expect("an order");
    assert_ne!(payment_of(&anew).address, payment_of(&lost).address);
    let to = AssignRequest { payment_id: payment_of(&anew).payment_id.clone() };
    shop.operator.assign_deposit(&deposit.deposit_id, to).await.expect("assigned");
    shop.works().await;
    boris.subscription().await;
    assert_eq!(boris.wallet().await, 0);

    // It is done once: nothing waits again, and the books hold each transfer once.
    shop.nexa.restored("2026-03-01T08:00:00Z".parse().expect("a moment")).await.expect("noted");
    shop.after(minutes(1)).await;
    assert_eq!(shop.operator.deposits(PageRequest::default()).await.expect("deposits"), []);
    let books = shop.operator.books().await.expect("the books");
    assert!(books.balanced);
    let revenue = books.accounts.iter().filter(|a| a.account.contains("revenue"));
    assert_eq!(revenue.map(|a| a.balance.minor).sum::<i64>(), 3 * 500);
}

#[tokio::test]
async fn a_provider_that_does_not_answer_is_asked_again() {
    use nexa_core::sim::gateway::Fault;
    let shop = Shop::in_sqlite().await;
    let listed = shop.adds_gateway("fake", json!({ "wallet": "listed", "listed": true })).await;
    let boris = shop.customer().await;
    let backup = shop.is_backed_up().await;
    let lost = boris.orders(&listed).await.expect("an order");
    shop.bank.pays(&lost);
    shop.after(minutes(5)).await;
    let shop = shop.is_put_back(backup).await;
    shop.bank.gateway().fault(Some(Fault::Unreachable));
    shop.after(minutes(1)).await;
    assert_eq!(shop.operator.deposits(PageRequest::default()).await.expect("deposits"), []);
    shop.bank.gateway().fault(None);
    shop.after(minutes(10)).await;
    assert_eq!(shop.operator.deposits(PageRequest::default()).await.expect("deposits").len(), 1);
}

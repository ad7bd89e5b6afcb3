//! What operators did, and what was sold.

use super::{
    Bench, cases,
    fixture::{NONE, Stall, first, page},
};
use crate::{
    domain::{
        deed::{Deed, DeedRecord},
        ledger::{Account, Journal},
        money::{Currency, Money},
        order::{Order, OrderKind, What},
        payment::{Payment, PaymentState},
        receipt::{Decision, Receipt, Rejection},
        sales::{Cause, Moved, Sold},
        user::{Role, User},
    },
    ports::storage::{Inserted, Posted},
};
use jiff::Timestamp;

cases![
    actions_come_back_as_they_were_and_newest_first,
    an_operator_s_key_is_used_once,
    actions_of_one_shop_are_not_those_of_another,
    what_was_sold_is_grouped,
    the_revenue_account_s_moves_are_grouped,
    new_customers_are_counted,
    receipts_are_compared_and_counted,
];

fn action(bench: &Bench, operator: &User, key: Option<&str>) -> DeedRecord {
    let at = bench.later();
    let deed = Deed::Blocked { user: bench.world.id() };
    let (reason, key) = ("a reason".into(), key.map(str::to_owned));
    DeedRecord {
        id: bench.world.id(),
        shop_id: operator.shop_id,
        operator: operator.id,
        deed,
        reason,
        key,
        at,
    }
}

async fn actions_come_back_as_they_were_and_newest_first(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    let (one, two) = (action(&bench, &user, Some("key")), action(&bench, &user, None));
    let mut tx = bench.tx().await;
    for action in [&two, &one] {
        assert_eq!(tx.insert_action(action).await.unwrap(), Inserted::New);
    }
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    assert_eq!(read.actions(shop.id, first()).await.unwrap(), [two.clone(), one.clone()]);
    assert_eq!(read.actions(shop.id, page(NONE, 1)).await.unwrap(), std::slice::from_ref(&two));
    assert_eq!(read.actions(shop.id, page(Some(two.id), 1)).await.unwrap(), std::slice::from_ref(&one));
    assert_eq!(read.action_by_key(shop.id, user.id, "key").await.unwrap(), Some(one));
    assert_eq!(read.action_by_key(shop.id, user.id, "other").await.unwrap(), None);
}

async fn an_operator_s_key_is_used_once(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    let other = bench.user(shop.id);
    let mut tx = bench.tx().await;
    tx.save_user(&other).await.unwrap();
    assert_eq!(tx.insert_action(&action(&bench, &user, Some("key"))).await.unwrap(), Inserted::New);
    assert_eq!(tx.insert_action(&action(&bench, &user, Some("key"))).await.unwrap(), Inserted::Taken);
    assert_eq!(tx.insert_action(&action(&bench, &other, Some("key"))).await.unwrap(), Inserted::New);
    assert_eq!(tx.actions(shop.id, first()).await.unwrap().len(), 2);
    let nobody = DeedRecord { operator: bench.world.id(), ..action(&bench, &user, None) };
    assert!(tx.insert_action(&nobody).await.is_err(), "somebody did it");
}

async fn actions_of_one_shop_are_not_those_of_another(bench: Bench) {
    let (mine, me) = bench.open_shop().await;
    let (_, they) = bench.open_shop().await;
    let mut tx = bench.tx().await;
    assert_eq!(tx.insert_action(&action(&bench, &they, Some("key"))).await.unwrap(), Inserted::New);
    assert_eq!(tx.actions(mine.id, first()).await.unwrap(), []);
    assert_eq!(tx.action_by_key(mine.id, they.id, "key").await.unwrap(), None);
    let moved = DeedRecord { operator: they.id, ..action(&bench, &me, None) };
    assert!(tx.insert_action(&moved).await.is_err(), "an operator of the shop did it");
}

/// An order of a stall's plan that was paid then.
fn paid(
    bench: &Bench,
    stall: &Stall,
    kind: fn(crate::domain::order::Sale) -> OrderKind,
    at: Timestamp,
) -> Order {
    let sale = stall.order.sale().unwrap().clone();
    Order { kind: kind(sale), paid_at: Some(at), ..bench.order(&stall.user) }
}

async fn what_was_sold_is_grouped(bench: Bench) {
    let (stall, other) = (bench.stall().await, bench.stall().await);
    let from = bench.later();
    let (one, two) =
        (paid(&bench, &stall, OrderKind::New, from), paid(&bench, &stall, OrderKind::New, bench.later()));
    let renewal = paid(&bench, &stall, OrderKind::Renewal, bench.now());
    let top_up = Order { kind: OrderKind::TopUp, paid_at: Some(bench.now()), ..bench.order(&stall.user) };
    let to = bench.later();
    let late = paid(&bench, &stall, OrderKind::New, to);
    let mut tx = bench.tx().await;
    for order in [&one, &two, &renewal, &top_up, &late, &paid(&bench, &other, OrderKind::New, from)] {
        assert_eq!(tx.insert_order(order).await.unwrap(), Inserted::New);
    }
    let given_up = Payment { state: PaymentState::Expired, ..bench.payment(&two) };
    let payment = Payment { state: PaymentState::Overpaid, ..bench.payment(&renewal) };
    tx.insert_payment(&given_up).await.unwrap();
    tx.insert_payment(&payment).await.unwrap();
    let plan = Some(stall.order.sale().unwrap().plan_id);
    let sum = |times: i64| Money::new(one.price.minor * times, Currency::Irr);
    let group = |what, plan, gateway, count, sum| Sold { what, plan, gateway, count, sum };
    assert_eq!(
        tx.sold(stall.shop.id, from, to).await.unwrap(),
        [
            group(What::New, plan, None, 2, sum(2)),
            group(What::Renewal, plan, Some(payment.gateway_id), 1, sum(1)),
            group(What::TopUp, None, None, 1, sum(1)),
        ]
    );
    assert_eq!(tx.sold(stall.shop.id, to, bench.later()).await.unwrap().len(), 1, "the late one");
    let held = tx.lock_order(stall.shop.id, one.id).await.unwrap().unwrap();
    tx.save_order(held.map(|o| Order { paid_at: None, ..o })).await.unwrap();
    assert_eq!(tx.sold(stall.shop.id, from, to).await.unwrap()[0].count, 1);
}

async fn the_revenue_account_s_moves_are_grouped(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    let (theirs, they) = bench.open_shop().await;
    let wallet = Account::Wallet(user.id);
    let from = bench.later();
    let mut tx = bench.tx().await;
    let rial = |minor| Money::new(minor, Currency::Irr);
    let fill = bench.journal(shop.id, "payment:1", user.id, 1000);
    assert_eq!(tx.post(&fill).await.unwrap(), Posted::New);
    for (cause, minor) in [("sale:1", 300), ("sale:2", 200), ("refund:1", -300), ("change:3", -50)] {
        let (one, two) = if minor > 0 { (wallet, Account::Revenue) } else { (Account::Revenue, wallet) };
        let journal = Journal::new(bench.world.id(), shop.id, cause.to_owned(), bench.later());
        let journal = journal.transfer(one, two, rial(i64::abs(minor))).unwrap();
        assert_eq!(tx.post(&journal).await.unwrap(), Posted::New);
    }
    let foreign = Journal::new(bench.world.id(), theirs.id, "refund:9".to_owned(), bench.now());
    let foreign = foreign.transfer(Account::Revenue, Account::Wallet(they.id), rial(7)).unwrap();
    assert_eq!(tx.post(&foreign).await.unwrap(), Posted::New);
    let to = bench.later();
    let group = |cause, count, minor| Moved { cause, count, sum: rial(minor) };
    let all = [group(Cause::Change, 1, -50), group(Cause::Refund, 1, -300), group(Cause::Sale, 2, 500)];
    assert_eq!(tx.revenue(shop.id, from, to).await.unwrap(), all);
    assert_eq!(tx.revenue(shop.id, to, bench.later()).await.unwrap(), []);
}

async fn new_customers_are_counted(bench: Bench) {
    let (shop, _) = bench.open_shop().await;
    let from = bench.later();
    let customer = bench.user(shop.id);
    let operator = User { role: Role::Operator, ..bench.user(shop.id) };
    bench.open_shop().await;
    let to = bench.later();
    let mut tx = bench.tx().await;
    tx.save_user(&customer).await.unwrap();
    tx.save_user(&operator).await.unwrap();
    assert_eq!(tx.count_new_users(shop.id, from, to).await.unwrap(), 1);
    assert_eq!(tx.count_new_users(shop.id, to, bench.later()).await.unwrap(), 0);
}

async fn receipts_are_compared_and_counted(bench: Bench) {
    let (stall, other) = (bench.stall().await, bench.stall().await);
    let (shop, user, payment) = (stall.shop.id, stall.user.id, &stall.payment);
    let decided = |decision| Receipt { decision, ..bench.receipt(payment) };
    let mut tx = bench.tx().await;
    assert_eq!(tx.decided_receipts(shop, user).await.unwrap(), (0, 0));
    let (yes, no) = (decided(Decision::Accepted), decided(Decision::Rejected(Rejection::Forged)));
    for receipt in [&yes, &no, &decided(Decision::Rejected(Rejection::TimedOut)), &decided(Decision::Waiting)]
    {
        tx.insert_receipt(receipt).await.unwrap();
    }
    assert_eq!(tx.decided_receipts(shop, user).await.unwrap(), (1, 2));
    assert_eq!(tx.decided_receipts(other.shop.id, user).await.unwrap(), (0, 0));
    assert_eq!(tx.likenesses(shop, payment.id, 9).await.unwrap(), [], "of other payments");
    let somebody = bench.world.id();
    assert_eq!(tx.likenesses(shop, somebody, 9).await.unwrap(), vec![yes.likeness.clone(); 4]);
    assert_eq!(tx.likenesses(shop, somebody, 3).await.unwrap().len(), 3);
    assert_eq!(tx.likenesses(other.shop.id, somebody, 9).await.unwrap(), []);
}

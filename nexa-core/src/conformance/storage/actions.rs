//! What operators did, and what was sold.

use super::{
    Bench, cases,
    fixture::{NONE, Stall, first, page},
};
use crate::{
    domain::{
        chain::{AuditFilter, ChainEnd, Place, Walk, Written, append},
        deed::{Deed, DeedRecord},
        ledger::{Account, Journal},
        money::{Currency, Money},
        order::{Order, OrderKind, What},
        payment::{Payment, PaymentState},
        receipt::{Decision, Receipt, Rejection},
        sales::{Cause, Moved, Sold},
        user::{Role, User},
    },
    error::Failure,
    ids::Id as _,
    ports::storage::{Inserted, Posted, Tx},
    secret::digest,
};
use jiff::Timestamp;

cases![
    deeds_stand_in_a_chain_by_shop,
    deeds_are_found_by_who_did_what_to_what,
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

/// Appends an action to its shop's chain; the hash is none that anybody checks.
async fn noted(tx: &mut dyn Tx, action: &DeedRecord) -> Result<Inserted, Failure> {
    let end = tx.lock_chain(action.shop_id).await?;
    let place = append(&end, &Written::of(action)?, digest);
    tx.insert_action(action, &place, &place.digest).await
}

async fn deeds_stand_in_a_chain_by_shop(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    let (other, they) = bench.open_shop().await;
    let mut tx = bench.tx().await;
    assert_eq!(tx.lock_chain(shop.id).await.unwrap(), ChainEnd::start());
    for _ in 0..3 {
        assert_eq!(noted(tx.as_mut(), &action(&bench, &user, None)).await.unwrap(), Inserted::New);
    }
    let kept = action(&bench, &user, Some("key"));
    assert_eq!(noted(tx.as_mut(), &kept).await.unwrap(), Inserted::New);
    let end = tx.lock_chain(shop.id).await.unwrap();
    assert_eq!((end.number, &end.seal), (4, &end.digest), "as it was given");
    assert_eq!(noted(tx.as_mut(), &action(&bench, &user, Some("key"))).await.unwrap(), Inserted::Taken);
    assert_eq!(tx.chain_end(shop.id).await.unwrap(), end, "what was not written takes no place");
    assert_eq!(noted(tx.as_mut(), &action(&bench, &they, None)).await.unwrap(), Inserted::New);
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    let all = read.chain(shop.id, 0, 9).await.unwrap();
    assert_eq!(all.iter().map(|of| of.place.number).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert_eq!(all[3].written, Written::of(&kept).unwrap(), "letter by letter");
    assert_eq!(read.chain(shop.id, 2, 1).await.unwrap(), &all[2..3]);
    let mut walk = Walk::new(shop.id);
    assert!(walk.along(&all, digest));
    assert_eq!(walk.done(&read.chain_end(shop.id).await.unwrap()).broken_at, None);
    assert_eq!(read.chain_end(other.id).await.unwrap().number, 1);
    assert_eq!(read.chain_end(bench.world.id()).await.unwrap(), ChainEnd::start());
    drop(read);
    let mut tx = bench.tx().await;
    let elsewhere = Place { number: 9, previous: end.digest.clone(), digest: end.digest.clone() };
    let next = action(&bench, &user, None);
    assert!(tx.insert_action(&next, &elsewhere, &end.seal).await.is_err(), "not the next place");
}

async fn deeds_are_found_by_who_did_what_to_what(bench: Bench) {
    let (shop, one) = bench.open_shop().await;
    let two = bench.user(shop.id);
    let (blocked, begun) = (action(&bench, &one, None), action(&bench, &two, None));
    let begun = DeedRecord { deed: Deed::MaintenanceBegun, ..begun };
    let mut tx = bench.tx().await;
    tx.save_user(&two).await.unwrap();
    for action in [&blocked, &begun] {
        assert_eq!(noted(tx.as_mut(), action).await.unwrap(), Inserted::New);
    }
    let none = AuditFilter::default();
    let both = [(2, begun.clone()), (1, blocked.clone())];
    assert_eq!(tx.audit(shop.id, &none, None, 9).await.unwrap(), both);
    assert_eq!(tx.audit(shop.id, &none, None, 1).await.unwrap(), both[..1]);
    assert_eq!(tx.audit(shop.id, &none, Some(2), 9).await.unwrap(), both[1..]);
    let by = AuditFilter { by: Some(two.id), ..none.clone() };
    assert_eq!(tx.audit(shop.id, &by, None, 9).await.unwrap(), both[..1]);
    let named = AuditFilter { deed: Some("blocked".into()), ..none.clone() };
    assert_eq!(tx.audit(shop.id, &named, None, 9).await.unwrap(), both[1..]);
    let user = match blocked.deed {
        Deed::Blocked { user } => Some(user.uuid()),
        _ => None,
    };
    let about = AuditFilter { about: user, ..none.clone() };
    assert_eq!(tx.audit(shop.id, &about, None, 9).await.unwrap(), both[1..]);
    let nothing = AuditFilter { about: Some(one.id.uuid()), ..none.clone() };
    assert_eq!(tx.audit(shop.id, &nothing, None, 9).await.unwrap(), []);
    assert_eq!(tx.audit(bench.world.id(), &none, None, 9).await.unwrap(), []);
}

async fn actions_come_back_as_they_were_and_newest_first(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    let (one, two) = (action(&bench, &user, Some("key")), action(&bench, &user, None));
    let mut tx = bench.tx().await;
    for action in [&two, &one] {
        assert_eq!(noted(tx.as_mut(), action).await.unwrap(), Inserted::New);
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
    assert_eq!(noted(tx.as_mut(), &action(&bench, &user, Some("key"))).await.unwrap(), Inserted::New);
    assert_eq!(noted(tx.as_mut(), &action(&bench, &user, Some("key"))).await.unwrap(), Inserted::Taken);
    assert_eq!(noted(tx.as_mut(), &action(&bench, &other, Some("key"))).await.unwrap(), Inserted::New);
    assert_eq!(tx.actions(shop.id, first()).await.unwrap().len(), 2);
    let nobody = DeedRecord { operator: bench.world.id(), ..action(&bench, &user, None) };
    assert!(noted(tx.as_mut(), &nobody).await.is_err(), "somebody did it");
}

async fn actions_of_one_shop_are_not_those_of_another(bench: Bench) {
    let (mine, me) = bench.open_shop().await;
    let (_, they) = bench.open_shop().await;
    let mut tx = bench.tx().await;
    assert_eq!(noted(tx.as_mut(), &action(&bench, &they, Some("key"))).await.unwrap(), Inserted::New);
    assert_eq!(tx.actions(mine.id, first()).await.unwrap(), []);
    assert_eq!(tx.action_by_key(mine.id, they.id, "key").await.unwrap(), None);
    let moved = DeedRecord { operator: they.id, ..action(&bench, &me, None) };
    assert!(noted(tx.as_mut(), &moved).await.is_err(), "an operator of the shop did it");
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

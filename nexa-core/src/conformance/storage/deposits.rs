//! Deposits.

use super::{
    Bench, cases,
    fixture::{first, page},
};
use crate::{
    domain::{
        deposit::{Deposit, DepositState},
        money::Money,
        payment::{Payment, PaymentState},
    },
    ids::{DepositId, PaymentId, ShopId},
    ports::storage::{AmountLease, Inserted},
};

cases![
    deposits_come_back_as_they_were,
    waiting_deposits_come_oldest_first,
    a_deposit_is_known_by_its_name,
    only_what_became_of_a_deposit_changes,
    an_amount_leads_to_the_payment_that_it_is_reserved_for,
    deposits_of_one_shop_are_not_another_shops,
    unpaid_payments_of_a_gateway_come_newest_first,
];

fn deposit(bench: &Bench, of: &Payment, name: &str) -> Deposit {
    Deposit {
        id: bench.world.id(),
        shop_id: of.shop_id,
        gateway_id: of.gateway_id,
        place: "6219 86** **** 9007".into(),
        amount: of.due,
        family: "bank-sms".into(),
        movement: name.into(),
        state: DepositState::Waiting,
        payment_id: None,
        heard_at: bench.later(),
    }
}

async fn kept(bench: &Bench, shop: ShopId, id: DepositId) -> Option<Deposit> {
    bench.read().await.deposit(shop, id).await.unwrap()
}

async fn deposits_come_back_as_they_were(bench: Bench) {
    let stall = bench.stall().await;
    let one = deposit(&bench, &stall.payment, "one");
    let two = Deposit {
        state: DepositState::Matched,
        payment_id: Some(stall.payment.id),
        ..deposit(&bench, &stall.payment, "two")
    };
    let mut tx = bench.tx().await;
    assert_eq!(tx.insert_deposit(&one).await.unwrap(), Inserted::New);
    assert_eq!(tx.insert_deposit(&two).await.unwrap(), Inserted::New);
    tx.commit().await.unwrap();
    assert_eq!(kept(&bench, stall.shop.id, one.id).await, Some(one));
    assert_eq!(kept(&bench, stall.shop.id, two.id).await, Some(two));
    assert_eq!(kept(&bench, stall.shop.id, bench.world.id()).await, None);
}

async fn waiting_deposits_come_oldest_first(bench: Bench) {
    let stall = bench.stall().await;
    let all: Vec<_> = ["a", "b", "c", "d"].map(|name| deposit(&bench, &stall.payment, name)).into();
    let mut tx = bench.tx().await;
    for one in &all {
        assert_eq!(tx.insert_deposit(one).await.unwrap(), Inserted::New);
    }
    let gone = Deposit { state: DepositState::Dismissed, ..all[1].clone() };
    tx.save_deposit(&gone).await.unwrap();
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    let first = read.waiting_deposits(stall.shop.id, page(None::<DepositId>, 2)).await.unwrap();
    assert_eq!(first, [all[0].clone(), all[2].clone()]);
    let rest = read.waiting_deposits(stall.shop.id, page(Some(all[2].id), 2)).await.unwrap();
    assert_eq!(rest, [all[3].clone()]);
}

async fn a_deposit_is_known_by_its_name(bench: Bench) {
    let stall = bench.stall().await;
    let one = deposit(&bench, &stall.payment, "one");
    let mut tx = bench.tx().await;
    assert_eq!(tx.insert_deposit(&one).await.unwrap(), Inserted::New);
    assert_eq!(tx.insert_deposit(&deposit(&bench, &stall.payment, "one")).await.unwrap(), Inserted::Taken);
    let elsewhere = Deposit { family: "other".into(), ..deposit(&bench, &stall.payment, "one") };
    assert_eq!(tx.insert_deposit(&elsewhere).await.unwrap(), Inserted::New);
    tx.commit().await.unwrap();
    let loose = Deposit { state: DepositState::Matched, ..deposit(&bench, &stall.payment, "three") };
    assert!(bench.tx().await.insert_deposit(&loose).await.is_err(), "matched, and with no payment");
}

async fn only_what_became_of_a_deposit_changes(bench: Bench) {
    let stall = bench.stall().await;
    let one = deposit(&bench, &stall.payment, "one");
    let mut tx = bench.tx().await;
    assert_eq!(tx.insert_deposit(&one).await.unwrap(), Inserted::New);
    assert!(!tx.has_deposit(stall.shop.id, stall.payment.id).await.unwrap(), "one that waits");
    let (state, payment_id) = (DepositState::Matched, Some(stall.payment.id));
    let amount = Money::new(1, one.amount.currency);
    tx.save_deposit(&Deposit { state, payment_id, amount, place: "x".into(), ..one.clone() }).await.unwrap();
    tx.commit().await.unwrap();
    let now = kept(&bench, stall.shop.id, one.id).await;
    assert_eq!(now, Some(Deposit { state, payment_id, ..one.clone() }));
    let mut read = bench.read().await;
    assert!(read.has_deposit(stall.shop.id, stall.payment.id).await.unwrap());
    assert!(!read.has_deposit(bench.world.id(), stall.payment.id).await.unwrap(), "another shop");
    assert!(!read.has_deposit(stall.shop.id, bench.world.id()).await.unwrap(), "another payment");
    drop(read);
    let strange = Deposit { payment_id: Some(bench.world.id()), ..one.clone() };
    assert!(bench.tx().await.save_deposit(&strange).await.is_err());
    let missing = Deposit { id: bench.world.id(), ..one };
    assert!(bench.tx().await.save_deposit(&missing).await.is_err());
}

async fn an_amount_leads_to_the_payment_that_it_is_reserved_for(bench: Bench) {
    let stall = bench.stall().await;
    let (payment, amount) = (stall.payment.id, stall.payment.due);
    let lease = AmountLease { destination: "card".into(), amount, payment, until: bench.in_secs(60) };
    let mut tx = bench.tx().await;
    assert_eq!(tx.lease_amount(&lease, bench.now()).await.unwrap(), Inserted::New);
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    let now = bench.in_secs(59);
    assert_eq!(read.reserved_for("card", amount, now).await.unwrap(), Some(payment));
    assert_eq!(read.reserved_for("card", amount, bench.in_secs(60)).await.unwrap(), None, "run out");
    assert_eq!(read.reserved_for("other", amount, now).await.unwrap(), None);
    let more = Money::new(amount.minor + 1, amount.currency);
    assert_eq!(read.reserved_for("card", more, now).await.unwrap(), None);
}

async fn deposits_of_one_shop_are_not_another_shops(bench: Bench) {
    let (mine, _) = bench.open_shop().await;
    let theirs = bench.stall().await;
    let one = deposit(&bench, &theirs.payment, "one");
    let mut tx = bench.tx().await;
    assert_eq!(tx.insert_deposit(&one).await.unwrap(), Inserted::New);
    tx.commit().await.unwrap();
    assert_eq!(kept(&bench, mine.id, one.id).await, None);
    let mut read = bench.read().await;
    assert_eq!(read.waiting_deposits(mine.id, page(None::<DepositId>, 9)).await.unwrap(), []);
    let stolen = Deposit { shop_id: mine.id, state: DepositState::Dismissed, ..one };
    assert!(bench.tx().await.save_deposit(&stolen).await.is_err());
}

async fn unpaid_payments_of_a_gateway_come_newest_first(bench: Bench) {
    use PaymentState::{Created, Disputed, Expired, Failed, Open, Overpaid, Paid, Seen, Underpaid};
    let stall = bench.stall().await;
    let (shop, gateway) = (stall.shop.id, bench.world.id());
    let of = |state| Payment { state, gateway_id: gateway, ..bench.payment(&stall.order) };
    let unpaid = [Open, Seen, Underpaid, Expired].map(of);
    let others = [Created, Failed, Paid, Overpaid, Disputed].map(of);
    let elsewhere = Payment { gateway_id: bench.world.id(), ..of(Open) };
    let mut tx = bench.tx().await;
    for payment in unpaid.iter().chain(&others).chain([&elsewhere]) {
        tx.insert_payment(payment).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    let newest: Vec<PaymentId> = unpaid.iter().rev().map(|p| p.id).collect();
    let all = read.unpaid_payments(shop, gateway, first()).await.unwrap();
    assert_eq!(all.iter().map(|p| p.id).collect::<Vec<_>>(), newest);
    let rest = read.unpaid_payments(shop, gateway, page(Some(newest[1]), 1)).await.unwrap();
    assert_eq!(rest.iter().map(|p| p.id).collect::<Vec<_>>(), newest[2..3]);
    assert_eq!(read.unpaid_payments(bench.world.id(), gateway, first()).await.unwrap(), [], "another shop");
}

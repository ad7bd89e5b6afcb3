//! Payments, movements, receipts.

use super::{
    Bench, cases,
    fixture::{NONE, first, page},
};
use crate::{
    domain::{
        money::{Currency, Money},
        payment::{Finality, Movement, PayStep, Payment, PaymentState, Slot},
        receipt::{Decision, Receipt, Rejection},
    },
    ports::storage::{Inserted, Locked},
};

cases![
    payments_come_back_as_they_were_and_newest_first,
    every_step_and_slot_is_kept,
    a_reference_names_one_payment_of_a_gateway,
    payments_are_watched_until_their_time_is_over,
    movements_come_back_as_they_were_and_oldest_first,
    a_movement_never_moves_to_another_payment,
    receipts_come_back_as_they_were,
    waiting_receipts_come_oldest_first,
    receipts_of_a_user_are_counted,
    a_picture_that_was_used_before_is_seen,
];

async fn payments_come_back_as_they_were_and_newest_first(bench: Bench) {
    let stall = bench.stall().await;
    let (shop, one) = (stall.shop.id, stall.payment);
    let two = Payment { test: true, ..bench.payment(&stall.order) };
    let mut tx = bench.tx().await;
    tx.insert_payment(&two).await.unwrap();
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    assert_eq!(read.payment(shop, one.id).await.unwrap(), Some(one.clone()));
    assert_eq!(read.payments(shop, stall.order.id).await.unwrap(), [two.clone(), one.clone()]);
    assert_eq!(read.payments(shop, bench.world.id()).await.unwrap(), []);
    assert!(bench.tx().await.insert_payment(&one).await.is_err());
    let mut tx = bench.tx().await;
    assert!(tx.lock_payment(shop, bench.world.id()).await.unwrap().is_none());
    let held = tx.lock_payment(shop, one.id).await.unwrap().unwrap();
    assert_eq!(*held, one);
    let received = Money::new(3, Currency::Ltc);
    let (booked, credited) = (Money::new(2, Currency::Ltc), Money::new(4, Currency::Irr));
    let step = |p| Payment { state: PaymentState::Underpaid, received, booked, credited, version: 2, ..p };
    let held = held.map(step);
    let changed = (*held).clone();
    tx.save_payment(held).await.unwrap();
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    assert_eq!(read.payment(shop, one.id).await.unwrap(), Some(changed));
    assert_eq!(read.payment(shop, two.id).await.unwrap(), Some(two));
    let missing = Locked::held_by_storage(bench.payment(&stall.order));
    assert!(bench.tx().await.save_payment(missing).await.is_err());
}

async fn every_step_and_slot_is_kept(bench: Bench) {
    let stall = bench.stall().await;
    let steps = [
        PayStep::Transfer { address: "rltc1".into(), uri: "litecoin:rltc1?amount=1".into(), memo: None },
        PayStep::Card { number: "6037".into(), holder: "علی".into(), bank: "ملی".into() },
        PayStep::Stars { link: "https://t.me/$abc".into() },
        PayStep::Redirect { url: "https://pay.example/a?b=c".into() },
    ];
    let slots = [Slot::Index(4_000_000_000), Slot::Destination("card-1".into()), Slot::Index(0)];
    let mut tx = bench.tx().await;
    for (step, slot) in steps.into_iter().zip(slots) {
        let payment = Payment { step: Some(step), slot: Some(slot), ..bench.payment(&stall.order) };
        tx.insert_payment(&payment).await.unwrap();
        assert_eq!(tx.payment(stall.shop.id, payment.id).await.unwrap(), Some(payment));
    }
}

async fn a_reference_names_one_payment_of_a_gateway(bench: Bench) {
    let stall = bench.stall().await;
    let step = PayStep::Redirect { url: "https://pay.example".into() };
    let one = bench.payment(&stall.order).opened("ref".into(), step).unwrap();
    let mut tx = bench.tx().await;
    tx.insert_payment(&one).await.unwrap();
    let elsewhere = Payment { reference: Some("ref".into()), ..bench.payment(&stall.order) };
    tx.insert_payment(&elsewhere).await.unwrap();
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    assert_eq!(read.payment_by_reference(one.gateway_id, "ref").await.unwrap(), Some(one.clone()));
    assert_eq!(read.payment_by_reference(one.gateway_id, "other").await.unwrap(), None);
    assert_eq!(read.payment_by_reference(elsewhere.gateway_id, "ref").await.unwrap(), Some(elsewhere));
    let twin = Payment {
        gateway_id: one.gateway_id,
        reference: one.reference.clone(),
        ..bench.payment(&stall.order)
    };
    assert!(bench.tx().await.insert_payment(&twin).await.is_err());
}

async fn payments_are_watched_until_their_time_is_over(bench: Bench) {
    let stall = bench.stall().await;
    let shop = stall.shop.id;
    let one = bench.payment(&stall.order);
    let gateway = one.gateway_id;
    let now = one.watch_until;
    let also =
        |state| Payment { gateway_id: gateway, watch_until: now, state, ..bench.payment(&stall.order) };
    let (two, three) = (also(PaymentState::Paid), also(PaymentState::Expired));
    let failed = also(PaymentState::Failed);
    let over = Payment { watch_until: before(now), ..also(PaymentState::Open) };
    let elsewhere = Payment { gateway_id: bench.world.id(), ..also(PaymentState::Open) };
    let mut tx = bench.tx().await;
    for payment in [&three, &failed, &one, &over, &elsewhere, &two] {
        tx.insert_payment(payment).await.unwrap();
    }
    let all = tx.watched_payments(shop, gateway, now, first()).await.unwrap();
    assert_eq!(all, [one.clone(), two.clone(), three.clone()]);
    assert_eq!(tx.watched_payments(shop, gateway, now, page(NONE, 2)).await.unwrap(), [one, two.clone()]);
    assert_eq!(tx.watched_payments(shop, gateway, now, page(Some(two.id), 2)).await.unwrap(), [three]);
    assert_eq!(tx.watched_payments(bench.world.id(), gateway, now, first()).await.unwrap(), []);
}

fn before(at: jiff::Timestamp) -> jiff::Timestamp {
    crate::domain::time::after(at, jiff::SignedDuration::from_millis(-1))
}

async fn movements_come_back_as_they_were_and_oldest_first(bench: Bench) {
    let stall = bench.stall().await;
    let (one, two) = (bench.movement(&stall.payment, "b:0"), bench.movement(&stall.payment, "a:0"));
    let mut tx = bench.tx().await;
    assert_eq!(tx.save_movement(&two).await.unwrap(), Inserted::New);
    assert_eq!(tx.save_movement(&one).await.unwrap(), Inserted::New);
    let one = Movement { finality: Finality::Confirmed, anchor: None, ..one };
    assert_eq!(tx.save_movement(&one).await.unwrap(), Inserted::New);
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    assert_eq!(read.movements(stall.payment.id).await.unwrap(), [one.clone(), two]);
    assert_eq!(read.movements(bench.world.id()).await.unwrap(), []);
    assert_eq!(read.movement(&one.family, "b:0").await.unwrap(), Some(one.clone()));
    assert_eq!(read.movement(&one.family, "c:0").await.unwrap(), None);
    assert_eq!(read.movement("litecoin", "b:0").await.unwrap(), None);
}

async fn a_movement_never_moves_to_another_payment(bench: Bench) {
    let stall = bench.stall().await;
    let other = bench.payment(&stall.order);
    let movement = bench.movement(&stall.payment, "a:0");
    let mut tx = bench.tx().await;
    tx.insert_payment(&other).await.unwrap();
    assert_eq!(tx.save_movement(&movement).await.unwrap(), Inserted::New);
    let stolen = Movement { payment_id: other.id, finality: Finality::Confirmed, ..movement.clone() };
    assert_eq!(tx.save_movement(&stolen).await.unwrap(), Inserted::Taken);
    let foreign = Movement { family: "bitcoin".into(), ..stolen };
    assert_eq!(tx.save_movement(&foreign).await.unwrap(), Inserted::New);
    assert_eq!(tx.movements(stall.payment.id).await.unwrap(), [movement]);
    assert_eq!(tx.movements(other.id).await.unwrap(), [foreign]);
}

async fn receipts_come_back_as_they_were(bench: Bench) {
    let stall = bench.stall().await;
    let shop = stall.shop.id;
    let one = bench.receipt(&stall.payment);
    let two = Receipt { seen_before: true, ..bench.receipt(&stall.payment) };
    let mut tx = bench.tx().await;
    tx.insert_receipt(&one).await.unwrap();
    tx.insert_receipt(&two).await.unwrap();
    for decision in [Decision::Rejected(Rejection::Forged), Decision::Waiting, Decision::Accepted] {
        tx.save_receipt(&Receipt { decision, note: "not to be kept".into(), ..one.clone() }).await.unwrap();
        let found = tx.receipt(shop, one.id).await.unwrap();
        assert_eq!(found, Some(Receipt { decision, ..one.clone() }));
    }
    let one = Receipt { decision: Decision::Accepted, ..one };
    assert_eq!(tx.receipts(shop, stall.payment.id).await.unwrap(), [two, one]);
    assert_eq!(tx.receipts(shop, bench.world.id()).await.unwrap(), []);
    assert_eq!(tx.receipt(shop, bench.world.id()).await.unwrap(), None);
    tx.commit().await.unwrap();
    assert!(bench.tx().await.save_receipt(&bench.receipt(&stall.payment)).await.is_err());
}

async fn waiting_receipts_come_oldest_first(bench: Bench) {
    let stall = bench.stall().await;
    let shop = stall.shop.id;
    let (one, two, three) =
        (bench.receipt(&stall.payment), bench.receipt(&stall.payment), bench.receipt(&stall.payment));
    let done = Receipt { decision: Decision::Accepted, ..bench.receipt(&stall.payment) };
    let mut tx = bench.tx().await;
    for receipt in [&three, &done, &one, &two] {
        tx.insert_receipt(receipt).await.unwrap();
    }
    let all = tx.waiting_receipts(shop, first()).await.unwrap();
    assert_eq!(all, [one.clone(), two.clone(), three.clone()]);
    assert_eq!(tx.waiting_receipts(shop, page(NONE, 2)).await.unwrap(), [one, two.clone()]);
    assert_eq!(tx.waiting_receipts(shop, page(Some(two.id), 2)).await.unwrap(), [three]);
}

async fn receipts_of_a_user_are_counted(bench: Bench) {
    let stall = bench.stall().await;
    let shop = stall.shop.id;
    let (one, two) = (bench.receipt(&stall.payment), bench.receipt(&stall.payment));
    let mut tx = bench.tx().await;
    tx.insert_receipt(&one).await.unwrap();
    tx.insert_receipt(&two).await.unwrap();
    let user = stall.user.id;
    assert_eq!(tx.count_receipts(shop, user, one.created_at).await.unwrap(), 2);
    assert_eq!(tx.count_receipts(shop, user, two.created_at).await.unwrap(), 1);
    assert_eq!(tx.count_receipts(shop, bench.world.id(), one.created_at).await.unwrap(), 0);
}

async fn a_picture_that_was_used_before_is_seen(bench: Bench) {
    let stall = bench.stall().await;
    let shop = stall.shop.id;
    let receipt = bench.receipt(&stall.payment);
    let mut tx = bench.tx().await;
    tx.insert_receipt(&receipt).await.unwrap();
    assert!(!tx.receipt_seen(shop, &receipt.digest, stall.payment.id).await.unwrap());
    assert!(tx.receipt_seen(shop, &receipt.digest, bench.world.id()).await.unwrap());
    assert!(!tx.receipt_seen(shop, "other", bench.world.id()).await.unwrap());
}

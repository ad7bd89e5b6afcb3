//! What came in, and what still has to be looked at.

use super::{Bench, cases};
use crate::{
    domain::{
        order::{Attention, Order, OrderState},
        payment::{Finality, Movement, Payment, PaymentState},
        receipt::{Decision, Receipt},
        takings::Taken,
    },
    ports::storage::Inserted,
};

cases![
    confirmed_transfers_of_a_span_come_oldest_first,
    unresolved_payments_come_oldest_first,
    unresolved_orders_come_oldest_first,
    unresolved_receipts_come_oldest_first,
];

async fn confirmed_transfers_of_a_span_come_oldest_first(bench: Bench) {
    let (stall, other) = (bench.stall().await, bench.stall().await);
    let of = |name: &str| Movement { finality: Finality::Confirmed, ..bench.movement(&stall.payment, name) };
    let (early, one, two) = (of("early"), of("one"), of("two"));
    let seen = Movement { finality: Finality::Seen, ..of("seen") };
    let foreign = Movement { finality: Finality::Confirmed, ..bench.movement(&other.payment, "foreign") };
    let late = of("late");
    let mut tx = bench.tx().await;
    for movement in [&late, &two, &seen, &one, &early, &foreign] {
        assert_eq!(tx.save_movement(movement).await.unwrap(), Inserted::New);
    }
    tx.commit().await.unwrap();
    let gateway_id = stall.payment.gateway_id;
    let all = bench.read().await.taken(stall.shop.id, one.seen_at, late.seen_at).await.unwrap();
    assert_eq!(all, [one, two].map(|movement| Taken { gateway_id, movement }));
}

async fn unresolved_payments_come_oldest_first(bench: Bench) {
    let (stall, other) = (bench.stall().await, bench.stall().await);
    let states = [
        (PaymentState::Created, true),
        (PaymentState::Open, false),
        (PaymentState::Seen, true),
        (PaymentState::Underpaid, true),
        (PaymentState::Paid, false),
        (PaymentState::Overpaid, false),
        (PaymentState::Expired, false),
        (PaymentState::Failed, false),
        (PaymentState::Disputed, true),
        (PaymentState::Refunding, true),
        (PaymentState::Refunded, false),
        (PaymentState::NeedsReview, true),
    ];
    let held = |state| Payment { state, ..bench.payment(&stall.order) };
    let made: Vec<_> = states.map(|(state, open)| (held(state), open)).into();
    let mut tx = bench.tx().await;
    for (payment, _) in &made {
        tx.insert_payment(payment).await.unwrap();
    }
    let before = bench.later();
    tx.insert_payment(&held(PaymentState::Seen)).await.unwrap();
    tx.insert_payment(&Payment { state: PaymentState::Seen, ..bench.payment(&other.order) }).await.unwrap();
    tx.commit().await.unwrap();
    let mut open: Vec<_> = made.into_iter().filter(|(_, open)| *open).map(|(payment, _)| payment).collect();
    // The stall's own payment was never opened.
    open.insert(0, stall.payment);
    let mut read = bench.read().await;
    assert_eq!(read.unresolved_payments(stall.shop.id, before, 100).await.unwrap(), open);
    open.truncate(2);
    assert_eq!(read.unresolved_payments(stall.shop.id, before, 2).await.unwrap(), open);
}

async fn unresolved_orders_come_oldest_first(bench: Bench) {
    let (stall, other) = (bench.stall().await, bench.stall().await);
    let held = |state, attention| Order { state, attention, ..bench.order(&stall.user) };
    let paid = Order { paid_at: Some(bench.now()), ..held(OrderState::Paid, None) };
    let calm = held(OrderState::AwaitingPayment, None);
    let back = held(OrderState::Refunding, None);
    let flagged = held(OrderState::Expired, Some(Attention::PaymentReview));
    let foreign = Order { state: OrderState::Refunding, ..bench.order(&other.user) };
    let mut tx = bench.tx().await;
    for order in [&paid, &calm, &back, &flagged, &foreign] {
        assert_eq!(tx.insert_order(order).await.unwrap(), Inserted::New);
    }
    let before = bench.later();
    assert_eq!(tx.insert_order(&held(OrderState::Refunding, None)).await.unwrap(), Inserted::New);
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    let shop = stall.shop.id;
    assert_eq!(read.unresolved_orders(shop, before, 9).await.unwrap(), [paid.clone(), back, flagged]);
    assert_eq!(read.unresolved_orders(shop, before, 1).await.unwrap(), [paid]);
}

async fn unresolved_receipts_come_oldest_first(bench: Bench) {
    let (stall, other) = (bench.stall().await, bench.stall().await);
    let (one, two) = (bench.receipt(&stall.payment), bench.receipt(&stall.payment));
    let done = Receipt { decision: Decision::Accepted, ..bench.receipt(&stall.payment) };
    let before = bench.later();
    let late = bench.receipt(&stall.payment);
    let mut tx = bench.tx().await;
    for receipt in [&one, &two, &done, &late, &bench.receipt(&other.payment)] {
        tx.insert_receipt(receipt).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    let shop = stall.shop.id;
    assert_eq!(read.unresolved_receipts(shop, before, 9).await.unwrap(), [one.clone(), two]);
    assert_eq!(read.unresolved_receipts(shop, before, 1).await.unwrap(), [one]);
}

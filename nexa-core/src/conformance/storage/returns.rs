//! Movements that are sent back.

use super::{Bench, cases};
use crate::{
    domain::{
        money::{Currency, Money},
        payment::{Movement, Payment, PaymentState},
        returns::{Return, ReturnState},
    },
    ports::storage::Inserted,
};

cases![
    returns_come_back_as_they_were_and_in_their_order,
    what_was_sent_stays_so,
    a_return_is_of_a_movement_of_its_payment,
    a_user_with_a_contested_payment_is_known,
];

fn of(bench: &Bench, payment: &Payment, movement: &Movement) -> Return {
    Return {
        family: movement.family.clone(),
        movement: movement.id.clone(),
        shop_id: payment.shop_id,
        payment_id: payment.id,
        taken: Money::new(500, Currency::Irr),
        state: ReturnState::Asked,
        asked_at: bench.later(),
    }
}

async fn moved(bench: &Bench, payment: &Payment, name: &str) -> Movement {
    let movement = bench.movement(payment, name);
    let mut tx = bench.tx().await;
    assert_eq!(tx.save_movement(&movement).await.unwrap(), Inserted::New);
    tx.commit().await.unwrap();
    movement
}

async fn returns_come_back_as_they_were_and_in_their_order(bench: Bench) {
    let (stall, other) = (bench.stall().await, bench.stall().await);
    let (z, a) = (moved(&bench, &stall.payment, "z").await, moved(&bench, &stall.payment, "a").await);
    let foreign = moved(&bench, &other.payment, "f").await;
    let (one, two) = (of(&bench, &stall.payment, &z), of(&bench, &stall.payment, &a));
    let mut tx = bench.tx().await;
    for row in [&two, &one, &of(&bench, &other.payment, &foreign)] {
        assert_eq!(tx.save_return(row).await.unwrap(), Inserted::New);
    }
    tx.commit().await.unwrap();
    let refused = Return { state: ReturnState::Refused, ..two };
    let mut tx = bench.tx().await;
    assert_eq!(tx.save_return(&refused).await.unwrap(), Inserted::New);
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    assert_eq!(read.returns(stall.shop.id, stall.payment.id).await.unwrap(), [one, refused]);
    assert_eq!(read.returns(other.shop.id, stall.payment.id).await.unwrap(), [], "of another shop");
}

async fn what_was_sent_stays_so(bench: Bench) {
    let stall = bench.stall().await;
    let movement = moved(&bench, &stall.payment, "one").await;
    let asked = of(&bench, &stall.payment, &movement);
    let sent = Return { state: ReturnState::Sent, ..asked.clone() };
    let mut tx = bench.tx().await;
    assert_eq!(tx.save_return(&asked).await.unwrap(), Inserted::New);
    assert_eq!(tx.save_return(&sent).await.unwrap(), Inserted::New);
    assert_eq!(tx.save_return(&asked).await.unwrap(), Inserted::Taken);
    tx.commit().await.unwrap();
    assert_eq!(bench.read().await.returns(stall.shop.id, stall.payment.id).await.unwrap(), [sent]);
}

async fn a_return_is_of_a_movement_of_its_payment(bench: Bench) {
    let (stall, other) = (bench.stall().await, bench.stall().await);
    let movement = moved(&bench, &stall.payment, "one").await;
    let row = of(&bench, &stall.payment, &movement);
    let unknown = Return { movement: "unknown".into(), ..row.clone() };
    assert!(bench.tx().await.save_return(&unknown).await.is_err());
    let elsewhere = Return { shop_id: other.shop.id, payment_id: other.payment.id, ..row };
    assert!(bench.tx().await.save_return(&elsewhere).await.is_err());
}

async fn a_user_with_a_contested_payment_is_known(bench: Bench) {
    let (stall, other) = (bench.stall().await, bench.stall().await);
    let (shop, user) = (stall.shop.id, stall.user.id);
    assert!(!bench.read().await.is_contested(shop, user).await.unwrap());
    let mut tx = bench.tx().await;
    let held = tx.lock_payment(shop, stall.payment.id).await.unwrap().unwrap();
    tx.save_payment(held.map(|p| Payment { state: PaymentState::Disputed, ..p })).await.unwrap();
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    assert!(read.is_contested(shop, user).await.unwrap());
    assert!(!read.is_contested(other.shop.id, user).await.unwrap());
    assert!(!read.is_contested(other.shop.id, other.user.id).await.unwrap());
}

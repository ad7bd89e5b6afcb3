//! Whole lists of a shop.

use super::{
    Bench, cases,
    fixture::{NONE, first, page},
};
use crate::ports::storage::{Posted, PostedJournal};

cases![journals_come_newest_first_with_all_of_their_lines, payments_of_every_order_come_newest_first];

async fn journals_come_newest_first_with_all_of_their_lines(bench: Bench) {
    let ((shop, user), (other, stranger)) = (bench.open_shop().await, bench.open_shop().await);
    let one = bench.journal(shop.id, "one", user.id, 100);
    let two = bench.journal(shop.id, "two", user.id, -30);
    let foreign = bench.journal(other.id, "one", stranger.id, 7);
    let mut tx = bench.tx().await;
    for journal in [&one, &two, &foreign] {
        assert_eq!(tx.post(journal).await.unwrap(), Posted::New);
    }
    tx.commit().await.unwrap();
    let shown = [&two, &one].map(|journal| PostedJournal {
        id: journal.id,
        cause: journal.cause.clone(),
        at: journal.at,
        entries: journal.entries().to_vec(),
    });
    let mut read = bench.read().await;
    assert_eq!(read.journals(shop.id, first()).await.unwrap(), shown);
    assert_eq!(read.journals(shop.id, page(NONE, 1)).await.unwrap(), shown[..1]);
    assert_eq!(read.journals(shop.id, page(Some(two.id), 5)).await.unwrap(), shown[1..]);
}

async fn payments_of_every_order_come_newest_first(bench: Bench) {
    let (stall, other) = (bench.stall().await, bench.stall().await);
    let second = bench.order(&stall.user);
    let mut tx = bench.tx().await;
    assert_eq!(tx.insert_order(&second).await.unwrap(), crate::ports::storage::Inserted::New);
    let payment = bench.payment(&second);
    tx.insert_payment(&payment).await.unwrap();
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    let all = read.all_payments(stall.shop.id, first()).await.unwrap();
    assert_eq!(all, [payment.clone(), stall.payment.clone()]);
    assert_eq!(read.all_payments(stall.shop.id, page(Some(payment.id), 5)).await.unwrap(), [stall.payment]);
    assert_eq!(read.all_payments(other.shop.id, first()).await.unwrap(), [other.payment]);
}

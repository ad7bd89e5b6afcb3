//! Gifts.

use super::{Bench, cases};
use crate::{
    domain::{
        gift::{Gift, GiftState},
        order::Order,
    },
    ports::storage::Inserted,
};

cases![
    gifts_come_back_as_they_were,
    an_order_has_one_gift_and_a_code_one,
    only_what_became_of_a_gift_changes,
    gifts_of_one_shop_are_not_another_shops,
];

fn gift(bench: &Bench, of: &Order) -> Gift {
    Gift {
        order_id: of.id,
        shop_id: of.shop_id,
        user_id: of.user_id,
        lookup: bench.print(),
        sealed: "sealed".into(),
        state: GiftState::Ready,
        created_at: bench.later(),
    }
}

async fn gifts_come_back_as_they_were(bench: Bench) {
    let stall = bench.stall().await;
    let (shop, user) = (stall.shop.id, stall.user.id);
    let other = bench.order(&stall.user);
    let (one, two) = (gift(&bench, &stall.order), gift(&bench, &other));
    let mut tx = bench.tx().await;
    assert_eq!(tx.insert_order(&other).await.unwrap(), Inserted::New);
    assert_eq!(tx.insert_gift(&two).await.unwrap(), Inserted::New);
    assert_eq!(tx.insert_gift(&one).await.unwrap(), Inserted::New);
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    assert_eq!(read.gifts(shop, user).await.unwrap(), [two, one.clone()], "newest first");
    assert_eq!(read.gifts(shop, bench.world.id()).await.unwrap(), []);
    assert_eq!(read.gift_by_code(shop, &one.lookup).await.unwrap(), Some(one.clone()));
    assert_eq!(read.gift_by_code(shop, &bench.print()).await.unwrap(), None);
    assert_eq!(read.gift_claimed_by(shop, one.order_id).await.unwrap(), None);
}

async fn an_order_has_one_gift_and_a_code_one(bench: Bench) {
    let stall = bench.stall().await;
    let other = bench.order(&stall.user);
    let one = gift(&bench, &stall.order);
    let mut tx = bench.tx().await;
    assert_eq!(tx.insert_order(&other).await.unwrap(), Inserted::New);
    assert_eq!(tx.insert_gift(&one).await.unwrap(), Inserted::New);
    assert_eq!(tx.insert_gift(&gift(&bench, &stall.order)).await.unwrap(), Inserted::Taken);
    let same = Gift { lookup: one.lookup.clone(), ..gift(&bench, &other) };
    assert_eq!(tx.insert_gift(&same).await.unwrap(), Inserted::Taken);
    let nowhere = Gift { order_id: bench.world.id(), ..gift(&bench, &other) };
    assert!(tx.insert_gift(&nowhere).await.is_err());
}

async fn only_what_became_of_a_gift_changes(bench: Bench) {
    let stall = bench.stall().await;
    let (shop, id) = (stall.shop.id, stall.order.id);
    let (one, claim) = (gift(&bench, &stall.order), bench.order(&stall.user));
    let mut tx = bench.tx().await;
    assert_eq!(tx.insert_order(&claim).await.unwrap(), Inserted::New);
    assert_eq!(tx.insert_gift(&one).await.unwrap(), Inserted::New);
    tx.commit().await.unwrap();
    let claimed = GiftState::Claimed { by: stall.user.id, order: claim.id };
    for state in [claimed, GiftState::Ready, GiftState::TakenBack] {
        let mut tx = bench.tx().await;
        let held = tx.lock_gift(shop, id).await.unwrap().unwrap();
        let changed = held.map(|g| Gift { state, sealed: "other".into(), lookup: bench.print(), ..g });
        tx.save_gift(changed).await.unwrap();
        tx.commit().await.unwrap();
        let mut read = bench.read().await;
        let kept = Gift { state, ..one.clone() };
        assert_eq!(read.gift_by_code(shop, &one.lookup).await.unwrap(), Some(kept.clone()));
        let by_claim = read.gift_claimed_by(shop, claim.id).await.unwrap();
        assert_eq!(by_claim, (state == claimed).then_some(kept));
    }
    assert!(bench.tx().await.lock_gift(shop, claim.id).await.unwrap().is_none());
}

async fn gifts_of_one_shop_are_not_another_shops(bench: Bench) {
    let (mine, _) = bench.open_shop().await;
    let theirs = bench.stall().await;
    let (one, claim) = (gift(&bench, &theirs.order), bench.order(&theirs.user));
    let mut tx = bench.tx().await;
    assert_eq!(tx.insert_order(&claim).await.unwrap(), Inserted::New);
    assert_eq!(tx.insert_gift(&one).await.unwrap(), Inserted::New);
    let held = tx.lock_gift(theirs.shop.id, one.order_id).await.unwrap().unwrap();
    let state = GiftState::Claimed { by: theirs.user.id, order: claim.id };
    tx.save_gift(held.map(|g| Gift { state, ..g })).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = bench.tx().await;
    assert_eq!(tx.gifts(mine.id, theirs.user.id).await.unwrap(), []);
    assert_eq!(tx.gift_by_code(mine.id, &one.lookup).await.unwrap(), None);
    assert_eq!(tx.gift_claimed_by(mine.id, claim.id).await.unwrap(), None);
    assert!(tx.lock_gift(mine.id, one.order_id).await.unwrap().is_none());
    let held = tx.lock_gift(theirs.shop.id, one.order_id).await.unwrap().unwrap();
    assert!(tx.save_gift(held.map(|g| Gift { shop_id: mine.id, ..g })).await.is_err());
}

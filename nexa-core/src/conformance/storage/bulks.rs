//! Changes of many subscriptions, and what they select.

use super::{
    Bench, cases,
    fixture::{first, page},
};
use crate::{
    domain::{
        bulk::{Bulk, BulkState, BulkStep, Selection},
        grant::{GrantRecord, GrantState},
        measure::Traffic,
        subscription::{More, Subscription, SubscriptionState},
        time::{after, days},
        user::User,
    },
    ids::SubscriptionId,
};

cases![
    bulks_come_back_as_they_were_and_newest_first,
    a_bulk_is_held_and_changed,
    selections_say_what_is_meant,
    a_walk_goes_by_ids_and_leaves_out_what_came_later,
];

fn bulk(bench: &Bench, of: &User) -> Bulk {
    let begun_at = bench.later();
    let more = More { days: 3, traffic: Traffic::gib(1) };
    Bulk {
        id: bench.world.id(),
        shop_id: of.shop_id,
        operator: of.id,
        selection: Selection {
            ended_within: Some(7),
            registered_from: Some(begun_at),
            ..Selection::default()
        },
        step: BulkStep::Extend { more },
        state: BulkState::Running,
        count: 5,
        changed: 1,
        left_out: 2,
        cursor: Some(bench.world.id()),
        begun_at,
        ended_at: None,
    }
}

async fn bulks_come_back_as_they_were_and_newest_first(bench: Bench) {
    let ((shop, user), (other, stranger)) = (bench.open_shop().await, bench.open_shop().await);
    let (one, two, foreign) = (bulk(&bench, &user), bulk(&bench, &user), bulk(&bench, &stranger));
    let two = Bulk { step: BulkStep::Move { group: bench.world.id() }, cursor: None, ..two };
    let mut tx = bench.tx().await;
    for row in [&one, &two, &foreign] {
        tx.save_bulk(row).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    assert_eq!(read.bulks(shop.id, first()).await.unwrap(), [two.clone(), one.clone()]);
    assert_eq!(read.bulks(shop.id, page(Some(two.id), 5)).await.unwrap(), std::slice::from_ref(&one));
    assert_eq!(read.bulk(shop.id, one.id).await.unwrap(), Some(one.clone()));
    assert_eq!(read.bulk(other.id, one.id).await.unwrap(), None);
}

async fn a_bulk_is_held_and_changed(bench: Bench) {
    let ((shop, user), (other, stranger)) = (bench.open_shop().await, bench.open_shop().await);
    let row = bulk(&bench, &user);
    let mut tx = bench.tx().await;
    tx.save_bulk(&row).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = bench.tx().await;
    assert!(tx.lock_bulk(other.id, row.id).await.unwrap().is_none());
    let held = tx.lock_bulk(shop.id, row.id).await.unwrap().unwrap().into_inner();
    let over = Bulk { changed: 4, ..held.finish(bench.later()).unwrap() };
    tx.save_bulk(&over).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(bench.read().await.bulk(shop.id, row.id).await.unwrap(), Some(over.clone()));
    let stolen = Bulk { shop_id: other.id, operator: stranger.id, ..over };
    assert!(bench.tx().await.save_bulk(&stolen).await.is_err());
}

async fn selections_say_what_is_meant(bench: Bench) {
    let (stall, other) = (bench.stall().await, bench.stall().await);
    let late = User { created_at: bench.later(), ..bench.user(stall.shop.id) };
    let now = bench.later();
    let of =
        |state, ago| Subscription { state, ends_at: after(now, -days(ago)), ..bench.subscription(&late) };
    let ended = of(SubscriptionState::Ended, 2);
    let revoked = of(SubscriptionState::Revoked, 2);
    let mut tx = bench.tx().await;
    tx.save_user(&late).await.unwrap();
    for held in [&ended, &revoked] {
        tx.insert_subscription(held).await.unwrap();
    }
    let placed = GrantRecord { state: GrantState::Placed, ..GrantRecord::wanted(&ended, stall.server.id) };
    tx.save_grant(&placed).await.unwrap();
    tx.commit().await.unwrap();
    let now = bench.later();
    let ours = stall.subscription.id;
    let both = vec![ours, ended.id];
    let none = Selection::default();
    for (wish, ids) in [
        (none, both.clone()),
        (Selection { state: Some(SubscriptionState::Ended), ..none }, vec![ended.id]),
        (Selection { plan: Some(ended.plan_id), ..none }, vec![ended.id]),
        (Selection { server: Some(stall.server.id), ..none }, vec![ended.id]),
        (Selection { server: Some(other.server.id), ..none }, vec![]),
        (Selection { ended_within: Some(3), ..none }, vec![ended.id]),
        (Selection { ended_within: Some(1), ..none }, vec![]),
        (Selection { registered_from: Some(late.created_at), ..none }, vec![ended.id]),
        (Selection { registered_before: Some(late.created_at), ..none }, vec![ours]),
    ] {
        let mut read = bench.read().await;
        let found = read.selected(stall.shop.id, wish, now, None, 10).await.unwrap();
        let found: Vec<SubscriptionId> = found.iter().map(|held| held.id).collect();
        assert_eq!(found, ids, "{wish:?}");
        let count = read.count_selected(stall.shop.id, wish, now).await.unwrap();
        assert_eq!(usize::try_from(count).unwrap(), ids.len(), "{wish:?}");
    }
}

async fn a_walk_goes_by_ids_and_leaves_out_what_came_later(bench: Bench) {
    let stall = bench.stall().await;
    let mut tx = bench.tx().await;
    let mut all = vec![stall.subscription.clone()];
    for _ in 0..3 {
        let held = bench.subscription(&stall.user);
        tx.insert_subscription(&held).await.unwrap();
        all.push(held);
    }
    let begun = bench.later();
    let late = Subscription { created_at: bench.later(), ..bench.subscription(&stall.user) };
    tx.insert_subscription(&late).await.unwrap();
    tx.commit().await.unwrap();
    let (mut read, none) = (bench.read().await, Selection::default());
    let slice = read.selected(stall.shop.id, none, begun, None, 2).await.unwrap();
    assert_eq!(slice, all[..2]);
    let rest = read.selected(stall.shop.id, none, begun, Some(all[1].id), 10).await.unwrap();
    assert_eq!(rest, all[2..]);
    assert_eq!(read.count_selected(stall.shop.id, none, begun).await.unwrap(), 4);
}

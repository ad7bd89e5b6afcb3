//! Callbacks, answers, events, notices.

use super::{
    Bench, cases,
    fixture::{NONE, first, page},
};
use crate::{
    domain::{
        event::Event,
        letter::Mailbox,
        notice::{Matter, Notice, NoticeRecord},
        push::PushTarget,
        reach::{NoticePreferences, Quiet, Reach},
        user::User,
    },
    ids::EventId,
    ports::storage::{Answer, CallbackRecord, Inserted},
    secret::digest,
};

cases![
    a_callback_is_kept_once_per_gateway,
    a_key_is_reserved_once_and_its_answer_replaced,
    old_answers_are_swept_up,
    events_come_newest_first,
    notices_come_newest_first_and_can_be_marked,
    how_a_user_is_reached_is_kept_replaced_and_forgotten,
    browsers_are_kept_counted_and_forgotten,
    a_browser_is_one_users_only,
];

async fn a_callback_is_kept_once_per_gateway(bench: Bench) {
    let (shop, _) = bench.open_shop().await;
    let record = |gateway_id| CallbackRecord {
        id: bench.world.id(),
        shop_id: shop.id,
        gateway_id,
        digest: "00ff".into(),
        sealed: "sealed".into(),
        received_at: bench.later(),
    };
    let gateway = bench.world.id();
    let (one, again, elsewhere) = (record(gateway), record(gateway), record(bench.world.id()));
    let mut tx = bench.tx().await;
    assert_eq!(tx.insert_callback(&one).await.unwrap(), Inserted::New);
    assert_eq!(tx.insert_callback(&again).await.unwrap(), Inserted::Taken);
    assert_eq!(tx.insert_callback(&elsewhere).await.unwrap(), Inserted::New);
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    assert_eq!(read.callback(one.id).await.unwrap(), Some(one));
    assert_eq!(read.callback(again.id).await.unwrap(), None);
}

fn answer(bench: &Bench, shop: crate::ids::ShopId, owner: &str) -> Answer {
    Answer {
        shop_id: shop,
        owner: owner.into(),
        key: "key".into(),
        request: "digest".into(),
        response_sealed: None,
        created_at: bench.later(),
    }
}

async fn a_key_is_reserved_once_and_its_answer_replaced(bench: Bench) {
    let (shop, _) = bench.open_shop().await;
    let (one, two) = (answer(&bench, shop.id, "a"), answer(&bench, shop.id, "b"));
    let mut tx = bench.tx().await;
    assert_eq!(tx.insert_answer(&one).await.unwrap(), Inserted::New);
    assert_eq!(tx.insert_answer(&one).await.unwrap(), Inserted::Taken);
    assert_eq!(tx.insert_answer(&two).await.unwrap(), Inserted::New);
    let one = Answer { response_sealed: Some("sealed".into()), ..one };
    tx.save_answer(&one).await.unwrap();
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    assert_eq!(read.answer(shop.id, "a", "key").await.unwrap(), Some(one));
    assert_eq!(read.answer(shop.id, "b", "key").await.unwrap(), Some(two));
    assert_eq!(read.answer(shop.id, "a", "other").await.unwrap(), None);
}

async fn old_answers_are_swept_up(bench: Bench) {
    let (shop, _) = bench.open_shop().await;
    let (old, new) = (answer(&bench, shop.id, "old"), answer(&bench, shop.id, "new"));
    let mut tx = bench.tx().await;
    assert_eq!(tx.insert_answer(&old).await.unwrap(), Inserted::New);
    assert_eq!(tx.insert_answer(&new).await.unwrap(), Inserted::New);
    assert_eq!(tx.delete_answers(old.created_at).await.unwrap(), 0);
    assert_eq!(tx.delete_answers(new.created_at).await.unwrap(), 1);
    assert_eq!(tx.answer(shop.id, "old", "key").await.unwrap(), None);
    assert_eq!(tx.answer(shop.id, "new", "key").await.unwrap(), Some(new.clone()));
    let told = Answer { response_sealed: Some("told".into()), ..answer(&bench, shop.id, "told") };
    assert_eq!(tx.insert_answer(&told).await.unwrap(), Inserted::New);
    tx.delete_unanswered().await.unwrap();
    assert_eq!(tx.answer(shop.id, "new", "key").await.unwrap(), None);
    assert_eq!(tx.answer(shop.id, "told", "key").await.unwrap(), Some(told));
}

async fn events_come_newest_first(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    let event = |event| (bench.world.id::<EventId>(), event, bench.later());
    let one = event(Event::UserSignedUp { user: user.id });
    let order = bench.world.id();
    let two = event(Event::OrderPlaced { order, expires_at: bench.in_secs(60) });
    let three = event(Event::OrderPaid { order, user: user.id, subscription: None });
    let mut tx = bench.tx().await;
    for (id, event, at) in [&two, &three, &one] {
        tx.insert_event(*id, shop.id, event, *at).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    let all = read.events(shop.id, first()).await.unwrap();
    assert_eq!(all, [three.clone(), two.clone(), one.clone()]);
    assert_eq!(read.events(shop.id, page(NONE, 1)).await.unwrap(), [three]);
    assert_eq!(read.events(shop.id, page(Some(two.0), 5)).await.unwrap(), [one]);
}

async fn how_a_user_is_reached_is_kept_replaced_and_forgotten(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    let (other, stranger) = bench.open_shop().await;
    let quiet = Some(Quiet::new("22:30", "08:00").unwrap());
    let without = [Matter::News, Matter::Reminder].into();
    let unmailed = [Matter::Support].into();
    let preferences = NoticePreferences { without, quiet, timezone: Some("Europe/Berlin".into()), unmailed };
    let first = Reach { preferences, ..Reach::new(shop.id, user.id) };
    let mailbox = Mailbox { bounces: 3, failing_since: Some(bench.later()) };
    let second = Reach { blocked_since: Some(bench.later()), mailbox, ..first.clone() };
    let theirs = Reach::new(other.id, stranger.id);
    let mut tx = bench.tx().await;
    assert_eq!(tx.reach(shop.id, user.id).await.unwrap(), None);
    for reach in [&first, &theirs] {
        tx.save_reach(reach).await.unwrap();
        assert_eq!(tx.reach(reach.shop_id, reach.user_id).await.unwrap().as_ref(), Some(reach));
    }
    tx.save_reach(&second).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = bench.tx().await;
    assert_eq!(tx.reach(shop.id, user.id).await.unwrap(), Some(second));
    assert_eq!(tx.reach(other.id, user.id).await.unwrap(), None, "of another shop");
    tx.delete_reach(other.id, user.id).await.unwrap();
    assert!(tx.reach(shop.id, user.id).await.unwrap().is_some());
    tx.delete_reach(shop.id, user.id).await.unwrap();
    assert_eq!(tx.reach(shop.id, user.id).await.unwrap(), None);
    assert_eq!(tx.reach(other.id, stranger.id).await.unwrap(), Some(theirs));
    assert!(tx.save_reach(&Reach::new(other.id, user.id)).await.is_err(), "a reach needs its user");
}

async fn notices_come_newest_first_and_can_be_marked(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    let other = bench.user(shop.id);
    let record = |user_id| {
        let created_at = bench.later();
        let notice = Notice::Ready { subscription: bench.world.id() };
        NoticeRecord {
            id: bench.world.id(),
            shop_id: shop.id,
            user_id,
            notice,
            created_at,
            delivered_at: None,
        }
    };
    let (one, two, not_mine) = (record(user.id), record(user.id), record(other.id));
    let mut tx = bench.tx().await;
    tx.save_user(&other).await.unwrap();
    for notice in [&two, &one, &not_mine] {
        tx.save_notice(notice).await.unwrap();
    }
    let one = NoticeRecord { delivered_at: Some(bench.later()), ..one };
    tx.save_notice(&one).await.unwrap();
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    assert_eq!(read.notice(shop.id, one.id).await.unwrap(), Some(one.clone()));
    assert_eq!(read.notice(shop.id, bench.world.id()).await.unwrap(), None);
    assert_eq!(read.notices(shop.id, user.id, first()).await.unwrap(), [two.clone(), one.clone()]);
    let newest = read.notices(shop.id, user.id, page(NONE, 1)).await.unwrap();
    assert_eq!(newest, std::slice::from_ref(&two));
    assert_eq!(read.notices(shop.id, user.id, page(Some(two.id), 1)).await.unwrap(), [one]);
}

pub(super) fn browser(bench: &Bench, user: &User, address: &str) -> PushTarget {
    PushTarget {
        id: bench.world.id(),
        shop_id: user.shop_id,
        user_id: user.id,
        token_id: bench.world.id(),
        lookup: digest(address),
        sealed: "sealed".into(),
        created_at: bench.later(),
        failures: 0,
    }
}

async fn browsers_are_kept_counted_and_forgotten(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    let (one, two) = (browser(&bench, &user, "one"), browser(&bench, &user, "two"));
    let mut tx = bench.tx().await;
    tx.save_push_target(&one).await.unwrap();
    tx.save_push_target(&two).await.unwrap();
    let counted = PushTarget { failures: 7, ..one.clone() };
    let other = PushTarget { sealed: "other".into(), created_at: bench.later(), ..counted.clone() };
    tx.save_push_target(&other).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = bench.tx().await;
    assert_eq!(tx.push_targets(shop.id, user.id).await.unwrap(), [counted, two.clone()]);
    tx.delete_push_target(shop.id, Some(bench.world.id()), &one.lookup).await.unwrap();
    tx.delete_push_target(bench.world.id(), None, &one.lookup).await.unwrap();
    assert_eq!(tx.push_targets(shop.id, user.id).await.unwrap().len(), 2);
    tx.delete_push_target(shop.id, Some(user.id), &one.lookup).await.unwrap();
    assert_eq!(tx.push_targets(shop.id, user.id).await.unwrap(), std::slice::from_ref(&two));
    tx.delete_push_target(shop.id, None, &two.lookup).await.unwrap();
    assert_eq!(tx.push_targets(shop.id, user.id).await.unwrap(), []);
}

async fn a_browser_is_one_users_only(bench: Bench) {
    let (_, user) = bench.open_shop().await;
    let one = browser(&bench, &user, "one");
    let mut tx = bench.tx().await;
    tx.save_push_target(&one).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = bench.tx().await;
    assert!(tx.save_push_target(&browser(&bench, &user, "one")).await.is_err(), "the same address again");
}

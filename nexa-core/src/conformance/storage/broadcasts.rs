//! Broadcasts and their recipients.

use super::{
    Bench, cases,
    fixture::{NONE, Stall, first, page},
};
use crate::{
    domain::{
        broadcast::{Broadcast, BroadcastState, Message, RecipientState, Segment},
        bulk::Selection,
        gift::GiftSale,
        measure::Traffic,
        notice::Matter,
        order::{Order, OrderKind, Sale},
        reach::Reach,
        shop::Locale,
        subscription::{Subscription, SubscriptionState},
        time::{after, days},
        user::{IdentityKind, Role, User},
    },
    ids::{ShopId, UserId},
    ports::storage::{Inserted, Tx},
};

cases![
    broadcasts_come_back_as_they_were_and_newest_first,
    a_broadcast_stays_in_its_shop,
    recipients_are_written_down_in_slices_and_once,
    what_became_of_recipients_is_noted_and_counted,
    segments_hold_whom_they_say,
    a_selection_of_subscriptions_holds_their_owners,
];

fn broadcast(bench: &Bench, operator: &User, segment: Segment) -> Broadcast {
    let created_at = bench.later();
    Broadcast {
        id: bench.world.id(),
        shop_id: operator.shop_id,
        operator: operator.id,
        segment,
        message: Message { fa: Some("سلام".into()), ..Message::default() },
        state: BroadcastState::Draft,
        cursor: None,
        gathered: false,
        created_at,
        begun_at: None,
        ended_at: None,
    }
}

/// A customer with a Telegram account.
async fn reader(bench: &Bench, tx: &mut dyn Tx, shop: ShopId) -> User {
    let user = bench.user(shop);
    tx.save_user(&user).await.unwrap();
    let identity = bench.identity(&user, IdentityKind::Telegram);
    assert_eq!(tx.insert_identity(&identity).await.unwrap(), Inserted::New);
    user
}

async fn broadcasts_come_back_as_they_were_and_newest_first(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    let plan = Segment::Plan { plan: bench.world.id() };
    let (one, two) = (broadcast(&bench, &user, plan), broadcast(&bench, &user, Segment::All));
    let mut tx = bench.tx().await;
    tx.save_broadcast(&two).await.unwrap();
    tx.save_broadcast(&one).await.unwrap();
    let held = tx.lock_broadcast(shop.id, one.id).await.unwrap().unwrap();
    let at = bench.later();
    let sent = Broadcast { cursor: Some(user.id), gathered: true, ..held.into_inner().send(at).unwrap() };
    let done = sent.finish(bench.later()).unwrap();
    tx.save_broadcast(&done).await.unwrap();
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    assert_eq!(read.broadcast(shop.id, done.id).await.unwrap(), Some(done.clone()));
    assert_eq!(read.broadcasts(shop.id, first()).await.unwrap(), [two.clone(), done.clone()]);
    assert_eq!(read.broadcasts(shop.id, page(NONE, 1)).await.unwrap(), std::slice::from_ref(&two));
    assert_eq!(read.broadcasts(shop.id, page(Some(two.id), 1)).await.unwrap(), [done]);
}

async fn a_broadcast_stays_in_its_shop(bench: Bench) {
    let (mine, me) = bench.open_shop().await;
    let (theirs, they) = bench.open_shop().await;
    let made = broadcast(&bench, &they, Segment::All);
    let mut tx = bench.tx().await;
    tx.save_broadcast(&made).await.unwrap();
    let reader = reader(&bench, &mut *tx, theirs.id).await;
    tx.gather_recipients(&made, bench.now(), 9).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = bench.tx().await;
    assert_eq!(tx.broadcast(mine.id, made.id).await.unwrap(), None);
    assert!(tx.lock_broadcast(mine.id, made.id).await.unwrap().is_none());
    assert_eq!(tx.broadcasts(mine.id, first()).await.unwrap(), []);
    assert_eq!(tx.count_recipients(mine.id, made.id).await.unwrap(), []);
    assert_eq!(tx.pending_recipients(mine.id, made.id, 9).await.unwrap(), []);
    assert_eq!(tx.count_segment(mine.id, Segment::All, bench.now()).await.unwrap(), 0);
    assert_eq!(tx.retry_recipients(mine.id, made.id).await.unwrap(), 0);
    let taken = Broadcast { shop_id: mine.id, operator: me.id, ..made.clone() };
    drop(tx);
    assert!(bench.tx().await.save_broadcast(&taken).await.is_err());
    let sent = RecipientState::Sent;
    assert!(bench.tx().await.save_recipient(mine.id, made.id, reader.id, sent).await.is_err());
}

async fn recipients_are_written_down_in_slices_and_once(bench: Bench) {
    let (shop, operator) = bench.open_shop().await;
    let mut tx = bench.tx().await;
    let mut made = broadcast(&bench, &operator, Segment::All);
    tx.save_broadcast(&made).await.unwrap();
    let mut readers = Vec::new();
    for _ in 0..4 {
        readers.push(reader(&bench, &mut *tx, shop.id).await.id);
        tx.save_user(&bench.user(shop.id)).await.unwrap();
    }
    let now = bench.now();
    while let Some(last) = tx.gather_recipients(&made, now, 3).await.unwrap() {
        assert!(made.cursor.is_none_or(|before| before < last));
        made.cursor = Some(last);
    }
    assert_eq!(tx.pending_recipients(shop.id, made.id, 9).await.unwrap(), readers);
    assert_eq!(tx.pending_recipients(shop.id, made.id, 2).await.unwrap(), readers[..2]);
    tx.save_recipient(shop.id, made.id, readers[0], RecipientState::Sent).await.unwrap();
    made.cursor = None;
    assert!(tx.gather_recipients(&made, now, 100).await.unwrap().is_some());
    assert_eq!(tx.pending_recipients(shop.id, made.id, 9).await.unwrap(), readers[1..], "nobody twice");
}

async fn what_became_of_recipients_is_noted_and_counted(bench: Bench) {
    use RecipientState::{Blocked, Failed, Pending, Sent};
    let (shop, operator) = bench.open_shop().await;
    let mut tx = bench.tx().await;
    let made = broadcast(&bench, &operator, Segment::All);
    tx.save_broadcast(&made).await.unwrap();
    let mut readers = Vec::new();
    for _ in 0..5 {
        readers.push(reader(&bench, &mut *tx, shop.id).await.id);
    }
    tx.gather_recipients(&made, bench.now(), 100).await.unwrap();
    for (user, state) in readers.iter().zip([Sent, Blocked, Failed, Failed]) {
        tx.save_recipient(shop.id, made.id, *user, state).await.unwrap();
    }
    let counts = tx.count_recipients(shop.id, made.id).await.unwrap();
    assert_eq!(counts, [(Blocked, 1), (Failed, 2), (Pending, 1), (Sent, 1)]);
    assert_eq!(tx.retry_recipients(shop.id, made.id).await.unwrap(), 2);
    assert_eq!(tx.pending_recipients(shop.id, made.id, 9).await.unwrap(), readers[2..]);
    assert!(tx.save_recipient(shop.id, made.id, operator.id, Sent).await.is_err(), "no recipient");
}

/// Who is in a segment now.
async fn members(bench: &Bench, tx: &mut dyn Tx, stall: &Stall, segment: Segment) -> Vec<UserId> {
    let made = broadcast(bench, &stall.user, segment);
    tx.save_broadcast(&made).await.unwrap();
    tx.gather_recipients(&made, bench.now(), 500).await.unwrap();
    let found = tx.pending_recipients(stall.shop.id, made.id, 100).await.unwrap();
    let count = tx.count_segment(stall.shop.id, segment, bench.now()).await.unwrap();
    assert_eq!(usize::try_from(count).unwrap(), found.len(), "{segment:?}");
    found
}

/// Two whom nothing may be sent to, and one who only does without other things.
async fn some_hear_no_news(bench: &Bench, tx: &mut dyn Tx, shop: ShopId, hears: UserId) {
    let (quiet, away) = (reader(bench, tx, shop).await, reader(bench, tx, shop).await);
    let mut without = Reach::new(shop, quiet.id);
    without.preferences.without = [Matter::News].into();
    tx.save_reach(&without).await.unwrap();
    let turned_away = Reach { blocked_since: Some(bench.now()), ..Reach::new(shop, away.id) };
    tx.save_reach(&turned_away).await.unwrap();
    let mut other = Reach::new(shop, hears);
    other.preferences.without = [Matter::Reminder, Matter::Support].into();
    tx.save_reach(&other).await.unwrap();
}

async fn some_are_no_readers(bench: &Bench, tx: &mut dyn Tx, shop: ShopId) {
    let blocked = reader(bench, tx, shop).await;
    tx.save_user(&User { blocked: true, ..blocked }).await.unwrap();
    let operator = reader(bench, tx, shop).await;
    tx.save_user(&User { role: Role::Operator, ..operator }).await.unwrap();
}

async fn segments_hold_whom_they_say(bench: Bench) {
    let stall = bench.stall().await;
    let shop = stall.shop.id;
    let mut tx = bench.tx().await;
    let mut readers = Vec::new();
    for _ in 0..6 {
        readers.push(reader(&bench, &mut *tx, shop).await);
    }
    let ids: Vec<UserId> = readers.iter().map(|r| r.id).collect();
    let [bought, tried, ended, idle, russian, giver] = [0, 1, 2, 3, 4, 5].map(|n: usize| readers[n].clone());
    tx.save_user(&User { locale: Some(Locale::Ru), ..russian }).await.unwrap();
    some_are_no_readers(&bench, &mut *tx, shop).await;
    some_hear_no_news(&bench, &mut *tx, shop, ids[4]).await;

    let now = bench.later();
    let sale: Sale = stall.order.sale().unwrap().clone();
    let Sale { plan_id, plan_name, terms, group_id, .. } = sale.clone();
    let present = GiftSale { plan_id, plan_name, terms, group_id, note_sealed: None };
    let paid = |user: &User, kind: OrderKind| Order { kind, paid_at: Some(now), ..bench.order(user) };
    for order in [
        paid(&bought, OrderKind::New(sale.clone())),
        paid(&tried, OrderKind::Trial(sale.clone())),
        Order { paid_at: None, ..paid(&tried, OrderKind::New(sale.clone())) },
        paid(&idle, OrderKind::Trial(sale.clone())),
        paid(&idle, OrderKind::Renewal(sale.clone())),
        paid(&ended, OrderKind::Given(sale.clone())),
        paid(&giver, OrderKind::Gift(present)),
    ] {
        assert_eq!(tx.insert_order(&order).await.unwrap(), Inserted::New);
    }
    let pick = |which: &[usize]| which.iter().map(|n| ids[*n]).collect::<Vec<_>>();
    let held = |user: &User, state, ends: i64, used| Subscription {
        state,
        ends_at: after(now, jiff::SignedDuration::from_hours(ends * 24)),
        used: Traffic::bytes(used),
        ..bench.subscription(user)
    };
    let (mine, old) =
        (held(&bought, SubscriptionState::Active, 2, 5), held(&ended, SubscriptionState::Ended, -10, 5));
    let unused = held(&idle, SubscriptionState::Active, 20, 0);
    let older = held(&tried, SubscriptionState::Ended, -40, 5);
    for subscription in [&mine, &old, &unused, &older] {
        tx.insert_subscription(subscription).await.unwrap();
    }
    for (segment, who) in [
        (Segment::All, &[0, 1, 2, 3, 4, 5][..]),
        (Segment::TrialOnly, &[1]),
        (Segment::NeverBought, &[1, 2, 4]),
        (Segment::Active, &[0, 3]),
        (Segment::Expiring, &[0]),
        (Segment::Ended, &[2]),
        (Segment::NeverConnected, &[3]),
        (Segment::NoSubscription, &[1, 2, 4, 5]),
        (Segment::Lapsed { days: 1 }, &[1, 2]),
        (Segment::Lapsed { days: 10 }, &[1, 2]),
        (Segment::Lapsed { days: 11 }, &[1]),
        (Segment::Lapsed { days: 41 }, &[]),
        (Segment::Plan { plan: mine.plan_id }, &[0]),
        (Segment::Plan { plan: old.plan_id }, &[]),
        (Segment::Group { group: unused.group_id }, &[3]),
        (Segment::Language { locale: Locale::Ru }, &[4]),
        (Segment::Language { locale: Locale::En }, &[0, 1, 2, 3, 5]),
    ] {
        assert_eq!(members(&bench, &mut *tx, &stall, segment).await, pick(who), "{segment:?}");
    }
    let shops_own = User { locale: None, ..bought };
    tx.save_user(&shops_own).await.unwrap();
    let persian = members(&bench, &mut *tx, &stall, Segment::Language { locale: Locale::Fa }).await;
    assert_eq!(persian, pick(&[0]), "without a language of one's own, the shop's");
}

async fn a_selection_of_subscriptions_holds_their_owners(bench: Bench) {
    let stall = bench.stall().await;
    let mut tx = bench.tx().await;
    let early = reader(&bench, &mut *tx, stall.shop.id).await;
    let late = reader(&bench, &mut *tx, stall.shop.id).await;
    reader(&bench, &mut *tx, stall.shop.id).await;
    let running = Subscription { state: SubscriptionState::Active, ..bench.subscription(&early) };
    let ends_at = after(bench.now(), -days(2));
    let ended = Subscription { state: SubscriptionState::Ended, ends_at, ..bench.subscription(&late) };
    let another = Subscription { plan_id: running.plan_id, ..bench.subscription(&late) };
    let revoked = Subscription { state: SubscriptionState::Revoked, ..bench.subscription(&early) };
    for held in [&running, &ended, &another, &revoked] {
        tx.insert_subscription(held).await.unwrap();
    }
    tx.save_grant(&bench.grant(&ended, &stall.server)).await.unwrap();
    let now = bench.later();
    let both = vec![early.id, late.id];
    let none = Selection::default();
    for (selection, who) in [
        (none, both.clone()),
        (Selection { plan: Some(running.plan_id), ..none }, both),
        (Selection { plan: Some(ended.plan_id), ..none }, vec![late.id]),
        (Selection { state: Some(SubscriptionState::Active), ..none }, vec![early.id]),
        (Selection { server: Some(stall.server.id), ..none }, vec![late.id]),
        (Selection { ended_within: Some(3), ..none }, vec![late.id]),
        (Selection { ended_within: Some(1), ..none }, vec![]),
        (Selection { registered_from: Some(late.created_at), ..none }, vec![late.id]),
        (Selection { registered_before: Some(late.created_at), ..none }, vec![early.id]),
        // All that is said holds for one and the same subscription.
        (Selection { plan: Some(running.plan_id), server: Some(stall.server.id), ..none }, vec![]),
        (Selection { plan: Some(revoked.plan_id), ..none }, vec![]),
    ] {
        let found = members(&bench, &mut *tx, &stall, Segment::Selected { selection }).await;
        assert_eq!(found, who, "{selection:?} at {now}");
    }
}

//! Subscriptions, grants, documents.

use super::{
    Bench, cases,
    fixture::{NONE, first, page},
};
use crate::{
    domain::{
        extras::Extras,
        grant::{GrantRecord, GrantState, PanelId},
        link::Format,
        measure::Traffic,
        subscription::{Subscription, SubscriptionState},
        usage::{Day, DayUsage},
    },
    ports::storage::{Document, Locked},
};

cases![
    subscriptions_come_back_as_they_were,
    subscriptions_are_listed_newest_first,
    a_link_leads_to_its_subscription_until_it_is_reset,
    a_link_exists_once,
    grants_come_back_as_they_were_by_server,
    an_identity_stays_with_its_subscription,
    an_identity_is_one_subscriptions_in_all_shops,
    grants_on_a_server_come_in_slices,
    documents_are_kept_and_forgotten,
    usage_adds_up_by_day_and_server_until_it_is_forgotten,
];

async fn subscriptions_come_back_as_they_were(bench: Bench) {
    let stall = bench.stall().await;
    let (shop, one) = (stall.shop.id, stall.subscription);
    let found = bench.read().await.subscription(shop, one.id).await.unwrap();
    assert_eq!(found, Some(one.clone()));
    let mut tx = bench.tx().await;
    assert_eq!(tx.subscription(shop, bench.world.id()).await.unwrap(), None);
    assert!(tx.lock_subscription(shop, bench.world.id()).await.unwrap().is_none());
    let held = tx.lock_subscription(shop, one.id).await.unwrap().unwrap();
    assert_eq!(*held, one);
    let (limit, used) = (Traffic::bytes(u64::MAX), Traffic::gib(7));
    let state = SubscriptionState::Exhausted;
    let held = held.map(|s| Subscription { state, limit, used, generation: 9, ..s });
    let held = held.map(|s| Subscription { devices: 7, extras: Extras::NONE, ..s });
    let period = held.period.next(bench.later(), Traffic::gib(1), held.period.paid);
    let held = held.map(|s| Subscription { name: None, auto_renew: false, period, ..s });
    let changed = (*held).clone();
    tx.save_subscription(held).await.unwrap();
    tx.commit().await.unwrap();
    let found = bench.read().await.subscription(shop, one.id).await.unwrap();
    assert_eq!(found, Some(changed));
    let missing = Locked::held_by_storage(bench.subscription(&stall.user));
    assert!(bench.tx().await.save_subscription(missing).await.is_err());
}

async fn subscriptions_are_listed_newest_first(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    let other = bench.user(shop.id);
    let (one, two, three) =
        (bench.subscription(&user), bench.subscription(&other), bench.subscription(&user));
    let mut tx = bench.tx().await;
    tx.save_user(&other).await.unwrap();
    for subscription in [&two, &three, &one] {
        tx.insert_subscription(subscription).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    let all = read.subscriptions(shop.id, None, first()).await.unwrap();
    assert_eq!(all, [three.clone(), two.clone(), one.clone()]);
    let own = read.subscriptions(shop.id, Some(user.id), first()).await.unwrap();
    assert_eq!(own, [three.clone(), one.clone()]);
    let newest = read.subscriptions(shop.id, Some(user.id), page(NONE, 1)).await.unwrap();
    assert_eq!(newest, std::slice::from_ref(&three));
    let rest = read.subscriptions(shop.id, Some(user.id), page(Some(three.id), 5)).await.unwrap();
    assert_eq!(rest, [one]);
}

async fn a_link_leads_to_its_subscription_until_it_is_reset(bench: Bench) {
    let stall = bench.stall().await;
    let old = stall.subscription.link_lookup.clone();
    let new = bench.print();
    let mut tx = bench.tx().await;
    let held = tx.lock_subscription(stall.shop.id, stall.subscription.id).await.unwrap().unwrap();
    let panel = PanelId::new(bench.world.uuid_v4());
    let held = held.try_map(|s| s.reset_link(panel, new.clone(), "sealed anew".into())).unwrap();
    let reset = (*held).clone();
    assert_eq!(tx.subscription_by_link(&old).await.unwrap(), Some(stall.subscription));
    tx.save_subscription(held).await.unwrap();
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    assert_eq!(read.subscription_by_link(&old).await.unwrap(), None);
    assert_eq!(read.subscription_by_link(&new).await.unwrap(), Some(reset));
}

async fn a_link_exists_once(bench: Bench) {
    let stall = bench.stall().await;
    let link_lookup = stall.subscription.link_lookup.clone();
    let twin = Subscription { link_lookup, ..bench.subscription(&stall.user) };
    assert!(bench.tx().await.insert_subscription(&twin).await.is_err());
    assert!(bench.tx().await.insert_subscription(&stall.subscription).await.is_err());
}

async fn grants_come_back_as_they_were_by_server(bench: Bench) {
    let stall = bench.stall().await;
    let second = bench.server(&stall.group);
    let other = bench.subscription(&stall.user);
    let mut tx = bench.tx().await;
    tx.save_server(&second).await.unwrap();
    tx.insert_subscription(&other).await.unwrap();
    let (one, two) =
        (bench.grant(&stall.subscription, &stall.server), bench.grant(&stall.subscription, &second));
    for grant in [&two, &one, &bench.grant(&other, &second)] {
        tx.save_grant(grant).await.unwrap();
    }
    let one = GrantRecord {
        state: GrantState::Removed,
        verified: 3,
        limit: Traffic::gib(1),
        counter: Traffic::bytes(2),
        used: Traffic::bytes(4),
        links: "vless://a\ntrojan://b".into(),
        ..one
    };
    tx.save_grant(&one).await.unwrap();
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    assert_eq!(read.grants(stall.subscription.id).await.unwrap(), [one, two]);
    assert_eq!(read.grants(bench.world.id()).await.unwrap(), []);
}

async fn an_identity_stays_with_its_subscription(bench: Bench) {
    let stall = bench.stall().await;
    let other = bench.subscription(&stall.user);
    let grant = bench.grant(&stall.subscription, &stall.server);
    let mut tx = bench.tx().await;
    tx.insert_subscription(&other).await.unwrap();
    tx.save_grant(&grant).await.unwrap();
    tx.commit().await.unwrap();
    let stolen = GrantRecord { subscription_id: other.id, ..grant.clone() };
    assert!(bench.tx().await.save_grant(&stolen).await.is_err());
    assert_eq!(bench.read().await.grants(stall.subscription.id).await.unwrap(), [grant]);
}

async fn an_identity_is_one_subscriptions_in_all_shops(bench: Bench) {
    let (stall, other) = (bench.stall().await, bench.stall().await);
    let (one, former) = (stall.subscription.clone(), stall.subscription.panel_id);
    assert!(
        bench
            .read()
            .await
            .subscription_by_identity(PanelId::new(bench.world.uuid_v4()))
            .await
            .unwrap()
            .is_none()
    );
    let twice = Subscription { panel_id: former, ..bench.subscription(&other.user) };
    assert!(bench.tx().await.insert_subscription(&twice).await.is_err(), "in another shop");
    let mut tx = bench.tx().await;
    let held = tx.lock_subscription(other.shop.id, other.subscription.id).await.unwrap().unwrap();
    assert!(tx.save_subscription(held.map(|s| Subscription { panel_id: former, ..s })).await.is_err());
    drop(tx);
    let owner =
        async |identity| bench.read().await.subscription_by_identity(identity).await.unwrap().map(|s| s.id);
    assert_eq!(owner(former).await, Some(one.id));
    let mut tx = bench.tx().await;
    let wanted = GrantRecord::wanted(&one, stall.server.id);
    tx.save_grant(&GrantRecord { state: GrantState::Removed, ..wanted }).await.unwrap();
    let held = tx.lock_subscription(stall.shop.id, one.id).await.unwrap().unwrap();
    let new = PanelId::new(bench.world.uuid_v4());
    tx.save_subscription(held.map(|s| Subscription { panel_id: new, ..s })).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!((owner(former).await, owner(new).await), (Some(one.id), Some(one.id)), "its former one too");
}

async fn grants_on_a_server_come_in_slices(bench: Bench) {
    let stall = bench.stall().await;
    let (server, second) = (stall.server.id, bench.server(&stall.group));
    let mut tx = bench.tx().await;
    tx.save_server(&second).await.unwrap();
    let mut expected = Vec::new();
    for state in [GrantState::Wanted, GrantState::Placed, GrantState::Unwanted, GrantState::Removed] {
        let grant = GrantRecord { state, ..bench.grant(&stall.subscription, &stall.server) };
        tx.save_grant(&grant).await.unwrap();
        if state != GrantState::Removed {
            expected.push((grant, stall.subscription.clone()));
        }
    }
    tx.save_grant(&bench.grant(&stall.subscription, &second)).await.unwrap();
    tx.commit().await.unwrap();
    expected.sort_by_key(|(grant, _)| grant.panel_id);
    let mut read = bench.read().await;
    assert_eq!(read.grants_on(server, None, 10).await.unwrap(), expected);
    let slice = read.grants_on(server, None, 2).await.unwrap();
    assert_eq!(slice, expected[..2]);
    let last = slice.last().map(|(grant, _)| grant.panel_id);
    assert_eq!(read.grants_on(server, last, 2).await.unwrap(), expected[2..]);
    assert_eq!(read.grants_on(bench.world.id(), None, 2).await.unwrap(), []);
}

async fn documents_are_kept_and_forgotten(bench: Bench) {
    let stall = bench.stall().await;
    let (panel_id, other) = (stall.subscription.panel_id, PanelId::new(bench.world.uuid_v4()));
    let document = |panel_id, format, body: &str| Document {
        server_id: stall.server.id,
        panel_id,
        format,
        body: body.into(),
        fetched_at: bench.now(),
    };
    let mut tx = bench.tx().await;
    for format in [Format::Uris, Format::SingBox, Format::Clash, Format::Xray, Format::Extras] {
        tx.save_document(&document(panel_id, format, "old")).await.unwrap();
    }
    tx.save_document(&document(panel_id, Format::Clash, "new")).await.unwrap();
    tx.save_document(&document(other, Format::Clash, "other")).await.unwrap();
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    let mut find = async |panel_id, format| read.document(stall.server.id, panel_id, format).await.unwrap();
    assert_eq!(find(panel_id, Format::SingBox).await, Some(document(panel_id, Format::SingBox, "old")));
    assert_eq!(find(panel_id, Format::Clash).await, Some(document(panel_id, Format::Clash, "new")));
    assert_eq!(find(other, Format::Uris).await, None);
    let mut tx = bench.tx().await;
    tx.delete_documents(panel_id).await.unwrap();
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    assert_eq!(read.document(stall.server.id, panel_id, Format::Uris).await.unwrap(), None);
    assert!(read.document(stall.server.id, other, Format::Clash).await.unwrap().is_some());
    let nowhere = Document { server_id: bench.world.id(), ..document(other, Format::Uris, "") };
    assert!(bench.tx().await.save_document(&nowhere).await.is_err());
}

async fn usage_adds_up_by_day_and_server_until_it_is_forgotten(bench: Bench) {
    let stall = bench.stall().await;
    let (shop, of, second) = (stall.shop.id, stall.subscription.id, bench.server(&stall.group));
    let other = bench.subscription(&stall.user);
    let used =
        |day, server, bytes| DayUsage { day: Day::from_number(day), server, traffic: Traffic::bytes(bytes) };
    let mut tx = bench.tx().await;
    tx.save_server(&second).await.unwrap();
    tx.insert_subscription(&other).await.unwrap();
    for usage in [used(9, second.id, 4), used(8, stall.server.id, 1), used(9, stall.server.id, 2)] {
        tx.add_usage(shop, of, usage).await.unwrap();
    }
    tx.add_usage(shop, of, used(9, stall.server.id, 3)).await.unwrap();
    tx.add_usage(shop, other.id, used(9, second.id, u64::MAX)).await.unwrap();
    tx.add_usage(shop, other.id, used(9, second.id, u64::MAX)).await.unwrap();
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    let all = [used(8, stall.server.id, 1), used(9, stall.server.id, 5), used(9, second.id, 4)];
    assert_eq!(read.usage_days(shop, of, Day::from_number(0)).await.unwrap(), all);
    assert_eq!(read.usage_days(shop, of, Day::from_number(9)).await.unwrap(), all[1..]);
    assert_eq!(read.usage_days(bench.world.id(), of, Day::from_number(0)).await.unwrap(), []);
    let full = read.usage_days(shop, other.id, Day::from_number(0)).await.unwrap();
    assert_eq!(full, [used(9, second.id, u64::MAX)], "held at the greatest amount");
    let mut tx = bench.tx().await;
    assert_eq!(tx.delete_usage_before(Day::from_number(9)).await.unwrap(), 1);
    assert_eq!(tx.usage_days(shop, of, Day::from_number(0)).await.unwrap(), all[1..]);
    assert_eq!(tx.delete_usage(bench.world.id(), of).await.unwrap(), 0, "in another shop");
    assert_eq!(tx.delete_usage(shop, of).await.unwrap(), 2);
    assert_eq!(tx.usage_days(shop, of, Day::from_number(0)).await.unwrap(), []);
    assert_eq!(tx.usage_days(shop, other.id, Day::from_number(0)).await.unwrap(), full, "another's stay");
    drop(tx);
    let nowhere = used(9, bench.world.id(), 1);
    assert!(bench.tx().await.add_usage(shop, of, nowhere).await.is_err());
}

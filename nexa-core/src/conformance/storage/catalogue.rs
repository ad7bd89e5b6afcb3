//! Plans, groups, servers, gateways, rates, sequences.

use super::{Bench, cases};
use crate::domain::{
    extras::Extras,
    gateway::{GatewayAccount, ScanMark},
    grant::{GrantRecord, GrantState},
    money::{Currency, Money},
    pack::{Pack, PackKind},
    plan::Plan,
    rate::{Origin, Rate},
    server::{Group, Server, ServerState},
};
use std::collections::BTreeSet;

cases![
    plans_come_back_as_they_were_and_oldest_first,
    packs_come_back_as_they_were_and_oldest_first,
    groups_come_back_as_they_were_and_oldest_first,
    servers_come_back_as_they_were_and_oldest_first,
    loads_count_subscriptions_with_wanted_or_placed_grants,
    loads_follow_every_change_of_a_grant,
    gateways_come_back_as_they_were_and_oldest_first,
    rates_come_back_as_they_were_by_asset,
    a_gateway_keeps_how_far_it_was_read_until_that_is_forgotten,
    a_sequence_counts_from_zero_and_only_what_was_committed_is_used_up,
];

async fn plans_come_back_as_they_were_and_oldest_first(bench: Bench) {
    let (shop, _) = bench.open_shop().await;
    let group = bench.group(shop.id);
    let (one, two) = (bench.plan(&group), Plan { prices: vec![], on_sale: false, ..bench.plan(&group) });
    let mut tx = bench.tx().await;
    tx.save_group(&group).await.unwrap();
    tx.save_plan(&two).await.unwrap();
    tx.save_plan(&one).await.unwrap();
    let one = Plan { name: "Two months".into(), prices: vec![Money::new(1, Currency::Usd)], ..one };
    tx.save_plan(&one).await.unwrap();
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    assert_eq!(read.plan(shop.id, one.id).await.unwrap(), Some(one.clone()));
    assert_eq!(read.plan(shop.id, bench.world.id()).await.unwrap(), None);
    assert_eq!(read.plans(shop.id).await.unwrap(), [one, two]);
}

async fn packs_come_back_as_they_were_and_oldest_first(bench: Bench) {
    let (shop, _) = bench.open_shop().await;
    let (one, two) = (bench.pack(shop.id), Pack { prices: vec![], on_sale: false, ..bench.pack(shop.id) });
    let mut tx = bench.tx().await;
    tx.save_pack(&two).await.unwrap();
    tx.save_pack(&one).await.unwrap();
    let one = Pack { kind: PackKind::Devices, amount: 1, name: "One".into(), ..one };
    tx.save_pack(&one).await.unwrap();
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    assert_eq!(read.pack(shop.id, one.id).await.unwrap(), Some(one.clone()));
    assert_eq!(read.pack(shop.id, bench.world.id()).await.unwrap(), None);
    assert_eq!(read.packs(shop.id).await.unwrap(), [one, two]);
}

async fn groups_come_back_as_they_were_and_oldest_first(bench: Bench) {
    let (shop, _) = bench.open_shop().await;
    let (one, two) = (bench.group(shop.id), bench.group(shop.id));
    let mut tx = bench.tx().await;
    tx.save_group(&two).await.unwrap();
    tx.save_group(&one).await.unwrap();
    let one = Group { name: "Asia".into(), spread: 0, ..one };
    tx.save_group(&one).await.unwrap();
    assert_eq!(tx.group(shop.id, one.id).await.unwrap(), Some(one.clone()));
    assert_eq!(tx.group(shop.id, bench.world.id()).await.unwrap(), None);
    assert_eq!(tx.groups(shop.id).await.unwrap(), [one, two]);
}

async fn servers_come_back_as_they_were_and_oldest_first(bench: Bench) {
    let (shop, _) = bench.open_shop().await;
    let (group, other) = (bench.group(shop.id), bench.group(shop.id));
    let (one, two) = (bench.server(&group), Server { offers: Extras::NONE, ..bench.server(&group) });
    let mut tx = bench.tx().await;
    tx.save_group(&group).await.unwrap();
    tx.save_group(&other).await.unwrap();
    tx.save_server(&two).await.unwrap();
    tx.save_server(&one).await.unwrap();
    let health = one.health.after_contact(false, bench.now());
    let (region, offers) = (None, Extras { multi_hop: true, ..Extras::NONE });
    let one = Server { group_id: other.id, health, version: 2, region, offers, ..one };
    let one = Server { state: ServerState::Draining, ..one };
    tx.save_server(&one).await.unwrap();
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    assert_eq!(read.server(shop.id, one.id).await.unwrap(), Some(one.clone()));
    assert_eq!(read.server(shop.id, bench.world.id()).await.unwrap(), None);
    assert_eq!(read.servers(shop.id).await.unwrap(), [one.clone(), two.clone()]);
    assert_eq!(read.all_servers().await.unwrap(), [one, two]);
}

async fn loads_count_subscriptions_with_wanted_or_placed_grants(bench: Bench) {
    let stall = bench.stall().await;
    let (empty, other) = (bench.server(&stall.group), bench.subscription(&stall.user));
    let mut tx = bench.tx().await;
    tx.save_server(&empty).await.unwrap();
    tx.insert_subscription(&other).await.unwrap();
    for (of, state) in [
        (&stall.subscription, GrantState::Placed),
        (&stall.subscription, GrantState::Wanted),
        (&other, GrantState::Removed),
        (&other, GrantState::Unwanted),
    ] {
        tx.save_grant(&GrantRecord { state, ..bench.grant(of, &stall.server) }).await.unwrap();
    }
    let loads = tx.loads(stall.shop.id, stall.group.id).await.unwrap();
    assert_eq!(loads, [(stall.server.id, 1), (empty.id, 0)]);
    tx.save_grant(&bench.grant(&other, &stall.server)).await.unwrap();
    let loads = tx.loads(stall.shop.id, stall.group.id).await.unwrap();
    assert_eq!(loads, [(stall.server.id, 2), (empty.id, 0)]);
    assert_eq!(tx.loads(stall.shop.id, bench.world.id()).await.unwrap(), []);
}

/// Placing, moving, resetting, revoking, importing: each is one of these changes, beside whatever else is held.
async fn loads_follow_every_change_of_a_grant(bench: Bench) {
    let stall = bench.stall().await;
    let states = [GrantState::Wanted, GrantState::Placed, GrantState::Unwanted, GrantState::Removed];
    let other = bench.subscription(&stall.user);
    let mut tx = bench.tx().await;
    tx.insert_subscription(&other).await.unwrap();
    let mut grants =
        [&stall.subscription, &stall.subscription, &other].map(|of| bench.grant(of, &stall.server));
    for change in 0..states.len().pow(3) {
        let [beside, before, now] = [0, 1, 2].map(|at| states[change / states.len().pow(at) % states.len()]);
        for (which, state) in [(1, beside), (0, before), (0, now), (2, before), (2, now)] {
            grants[which].state = state;
            tx.save_grant(&grants[which]).await.unwrap();
            let counted = tx.grants_on(stall.server.id, None, 100).await.unwrap();
            let held = counted.iter().filter(|(grant, _)| grant.state.is_held());
            let held: BTreeSet<_> = held.map(|(grant, _)| grant.subscription_id).collect();
            let held = u32::try_from(held.len()).unwrap();
            assert_eq!(tx.loads(stall.shop.id, stall.group.id).await.unwrap(), [(stall.server.id, held)]);
        }
    }
    let stranger = GrantRecord { panel_id: grants[0].panel_id, ..bench.grant(&other, &stall.server) };
    assert!(tx.save_grant(&stranger).await.is_err());
    drop(tx);
    assert_eq!(
        bench.read().await.loads(stall.shop.id, stall.group.id).await.unwrap(),
        [(stall.server.id, 0)]
    );
}

async fn gateways_come_back_as_they_were_and_oldest_first(bench: Bench) {
    let (shop, _) = bench.open_shop().await;
    let (one, two) = (bench.gateway(shop.id), bench.gateway(shop.id));
    let mut tx = bench.tx().await;
    tx.save_gateway(&two).await.unwrap();
    tx.save_gateway(&one).await.unwrap();
    let one =
        GatewayAccount { enabled: false, inside: false, version: 2, config_sealed: "new".into(), ..one };
    tx.save_gateway(&one).await.unwrap();
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    assert_eq!(read.gateway(shop.id, one.id).await.unwrap(), Some(one.clone()));
    assert_eq!(read.gateway(bench.world.id(), one.id).await.unwrap(), None);
    assert_eq!(read.gateway_anywhere(one.id).await.unwrap(), Some(one.clone()));
    assert_eq!(read.gateway_anywhere(bench.world.id()).await.unwrap(), None);
    assert_eq!(read.gateways(shop.id).await.unwrap(), [one, two]);
}

async fn a_gateway_keeps_how_far_it_was_read_until_that_is_forgotten(bench: Bench) {
    let (shop, _) = bench.open_shop().await;
    let (one, two) = (bench.gateway(shop.id), bench.gateway(shop.id));
    let mark = ScanMark { version: 3, from: None, reached: "block 7".into() };
    let mut tx = bench.tx().await;
    tx.save_gateway(&one).await.unwrap();
    tx.save_gateway(&two).await.unwrap();
    tx.save_scan_mark(shop.id, one.id, Some(&mark)).await.unwrap();
    assert_eq!(tx.scan_mark(shop.id, one.id).await.unwrap(), Some(mark));
    let further = ScanMark { version: 4, from: Some("block 7".into()), reached: "block 9".into() };
    tx.save_scan_mark(shop.id, one.id, Some(&further)).await.unwrap();
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    assert_eq!(read.scan_mark(shop.id, one.id).await.unwrap(), Some(further));
    assert_eq!(read.scan_mark(shop.id, two.id).await.unwrap(), None);
    let (elsewhere, _) = bench.open_shop().await;
    assert_eq!(read.scan_mark(elsewhere.id, one.id).await.unwrap(), None);
    drop(read);
    let mark = ScanMark { version: 1, from: None, reached: "theirs".into() };
    assert!(bench.tx().await.save_scan_mark(elsewhere.id, one.id, Some(&mark)).await.is_err());
    let mut tx = bench.tx().await;
    for _ in 0..2 {
        tx.save_scan_mark(shop.id, one.id, None).await.unwrap();
        assert_eq!(tx.scan_mark(shop.id, one.id).await.unwrap(), None);
    }
}

async fn rates_come_back_as_they_were_by_asset(bench: Bench) {
    let (shop, _) = bench.open_shop().await;
    let rate = |asset, minor| Rate {
        asset,
        price: Money::new(minor, Currency::Irr),
        fresh_until: bench.now(),
        origin: if minor == 5 { Origin::Operator } else { Origin::Market { sources: 3 } },
        set_at: bench.now(),
    };
    let mut tx = bench.tx().await;
    tx.save_rate(shop.id, &rate(Currency::Xmr, 5)).await.unwrap();
    tx.save_rate(shop.id, &rate(Currency::Ltc, 6)).await.unwrap();
    tx.save_rate(shop.id, &rate(Currency::Ltc, 7)).await.unwrap();
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    assert_eq!(read.rate(shop.id, Currency::Ltc).await.unwrap(), Some(rate(Currency::Ltc, 7)));
    assert_eq!(read.rate(shop.id, Currency::Btc).await.unwrap(), None);
    assert_eq!(read.rates(shop.id).await.unwrap(), [rate(Currency::Ltc, 7), rate(Currency::Xmr, 5)]);
    assert_eq!(read.rates(bench.world.id()).await.unwrap(), []);
}

async fn a_sequence_counts_from_zero_and_only_what_was_committed_is_used_up(bench: Bench) {
    let mut tx = bench.tx().await;
    assert_eq!(tx.next_index("one").await.unwrap(), 0);
    assert_eq!(tx.next_index("one").await.unwrap(), 1);
    assert_eq!(tx.next_index("two").await.unwrap(), 0);
    tx.commit().await.unwrap();
    let mut tx = bench.tx().await;
    assert_eq!(tx.next_index("one").await.unwrap(), 2);
    drop(tx);
    assert_eq!(bench.tx().await.next_index("one").await.unwrap(), 2);
}

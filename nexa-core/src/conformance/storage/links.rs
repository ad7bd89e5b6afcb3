//! What belongs to links: decisions of shops, devices.

use super::{Bench, cases, fixture::Stall};
use crate::domain::{
    device::{Device, DeviceRule},
    link::{
        rules::Rules,
        settings::{HostState, LinkHost, LinkSettings},
    },
};

cases![
    decisions_on_links_come_back_as_they_were,
    devices_come_back_as_they_were,
    a_subscription_has_a_device_once,
    removals_are_counted_and_forgotten,
    devices_of_one_shop_are_not_another_shops,
];

async fn decisions_on_links_come_back_as_they_were(bench: Bench) {
    let (shop, _) = bench.open_shop().await;
    assert_eq!(bench.read().await.link_settings(shop.id).await.unwrap(), None);
    let host = LinkHost { host: "a.example".into(), state: HostState::MovingAway };
    let rules = Some(Rules::standard().list().to_vec());
    let settings = LinkSettings { devices: DeviceRule::Require, hosts: vec![host], rules };
    for settings in [settings, LinkSettings::default()] {
        let mut tx = bench.tx().await;
        tx.save_link_settings(shop.id, &settings).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(bench.read().await.link_settings(shop.id).await.unwrap(), Some(settings));
    }
    assert_eq!(bench.read().await.link_settings(bench.world.id()).await.unwrap(), None);
    let nowhere = bench.world.id();
    assert!(bench.tx().await.save_link_settings(nowhere, &LinkSettings::default()).await.is_err());
}

fn device(bench: &Bench, stall: &Stall) -> Device {
    let at = bench.later();
    Device {
        id: bench.world.id(),
        shop_id: stall.shop.id,
        subscription_id: stall.subscription.id,
        lookup: bench.print(),
        name: "Pixel 8".into(),
        renamed: false,
        os: Some("Android 14".into()),
        first_seen: at,
        last_seen: at,
    }
}

async fn devices_come_back_as_they_were(bench: Bench) {
    let stall = bench.stall().await;
    let (shop, of) = (stall.shop.id, stall.subscription.id);
    let (one, two) = (device(&bench, &stall), Device { os: None, ..device(&bench, &stall) });
    let mut tx = bench.tx().await;
    tx.save_device(&two).await.unwrap();
    tx.save_device(&one).await.unwrap();
    let one =
        Device { name: "میز کار".into(), renamed: true, os: None, last_seen: bench.later(), ..one };
    tx.save_device(&one).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(bench.read().await.devices(shop, of).await.unwrap(), [one.clone(), two.clone()]);
    let mut tx = bench.tx().await;
    assert!(tx.delete_device(shop, of, one.id).await.unwrap());
    assert!(!tx.delete_device(shop, of, one.id).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(bench.read().await.devices(shop, of).await.unwrap(), [two]);
}

async fn a_subscription_has_a_device_once(bench: Bench) {
    let stall = bench.stall().await;
    let one = device(&bench, &stall);
    let mut tx = bench.tx().await;
    tx.save_device(&one).await.unwrap();
    tx.commit().await.unwrap();
    let twin = Device { lookup: one.lookup.clone(), ..device(&bench, &stall) };
    assert!(bench.tx().await.save_device(&twin).await.is_err());
    let nowhere = Device { subscription_id: bench.world.id(), ..device(&bench, &stall) };
    assert!(bench.tx().await.save_device(&nowhere).await.is_err());
    let other = bench.subscription(&stall.user);
    let mut tx = bench.tx().await;
    tx.insert_subscription(&other).await.unwrap();
    tx.commit().await.unwrap();
    let stolen = Device { subscription_id: other.id, ..one };
    assert!(bench.tx().await.save_device(&stolen).await.is_err());
}

async fn removals_are_counted_and_forgotten(bench: Bench) {
    let stall = bench.stall().await;
    let (shop, of) = (stall.shop.id, stall.subscription.id);
    let (first, second) = (bench.later(), bench.later());
    let mut tx = bench.tx().await;
    for at in [first, second, second] {
        tx.note_device_removal(shop, of, at, first).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    assert_eq!(read.device_removals(shop, of, first).await.unwrap(), (3, Some(first)));
    assert_eq!(read.device_removals(shop, of, second).await.unwrap(), (2, Some(second)));
    assert_eq!(read.device_removals(shop, bench.world.id(), first).await.unwrap(), (0, None));
    let third = bench.later();
    let mut tx = bench.tx().await;
    tx.note_device_removal(shop, of, third, second).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        bench.read().await.device_removals(shop, of, first).await.unwrap(),
        (3, Some(second)),
        "the first is forgotten"
    );
    let mut tx = bench.tx().await;
    tx.delete_device_removals(bench.world.id(), of).await.unwrap();
    assert_eq!(tx.device_removals(shop, of, first).await.unwrap().0, 3, "in another shop");
    tx.delete_device_removals(shop, of).await.unwrap();
    assert_eq!(tx.device_removals(shop, of, first).await.unwrap(), (0, None));
}

async fn devices_of_one_shop_are_not_another_shops(bench: Bench) {
    let (mine, _) = bench.open_shop().await;
    let theirs = bench.stall().await;
    let (of, one) = (theirs.subscription.id, device(&bench, &theirs));
    let mut tx = bench.tx().await;
    tx.save_device(&one).await.unwrap();
    tx.note_device_removal(theirs.shop.id, of, bench.now(), bench.now()).await.unwrap();
    tx.save_link_settings(theirs.shop.id, &LinkSettings::default()).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = bench.tx().await;
    assert_eq!(tx.devices(mine.id, of).await.unwrap(), []);
    assert_eq!(tx.device_removals(mine.id, of, one.first_seen).await.unwrap().0, 0);
    assert_eq!(tx.link_settings(mine.id).await.unwrap(), None);
    assert!(!tx.delete_device(mine.id, of, one.id).await.unwrap());
    let stolen = Device { shop_id: mine.id, ..one };
    assert!(tx.save_device(&stolen).await.is_err());
    drop(tx);
    let mut tx = bench.tx().await;
    assert!(tx.note_device_removal(mine.id, of, bench.now(), bench.now()).await.is_err());
}

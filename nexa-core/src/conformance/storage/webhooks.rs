//! Webhooks and what is on its way to them.

use super::{
    Bench, cases,
    fixture::{first, page},
};
use crate::{
    domain::{
        shop::Shop,
        webhook::{Attempt, DeliveryState, HookDelivery, HookKind, Webhook, WebhookState},
    },
    ports::storage::Read,
};

cases![
    webhooks_come_back_as_they_were_and_oldest_first,
    a_webhook_goes_with_its_deliveries,
    deliveries_come_newest_first_and_by_their_state,
    a_delivery_is_held_and_changed,
    what_was_sent_long_ago_is_forgotten,
];

fn webhook(bench: &Bench, of: &Shop) -> Webhook {
    Webhook {
        id: bench.world.id(),
        shop_id: of.id,
        sealed: "sealed".to_owned(),
        kinds: [HookKind::OrderPaid, HookKind::UserCreated].into(),
        description: "the books".to_owned(),
        state: WebhookState::On,
        failing_since: None,
        created_at: bench.later(),
    }
}

fn delivery(bench: &Bench, of: &Webhook) -> HookDelivery {
    let created_at = bench.later();
    HookDelivery {
        id: bench.world.id(),
        shop_id: of.shop_id,
        webhook_id: Some(of.id),
        address: None,
        event_id: bench.world.id(),
        kind: HookKind::OrderPaid,
        body: "{}".to_owned(),
        state: DeliveryState::Pending,
        tries: 0,
        attempts: Vec::new(),
        next_at: Some(created_at),
        created_at,
    }
}

async fn webhooks_come_back_as_they_were_and_oldest_first(bench: Bench) {
    let ((shop, _), (other, _)) = (bench.open_shop().await, bench.open_shop().await);
    let (one, two, foreign) = (webhook(&bench, &shop), webhook(&bench, &shop), webhook(&bench, &other));
    let mut tx = bench.tx().await;
    for row in [&two, &one, &foreign] {
        tx.save_webhook(row).await.unwrap();
    }
    tx.commit().await.unwrap();
    let changed = Webhook {
        sealed: "anew".to_owned(),
        kinds: [HookKind::TicketOpened].into(),
        description: String::new(),
        state: WebhookState::Failing,
        failing_since: Some(bench.later()),
        ..two.clone()
    };
    let mut tx = bench.tx().await;
    assert!(tx.lock_webhook(other.id, one.id).await.unwrap().is_none());
    assert_eq!(tx.lock_webhook(shop.id, two.id).await.unwrap().unwrap().into_inner(), two);
    tx.save_webhook(&changed).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(bench.read().await.webhooks(shop.id).await.unwrap(), [one.clone(), changed]);
    let stolen = Webhook { shop_id: other.id, ..one };
    assert!(bench.tx().await.save_webhook(&stolen).await.is_err());
}

async fn a_webhook_goes_with_its_deliveries(bench: Bench) {
    let ((shop, _), (other, _)) = (bench.open_shop().await, bench.open_shop().await);
    let (one, two) = (webhook(&bench, &shop), webhook(&bench, &shop));
    let (gone, stays) = (delivery(&bench, &one), delivery(&bench, &two));
    let mut tx = bench.tx().await;
    for row in [&one, &two] {
        tx.save_webhook(row).await.unwrap();
    }
    for row in [&gone, &stays] {
        tx.save_hook_delivery(row).await.unwrap();
    }
    assert!(!tx.delete_webhook(other.id, one.id).await.unwrap());
    assert!(tx.delete_webhook(shop.id, one.id).await.unwrap());
    assert!(!tx.delete_webhook(shop.id, one.id).await.unwrap());
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    assert_eq!(read.webhooks(shop.id).await.unwrap(), [two]);
    assert_eq!(read.hook_delivery(shop.id, gone.id).await.unwrap(), None);
    assert_eq!(read.hook_delivery(shop.id, stays.id).await.unwrap(), Some(stays));
    assert!(bench.tx().await.save_hook_delivery(&gone).await.is_err(), "its webhook must be there");
}

async fn deliveries_come_newest_first_and_by_their_state(bench: Bench) {
    let ((shop, _), (other, _)) = (bench.open_shop().await, bench.open_shop().await);
    let of = webhook(&bench, &shop);
    let rows: Vec<_> = [DeliveryState::Failed, DeliveryState::Pending, DeliveryState::Abandoned]
        .into_iter()
        .map(|state| HookDelivery { state, ..delivery(&bench, &of) })
        .collect();
    let mut tx = bench.tx().await;
    tx.save_webhook(&of).await.unwrap();
    for row in &rows {
        tx.save_hook_delivery(row).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    let all = read.hook_deliveries(shop.id, of.id, None, first()).await.unwrap();
    assert_eq!(all, [rows[2].clone(), rows[1].clone(), rows[0].clone()]);
    let behind = read.hook_deliveries(shop.id, of.id, None, page(Some(rows[1].id), 5)).await.unwrap();
    assert_eq!(behind, [rows[0].clone()]);
    let pending = read.hook_deliveries(shop.id, of.id, Some(DeliveryState::Pending), first()).await.unwrap();
    assert_eq!(pending, [rows[1].clone()]);
    assert_eq!(read.hook_deliveries(other.id, of.id, None, first()).await.unwrap(), []);
    let untaken = async |read: &mut dyn Read, since, limit| {
        read.untaken_deliveries(shop.id, of.id, since, limit).await.unwrap()
    };
    let both = [rows[0].clone(), rows[2].clone()];
    assert_eq!(untaken(read.as_mut(), rows[0].created_at, 9).await, both, "oldest first");
    assert_eq!(untaken(read.as_mut(), rows[0].created_at, 1).await, both[..1]);
    assert_eq!(untaken(read.as_mut(), rows[1].created_at, 9).await, both[1..]);
}

async fn a_delivery_is_held_and_changed(bench: Bench) {
    let ((shop, _), (other, _)) = (bench.open_shop().await, bench.open_shop().await);
    let of = webhook(&bench, &shop);
    let row = delivery(&bench, &of);
    let address = Some("sealed".to_owned());
    let alone = HookDelivery { webhook_id: None, address, kind: HookKind::Postback, ..delivery(&bench, &of) };
    let mut tx = bench.tx().await;
    tx.save_webhook(&of).await.unwrap();
    for row in [&row, &alone] {
        tx.save_hook_delivery(row).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut tx = bench.tx().await;
    assert!(tx.lock_hook_delivery(other.id, row.id).await.unwrap().is_none());
    let held = tx.lock_hook_delivery(shop.id, row.id).await.unwrap().unwrap().into_inner();
    let attempt = Attempt { at: bench.later(), millis: 12, status: Some(200), told: "خوب".to_owned() };
    let over = HookDelivery {
        state: DeliveryState::Delivered,
        tries: 1,
        attempts: vec![attempt],
        next_at: None,
        ..held
    };
    tx.save_hook_delivery(&over).await.unwrap();
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    assert_eq!(read.hook_delivery(shop.id, row.id).await.unwrap(), Some(over.clone()));
    assert_eq!(read.hook_delivery(shop.id, alone.id).await.unwrap(), Some(alone));
    assert_eq!(read.hook_delivery(other.id, row.id).await.unwrap(), None);
    drop(read);
    let stolen = HookDelivery { shop_id: other.id, ..over };
    assert!(bench.tx().await.save_hook_delivery(&stolen).await.is_err());
}

async fn what_was_sent_long_ago_is_forgotten(bench: Bench) {
    let (shop, _) = bench.open_shop().await;
    let of = webhook(&bench, &shop);
    let old = HookDelivery { state: DeliveryState::Delivered, ..delivery(&bench, &of) };
    let waiting = delivery(&bench, &of);
    let new = HookDelivery { state: DeliveryState::Failed, ..delivery(&bench, &of) };
    let mut tx = bench.tx().await;
    tx.save_webhook(&of).await.unwrap();
    for row in [&old, &waiting, &new] {
        tx.save_hook_delivery(row).await.unwrap();
    }
    tx.delete_old_deliveries(new.created_at).await.unwrap();
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    assert_eq!(read.hook_deliveries(shop.id, of.id, None, first()).await.unwrap(), [new, waiting]);
}

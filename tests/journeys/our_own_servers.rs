//! Servers that nobody but us writes to: what they lose is brought back without a person.

use crate::world::{GIB, Server, Shop, minutes, on_every_storage};
use nexa_core::domain::measure::Traffic;
use nexa_core::{
    backoffice::model::{AddServerRequest, UpdateServerRequest},
    conformance::panel::fresh_grant,
    sim::panel::{Account, Truth},
};
use serde_json::json;

on_every_storage!(
    a_restored_server_goes_on_from_what_was_counted,
    a_server_that_lost_everything_is_told_everything,
    a_strange_server_that_lost_everything_waits_for_a_person,
    what_is_not_ours_stays,
    what_was_used_before_a_reset_is_counted_here_too,
    who_is_taken_off_is_stopped_before_the_last_reading,
);

/// A server that is ours alone takes the place of the first one.
async fn own_server(shop: &Shop) -> Server {
    let request = AddServerRequest {
        name: "home".to_owned(),
        kind: "memory".to_owned(),
        group_id: None,
        config: json!({ "name": "home", "exclusive": true }),
        region: None,
        capacity: None,
    };
    shop.operator.add_server(request).await.expect("a server");
    let first = shop.operator.servers().await.expect("servers").remove(0).server_id;
    let off = UpdateServerRequest {
        name: None,
        state: Some("off".to_owned()),
        config: None,
        region: None,
        capacity: None,
    };
    shop.operator.update_server(&first, off).await.expect("off");
    shop.server("home")
}

async fn a_restored_server_goes_on_from_what_was_counted(shop: Shop) {
    let server = own_server(&shop).await;
    let customer = shop.customer().await;
    customer.has_a_month(&shop).await;
    server.carries(2 * GIB);
    shop.after(minutes(2)).await;
    let backup = server.backup();
    server.carries(4 * GIB);
    shop.after(minutes(2)).await;
    assert_eq!(customer.subscription().await.used_bytes, 6 * GIB);

    server.is_restored(backup);
    shop.after(minutes(2)).await;
    assert_eq!(customer.subscription().await.used_bytes, 6 * GIB, "neither less nor more");
    assert_eq!(server.entry().account.counter, Traffic::bytes(6 * GIB));
    assert_eq!(server.carries(10 * GIB), 4 * GIB, "what was left");
    shop.after(minutes(2)).await;
    let now = customer.subscription().await;
    assert_eq!((now.state.as_str(), now.used_bytes), ("exhausted", 10 * GIB));
    assert!(!server.lets_in());
    shop.is_in_order().await;
}

async fn seven_customers(shop: &Shop) {
    for _ in 0..7 {
        shop.customer().await.has_a_month(shop).await;
    }
}

async fn a_server_that_lost_everything_is_told_everything(shop: Shop) {
    let server = own_server(&shop).await;
    let customer = shop.customer().await;
    customer.has_a_month(&shop).await;
    server.carries(3 * GIB);
    shop.after(minutes(2)).await;
    seven_customers(&shop).await;
    server.is_restored(Truth::default());
    shop.after(minutes(2)).await;
    let entries = server.entries();
    assert_eq!(entries.len(), 8, "nobody had to be asked");
    let counted: Vec<_> = entries.iter().map(|e| e.account.counter).filter(|c| *c > Traffic::ZERO).collect();
    assert_eq!(counted, [Traffic::bytes(3 * GIB)]);
    assert_eq!(customer.subscription().await.used_bytes, 3 * GIB);
    assert_eq!(shop.nexa.repairs(), 8);
    assert!(shop.operator.poison_jobs().await.expect("jobs").is_empty());
}

async fn a_strange_server_that_lost_everything_waits_for_a_person(shop: Shop) {
    seven_customers(&shop).await;
    shop.server("frankfurt").is_restored(Truth::default());
    shop.after(minutes(700)).await;
    assert!(shop.server("frankfurt").entries().is_empty());
    let given_up = shop.operator.poison_jobs().await.expect("jobs");
    assert_eq!(given_up.iter().map(|job| job.name.as_str()).collect::<Vec<_>>(), ["reconcile"]);
}

async fn what_is_not_ours_stays(shop: Shop) {
    let server = own_server(&shop).await;
    shop.customer().await.has_a_month(&shop).await;
    let mut truth = server.backup();
    let grant = fresh_grant();
    let stranger = Account { grant: grant.clone(), counter: Traffic::ZERO, passed: Traffic::ZERO, writes: 1 };
    truth.accounts.insert(grant.panel_id, stranger.clone());
    server.is_restored(truth);
    shop.after(minutes(30)).await;
    let found = server.entries().into_iter().find(|entry| entry.id == grant.panel_id).expect("the stranger");
    assert!(found.account == stranger, "neither removed nor changed");
    assert_eq!(server.entries().len(), 2);
    shop.is_in_order().await;
}

async fn what_was_used_before_a_reset_is_counted_here_too(shop: Shop) {
    let server = own_server(&shop).await;
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    server.carries(2 * GIB);
    shop.after(minutes(2)).await;
    let backup = server.backup();
    server.carries(GIB);
    customer.shop.reset_link(&mine.subscription_id).await.expect("reset");
    shop.works().await;
    assert_eq!(customer.subscription().await.used_bytes, 3 * GIB, "what no reading had seen");
    assert_eq!(server.entries().len(), 1);

    server.is_restored(backup);
    shop.after(minutes(5)).await;
    assert_eq!(server.entries().len(), 1, "the old identity is removed again");
    assert!(server.backup().resurrected.is_empty(), "and was never made again by us");
    assert_eq!(customer.subscription().await.used_bytes, 3 * GIB, "and counts nothing again");
    assert_eq!(shop.nexa.repairs(), 2, "the new one was sent again");
}

async fn who_is_taken_off_is_stopped_before_the_last_reading(shop: Shop) {
    let server = own_server(&shop).await;
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    server.carries(GIB);
    server.takes_nobody_off();
    shop.operator.revoke(&mine.subscription_id).await.expect("revoked");
    shop.works().await;
    assert!(!server.lets_in(), "nothing moves after the reading");
    assert_eq!(customer.subscription().await.used_bytes, GIB, "which is kept though the removal failed");
    server.behaves();
    shop.after(minutes(5)).await;
    assert!(server.entries().is_empty());
    assert_eq!(customer.subscription().await.used_bytes, GIB);
    shop.is_in_order().await;
}

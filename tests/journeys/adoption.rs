//! A service that the operator made by hand, in the panel, before its user came to the shop.

use crate::world::{Customer, GIB, Shop, days, dollars, hours, minutes, on_every_storage, refused};
use nexa_core::{
    backoffice::model::{ShopRequest, UpdateServerRequest},
    domain::grant::PanelId,
    storefront::model::{PageRequest, Purpose, SubscriptionView},
};

on_every_storage!(
    what_was_made_by_hand_becomes_a_subscription,
    nothing_changes_on_the_server_but_the_label,
    it_ends_when_it_would_have_ended_and_can_be_renewed,
    what_is_over_used_up_or_off_stays_so_until_it_is_renewed,
    a_new_link_ends_the_old_one,
    one_service_on_two_servers,
    what_is_anothers_is_unknown,
    a_server_that_is_down_is_no_no,
    what_was_adopted_after_an_outage_is_stopped_everywhere,
    only_servers_of_the_plan_are_asked,
    a_crash_loses_nothing,
    it_is_worth_nothing_at_a_change_of_plan,
    the_operator_decides,
);

/// A shop that adopts, and a service of 20 GiB for 12 days of which 5 GiB are used.
async fn by_hand(shop: &Shop) -> PanelId {
    shop.adopts_as(&shop.month).await;
    let server = shop.server("frankfurt");
    let service = server.made_by_hand(20 * GIB, shop.now() + days(12)).await;
    assert_eq!(server.carries_for(service, 5 * GIB), 5 * GIB);
    service
}

fn link(of: PanelId) -> String {
    format!("https://panel.example.org/x7Kd9/{}/#Ali", of.expose())
}

async fn adopts(shop: &Shop, service: PanelId) -> (Customer, SubscriptionView) {
    let customer = shop.customer().await;
    customer.shop.adopt(&link(service)).await.expect("adopted");
    shop.works().await;
    let mine = customer.subscription().await;
    (customer, mine)
}

async fn what_was_made_by_hand_becomes_a_subscription(shop: Shop) {
    let service = by_hand(&shop).await;
    let customer = shop.customer().await;
    let at_once = customer.shop.adopt(&link(service)).await.expect("adopted");
    assert_eq!((at_once.state.as_str(), at_once.plan_name.as_str()), ("active", "Month"));
    assert_eq!((at_once.used_bytes, at_once.remaining_bytes), (5 * GIB, 15 * GIB));
    assert_eq!((at_once.days_left, at_once.devices), (12, 2));
    shop.works().await;
    assert_eq!(customer.was_told().await, ["adopted"]);
    let order = customer.shop.orders(PageRequest::default()).await.expect("orders").items.remove(0);
    assert_eq!((order.purpose, order.state.as_str(), order.price.minor), (Purpose::Adopted, "fulfilled", 0));
    let mine = customer.subscription().await;
    assert_eq!((&mine.ends_at, mine.servers.len()), (&at_once.ends_at, 1));
    let document = shop.opens(&mine.link).await.expect("a document");
    assert!(document.contains(&service.expose()), "the same identity: {document}");
    let again = customer.shop.adopt(&service.expose()).await.expect("again");
    assert_eq!(again.subscription_id, mine.subscription_id);
    assert_eq!(customer.shop.subscriptions().await.expect("subscriptions").len(), 1);
    shop.is_in_order().await;
}

async fn nothing_changes_on_the_server_but_the_label(shop: Shop) {
    let service = by_hand(&shop).await;
    let server = shop.server("frankfurt");
    let before = server.account(service);
    let (customer, mine) = adopts(&shop, service).await;
    let after = server.account(service);
    assert_eq!(after.grant.label, mine.subscription_id);
    assert_eq!((after.grant.limit, after.grant.ends_at), (before.grant.limit, before.grant.ends_at));
    assert_eq!((after.counter, after.grant.enabled), (before.counter, true));
    assert_eq!(server.carries_for(service, 99 * GIB), 15 * GIB, "what was left");
    shop.after(minutes(2)).await;
    let now = customer.subscription().await;
    assert_eq!((now.state.as_str(), now.used_bytes), ("exhausted", 20 * GIB));
    let used = customer.shop.usage(&mine.subscription_id, 7).await.expect("usage");
    assert_eq!(used.total_bytes, 15 * GIB, "what was used here");
    shop.is_in_order().await;
}

async fn it_ends_when_it_would_have_ended_and_can_be_renewed(shop: Shop) {
    let service = by_hand(&shop).await;
    let server = shop.server("frankfurt");
    let (customer, mine) = adopts(&shop, service).await;
    shop.after(days(12) - minutes(1)).await;
    assert!(server.account(service).grant.enabled);
    shop.after(minutes(1)).await;
    assert!(!server.account(service).grant.enabled, "to the minute");
    assert_eq!(customer.subscription().await.state, "ended");
    customer.receives(dollars(5)).await;
    customer.renews(&mine, "wallet").await.expect("renewed");
    shop.works().await;
    let now = customer.subscription().await;
    assert_eq!((now.state.as_str(), now.days_left, now.remaining_bytes), ("active", 30, 25 * GIB));
    assert!(server.account(service).grant.enabled);
    assert_eq!(server.carries_for(service, 99 * GIB), 25 * GIB);
    shop.is_in_order().await;
}

async fn what_is_over_used_up_or_off_stays_so_until_it_is_renewed(shop: Shop) {
    shop.adopts_as(&shop.month).await;
    let server = shop.server("frankfurt");
    let over = server.made_by_hand(20 * GIB, shop.now() - days(3)).await;
    let empty = server.made_by_hand(2 * GIB, shop.now() + days(9)).await;
    server.carries_for(empty, 2 * GIB);
    let off = server.made_by_hand(20 * GIB, shop.now() + days(9)).await;
    server.switched_off_by_hand(off).await;
    for (service, state) in [(over, "ended"), (empty, "exhausted"), (off, "ended")] {
        let (customer, mine) = adopts(&shop, service).await;
        assert_eq!((mine.state.as_str(), mine.can_renew), (state, true));
        assert!(!server.account(service).grant.enabled, "nobody is let in again by coming here");
        assert_eq!(customer.was_told().await, ["adopted"]);
        customer.receives(dollars(5)).await;
        customer.renews(&mine, "wallet").await.expect("renewed");
        shop.works().await;
        assert_eq!(customer.subscription().await.state, "active");
        assert!(server.account(service).grant.enabled);
    }
    shop.is_in_order().await;
}

async fn a_new_link_ends_the_old_one(shop: Shop) {
    let service = by_hand(&shop).await;
    let server = shop.server("frankfurt");
    let (customer, mine) = adopts(&shop, service).await;
    server.carries_for(service, GIB);
    customer.shop.reset_link(&mine.subscription_id).await.expect("a new link");
    shop.works().await;
    assert_ne!(server.entry().id, service, "another identity, and only that");
    let now = customer.subscription().await;
    assert_eq!((now.used_bytes, now.remaining_bytes), (6 * GIB, 14 * GIB));
    let other = shop.customer().await;
    server.holds_by_hand(service, GIB, shop.now() + days(1)).await;
    assert_eq!(refused(other.shop.adopt(&link(service)).await), "service_unknown", "it was somebody's");
}

async fn one_service_on_two_servers(shop: Shop) {
    let service = by_hand(&shop).await;
    shop.adds_server("paris").await;
    let (one, two) = (shop.server("frankfurt"), shop.server("paris"));
    two.holds_by_hand(service, 30 * GIB, shop.now() + days(20)).await;
    two.carries_for(service, 28 * GIB);
    let (customer, mine) = adopts(&shop, service).await;
    assert_eq!((mine.servers.len(), mine.days_left), (2, 20));
    assert_eq!((mine.used_bytes, mine.remaining_bytes), (33 * GIB, 15 * GIB), "as much as on the better one");
    assert_eq!(two.carries_for(service, 10 * GIB), 10 * GIB);
    shop.after(minutes(2)).await;
    assert_eq!(one.carries_for(service, 99 * GIB), 5 * GIB, "one service for both");
    shop.after(minutes(2)).await;
    assert_eq!(customer.subscription().await.state, "exhausted");
    shop.is_in_order().await;
}

async fn what_is_anothers_is_unknown(shop: Shop) {
    let service = by_hand(&shop).await;
    let sold = shop.customer().await.has_a_month(&shop).await;
    let server = shop.server("frankfurt");
    let own = server.entries().into_iter().find(|e| e.account.grant.label == sold.subscription_id);
    let own = own.expect("what was sold").id;
    let other = shop.next_door().await;
    other.adds_server("frankfurt").await;
    other.adopts_as(&other.month).await;
    let (there, here) = (other.customer().await, shop.customer().await);
    for (front, what) in [(&there.shop, own), (&here.shop, own)] {
        assert_eq!(refused(front.adopt(&link(what)).await), "service_unknown");
    }
    adopts(&shop, service).await;
    for front in [&there.shop, &here.shop] {
        assert_eq!(refused(front.adopt(&link(service)).await), "service_unknown");
    }
    assert!(there.shop.subscriptions().await.expect("subscriptions").is_empty());
    assert!(here.shop.orders(PageRequest::default()).await.expect("orders").items.is_empty());
    shop.is_in_order().await;
}

/// A service that two servers hold, one of which was down when it was first pasted.
async fn on_two_after_an_outage(shop: &Shop) -> (Customer, SubscriptionView, PanelId) {
    let service = by_hand(shop).await;
    shop.adds_server("paris").await;
    let paris = shop.server("paris");
    paris.holds_by_hand(service, 30 * GIB, shop.now() + days(20)).await;
    let customer = shop.customer().await;
    for down in ["frankfurt", "paris"].map(|name| shop.server(name)) {
        down.goes_down();
        assert_eq!(refused(customer.shop.adopt(&link(service)).await), "servers_silent");
        assert!(customer.shop.subscriptions().await.expect("subscriptions").is_empty());
        down.comes_back();
    }
    customer.shop.adopt(&link(service)).await.expect("adopted");
    shop.works().await;
    let mine = customer.subscription().await;
    (customer, mine, service)
}

async fn a_server_that_is_down_is_no_no(shop: Shop) {
    let (_, mine, service) = on_two_after_an_outage(&shop).await;
    assert_eq!((mine.servers.len(), mine.used_bytes), (2, 5 * GIB), "none was left out");
    let paris = shop.server("paris");
    assert_eq!(paris.account(service).grant.label, mine.subscription_id);
    let nobody = shop.customer().await;
    let unknown = link("a59e4807-8100-45d7-83b6-f2248e3475f8".parse().expect("an identity"));
    paris.goes_down();
    assert_eq!(refused(nobody.shop.adopt(&unknown).await), "servers_silent", "it may be on that one");
    assert_eq!(
        refused(nobody.shop.adopt(&link(service)).await),
        "servers_silent",
        "nor is it said whose it is"
    );
    paris.comes_back();
    assert_eq!(refused(nobody.shop.adopt(&unknown).await), "service_unknown");
    assert_eq!(refused(nobody.shop.adopt(&link(service)).await), "service_unknown");
    shop.is_in_order().await;
}

async fn what_was_adopted_after_an_outage_is_stopped_everywhere(shop: Shop) {
    let (customer, mine, service) = on_two_after_an_outage(&shop).await;
    let on_each = || ["frankfurt", "paris"].map(|name| shop.server(name).entries());
    customer.shop.reset_link(&mine.subscription_id).await.expect("a new link");
    shop.works().await;
    for entries in on_each() {
        assert!(entries.len() == 1 && entries[0].id != service, "the old one lets nobody in");
    }
    shop.operator.revoke(&mine.subscription_id).await.expect("ended");
    shop.works().await;
    assert!(on_each().iter().all(Vec::is_empty), "nobody is let in any more");
    shop.is_in_order().await;
}

async fn only_servers_of_the_plan_are_asked(shop: Shop) {
    let abroad = shop.sells_abroad().await;
    shop.adopts_as(&abroad).await;
    let customer = shop.customer().await;
    let here = shop.server("frankfurt").made_by_hand(GIB, shop.now() + days(1)).await;
    assert_eq!(refused(customer.shop.adopt(&link(here)).await), "service_unknown");
    let there = shop.server("helsinki").made_by_hand(GIB, shop.now() + days(1)).await;
    for server in shop.operator.servers().await.expect("servers") {
        if server.name == "helsinki" {
            let state = Some("off".to_owned());
            let off = UpdateServerRequest { name: None, state, config: None, region: None, capacity: None };
            shop.operator.update_server(&server.server_id, off).await.expect("off");
        }
    }
    assert_eq!(refused(customer.shop.adopt(&link(there)).await), "service_unknown", "it is off");
}

async fn a_crash_loses_nothing(shop: Shop) {
    let service = by_hand(&shop).await;
    let server = shop.server("frankfurt");
    let customer = shop.customer().await;
    let adopted = customer.shop.adopt(&link(service)).await.expect("adopted");
    shop.dies_at_work_and_starts_again().await;
    server.loses_its_next_answer();
    shop.works().await;
    shop.after(hours(1)).await;
    let mine = customer.subscription().await;
    assert_eq!((&mine.subscription_id, mine.state.as_str()), (&adopted.subscription_id, "active"));
    assert_eq!((mine.used_bytes, server.entries().len()), (5 * GIB, 1));
    assert_eq!(server.account(service).grant.label, mine.subscription_id);
    assert_eq!(customer.was_told().await, ["adopted"]);
    shop.is_in_order().await;
}

async fn it_is_worth_nothing_at_a_change_of_plan(shop: Shop) {
    let service = by_hand(&shop).await;
    let family = shop.adds_family_plan().await;
    let (customer, mine) = adopts(&shop, service).await;
    let quote = customer.shop.change_quote(&mine.subscription_id, &family).await.expect("a quote");
    assert_eq!((quote.credit.minor, quote.due), (0, quote.price));
}

async fn the_operator_decides(shop: Shop) {
    let service = shop.server("frankfurt").made_by_hand(GIB, shop.now() + days(1)).await;
    let customer = shop.customer().await;
    assert_eq!(refused(customer.shop.adopt(&link(service)).await), "adoption_off");
    let set = async |plan: &str| {
        let request = ShopRequest { adoption_plan_id: Some(plan.to_owned()), ..ShopRequest::default() };
        shop.operator.update_shop(request).await
    };
    let foreign = shop.next_door().await.month;
    assert_eq!(refused(set(&foreign).await), "not_found");
    let view = set(&shop.month).await.expect("set");
    assert_eq!(view.adoption_plan_id.as_deref(), Some(shop.month.as_str()));
    set(&shop.month).await.expect("the same");
    set("").await.expect("off");
    assert_eq!(refused(customer.shop.adopt(&link(service)).await), "adoption_off");
    let deeds = shop.operator.actions(PageRequest::default()).await.expect("deeds").items;
    let deeds = deeds.into_iter().filter(|d| d.deed == "adoption_set");
    let deeds: Vec<_> = deeds.map(|d| (d.deed, d.plan_id)).collect();
    let noted = |plan: Option<&String>| ("adoption_set".to_owned(), plan.cloned());
    assert_eq!(deeds, [noted(None), noted(Some(&shop.month))], "the same again is no deed");
}

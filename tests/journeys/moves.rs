//! A subscription that moves to a server in another country.

use crate::world::{Customer, GIB, Server, Shop, dollars, hours, minutes, on_every_storage, refused};
use nexa_core::{
    backoffice::model::UpdateServerRequest,
    storefront::model::{CheckoutRequest, Purpose, SubscriptionView},
};

on_every_storage!(
    the_link_stays_and_leads_to_the_new_server,
    nobody_is_without_access_while_the_new_server_is_down,
    what_was_used_before_stays_used,
    the_fourth_move_of_a_day_is_refused,
    a_move_goes_nowhere_but_where_there_is_room,
    a_move_that_never_arrives_is_changed,
    a_new_link_ends_the_old_servers_at_once,
    a_move_under_way_is_renewed_and_ends,
    a_customer_of_every_server_has_nowhere_to_go,
);

/// Somebody with a month on the server in Germany.
async fn in_germany(shop: &Shop) -> (Customer, SubscriptionView) {
    let plan = shop.sells_abroad().await;
    let customer = shop.customer_with(dollars(20)).await;
    let wish = CheckoutRequest {
        purpose: Purpose::New,
        method: "wallet".to_owned(),
        plan_id: Some(plan),
        region: Some("DE".to_owned()),
        ..CheckoutRequest::default()
    };
    customer.shop.checkout(wish, None).await.expect("bought");
    shop.works().await;
    let mine = customer.subscription().await;
    assert_eq!(places(&mine), ["berlin"]);
    (customer, mine)
}

fn places(of: &SubscriptionView) -> Vec<&str> {
    of.servers.iter().map(|server| server.name.as_str()).collect()
}

async fn regions(of: &Customer, subscription: &SubscriptionView) -> Vec<(String, bool)> {
    let all = of.shop.regions(&subscription.subscription_id).await.expect("regions");
    all.into_iter().map(|region| (region.region, region.here)).collect()
}

/// Where the link leads: which of the two servers has the identity that it shows.
async fn leads_to(shop: &Shop, link: &str) -> Vec<&'static str> {
    let document = shop.opens(link).await.expect("a document");
    let holds = |server: &Server| server.entries().iter().any(|e| document.contains(&e.id.expose()));
    ["berlin", "helsinki"].into_iter().filter(|name| holds(&shop.server(name))).collect()
}

async fn the_link_stays_and_leads_to_the_new_server(shop: Shop) {
    let (customer, mine) = in_germany(&shop).await;
    let (berlin, helsinki) = (shop.server("berlin"), shop.server("helsinki"));
    let before = berlin.entry().id;
    let known = |de, fi| vec![("DE".to_owned(), de), ("FI".to_owned(), fi)];
    assert_eq!(regions(&customer, &mine).await, known(true, false));
    let moving = customer.shop.move_subscription(&mine.subscription_id, "FI").await.expect("on the move");
    assert_eq!((moving.link.as_str(), places(&moving)), (mine.link.as_str(), vec!["berlin"]));
    assert_eq!(leads_to(&shop, &mine.link).await, ["berlin"], "until the new one is ready");
    shop.works().await;
    let moved = customer.subscription().await;
    assert_eq!((moved.link.as_str(), places(&moved)), (mine.link.as_str(), vec!["helsinki"]));
    assert_eq!((&moved.ends_at, moved.remaining_bytes), (&mine.ends_at, mine.remaining_bytes));
    assert_eq!(leads_to(&shop, &mine.link).await, ["helsinki"]);
    assert_eq!(berlin.entries().len(), 0, "the old identity is gone");
    assert_ne!(helsinki.entry().id, before, "and the new one is another");
    assert_eq!(regions(&customer, &mine).await, known(false, true));
    assert_eq!(customer.was_told().await.first().map(String::as_str), Some("moved"));
    shop.is_in_order().await;
}

async fn nobody_is_without_access_while_the_new_server_is_down(shop: Shop) {
    let (customer, mine) = in_germany(&shop).await;
    let (berlin, helsinki) = (shop.server("berlin"), shop.server("helsinki"));
    helsinki.goes_down();
    customer.shop.move_subscription(&mine.subscription_id, "FI").await.expect("nobody knows yet");
    for _ in 0..4 {
        shop.after(minutes(5)).await;
        assert!(berlin.lets_in());
        assert_eq!(leads_to(&shop, &mine.link).await, ["berlin"]);
        assert_eq!(places(&customer.subscription().await), ["berlin"]);
    }
    assert!(!customer.was_told().await.contains(&"moved".to_owned()));
    berlin.carries(GIB);
    helsinki.comes_back();
    berlin.goes_down();
    shop.after(hours(1)).await;
    assert_eq!(leads_to(&shop, &mine.link).await, ["helsinki"], "the old one may take its time");
    assert_eq!(berlin.entries().len(), 1);
    berlin.comes_back();
    shop.after(hours(1)).await;
    assert_eq!(berlin.entries().len(), 0, "the old identity is gone");
    assert_eq!(customer.subscription().await.used_bytes, GIB, "what was used on it is counted");
    assert_eq!(customer.was_told().await.iter().filter(|key| *key == "moved").count(), 1);
    shop.is_in_order().await;
}

async fn what_was_used_before_stays_used(shop: Shop) {
    let (customer, mine) = in_germany(&shop).await;
    shop.server("berlin").carries(6 * GIB);
    customer.shop.move_subscription(&mine.subscription_id, "FI").await.expect("on the move");
    shop.works().await;
    assert_eq!(customer.subscription().await.used_bytes, 6 * GIB);
    shop.after(minutes(2)).await;
    assert_eq!(shop.server("helsinki").carries(20 * GIB), 4 * GIB, "what was left");
    shop.after(minutes(2)).await;
    assert_eq!(customer.subscription().await.state, "exhausted");
    let refusal = refused(customer.shop.move_subscription(&mine.subscription_id, "DE").await);
    assert_eq!(refusal, "subscription_closed");
    assert_eq!(regions(&customer, &mine).await, []);
    shop.is_in_order().await;
}

async fn the_fourth_move_of_a_day_is_refused(shop: Shop) {
    let (customer, mine) = in_germany(&shop).await;
    let go = async |region: &str| customer.shop.move_subscription(&mine.subscription_id, region).await;
    for region in ["FI", "DE", "FI"] {
        go(region).await.expect("on the move");
        assert_eq!(refused(go(region).await), "already_there", "a second tap");
        shop.after(hours(1)).await;
    }
    assert_eq!(refused(go("DE").await), "too_many_moves");
    shop.works().await;
    assert_eq!(places(&customer.subscription().await), ["helsinki"], "where it stays");
    shop.after(hours(21)).await;
    go("DE").await.expect("the first one is a day ago");
    shop.works().await;
    assert_eq!(refused(go("FI").await), "too_many_moves", "the others are not");
    assert_eq!(shop.server("helsinki").entries().len(), 0);
    shop.is_in_order().await;
}

async fn a_move_goes_nowhere_but_where_there_is_room(shop: Shop) {
    let (customer, mine) = in_germany(&shop).await;
    let go = async |region: &str| customer.shop.move_subscription(&mine.subscription_id, region).await;
    assert_eq!(refused(go("NL").await), "region_unknown");
    let servers = shop.operator.servers().await.expect("servers");
    let helsinki = servers.iter().find(|s| s.name == "helsinki").expect("helsinki").server_id.clone();
    let change = async |state: Option<&str>, capacity: Option<u32>| {
        let request = UpdateServerRequest {
            name: None,
            state: state.map(str::to_owned),
            config: None,
            region: None,
            capacity,
        };
        shop.operator.update_server(&helsinki, request).await.expect("changed");
    };
    change(Some("draining"), None).await;
    assert_eq!(refused(go("FI").await), "region_full");
    assert_eq!(regions(&customer, &mine).await, [("DE".to_owned(), true)]);
    change(Some("off"), None).await;
    assert_eq!(refused(go("FI").await), "region_unknown");
    change(Some("open"), Some(1)).await;
    go("FI").await.expect("there is one place");
    shop.works().await;
    let (other, theirs) = {
        let customer = shop.customer_with(dollars(5)).await;
        let plan = Some(mine.plan_id.clone());
        let method = "wallet".to_owned();
        let wish = CheckoutRequest { method, plan_id: plan, ..CheckoutRequest::default() };
        customer.shop.checkout(wish, None).await.expect("bought");
        shop.works().await;
        let theirs = customer.subscription().await;
        (customer, theirs)
    };
    assert_eq!(places(&theirs), ["berlin"]);
    let moved = other.shop.move_subscription(&theirs.subscription_id, "FI").await;
    assert_eq!(refused(moved), "region_full", "the place is taken");
    assert_eq!(refused(other.shop.regions(&mine.subscription_id).await), "not_found");
    shop.operator.suspend(&mine.subscription_id).await.expect("stopped");
    assert_eq!(refused(go("DE").await), "subscription_closed");
    shop.works().await;
    shop.is_in_order().await;
}

async fn a_move_that_never_arrives_is_changed(shop: Shop) {
    let (customer, mine) = in_germany(&shop).await;
    let (berlin, helsinki) = (shop.server("berlin"), shop.server("helsinki"));
    let before = berlin.entry().id;
    helsinki.goes_down();
    customer.shop.move_subscription(&mine.subscription_id, "FI").await.expect("nobody knows yet");
    shop.after(minutes(1)).await;
    let back = customer.shop.move_subscription(&mine.subscription_id, "DE").await.expect("back again");
    assert_eq!(back.link, mine.link);
    shop.after(minutes(10)).await;
    assert_ne!(berlin.entry().id, before);
    assert_eq!(leads_to(&shop, &mine.link).await, ["berlin"]);
    helsinki.comes_back();
    shop.after(hours(1)).await;
    assert_eq!(helsinki.entries().len(), 0, "it is not wanted there any more");
    assert!(berlin.lets_in());
    shop.is_in_order().await;
}

async fn a_new_link_ends_the_old_servers_at_once(shop: Shop) {
    let (customer, mine) = in_germany(&shop).await;
    let (berlin, helsinki) = (shop.server("berlin"), shop.server("helsinki"));
    helsinki.goes_down();
    customer.shop.move_subscription(&mine.subscription_id, "FI").await.expect("nobody knows yet");
    let fresh = customer.shop.reset_link(&mine.subscription_id).await.expect("a new link");
    assert_eq!(leads_to(&shop, &fresh.link).await, [""; 0]);
    shop.works().await;
    assert_eq!(berlin.entries().len(), 0, "whoever had the old link is out");
    helsinki.comes_back();
    shop.after(hours(1)).await;
    assert_eq!(leads_to(&shop, &fresh.link).await, ["helsinki"]);
    assert_eq!((helsinki.entries().len(), berlin.entries().len()), (1, 0));
    shop.is_in_order().await;
}

async fn a_move_under_way_is_renewed_and_ends(shop: Shop) {
    let (customer, mine) = in_germany(&shop).await;
    let (berlin, helsinki) = (shop.server("berlin"), shop.server("helsinki"));
    helsinki.goes_down();
    customer.shop.move_subscription(&mine.subscription_id, "FI").await.expect("nobody knows yet");
    let order = customer.renews_with(&mine, &mine.plan_id, "wallet").await.expect("renewed");
    shop.after(minutes(1)).await;
    assert_eq!(customer.looks_at(&order).await.state, "fulfilled", "the old server is enough");
    assert_eq!(berlin.carries(15 * GIB), 15 * GIB, "more than the first month gave");
    helsinki.comes_back();
    shop.after(hours(1)).await;
    assert_eq!(leads_to(&shop, &mine.link).await, ["helsinki"]);
    assert_eq!(customer.subscription().await.used_bytes, 15 * GIB);
    shop.after(hours(24 * 61)).await;
    assert!(!helsinki.lets_in(), "it ends where it is");
    assert_eq!(berlin.entries().len(), 0);
    shop.is_in_order().await;
}

async fn a_customer_of_every_server_has_nowhere_to_go(shop: Shop) {
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    assert_eq!(regions(&customer, &mine).await, [], "the country of the only server is not known");
    shop.sells_abroad().await;
    assert_eq!(regions(&customer, &mine).await, [], "servers of other plans do not count");
    let refusal = refused(customer.shop.move_subscription(&mine.subscription_id, "FI").await);
    assert_eq!(refusal, "region_unknown");
    shop.is_in_order().await;
}

//! The one link that a customer has.

use crate::world::{GIB, Shop, days, dollars, hours, minutes, on_every_storage, refused};
use nexa_core::{
    frontdesk::{LinkAsk, LinkForm},
    storefront::model::QrFormat,
};

on_every_storage!(
    a_new_link_replaces_the_old_one,
    a_link_is_reset_five_times_a_day,
    a_link_is_reset_while_the_panel_is_down,
    what_was_used_stays_used_after_a_reset,
    what_was_used_since_the_last_reading_stays_used_too,
    a_reset_after_the_last_byte_gives_nothing,
    what_was_used_before_a_revocation_is_counted,
    a_link_works_while_the_panel_is_down,
    shadowsocks_apps_get_a_list_and_hear_of_the_end,
);

async fn a_new_link_replaces_the_old_one(shop: Shop) {
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    let server = shop.server("frankfurt");
    let old = server.entry().id;
    let fresh = customer.shop.reset_link(&mine.subscription_id).await.expect("reset");
    assert_ne!(fresh.link, mine.link);
    assert_eq!(refused(shop.opens(&mine.link).await), "not_found", "dead at once");
    shop.works().await;
    let new = server.entry().id;
    assert_ne!(new, old, "the old identity is gone from the server");
    assert!(shop.opens(&fresh.link).await.expect("a document").contains(&new.expose()));
    assert!(customer.was_told().await.contains(&"link-reset".to_owned()));
    let svg = customer.shop.link_qr(&mine.subscription_id, QrFormat::Svg).await.expect("a QR code");
    assert!(svg.starts_with(b"<svg"));
    shop.is_in_order().await;
}

async fn a_link_is_reset_five_times_a_day(shop: Shop) {
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    let reset = async || customer.shop.reset_link(&mine.subscription_id).await;
    for _ in 0..5 {
        reset().await.expect("reset");
        shop.after(hours(1)).await;
    }
    let last = customer.subscription().await.link;
    assert_eq!(refused(reset().await), "too_many_resets");
    assert_eq!(customer.subscription().await.link, last, "which goes on");
    shop.after(hours(19)).await;
    reset().await.expect("the first one is a day ago");
    assert_eq!(refused(reset().await), "too_many_resets", "the others are not");

    let owner = shop.operator_as_customer();
    owner.receives(dollars(5)).await;
    owner.orders("wallet").await.expect("an order");
    shop.works().await;
    let own = owner.subscription().await;
    for _ in 0..7 {
        owner.shop.reset_link(&own.subscription_id).await.expect("an operator is not limited");
    }
    shop.works().await;
    shop.is_in_order().await;
}

async fn a_link_is_reset_while_the_panel_is_down(shop: Shop) {
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    let server = shop.server("frankfurt");
    let old = server.entry().id;
    server.goes_down();
    let fresh = customer.shop.reset_link(&mine.subscription_id).await.expect("reset");
    shop.after(minutes(30)).await;
    assert_eq!(refused(shop.opens(&mine.link).await), "not_found");
    assert!(!shop.opens(&fresh.link).await.expect("answers").contains(&old.expose()));
    server.comes_back();
    shop.after(hours(1)).await;
    assert_ne!(server.entry().id, old);
    assert!(shop.opens(&fresh.link).await.expect("a document").contains(&server.entry().id.expose()));
    shop.is_in_order().await;
}

async fn what_was_used_stays_used_after_a_reset(shop: Shop) {
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    let server = shop.server("frankfurt");
    server.carries(4 * GIB);
    shop.after(minutes(2)).await;
    customer.shop.reset_link(&mine.subscription_id).await.expect("reset");
    shop.works().await;
    assert_eq!(server.carries(10 * GIB), 6 * GIB, "the new identity has what was left");
    shop.after(minutes(2)).await;
    let now = customer.subscription().await;
    assert_eq!((now.used_bytes, now.state.as_str()), (10 * GIB, "exhausted"));
}

async fn what_was_used_since_the_last_reading_stays_used_too(shop: Shop) {
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    let server = shop.server("frankfurt");
    for resets in 1..=3 {
        server.carries(2 * GIB);
        customer.shop.reset_link(&mine.subscription_id).await.expect("reset");
        shop.works().await;
        assert_eq!(customer.subscription().await.used_bytes, resets * 2 * GIB, "nothing is free");
    }
    assert_eq!(server.entry().account.grant.limit.as_bytes(), 4 * GIB, "the new identity has what is left");
    shop.after(minutes(2)).await;
    assert_eq!(customer.subscription().await.used_bytes, 6 * GIB, "and nothing is counted twice");
    shop.is_in_order().await;
}

async fn a_reset_after_the_last_byte_gives_nothing(shop: Shop) {
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    let server = shop.server("frankfurt");
    server.carries(10 * GIB);
    customer.shop.reset_link(&mine.subscription_id).await.expect("reset");
    shop.works().await;
    let now = customer.subscription().await;
    assert_eq!((now.used_bytes, now.state.as_str()), (10 * GIB, "exhausted"));
    assert!(!server.lets_in());
    assert!(customer.was_told().await.contains(&"exhausted".to_owned()));
    shop.is_in_order().await;
}

async fn what_was_used_before_a_revocation_is_counted(shop: Shop) {
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    let server = shop.server("frankfurt");
    server.carries(3 * GIB);
    server.loses_its_next_answer();
    shop.operator.revoke(&mine.subscription_id).await.expect("revoked");
    shop.works().await;
    assert_eq!(server.entries().len(), 1, "what was not read is not removed");
    shop.after(minutes(5)).await;
    assert!(server.entries().is_empty());
    assert_eq!(customer.subscription().await.used_bytes, 3 * GIB);
    shop.is_in_order().await;
}

async fn a_link_works_while_the_panel_is_down(shop: Shop) {
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    let server = shop.server("frankfurt");
    server.goes_down();
    shop.after(hours(30)).await;
    let document = shop.opens(&mine.link).await.expect("answers");
    assert!(document.contains(&server.entry().id.expose()), "from what was kept");
}

async fn shadowsocks_apps_get_a_list_and_hear_of_the_end(shop: Shop) {
    shop.adds_server("paris").await;
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    shop.server("paris").carries(4 * GIB);
    shop.after(minutes(2)).await;
    let token = mine.link.rsplit('/').next().expect("a token");
    let ask = async || -> serde_json::Value {
        let answer = shop.door.link(token, LinkAsk::of(LinkForm::Sip008)).await.expect("an answer");
        serde_json::from_str(&answer.body).expect("JSON")
    };
    let document = ask().await;
    assert_eq!(
        (&document["bytes_used"], &document["bytes_remaining"]),
        (&(4 * GIB).into(), &(6 * GIB).into())
    );
    let names = |document: &serde_json::Value| -> Vec<String> {
        let servers = document["servers"].as_array().expect("servers").iter();
        servers.map(|server| server["remarks"].as_str().expect("a name").to_owned()).collect()
    };
    assert_eq!(names(&document), ["frankfurt · Demo Shadowsocks", "paris · Demo Shadowsocks"]);
    assert_eq!(ask().await, document, "the same at every fetch");
    shop.after(days(31)).await;
    assert_eq!(names(&ask().await), ["Subscription ended. Please renew it"]);
}

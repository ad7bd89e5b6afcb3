//! Buying, waiting for it and using it.

use super::{customer, subscriber, wish};
use nexa_ffi::{LinkFormat, ShopError, fastest_server};
use std::{sync::Arc, time::Duration};

#[tokio::test]
async fn an_order_is_watched_until_it_is_delivered() {
    let shop = customer().await;
    let order = shop.checkout(wish(&shop).await, Some("one".to_owned())).await.expect("an order");
    let watch = Arc::clone(&shop).watch_order(order.order_id.clone());
    let first = watch.next().await.expect("an answer").expect("the order as it is");
    assert_eq!(first.state, "awaiting_payment");
    let payment = order.payment.expect("a payment");
    assert!(payment.redirect_url.is_some(), "where to pay");
    shop.controls().expect("a demo").pay(payment).await.expect("paid");
    let mut states = Vec::new();
    while let Some(order) = watch.next().await.expect("an answer") {
        states.push(order.state);
    }
    assert_eq!(states.last().map(String::as_str), Some("fulfilled"), "{states:?}");
    assert_eq!(watch.next().await.expect("an answer"), None, "nothing comes after the end");
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "the test owns who waits")]
async fn a_watch_that_waits_is_ended_from_outside() {
    let shop = customer().await;
    let order = shop.checkout(wish(&shop).await, None).await.expect("an order");
    let watch = Arc::clone(&shop).watch_order(order.order_id);
    watch.next().await.expect("an answer").expect("the order as it is");
    let waiting = tokio::spawn({
        let watch = Arc::clone(&watch);
        async move { watch.next().await }
    });
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!waiting.is_finished(), "nobody pays");
    watch.cancel();
    assert_eq!(waiting.await.expect("no panic").expect("an answer"), None);
}

#[tokio::test]
async fn what_was_bought_can_be_used() {
    let (shop, held) = subscriber().await;
    let id = held.subscription_id;
    let png = shop.link_qr_png(id.clone()).await.expect("a picture");
    assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"), "a PNG");
    assert!(shop.link_qr_svg(id.clone()).await.expect("a drawing").starts_with("<svg"));
    for (format, holds) in [
        (LinkFormat::Plain, "vless://"),
        (LinkFormat::SingBox, "\"outbounds\""),
        (LinkFormat::Clash, "proxies:"),
        (LinkFormat::Xray, "\"outbounds\""),
        (LinkFormat::Sip008, "\"servers\""),
    ] {
        let document = shop.link_document(id.clone(), format).await.expect("a document");
        assert!(document.contains(holds), "{format:?}: {document}");
    }
    let packed = shop.link_document(id.clone(), LinkFormat::Base64).await.expect("a document");
    let packed = data_encoding::BASE64.decode(packed.as_bytes()).expect("base64");
    assert!(String::from_utf8(packed).expect("text").contains("vless://"));
    let days = shop.usage(id.clone(), 7).await.expect("usage").days;
    assert_eq!(days.len(), 7);
    assert!(shop.devices(id.clone()).await.expect("devices").is_empty());
    assert_eq!(shop.controls().expect("a demo").use_traffic(id, 1 << 20), 1 << 20);
}

#[tokio::test]
async fn the_nearest_server_is_found() {
    let (shop, held) = subscriber().await;
    let probe = Arc::clone(&shop).probe_servers(held.subscription_id.clone());
    let reached = probe.finish().await.expect("measured");
    let names: Vec<_> = held.servers.iter().map(|server| server.name.as_str()).collect();
    assert!(
        !reached.is_empty() && reached.iter().all(|one| names.contains(&one.server.as_str())),
        "{reached:?}"
    );
    assert_eq!(fastest_server(reached).as_deref(), Some("Frankfurt"));
    let ended = Arc::clone(&shop).probe_servers(held.subscription_id);
    ended.cancel();
    assert_eq!(ended.finish().await.expect("an answer"), []);
}

#[tokio::test]
async fn a_lost_connection_is_said_and_nothing_is_lost() {
    let shop = customer().await;
    let (wish, controls) = (wish(&shop).await, shop.controls().expect("a demo"));
    controls.set_offline(true).expect("a demo");
    let cut = shop.checkout(wish.clone(), Some("cut".to_owned())).await;
    let Err(ShopError::Offline { retry_after_seconds: 1.., text }) = &cut else { panic!("{cut:?}") };
    assert!(
        text.contains("seconds") && text.contains("cannot be reached"),
        "in the language of the shop: {text}"
    );
    controls.set_offline(false).expect("a demo");
    let order = shop.checkout(wish.clone(), Some("cut".to_owned())).await.expect("an order");
    let again = shop.checkout(wish, Some("cut".to_owned())).await.expect("the same order");
    assert_eq!(order.order_id, again.order_id);
}

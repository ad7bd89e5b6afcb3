//! Every sentence of the port.

use crate::receiver::{Reader, Service, claims};
use nexa_core::{
    domain::push::Browser,
    ports::{
        outcome::Outcome,
        pusher::{PushMessage, Pusher},
    },
    secret::Secret,
    world::{OsEntropy, SystemClock, World},
};
use nexa_push::{Hosts, WebPush};
use serde_json::json;
use std::sync::Arc;

fn pusher(seed: u8) -> WebPush {
    let world = World::new(Arc::new(SystemClock), Arc::new(OsEntropy));
    let hosts = Hosts::only("127.0.0.1");
    WebPush::new(&Secret::new([seed; 32]), "https://shop.example", hosts, world).unwrap()
}

fn message() -> PushMessage {
    PushMessage {
        title: "فروشگاه".to_owned(),
        body: "اشتراک شما آماده است.".to_owned(),
        url: "/subscriptions/1".to_owned(),
        tag: "t".to_owned(),
    }
}

#[test]
fn the_key_stays_as_long_as_the_keys_of_the_installation() {
    assert_eq!(pusher(1).public_key(), pusher(1).public_key());
    assert_ne!(pusher(1).public_key(), pusher(2).public_key());
}

#[tokio::test]
async fn only_its_browser_reads_a_message() {
    let service = Service::start().await;
    let (one, other) = (Reader::new(&service, 1), Reader::new(&service, 2));
    let pusher = pusher(7);
    assert_eq!(pusher.push(&one.browser, &message()).await, Outcome::Done(()));
    let came = service.came().remove(0);
    let shown =
        json!({ "title": "فروشگاه", "body": "اشتراک شما آماده است.", "url": "/subscriptions/1", "tag": "t" });
    assert_eq!(one.read(&came.body), Some(shown));
    assert_eq!(other.read(&came.body), None);
    assert_eq!(came.path, "/browser/1");
    for (name, value) in [("ttl", "86400"), ("content-encoding", "aes128gcm"), ("urgency", "normal")] {
        assert_eq!(came.headers[name], value);
    }
    let claims = claims(&came, &pusher.public_key());
    assert_eq!((&claims["aud"], &claims["sub"]), (&json!(service.url), &json!("https://shop.example")));
    pusher.push(&one.browser, &message()).await;
    assert_ne!(service.came().remove(0).body[..86], came.body[..86], "a key and a salt for each message");
}

#[tokio::test]
async fn a_long_message_is_cut_to_what_services_take() {
    let service = Service::start().await;
    let one = Reader::new(&service, 1);
    let long = PushMessage { body: "ش".repeat(9_000), title: "ف".repeat(9_000), ..message() };
    assert_eq!(pusher(7).push(&one.browser, &long).await, Outcome::Done(()));
    let came = service.came().remove(0);
    assert!(came.body.len() <= 4096, "{}", came.body.len());
    assert!(one.read(&came.body).is_some());
}

#[tokio::test]
async fn statuses_are_what_they_mean() {
    let service = Service::start().await;
    let one = Reader::new(&service, 1);
    let pusher = pusher(7);
    for (status, wanted) in [
        (200, "done"),
        (201, "done"),
        (404, "not found"),
        (410, "not found"),
        (400, "rejected"),
        (403, "rejected"),
        (413, "rejected"),
        (302, "rejected"),
        (429, "unreachable"),
        (503, "unreachable"),
        (500, "ambiguous"),
    ] {
        service.answers(status);
        let outcome = pusher.push(&one.browser, &message()).await;
        let told = match &outcome {
            Outcome::Done(()) => "done",
            Outcome::NotFound => "not found",
            Outcome::Rejected(_) => "rejected",
            Outcome::Unreachable(_) => "unreachable",
            Outcome::Ambiguous(_) => "ambiguous",
        };
        assert_eq!(told, wanted, "{status}");
        assert!(!format!("{outcome:?}").contains("/browser/"), "no address in what is logged");
        assert_eq!(service.came().len(), 1, "no redirect is followed");
    }
    let nowhere = Browser { endpoint: "http://127.0.0.1:1/x".to_owned(), ..one.browser };
    assert!(matches!(pusher.push(&nowhere, &message()).await, Outcome::Unreachable(_)));
}

#[tokio::test]
async fn nobody_else_is_called() {
    let service = Service::start().await;
    let one = Reader::new(&service, 1);
    let pusher = pusher(7);
    assert!(pusher.accepts(&one.browser));
    let with = |endpoint: &str| Browser { endpoint: endpoint.to_owned(), ..one.browser.clone() };
    let elsewhere = with(&service.url.replace("127.0.0.1", "localhost"));
    for wrong in [
        elsewhere,
        with("https://10.0.0.1/x"),
        with("nonsense"),
        Browser { p256dh: "AAAA".to_owned(), ..one.browser.clone() },
        Browser { auth: String::new(), ..one.browser.clone() },
        Browser { p256dh: "§".to_owned(), ..one.browser.clone() },
    ] {
        assert!(!pusher.accepts(&wrong));
        assert!(matches!(pusher.push(&wrong, &message()).await, Outcome::Rejected(_)));
    }
    assert!(service.came().is_empty());
    let padded = Browser { auth: format!("{}==", one.browser.auth), ..one.browser.clone() };
    assert!(pusher.accepts(&padded), "some libraries pad");
}

//! Every sentence of the port.

use crate::receiver::Receiver;
use data_encoding::BASE64;
use hmac::{Hmac, KeyInit, Mac};
use nexa_core::{
    domain::webhook::{LONGEST_TOLD, Reply},
    ports::caller::{Caller, HookCall, LONGEST_MESSAGE},
    secret::Secret,
};
use nexa_webhook::WebhookCaller;
use sha2::Sha256;
use std::time::Duration;
use tokio::time::Instant;

const KEY: &str = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// A message for somebody inside.
pub fn message(url: &str) -> HookCall {
    HookCall {
        url: Secret::new(url.to_owned()),
        id: "msg_1".to_owned(),
        at: "2026-03-01T08:00:00Z".parse().unwrap(),
        body: r#"{"type":"order.paid","data":{"note":"پرداخت"}}"#.to_owned(),
        inside: true,
        keys: vec![Secret::new(KEY.to_owned())],
    }
}

/// What a receiver expects, by the text of the standard.
fn expected(key: &str, signed: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(&BASE64.decode(key.as_bytes()).unwrap()).unwrap();
    mac.update(signed.as_bytes());
    format!("v1,{}", BASE64.encode(&mac.finalize().into_bytes()))
}

#[tokio::test]
async fn a_receiver_can_check_who_sent_a_message() {
    let receiver = Receiver::start().await;
    let caller = WebhookCaller::new(true).unwrap();
    let mut call = message(&receiver.url("127.0.0.1"));
    let old = BASE64.encode(&[9; 32]);
    call.keys.push(Secret::new(old.clone()));
    assert_eq!(caller.tell(&call).await, Reply::answered(204, ""));
    let came = receiver.came().remove(0);
    assert_eq!((came.method.as_str(), came.body.as_str()), ("POST", call.body.as_str()));
    assert_eq!(came.target, "/in?token=hidden");
    let at = call.at.as_second();
    for (name, value) in [("webhook-id", "msg_1"), ("content-type", "application/json")] {
        assert_eq!(came.headers[name], value);
    }
    assert_eq!(came.headers["webhook-timestamp"], at.to_string().as_str());
    let signed = format!("msg_1.{at}.{}", call.body);
    let both = format!("{} {}", expected(KEY, &signed), expected(&old, &signed));
    assert_eq!(came.headers["webhook-signature"], both.as_str());
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_not_followed() {
    let receiver = Receiver::start().await;
    let caller = WebhookCaller::new(true).unwrap();
    for status in [301, 302, 307, 308] {
        receiver.answers(status, "");
        assert_eq!(caller.tell(&message(&receiver.url("127.0.0.1"))).await, Reply::answered(status, ""));
        assert_eq!(receiver.came().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn what_may_not_be_called_is_not() {
    let receiver = Receiver::start().await;
    let (public, private) = (WebhookCaller::new(false).unwrap(), WebhookCaller::new(true).unwrap());
    let url = receiver.url("127.0.0.1");
    let guest = HookCall { inside: false, ..message(&url) };
    let no = Reply::silent("an address that may not be called");
    assert!(public.accepts(&url, true).is_err() && private.accepts(&url, false).is_err());
    assert!(private.accepts(&url, true).is_ok());
    assert!(public.accepts("https://hooks.example.org/in", false).is_ok());
    assert_eq!(public.tell(&message(&url)).await, no);
    assert_eq!(private.tell(&guest).await, no);
    assert_eq!(private.fetch(&Secret::new(url)).await, no);
    assert!(receiver.came().is_empty());
}

#[tokio::test]
async fn of_an_answer_the_beginning_is_read() {
    let receiver = Receiver::start().await;
    let caller = WebhookCaller::new(true).unwrap();
    receiver.answers(500, &"x".repeat(200_000));
    let reply = caller.tell(&message(&receiver.url("127.0.0.1"))).await;
    assert_eq!((reply.status, reply.told.len()), (Some(500), LONGEST_TOLD));
}

#[tokio::test]
async fn how_long_a_receiver_asks_to_be_left_alone_is_told() {
    let receiver = Receiver::start().await;
    let caller = WebhookCaller::new(true).unwrap();
    let call = message(&receiver.url("127.0.0.1"));
    for (status, asked, wait) in [(429, "120", 120), (503, "7", 7), (503, "soon", 0), (200, "120", 0)] {
        receiver.answers(status, "");
        receiver.asks_for(asked);
        let reply = caller.tell(&call).await;
        assert_eq!((reply.status, reply.wait), (Some(status), wait), "{asked}");
    }
}

#[tokio::test]
async fn too_long_a_message_and_a_key_that_is_none_are_not_sent() {
    let receiver = Receiver::start().await;
    let caller = WebhookCaller::new(true).unwrap();
    let long = HookCall { body: "x".repeat(LONGEST_MESSAGE + 1), ..message(&receiver.url("127.0.0.1")) };
    let keyless = HookCall { keys: vec![], ..message(&receiver.url("127.0.0.1")) };
    assert_eq!(caller.tell(&long).await.status, None);
    assert_eq!(caller.tell(&keyless).await.status, None);
    assert!(receiver.came().is_empty());
}

#[tokio::test]
async fn nobody_there_and_nobody_who_answers() {
    let receiver = Receiver::start().await;
    let caller = WebhookCaller::new(true).unwrap();
    let nobody = caller.tell(&message("http://127.0.0.1:1/in?token=hidden")).await;
    assert_eq!(nobody.status, None, "a port that is blocked");
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let silent = caller.tell(&message(&format!("http://{closed}/in?token=hidden"))).await;
    assert_eq!(silent, Reply::silent("no connection"));
    receiver.sleeps(Duration::from_secs(30));
    let begun = Instant::now();
    assert_eq!(caller.tell(&message(&receiver.url("127.0.0.1"))).await, Reply::silent("no answer in time"));
    assert!((14..20).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
}

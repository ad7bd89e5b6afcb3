//! Names that lead outside when they are looked at and inside when they are called.

use crate::{
    port::message,
    receiver::{Names, Receiver},
};
use nexa_core::{
    domain::webhook::Reply,
    ports::caller::{Caller, HookCall},
    secret::Secret,
};
use nexa_webhook::WebhookCaller;
use std::sync::Arc;

/// Public, and nobody answers there.
const OUTSIDE: &str = "2a0f:ffff:ffff:ffff::1";

fn to(receiver: &Receiver, host: &str) -> HookCall {
    let url = format!("https://{host}:{}/in", receiver.at.port());
    HookCall { url: Secret::new(url), inside: false, ..message("") }
}

#[tokio::test]
async fn the_call_goes_to_the_address_that_was_judged() {
    let receiver = Receiver::start().await;
    let names = Names::leading_to([&[OUTSIDE], &["127.0.0.1"]]);
    let caller = WebhookCaller::with(true, Arc::new(names.clone())).unwrap();
    let reply = caller.tell(&to(&receiver, "rebind.example.org")).await;
    assert_eq!(reply.status, None, "{reply:?}");
    assert_eq!(names.asked(), ["rebind.example.org"], "asked once a call");
    let reply = caller.tell(&to(&receiver, "rebind.example.org")).await;
    assert_eq!(reply, Reply::silent("no connection"), "now it leads inside");
    assert_eq!(names.asked().len(), 2);
    assert!(receiver.came().is_empty());
}

#[tokio::test]
async fn one_address_inside_is_enough_to_call_none() {
    let receiver = Receiver::start().await;
    for inside in
        ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1", "fd00::1", "0.0.0.0"]
    {
        let names = Names::leading_to([&[OUTSIDE, inside]]);
        let caller = WebhookCaller::with(false, Arc::new(names)).unwrap();
        let reply = caller.tell(&to(&receiver, "both.example.org")).await;
        assert_eq!(reply, Reply::silent("no connection"), "{inside}");
        let url = Secret::new(format!("https://both.example.org:{}/", receiver.at.port()));
        assert_eq!(caller.fetch(&url).await, Reply::silent("no connection"), "{inside}");
    }
    assert!(receiver.came().is_empty());
}

#[tokio::test]
async fn a_name_that_may_lead_inside_is_followed_to_what_was_judged() {
    let receiver = Receiver::start().await;
    let names = Names::leading_to([&["127.0.0.1"], &[OUTSIDE]]);
    let caller = WebhookCaller::with(true, Arc::new(names.clone())).unwrap();
    let reply = caller.tell(&message(&receiver.url("books.lan"))).await;
    assert_eq!((reply.status, names.asked().len()), (Some(204), 1));
    assert_eq!(receiver.came().len(), 1);
}

//! The sandbox.

use crate::{
    connect,
    forged::{Hears, Over, Target},
    setting,
};
use async_trait::async_trait;
use jiff::Timestamp;
use nexa_core::{
    conformance::gateway::{Fixture, KindFixture, Outage, connects_only_what_works, opened},
    domain::{money::Money, payment::PayStep, refusal::Refusal},
    ids::GatewayId,
    ports::gateway::{Callback, Gateway, GatewayKind, GatewaySetting, Opened, Signal},
    secret::Secret,
};
use nexa_payments::sandbox::SandboxKind;
use serde_json::{Value, json};
use std::sync::Arc;
use url::Url;
use uuid::Uuid;

const SECRET: &str = "k3Jq9vWz7Tn2Lx5R";

struct Sandbox(Arc<dyn Gateway>);

impl Sandbox {
    fn new() -> Self {
        Self(connect(&SandboxKind, json!({ "secret": SECRET })))
    }
}

/// What the page posts when its button is pressed.
fn pressed(opened: &Opened) -> Callback {
    let PayStep::Redirect { url } = &opened.step else { panic!("a page") };
    let url = Url::parse(url).expect("a URL");
    assert_eq!(url.path(), format!("/sandbox/{}", opened.reference));
    let field = |name: &str| url.query_pairs().find(|(key, _)| key == name).expect("a field").1.into_owned();
    assert!(field("hook").ends_with("/endpoint7"));
    let body = format!(
        "reference={}&amount={}&currency={}&sig={}",
        opened.reference,
        field("amount"),
        field("currency"),
        field("sig")
    );
    Callback { method: "POST".into(), query: String::new(), headers: Vec::new(), body: body.into_bytes() }
}

#[async_trait]
impl Fixture for Sandbox {
    fn gateway(&self) -> Arc<dyn Gateway> {
        Arc::clone(&self.0)
    }
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }
    async fn make_seen(&self, _opened: &Opened, _amount: Money) -> String {
        unreachable!("it is not asked")
    }
    async fn make_paid(&self, _opened: &Opened, _amount: Money) -> String {
        unreachable!("it is not asked")
    }
    async fn drop_transfer(&self, _movement: &str) {}
    async fn outage(&self, _outage: Outage) {}
    fn outages(&self) -> Vec<Outage> {
        Vec::new()
    }
    fn signed(&self, opened: &Opened, _amount: Money) -> Option<Callback> {
        Some(pressed(opened))
    }
    fn forged(&self, opened: &Opened, _amount: Money) -> Option<Callback> {
        // The same secret at another gateway.
        let other = GatewaySetting { gateway_id: GatewayId::from(Uuid::from_u128(8)), ..setting(true) };
        let other = SandboxKind.connect(&Secret::new(json!({ "secret": SECRET })), &other).expect("usable");
        let fixture = Self(other);
        let theirs = futures::executor::block_on(nexa_core::conformance::gateway::opened(&fixture, 0)).1;
        assert_eq!(theirs.reference, opened.reference);
        Some(pressed(&theirs))
    }
    fn secrets(&self) -> Vec<String> {
        vec![SECRET.to_owned()]
    }
}

nexa_core::gateway_suite!(
    #[tokio::test]
    Sandbox::new()
);

/// A gateway with an authentic message to it, and others that are none.
pub(crate) async fn target() -> Target {
    let sandbox = Sandbox::new();
    let (invoice, opened) = opened(&sandbox, 0).await;
    let good = pressed(&opened);
    let unsigned = format!("reference={}&amount={}&currency=USD&sig=", opened.reference, invoice.due.minor);
    Target {
        name: "sandbox",
        gateway: Arc::clone(&sandbox.0),
        hears: Hears::Signed(Over::Fields),
        now: 0,
        strange: vec![
            sandbox.forged(&opened, invoice.due).expect("it signs"),
            Callback { body: unsigned.into_bytes(), ..good.clone() },
        ],
        good,
    }
}

struct Kind;

impl KindFixture for Kind {
    fn kind(&self) -> Arc<dyn GatewayKind> {
        Arc::new(SandboxKind)
    }
    fn setting(&self) -> GatewaySetting {
        setting(true)
    }
    fn good(&self) -> Value {
        json!({ "secret": SECRET, "currency": "IRR" })
    }
    fn unusable(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("no secret", json!({})),
            ("short secret", json!({ "secret": "k3Jq9vWz" })),
            ("unknown currency", json!({ "secret": SECRET, "currency": "XXX" })),
        ]
    }
    fn private(&self) -> Vec<(&'static str, Value)> {
        Vec::new()
    }
    fn placeholders(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("empty", json!({ "secret": "" })),
            ("changeme", json!({ "secret": "changeme-changeme-changeme" })),
        ]
    }
}

#[test]
fn connects_only_with_a_secret() {
    connects_only_what_works(&Kind);
}

#[test]
fn a_real_shop_takes_no_play_money() {
    let refusal = SandboxKind.connect(&Secret::new(json!({ "secret": SECRET })), &setting(false)).err();
    assert!(matches!(refusal, Some(Refusal::BadConfig { setting, .. }) if setting == "test"));
    assert!(Sandbox::new().0.profile().test);
}

#[tokio::test]
async fn the_amount_cannot_be_changed_on_the_way() {
    let sandbox = Sandbox::new();
    let (invoice, opened) = opened(&sandbox, 0).await;
    let good = pressed(&opened);
    let text = String::from_utf8(good.body.clone()).expect("text");
    for (from, to) in [
        (format!("amount={}", invoice.due.minor), "amount=1".to_owned()),
        ("currency=USD".to_owned(), "currency=IRR".to_owned()),
        (opened.reference.clone(), Uuid::from_u128(9).to_string()),
        ("&sig=".to_owned(), "&extra=1&sig=".to_owned()),
        ("amount=".to_owned(), "amount=0".to_owned()),
        ("amount=".to_owned(), "amount=%2B".to_owned()),
    ] {
        let body = text.replace(&from, &to);
        assert_ne!(body, text);
        let reading = sandbox.0.read(&Callback { body: body.into_bytes(), ..good.clone() }, sandbox.now());
        assert_eq!(reading.signal, Signal::Forged, "{to}");
    }
    let huge = [good.body.clone(), vec![b'a'; 300 * 1024]].concat();
    assert_eq!(
        sandbox.0.read(&Callback { body: huge, ..good.clone() }, sandbox.now()).signal,
        Signal::Forged
    );
    let get = Callback { method: "GET".into(), query: text, body: Vec::new(), ..good };
    assert_eq!(sandbox.0.read(&get, sandbox.now()).signal, Signal::Forged);
}

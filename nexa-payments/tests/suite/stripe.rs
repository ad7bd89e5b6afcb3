//! Stripe Checkout against a scripted API.

mod refunds;

use crate::{
    OUTAGES, connect, fault,
    forged::{Hears, Over, Target},
    setting,
};
use async_trait::async_trait;
use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use nexa_core::{
    conformance::gateway::{
        Fixture, KindFixture, Outage, connects_only_what_works, done, expected, invoice, movement, opened,
    },
    domain::{money::Money, payment::Finality},
    ports::{
        gateway::{Callback, Gateway, GatewayKind, GatewaySetting, Opened, Signal},
        outcome::Outcome,
    },
};
use nexa_payments::{
    stripe::StripeKind,
    testing::{ScriptedServer, ServerFault, StripeScript},
};
use serde_json::{Value, json};
use sha2::Sha256;
use std::sync::Arc;

const KEY: &str = "sk_test_51HqLyjWDarjtT1zdp7dcQ9vZk3Jx";
const HOOK: &str = "whsec_8f2Kq0vXb7LmZc4RtYw1NpSd6HgJe3Ua";
pub(crate) const NOW: i64 = 1_800_000_000;

pub(crate) struct Stripe {
    pub(crate) gateway: Arc<dyn Gateway>,
    pub(crate) server: ScriptedServer<StripeScript>,
}

impl Stripe {
    pub(crate) async fn new() -> Self {
        Self::with(json!({})).await
    }

    async fn with(more: Value) -> Self {
        let server = ScriptedServer::start(StripeScript::new(KEY, NOW)).await.expect("a port");
        let mut config = json!({ "secret_key": KEY, "webhook_secret": HOOK, "base_url": server.base_url(),
            "timeout_seconds": 1 });
        config.as_object_mut().expect("settings").extend(more.as_object().expect("settings").clone());
        Self { gateway: connect(&StripeKind, config), server }
    }
}

fn signature(secret: &str, time: i64, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key");
    mac.update(&[format!("{time}.").as_bytes(), body].concat());
    HEXLOWER.encode(&mac.finalize().into_bytes())
}

fn event(kind: &str, session: &str) -> Vec<u8> {
    let object = json!({ "id": session, "object": "checkout.session", "payment_status": "paid" });
    let event = json!({ "id": "evt_1", "object": "event", "type": kind, "livemode": false,
        "data": { "object": object } });
    event.to_string().into_bytes()
}

fn message(header: &str, body: Vec<u8>) -> Callback {
    let headers = vec![("stripe-signature".to_owned(), header.to_owned())];
    Callback { method: "POST".into(), query: String::new(), headers, body }
}

fn signed_by(secret: &str, session: &str) -> Callback {
    let body = event("checkout.session.completed", session);
    message(&format!("t={NOW},v1={},v0=00", signature(secret, NOW, &body)), body)
}

#[async_trait]
impl Fixture for Stripe {
    fn gateway(&self) -> Arc<dyn Gateway> {
        Arc::clone(&self.gateway)
    }
    fn now(&self) -> Timestamp {
        Timestamp::from_second(NOW).expect("a moment")
    }
    async fn make_seen(&self, opened: &Opened, _amount: Money) -> String {
        self.server.with(|stripe| stripe.pay(&opened.reference, false)).expect("an open session")
    }
    async fn make_paid(&self, opened: &Opened, _amount: Money) -> String {
        self.server.with(|stripe| stripe.pay(&opened.reference, true)).expect("an open session")
    }
    fn is_paid_once(&self) -> bool {
        true
    }
    async fn drop_transfer(&self, movement: &str) {
        self.server.with(|stripe| stripe.end(movement, false));
    }
    async fn outage(&self, outage: Outage) {
        self.server.fail(fault(outage));
    }
    fn outages(&self) -> Vec<Outage> {
        OUTAGES.into()
    }
    fn signed(&self, opened: &Opened, _amount: Money) -> Option<Callback> {
        Some(signed_by(HOOK, &opened.reference))
    }
    fn forged(&self, opened: &Opened, _amount: Money) -> Option<Callback> {
        Some(signed_by("whsec_another0account0of0the0same0kind", &opened.reference))
    }
    fn secrets(&self) -> Vec<String> {
        vec![KEY.to_owned(), HOOK.to_owned()]
    }
}

nexa_core::gateway_suite!(
    #[tokio::test]
    Stripe::new().await
);

/// A gateway with an authentic message to it, and others that are none.
pub(crate) async fn target() -> Target {
    let stripe = Stripe::new().await;
    let (_, opened) = opened(&stripe, 0).await;
    let signed = |secret: &str, time: i64| {
        let body = event("checkout.session.completed", &opened.reference);
        message(&format!("t={time},v1={}", signature(secret, time, &body)), body)
    };
    let others = ["", "whsec_", "whsec_another0account0of0the0same0kind", KEY];
    let strange = others.map(|secret| signed(secret, NOW)).into_iter();
    // Old ones, and such as claim to be of tomorrow.
    let late = (301..=400).flat_map(|off| [signed(HOOK, NOW - off), signed(HOOK, NOW + off)]);
    Target {
        name: "stripe",
        gateway: Arc::clone(&stripe.gateway),
        hears: Hears::Signed(Over::Bytes),
        now: NOW,
        good: signed(HOOK, NOW),
        strange: strange.chain(late).collect(),
    }
}

#[tokio::test]
async fn the_secret_before_passes_until_its_moment() {
    let before = "whsec_before0the0one0that0is0in0use0now";
    let until = Timestamp::from_second(NOW + 60).expect("a moment");
    let previous = json!({ "previous_webhook_secret": { "secret": before, "until": until } });
    let stripe = Stripe::with(previous).await;
    let (_, opened) = opened(&stripe, 0).await;
    let judge =
        |secret: &str, now: Timestamp| stripe.gateway.read(&signed_by(secret, &opened.reference), now).signal;
    let passes = Signal::Hint(vec![opened.reference.clone()]);
    assert_eq!((judge(HOOK, stripe.now()), judge(HOOK, until)), (passes.clone(), passes.clone()));
    assert_eq!((judge(before, stripe.now()), judge(before, until)), (passes, Signal::Forged));
    assert_eq!(judge("whsec_another0account0of0the0same0kind", stripe.now()), Signal::Forged);
}

struct Kind;

impl KindFixture for Kind {
    fn kind(&self) -> Arc<dyn GatewayKind> {
        Arc::new(StripeKind)
    }
    fn setting(&self) -> GatewaySetting {
        setting(true)
    }
    fn good(&self) -> Value {
        json!({ "secret_key": KEY, "webhook_secret": HOOK, "currency": "EUR", "base_url": "http://10.0.0.1/",
            "proxy": "http://10.0.0.1:3128", "timeout_seconds": 15, "window_minutes": 35, "minimum": 100,
            "maximum": 5_000, "product_name": "Membership" })
    }
    fn unusable(&self) -> Vec<(&'static str, Value)> {
        let with = |name: &str, value: Value| {
            let mut config = json!({ "secret_key": KEY, "webhook_secret": HOOK });
            config[name] = value;
            config
        };
        vec![
            ("no key", json!({ "webhook_secret": HOOK })),
            ("no secret for messages", json!({ "secret_key": KEY })),
            ("a key for browsers", with("secret_key", json!(KEY.replace("sk_", "pk_")))),
            ("a short key", with("secret_key", json!("sk_test_51Hq"))),
            ("no Stripe secret", with("webhook_secret", json!("8f2Kq0vXb7LmZc4RtYw1NpSd6HgJe3Ua"))),
            ("a currency of another kind", with("currency", json!("IRR"))),
            ("in clear to a stranger", with("base_url", json!("http://api.stripe.com"))),
            ("a window that Stripe does not keep", with("window_minutes", json!(30))),
            ("less than Stripe takes", with("minimum", json!(49))),
            ("no time", with("timeout_seconds", json!(16))),
        ]
    }
    fn private(&self) -> Vec<(&'static str, Value)> {
        Vec::new()
    }
    fn placeholders(&self) -> Vec<(&'static str, Value)> {
        let manual = "sk_test_4eC39HqLyjWDarjtT1zdp7dc";
        vec![
            ("empty key", json!({ "secret_key": "", "webhook_secret": HOOK })),
            ("empty secret for messages", json!({ "secret_key": KEY, "webhook_secret": "" })),
            ("only its beginning", json!({ "secret_key": KEY, "webhook_secret": "whsec_" })),
            ("of the manual", json!({ "secret_key": manual, "webhook_secret": HOOK })),
            ("words", json!({ "secret_key": "sk_test_...", "webhook_secret": HOOK })),
        ]
    }
}

#[test]
fn connects_only_with_stripe_s_secrets() {
    connects_only_what_works(&Kind);
}

#[test]
fn test_keys_are_play_money() {
    for (key, test) in [(KEY.to_owned(), true), (KEY.replace("_test_", "_live_"), false)] {
        let config = json!({ "secret_key": key, "webhook_secret": HOOK });
        assert_eq!(connect(&StripeKind, config).profile().test, test);
    }
}

#[tokio::test]
async fn a_session_asks_for_what_is_due_and_leads_back() {
    let stripe = Stripe::new().await;
    let (invoice, opened) = opened(&stripe, 0).await;
    let asked = stripe.server.with(|stripe| stripe.asked(&opened.reference).cloned()).expect("a session");
    assert_eq!(asked["line_items[0][price_data][unit_amount]"], invoice.due.minor.to_string());
    assert_eq!(asked["client_reference_id"], invoice.payment_id.to_string());
    assert_eq!(asked["success_url"], format!("https://shop.example/back/{}", invoice.order_id));
    assert_eq!(stripe.server.requests()[0].header("idempotency-key"), invoice.payment_id.to_string());
    // The answer is lost: the same request gives the same session.
    stripe.server.fail(Some(ServerFault::DoneThenHang));
    let other = self::invoice(&stripe, 1);
    assert!(matches!(stripe.gateway.open(&other).await, Outcome::Ambiguous(_)));
    stripe.server.fail(None);
    let first = done(stripe.gateway.open(&other).await);
    assert_eq!(done(stripe.gateway.open(&other).await), first);
    assert!(first.reference.ends_with('1'), "no third session: {}", first.reference);
}

#[tokio::test]
async fn any_of_several_signatures_will_do_and_only_v1() {
    let stripe = Stripe::new().await;
    let body = event("checkout.session.completed", "cs_test_1");
    let good = signature(HOOK, NOW, &body);
    let judge = |header: &str| stripe.gateway.read(&message(header, body.clone()), stripe.now()).signal;
    let hint = Signal::Hint(vec!["cs_test_1".to_owned()]);
    let old = "0".repeat(64);
    for header in [
        format!("t={NOW},v1={good}"),
        format!("t={NOW},v1={old},v1={good}"),
        format!("t={NOW},v1={good},v1={old}"),
        format!("v0={old}, v1={good}, t={NOW}"),
    ] {
        assert_eq!(judge(&header), hint, "{header}");
    }
    let late = signature(HOOK, NOW - 301, &body);
    for header in [
        String::new(),
        format!("t={NOW}"),
        format!("v1={good}"),
        format!("t={NOW},v0={good}"),
        format!("t={NOW},v1="),
        format!("t={NOW},v1={}", good.to_uppercase()),
        format!("t={NOW},t={NOW},v1={good}"),
        format!("t={},v1={good}", NOW + 1),
        format!("t={},v1={late}", NOW - 301),
        format!("t=,v1={good}"),
    ] {
        assert_eq!(judge(&header), Signal::Forged, "{header}");
    }
    let mut twice = message(&format!("t={NOW},v1={good}"), body.clone());
    twice.headers = [twice.headers.clone(), twice.headers.clone()].concat();
    assert_eq!(stripe.gateway.read(&twice, stripe.now()).signal, Signal::Forged);
}

#[tokio::test]
async fn what_is_about_no_session_of_ours_is_left_alone() {
    let stripe = Stripe::new().await;
    let judge = |body: Vec<u8>| {
        let header = format!("t={NOW},v1={}", signature(HOOK, NOW, &body));
        stripe.gateway.read(&message(&header, body), stripe.now()).signal
    };
    let live = String::from_utf8(event("checkout.session.completed", "cs_1")).expect("text");
    let live = live.replace("\"livemode\":false", "\"livemode\":true").into_bytes();
    for body in
        [event("charge.refunded", "ch_1"), event("invoice.paid", "in_1"), live, b"[]".to_vec(), Vec::new()]
    {
        assert_eq!(judge(body), Signal::Nothing);
    }
}

#[tokio::test]
async fn money_that_takes_days_is_on_its_way_until_it_came_or_did_not() {
    let stripe = Stripe::new().await;
    for (n, well) in [(0, true), (1, false)] {
        let (invoice, opened) = opened(&stripe, n).await;
        let intent = stripe.make_seen(&opened, invoice.due).await;
        let asked = [expected(&invoice, &opened)];
        let facts = done(stripe.gateway.inspect(&asked, stripe.now()).await);
        assert_eq!((facts.len(), facts[0].finality), (1, Finality::Seen));
        let known = [movement(&facts[0], &invoice)];
        stripe.server.with(|stripe| stripe.end(&intent, well));
        let wanted = if well { Finality::Confirmed } else { Finality::Dropped };
        assert_eq!(done(stripe.gateway.recheck(&known, stripe.now()).await)[0].finality, wanted);
        assert_eq!(done(stripe.gateway.inspect(&asked, stripe.now()).await).len(), usize::from(well));
    }
}

#[tokio::test]
async fn what_is_disputed_is_contested_until_it_is_won_or_lost_and_what_is_given_back_is_gone() {
    let stripe = Stripe::new().await;
    let (invoice, opened) = opened(&stripe, 0).await;
    let intent = stripe.make_paid(&opened, invoice.due).await;
    let asked = [expected(&invoice, &opened)];
    let now = || async {
        let seen = done(stripe.gateway.inspect(&asked, stripe.now()).await);
        let again = done(stripe.gateway.recheck(&[movement(&seen[0], &invoice)], stripe.now()).await);
        assert_eq!((seen.len(), again.len(), seen[0].finality), (1, 1, again[0].finality));
        assert_eq!(seen[0].movement, intent);
        seen[0].finality
    };
    for (status, finality) in [
        ("warning_needs_response", Finality::Confirmed),
        ("needs_response", Finality::Contested),
        ("under_review", Finality::Contested),
        ("won", Finality::Confirmed),
        ("lost", Finality::Dropped),
        ("won", Finality::Confirmed),
    ] {
        stripe.server.with(|stripe| stripe.dispute(&intent, status));
        assert_eq!(now().await, finality, "{status}");
    }
    stripe.server.with(|stripe| stripe.give_back(&intent, Some(1)));
    assert_eq!(now().await, Finality::Confirmed, "a part was given back, by the operator");
    stripe.server.with(|stripe| stripe.give_back(&intent, None));
    assert_eq!(now().await, Finality::Dropped);
}

#[tokio::test]
async fn another_currency_is_never_taken_and_another_amount_is_what_it_is() {
    let stripe = Stripe::new().await;
    let (invoice, opened) = opened(&stripe, 0).await;
    stripe.server.with(|stripe| stripe.mistakes(&opened.reference, 100, "usd"));
    stripe.make_paid(&opened, invoice.due).await;
    let facts = done(stripe.gateway.inspect(&[expected(&invoice, &opened)], stripe.now()).await);
    assert_eq!((facts[0].amount.minor, facts[0].finality), (100, Finality::Confirmed), "the core compares");
    let (invoice, opened) = self::opened(&stripe, 1).await;
    stripe.server.with(|stripe| stripe.mistakes(&opened.reference, invoice.due.minor, "jpy"));
    stripe.make_paid(&opened, invoice.due).await;
    let facts = done(stripe.gateway.inspect(&[expected(&invoice, &opened)], stripe.now()).await);
    assert_eq!(
        (facts[0].reference.as_str(), facts[0].finality),
        ("", Finality::Seen),
        "a person looks at it"
    );
}

#[tokio::test]
async fn a_wrong_key_is_told_and_not_shown() {
    let server = ScriptedServer::start(StripeScript::new("sk_test_another", NOW)).await.expect("a port");
    let config = json!({ "secret_key": KEY, "webhook_secret": HOOK, "base_url": server.base_url() });
    let outcome = connect(&StripeKind, config).check().await;
    let Outcome::Rejected(why) = &outcome else { panic!("{outcome:?}") };
    assert!(why.contains("401") && !why.contains(KEY), "{why}");
}

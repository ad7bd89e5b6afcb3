//! Card-to-card.

use crate::{
    forged::{Hears, Over, Target},
    setting,
};
use async_trait::async_trait;
use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use nexa_core::{
    conformance::gateway::{Fixture, KindFixture, Outage, connects_only_what_works, done, invoice, opened},
    domain::{
        gateway::{Confirm, Matching},
        money::{Currency, Money},
        payment::{PayStep, Slot},
    },
    ports::{
        gateway::{Callback, Gateway, GatewayKind, GatewaySetting, Opened, Signal},
        outcome::Outcome,
    },
};
use nexa_payments::card::CardKind;
use serde_json::{Value, json};
use sha2::Sha256;
use std::sync::Arc;

const NUMBER: &str = "6219861034529007";

pub(crate) fn config() -> Value {
    json!({ "cards": [
        { "number": "۶۲۱۹-۸۶۱۰-۳۴۵۲-۹۰۰۷", "holder": "زهرا احمدی", "bank": "سامان", "weight": 3 },
        { "number": "5022 2910 7345 6129", "holder": "رضا کریمی", "bank": "پاسارگاد", "daily_cap_minor": 500_000_000 },
    ] })
}

struct Cards(Arc<dyn Gateway>);

impl Cards {
    fn new() -> Self {
        Self(crate::connect(&CardKind, config()))
    }
}

#[async_trait]
impl Fixture for Cards {
    fn gateway(&self) -> Arc<dyn Gateway> {
        Arc::clone(&self.0)
    }
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }
    async fn make_seen(&self, _opened: &Opened, _amount: Money) -> String {
        unreachable!("a person decides")
    }
    async fn make_paid(&self, _opened: &Opened, _amount: Money) -> String {
        unreachable!("a person decides")
    }
    async fn drop_transfer(&self, _movement: &str) {}
    async fn outage(&self, _outage: Outage) {}
    fn outages(&self) -> Vec<Outage> {
        Vec::new()
    }
    fn signed(&self, _opened: &Opened, _amount: Money) -> Option<Callback> {
        None
    }
    fn forged(&self, _opened: &Opened, _amount: Money) -> Option<Callback> {
        None
    }
    fn secrets(&self) -> Vec<String> {
        vec![NUMBER.to_owned(), "5022291073456129".to_owned()]
    }
}

nexa_core::gateway_suite!(
    #[tokio::test]
    Cards::new()
);

/// The same, with a telephone that hands on what the bank writes.
struct Bridged(Arc<dyn Gateway>);

const SECRET: &str = "kX2vQ9mZt7LwR4bN";

impl Bridged {
    fn new() -> Self {
        let mut config = config();
        config["sms"] = json!({ "secret": SECRET, "cap_minor": 100_000_000 });
        Self(crate::connect(&CardKind, config))
    }
}

/// A gateway with an authentic message to it, and others that are none.
pub(crate) fn target() -> Target {
    let body = deposited(Money::new(1_250_010, Currency::Irr));
    let others = ["", "kX2vQ9mZt7LwR4bM", "kX2vQ9mZt7LwR4bN "].map(|secret| handed_on(secret, 0, &body));
    // Old ones, and such as claim to be of tomorrow.
    let late = (301..=400).flat_map(|off| [handed_on(SECRET, -off, &body), handed_on(SECRET, off, &body)]);
    Target {
        name: "card",
        gateway: Bridged::new().0,
        hears: Hears::Signed(Over::Bytes),
        now: 0,
        good: handed_on(SECRET, 0, &body),
        strange: others.into_iter().chain(late).collect(),
    }
}

#[test]
fn the_secret_before_passes_until_its_moment() {
    let mut config = config();
    let before = "kX2vQ9mZt7LwR4bM";
    config["sms"] = json!({ "secret": SECRET, "cap_minor": 100_000_000,
        "previous_secret": { "secret": before, "until": "1970-01-01T00:01:00Z" } });
    let gateway = crate::connect(&CardKind, config);
    let body = deposited(Money::new(1_250_010, Currency::Irr));
    for (secret, second, passes) in
        [(SECRET, 59, true), (SECRET, 60, true), (before, 59, true), (before, 60, false), ("", 59, false)]
    {
        let now = Timestamp::from_second(second).expect("a moment");
        let signal = gateway.read(&handed_on(secret, second, &body), now).signal;
        assert_eq!(matches!(signal, Signal::Arrived(_)), passes, "{secret} at {second}");
    }
}

/// What a telephone with this secret posts at this second.
fn handed_on(secret: &str, second: i64, body: &str) -> Callback {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key");
    mac.update(format!("{second}.{body}").as_bytes());
    let code = HEXLOWER.encode(&mac.finalize().into_bytes());
    let headers = vec![("x-nexa-signature".to_owned(), format!("t={second},v1={code}"))];
    Callback { method: "POST".into(), query: String::new(), headers, body: body.as_bytes().to_vec() }
}

fn deposited(amount: Money) -> String {
    json!({ "card": "9007", "text": format!("واریز {} ریال", amount.minor) }).to_string()
}

#[async_trait]
impl Fixture for Bridged {
    fn gateway(&self) -> Arc<dyn Gateway> {
        Arc::clone(&self.0)
    }
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }
    async fn make_seen(&self, _opened: &Opened, _amount: Money) -> String {
        unreachable!("a person decides")
    }
    async fn make_paid(&self, _opened: &Opened, _amount: Money) -> String {
        unreachable!("a person decides")
    }
    async fn drop_transfer(&self, _movement: &str) {}
    async fn outage(&self, _outage: Outage) {}
    fn outages(&self) -> Vec<Outage> {
        Vec::new()
    }
    fn signed(&self, _opened: &Opened, amount: Money) -> Option<Callback> {
        Some(handed_on(SECRET, 0, &deposited(amount)))
    }
    fn forged(&self, _opened: &Opened, amount: Money) -> Option<Callback> {
        Some(handed_on("kX2vQ9mZt7LwR4bM", 0, &deposited(amount)))
    }
    fn secrets(&self) -> Vec<String> {
        vec![NUMBER.to_owned(), SECRET.to_owned()]
    }
}

mod bridged {
    use super::Bridged;

    nexa_core::gateway_suite!(
        #[tokio::test]
        Bridged::new()
    );
}

#[test]
fn an_old_message_and_a_second_signature_are_forged() {
    let Bridged(gateway) = Bridged::new();
    let body = deposited(Money::new(1_250_010, Currency::Irr));
    let signal = |callback: &Callback| gateway.read(callback, Timestamp::UNIX_EPOCH).signal;
    for second in [-300, 300] {
        assert!(matches!(signal(&handed_on(SECRET, second, &body)), Signal::Arrived(_)), "{second}");
    }
    for second in [-301, 301, i64::MIN, i64::MAX] {
        assert_eq!(signal(&handed_on(SECRET, second, &body)), Signal::Forged, "{second}");
    }
    let good = handed_on(SECRET, 0, &body);
    let twice = Callback { headers: [good.headers.clone(), good.headers.clone()].concat(), ..good.clone() };
    let get = Callback { method: "GET".into(), ..good };
    assert_eq!((signal(&twice), signal(&get)), (Signal::Forged, Signal::Forged));
}

#[test]
fn what_is_no_deposit_of_a_known_card_means_nothing() {
    let Bridged(gateway) = Bridged::new();
    let heard = |body: &str| gateway.read(&handed_on(SECRET, 0, body), Timestamp::UNIX_EPOCH).signal;
    for body in [
        "",
        "no JSON",
        "[]",
        r#"{"card":"9007"}"#,
        r#"{"card":"0000","text":"+1,000"}"#,
        r#"{"text":"+1,000"}"#,
        r#"{"card":"9007","text":"482913"}"#,
    ] {
        assert_eq!(heard(body), Signal::Nothing, "{body}");
    }
    let Signal::Arrived(all) = heard(r#"{"card":"9007","text":"+100,000,001"}"#) else { panic!("a deposit") };
    assert!(!all[0].sure, "above the cap");
}

struct Kind;

impl KindFixture for Kind {
    fn kind(&self) -> Arc<dyn GatewayKind> {
        Arc::new(CardKind)
    }
    fn setting(&self) -> GatewaySetting {
        setting(false)
    }
    fn good(&self) -> Value {
        config()
    }
    fn unusable(&self) -> Vec<(&'static str, Value)> {
        let with = |name: &'static str, field: &str, value: Value| {
            let mut config = config();
            config[field] = value;
            (name, config)
        };
        let card = |name: &'static str, field: &str, value: Value| {
            let mut config = config();
            config["cards"][0][field] = value;
            (name, config)
        };
        vec![
            with("no card", "cards", json!([])),
            with("unknown currency", "currency", json!("IRT")),
            with("no window", "window_minutes", json!(0)),
            with("step zero", "step", json!(0)),
            with("negative step", "step", json!(-10)),
            with("no steps", "steps", json!(0)),
            with("no cap", "sms", json!({ "secret": SECRET })),
            with("cap zero", "sms", json!({ "secret": SECRET, "cap_minor": 0 })),
            with("a short secret", "sms", json!({ "secret": "short", "cap_minor": 1 })),
            card("an unknown rule", "sms_rule", json!("swiss")),
            card("wrong check digit", "number", json!("6219861034529008")),
            card("too short", "number", json!("621986103452900")),
            card("the same twice", "number", json!("5022291073456129")),
            card("no holder", "holder", json!("  ")),
            card("weight zero", "weight", json!(0)),
            card("cap zero", "daily_cap_minor", json!(0)),
            card("unknown setting", "pin", json!("1")),
        ]
    }
    fn private(&self) -> Vec<(&'static str, Value)> {
        Vec::new()
    }
    fn placeholders(&self) -> Vec<(&'static str, Value)> {
        let card = |field: &str, value: &str| {
            let mut config = config();
            config["cards"][0][field] = json!(value);
            config
        };
        vec![
            ("zeros", card("number", "6037-0000-0000-0000")),
            ("letters", card("number", "6037-XXXX-XXXX-XXXX")),
            ("counting", card("number", "1234 5678 1234 5678")),
            ("test card", card("number", "4111111111111111")),
            ("your name", card("holder", "YOUR NAME")),
            ("an empty secret", {
                let mut config = config();
                config["sms"] = json!({ "secret": "", "cap_minor": 1 });
                config
            }),
        ]
    }
}

#[test]
fn connects_only_cards_that_can_be_paid_to() {
    connects_only_what_works(&Kind);
}

#[tokio::test]
async fn the_customer_sees_the_reserved_card() {
    let cards = Cards::new();
    let profile = cards.0.profile().clone();
    let Matching::UniqueAmount { destinations, step, steps, cool_down_hours } = profile.matching else {
        panic!("unique amounts")
    };
    assert_eq!((step, steps, cool_down_hours, profile.asset), (10, 999, 48, Currency::Irr));
    assert_eq!((profile.confirm, profile.policy.tolerance_bp), (Confirm::Human, 0));
    let [first, second] = destinations.as_slice() else { panic!("two cards") };
    assert_eq!((first.weight, second.weight), (3, 1));
    assert_eq!(second.daily_cap, Some(Money::new(500_000_000, Currency::Irr)));
    let (invoice, opened) = opened(&cards, 1).await;
    assert_eq!(opened.reference, format!("{}:{}:{}", first.key, invoice.due.minor, invoice.payment_id));
    let PayStep::Card { number, holder, .. } = opened.step else { panic!("a card") };
    assert_eq!((number.as_str(), holder.as_str()), (NUMBER, "زهرا احمدی"));
}

#[test]
fn a_small_price_in_cents_is_not_given_away() {
    let mut dollars = config();
    dollars["currency"] = json!("USD");
    let gateway = crate::connect(&CardKind, dollars);
    let Matching::UniqueAmount { step, steps, .. } = &gateway.profile().matching else {
        panic!("unique amounts")
    };
    assert_eq!((*step, *steps), (1, 25), "at most 25 cents below the price");
}

#[tokio::test]
async fn a_card_that_is_gone_opens_nothing() {
    let cards = Cards::new();
    let mut invoice = invoice(&cards, 1);
    invoice.slot = Some(Slot::Destination("0123456789abcdef".to_owned()));
    assert!(matches!(cards.0.open(&invoice).await, Outcome::Rejected(_)));
    let check = done(cards.0.check().await);
    assert!(check.lines[0].starts_with("6219 86** **** 9007"), "{:?}", check.lines);
}

//! Telegram Stars against a scripted Bot API.

use crate::{
    at, connect,
    forged::{Hears, Over, Target},
    setting,
};
use async_trait::async_trait;
use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use nexa_core::{
    conformance::gateway::{Fixture, KindFixture, Outage, connects_only_what_works, done, invoice, opened},
    domain::{
        money::{Currency, Money},
        payment::{Finality, PayStep},
        refusal::Refusal,
    },
    ids::GatewayId,
    ports::{
        gateway::{Callback, Gateway, GatewayKind, GatewaySetting, Invoice, Opened, Signal},
        outcome::Outcome,
    },
    secret::Secret,
};
use nexa_payments::{
    stars::{StarsKind, sign},
    testing::{TelegramFault, TelegramServer},
};
use serde_json::{Value, json};
use sha2::Sha256;
use std::sync::Arc;
use uuid::Uuid;

const TOKEN: &str = "7350198246:AAFq3nJv0bT8kLr5Zx1Wc9YdUeHgMiPoSa2";
const PAYER: i64 = 5_000_000_001;

struct Stars {
    gateway: Arc<dyn Gateway>,
    server: TelegramServer,
}

impl Stars {
    async fn new() -> Self {
        let server = TelegramServer::start(TOKEN).await.expect("a port");
        let config = json!({ "token": TOKEN, "api_url": server.base_url(), "timeout_seconds": 1 });
        Self { gateway: connect(&StarsKind, config), server }
    }
}

fn link(opened: &Opened) -> &str {
    let PayStep::Stars { link } = &opened.step else { panic!("an invoice in Telegram") };
    link
}

/// The message that Telegram sends the bot, passed on with a signature that is made here from its description.
fn message(token: &str, gateway: u128, body: &Value) -> Callback {
    let body = body.to_string().into_bytes();
    let mut mac = Hmac::<Sha256>::new_from_slice(token.as_bytes()).expect("a key");
    mac.update(format!("nexa/stars/1\n{}\n", Uuid::from_u128(gateway)).as_bytes());
    mac.update(&body);
    let signature = HEXLOWER.encode(&mac.finalize().into_bytes());
    let headers = vec![("x-nexa-signature".to_owned(), signature)];
    Callback { method: "POST".into(), query: String::new(), headers, body }
}

fn paid(payload: &str, amount: Money) -> Value {
    json!({ "message_id": 11, "date": 1_800_000_000, "chat": { "id": PAYER, "type": "private" },
        "successful_payment": { "currency": "XTR", "total_amount": amount.minor, "invoice_payload": payload,
            "telegram_payment_charge_id": "stxCharge0", "provider_payment_charge_id": "" } })
}

#[async_trait]
impl Fixture for Stars {
    fn gateway(&self) -> Arc<dyn Gateway> {
        Arc::clone(&self.gateway)
    }
    fn now(&self) -> Timestamp {
        Timestamp::from_second(1_800_000_000).expect("a moment")
    }
    async fn make_seen(&self, opened: &Opened, amount: Money) -> String {
        self.make_paid(opened, amount).await
    }
    async fn make_paid(&self, opened: &Opened, amount: Money) -> String {
        self.server.pay(link(opened), PAYER, Some(amount.minor)).expect("an invoice")
    }
    fn is_final_at_once(&self) -> bool {
        true
    }
    async fn drop_transfer(&self, movement: &str) {
        self.server.refund(movement);
    }
    async fn outage(&self, outage: Outage) {
        self.server.fail(match outage {
            Outage::None => None,
            Outage::Limited => Some(TelegramFault::TooManyRequests),
            Outage::Broken => Some(TelegramFault::ServerError),
            Outage::Silent => Some(TelegramFault::Hang),
            Outage::Garbage => Some(TelegramFault::Garbage),
            Outage::Truncated => Some(TelegramFault::TruncatedJson),
            other => panic!("{other:?} is not one of ours"),
        });
    }
    fn outages(&self) -> Vec<Outage> {
        vec![Outage::Limited, Outage::Broken, Outage::Silent, Outage::Garbage, Outage::Truncated]
    }
    fn signed(&self, opened: &Opened, amount: Money) -> Option<Callback> {
        Some(message(TOKEN, 7, &paid(&opened.reference, amount)))
    }
    fn forged(&self, opened: &Opened, amount: Money) -> Option<Callback> {
        Some(message("7350198246:another-bot-of-the-same-operator-000", 7, &paid(&opened.reference, amount)))
    }
    fn secrets(&self) -> Vec<String> {
        vec![TOKEN.to_owned(), TOKEN.split(':').next_back().expect("a secret").to_owned()]
    }
}

/// A gateway with an authentic message to it, and others that are none.
pub(crate) async fn target() -> Target {
    let stars = Stars::new().await;
    let (invoice, opened) = opened(&stars, 0).await;
    let body = paid(&opened.reference, invoice.due);
    let another = "7350198246:another-bot-of-the-same-operator-000";
    Target {
        name: "stars",
        gateway: Arc::clone(&stars.gateway),
        hears: Hears::Signed(Over::Bytes),
        now: stars.now().as_second(),
        good: message(TOKEN, 7, &body),
        // Of another bot, without a token, and to another gateway of the same bot.
        strange: vec![message(another, 7, &body), message("", 7, &body), message(TOKEN, 8, &body)],
    }
}

nexa_core::gateway_suite!(
    #[tokio::test]
    Stars::new().await
);

struct Kind;

impl KindFixture for Kind {
    fn kind(&self) -> Arc<dyn GatewayKind> {
        Arc::new(StarsKind)
    }
    fn setting(&self) -> GatewaySetting {
        setting(true)
    }
    fn good(&self) -> Value {
        json!({ "token": TOKEN, "api_url": "http://127.0.0.1:8081/bots/", "proxy": "socks5h://10.0.0.1:1080",
            "test_environment": true, "window_minutes": 30 })
    }
    fn unusable(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("no token", json!({})),
            ("no secret part", json!({ "token": "7350198246" })),
            ("short secret", json!({ "token": "7350198246:AAFq3nJv0bT8" })),
            ("a path in the token", json!({ "token": format!("{TOKEN}/../x") })),
            ("in clear to a stranger", json!({ "token": TOKEN, "api_url": "http://api.telegram.org" })),
            ("not a URL", json!({ "token": TOKEN, "api_url": "telegram" })),
            ("a query", json!({ "token": TOKEN, "api_url": "https://api.telegram.org?a=b" })),
            ("a proxy of no kind", json!({ "token": TOKEN, "proxy": "ftp://10.0.0.1" })),
            ("no time", json!({ "token": TOKEN, "timeout_seconds": 0 })),
        ]
    }
    fn private(&self) -> Vec<(&'static str, Value)> {
        Vec::new()
    }
    fn placeholders(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("empty", json!({ "token": "" })),
            ("of the manual", json!({ "token": "123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11" })),
            ("words", json!({ "token": "<your bot token>" })),
        ]
    }
}

#[test]
fn connects_only_with_a_bot_s_token() {
    connects_only_what_works(&Kind);
}

#[test]
fn stars_of_the_test_environment_are_play_money() {
    for test in [true, false] {
        let config = json!({ "token": TOKEN, "test_environment": test });
        assert_eq!(connect(&StarsKind, config).profile().test, test);
    }
}

#[tokio::test]
async fn an_invoice_keeps_to_what_telegram_takes() {
    let stars = Stars::new().await;
    let good = invoice(&stars, 0);
    for shop_name in
        ["N".repeat(300), "ن".repeat(33), " ".to_owned(), "🦀".repeat(40), good.shop_name.clone()]
    {
        for (n, minor) in [(1_u128, 1), (2, 2_500), (3, 1_000_000)] {
            let payment_id = nexa_core::ids::PaymentId::from(Uuid::from_u128(n + (u128::MAX << 8)));
            let due = Money::new(minor, Currency::Xtr);
            let invoice = Invoice { shop_name: shop_name.clone(), payment_id, due, ..good.clone() };
            let opened = done(stars.gateway.open(&invoice).await);
            assert_eq!(opened.reference, payment_id.to_string());
        }
    }
    let asked: Vec<_> = stars.server.requests().into_iter().map(|(_, fields)| fields).collect();
    let names: Vec<_> = asked[0].as_object().expect("fields").keys().cloned().collect();
    assert_eq!(names, ["currency", "description", "payload", "prices", "provider_token", "title"]);
    assert_eq!((&asked[0]["currency"], &asked[0]["provider_token"]), (&json!("XTR"), &json!("")));
    assert_eq!(asked[0]["prices"].as_array().map(Vec::len), Some(1));
    // A payment that is opened again keeps its link, another amount has its own.
    assert_eq!(asked.len(), 3, "the same payments were opened again for each name");
}

#[tokio::test]
async fn what_came_is_found_among_thousands_and_read_once() {
    let stars = Stars::new().await;
    let (invoice, opened) = opened(&stars, 0).await;
    let references = [opened.reference.clone()];
    stars.server.fill(250);
    assert_eq!(done(stars.gateway.inspect(&references.clone().map(|r| at(&r)), stars.now()).await), []);
    let looks = stars.server.requests().len();
    let charge = stars.server.pay(link(&opened), PAYER, None).expect("an invoice");
    stars.server.fill(30);
    let facts = done(stars.gateway.inspect(&references.clone().map(|r| at(&r)), stars.now()).await);
    assert_eq!(facts.len(), 1);
    assert_eq!((facts[0].movement.as_str(), facts[0].amount), (charge.as_str(), invoice.due));
    assert_eq!(stars.server.requests().len(), looks + 1, "only what is new was read");
    // Exactly a full page more, then nothing.
    stars.server.fill(219);
    for _ in 0..2 {
        assert_eq!(
            done(stars.gateway.inspect(&references.clone().map(|r| at(&r)), stars.now()).await),
            facts
        );
    }
    // What Telegram forgets moves all others up: they are read anew, and none twice.
    stars.server.forget_first(100);
    assert_eq!(done(stars.gateway.inspect(&references.clone().map(|r| at(&r)), stars.now()).await), facts);
}

#[tokio::test]
async fn a_refund_by_others_takes_the_money_out_again() {
    let stars = Stars::new().await;
    let (_, opened) = opened(&stars, 0).await;
    let charge = stars.server.pay(link(&opened), PAYER, None).expect("an invoice");
    let references = [opened.reference];
    assert_eq!(
        done(stars.gateway.inspect(&references.clone().map(|r| at(&r)), stars.now()).await)[0].finality,
        Finality::Confirmed
    );
    stars.server.refund(&charge);
    let facts = done(stars.gateway.inspect(&references.clone().map(|r| at(&r)), stars.now()).await);
    assert_eq!(
        (facts.len(), facts[0].movement.as_str(), facts[0].finality),
        (1, &*charge, Finality::Dropped)
    );
}

#[tokio::test]
async fn a_refund_without_an_answer_is_looked_up() {
    let stars = Stars::new().await;
    let (invoice, opened) = opened(&stars, 0).await;
    let charge = stars.server.pay(link(&opened), PAYER, None).expect("an invoice");
    let facts = done(stars.gateway.inspect(&[at(&opened.reference)], stars.now()).await);
    let movement = nexa_core::conformance::gateway::movement(&facts[0], &invoice);
    stars.server.fail(Some(TelegramFault::RefundThenHang));
    assert_eq!(stars.gateway.refund(&movement).await, Outcome::Done(()));
    stars.server.fail(None);
    assert_eq!(stars.gateway.refund(&movement).await, Outcome::Done(()));
    let refunds = stars.server.requests().into_iter().filter(|(method, _)| method == "refundStarPayment");
    let refunds: Vec<_> = refunds.map(|(_, fields)| fields).collect();
    assert_eq!(refunds, [json!({ "user_id": PAYER, "telegram_payment_charge_id": charge })]);
}

#[tokio::test]
async fn the_bot_s_message_is_only_a_reason_to_look() {
    let stars = Stars::new().await;
    let (invoice, opened) = opened(&stars, 0).await;
    let signal = |body: &Value| stars.gateway.read(&message(TOKEN, 7, body), stars.now()).signal;
    let hint = Signal::Hint(vec![opened.reference.clone()]);
    assert_eq!(signal(&paid(&opened.reference, Money::new(9_999_999, Currency::Xtr))), hint);
    let refunded = json!({ "refunded_payment": { "currency": "XTR", "total_amount": 1,
        "invoice_payload": opened.reference, "telegram_payment_charge_id": "c" } });
    assert_eq!(signal(&refunded), hint);
    assert_eq!(done(stars.gateway.inspect(&[at(&opened.reference)], stars.now()).await), []);
    for other in [json!({ "text": "hello" }), json!([]), json!(7), paid("premium:1", invoice.due)] {
        assert_eq!(signal(&other), Signal::Nothing, "{other}");
    }
    let mut roubles = paid(&opened.reference, invoice.due);
    roubles["successful_payment"]["currency"] = "RUB".into();
    assert_eq!(signal(&roubles), Signal::Nothing);
}

#[test]
fn a_message_is_good_at_one_gateway_only_and_signed_once() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let stars = runtime.block_on(Stars::new());
    let body = paid("00000000-0000-4000-8000-000000000000", Money::new(1, Currency::Xtr));
    let good = message(TOKEN, 7, &body);
    let ours = sign(TOKEN, GatewayId::from(Uuid::from_u128(7)), &good.body).expect("a signature");
    assert_eq!(good.headers[0].1, ours);
    let judge = |callback: &Callback| stars.gateway.read(callback, Timestamp::UNIX_EPOCH).signal;
    assert!(matches!(judge(&good), Signal::Hint(_)));
    assert_eq!(judge(&message(TOKEN, 8, &body)), Signal::Forged);
    let twice = [good.headers.clone(), good.headers.clone()].concat();
    assert_eq!(judge(&Callback { headers: twice, ..good.clone() }), Signal::Forged);
    assert_eq!(judge(&Callback { method: "GET".into(), ..good.clone() }), Signal::Forged);
    for signature in ["", "00", &ours.to_uppercase(), &ours[1..]] {
        let headers = vec![("x-nexa-signature".to_owned(), signature.to_owned())];
        assert_eq!(judge(&Callback { headers, ..good.clone() }), Signal::Forged, "{signature}");
    }
}

#[tokio::test]
async fn a_wrong_token_is_told_and_not_shown() {
    let server =
        TelegramServer::start("7350198246:AA-another-token-of-the-same-length-").await.expect("a port");
    let gateway = connect(&StarsKind, json!({ "token": TOKEN, "api_url": server.base_url() }));
    let outcome = gateway.check().await;
    let Outcome::Rejected(why) = &outcome else { panic!("{outcome:?}") };
    assert!(why.contains("token") && !why.contains(TOKEN));
    let nobody = json!({ "token": TOKEN, "api_url": "http://127.0.0.1:9" });
    let outcome = connect(&StarsKind, nobody).check().await;
    assert!(matches!(&outcome, Outcome::Unreachable(why) if !why.contains(TOKEN)), "{outcome:?}");
    let refused = StarsKind.connect(&Secret::new(json!({ "token": "x" })), &setting(true)).err();
    assert!(matches!(refused, Some(Refusal::BadConfig { setting, .. }) if setting == "token"));
}

//! EPay against a scripted site, once as a site that only signs, once as one that can be asked.

use crate::{
    OUTAGES, connect, fault,
    forged::{Hears, Over, Target},
    setting,
};
use async_trait::async_trait;
use jiff::Timestamp;
use nexa_core::{
    conformance::gateway::{
        Fixture, KindFixture, Outage, connects_only_what_works, done, expected, invoice, movement, opened,
    },
    domain::{
        money::{Currency, Money},
        payment::{Finality, PayStep},
    },
    ports::{
        gateway::{Callback, Gateway, GatewayKind, GatewaySetting, Invoice, Opened, Signal},
        outcome::Outcome,
    },
};
use nexa_payments::{
    epay::EpayKind,
    testing::{EpayScript, ScriptedServer, ServerFault},
};
use serde_json::{Value, json};
use std::sync::Arc;

const PID: &str = "1001";
const KEY: &str = "W8q0vXb7LmZc4RtYw1NpSd6HgJe3Ua5k";

struct Epay {
    gateway: Arc<dyn Gateway>,
    server: ScriptedServer<EpayScript>,
}

impl Epay {
    async fn new(query: bool) -> Self {
        let server = ScriptedServer::start(EpayScript::new(PID, KEY)).await.expect("a port");
        let config = json!({ "base_url": server.base_url(), "pid": PID, "key": KEY, "query": query,
            "method": "alipay", "product_name": "Membership", "timeout_seconds": 1 });
        Self { gateway: connect(&EpayKind, config), server }
    }

    fn visits(&self, opened: &Opened) {
        let PayStep::Redirect { url } = &opened.step else { panic!("a page") };
        assert!(self.server.with(|site| site.visit(url)), "{url}");
    }

    fn fields(&self, opened: &Opened, status: &str, key: &str) -> Vec<(String, String)> {
        self.visits(opened);
        self.server.with(|site| site.message(&opened.reference, status, key))
    }
}

fn form(fields: &[(String, String)]) -> String {
    fields.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

fn posted(fields: &[(String, String)]) -> Callback {
    let body = form(fields).into_bytes();
    Callback { method: "POST".into(), query: String::new(), headers: Vec::new(), body }
}

fn got(fields: &[(String, String)]) -> Callback {
    Callback { method: "GET".into(), query: form(fields), headers: Vec::new(), body: Vec::new() }
}

#[async_trait]
impl Fixture for Epay {
    fn gateway(&self) -> Arc<dyn Gateway> {
        Arc::clone(&self.gateway)
    }
    fn now(&self) -> Timestamp {
        Timestamp::from_second(1_800_000_000).expect("a moment")
    }
    async fn make_seen(&self, opened: &Opened, amount: Money) -> String {
        self.make_paid(opened, amount).await
    }
    async fn make_paid(&self, opened: &Opened, _amount: Money) -> String {
        self.visits(opened);
        self.server.with(|site| site.pay(&opened.reference)).expect("an order")
    }
    fn is_final_at_once(&self) -> bool {
        true
    }
    fn is_paid_once(&self) -> bool {
        true
    }
    async fn drop_transfer(&self, movement: &str) {
        self.server.with(|site| site.give_back(movement));
    }
    async fn outage(&self, outage: Outage) {
        self.server.fail(fault(outage));
    }
    fn outages(&self) -> Vec<Outage> {
        OUTAGES.into()
    }
    fn signed(&self, opened: &Opened, _amount: Money) -> Option<Callback> {
        Some(posted(&self.fields(opened, "TRADE_SUCCESS", KEY)))
    }
    fn forged(&self, opened: &Opened, _amount: Money) -> Option<Callback> {
        Some(posted(&self.fields(opened, "TRADE_SUCCESS", "another0key0of0the0same0length00")))
    }
    fn secrets(&self) -> Vec<String> {
        vec![KEY.to_owned()]
    }
}

mod signing {
    nexa_core::gateway_suite!(
        #[tokio::test]
        super::Epay::new(false).await
    );
}

mod asked {
    nexa_core::gateway_suite!(
        #[tokio::test]
        super::Epay::new(true).await
    );
}

/// Both kinds of site, each by its own way to send, with an authentic message and others that are none.
pub(crate) async fn targets() -> [Target; 2] {
    let target = async |query: bool, sent: fn(&[(String, String)]) -> Callback| {
        let epay = Epay::new(query).await;
        let (_, opened) = opened(&epay, 0).await;
        let signed = |key: &str| sent(&epay.fields(&opened, "TRADE_SUCCESS", key));
        let strange = ["", "another0key0of0the0same0length00", PID];
        Target {
            name: "epay",
            gateway: Arc::clone(&epay.gateway),
            hears: Hears::Signed(Over::Fields),
            now: epay.now().as_second(),
            good: signed(KEY),
            strange: strange.map(signed).into(),
        }
    };
    [target(false, posted).await, target(true, got).await]
}

struct Kind;

impl KindFixture for Kind {
    fn kind(&self) -> Arc<dyn GatewayKind> {
        Arc::new(EpayKind)
    }
    fn setting(&self) -> GatewaySetting {
        setting(false)
    }
    fn good(&self) -> Value {
        json!({ "base_url": "https://pay.example.cn/", "pid": PID, "key": KEY, "method": "wxpay", "query": true,
            "product_name": "会员", "proxy": "http://10.0.0.1:3128", "timeout_seconds": 15,
            "window_minutes": 60, "minimum": 100, "maximum": 100_000 })
    }
    fn unusable(&self) -> Vec<(&'static str, Value)> {
        let with = |name: &str, value: Value| {
            let mut config = json!({ "base_url": "https://pay.example.cn", "pid": PID, "key": KEY });
            config[name] = value;
            config
        };
        vec![
            ("no site", json!({ "pid": PID, "key": KEY })),
            ("no key", json!({ "base_url": "https://pay.example.cn", "pid": PID })),
            ("a short key", with("key", json!("W8q0vXb7"))),
            ("a merchant that is none", with("pid", json!("1001&x"))),
            ("no merchant", with("pid", json!(""))),
            ("a way to pay that is none", with("method", json!("ali pay"))),
            ("in clear to a stranger", with("base_url", json!("http://pay.example.cn"))),
            ("nothing to pay", with("minimum", json!(0))),
            ("most below least", with("maximum", json!(0))),
        ]
    }
    fn private(&self) -> Vec<(&'static str, Value)> {
        Vec::new()
    }
    fn placeholders(&self) -> Vec<(&'static str, Value)> {
        let with = |key: &str| json!({ "base_url": "https://pay.example.cn", "pid": PID, "key": key });
        vec![("empty", with("")), ("words", with("yourmerchantkeyhere"))]
    }
}

#[test]
fn connects_only_with_a_merchant_s_key() {
    connects_only_what_works(&Kind);
}

#[tokio::test]
async fn only_success_pays_and_by_either_method() {
    let epay = Epay::new(false).await;
    let (invoice, opened) = opened(&epay, 0).await;
    let fields = epay.fields(&opened, "TRADE_SUCCESS", KEY);
    for callback in [got(&fields), posted(&fields)] {
        let reading = epay.gateway.read(&callback, epay.now());
        let Signal::Observed(facts) = &reading.signal else { panic!("{reading:?}") };
        assert_eq!((facts[0].amount, facts[0].reference.as_str()), (invoice.due, opened.reference.as_str()));
        assert!(facts[0].family.starts_with("epay:127.0.0.1"), "each site counts for itself");
        assert_eq!(reading.reply, "success", "the site stops repeating it");
    }
    for status in ["TRADE_CLOSED", "WAIT_BUYER_PAY", "trade_success", "TRADE_SUCCESS "] {
        let reading = epay.gateway.read(&got(&epay.fields(&opened, status, KEY)), epay.now());
        assert_eq!((reading.signal, reading.reply.as_str()), (Signal::Nothing, "success"), "{status}");
    }
}

#[tokio::test]
async fn an_amount_or_merchant_that_is_signed_wrong_pays_nothing() {
    let epay = Epay::new(false).await;
    let (_, opened) = opened(&epay, 0).await;
    epay.visits(&opened);
    let judge = |money: &str| {
        epay.server.with(|site| site.mistakes(&opened.reference, money));
        epay.gateway.read(&got(&epay.fields(&opened, "TRADE_SUCCESS", KEY)), epay.now()).signal
    };
    for money in ["0.00", "-1.00", "1e9", "1.005", "NaN", "1,00"] {
        assert_eq!(judge(money), Signal::Nothing, "{money}");
    }
    let Signal::Observed(facts) = judge("0.01") else { panic!("a fact") };
    assert_eq!(facts[0].amount, Money::new(1, Currency::Cny), "what was paid, and the core compares");
    assert_eq!(judge(""), Signal::Nothing, "paid, but not how much");
    // Another merchant of the same site, who by accident has the same key.
    let other = EpayScript::new("1002", KEY);
    let server = ScriptedServer::start(other).await.expect("a port");
    let config = json!({ "base_url": server.base_url(), "pid": "1002", "key": KEY });
    let theirs = Epay { gateway: connect(&EpayKind, config), server };
    let (_, opened) = self::opened(&theirs, 0).await;
    let callback = got(&theirs.fields(&opened, "TRADE_SUCCESS", KEY));
    assert_eq!(epay.gateway.read(&callback, epay.now()).signal, Signal::Forged);
}

#[tokio::test]
async fn a_site_that_can_be_asked_is_asked() {
    let epay = Epay::new(true).await;
    let (invoice, opened) = opened(&epay, 0).await;
    let callback = got(&epay.fields(&opened, "TRADE_SUCCESS", KEY));
    assert_eq!(epay.gateway.read(&callback, epay.now()).signal, Signal::Hint(vec![opened.reference.clone()]));
    let asked = [expected(&invoice, &opened)];
    assert_eq!(done(epay.gateway.inspect(&asked, epay.now()).await), [], "signed, but not paid");
    let trade = epay.make_paid(&opened, invoice.due).await;
    let facts = done(epay.gateway.inspect(&asked, epay.now()).await);
    assert_eq!((facts[0].movement.as_str(), facts[0].amount), (trade.as_str(), invoice.due));
    let known = [movement(&facts[0], &invoice)];
    epay.server.with(|site| site.give_back(&trade));
    assert_eq!(done(epay.gateway.recheck(&known, epay.now()).await)[0].finality, Finality::Dropped);
    for money in ["", "1.001", "free"] {
        let (invoice, opened) = self::opened(&epay, 1).await;
        epay.visits(&opened);
        epay.server.with(|site| (site.pay(&opened.reference), site.mistakes(&opened.reference, money)));
        let looked = epay.gateway.inspect(&[expected(&invoice, &opened)], epay.now()).await;
        assert!(matches!(looked, Outcome::Ambiguous(_)), "{money}: {looked:?}");
    }
}

#[tokio::test]
async fn the_name_on_the_page_breaks_no_signature() {
    let server = ScriptedServer::start(EpayScript::new(PID, KEY)).await.expect("a port");
    let config = json!({ "base_url": server.base_url(), "pid": PID, "key": KEY });
    let epay = Epay { gateway: connect(&EpayKind, config), server };
    for (n, shop_name) in (0..).zip(["Café & Sons 100%", "a&money=0.01&b", "会员 = + %26", "&", " "]) {
        let invoice = Invoice { shop_name: shop_name.to_owned(), ..invoice(&epay, n) };
        epay.visits(&done(epay.gateway.open(&invoice).await));
    }
    assert!(done(epay.gateway.check().await).lines[0].contains("small order"));
    epay.server.fail(Some(ServerFault::Empty));
    assert!(matches!(Epay::new(true).await.gateway.check().await, Outcome::Done(_)));
}

//! Processors of crypto payments against servers that keep books, take only what the processor takes, and sign with code
//! of their own.

pub(crate) mod btcpay;
pub(crate) mod cryptopay;
pub(crate) mod heleket;
pub(crate) mod nowpayments;
pub(crate) mod oxapay;
pub(crate) mod plisio;
mod rules;
mod server;

use crate::{OUTAGES, connect, forged::Signer, setting};
use async_trait::async_trait;
use jiff::Timestamp;
use nexa_core::{
    conformance::gateway::{Fixture, KindFixture, Outage, done, expected, opened},
    domain::{money::Money, payment::Finality},
    ports::gateway::{Callback, Expected, Gateway, GatewayKind, GatewaySetting, Invoice, Opened},
};
use serde_json::{Value, json};
use server::{Script, Scripted};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

/// What a processor's book holds of an invoice.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) order: String,
    pub(crate) price: String,
    pub(crate) currency: String,
    pub(crate) status: String,
    /// What came, written as the price is.
    pub(crate) paid: String,
}

/// A processor's book.
#[derive(Default)]
pub(crate) struct Book(Mutex<BTreeMap<String, Entry>>);

impl Book {
    /// A new invoice under the next name.
    pub(crate) fn add(&self, prefix: &str, entry: Entry) -> String {
        let mut book = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let name = format!("{prefix}{}", 1_000 + book.len());
        book.insert(name.clone(), entry);
        name
    }

    pub(crate) fn get(&self, name: &str) -> Option<Entry> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    pub(crate) fn of_order(&self, order: &str) -> Option<(String, Entry)> {
        let book = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        book.iter().find(|(_, entry)| entry.order == order).map(|(name, entry)| (name.clone(), entry.clone()))
    }

    pub(crate) fn set(&self, name: &str, status: &str, paid: &str) {
        let mut book = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = book.get_mut(name).expect("an invoice");
        (entry.status, entry.paid) = (status.to_owned(), paid.to_owned());
    }

    /// All of them, by name.
    pub(crate) fn all(&self) -> Vec<(String, Entry)> {
        let book = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        book.iter().map(|(name, entry)| (name.clone(), entry.clone())).collect()
    }

    pub(crate) fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

/// A processor whose server is made here.
pub(crate) trait Fake: Script + Default {
    /// What it calls money that is on its way, money that came, and money that went back.
    const WORDS: [&'static str; 3];
    /// Whether it takes whole payments only, final at once.
    const AT_ONCE: bool = false;
    /// Whether it tells each transfer, not only their sum.
    const EACH: bool = false;
    /// Texts that must never be told.
    const SECRETS: &'static [&'static str];
    fn kind() -> Arc<dyn GatewayKind>;
    /// Settings that work, without the address.
    fn config() -> Value;
    fn book(&self) -> &Book;
    /// Money comes for an invoice; answers the movement's name.
    fn pay(&self, invoice: &str, amount: Money, word: &str) -> String {
        self.book().set(invoice, word, &amount.decimal());
        format!("{invoice}:{}", amount.minor)
    }
    /// A movement is undone.
    fn undo(&self, movement: &str) {
        self.book().set(theirs(movement), Self::WORDS[2], "0");
    }
    /// Its message that something happened, signed with its own secret or with another one.
    fn message(reference: &str, amount: Money, by: Signer) -> Callback;
}

/// A gateway with its processor.
pub(crate) struct Desk<F> {
    pub(crate) gateway: Arc<dyn Gateway>,
    pub(crate) server: Scripted,
    pub(crate) fake: Arc<F>,
}

impl<F: Fake> Desk<F> {
    pub(crate) async fn new() -> Self {
        Self::with(json!({})).await
    }

    pub(crate) async fn with(more: Value) -> Self {
        let fake = Arc::new(F::default());
        let script: Arc<dyn Script> = fake.clone();
        let server = Scripted::start(script).await;
        let mut config = F::config();
        let settings = config.as_object_mut().expect("settings");
        settings.insert("base_url".to_owned(), server.base_url().into());
        settings.insert("timeout_seconds".to_owned(), 1.into());
        settings.extend(more.as_object().expect("settings").clone());
        Self { gateway: connect(F::kind().as_ref(), config), server, fake }
    }

    /// What is seen of a payment when the processor says this of it.
    pub(crate) async fn seen(&self, at: &Expected, status: &str, paid: &str) -> Vec<(i64, Finality)> {
        self.fake.book().set(theirs(&at.reference), status, paid);
        let facts = done(self.gateway.inspect(std::slice::from_ref(at), self.now()).await);
        facts.iter().map(|fact| (fact.amount.minor, fact.finality)).collect()
    }

    /// An open payment.
    pub(crate) async fn open(&self, n: u32) -> (Invoice, Opened, Expected) {
        let (invoice, opened) = opened(self, n).await;
        let expected = expected(&invoice, &opened);
        (invoice, opened, expected)
    }
}

/// The processor's part of a reference, or of a movement.
pub(crate) fn theirs(name: &str) -> &str {
    name.split_once(':').expect("two parts").0
}

/// Our part.
pub(crate) fn ours(name: &str) -> &str {
    name.split_once(':').expect("two parts").1
}

pub(crate) fn post(headers: &[(&str, &str)], body: &str) -> Callback {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Callback { method: "POST".into(), query: String::new(), headers, body: body.as_bytes().to_vec() }
}

#[async_trait]
impl<F: Fake> Fixture for Desk<F> {
    fn gateway(&self) -> Arc<dyn Gateway> {
        Arc::clone(&self.gateway)
    }
    fn now(&self) -> Timestamp {
        Timestamp::from_second(1_795_474_467).expect("a moment")
    }
    async fn make_seen(&self, opened: &Opened, amount: Money) -> String {
        let [seen, paid, _] = F::WORDS;
        let word = if F::AT_ONCE { paid } else { seen };
        self.fake.pay(theirs(&opened.reference), amount, word)
    }
    async fn make_paid(&self, opened: &Opened, amount: Money) -> String {
        self.fake.pay(theirs(&opened.reference), amount, F::WORDS[1])
    }
    fn is_final_at_once(&self) -> bool {
        F::AT_ONCE
    }
    /// An invoice holds one sum; that it can grow is tested on its own.
    fn is_paid_once(&self) -> bool {
        !F::EACH
    }
    async fn drop_transfer(&self, movement: &str) {
        self.fake.undo(movement);
    }
    async fn outage(&self, outage: Outage) {
        self.server.fail(outage);
    }
    fn outages(&self) -> Vec<Outage> {
        OUTAGES.into()
    }
    fn signed(&self, opened: &Opened, amount: Money) -> Option<Callback> {
        Some(F::message(&opened.reference, amount, Signer::Ours))
    }
    fn forged(&self, opened: &Opened, amount: Money) -> Option<Callback> {
        Some(F::message(&opened.reference, amount, Signer::Another))
    }
    fn secrets(&self) -> Vec<String> {
        F::SECRETS.iter().map(|secret| (*secret).to_owned()).collect()
    }
}

/// The settings of a kind, with the names of those that are keys.
pub(crate) struct Settings {
    pub(crate) kind: Arc<dyn GatewayKind>,
    pub(crate) good: Value,
    pub(crate) keys: &'static [&'static str],
}

impl Settings {
    fn but(&self, name: &str, value: impl Into<Value>) -> Value {
        let mut config = self.good.clone();
        config.as_object_mut().expect("settings").insert(name.to_owned(), value.into());
        config
    }
}

impl KindFixture for Settings {
    fn kind(&self) -> Arc<dyn GatewayKind> {
        Arc::clone(&self.kind)
    }
    fn setting(&self) -> GatewaySetting {
        setting(true)
    }
    fn good(&self) -> Value {
        self.but("proxy", "socks5h://10.0.0.1:1080")
    }
    fn unusable(&self) -> Vec<(&'static str, Value)> {
        let mut all = vec![
            ("nothing", json!({})),
            ("in clear to a stranger", self.but("base_url", "http://api.example.net")),
            ("not a URL", self.but("base_url", "processor")),
            ("a query", self.but("base_url", "https://api.example.net/?a=b")),
            ("a user", self.but("base_url", "https://u:p@api.example.net/")),
            ("a proxy of no kind", self.but("proxy", "ftp://10.0.0.1")),
            ("no time", self.but("timeout_seconds", 0)),
            ("no window", self.but("window_minutes", 0)),
            ("half price is enough", self.but("tolerance_bp", 5_000)),
            ("a price in Stars", self.but("currency", "XTR")),
            ("a price in no currency", self.but("currency", "usd")),
            ("nothing is the least", self.but("minimum_minor", 0)),
        ];
        let mut most = self.but("minimum_minor", 100);
        most["maximum_minor"] = 99.into();
        all.push(("the most is below the least", most));
        for key in self.keys {
            let mut config = self.good.clone();
            config.as_object_mut().expect("settings").remove(*key);
            all.push((key, config));
            all.push((key, self.but(key, "short")));
            all.push((key, self.but(key, "a key with spaces in it")));
            all.push((key, self.but(key, 7)));
        }
        all
    }
    fn private(&self) -> Vec<(&'static str, Value)> {
        Vec::new()
    }
    fn placeholders(&self) -> Vec<(&'static str, Value)> {
        let texts = ["", "  ", "<your key>", "changeme", "your-api-key", "..."];
        self.keys.iter().flat_map(|key| texts.map(|text| (*key, self.but(key, text)))).collect()
    }
}

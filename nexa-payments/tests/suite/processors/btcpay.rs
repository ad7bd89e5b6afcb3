//! BTCPay Server.

use super::{
    Book, Desk, Entry, Fake, Settings, ours, post,
    server::{Answer, Call, Script},
    theirs,
};
use crate::forged::Signer;
use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use nexa_core::{
    conformance::gateway::{Fixture, connects_only_what_works, done},
    domain::{money::Money, payment::Finality},
    ports::{
        gateway::{Callback, GatewayKind, Signal},
        outcome::Outcome,
    },
};
use nexa_payments::btcpay::BtcPayKind;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

const KEY: &str = "kq7Vw2mT9xLc4RsZ1nHb6YdPf3Ga8JuE0kq7Vw2m";
const SECRET: &str = "Zx9LrT2mWq7VkC4sN1bH6YdPf3Ga8JuE";
const STORE: &str = "9CiNzKoANXxmk5ayZngSXrHTiVvvgCrwrpFQd4m2K776";

/// When everything happens.
const NOW: i64 = 1_795_474_467;

/// A payment: its invoice, its name, coins, fee, status.
#[derive(Clone)]
struct Coin {
    invoice: String,
    name: String,
    value: String,
    fee: String,
    status: String,
    received: i64,
}

#[derive(Default)]
pub(crate) struct BtcPay {
    book: Book,
    coins: Mutex<Vec<Coin>>,
}

fn refuse(status: u16, code: &str) -> Answer {
    (status, json!({ "code": code, "message": code }).to_string())
}

impl Script for BtcPay {
    fn answer(&self, call: &Call) -> Answer {
        if call.header("authorization") != format!("token {KEY}") {
            return refuse(401, "unauthenticated");
        }
        let Some(path) = call.path.strip_prefix(&format!("/api/v1/stores/{STORE}/invoices")) else {
            return refuse(404, "store-not-found");
        };
        let mut parts = path.split('/').skip(1);
        match (call.method.as_str(), parts.next(), parts.next()) {
            ("POST", None, None) => self.make(&call.json()),
            ("GET", None, None) => {
                let found = match call.query.get("orderId") {
                    Some(order) => self.book.of_order(order).into_iter().collect(),
                    None => self.page(call),
                };
                let found: Vec<_> = found.iter().map(|(id, entry)| paper(id, entry)).collect();
                (200, format!("[{}]", found.join(",")))
            }
            ("GET", Some(id), None) => match self.book.get(id) {
                Some(entry) => (200, paper(id, &entry)),
                None => refuse(404, "invoice-not-found"),
            },
            ("GET", Some(id), Some("payment-methods")) => (200, self.methods(id)),
            _ => refuse(405, "method"),
        }
    }
}

impl BtcPay {
    /// Invoices that were made in a span of time, fifty where nobody says how many.
    fn page(&self, call: &Call) -> Vec<(String, Entry)> {
        let number = |name: &str| call.query.get(name).and_then(|text| text.parse::<i64>().ok());
        let made = number("startDate").unwrap_or(0)..=number("endDate").unwrap_or(i64::MAX);
        let whole = |name: &str, usual| number(name).and_then(|n| usize::try_from(n).ok()).unwrap_or(usual);
        let all = self.book.all().into_iter().rev().filter(|_| made.contains(&NOW));
        all.skip(whole("skip", 0)).take(whole("take", 50)).collect()
    }

    /// Money that came at another moment.
    pub(crate) fn received_at(&self, coin: &str, at: i64) {
        let mut coins = self.coins.lock().expect("coins");
        coins.iter_mut().filter(|known| known.name == coin).for_each(|known| known.received = at);
    }

    fn make(&self, fields: &Value) -> Answer {
        let text = |name: &str| fields[name].as_str().unwrap_or_default().to_owned();
        let checkout = &fields["checkout"];
        if text("amount").parse::<f64>().is_err() || text("currency").len() < 3 {
            return refuse(422, "amount");
        }
        if checkout["paymentTolerance"] != 0 || checkout["expirationMinutes"].as_u64().unwrap_or(0) < 5 {
            return refuse(422, "checkout.expirationMinutes");
        }
        let policy = checkout.get("speedPolicy").and_then(Value::as_str);
        if policy.is_some_and(|is| !["HighSpeed", "MediumSpeed", "LowMediumSpeed", "LowSpeed"].contains(&is))
        {
            return refuse(422, "checkout.speedPolicy");
        }
        let order = fields["metadata"]["orderId"].as_str().unwrap_or_default().to_owned();
        let entry = Entry {
            order,
            price: text("amount"),
            currency: text("currency"),
            status: "New".into(),
            paid: "0".into(),
        };
        let id = self.book.add("XEDvpempoTYJHJTKGDff", entry.clone());
        (200, paper(&id, &entry))
    }

    /// Two coins, of which one is worth 2.5 of the price's units.
    fn methods(&self, invoice: &str) -> String {
        let coins = self.coins.lock().expect("coins");
        let all: Vec<_> = coins
            .iter()
            .filter(|coin| coin.invoice == invoice)
            .map(|Coin { name, value, fee, status, received, .. }| {
                format!(r#"{{"id":"{name}","receivedDate":{received},"value":"{value}","fee":"{fee}","status":"{status}"}}"#)
            })
            .collect();
        format!(
            r#"[{{"paymentMethodId":"LTC-CHAIN","activated":true,"rate":"2.5","amount":"400.012","totalPaid":"0.0","payments":[{}]}},
            {{"paymentMethodId":"BTC-LN","rate":"61234.5","payments":[]}},{{"paymentMethodId":"BTC-CHAIN","payments":null}}]"#,
            all.join(",")
        )
    }

    fn coin(&self, invoice: &str, value: &str, fee: &str, status: &str) -> String {
        let mut coins = self.coins.lock().expect("coins");
        let name = format!("{:064x}-{}", 0xa11ce, coins.len());
        coins.push(Coin {
            invoice: invoice.to_owned(),
            name: name.clone(),
            value: value.to_owned(),
            fee: fee.to_owned(),
            status: status.to_owned(),
            received: NOW,
        });
        name
    }
}

/// A status may have a flag behind a slash.
fn paper(id: &str, Entry { order, price, currency, status, .. }: &Entry) -> String {
    let (status, flag) = status.split_once('/').unwrap_or((status, "None"));
    format!(
        r#"{{"id":"{id}","storeId":"{STORE}","amount":"{price}","currency":"{currency}","type":"Standard","status":"{status}",
        "additionalStatus":"{flag}","checkoutLink":"https://btcpay.example/i/{id}","metadata":{{"orderId":"{order}","x":[]}},
        "createdTime":{NOW},"expirationTime":1795478067}}"#
    )
}

fn signed(body: &str, secret: &str) -> Callback {
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(secret.as_bytes()).expect("a key");
    mac.update(body.as_bytes());
    let hex = HEXLOWER.encode(&mac.finalize().into_bytes());
    post(&[("btcpay-sig", &format!("sha256={hex}"))], body)
}

fn event(reference: &str, store: &str) -> String {
    let (id, order) = (theirs(reference), ours(reference));
    format!(
        r#"{{"deliveryId":"XjoFkhHh5KGBEcQPYHFau3","type":"InvoiceSettled","storeId":"{store}","invoiceId":"{id}","metadata":{{"orderId":"{order}"}},"overPaid":false}}"#
    )
}

impl Fake for BtcPay {
    const WORDS: [&'static str; 3] = ["Processing", "Settled", "Invalid"];
    const EACH: bool = true;
    const SECRETS: &'static [&'static str] = &[KEY, SECRET];
    fn kind() -> Arc<dyn GatewayKind> {
        Arc::new(BtcPayKind)
    }
    fn config() -> Value {
        json!({ "base_url": "https://btcpay.my-shop.net", "store_id": STORE, "api_key": KEY, "webhook_secret": SECRET })
    }
    fn book(&self) -> &Book {
        &self.book
    }
    fn pay(&self, invoice: &str, amount: Money, word: &str) -> String {
        if self.book.get(invoice).is_some_and(|entry| entry.status == "New") {
            self.book.set(invoice, "New/PaidPartial", "0");
        }
        // In coins: two fifths of the amount, exactly.
        let thousandths = amount.minor * 4;
        self.coin(invoice, &format!("{}.{:03}", thousandths / 1_000, thousandths % 1_000), "0.0", word)
    }
    fn undo(&self, movement: &str) {
        self.coins
            .lock()
            .expect("coins")
            .iter_mut()
            .filter(|c| c.name == movement)
            .for_each(|c| c.status = "Invalid".into());
    }
    fn message(reference: &str, _amount: Money, by: Signer) -> Callback {
        signed(&event(reference, STORE), by.key(SECRET, "the-secret-of-another-webhook"))
    }
}

nexa_core::gateway_suite!(
    #[tokio::test]
    Desk::<BtcPay>::new().await
);

#[test]
fn connects_only_with_keys() {
    let keys = &["api_key", "webhook_secret"];
    connects_only_what_works(&Settings { kind: BtcPay::kind(), good: BtcPay::config(), keys });
    let mut nowhere = BtcPay::config();
    nowhere.as_object_mut().expect("settings").remove("base_url");
    let connected = BtcPayKind.connect(&nexa_core::secret::Secret::new(nowhere), &super::setting(true));
    assert!(connected.is_err(), "every operator has a server of their own");
}

#[tokio::test]
async fn the_published_vector_is_heard() {
    let body = r#"{"deliveryId":"XjoFkhHh5KGBEcQPYHFau3","webhookId":"3aFT6UHRgYW4P3dZ6nFPLi","originalDeliveryId":"XjoFkhHh5KGBEcQPYHFau3","isRedelivery":false,"type":"InvoiceSettled","timestamp":1795474467,"storeId":"S","invoiceId":"XEDvpempoTYJHJTKGDff1Q","metadata":{"orderId":"ord_01J9Z"},"manuallyMarked":false,"overPaid":false}"#;
    let value = "sha256=d196e05cf1709f29955e9a678e86271fb576e2ddbfd25ac76bdb11adb1a797a8";
    assert_eq!(signed(body, "btcpay-webhook-secret").headers[0].1, value);
    let desk = Desk::<BtcPay>::with(json!({ "webhook_secret": "btcpay-webhook-secret" })).await;
    let judge = |value: &str| desk.gateway.read(&post(&[("BTCPay-Sig", value)], body), desk.now()).signal;
    assert_eq!(judge(value), Signal::Nothing);
    for bad in [&value[7..], &value.replace("sha256", "sha1"), "sha256=", &value.to_uppercase()] {
        assert_eq!(judge(bad), Signal::Forged, "{bad}");
    }
}

#[tokio::test]
async fn payments_count_whatever_the_invoice_says() {
    let desk = Desk::<BtcPay>::new().await;
    let (invoice, _, at) = desk.open(0).await;
    let id = theirs(&at.reference);
    let (seen, confirmed) = (Finality::Seen, Finality::Confirmed);
    assert_eq!(desk.seen(&at, "New", "0").await, []);
    desk.fake.coin(id, "400.012", "0.0", "Processing");
    assert_eq!(desk.seen(&at, "Processing", "0").await, [(100_003, seen)]);
    desk.fake.coins.lock().expect("coins")[0].status = "Settled".into();
    for status in [
        "New",
        "Processing",
        "Settled",
        "Settled/PaidOver",
        "Expired",
        "Expired/PaidLate",
        "Expired/PaidPartial",
        "Invalid",
    ] {
        assert_eq!(desk.seen(&at, status, "0").await, [(invoice.due.minor, confirmed)], "{status}");
    }
    // The network's fee is no part of the price, and what is below a cent is not counted.
    desk.fake.coin(id, "0.0199999", "0.01", "Settled");
    assert_eq!(desk.seen(&at, "Settled", "0").await[1], (2, confirmed));
    assert_eq!(desk.seen(&at, "Invalid/Marked", "0").await, [(0, seen)], "a person looks");
}

#[tokio::test]
async fn what_the_operator_marks_as_paid_is_the_rest() {
    let desk = Desk::<BtcPay>::new().await;
    let (invoice, _, at) = desk.open(0).await;
    let due = invoice.due.minor;
    assert_eq!(desk.seen(&at, "Settled/Marked", "0").await, [(due, Finality::Confirmed)]);
    desk.fake.coin(theirs(&at.reference), "40", "0.0", "Settled");
    let confirmed = Finality::Confirmed;
    assert_eq!(desk.seen(&at, "Settled/Marked", "0").await, [(10_000, confirmed), (due - 10_000, confirmed)]);
}

#[tokio::test]
async fn a_payment_without_an_amount_or_a_rate_is_no_money() {
    for (value, fee) in [("null", "0"), ("", "0"), ("-1", "0"), ("1", "2")] {
        let desk = Desk::<BtcPay>::new().await;
        let (_, _, at) = desk.open(0).await;
        desk.fake.coin(theirs(&at.reference), value, fee, "Settled");
        let outcome = desk.gateway.inspect(&[at], desk.now()).await;
        assert!(matches!(outcome, Outcome::Ambiguous(_)), "{value} {outcome:?}");
    }
}

#[tokio::test]
async fn an_order_is_looked_up_before_an_invoice_is_made() {
    let desk = Desk::<BtcPay>::new().await;
    let (first, opened, _) = desk.open(0).await;
    let mut config = BtcPay::config();
    config["base_url"] = desk.server.base_url().into();
    config["speed_policy"] = "LowSpeed".into();
    let restart = || super::connect(BtcPay::kind().as_ref(), config.clone());
    assert_eq!(done(restart().open(&first).await), opened);
    assert_eq!(desk.fake.book().len(), 1);
    // One that has ended, or another price, is not taken again.
    desk.fake.book().set(theirs(&opened.reference), "Expired", "0");
    assert_ne!(done(restart().open(&first).await), opened);
    assert_eq!(desk.server.calls().pop().expect("a call").json()["checkout"]["speedPolicy"], "LowSpeed");
}

#[tokio::test]
async fn another_store_s_events_are_nothing() {
    let desk = Desk::<BtcPay>::new().await;
    let (_, opened, _) = desk.open(0).await;
    let other = signed(&event(&opened.reference, "AnotherStore"), SECRET);
    assert_eq!(desk.gateway.read(&other, desk.now()).signal, Signal::Nothing);
    let test_event = signed(r#"{"type":"InvoiceCreated","deliveryId":"x"}"#, SECRET);
    assert_eq!(desk.gateway.read(&test_event, desk.now()).signal, Signal::Nothing);
}

//! Plisio.

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
use nexa_payments::plisio::PlisioKind;
use serde_json::{Value, json};
use std::sync::Arc;

const KEY: &str = "kq7Vw2mT9xLc4RsZ1nHb6YdPf3Ga8JuE0kq7Vw2mT9xLc4RsZ1nHb6YdPf3Ga8";

#[derive(Default)]
pub(crate) struct Plisio(Book);

fn refuse(status: u16, why: &str) -> Answer {
    (
        status,
        json!({ "status": "error", "data": { "name": "Error", "message": why, "code": 101 } }).to_string(),
    )
}

impl Script for Plisio {
    fn answer(&self, call: &Call) -> Answer {
        if call.query.get("api_key").map(String::as_str) != Some(KEY) {
            return refuse(401, "Wrong API key");
        }
        match (call.method.as_str(), call.path.as_str()) {
            ("GET", "/currencies") => (
                200,
                json!({ "status": "success", "data": [{ "cid": "USDT_TRX" }, { "cid": "BTC" }] }).to_string(),
            ),
            ("GET", "/invoices/new") => self.make(call),
            ("GET", path) => {
                match path.strip_prefix("/operations/").and_then(|id| Some((id, self.0.get(id)?))) {
                    Some((id, entry)) => (200, told(id, &entry)),
                    None => refuse(404, "Operation not found"),
                }
            }
            _ => refuse(405, "Method not allowed"),
        }
    }
}

impl Plisio {
    fn make(&self, call: &Call) -> Answer {
        let text = |name: &str| call.query.get(name).cloned().unwrap_or_default();
        if text("source_amount").parse::<f64>().is_err() || text("source_currency").is_empty() {
            return refuse(422, "source_amount is invalid");
        }
        if text("currency") != "USDT_TRX" || text("allowed_psys_cids") != "USDT_TRX" {
            return refuse(422, "currency is invalid");
        }
        if text("order_number").is_empty() || !text("callback_url").ends_with("?json=true") {
            return refuse(422, "order_number is required");
        }
        if !text("success_invoice_url").starts_with("https://") || text("expire_min").parse::<u32>().is_err()
        {
            return refuse(422, "success_invoice_url is invalid");
        }
        let id = match self.0.of_order(&text("order_number")) {
            Some(_) if text("return_existing") != "true" => return refuse(422, "order_number is not unique"),
            Some((id, _)) => id,
            None => self.0.add(
                "6421a9d7c5f5e",
                Entry {
                    order: text("order_number"),
                    price: text("source_amount"),
                    currency: text("source_currency"),
                    status: "new".into(),
                    paid: "0".into(),
                },
            ),
        };
        let url = format!("https://plisio.net/invoice/{id}");
        (200, json!({ "status": "success", "data": { "txn_id": id, "invoice_url": url } }).to_string())
    }
}

fn told(id: &str, Entry { order, price, currency, status, paid }: &Entry) -> String {
    format!(
        r#"{{"status":"success","data":{{"id":"{id}","txn_id":"{id}","type":"invoice","status":"{status}","psys_cid":"USDT_TRX",
        "currency":"USDT_TRX","source_currency":"{currency}","amount":"{paid}","invoice_total_sum":"1000.03","confirmations":7,
        "params":{{"order_number":"{order}","source_amount":"{price}","x":1e-7}},"tx_urls":"[\"https:\/\/x\"]"}}}}"#
    )
}

/// HMAC-SHA1 of the message without its signature.
fn sha1(body: &str, key: &str) -> String {
    let mut mac = Hmac::<sha1::Sha1>::new_from_slice(key.as_bytes()).expect("a key");
    mac.update(body.as_bytes());
    HEXLOWER.encode(&mac.finalize().into_bytes())
}

impl Fake for Plisio {
    const WORDS: [&'static str; 3] = ["pending", "completed", "cancelled"];
    const SECRETS: &'static [&'static str] = &[KEY];
    fn kind() -> Arc<dyn GatewayKind> {
        Arc::new(PlisioKind)
    }
    fn config() -> Value {
        json!({ "secret_key": KEY, "pay_currency": "USDT_TRX" })
    }
    fn book(&self) -> &Book {
        &self.0
    }
    fn message(reference: &str, amount: Money, by: Signer) -> Callback {
        let (id, order) = (theirs(reference), ours(reference));
        let unsigned = format!(
            r#"{{"txn_id":"{id}","ipn_type":"invoice","amount":"{}","order_number":"{order}","status":"completed","comment":"a/b","confirmations":20}}"#,
            amount.decimal()
        );
        let hash = sha1(&unsigned, by.key(KEY, "the-key-of-another-merchant"));
        post(&[], &format!("{},\"verify_hash\":\"{hash}\"}}", unsigned.strip_suffix('}').expect("an object")))
    }
}

nexa_core::gateway_suite!(
    #[tokio::test]
    Desk::<Plisio>::new().await
);

#[test]
fn connects_only_with_a_key() {
    connects_only_what_works(&Settings {
        kind: Plisio::kind(),
        good: Plisio::config(),
        keys: &["secret_key"],
    });
}

#[tokio::test]
async fn the_published_vector_is_heard() {
    let unsigned = r#"{"txn_id":"6421a9d7c5f5e","ipn_type":"invoice","merchant":"NexaVPN","merchant_id":"5f1","amount":"10.05000000","currency":"USDT_TRX","order_number":"ord_01J9Z","order_name":"NexaVPN 30d","confirmations":"20","status":"completed","source_currency":"USD","source_amount":"9.99","source_rate":"1.00600601","comment":"","invoice_commission":"0.05","invoice_sum":"10","invoice_total_sum":"10.05"}"#;
    let hash = "f53fc7042d8a8617dab3f245c393005f8c7d6827";
    assert_eq!(sha1(unsigned, "plisio-secret"), hash);
    let desk = Desk::<Plisio>::with(json!({ "secret_key": "plisio-secret" })).await;
    let rest = unsigned.strip_prefix('{').expect("an object");
    let end = unsigned.strip_suffix('}').expect("an object");
    let member = format!("\"verify_hash\":\"{hash}\"");
    for good in [format!("{end},{member}}}"), format!("{{{member},{rest}")] {
        assert_eq!(desk.gateway.read(&post(&[], &good), desk.now()).signal, Signal::Nothing);
        assert_eq!(
            desk.gateway.read(&post(&[], &good.replace("9.99", "9.98")), desk.now()).signal,
            Signal::Forged
        );
        assert_eq!(desk.gateway.read(&post(&[], &good.replace(hash, "")), desk.now()).signal, Signal::Forged);
    }
    // What it sends without `json=true`, signed over PHP's way to write it, is not taken.
    let form = "txn_id=6421a9d7c5f5e&status=completed&verify_hash=921b5d7d648c099b3df17b631d4ed00375626bb8";
    assert_eq!(desk.gateway.read(&post(&[], form), desk.now()).signal, Signal::Forged);
}

#[tokio::test]
async fn each_status_means_what_it_says() {
    let desk = Desk::<Plisio>::new().await;
    let (invoice, _, at) = desk.open(0).await;
    let due = invoice.due.minor;
    let (seen, confirmed) = (Finality::Seen, Finality::Confirmed);
    for (status, paid, facts) in [
        ("new", "0", vec![]),
        ("pending", "0", vec![(due, seen)]),
        ("pending internal", "500.015", vec![(50_001, seen)]),
        ("completed", "1000.03000000", vec![(due, confirmed)]),
        ("completed", "999.99999999", vec![(99_999, confirmed)]),
        ("expired", "0", vec![]),
        ("expired", "0.0299", vec![(2, confirmed)]),
        ("cancelled", "0", vec![]),
        ("cancelled duplicate", "0", vec![]),
        ("mismatch", "2000.06", vec![(0, seen)]),
        ("error", "1000.03", vec![(0, seen)]),
    ] {
        assert_eq!(desk.seen(&at, status, paid).await, facts, "{status} {paid}");
    }
    for paid in ["", "null", "-5"] {
        desk.fake.book().set(theirs(&at.reference), "completed", paid);
        let outcome = desk.gateway.inspect(std::slice::from_ref(&at), desk.now()).await;
        assert!(matches!(outcome, Outcome::Ambiguous(_)), "{paid} {outcome:?}");
    }
}

#[tokio::test]
async fn another_coin_is_never_money_and_an_order_has_one_invoice() {
    let desk = Desk::<Plisio>::new().await;
    let (first, opened, at) = desk.open(0).await;
    let config = json!({ "secret_key": KEY, "pay_currency": "usdt_trx", "base_url": desk.server.base_url() });
    let restarted = super::connect(Plisio::kind().as_ref(), config);
    assert_eq!(done(restarted.open(&first).await), opened);
    assert_eq!(desk.fake.book().len(), 1);
    desk.seen(&at, "completed", "1000.03").await;
    let other = desk.server.last().replace("\"psys_cid\":\"USDT_TRX\"", "\"psys_cid\":\"SHIB\"");
    desk.server.say(Some((200, &other)));
    let facts = done(restarted.inspect(&[at], desk.now()).await);
    assert!(
        facts.len() == 1 && facts[0].finality == Finality::Seen && facts[0].reference != opened.reference
    );
}

#[tokio::test]
async fn the_account_s_coin_is_checked() {
    let desk = Desk::<Plisio>::with(json!({ "pay_currency": "XMR" })).await;
    assert!(done(desk.gateway.check().await).lines[0].contains("does NOT take XMR"));
}

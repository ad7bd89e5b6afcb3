//! OxaPay.

use super::{
    Book, Desk, Entry, Fake, Settings, ours, post,
    server::{Answer, Call, Script},
    theirs,
};
use crate::forged::Signer;
use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use nexa_core::{
    conformance::gateway::{Fixture, connects_only_what_works, done, movement},
    domain::{money::Money, payment::Finality},
    ports::gateway::{Callback, GatewayKind, Signal},
};
use nexa_payments::oxapay::OxaPayKind;
use serde_json::{Value, json};
use std::sync::Arc;

const KEY: &str = "QK5HNU-9L2MXA-PW8RZT-3VBCJE";

#[derive(Default)]
pub(crate) struct OxaPay(Book);

fn refuse(status: u16, why: &str) -> Answer {
    (
        status,
        json!({ "data": {}, "message": why, "error": { "key": "x", "message": why }, "status": status })
            .to_string(),
    )
}

impl Script for OxaPay {
    fn answer(&self, call: &Call) -> Answer {
        if call.header("merchant_api_key") != KEY {
            return refuse(401, "Invalid merchant API key");
        }
        match (call.method.as_str(), call.path.as_str()) {
            ("POST", "/payment/invoice") => self.make(call),
            ("GET", "/payment") => {
                (200, json!({ "data": { "list": [], "meta": { "page": 1 } }, "status": 200 }).to_string())
            }
            ("GET", path) => {
                match path.strip_prefix("/payment/").and_then(|id| Some((id, self.0.get(id)?))) {
                    Some((id, entry)) => (200, told(id, &entry)),
                    None => refuse(404, "Payment not found"),
                }
            }
            _ => refuse(405, "Method not allowed"),
        }
    }
}

impl OxaPay {
    fn make(&self, call: &Call) -> Answer {
        let fields = call.members();
        let known = [
            "amount",
            "currency",
            "lifetime",
            "order_id",
            "description",
            "callback_url",
            "return_url",
            "under_paid_coverage",
            "mixed_payment",
            "sandbox",
        ];
        let text = |name: &str| {
            fields.get(name).and_then(|raw| serde_json::from_str::<String>(raw).ok()).unwrap_or_default()
        };
        let price = fields.get("amount").cloned().unwrap_or_default();
        let lifetime = fields.get("lifetime").and_then(|raw| raw.parse::<u32>().ok()).unwrap_or(0);
        if fields.keys().any(|name| !known.contains(&name.as_str())) {
            return refuse(400, "unknown field");
        }
        if price.parse::<f64>().is_err() || !(15..=2_880).contains(&lifetime) || text("order_id").is_empty() {
            return refuse(400, "Problem validating the data");
        }
        if !text("callback_url").starts_with("https://") || !text("return_url").starts_with("https://") {
            return refuse(400, "the address is not valid");
        }
        let entry = Entry {
            order: text("order_id"),
            price,
            currency: text("currency"),
            status: "waiting".into(),
            paid: "0".into(),
        };
        let id = self.0.add("18474", entry);
        let data = json!({ "track_id": id, "payment_url": format!("https://pay.oxapay.com/11/{id}"),
            "expired_at": 1_795_478_067, "date": 1_795_474_467 });
        (
            200,
            json!({ "data": data, "message": "ok", "error": {}, "status": 200, "version": "1.0.0" })
                .to_string(),
        )
    }
}

fn told(id: &str, entry: &Entry) -> String {
    let Entry { order, price, currency, status, paid } = entry;
    let word = if ["paying", "confirming"].contains(&status.as_str()) { "confirming" } else { "confirmed" };
    let txs = if paid == "0" {
        "[]".to_owned()
    } else {
        format!(
            r#"[{{"tx_hash":"5f2d","sent_amount":{paid},"received_amount":0.1,"sent_value":{paid},"value":{paid},
            "currency":"POL","network":"Polygon Network","status":"{word}","rate":1,"confirmations":3,"new":null}}]"#
        )
    };
    format!(
        r#"{{"data":{{"track_id":"{id}","type":"invoice","amount":{price},"value":{price},"currency":"{currency}",
        "status":"{status}","order_id":"{order}","txs":{txs},"surprise":[1e-7]}},"message":"ok","status":200}}"#
    )
}

/// As its documentation has it: HMAC-SHA512 of the body under the merchant's key.
fn signed(body: &str, key: &str) -> Callback {
    let mut mac = Hmac::<sha2::Sha512>::new_from_slice(key.as_bytes()).expect("a key");
    mac.update(body.as_bytes());
    let hex = HEXLOWER.encode(&mac.finalize().into_bytes());
    post(&[("hmac", &hex)], body)
}

impl Fake for OxaPay {
    const WORDS: [&'static str; 3] = ["paying", "paid", "refunded"];
    const SECRETS: &'static [&'static str] = &[KEY];
    fn kind() -> Arc<dyn GatewayKind> {
        Arc::new(OxaPayKind)
    }
    fn config() -> Value {
        json!({ "merchant_api_key": KEY })
    }
    fn book(&self) -> &Book {
        &self.0
    }
    fn message(reference: &str, amount: Money, by: Signer) -> Callback {
        let (id, order, amount) = (theirs(reference), ours(reference), amount.decimal());
        let body = format!(
            r#"{{"track_id":"{id}","status":"Paid","type":"invoice","amount":{amount},"currency":"USD","order_id":"{order}","txs":[{{"tx_hash":"5f2d","sent_amount":1e-7}}]}}"#
        );
        signed(&body, by.key(KEY, "ANOTHER-MERCHANT-S-KEY"))
    }
}

nexa_core::gateway_suite!(
    #[tokio::test]
    Desk::<OxaPay>::new().await
);

#[test]
fn connects_only_with_a_key() {
    let keys = &["merchant_api_key"];
    connects_only_what_works(&Settings { kind: OxaPay::kind(), good: OxaPay::config(), keys });
}

#[tokio::test]
async fn the_published_vector_is_heard() {
    let body = r#"{"track_id":"184747701","status":"Paid","type":"invoice","module_name":"nexavpn","amount":9.99,"value":9.99,"currency":"USD","order_id":"ord_01J9Z","txs":[{"status":"confirmed","tx_hash":"5f2d","received_amount":9.99,"currency":"USDT","network":"Tron Network"}],"date":1795474467}"#;
    let hex = "d67fd4fa1a98b492fa96d1fb716e4d5fed1f0f77ec4669bfc1ac9b57beca5a2fe9e1f1a31b0d4dec8c198827de267c38c0850e904889235cc6afcb8343a9a8e6";
    let desk = Desk::<OxaPay>::with(json!({ "merchant_api_key": "OXAPAY-MERCHANT-KEY" })).await;
    assert_eq!(signed(body, "OXAPAY-MERCHANT-KEY").headers, post(&[("hmac", hex)], "").headers);
    // Its order is none of ours.
    assert_eq!(desk.gateway.read(&post(&[("HMAC", hex)], body), desk.now()).signal, Signal::Nothing);
    assert_eq!(
        desk.gateway.read(&post(&[("HMAC", hex)], &body.replace("9.99", "9.98")), desk.now()).signal,
        Signal::Forged
    );
}

#[tokio::test]
async fn each_status_means_what_it_says() {
    let desk = Desk::<OxaPay>::new().await;
    let (invoice, _, at) = desk.open(0).await;
    let due = invoice.due.minor;
    let (seen, confirmed) = (Finality::Seen, Finality::Confirmed);
    for (status, paid, facts) in [
        ("new", "0", vec![]),
        ("Waiting", "0", vec![]),
        ("Paying", "0", vec![(due, seen)]),
        ("paying", "500.019", vec![(50_001, seen)]),
        ("confirming", "1000.03", vec![(due, seen)]),
        ("Paid", "1000.03", vec![(due, confirmed)]),
        ("paid", "1000.0299", vec![(due, confirmed)]),
        ("paid", "2000.06", vec![(2 * due, confirmed)]),
        ("manual_accept", "0", vec![(due, confirmed)]),
        ("underpaid", "3.0440897036220003", vec![(304, confirmed)]),
        ("expired", "0", vec![]),
        ("expired", "1e2", vec![(10_000, confirmed)]),
        ("refunding", "1000.03", vec![]),
        ("refunded", "1000.03", vec![]),
        ("failed", "0", vec![]),
    ] {
        assert_eq!(desk.seen(&at, status, paid).await, facts, "{status} {paid}");
    }
    desk.fake.book().set(theirs(&at.reference), "underpaid", "0");
    let outcome = desk.gateway.inspect(&[at], desk.now()).await;
    assert!(matches!(outcome, nexa_core::ports::outcome::Outcome::Ambiguous(_)), "{outcome:?}");
}

#[tokio::test]
async fn a_sum_that_grows_takes_the_place_of_the_smaller_one() {
    let desk = Desk::<OxaPay>::new().await;
    let (invoice, _, at) = desk.open(0).await;
    desk.fake.book().set(theirs(&at.reference), "underpaid", "400.00");
    let first = done(desk.gateway.inspect(std::slice::from_ref(&at), desk.now()).await);
    let known = [movement(&first[0], &invoice)];
    desk.fake.book().set(theirs(&at.reference), "paid", "1000.03");
    let second = done(desk.gateway.inspect(&[at], desk.now()).await);
    assert_eq!((second.len(), second[0].amount), (1, invoice.due));
    assert_ne!(second[0].movement, first[0].movement);
    let again = done(desk.gateway.recheck(&known, desk.now()).await);
    assert_eq!((again.len(), again[0].finality, again[0].amount.minor), (1, Finality::Dropped, 40_000));
    assert_eq!(again[0].movement, first[0].movement);
}

#[tokio::test]
async fn sandbox_money_is_play_money_and_said_to_be() {
    for sandbox in [true, false] {
        let desk = Desk::<OxaPay>::with(json!({ "sandbox": sandbox })).await;
        assert_eq!(desk.gateway.profile().test, sandbox);
        desk.open(0).await;
        assert_eq!(desk.server.calls()[0].json()["sandbox"], json!(sandbox));
    }
}

#[tokio::test]
async fn prices_in_other_currencies_keep_their_digits() {
    for (currency, text) in
        [("USDT", "0.400000"), ("IRR", "400000"), ("EUR", "4000.00"), ("BTC", "0.00400000")]
    {
        let desk = Desk::<OxaPay>::with(json!({ "currency": currency })).await;
        let (mut invoice, _, _) = desk.open(0).await;
        invoice.due.minor = 400_000;
        invoice.payment_id = nexa_core::ids::PaymentId::from(uuid::Uuid::from_u128(9));
        done(desk.gateway.open(&invoice).await);
        let call = desk.server.calls().pop().expect("a call");
        assert_eq!((call.members()["amount"].as_str(), &call.json()["currency"]), (text, &json!(currency)));
    }
}

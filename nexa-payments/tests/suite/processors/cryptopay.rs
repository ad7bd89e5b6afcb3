//! Crypto Pay.

use super::{
    Book, Desk, Entry, Fake, Settings, ours, post,
    server::{Answer, Call, Script},
    theirs,
};
use crate::forged::Signer;
use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use nexa_core::{
    conformance::gateway::{Fixture, connects_only_what_works},
    domain::{money::Money, payment::Finality},
    ports::{
        gateway::{Callback, GatewayKind, Signal},
        outcome::Outcome,
    },
};
use nexa_payments::cryptopay::CryptoPayKind;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

const TOKEN: &str = "48211:AAkq7Vw2mT9xLc4RsZ1nHb6YdPf3Ga8JuE0";

/// With when invoices were paid, where that is another moment than usual.
#[derive(Default)]
pub(crate) struct CryptoPay(Book, Mutex<BTreeMap<String, String>>);

/// When invoices are paid.
const PAID_AT: &str = "2026-11-23T22:54:27.000Z";

fn refuse(code: u16, name: &str) -> Answer {
    (code, json!({ "ok": false, "error": { "code": code, "name": name } }).to_string())
}

impl Script for CryptoPay {
    fn answer(&self, call: &Call) -> Answer {
        if call.header("crypto-pay-api-token") != TOKEN {
            return refuse(401, "UNAUTHORIZED");
        }
        match (call.method.as_str(), call.path.as_str()) {
            ("GET", "/getMe") => (
                200,
                json!({ "ok": true, "result": { "app_id": 48211, "name": "Shop", "x": 1 } }).to_string(),
            ),
            ("POST", "/createInvoice") => self.make(&call.json()),
            ("GET", "/getInvoices") => {
                let items = match call.query.get("invoice_ids") {
                    Some(id) => self.0.get(id).map(|entry| self.paper(id, &entry)).unwrap_or_default(),
                    None => match self.page(call) {
                        Some(items) => items.join(","),
                        None => return refuse(400, "COUNT_INVALID"),
                    },
                };
                (200, format!(r#"{{"ok":true,"result":{{"items":[{items}]}}}}"#))
            }
            _ => refuse(405, "METHOD_NOT_FOUND"),
        }
    }
}

impl CryptoPay {
    fn make(&self, fields: &Value) -> Answer {
        let text = |name: &str| fields[name].as_str().unwrap_or_default();
        let fiat = text("currency_type") == "fiat";
        let currency = if fiat { text("fiat") } else { text("asset") };
        if currency.is_empty() || text("amount").parse::<f64>().is_err() {
            return refuse(400, "AMOUNT_INVALID");
        }
        if fields
            .get("description")
            .is_some_and(|d| !(1..=1024).contains(&d.as_str().unwrap_or_default().chars().count()))
        {
            return refuse(400, "DESCRIPTION_INVALID");
        }
        if !(1..=2_678_400).contains(&fields["expires_in"].as_u64().unwrap_or(0)) {
            return refuse(400, "EXPIRES_IN_INVALID");
        }
        if !(1..=4096).contains(&text("payload").len()) || !text("paid_btn_url").starts_with("https://") {
            return refuse(400, "PAYLOAD_INVALID");
        }
        let entry = Entry {
            order: text("payload").to_owned(),
            price: text("amount").to_owned(),
            currency: currency.to_owned(),
            status: "active".into(),
            paid: "0".into(),
        };
        let id = self.0.add("52", entry.clone());
        (200, format!(r#"{{"ok":true,"result":{}}}"#, self.paper(&id, &entry)))
    }

    /// Another moment at which an invoice was paid; an empty one is not told.
    pub(crate) fn paid_at(&self, id: &str, at: &str) {
        self.1.lock().expect("times").insert(id.to_owned(), at.to_owned());
    }

    /// Paid ones, newest first.
    fn page(&self, call: &Call) -> Option<Vec<String>> {
        let number = |name: &str| call.query.get(name)?.parse::<usize>().ok();
        let (count @ 1..=1_000, offset) = (number("count")?, number("offset")?) else { return None };
        let all = self.0.all();
        let of = all.iter().rev().filter(|(_, entry)| Some(&entry.status) == call.query.get("status"));
        Some(of.skip(offset).take(count).map(|(id, entry)| self.paper(id, entry)).collect())
    }

    fn paper(&self, id: &str, Entry { order, price, currency, status, .. }: &Entry) -> String {
        let times = self.1.lock().expect("times");
        let at = times.get(id).map_or(PAID_AT, String::as_str);
        let paid =
            if status == "paid" && !at.is_empty() { format!(r#","paid_at":"{at}""#) } else { String::new() };
        let is = if ["USD", "EUR", "BYN", "usd"].contains(&currency.as_str()) {
            ("fiat", "fiat")
        } else {
            ("crypto", "asset")
        };
        format!(
            r#"{{"invoice_id":{id},"hash":"IVfx","currency_type":"{}","{}":"{currency}","amount":"{price}","paid_asset":"TON",
            "paid_amount":"0.1","fee_amount":0.0123,"bot_invoice_url":"https://t.me/CryptoBot?start=IV{id}",
            "status":"{status}","payload":"{order}","created_at":"2026-11-23T22:48:14.000Z"{paid}}}"#,
            is.0, is.1
        )
    }
}

/// HMAC-SHA256 under the SHA-256 of the token.
fn signed(body: &str, token: &str) -> Callback {
    let key = Sha256::digest(token);
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_slice()).expect("a key");
    mac.update(body.as_bytes());
    let hex = HEXLOWER.encode(&mac.finalize().into_bytes());
    post(&[("crypto-pay-api-signature", &hex)], body)
}

impl Fake for CryptoPay {
    const WORDS: [&'static str; 3] = ["active", "paid", "expired"];
    const AT_ONCE: bool = true;
    const SECRETS: &'static [&'static str] = &[TOKEN, "AAkq7Vw2mT9xLc4RsZ1nHb6YdPf3Ga8JuE0"];
    fn kind() -> Arc<dyn GatewayKind> {
        Arc::new(CryptoPayKind)
    }
    fn config() -> Value {
        json!({ "token": TOKEN })
    }
    fn book(&self) -> &Book {
        &self.0
    }
    fn message(reference: &str, amount: Money, by: Signer) -> Callback {
        let (id, order) = (theirs(reference), ours(reference));
        let id = if id.bytes().all(|b| b.is_ascii_digit()) { id.to_owned() } else { format!("\"{id}\"") };
        let body = format!(
            r#"{{"update_id":1,"update_type":"invoice_paid","request_date":"2026-11-23T22:48:14.000Z","payload":{{"invoice_id":{id},"currency_type":"fiat","fiat":"USD","amount":"{}","status":"paid","payload":"{order}"}}}}"#,
            amount.decimal()
        );
        signed(&body, by.key(TOKEN, "48211:AAanother-app-of-the-same-operator-00"))
    }
}

nexa_core::gateway_suite!(
    #[tokio::test]
    Desk::<CryptoPay>::new().await
);

#[test]
fn connects_only_with_a_token() {
    connects_only_what_works(&Settings {
        kind: CryptoPay::kind(),
        good: CryptoPay::config(),
        keys: &["token"],
    });
}

#[tokio::test]
async fn the_published_vector_is_signed_alike() {
    let body = r#"{"update_id":1,"update_type":"invoice_paid","request_date":"2026-11-23T22:48:14.000Z","payload":{"invoice_id":528890,"hash":"IVfx","currency_type":"fiat","fiat":"USD","amount":"9.99","paid_asset":"USDT","paid_amount":"9.99","status":"paid","payload":"ord_01J9Z"}}"#;
    let hex = "05ab866abb498f2c5e95294b3ea362a935c08f571abb3df6fe7df89e7648c995";
    assert_eq!(signed(body, "12345:AAzQcZWQqQAbsfgPnOLr4FHC8Doa4L7KryC").headers[0].1, hex);
    let desk = Desk::<CryptoPay>::new().await;
    let other = post(&[("crypto-pay-api-signature", hex)], body);
    assert_eq!(desk.gateway.read(&other, desk.now()).signal, Signal::Forged, "of another app");
}

#[tokio::test]
async fn it_is_paid_as_a_whole_or_not_at_all() {
    let desk = Desk::<CryptoPay>::new().await;
    let (invoice, _, at) = desk.open(0).await;
    let paid = vec![(invoice.due.minor, Finality::Confirmed)];
    for (status, facts) in [("active", vec![]), ("paid", paid), ("expired", vec![])] {
        assert_eq!(desk.seen(&at, status, "0").await, facts, "{status}");
    }
    // An invoice that is gone is not an unpaid one.
    desk.server.say(Some((200, r#"{"ok":true,"result":{"items":[]}}"#)));
    let outcome = desk.gateway.inspect(&[at], desk.now()).await;
    assert!(matches!(outcome, Outcome::Rejected(_)), "{outcome:?}");
}

#[tokio::test]
async fn an_invoice_in_money_is_not_paid_by_one_in_a_coin_of_the_same_amount() {
    let desk = Desk::<CryptoPay>::with(json!({ "currency": "USDT" })).await;
    let (invoice, opened, at) = desk.open(0).await;
    assert_eq!(desk.seen(&at, "paid", "0").await, [(invoice.due.minor, Finality::Confirmed)]);
    let fiat = desk
        .server
        .last()
        .replace("\"crypto\"", "\"fiat\"")
        .replace("\"asset\"", "\"asset\":\"USDT\",\"fiat\"");
    desk.server.say(Some((200, &fiat.replace("\"fiat\":\"USDT\"", "\"fiat\":\"RUB\""))));
    let facts = desk.gateway.inspect(&[at], desk.now()).await.done().expect("an answer");
    assert!(facts.iter().all(|fact| fact.reference != opened.reference), "{facts:?}");
}

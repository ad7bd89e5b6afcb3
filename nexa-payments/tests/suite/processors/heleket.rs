//! Heleket and Cryptomus.

use super::{
    Book, Desk, Entry, Fake, Settings, ours, post,
    server::{Answer, Call, Script},
    theirs,
};
use crate::forged::Signer;
use data_encoding::{BASE64, HEXLOWER};
use md5::{Digest, Md5};
use nexa_core::{
    conformance::gateway::{Fixture, connects_only_what_works, done, invoice},
    domain::{money::Money, payment::Finality},
    ports::{
        gateway::{Callback, GatewayKind, Signal},
        outcome::Outcome,
    },
};
use nexa_payments::heleket::HeleketKind;
use serde_json::{Value, json};
use std::sync::Arc;

const MERCHANT: &str = "8b03432e-385b-4670-8d06-064591096795";
const KEY: &str = "kq7Vw2mT9xLc4RsZ1nHb6YdPf3Ga8JuE0kq7Vw2mT9xLc4RsZ1nHb6YdPf3Ga8";

/// A server of either.
#[derive(Default)]
pub(crate) struct Heleket(Book);

/// The same protocol under the other name.
#[derive(Default)]
pub(crate) struct Cryptomus(Heleket);

/// MD5 of the body in base 64, followed by the key.
fn md5(body: &[u8], key: &str) -> String {
    let mut text = BASE64.encode(body).into_bytes();
    text.extend_from_slice(key.as_bytes());
    HEXLOWER.encode(&Md5::digest(&text))
}

fn refuse(status: u16, errors: &Value) -> Answer {
    (status, json!({ "state": 1, "message": "The given data was invalid.", "errors": errors }).to_string())
}

impl Script for Heleket {
    fn answer(&self, call: &Call) -> Answer {
        if call.header("merchant") != MERCHANT || call.header("sign") != md5(&call.body, KEY) {
            return (401, json!({ "state": 1, "message": "Unauthorized" }).to_string());
        }
        let fields = call.json();
        match (call.method.as_str(), call.path.as_str()) {
            ("POST", "/v1/payment") => self.make(&fields),
            ("POST", "/v1/payment/info") => {
                let id = fields["uuid"].as_str().unwrap_or_default();
                match self.0.get(id) {
                    Some(entry) => told(id, &entry),
                    None => refuse(404, &json!({})),
                }
            }
            ("POST", "/v1/payment/services") => (200, json!({ "state": 0, "result": [] }).to_string()),
            _ => refuse(404, &json!({})),
        }
    }
}

impl Script for Cryptomus {
    fn answer(&self, call: &Call) -> Answer {
        self.0.answer(call)
    }
}

impl Heleket {
    fn make(&self, fields: &Value) -> Answer {
        let text = |name: &str| fields[name].as_str().unwrap_or_default().to_owned();
        let order = text("order_id");
        let dash = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        if !(1..=128).contains(&order.len())
            || !order.bytes().all(dash)
            || text("amount").parse::<f64>().is_err()
        {
            return refuse(422, &json!({ "order_id": ["validation.alpha_dash"] }));
        }
        if ["url_callback", "url_return", "url_success"].iter().any(|n| !(6..=255).contains(&text(n).len())) {
            return refuse(422, &json!({ "url_callback": ["validation.max"] }));
        }
        if !(300..=43_200).contains(&fields["lifetime"].as_u64().unwrap_or(0)) || text("currency").is_empty()
        {
            return refuse(422, &json!({ "lifetime": ["validation.min"] }));
        }
        if let Some((id, entry)) = self.0.of_order(&order) {
            return told(&id, &entry);
        }
        let entry = Entry {
            order,
            price: text("amount"),
            currency: text("currency"),
            status: "check".into(),
            paid: "0".into(),
        };
        let id = self.0.add("62f88b36-a9d5-4fa6-aa26-", entry.clone());
        told(&id, &entry)
    }
}

/// One coin is asked for each two dollars.
fn told(id: &str, Entry { order, price, currency, status, paid }: &Entry) -> Answer {
    let text = format!(
        r#"{{"state":0,"result":{{"uuid":"{id}","order_id":"{order}","amount":"{price}","payment_amount":"{paid}",
        "payer_amount":"1000.03000000","payer_currency":"TRX","currency":"{currency}","network":"tron","address":null,
        "payment_status":"{status}","status":"{status}","url":"https:\/\/pay.heleket.com\/pay\/{id}","expired_at":1795478067,
        "is_final":false,"additional_data":null,"txid":null}}}}"#
    );
    (200, text)
}

fn message(reference: &str, amount: Money, key: &str) -> Callback {
    let (id, order, amount) = (theirs(reference), ours(reference), amount.decimal());
    let unsigned = format!(
        r#"{{"type":"payment","uuid":"{id}","order_id":"{order}","amount":"{amount}","payment_amount":"{amount}","is_final":true,"status":"paid","additional_data":"a\/b","txid":"5f2d"}}"#
    );
    let sign = md5(unsigned.as_bytes(), key);
    post(&[], &unsigned.replacen("\"txid\"", &format!("\"sign\":\"{sign}\",\"txid\""), 1))
}

macro_rules! speaks {
    ($fake:ident, $kind:ident, |$me:ident| $book:expr) => {
        impl Fake for $fake {
            const WORDS: [&'static str; 3] = ["confirm_check", "paid", "refund_paid"];
            const SECRETS: &'static [&'static str] = &[KEY];
            fn kind() -> Arc<dyn GatewayKind> {
                Arc::new(HeleketKind::$kind)
            }
            fn config() -> Value {
                json!({ "merchant": MERCHANT, "payment_key": KEY })
            }
            fn book(&self) -> &Book {
                let $me = self;
                $book
            }
            fn message(reference: &str, amount: Money, by: Signer) -> Callback {
                message(reference, amount, by.key(KEY, "the-key-of-another-merchant"))
            }
        }
    };
}

speaks!(Heleket, HELEKET, |fake| &fake.0);
speaks!(Cryptomus, CRYPTOMUS, |fake| &fake.0.0);

nexa_core::gateway_suite!(
    #[tokio::test]
    Desk::<Heleket>::new().await
);

mod other_name {
    use super::*;
    nexa_core::gateway_suite!(
        #[tokio::test]
        Desk::<Cryptomus>::new().await
    );
}

#[test]
fn connects_only_with_a_key() {
    for kind in [Heleket::kind(), Cryptomus::kind()] {
        let settings = Settings { kind, good: Heleket::config(), keys: &["payment_key"] };
        connects_only_what_works(&settings);
        for merchant in ["", "<uuid>", "../x", "a b"] {
            let config = json!({ "merchant": merchant, "payment_key": KEY });
            let secret = nexa_core::secret::Secret::new(config);
            assert!(settings.kind.connect(&secret, &super::setting(true)).is_err(), "{merchant}");
        }
    }
}

#[tokio::test]
async fn the_published_vectors_are_heard() {
    let unsigned = r#"{"type":"payment","uuid":"62f88b36-a9d5-4fa6-aa26-e040c3dbf26d","order_id":"ord_01J9Z","amount":"9.99000000","payment_amount":"9.99000000","payment_amount_usd":"9.99","merchant_amount":"9.79020000","commission":"0.19980000","is_final":true,"status":"paid","from":"TXYZ","wallet_address_uuid":null,"network":"tron","currency":"USD","payer_currency":"USDT","additional_data":"a\/b","txid":"5f2d"}"#;
    let sign = "1aec03f1fc36515867c0b759f518dd79";
    assert_eq!(md5(unsigned.as_bytes(), "heleket-api-key"), sign);
    assert_eq!(md5(b"", "heleket-api-key"), "63cd9ecd7ac41f31fae66632935ae97d");
    let desk = Desk::<Heleket>::with(json!({ "payment_key": "heleket-api-key" })).await;
    let full = format!("{},\"sign\":\"{sign}\"}}", unsigned.strip_suffix('}').expect("an object"));
    assert_eq!(desk.gateway.read(&post(&[], &full), desk.now()).signal, Signal::Nothing);
    for bad in [
        full.replace("a\\/b", "a/b"),
        full.replace(sign, "1eb21eb32fdee2cfe2b5dd4513b0a2e3"),
        full.replace(sign, &sign.to_uppercase()),
        full.replace(sign, ""),
        full.replace("\"sign\":", "\"sign\": "),
        full.replace("{\"type\"", "{\"sign\":\"x\",\"type\""),
        unsigned.to_owned(),
    ] {
        assert_eq!(desk.gateway.read(&post(&[], &bad), desk.now()).signal, Signal::Forged, "{bad}");
    }
}

#[tokio::test]
async fn each_status_means_what_it_says() {
    let desk = Desk::<Heleket>::new().await;
    let (invoice, _, at) = desk.open(0).await;
    let due = invoice.due.minor;
    let (seen, confirmed) = (Finality::Seen, Finality::Confirmed);
    for (status, paid, facts) in [
        ("process", "0", vec![]),
        ("check", "0", vec![]),
        ("confirm_check", "0", vec![(due, seen)]),
        ("confirm_check", "500.01500000", vec![(50_001, seen)]),
        ("paid", "1000.03000000", vec![(due, confirmed)]),
        ("paid_over", "2000.06", vec![(2 * due, confirmed)]),
        ("wrong_amount_waiting", "0.02", vec![(2, confirmed)]),
        ("wrong_amount", "999.99999999", vec![(99_999, confirmed)]),
        ("locked", "1000.03", vec![(due, Finality::Contested)]),
        ("fail", "0", vec![]),
        ("system_fail", "0", vec![]),
        ("cancel", "0", vec![]),
        ("refund_process", "1000.03", vec![]),
        ("refund_paid", "1000.03", vec![]),
    ] {
        assert_eq!(desk.seen(&at, status, paid).await, facts, "{status} {paid}");
    }
    assert_eq!(desk.seen(&at, "refund_fail", "1000.03").await, [(0, seen)], "a person looks");
    for paid in ["", "null", "-5"] {
        desk.fake.book().set(theirs(&at.reference), "paid", paid);
        let outcome = desk.gateway.inspect(std::slice::from_ref(&at), desk.now()).await;
        assert!(matches!(outcome, Outcome::Ambiguous(_)), "{paid} {outcome:?}");
    }
}

#[tokio::test]
async fn what_was_paid_in_the_price_s_own_coin_or_told_in_dollars_counts_as_that() {
    let desk = Desk::<Heleket>::new().await;
    let (_, _, at) = desk.open(0).await;
    desk.seen(&at, "wrong_amount", "12.3456").await;
    let told = desk.server.last();
    for text in [
        told.replace("\"TRX\"", "\"usd\""),
        told.replace(
            "\"payer_amount\":\"1000.03000000\"",
            "\"payer_amount\":null,\"payment_amount_usd\":\"12.349\"",
        ),
    ] {
        desk.server.say(Some((200, &text)));
        let facts = done(desk.gateway.inspect(std::slice::from_ref(&at), desk.now()).await);
        assert_eq!(facts[0].amount.minor, 1_234, "{text}");
    }
}

#[tokio::test]
async fn an_order_has_one_invoice_and_another_price_is_refused() {
    let desk = Desk::<Heleket>::new().await;
    let (first, opened, _) = desk.open(0).await;
    let restarted = super::connect(
        Heleket::kind().as_ref(),
        json!({ "merchant": MERCHANT, "payment_key": KEY, "base_url": desk.server.base_url() }),
    );
    assert_eq!(done(restarted.open(&first).await), opened);
    assert_eq!(desk.fake.book().len(), 1);
    let mut dearer = invoice(&desk, 0);
    dearer.due.minor += 1;
    let outcome = restarted.open(&dearer).await;
    assert!(matches!(outcome, Outcome::Rejected(_)), "{outcome:?}");
}

//! NOWPayments.

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
    domain::{
        money::Money,
        payment::{Finality, PayStep},
    },
    ports::{
        gateway::{Callback, GatewayKind, Signal},
        outcome::Outcome,
    },
};
use nexa_payments::nowpayments::NowPaymentsKind;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

const KEY: &str = "9KD2VQF-4M7PX1T-Q0ZB8CN-H5JW3RY";
const IPN: &str = "kq7Vw2mT9xLc4RsZ1nHb6YdPf3Ga8JuE";

#[derive(Default)]
pub(crate) struct NowPayments {
    book: Book,
    /// Invoices that have no payment yet, with their prices.
    invoices: Mutex<BTreeMap<String, Entry>>,
}

fn refuse(status: u16, why: &str) -> Answer {
    (status, json!({ "status": false, "statusCode": status, "code": "INVALID", "message": why }).to_string())
}

impl Script for NowPayments {
    fn answer(&self, call: &Call) -> Answer {
        if call.header("x-api-key") != KEY {
            return refuse(403, "Invalid api key");
        }
        match (call.method.as_str(), call.path.as_str()) {
            ("POST", "/invoice") => self.invoice(call),
            ("POST", "/invoice-payment") => self.payment(call),
            ("GET", "/merchant/coins") => {
                (200, json!({ "selectedCurrencies": ["USDTTRC20", "BTC"] }).to_string())
            }
            ("GET", path) => {
                match path.strip_prefix("/payment/").and_then(|id| Some((id, self.book.get(id)?))) {
                    Some((id, entry)) => (200, told(id, &entry)),
                    None => refuse(404, "Payment not found"),
                }
            }
            _ => refuse(404, "Not found"),
        }
    }
}

impl NowPayments {
    fn invoice(&self, call: &Call) -> Answer {
        let (fields, json) = (call.members(), call.json());
        let price = fields.get("price_amount").cloned().unwrap_or_default();
        let text = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
        if price.parse::<f64>().is_err() {
            return refuse(400, "price_amount must be a number");
        }
        if text("price_currency") != "usd"
            || text("pay_currency") != "usdttrc20"
            || text("order_id").is_empty()
        {
            return refuse(400, "Invalid currency or order");
        }
        if ["ipn_callback_url", "success_url", "cancel_url"]
            .iter()
            .any(|name| !text(name).starts_with("https://"))
        {
            return refuse(400, "must be a valid uri");
        }
        if json["is_fixed_rate"] != true || json["is_fee_paid_by_user"] != false {
            return refuse(400, "is_fixed_rate must be a boolean");
        }
        let mut invoices = self.invoices.lock().expect("invoices");
        let id = (4_522_625_000_usize + invoices.len()).to_string();
        let entry = Entry {
            order: text("order_id"),
            price,
            currency: "usd".into(),
            status: "waiting".into(),
            paid: "0".into(),
        };
        invoices.insert(id.clone(), entry);
        let url = format!("https://nowpayments.io/payment/?iid={id}");
        (
            200,
            json!({ "id": id, "invoice_url": url, "order_id": text("order_id"), "token_id": "x" })
                .to_string(),
        )
    }

    fn payment(&self, call: &Call) -> Answer {
        let json = call.json();
        let entry =
            json["iid"].as_str().and_then(|iid| self.invoices.lock().expect("invoices").get(iid).cloned());
        let Some(entry) = entry else { return refuse(400, "no such invoice") };
        if json["pay_currency"] != "usdttrc20" {
            return refuse(400, "pay_currency is required");
        }
        let id = self.book.add("507712", entry.clone());
        (201, told(&id, &entry))
    }
}

/// Coins are asked for at 1.02 for a dollar, so that a share is not the amount itself.
fn told(id: &str, entry: &Entry) -> String {
    let Entry { order, price, currency, status, paid } = entry;
    format!(
        r#"{{"payment_id":{id},"payment_status":"{status}","pay_address":"TXYZ","payin_extra_id":null,"price_amount":{price},
        "price_currency":"{currency}","pay_amount":1000.03,"actually_paid":{paid},"pay_currency":"usdttrc20",
        "order_id":"{order}","purchase_id":"6084744717","outcome_amount":1.23e-6,"fee":{{"depositFee":1e-7}}}}"#
    )
}

/// HMAC-SHA512 of a text that is already sorted.
fn signature(sorted: &str, secret: &str) -> String {
    let mut mac = Hmac::<sha2::Sha512>::new_from_slice(secret.as_bytes()).expect("a key");
    mac.update(sorted.as_bytes());
    HEXLOWER.encode(&mac.finalize().into_bytes())
}

fn number_or_text(id: &str) -> String {
    if id.bytes().all(|b| b.is_ascii_digit()) { id.to_owned() } else { format!("\"{id}\"") }
}

impl Fake for NowPayments {
    const WORDS: [&'static str; 3] = ["confirming", "finished", "refunded"];
    const SECRETS: &'static [&'static str] = &[KEY, IPN];
    fn kind() -> Arc<dyn GatewayKind> {
        Arc::new(NowPaymentsKind)
    }
    fn config() -> Value {
        json!({ "api_key": KEY, "ipn_secret": IPN, "pay_currency": "usdttrc20" })
    }
    fn book(&self) -> &Book {
        &self.book
    }
    fn message(reference: &str, amount: Money, by: Signer) -> Callback {
        let (id, order, amount) = (number_or_text(theirs(reference)), ours(reference), amount.decimal());
        let body = format!(
            r#"{{"payment_id":{id},"payment_status":"finished","price_amount":{amount},"price_currency":"usd","order_id":"{order}","fee":{{"serviceFee":0,"currency":"btc","depositFee":1e-7}}}}"#
        );
        let sorted = format!(
            r#"{{"fee":{{"currency":"btc","depositFee":1e-7,"serviceFee":0}},"order_id":"{order}","payment_id":{id},"payment_status":"finished","price_amount":{amount},"price_currency":"usd"}}"#
        );
        let hex = signature(&sorted, by.key(IPN, "another-account-s-secret"));
        post(&[("x-nowpayments-sig", &hex)], &body)
    }
}

nexa_core::gateway_suite!(
    #[tokio::test]
    Desk::<NowPayments>::new().await
);

#[test]
fn connects_only_with_keys() {
    let keys = &["api_key", "ipn_secret"];
    connects_only_what_works(&Settings { kind: NowPayments::kind(), good: NowPayments::config(), keys });
}

#[tokio::test]
async fn the_published_vectors_are_heard() {
    let bodies = [
        (
            r#"{"payment_id":5077125051,"payment_status":"finished","price_amount":9.99,"price_currency":"usd","pay_amount":10.05,"actually_paid":10.05,"pay_currency":"usdttrc20","order_id":"ord_01J9Z","fee":{"serviceFee":0,"currency":"usdttrc20","depositFee":0.1}}"#,
            r#"{"actually_paid":10.05,"fee":{"currency":"usdttrc20","depositFee":0.1,"serviceFee":0},"order_id":"ord_01J9Z","pay_amount":10.05,"pay_currency":"usdttrc20","payment_id":5077125051,"payment_status":"finished","price_amount":9.99,"price_currency":"usd"}"#,
            "4944ec1e37c19164662ba2844f36df41a4a1b4ff03cd555bfe20208092799c9146e6c05cd48490578bf0caabb2e281bca4889e8c0c3407629ac7658f4ce393e7",
        ),
        (
            r#"{"payment_id":5077125051,"payment_status":"finished","pay_address":"TXYZ","price_amount":9.99,"price_currency":"usd","pay_amount":10.05,"actually_paid":10.05,"actually_paid_at_fiat":0,"pay_currency":"usdttrc20","order_id":"ord_01J9Z","order_description":"NexaVPN 30d","purchase_id":"6084744717","outcome_amount":0.00000123,"outcome_currency":"btc","fee":{"currency":"btc","depositFee":1e-7,"withdrawalFee":0,"serviceFee":0.00000001},"invoice_id":null}"#,
            r#"{"actually_paid":10.05,"actually_paid_at_fiat":0,"fee":{"currency":"btc","depositFee":1e-7,"serviceFee":0.00000001,"withdrawalFee":0},"invoice_id":null,"order_description":"NexaVPN 30d","order_id":"ord_01J9Z","outcome_amount":0.00000123,"outcome_currency":"btc","pay_address":"TXYZ","pay_amount":10.05,"pay_currency":"usdttrc20","payment_id":5077125051,"payment_status":"finished","price_amount":9.99,"price_currency":"usd","purchase_id":"6084744717"}"#,
            "3766d1435d3d9fa9b243fc90843a60d3a559ee812400aefe2bd256d7e7827dab942e4a8e81a492db8683aa89d4c981a0847f4f80c9c0c7c271e5e60da0c7d70f",
        ),
    ];
    let desk = Desk::<NowPayments>::with(json!({ "ipn_secret": "np-ipn-secret" })).await;
    let judge = |body: &str, hex: &str| {
        desk.gateway.read(&post(&[("x-nowpayments-sig", hex)], body), desk.now()).signal
    };
    for (body, sorted, hex) in bodies {
        assert_eq!(signature(sorted, "np-ipn-secret"), hex);
        assert_eq!(judge(body, hex), Signal::Nothing);
        assert_eq!(judge(sorted, hex), Signal::Nothing, "its order does not matter");
        assert_eq!(judge(&body.replace("9.99", "9.990"), hex), Signal::Forged, "its digits do");
        assert_eq!(judge(&body.replace("1e-7", "1e-07").replace("0.1", "0.10"), hex), Signal::Forged);
    }
}

#[tokio::test]
async fn each_status_means_what_it_says() {
    let desk = Desk::<NowPayments>::new().await;
    let (invoice, _, at) = desk.open(0).await;
    let due = invoice.due.minor;
    let (seen, confirmed) = (Finality::Seen, Finality::Confirmed);
    for (status, paid, facts) in [
        ("waiting", "0", vec![]),
        ("confirming", "0", vec![(due, seen)]),
        ("confirmed", "1000.03", vec![(due, seen)]),
        ("sending", "500.015", vec![(50_001, seen)]),
        ("finished", "1000.03", vec![(due, confirmed)]),
        ("FINISHED", "\"1000.030\"", vec![(due, confirmed)]),
        ("finished", "0.01", vec![(1, confirmed)]),
        ("finished", "2000.06", vec![(2 * due, confirmed)]),
        ("finished", "0", vec![]),
        ("partially_paid", "999.9999999", vec![(99_999, confirmed)]),
        ("failed", "0", vec![]),
        ("refunded", "1000.03", vec![]),
        ("expired", "0", vec![]),
    ] {
        assert_eq!(desk.seen(&at, status, paid).await, facts, "{status} {paid}");
    }
    for paid in ["null", "\"\"", "-1000.03", "\"lots\""] {
        desk.fake.book().set(theirs(&at.reference), "finished", paid);
        let outcome = desk.gateway.inspect(std::slice::from_ref(&at), desk.now()).await;
        assert!(matches!(outcome, Outcome::Ambiguous(_)), "{paid} {outcome:?}");
    }
}

#[tokio::test]
async fn another_coin_is_never_money() {
    let desk = Desk::<NowPayments>::new().await;
    let (invoice, opened, at) = desk.open(0).await;
    desk.make_paid(&opened, invoice.due).await;
    desk.gateway.inspect(std::slice::from_ref(&at), desk.now()).await;
    let other = desk.server.last().replace("\"usdttrc20\"", "\"shib\"");
    desk.server.say(Some((200, &other)));
    let facts = desk.gateway.inspect(std::slice::from_ref(&at), desk.now()).await.done().expect("an answer");
    assert!(facts.iter().all(|fact| fact.finality == Finality::Seen && fact.reference != at.reference));
    assert_eq!(facts.len(), 1);
}

#[tokio::test]
async fn the_page_shows_the_payment_and_the_account_s_coin_is_checked() {
    let desk = Desk::<NowPayments>::new().await;
    let (_, opened, _) = desk.open(0).await;
    let PayStep::Redirect { url } = &opened.step else { panic!("a page") };
    assert!(url.ends_with(&format!("?iid=4522625000&paymentId={}", theirs(&opened.reference))), "{url}");
    let check = desk.gateway.check().await.done().expect("a check");
    assert!(check.lines[0].contains("takes usdttrc20"), "{:?}", check.lines);
    let other = Desk::<NowPayments>::with(json!({ "pay_currency": "xmr" })).await;
    assert!(other.gateway.check().await.done().expect("a check").lines[0].contains("does NOT take xmr"));
    assert!(Desk::<NowPayments>::with(json!({ "sandbox": true })).await.gateway.profile().test);
}

#[tokio::test]
async fn money_that_comes_again_is_shown_to_a_person() {
    let desk = Desk::<NowPayments>::new().await;
    let (_, opened, _) = desk.open(0).await;
    let (id, order) = (theirs(&opened.reference), ours(&opened.reference));
    let judge = |parent: &str| {
        let body = format!(r#"{{"order_id":"{order}","parent_payment_id":{parent},"payment_id":99}}"#);
        let hex = signature(&body, IPN);
        desk.gateway.read(&post(&[("x-nowpayments-sig", &hex)], &body), desk.now()).signal
    };
    let Signal::Observed(facts) = judge(id) else { panic!("a fact") };
    let [fact] = facts.as_slice() else { panic!("one fact") };
    assert_eq!((&fact.reference, fact.finality, fact.amount.minor), (&opened.reference, Finality::Seen, 0));
    assert_ne!(fact.amount.currency, desk.gateway.profile().asset, "so that it contradicts");
    assert_eq!(judge("null"), Signal::Hint(vec![format!("99:{order}")]));
}

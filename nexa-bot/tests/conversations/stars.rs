//! Telegram Stars: the question before, the payment, and the thanks. A gateway that asks the same Telegram stands in for the
//! real one, which has its own tests.

use crate::{
    script::{Chat, in_every_language},
    world::{Shop, TOKEN},
};
use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use nexa_core::{
    backoffice::model::RateRequest,
    domain::{
        gateway::{Confirm, GatewayProfile, Matching, Refunds},
        money::{Currency, Money},
        payment::{Finality, Movement, Observation, PayStep, Policy},
        refusal::Refusal,
        shop::Locale,
    },
    ports::{
        gateway::{
            Callback, Expected, Gateway, GatewayCheck, GatewayKind, GatewaySetting, Invoice, Opened, Reading,
            Signal,
        },
        outcome::Outcome,
    },
    secret::Secret,
    text,
};
use serde_json::{Value, json};
use std::sync::Arc;

/// Kind `stars`: setting `api_url`.
pub struct StarsKind;

struct Stars {
    profile: GatewayProfile,
    api: String,
}

impl GatewayKind for StarsKind {
    fn name(&self) -> &'static str {
        "stars"
    }

    fn connect(&self, config: &Secret<Value>, setting: &GatewaySetting) -> Result<Arc<dyn Gateway>, Refusal> {
        let url = config.expose()["api_url"].as_str().unwrap_or_default();
        let window = SignedDuration::from_hours(1);
        Ok(Arc::new(Stars {
            profile: GatewayProfile {
                asset: Currency::Xtr,
                confirm: Confirm::Inspect,
                refunds: Refunds::Never,
                matching: Matching::Reference,
                minimum: Some(Money::new(1, Currency::Xtr)),
                maximum: None,
                policy: Policy { tolerance_bp: 0, window, watch: window * 4 },
                test: setting.test,
            },
            api: format!("{}/bot{TOKEN}", url.trim_end_matches('/')),
        }))
    }
}

impl Stars {
    async fn asks(&self, method: &str, fields: &Value) -> Value {
        let request = reqwest_teloxide::Client::new().post(format!("{}/{method}", self.api));
        let request = request.header("content-type", "application/json").body(fields.to_string());
        let answer = request.send().await.expect("Telegram").text().await.expect("an answer");
        let answer: Value = serde_json::from_str(&answer).expect("JSON");
        answer["result"].clone()
    }
}

#[async_trait]
impl Gateway for Stars {
    fn profile(&self) -> &GatewayProfile {
        &self.profile
    }

    async fn open(&self, invoice: &Invoice) -> Outcome<Opened> {
        let reference = invoice.payment_id.to_string();
        let fields = json!({ "title": invoice.shop_name, "description": invoice.shop_name, "payload": reference,
            "currency": "XTR", "prices": [{ "label": "a month", "amount": invoice.due.minor }] });
        let link = self.asks("createInvoiceLink", &fields).await;
        let link = link.as_str().expect("a link").to_owned();
        Outcome::Done(Opened { reference, step: PayStep::Stars { link } })
    }

    fn read(&self, _callback: &Callback, _now: Timestamp) -> Reading {
        Reading { signal: Signal::Forged, reply: String::new() }
    }

    async fn inspect(&self, expected: &[Expected], now: Timestamp) -> Outcome<Vec<Observation>> {
        let book = self.asks("getStarTransactions", &json!({ "offset": 0, "limit": 100 })).await;
        let rows = book["transactions"].as_array().expect("transactions").iter();
        let facts = rows.filter_map(|row| {
            let reference = row["source"]["invoice_payload"].as_str()?.to_owned();
            let stars = row["amount"].as_i64()?;
            expected.iter().any(|e| e.reference == reference).then(|| Observation {
                reference,
                family: "stars".to_owned(),
                movement: row["id"].as_str().unwrap_or_default().to_owned(),
                amount: Money::new(stars, Currency::Xtr),
                raw: stars.to_string(),
                finality: Finality::Confirmed,
                anchor: None,
                occurred_at: now,
            })
        });
        Outcome::Done(facts.collect())
    }

    async fn recheck(&self, _movements: &[Movement], _now: Timestamp) -> Outcome<Vec<Observation>> {
        Outcome::Done(Vec::new())
    }

    async fn check(&self) -> Outcome<GatewayCheck> {
        Outcome::Done(GatewayCheck { lines: Vec::new() })
    }
}

in_every_language!(a_month_for_stars);

async fn a_month_for_stars(locale: Locale) {
    let shop = Shop::open(locale).await;
    let config = json!({ "api_url": shop.telegram.url() });
    shop.adds_gateway("stars", shop.word("استارز", "Stars"), config).await;
    let rate = RateRequest { asset: "XTR".to_owned(), price: shop.money(2), valid_hours: 100 };
    shop.operator.set_rate(rate).await.expect("a rate");
    let mut chat = Chat::new(&shop);
    chat.starts(&shop, None).await;
    chat.taps(&shop, "bot-buy").await;
    chat.picks(&shop, shop.word("استارز", "Stars")).await;
    let pay = text::get(locale, "bot-pay-stars");
    chat.phone.pays_stars_by(&pay).await.expect("agreed");
    chat.passes(&shop, &format!("[{pay}]")).await;
    shop.works().await;
    assert!(chat.hears("a few seconds later"), "it is ready");
    // The same invoice once more: the order is paid, so Telegram is told not to take it.
    let why = chat.phone.pays_stars_by(&pay).await.expect_err("nothing is paid twice");
    chat.notes(&format!("the invoice is tapped once more: {why}"));
    // Nor what somebody else ordered.
    let mut other = Chat::new(&shop);
    other.starts(&shop, None).await;
    other.taps(&shop, "bot-buy").await;
    other.picks(&shop, shop.word("استارز", "Stars")).await;
    let link = other.phone.address(&pay);
    let why = chat.phone.pays_stars_at(&link).await.expect_err("another's invoice");
    chat.notes(&format!("another's invoice: {why}"));
    chat.is_as_kept(&shop, "stars").await;
}

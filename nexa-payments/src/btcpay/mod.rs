//! BTCPay Server, Greenfield API of an operator's own server: <https://docs.btcpayserver.org/API/Greenfield/v1/>.
//!
//! It tells every single payment with the rate that its invoice keeps, so each one is a movement of its own here. What
//! an invoice's status says is not relied on: after it has expired, full payments do not settle it, and the flags of late
//! and surplus payments were wrong in several versions.
//!
//! It keeps no two invoices of one order apart, so an order is looked up before an invoice is made.

mod list;

use crate::{
    http::{Server, Trouble},
    processor::{
        Amount, Asked, Common, Created, Decimal, Fact, Heard, Hosted, Id, Listed, Look, Processor, Reference,
        Vendor, header, is_mac, key, name,
    },
    signer::{Previous, Signer},
};
use async_trait::async_trait;
use hmac::Hmac;
use jiff::Timestamp;
use nexa_core::{
    domain::{
        money::{Currency, Money},
        payment::Finality,
        refusal::Refusal,
        setting::Field,
    },
    ports::gateway::{Callback, Gateway, GatewayKind, GatewaySetting, Invoice},
    secret::Secret,
};
use reqwest::RequestBuilder;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use sha2::Sha256;
use std::sync::Arc;

const VENDOR: Vendor = Vendor {
    base_url: None,
    currencies: &[
        Currency::Usd,
        Currency::Eur,
        Currency::Rub,
        Currency::Cny,
        Currency::Irr,
        Currency::Usdt,
        Currency::Btc,
        Currency::Ltc,
        Currency::Xmr,
    ],
    window: 5..=1_440,
    usual_window: 30,
};

/// Kind `btcpay`.
///
/// Settings: `base_url` (of the operator's server), `store_id`, `api_key` (may create and view invoices of the store),
/// `webhook_secret` (of a webhook to the gateway's callback address, with all invoice events); optionally
/// `previous_webhook_secret` (`secret` and `until`: what is signed with the one before passes until that moment), `test` (the
/// server is on regtest or testnet: play money, for test shops), `speed_policy` (`HighSpeed`, `MediumSpeed`,
/// `LowMediumSpeed` or `LowSpeed`; the store's own otherwise), `currency` (that prices are sent in: `USD` by default, or
/// `EUR`, `RUB`, `CNY`, `IRR`, `USDT`, `BTC`, `LTC`, `XMR`), `proxy`, `timeout_seconds` (1 to 15, default 10),
/// `window_minutes` (5 to 1440, default 30), `watch_days` (1 to 30, default 7), `tolerance_bp` (0 to 1000, default 50),
/// `minimum_minor` and `maximum_minor`.
#[derive(Clone, Copy, Debug, Default)]
pub struct BtcPayKind;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Own {
    store_id: String,
    api_key: String,
    webhook_secret: String,
    previous_webhook_secret: Option<Previous>,
    #[serde(default)]
    test: bool,
    speed_policy: Option<SpeedPolicy>,
}

/// How many confirmations settle a payment.
#[derive(Clone, Copy, Deserialize)]
enum SpeedPolicy {
    #[serde(rename = "HighSpeed")]
    High,
    #[serde(rename = "MediumSpeed")]
    Medium,
    #[serde(rename = "LowMediumSpeed")]
    LowMedium,
    #[serde(rename = "LowSpeed")]
    Low,
}

impl SpeedPolicy {
    const fn name(self) -> &'static str {
        match self {
            Self::High => "HighSpeed",
            Self::Medium => "MediumSpeed",
            Self::LowMedium => "LowMediumSpeed",
            Self::Low => "LowSpeed",
        }
    }
}

struct BtcPay {
    server: Server,
    store: String,
    key: Secret<String>,
    webhook: Signer,
    speed_policy: Option<SpeedPolicy>,
    asset: Currency,
    window_minutes: u32,
    monitoring_minutes: i64,
    return_url: String,
}

impl GatewayKind for BtcPayKind {
    fn name(&self) -> &'static str {
        "btcpay"
    }

    fn fields(&self) -> Vec<Field> {
        crate::fields::btcpay()
    }

    fn connect(&self, config: &Secret<Value>, setting: &GatewaySetting) -> Result<Arc<dyn Gateway>, Refusal> {
        let (common, own) = Common::read::<Own>(config, &VENDOR)?;
        let webhook = Signer::read(&own.webhook_secret, own.previous_webhook_secret.as_ref(), |text| {
            key("webhook_secret", text)
        })?;
        let key = key("api_key", &own.api_key)?;
        let profile = common.profile(own.test);
        let processor = BtcPay {
            server: common.server(std::iter::once(&key).chain(webhook.all()), setting.range)?,
            store: name("store_id", &own.store_id)?,
            key,
            webhook,
            speed_policy: own.speed_policy,
            asset: common.asset,
            window_minutes: common.window_minutes,
            monitoring_minutes: profile.policy.watch.as_hours() * 60,
            return_url: setting.public_url.clone(),
        };
        Ok(Arc::new(Hosted::new(profile, processor)))
    }
}

#[derive(Deserialize)]
struct Paper {
    #[serde(default)]
    id: Id,
    #[serde(default, rename = "checkoutLink")]
    page: Option<String>,
    #[serde(default)]
    amount: Amount,
    #[serde(default)]
    currency: Option<String>,
    #[serde(default)]
    status: Option<String>,
    #[serde(default, rename = "additionalStatus")]
    flag: Option<String>,
    #[serde(default)]
    metadata: Option<Metadata>,
    /// In seconds since 1970.
    #[serde(default, rename = "createdTime")]
    created: Option<i64>,
}

#[derive(Deserialize)]
struct Metadata {
    #[serde(default, rename = "orderId")]
    order: Option<String>,
}

/// One coin's part of an invoice.
#[derive(Deserialize)]
struct Method {
    /// What one coin is worth, in the currency of the invoice.
    #[serde(default)]
    rate: Amount,
    #[serde(default)]
    payments: Option<Vec<Payment>>,
}

#[derive(Deserialize)]
struct Payment {
    #[serde(default)]
    id: Id,
    /// In coins, with the fee.
    #[serde(default)]
    value: Amount,
    /// What the network's fee adds to the price, in coins.
    #[serde(default)]
    fee: Amount,
    #[serde(default)]
    status: Option<String>,
    /// In seconds since 1970.
    #[serde(default, rename = "receivedDate")]
    received: Option<i64>,
}

#[derive(Deserialize)]
struct News {
    #[serde(default, rename = "storeId")]
    store: Option<String>,
    #[serde(default, rename = "invoiceId")]
    invoice: Option<String>,
    #[serde(default)]
    metadata: Option<Metadata>,
}

impl Paper {
    fn order(&self) -> Option<&str> {
        self.metadata.as_ref()?.order.as_deref()
    }

    fn asked(&self) -> Asked<'_> {
        Asked {
            id: &self.id.0,
            order: self.order(),
            amount: self.amount,
            currency: self.currency.as_deref().unwrap_or_default(),
        }
    }
}

impl BtcPay {
    /// An address below the store's.
    fn path(&self, below: &str) -> String {
        format!("/api/v1/stores/{}{below}", self.store)
    }

    async fn ask<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, Trouble> {
        let key = format!("token {}", self.key.expose());
        self.server.granted(request.header("authorization", key)).await
    }

    async fn get<T: DeserializeOwned>(&self, below: &str, query: &[(&str, &str)]) -> Result<T, Trouble> {
        self.ask(self.server.get(&self.path(below)).query(query)).await
    }

    /// An open invoice that was made for this payment, when nobody heard that it was.
    async fn existing(&self, invoice: &Invoice) -> Result<Option<Paper>, Trouble> {
        let order = invoice.payment_id.to_string();
        let found: Vec<Paper> = self.get("/invoices", &[("orderId", &order)]).await?;
        Ok(found.into_iter().find(|paper| {
            let at = Reference { theirs: paper.id.0.clone(), ours: invoice.payment_id };
            let same = paper.asked().price(&self.server, &at, Some(invoice.due), self.asset);
            paper.order().is_some() && paper.status.as_deref() == Some("New") && matches!(same, Ok(Ok(_)))
        }))
    }

    async fn make(&self, invoice: &Invoice) -> Result<Paper, Trouble> {
        let mut checkout = json!({
            "expirationMinutes": self.window_minutes,
            "monitoringMinutes": self.monitoring_minutes,
            // How much less is enough is the core's to say.
            "paymentTolerance": 0,
            "redirectURL": self.return_url,
        });
        if let (Some(policy), Some(checkout)) = (self.speed_policy, checkout.as_object_mut()) {
            checkout.insert("speedPolicy".to_owned(), policy.name().into());
        }
        let fields = json!({
            "amount": invoice.due.decimal(),
            "currency": self.asset.code(),
            "metadata": { "orderId": invoice.payment_id.to_string() },
            "checkout": checkout,
        });
        self.ask(self.server.post(&self.path("/invoices"), fields.to_string())).await
    }

    /// The payments of an invoice, and when each came.
    async fn payments(&self, invoice: &str) -> Result<Vec<(Fact, Option<i64>)>, Trouble> {
        let path = format!("/invoices/{invoice}/payment-methods");
        let methods: Vec<Method> = self.get(&path, &[]).await?;
        let mut facts = Vec::new();
        for method in methods {
            for payment in method.payments.into_iter().flatten() {
                let finality = match payment.status.as_deref() {
                    Some("Settled") => Finality::Confirmed,
                    Some("Processing") => Finality::Seen,
                    Some("Invalid") => Finality::Dropped,
                    _ => continue,
                };
                let worth = self.worth(&payment, method.rate.0);
                let minor = worth.ok_or_else(|| self.server.unclear("a payment without an amount"))?;
                if payment.id.0.is_empty() {
                    return Err(self.server.unclear("a payment without a name"));
                }
                let raw = payment.status.unwrap_or_default();
                facts.push((Fact { name: payment.id.0, minor, raw, finality }, payment.received));
            }
        }
        Ok(facts)
    }

    /// The same, with what the operator told the server that it came some other way.
    async fn came(&self, paper: &Paper, price: i64) -> Result<Vec<(Fact, Option<i64>)>, Trouble> {
        let mut facts = self.payments(&paper.id.0).await?;
        if (paper.status.as_deref(), paper.flag.as_deref()) == (Some("Settled"), Some("Marked")) {
            let final_ones = facts.iter().filter(|(fact, _)| fact.finality == Finality::Confirmed);
            let paid = final_ones.fold(0_i64, |sum, (fact, _)| sum.saturating_add(fact.minor));
            let rest = price.saturating_sub(paid);
            if rest > 0 {
                let (name, raw) = (format!("{}:marked:{rest}", paper.id.0), "Marked".to_owned());
                // When that was is not told.
                let fact = Fact { name, minor: rest, raw, finality: Finality::Confirmed };
                facts.push((fact, paper.created));
            }
        }
        Ok(facts)
    }

    /// In the invoice's currency, without what only pays for the network.
    fn worth(&self, payment: &Payment, rate: Option<Decimal>) -> Option<i64> {
        let value = payment.value.0?;
        let net = match payment.fee.0 {
            Some(fee) => value.minus(fee)?,
            None => value,
        };
        net.times(rate?)?.minor(self.asset.decimals())
    }
}

#[async_trait]
impl Processor for BtcPay {
    fn family(&self) -> &'static str {
        "btcpay"
    }

    async fn create(&self, invoice: &Invoice) -> Result<Created, Trouble> {
        let paper = match self.existing(invoice).await? {
            Some(paper) => paper,
            None => self.make(invoice).await?,
        };
        let page = paper.page.ok_or_else(|| self.server.unclear("an invoice without a page"))?;
        Ok(Created { id: paper.id.0, page })
    }

    fn hear(&self, callback: &Callback, now: Timestamp) -> Heard {
        let signature = header(callback, "btcpay-sig").and_then(|value| value.strip_prefix("sha256="));
        let signature = signature.unwrap_or_default();
        if !self.webhook.has_signed(now, |key| is_mac::<Hmac<Sha256>>(key, &callback.body, signature)) {
            return Heard::Forged;
        }
        let Ok(news) = serde_json::from_slice::<News>(&callback.body) else { return Heard::News(None) };
        let invoice = news.invoice.filter(|_| news.store.as_deref() == Some(self.store.as_str()));
        let order = news.metadata.and_then(|metadata| metadata.order);
        Heard::News(Reference::of(&invoice.unwrap_or_default(), &order.unwrap_or_default()))
    }

    async fn look(&self, at: &Reference, due: Option<Money>) -> Result<Look, Trouble> {
        let paper: Paper = self.get(&format!("/invoices/{}", at.theirs), &[]).await?;
        let price = match paper.asked().price(&self.server, at, due, self.asset)? {
            Ok(price) => price,
            Err(wrong) => return Ok(wrong),
        };
        match (paper.status.as_deref().unwrap_or_default(), paper.flag.as_deref()) {
            ("Invalid", Some("Marked")) => Ok(Look::Wrong("the invoice was marked as invalid")),
            ("New" | "Processing" | "Settled" | "Expired" | "Invalid", _) => {
                let came = self.came(&paper, price).await?;
                Ok(Look::Came(came.into_iter().map(|(fact, _)| fact).collect()))
            }
            (other, _) => Ok(Look::unknown(self.family(), other)),
        }
    }

    fn keeps_list(&self) -> bool {
        true
    }

    async fn list(&self, from: Timestamp, to: Timestamp) -> Result<Vec<Listed>, Trouble> {
        self.listed(from.as_second(), to.as_second()).await
    }

    async fn greet(&self) -> Result<Vec<String>, Trouble> {
        self.get::<Vec<Paper>>("/invoices", &[("take", "1")]).await?;
        Ok(vec![format!("takes the key for store {}; prices are in {}", self.store, self.asset)])
    }
}

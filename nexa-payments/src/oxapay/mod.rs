//! OxaPay, API v1: <https://docs.oxapay.com>.
//!
//! Its messages are signed with the merchant's key itself. So while the key is changed, messages that are on their way are
//! signed with the one before (`previous_merchant_api_key`). Nothing is lost without it, because every payment is asked
//! for too.
//!
//! Not confirmed by its documentation, so look before going live: that the answer about a payment names what was sent in
//! each transfer as `sent_amount` and `sent_value`. Where an underpaid invoice leaves that out nothing is credited, and
//! the operator hears of it.

use crate::{
    http::{Server, Trouble},
    processor::{
        Amount, Asked, Common, Created, Decimal, Heard, Hosted, Id, Look, Number, Processor, Reference,
        Vendor, header, is_mac, key, share,
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
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use sha2::Sha512;
use std::sync::Arc;

const VENDOR: Vendor = Vendor {
    base_url: Some("https://api.oxapay.com/v1"),
    currencies: &[
        Currency::Usd,
        Currency::Eur,
        Currency::Usdt,
        Currency::Irr,
        Currency::Rub,
        Currency::Cny,
        Currency::Usdc,
        Currency::Btc,
        Currency::Ltc,
        Currency::Ton,
    ],
    window: 15..=2_880,
    usual_window: 60,
};

/// Kind `oxapay`.
///
/// Settings: `merchant_api_key`; optionally `previous_merchant_api_key` (`secret` and `until`: what is signed with the one
/// before passes until that moment), `sandbox` (play money, for test shops), `currency` (that prices are sent in:
/// `USD` by default, or `EUR`, `USDT`, `IRR`, `RUB`, `CNY`, `USDC`, `BTC`, `LTC`, `TON`), `base_url`, `proxy`,
/// `timeout_seconds` (1 to 15, default 10), `window_minutes` (15 to 2880, default 60), `watch_days` (1 to 30, default 7),
/// `tolerance_bp` (0 to 1000, default 50), `minimum_minor` and `maximum_minor`.
#[derive(Clone, Copy, Debug, Default)]
pub struct OxaPayKind;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Own {
    merchant_api_key: String,
    previous_merchant_api_key: Option<Previous>,
    #[serde(default)]
    sandbox: bool,
}

struct OxaPay {
    server: Server,
    key: Signer,
    sandbox: bool,
    asset: Currency,
    lifetime: u32,
    callback_url: String,
    return_url: String,
}

impl GatewayKind for OxaPayKind {
    fn name(&self) -> &'static str {
        "oxapay"
    }

    fn fields(&self) -> Vec<Field> {
        crate::fields::oxapay()
    }

    fn connect(&self, config: &Secret<Value>, setting: &GatewaySetting) -> Result<Arc<dyn Gateway>, Refusal> {
        let (common, own) = Common::read::<Own>(config, &VENDOR)?;
        let key = Signer::read(&own.merchant_api_key, own.previous_merchant_api_key.as_ref(), |text| {
            key("merchant_api_key", text)
        })?;
        let processor = OxaPay {
            server: common.server(key.all(), setting.range)?,
            key,
            sandbox: own.sandbox,
            asset: common.asset,
            lifetime: common.window_minutes,
            callback_url: setting.callback_url.clone(),
            return_url: setting.public_url.clone(),
        };
        Ok(Arc::new(Hosted::new(common.profile(own.sandbox), processor)))
    }
}

#[derive(Serialize)]
struct New<'a> {
    amount: Number,
    currency: &'static str,
    lifetime: u32,
    order_id: String,
    description: &'a str,
    callback_url: &'a str,
    return_url: &'a str,
    /// How much less is enough is the core's to say.
    under_paid_coverage: u32,
    mixed_payment: bool,
    sandbox: bool,
}

#[derive(Deserialize)]
struct Reply {
    data: Option<Told>,
    #[serde(default)]
    message: Option<String>,
}

#[derive(Deserialize)]
struct Told {
    #[serde(default)]
    track_id: Id,
    #[serde(default)]
    payment_url: Option<String>,
    #[serde(default)]
    order_id: Option<String>,
    #[serde(default)]
    amount: Amount,
    /// The invoice in US dollars.
    #[serde(default)]
    value: Amount,
    #[serde(default)]
    currency: Option<String>,
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    txs: Option<Vec<Transfer>>,
}

#[derive(Deserialize)]
struct Transfer {
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    currency: Option<String>,
    #[serde(default)]
    sent_amount: Amount,
    /// The same in US dollars.
    #[serde(default)]
    sent_value: Amount,
}

#[derive(Deserialize)]
struct News {
    #[serde(default)]
    track_id: Id,
    #[serde(default)]
    order_id: Option<String>,
    #[serde(default, rename = "type")]
    kind: Option<String>,
}

impl OxaPay {
    async fn ask<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, Trouble> {
        self.server.granted(request.header("merchant_api_key", self.key.secret().expose())).await
    }

    async fn told(&self, request: RequestBuilder) -> Result<Told, Trouble> {
        let reply: Reply = self.ask(request).await?;
        match (reply.data, reply.message) {
            (Some(payment), _) if !payment.track_id.0.is_empty() => Ok(payment),
            (_, Some(_)) => Err(self.server.unclear("an answer without a payment")),
            (_, None) => Err(self.server.unclear("an answer that makes no sense")),
        }
    }

    /// What was sent, as its part of the price: in coins where the price is in the same coin, else in dollars.
    fn sent(&self, payment: &Told, price: i64, final_only: bool) -> Option<i64> {
        let counts = |transfer: &&Transfer| {
            let status = transfer.status.as_deref().unwrap_or_default();
            status.eq_ignore_ascii_case("confirmed")
                || !final_only && status.eq_ignore_ascii_case("confirming")
        };
        let all: Vec<_> = payment.txs.iter().flatten().filter(counts).collect();
        let same = |t: &&Transfer| {
            t.currency.as_deref().is_some_and(|is| is.eq_ignore_ascii_case(self.asset.code()))
        };
        let total = |of: fn(&Transfer) -> Amount| {
            all.iter().try_fold(Decimal::parse("0")?, |sum, transfer| sum.plus(of(transfer).0?))
        };
        if all.iter().all(same) {
            return total(|t| t.sent_amount)?.minor(self.asset.decimals());
        }
        let dollars = if self.asset == Currency::Usd { payment.amount } else { payment.value };
        share(price, total(|t| t.sent_value)?, dollars.0?)
    }
}

#[async_trait]
impl Processor for OxaPay {
    fn family(&self) -> &'static str {
        "oxapay"
    }

    async fn create(&self, invoice: &Invoice) -> Result<Created, Trouble> {
        let new = New {
            amount: Number(invoice.due),
            currency: self.asset.code(),
            lifetime: self.lifetime,
            order_id: invoice.payment_id.to_string(),
            description: &invoice.shop_name,
            callback_url: &self.callback_url,
            return_url: &self.return_url,
            under_paid_coverage: 0,
            mixed_payment: false,
            sandbox: self.sandbox,
        };
        let body = serde_json::to_vec(&new).map_err(|_| self.server.refused("no request can be made"))?;
        let made = self.told(self.server.post("/payment/invoice", body)).await?;
        let page = made.payment_url.ok_or_else(|| self.server.unclear("an invoice without a page"))?;
        Ok(Created { id: made.track_id.0, page })
    }

    fn hear(&self, callback: &Callback, now: Timestamp) -> Heard {
        let signature = header(callback, "hmac").unwrap_or_default();
        if !self.key.has_signed(now, |key| is_mac::<Hmac<Sha512>>(key, &callback.body, signature)) {
            return Heard::Forged;
        }
        let Ok(news) = serde_json::from_slice::<News>(&callback.body) else { return Heard::News(None) };
        let invoice = news.kind.as_deref().is_none_or(|kind| kind.eq_ignore_ascii_case("invoice"));
        let order = news.order_id.filter(|_| invoice).unwrap_or_default();
        Heard::News(Reference::of(&news.track_id.0, &order))
    }

    async fn look(&self, at: &Reference, due: Option<Money>) -> Result<Look, Trouble> {
        let payment = self.told(self.server.get(&format!("/payment/{}", at.theirs))).await?;
        let asked = Asked {
            id: &payment.track_id.0,
            order: payment.order_id.as_deref(),
            amount: payment.amount,
            currency: payment.currency.as_deref().unwrap_or_default(),
        };
        let price = match asked.price(&self.server, at, due, self.asset)? {
            Ok(price) => price,
            Err(wrong) => return Ok(wrong),
        };
        let status = payment.status.as_deref().unwrap_or_default().to_ascii_lowercase();
        let sum = |minor: i64, finality| Look::sum(at, minor, status.clone(), finality);
        Ok(match status.as_str() {
            "new" | "waiting" | "refunded" | "failed" | "rejected" => Look::NOTHING,
            "paying" | "confirming" => {
                let sent = self.sent(&payment, price, false).filter(|minor| *minor > 0);
                sum(sent.unwrap_or(price), Finality::Seen)
            }
            // Its word that the price is paid; a surplus counts where it is told.
            "paid" | "manual_accept" => {
                sum(self.sent(&payment, price, true).unwrap_or(price).max(price), Finality::Confirmed)
            }
            // An expired invoice may hold a part payment too.
            "underpaid" | "expired" => {
                let sent = self.sent(&payment, price, true);
                let sent = sent.filter(|minor| *minor > 0 || status == "expired");
                sum(
                    sent.ok_or_else(|| self.server.unclear("a part payment without amounts"))?,
                    Finality::Confirmed,
                )
            }
            "refunding" => Look::Open,
            other => Look::unknown(self.family(), other),
        })
    }

    async fn greet(&self) -> Result<Vec<String>, Trouble> {
        self.ask::<Listed>(self.server.get("/payment").query(&[("size", "1")])).await?;
        Ok(vec![format!("takes the key; prices are in {}", self.asset)])
    }
}

#[derive(Deserialize)]
struct Listed {
    #[serde(rename = "data")]
    _data: Page,
}

#[derive(Deserialize)]
struct Page {
    #[serde(rename = "list")]
    _list: Vec<Value>,
}

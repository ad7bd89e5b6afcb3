//! NOWPayments: <https://documenter.getpostman.com/view/7907941/2s93JusNJt>.
//!
//! An invoice of NOWPayments has no status of its own, only the payments that its page makes, and these are listed for a
//! password only. So a gateway here takes one coin (`pay_currency`): the payment is made together with its invoice, and
//! can be asked for by its name ever after.
//!
//! `finished` is no proof of the full price: options of the account finish part payments and other coins too. So what
//! counts is `actually_paid` as a share of `pay_amount`. Set "repeated deposits" and "wrong-asset deposits" to *partially
//! paid* in the account all the same.
//!
//! Money that is sent to the same address again makes a payment of its own, which only the account's owner can list. Its
//! signed message names the first one in `parent_payment_id`; then a person is asked to look. Not confirmed by its documentation, so look before going live: that the invoice's page shows the
//! payment named in `paymentId`, and how it writes numbers below 0.000001 in a message. A message whose signature fails
//! for that is ignored; the payment is asked for anyway.

mod canonical;

use crate::{
    http::{Server, Trouble},
    processor::{
        Amount, Asked, Common, Created, Heard, Hosted, Id, Look, Number, Processor, Reference, Vendor,
        header, is_mac, key, name, share,
    },
    signer::{Previous, Signer},
};
use async_trait::async_trait;
use canonical::canonical;
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
use url::Url;

const LIVE: &str = "https://api.nowpayments.io/v1";
const SANDBOX: &str = "https://api-sandbox.nowpayments.io/v1";
/// A payment is kept open for a week.
const VENDOR: Vendor = Vendor {
    base_url: Some(LIVE),
    currencies: &[Currency::Usd, Currency::Eur, Currency::Rub, Currency::Cny],
    window: 20..=1_440,
    usual_window: 60,
};

/// Kind `nowpayments`.
///
/// Settings: `api_key`, `ipn_secret`, `pay_currency` (the coin as NOWPayments writes it, e.g. `usdttrc20`); optionally
/// `previous_ipn_secret` (`secret` and `until`: what is signed with the one before passes until that moment), `sandbox` (play money, for test shops; has keys of its own), `currency` (that prices are sent in: `USD` by default, or
/// `EUR`, `RUB`, `CNY`), `fixed_rate` (default true), `base_url`, `proxy`, `timeout_seconds` (1 to 15, default 10),
/// `window_minutes` (20 to 1440, default 60), `watch_days` (1 to 30, default 7), `tolerance_bp` (0 to 1000, default 50),
/// `minimum_minor` (the least that it takes changes by the hour; below it a payment fails) and `maximum_minor`.
#[derive(Clone, Copy, Debug, Default)]
pub struct NowPaymentsKind;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Own {
    api_key: String,
    ipn_secret: String,
    previous_ipn_secret: Option<Previous>,
    pay_currency: String,
    #[serde(default)]
    sandbox: bool,
    #[serde(default = "yes")]
    fixed_rate: bool,
}

const fn yes() -> bool {
    true
}

struct NowPayments {
    server: Server,
    key: Secret<String>,
    ipn: Signer,
    coin: String,
    fixed_rate: bool,
    asset: Currency,
    callback_url: String,
    return_url: String,
}

impl GatewayKind for NowPaymentsKind {
    fn name(&self) -> &'static str {
        "nowpayments"
    }

    fn fields(&self) -> Vec<Field> {
        crate::fields::nowpayments()
    }

    fn connect(&self, config: &Secret<Value>, setting: &GatewaySetting) -> Result<Arc<dyn Gateway>, Refusal> {
        let sandbox = config.expose().get("sandbox").and_then(Value::as_bool).unwrap_or(false);
        let vendor = Vendor { base_url: Some(if sandbox { SANDBOX } else { LIVE }), ..VENDOR };
        let (common, own) = Common::read::<Own>(config, &vendor)?;
        let ipn =
            Signer::read(&own.ipn_secret, own.previous_ipn_secret.as_ref(), |text| key("ipn_secret", text))?;
        let key = key("api_key", &own.api_key)?;
        let processor = NowPayments {
            server: common.server(std::iter::once(&key).chain(ipn.all()), setting.range)?,
            key,
            ipn,
            coin: name("pay_currency", &own.pay_currency)?.to_ascii_lowercase(),
            fixed_rate: own.fixed_rate,
            asset: common.asset,
            callback_url: setting.callback_url.clone(),
            return_url: setting.public_url.clone(),
        };
        Ok(Arc::new(Hosted::new(common.profile(own.sandbox), processor)))
    }
}

#[derive(Serialize)]
struct NewInvoice<'a> {
    price_amount: Number,
    price_currency: String,
    pay_currency: &'a str,
    order_id: String,
    order_description: &'a str,
    ipn_callback_url: &'a str,
    success_url: &'a str,
    cancel_url: &'a str,
    is_fixed_rate: bool,
    is_fee_paid_by_user: bool,
}

#[derive(Serialize)]
struct NewPayment<'a> {
    iid: &'a str,
    pay_currency: &'a str,
    order_description: &'a str,
}

#[derive(Deserialize)]
struct InvoiceMade {
    id: Id,
    invoice_url: String,
}

#[derive(Deserialize)]
struct Told {
    #[serde(default)]
    payment_id: Id,
    #[serde(default)]
    payment_status: Option<String>,
    #[serde(default)]
    price_amount: Amount,
    #[serde(default)]
    price_currency: Option<String>,
    #[serde(default)]
    pay_amount: Amount,
    #[serde(default)]
    actually_paid: Amount,
    #[serde(default)]
    pay_currency: Option<String>,
    #[serde(default)]
    order_id: Option<String>,
    /// The payment that the address was made for, where this one came to it again.
    #[serde(default)]
    parent_payment_id: Id,
}

#[derive(Deserialize)]
struct Coins {
    #[serde(rename = "selectedCurrencies")]
    selected: Vec<String>,
}

impl NowPayments {
    async fn ask<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, Trouble> {
        self.server.granted(request.header("x-api-key", self.key.expose())).await
    }

    async fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, Trouble> {
        let body = serde_json::to_vec(body).map_err(|_| self.server.refused("no request can be made"))?;
        self.ask(self.server.post(path, body)).await
    }
}

#[async_trait]
impl Processor for NowPayments {
    fn family(&self) -> &'static str {
        "nowpayments"
    }

    async fn create(&self, invoice: &Invoice) -> Result<Created, Trouble> {
        let new = NewInvoice {
            price_amount: Number(invoice.due),
            price_currency: self.asset.code().to_ascii_lowercase(),
            pay_currency: &self.coin,
            order_id: invoice.payment_id.to_string(),
            order_description: &invoice.shop_name,
            ipn_callback_url: &self.callback_url,
            success_url: &self.return_url,
            cancel_url: &self.return_url,
            is_fixed_rate: self.fixed_rate,
            is_fee_paid_by_user: false,
        };
        let made: InvoiceMade = self.post("/invoice", &new).await?;
        let new =
            NewPayment { iid: &made.id.0, pay_currency: &self.coin, order_description: &invoice.shop_name };
        let payment: Told = self.post("/invoice-payment", &new).await?;
        let mut page =
            Url::parse(&made.invoice_url).map_err(|_| self.server.unclear("an invoice without a page"))?;
        page.query_pairs_mut().append_pair("paymentId", &payment.payment_id.0);
        Ok(Created { id: payment.payment_id.0, page: page.into() })
    }

    fn hear(&self, callback: &Callback, now: Timestamp) -> Heard {
        let signature = header(callback, "x-nowpayments-sig").unwrap_or_default();
        let Some(signed) = canonical(&callback.body) else { return Heard::Forged };
        if !self.ipn.has_signed(now, |key| is_mac::<Hmac<Sha512>>(key, signed.as_bytes(), signature)) {
            return Heard::Forged;
        }
        let Ok(news) = serde_json::from_slice::<Told>(&callback.body) else { return Heard::News(None) };
        let order = news.order_id.unwrap_or_default();
        match Reference::of(&news.parent_payment_id.0, &order) {
            Some(first) if first.theirs != news.payment_id.0 => Heard::Strange(first, "money came again"),
            _ => Heard::News(Reference::of(&news.payment_id.0, &order)),
        }
    }

    async fn look(&self, at: &Reference, due: Option<Money>) -> Result<Look, Trouble> {
        let payment: Told = self.ask(self.server.get(&format!("/payment/{}", at.theirs))).await?;
        let asked = Asked {
            id: &payment.payment_id.0,
            order: payment.order_id.as_deref(),
            amount: payment.price_amount,
            currency: payment.price_currency.as_deref().unwrap_or_default(),
        };
        let price = match asked.price(&self.server, at, due, self.asset)? {
            Ok(price) => price,
            Err(wrong) => return Ok(wrong),
        };
        if payment.pay_currency.is_some_and(|coin| !coin.eq_ignore_ascii_case(&self.coin)) {
            return Ok(Look::Wrong("the payment is in another coin"));
        }
        let paid = payment.actually_paid.0.zip(payment.pay_amount.0);
        let paid = paid.and_then(|(paid, asked)| share(price, paid, asked));
        let status = payment.payment_status.as_deref().unwrap_or_default().to_ascii_lowercase();
        let sum = |minor: i64, finality| Look::sum(at, minor, status.clone(), finality);
        Ok(match status.as_str() {
            "waiting" | "failed" | "refunded" | "expired" | "cancelled" => Look::NOTHING,
            // How much it will be is not always told yet.
            "confirming" | "confirmed" | "sending" | "spending" => {
                sum(paid.filter(|minor| *minor > 0).unwrap_or(price), Finality::Seen)
            }
            "finished" | "partially_paid" => sum(
                paid.ok_or_else(|| self.server.unclear("a payment without amounts"))?,
                Finality::Confirmed,
            ),
            other => Look::unknown(self.family(), other),
        })
    }

    async fn greet(&self) -> Result<Vec<String>, Trouble> {
        let coins: Coins = self.ask(self.server.get("/merchant/coins")).await?;
        let taken = coins.selected.iter().any(|coin| coin.eq_ignore_ascii_case(&self.coin));
        let word = if taken { "takes" } else { "does NOT take" };
        Ok(vec![format!("takes the key; the account {word} {}; prices are in {}", self.coin, self.asset)])
    }
}

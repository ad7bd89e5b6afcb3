//! Plisio: <https://plisio.net/documentation>.
//!
//! Its key stands in the address of every request, so no address is ever told. Every request is a `GET`; an order's number
//! makes it give the invoice that exists.
//!
//! A gateway here takes one coin (`pay_currency`): where customers may choose, choosing again makes another invoice under
//! a name that nobody tells us.
//!
//! Not confirmed by its documentation, so look before going live: that an operation tells the price as `source_amount` and
//! `source_currency` (here or in `params`), what came as `amount` and what was asked for as `invoice_total_sum`. Where one
//! is missing nothing is credited, and the operator hears of it. `mismatch` is said to mean too much, but others read it
//! otherwise: a person has to look.

use crate::{
    http::{Server, Trouble},
    processor::{
        Amount, Asked, Common, Created, Heard, Hosted, Id, Look, Processor, Reference, Vendor, cut, is_mac,
        key, name, share,
    },
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
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use sha1::Sha1;
use std::sync::Arc;
use url::Url;

const VENDOR: Vendor = Vendor {
    base_url: Some("https://api.plisio.net/api/v1"),
    currencies: &[Currency::Usd, Currency::Eur, Currency::Irr, Currency::Rub, Currency::Cny],
    window: 10..=1_440,
    usual_window: 60,
};

/// Kind `plisio`.
///
/// Settings: `secret_key`, `pay_currency` (the coin as Plisio writes it, e.g. `USDT_TRX`); optionally `currency` (that
/// prices are sent in: `USD` by default, or `EUR`, `IRR`, `RUB`, `CNY`), `base_url`, `proxy`, `timeout_seconds` (1 to 15,
/// default 10), `window_minutes` (10 to 1440, default 60), `watch_days` (1 to 30, default 7), `tolerance_bp` (0 to 1000,
/// default 50), `minimum_minor` and `maximum_minor`.
#[derive(Clone, Copy, Debug, Default)]
pub struct PlisioKind;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Own {
    secret_key: String,
    pay_currency: String,
}

struct Plisio {
    server: Server,
    key: Secret<String>,
    coin: String,
    asset: Currency,
    window_minutes: u32,
    callback_url: String,
    return_url: String,
}

impl GatewayKind for PlisioKind {
    fn name(&self) -> &'static str {
        "plisio"
    }

    fn fields(&self) -> Vec<Field> {
        crate::fields::plisio()
    }

    fn connect(&self, config: &Secret<Value>, setting: &GatewaySetting) -> Result<Arc<dyn Gateway>, Refusal> {
        let (common, own) = Common::read::<Own>(config, &VENDOR)?;
        let key = key("secret_key", &own.secret_key)?;
        // Asks for JSON; otherwise it sends forms, signed over PHP's way to write them.
        let mut callback =
            Url::parse(&setting.callback_url).map_err(|_| crate::config::bad("callback_url", "not a URL"))?;
        callback.query_pairs_mut().append_pair("json", "true");
        let processor = Plisio {
            server: common.server([&key], setting.range)?,
            key,
            coin: name("pay_currency", &own.pay_currency)?.to_ascii_uppercase(),
            asset: common.asset,
            window_minutes: common.window_minutes,
            callback_url: callback.into(),
            return_url: setting.public_url.clone(),
        };
        Ok(Arc::new(Hosted::new(common.profile(false), processor)))
    }
}

#[derive(Deserialize)]
struct Reply<T> {
    status: String,
    data: Option<T>,
}

#[derive(Deserialize)]
struct Made {
    #[serde(default)]
    txn_id: Id,
    #[serde(default)]
    invoice_url: Option<String>,
    #[serde(default)]
    message: Option<String>,
}

#[derive(Deserialize)]
struct Operation {
    #[serde(default)]
    id: Id,
    #[serde(default)]
    txn_id: Id,
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    psys_cid: Option<String>,
    /// What came, in the coin.
    #[serde(default)]
    amount: Amount,
    /// What was asked for, in the coin.
    #[serde(default)]
    invoice_total_sum: Amount,
    #[serde(default)]
    source_amount: Amount,
    #[serde(default)]
    source_currency: Option<String>,
    #[serde(default)]
    order_number: Option<String>,
    #[serde(default)]
    params: Option<Params>,
}

#[derive(Deserialize, Default)]
struct Params {
    #[serde(default)]
    source_amount: Amount,
    #[serde(default)]
    source_currency: Option<String>,
    #[serde(default)]
    order_number: Option<String>,
}

#[derive(Deserialize)]
struct News {
    #[serde(default)]
    txn_id: Id,
    #[serde(default)]
    order_number: Option<String>,
}

impl Plisio {
    async fn ask<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<(bool, T), Trouble> {
        let request = self.server.get(path).query(query).query(&[("api_key", self.key.expose())]);
        let reply: Reply<T> = self.server.granted(request).await?;
        let data = reply.data.ok_or_else(|| self.server.unclear("an answer that makes no sense"))?;
        Ok((reply.status == "success", data))
    }

    fn refused(&self, message: Option<&str>) -> Trouble {
        self.server.refused_in_words(&json!({ "message": message }))
    }
}

#[async_trait]
impl Processor for Plisio {
    fn family(&self) -> &'static str {
        "plisio"
    }

    async fn create(&self, invoice: &Invoice) -> Result<Created, Trouble> {
        let query = [
            ("source_currency", self.asset.code()),
            ("source_amount", &invoice.due.decimal()),
            ("currency", &self.coin),
            ("allowed_psys_cids", &self.coin),
            ("order_number", &invoice.payment_id.to_string()),
            ("order_name", &invoice.shop_name),
            ("callback_url", &self.callback_url),
            ("success_invoice_url", &self.return_url),
            ("expire_min", &self.window_minutes.to_string()),
            ("return_existing", "true"),
        ];
        let (fine, made) = self.ask::<Made>("/invoices/new", &query).await?;
        if !fine {
            return Err(self.refused(made.message.as_deref()));
        }
        let page = made.invoice_url.ok_or_else(|| self.server.unclear("an invoice without a page"))?;
        Ok(Created { id: made.txn_id.0, page })
    }

    fn hear(&self, callback: &Callback, _now: Timestamp) -> Heard {
        let Some((signed, signature)) = cut(&callback.body, "verify_hash") else { return Heard::Forged };
        if !is_mac::<Hmac<Sha1>>(self.key.expose().as_bytes(), signed.as_bytes(), &signature) {
            return Heard::Forged;
        }
        let Ok(news) = serde_json::from_slice::<News>(&callback.body) else { return Heard::News(None) };
        Heard::News(Reference::of(&news.txn_id.0, &news.order_number.unwrap_or_default()))
    }

    async fn look(&self, at: &Reference, due: Option<Money>) -> Result<Look, Trouble> {
        let path = format!("/operations/{}", at.theirs);
        let (fine, operation) = self.ask::<Operation>(&path, &[]).await?;
        if !fine {
            return Err(self.refused(operation.message.as_deref()));
        }
        let params = operation.params.unwrap_or_default();
        let order = operation.order_number.or(params.order_number);
        let currency = operation.source_currency.or(params.source_currency);
        let asked = Asked {
            id: if operation.id.0.is_empty() { &operation.txn_id.0 } else { &operation.id.0 },
            order: order.as_deref(),
            amount: Amount(operation.source_amount.0.or(params.source_amount.0)),
            currency: currency.as_deref().unwrap_or_default(),
        };
        let price = match asked.price(&self.server, at, due, self.asset)? {
            Ok(price) => price,
            Err(wrong) => return Ok(wrong),
        };
        if operation.psys_cid.is_some_and(|coin| !coin.eq_ignore_ascii_case(&self.coin)) {
            return Ok(Look::Wrong("the payment is in another coin"));
        }
        let paid = operation.amount.0.zip(operation.invoice_total_sum.0);
        let paid = paid.and_then(|(paid, asked)| share(price, paid, asked));
        let status = operation.status.as_deref().unwrap_or_default();
        let sum = |minor: i64, finality| Look::sum(at, minor, status.to_owned(), finality);
        let told = || paid.ok_or_else(|| self.server.unclear("a payment without amounts"));
        Ok(match status {
            "new" | "cancelled" | "cancelled duplicate" => Look::NOTHING,
            "pending" | "pending internal" => {
                sum(paid.filter(|minor| *minor > 0).unwrap_or(price), Finality::Seen)
            }
            "completed" => sum(told()?, Finality::Confirmed),
            // What came to an invoice that expired is a part payment.
            "expired" => sum(paid.unwrap_or(0), Finality::Confirmed),
            "mismatch" => Look::Wrong("another amount came than was asked for"),
            "error" => Look::Wrong("the processor failed with the payment"),
            other => Look::unknown(self.family(), other),
        })
    }

    async fn greet(&self) -> Result<Vec<String>, Trouble> {
        let (fine, found) = self.ask::<Value>("/currencies", &[]).await?;
        if !fine {
            return Err(self.server.refused_in_words(&found));
        }
        let all = found.as_array().map(Vec::as_slice).unwrap_or_default();
        let taken = all.iter().any(|coin| coin.get("cid").and_then(Value::as_str) == Some(&self.coin));
        let word = if taken { "takes" } else { "does NOT take" };
        Ok(vec![format!("takes the key; the account {word} {}; prices are in {}", self.coin, self.asset)])
    }
}

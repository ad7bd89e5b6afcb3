//! Heleket and Cryptomus, which speak one protocol: <https://doc.heleket.com>, <https://doc.cryptomus.com>.
//!
//! Their signature is a keyed MD5 at the end of the message itself, over the bytes as PHP wrote them (a slash is `\/`).
//! That is weak, so a message is only ever a reason to ask.
//!
//! Making an invoice for the same order again gives the one that exists.

use crate::{
    http::{Server, Trouble},
    processor::{
        Amount, Asked, Common, Created, Decimal, Heard, Hosted, Id, Look, Processor, Reference, Vendor, cut,
        key, name, share,
    },
};
use async_trait::async_trait;
use data_encoding::{BASE64, HEXLOWER};
use jiff::Timestamp;
use md5::{Digest, Md5};
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
use std::sync::Arc;
use subtle::ConstantTimeEq;

const CURRENCIES: &[Currency] = &[
    Currency::Usd,
    Currency::Eur,
    Currency::Rub,
    Currency::Cny,
    Currency::Irr,
    Currency::Usdt,
    Currency::Usdc,
    Currency::Btc,
    Currency::Ltc,
    Currency::Ton,
];

/// Kinds `heleket` and `cryptomus`.
///
/// Settings: `merchant` (its UUID), `payment_key`; optionally `currency` (that prices are sent in: `USD` by default, or
/// `EUR`, `RUB`, `CNY`, `IRR`, `USDT`, `USDC`, `BTC`, `LTC`, `TON`), `base_url`, `proxy`, `timeout_seconds` (1 to 15,
/// default 10), `window_minutes` (5 to 720, default 60), `watch_days` (1 to 30, default 7), `tolerance_bp` (0 to 1000,
/// default 50), `minimum_minor` and `maximum_minor`.
#[derive(Clone, Copy, Debug)]
pub struct HeleketKind {
    name: &'static str,
    base_url: &'static str,
}

impl HeleketKind {
    /// <https://heleket.com>.
    pub const HELEKET: Self = Self { name: "heleket", base_url: "https://api.heleket.com" };
    /// <https://cryptomus.com>.
    pub const CRYPTOMUS: Self = Self { name: "cryptomus", base_url: "https://api.cryptomus.com" };
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Own {
    merchant: String,
    payment_key: String,
}

struct Heleket {
    family: &'static str,
    server: Server,
    merchant: String,
    key: Secret<String>,
    asset: Currency,
    window_minutes: u32,
    callback_url: String,
    return_url: String,
}

impl GatewayKind for HeleketKind {
    fn name(&self) -> &'static str {
        self.name
    }

    fn fields(&self) -> Vec<Field> {
        crate::fields::heleket()
    }

    fn connect(&self, config: &Secret<Value>, setting: &GatewaySetting) -> Result<Arc<dyn Gateway>, Refusal> {
        let vendor = Vendor {
            base_url: Some(self.base_url),
            currencies: CURRENCIES,
            window: 5..=720,
            usual_window: 60,
        };
        let (common, own) = Common::read::<Own>(config, &vendor)?;
        let key = key("payment_key", &own.payment_key)?;
        let processor = Heleket {
            family: self.name,
            server: common.server([&key], setting.range)?,
            merchant: name("merchant", &own.merchant)?,
            key,
            asset: common.asset,
            window_minutes: common.window_minutes,
            callback_url: setting.callback_url.clone(),
            return_url: setting.public_url.clone(),
        };
        Ok(Arc::new(Hosted::new(common.profile(false), processor)))
    }
}

/// `md5(base64(body) + key)` in hexadecimal digits.
fn sign(body: &[u8], key: &Secret<String>) -> String {
    let hash = Md5::new().chain_update(BASE64.encode(body)).chain_update(key.expose());
    HEXLOWER.encode(&hash.finalize())
}

#[derive(Deserialize)]
struct Reply<T> {
    state: Option<i64>,
    result: Option<T>,
    message: Option<String>,
}

#[derive(Deserialize)]
struct Told {
    #[serde(default)]
    uuid: Id,
    #[serde(default)]
    order_id: Option<String>,
    #[serde(default)]
    amount: Amount,
    #[serde(default)]
    currency: Option<String>,
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    payment_status: Option<String>,
    /// The same under its older name.
    #[serde(default)]
    status: Option<String>,
    /// What was asked for, in the coin.
    #[serde(default)]
    payer_amount: Amount,
    #[serde(default)]
    payer_currency: Option<String>,
    /// What came, in the coin.
    #[serde(default)]
    payment_amount: Amount,
    #[serde(default)]
    payment_amount_usd: Amount,
}

#[derive(Deserialize)]
struct News {
    #[serde(default)]
    uuid: Id,
    #[serde(default)]
    order_id: Option<String>,
    #[serde(default, rename = "type")]
    kind: Option<String>,
}

impl Heleket {
    async fn ask<T: DeserializeOwned>(&self, path: &str, fields: &Value) -> Result<T, Trouble> {
        let body = fields.to_string();
        let signature = sign(body.as_bytes(), &self.key);
        let request =
            self.server.post(path, body).header("merchant", &self.merchant).header("sign", signature);
        let reply: Reply<T> = self.server.granted(request).await?;
        match reply {
            Reply { state: Some(0), result: Some(result), .. } => Ok(result),
            Reply { state: Some(state), message, .. } if state != 0 => {
                Err(self.server.refused_in_words(&json!({ "message": message })))
            }
            _ => Err(self.server.unclear("an answer that makes no sense")),
        }
    }

    /// What came, as its part of the price.
    fn paid(&self, payment: &Told, price: i64) -> Option<i64> {
        let came = payment.payment_amount.0;
        let coin = payment.payer_currency.as_deref().unwrap_or_default();
        if coin.eq_ignore_ascii_case(self.asset.code()) {
            return came?.minor(self.asset.decimals());
        }
        let of_coins = came.zip(payment.payer_amount.0.filter(|asked: &Decimal| !asked.is_zero()));
        match of_coins {
            Some((came, asked)) => share(price, came, asked),
            None if self.asset == Currency::Usd => payment.payment_amount_usd.0?.minor(2),
            None => None,
        }
    }
}

#[async_trait]
impl Processor for Heleket {
    fn family(&self) -> &'static str {
        self.family
    }

    async fn create(&self, invoice: &Invoice) -> Result<Created, Trouble> {
        let fields = json!({
            "amount": invoice.due.decimal(),
            "currency": self.asset.code(),
            "order_id": invoice.payment_id.to_string(),
            "url_callback": self.callback_url,
            "url_return": self.return_url,
            "url_success": self.return_url,
            "lifetime": u64::from(self.window_minutes) * 60,
            "is_payment_multiple": true,
            // How much less is enough is the core's to say.
            "accuracy_payment_percent": 0,
        });
        let made: Told = self.ask("/v1/payment", &fields).await?;
        // The one that exists could be for another amount.
        let at = Reference { theirs: made.uuid.0.clone(), ours: invoice.payment_id };
        let asked = Asked {
            id: &made.uuid.0,
            order: made.order_id.as_deref(),
            amount: made.amount,
            currency: made.currency.as_deref().unwrap_or_default(),
        };
        if asked.price(&self.server, &at, Some(invoice.due), self.asset)?.is_err() {
            return Err(self.server.refused("has another invoice for this order"));
        }
        let page = made.url.ok_or_else(|| self.server.unclear("an invoice without a page"))?;
        Ok(Created { id: made.uuid.0, page })
    }

    fn hear(&self, callback: &Callback, _now: Timestamp) -> Heard {
        let Some((signed, signature)) = cut(&callback.body, "sign") else { return Heard::Forged };
        let ours = sign(signed.as_bytes(), &self.key);
        if !bool::from(ours.as_bytes().ct_eq(signature.as_bytes())) {
            return Heard::Forged;
        }
        let Ok(news) = serde_json::from_slice::<News>(&callback.body) else { return Heard::News(None) };
        let order = news.order_id.filter(|_| news.kind.as_deref() == Some("payment")).unwrap_or_default();
        Heard::News(Reference::of(&news.uuid.0, &order))
    }

    async fn look(&self, at: &Reference, due: Option<Money>) -> Result<Look, Trouble> {
        let payment: Told = self.ask("/v1/payment/info", &json!({ "uuid": at.theirs })).await?;
        let asked = Asked {
            id: &payment.uuid.0,
            order: payment.order_id.as_deref(),
            amount: payment.amount,
            currency: payment.currency.as_deref().unwrap_or_default(),
        };
        let price = match asked.price(&self.server, at, due, self.asset)? {
            Ok(price) => price,
            Err(wrong) => return Ok(wrong),
        };
        let paid = self.paid(&payment, price);
        let status = payment.payment_status.as_deref().or(payment.status.as_deref()).unwrap_or_default();
        let sum = |minor: i64, finality| Look::sum(at, minor, status.to_owned(), finality);
        Ok(match status {
            "process" | "check" | "fail" | "system_fail" | "cancel" | "refund_paid" => Look::NOTHING,
            "confirm_check" => sum(paid.filter(|minor| *minor > 0).unwrap_or(price), Finality::Seen),
            // Money that is held for a question about its origin: it may still come or go.
            "locked" => sum(paid.filter(|minor| *minor > 0).unwrap_or(price), Finality::Contested),
            "paid" | "paid_over" | "wrong_amount" | "wrong_amount_waiting" => sum(
                paid.ok_or_else(|| self.server.unclear("a payment without amounts"))?,
                Finality::Confirmed,
            ),
            "refund_process" => Look::Open,
            "refund_fail" => Look::Wrong("a refund failed"),
            other => Look::unknown(self.family, other),
        })
    }

    async fn greet(&self) -> Result<Vec<String>, Trouble> {
        self.ask::<Value>("/v1/payment/services", &json!({})).await?;
        Ok(vec![format!("takes the key; prices are in {}", self.asset)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_vectors_hold() {
        let key = Secret::new("heleket-api-key".to_owned());
        let body = r#"{"amount":"9.99","currency":"USD","order_id":"ord_01J9Z","url_callback":"https://vpn.example/pay/heleket"}"#;
        assert_eq!(sign(body.as_bytes(), &key), "bb0883b040a487de62af5f073d3e6ed1");
        assert_eq!(sign(b"", &key), "63cd9ecd7ac41f31fae66632935ae97d");
    }
}

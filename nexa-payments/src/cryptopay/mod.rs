//! Crypto Pay of @CryptoBot: <https://help.crypt.bot/crypto-pay-api>.
//!
//! It keeps books of its own: an invoice is paid at once and as a whole, or not at all.
//!
//! Toncoin is not offered as a price: it was renamed, and what Crypto Pay calls it now is not confirmed. Customers may
//! still pay with it.

use crate::{
    config::{bad, is_placeholder},
    http::{Server, Trouble},
    processor::{
        Amount, Asked, Common, Created, Fact, Heard, Hosted, Id, Listed, Look, Processor, Reference, Vendor,
        header, is_mac,
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
use reqwest::RequestBuilder;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::sync::Arc;

const LIVE: &str = "https://pay.crypt.bot/api";
const TESTNET: &str = "https://testnet-pay.crypt.bot/api";
const VENDOR: Vendor = Vendor {
    base_url: Some(LIVE),
    currencies: &[
        Currency::Usd,
        Currency::Usdt,
        Currency::Eur,
        Currency::Rub,
        Currency::Cny,
        Currency::Usdc,
        Currency::Btc,
        Currency::Ltc,
    ],
    window: 5..=44_640,
    usual_window: 60,
};
/// The token that the manual shows.
const PUBLISHED: &str = "AAzQcZWQqQAbsfgPnOLr4FHC8Doa4L7KryC";
/// Invoices of one answer; it gives a thousand at most, and some are long.
const PAGE: usize = 300;
/// Pages of one list.
const MOST_PAGES: usize = 50;
/// What it takes as an order's description.
const LONGEST_DESCRIPTION: usize = 1_024;

/// Kind `cryptopay`.
///
/// Settings: `token` (of the app, from @CryptoBot); optionally `testnet` (@CryptoTestnetBot, play money, for test shops),
/// `currency` (that prices are sent in: `USD` by default, or `EUR`, `RUB`, `CNY`, `USDT`, `USDC`, `BTC`, `LTC`),
/// `base_url`, `proxy`, `timeout_seconds` (1 to 15, default 10), `window_minutes` (5 to 44640, default 60), `watch_days`
/// (1 to 30, default 7), `tolerance_bp`, `minimum_minor` and `maximum_minor`.
#[derive(Clone, Copy, Debug, Default)]
pub struct CryptoPayKind;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Own {
    token: String,
    #[serde(default)]
    testnet: bool,
}

struct CryptoPay {
    server: Server,
    token: Secret<String>,
    asset: Currency,
    window_minutes: u32,
    return_url: String,
}

impl GatewayKind for CryptoPayKind {
    fn name(&self) -> &'static str {
        "cryptopay"
    }

    fn fields(&self) -> Vec<Field> {
        crate::fields::cryptopay()
    }

    fn connect(&self, config: &Secret<Value>, setting: &GatewaySetting) -> Result<Arc<dyn Gateway>, Refusal> {
        let testnet = config.expose().get("testnet").and_then(Value::as_bool).unwrap_or(false);
        let vendor = Vendor { base_url: Some(if testnet { TESTNET } else { LIVE }), ..VENDOR };
        let (common, own) = Common::read::<Own>(config, &vendor)?;
        let token = token(&own.token)?;
        // Its part behind the app's number alone is as good as all of it.
        let part = Secret::new(token.expose().rsplit(':').next().unwrap_or_default().to_owned());
        let processor = CryptoPay {
            server: common.server([&token, &part], setting.range)?,
            token,
            asset: common.asset,
            window_minutes: common.window_minutes,
            return_url: setting.public_url.clone(),
        };
        Ok(Arc::new(Hosted::new(common.profile(own.testnet), processor)))
    }
}

/// `{the app's id}:{secret}`.
fn token(given: &str) -> Result<Secret<String>, Refusal> {
    let text = given.trim();
    if is_placeholder(text) || text.ends_with(PUBLISHED) {
        return Err(Refusal::PlaceholderKey);
    }
    let plausible = text.split_once(':').is_some_and(|(id, secret)| {
        let digits = (1..=16).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_digit());
        let safe = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        digits && (20..=100).contains(&secret.len()) && secret.bytes().all(safe)
    });
    if plausible { Ok(Secret::new(text.to_owned())) } else { Err(bad("token", "not an app's token")) }
}

#[derive(Deserialize)]
struct Reply<T> {
    ok: bool,
    result: Option<T>,
    error: Option<Value>,
}

#[derive(Deserialize)]
struct Items {
    items: Vec<Paper>,
}

#[derive(Deserialize)]
struct App {
    name: String,
}

/// An invoice.
#[derive(Deserialize)]
struct Paper {
    #[serde(default)]
    invoice_id: Id,
    #[serde(default)]
    bot_invoice_url: Option<String>,
    #[serde(default)]
    status: Option<String>,
    /// A coin, where the price is in a coin.
    #[serde(default)]
    asset: Option<String>,
    #[serde(default)]
    fiat: Option<String>,
    #[serde(default)]
    currency_type: Option<String>,
    #[serde(default)]
    amount: Amount,
    /// Our name of the order.
    #[serde(default)]
    payload: Option<String>,
    #[serde(default)]
    paid_at: Option<Timestamp>,
}

impl Paper {
    /// What the price is in: an invoice in money names the coin that it was paid with, too.
    fn currency(&self) -> &str {
        let fiat = self.currency_type.as_deref() == Some("fiat");
        if fiat { self.fiat.as_deref() } else { self.asset.as_deref() }.unwrap_or_default()
    }
}

#[derive(Deserialize)]
struct News {
    update_type: String,
    payload: Paper,
}

impl CryptoPay {
    const fn is_fiat(&self) -> bool {
        matches!(self.asset, Currency::Usd | Currency::Eur | Currency::Rub | Currency::Cny)
    }

    async fn call<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, Trouble> {
        let request = request.header("crypto-pay-api-token", self.token.expose());
        let reply: Reply<T> = self.server.granted(request).await?;
        match reply {
            Reply { ok: true, result: Some(result), .. } => Ok(result),
            Reply { ok: false, error: Some(error), .. } => {
                Err(self.server.refused_in_words(&json!({ "error": error })))
            }
            _ => Err(self.server.unclear("an answer that makes no sense")),
        }
    }
}

#[async_trait]
impl Processor for CryptoPay {
    fn family(&self) -> &'static str {
        "cryptopay"
    }

    async fn create(&self, invoice: &Invoice) -> Result<Created, Trouble> {
        let name = if self.is_fiat() { "fiat" } else { "asset" };
        let description: String = invoice.shop_name.chars().take(LONGEST_DESCRIPTION).collect();
        let mut fields = json!({
            "currency_type": if self.is_fiat() { "fiat" } else { "crypto" },
            "amount": invoice.due.decimal(),
            "payload": invoice.payment_id.to_string(),
            "expires_in": u64::from(self.window_minutes) * 60,
            "paid_btn_name": "callback",
            "paid_btn_url": self.return_url,
            "allow_comments": false,
        });
        if let Some(fields) = fields.as_object_mut() {
            fields.insert(name.to_owned(), self.asset.code().into());
            // An empty one is refused.
            if !description.trim().is_empty() {
                fields.insert("description".to_owned(), description.into());
            }
        }
        let made: Paper = self.call(self.server.post("/createInvoice", fields.to_string())).await?;
        let page = made.bot_invoice_url.ok_or_else(|| self.server.unclear("an invoice without a page"))?;
        Ok(Created { id: made.invoice_id.0, page })
    }

    fn hear(&self, callback: &Callback, _now: Timestamp) -> Heard {
        let signature = header(callback, "crypto-pay-api-signature").unwrap_or_default();
        let key = Sha256::digest(self.token.expose().as_bytes());
        if !is_mac::<Hmac<Sha256>>(&key, &callback.body, signature) {
            return Heard::Forged;
        }
        let Ok(news) = serde_json::from_slice::<News>(&callback.body) else { return Heard::News(None) };
        let order = news.payload.payload.filter(|_| news.update_type == "invoice_paid").unwrap_or_default();
        Heard::News(Reference::of(&news.payload.invoice_id.0, &order))
    }

    async fn look(&self, at: &Reference, due: Option<Money>) -> Result<Look, Trouble> {
        let query = [("invoice_ids", &at.theirs)];
        let found: Items = self.call(self.server.get("/getInvoices").query(&query)).await?;
        let paper = found.items.into_iter().find(|paper| paper.invoice_id.0 == at.theirs);
        let paper = paper.ok_or_else(|| self.server.refused("knows no such invoice"))?;
        let asked = Asked {
            id: &paper.invoice_id.0,
            order: paper.payload.as_deref(),
            amount: paper.amount,
            currency: paper.currency(),
        };
        let price = match asked.price(&self.server, at, due, self.asset)? {
            Ok(price) => price,
            Err(wrong) => return Ok(wrong),
        };
        Ok(match paper.status.as_deref().unwrap_or_default() {
            "active" | "expired" => Look::NOTHING,
            "paid" => Look::sum(at, price, "paid".to_owned(), Finality::Confirmed),
            other => Look::unknown(self.family(), other),
        })
    }

    /// It lists invoices without a way to say of when, so all that were paid are read.
    fn keeps_list(&self) -> bool {
        true
    }

    async fn list(&self, from: Timestamp, to: Timestamp) -> Result<Vec<Listed>, Trouble> {
        let mut listed = Vec::new();
        for page in 0..MOST_PAGES {
            let (count, offset) = (PAGE.to_string(), (page * PAGE).to_string());
            let query = [("status", "paid"), ("count", &count), ("offset", &offset)];
            let Items { items } = self.call(self.server.get("/getInvoices").query(&query)).await?;
            let last = items.len() < PAGE;
            for paper in items {
                let at = paper.paid_at.ok_or_else(|| self.server.unclear("a payment without a time"))?;
                let ours = paper.currency().eq_ignore_ascii_case(self.asset.code());
                if !ours || at < from || to <= at {
                    continue;
                }
                let minor = paper.amount.0.and_then(|amount| amount.minor(self.asset.decimals()));
                let minor = minor.ok_or_else(|| self.server.unclear("a payment without an amount"))?;
                let id = &paper.invoice_id.0;
                let fact = Fact::sum(id, minor, "paid".to_owned(), Finality::Confirmed);
                listed.push(Listed::new(id, paper.payload.as_deref(), fact, at));
            }
            if last {
                return Ok(listed);
            }
        }
        Err(self.server.unclear("has more payments than can be read at once"))
    }

    async fn greet(&self) -> Result<Vec<String>, Trouble> {
        let app: App = self.call(self.server.get("/getMe")).await?;
        let name: String = app.name.chars().filter(|c| !c.is_control()).take(60).collect();
        Ok(vec![format!("the app is {name}; prices are in {}", self.asset)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The manual's token is refused as a setting, so its vector is checked here.
    #[test]
    fn the_manual_s_vector_holds() {
        let body = br#"{"update_id":1,"update_type":"invoice_paid","request_date":"2026-11-23T22:48:14.000Z","payload":{"invoice_id":528890,"hash":"IVfx","currency_type":"fiat","fiat":"USD","amount":"9.99","paid_asset":"USDT","paid_amount":"9.99","status":"paid","payload":"ord_01J9Z"}}"#;
        let key = Sha256::digest(format!("12345:{PUBLISHED}").as_bytes());
        let hex = "05ab866abb498f2c5e95294b3ea362a935c08f571abb3df6fe7df89e7648c995";
        assert!(is_mac::<Hmac<Sha256>>(&key, body, hex));
        assert_eq!(token(&format!("12345:{PUBLISHED}")).err(), Some(Refusal::PlaceholderKey));
    }
}

//! ZarinPal, version 4. Amounts are rial, and said to be.
//!
//! Protocol: <https://www.zarinpal.com/docs/paymentGateway/>. An inquiry alone never confirms; a terminal that verifies by
//! itself would keep the money of customers who never came back, so it is told not to.

use super::{
    codec::{Ask, Attempt, Codec, Look, Page, field, fields, token},
    gateway::{connect, page_at},
    settings::{Settings, Spec},
};
use crate::{
    config::bad,
    http::{Reply, Server, Trouble, whole},
};
use async_trait::async_trait;
use nexa_core::{
    domain::{refusal::Refusal, setting::Field},
    ports::gateway::{Callback, Gateway, GatewayKind, GatewaySetting},
    secret::Secret,
};
use serde_json::{Map, Value, json};
use std::sync::Arc;
use uuid::Uuid;

/// Kind `zarinpal`.
///
/// Settings: `merchant_id` (a UUID), and those of [`crate::rial`]. With the `base_url` `https://sandbox.zarinpal.com` it
/// is play money, and takes any UUID.
#[derive(Clone, Copy, Debug, Default)]
pub struct ZarinpalKind;

/// The least that its own software lets through is 1000 rial; whether the gateway itself asks for more is not documented.
const SPEC: Spec =
    Spec { key: "merchant_id", base_url: "https://payment.zarinpal.com", least: 1_000, most: None };

impl GatewayKind for ZarinpalKind {
    fn name(&self) -> &'static str {
        "zarinpal"
    }

    fn fields(&self) -> Vec<Field> {
        crate::fields::rial(SPEC.key)
    }

    fn connect(&self, config: &Secret<Value>, setting: &GatewaySetting) -> Result<Arc<dyn Gateway>, Refusal> {
        let mut settings = Settings::read(config, &SPEC)?;
        let merchant: Uuid =
            settings.key.expose().parse().map_err(|_| bad("merchant_id", "not a merchant's id"))?;
        let test = settings.route.base.host.starts_with("sandbox.");
        let first = merchant.as_bytes().first();
        if !test && merchant.as_bytes().iter().all(|byte| Some(byte) == first) {
            return Err(Refusal::PlaceholderKey);
        }
        // As it is sent, so that it is hidden in what comes back.
        settings.key = Secret::new(merchant.to_string());
        let codec = Zarinpal { merchant: settings.key.clone() };
        connect(self.name(), settings, test, setting, codec)
    }
}

struct Zarinpal {
    merchant: Secret<String>,
}

/// An answer: its data, or the code of its error with what is said of it.
type Said = Result<Map<String, Value>, (i64, String)>;

impl Zarinpal {
    async fn call(&self, server: &Server, name: &str, mut fields: Value) -> Result<Said, Trouble> {
        if let Some(fields) = fields.as_object_mut() {
            fields.insert("merchant_id".to_owned(), self.merchant.expose().clone().into());
        }
        let reply =
            server.reply(server.post(&format!("/pg/v4/payment/{name}.json"), fields.to_string())).await?;
        said(&reply).ok_or_else(|| server.unclear("an answer that makes no sense"))
    }

    async fn verify(&self, server: &Server, attempt: &Attempt<'_>) -> Result<Look, Trouble> {
        let fields = json!({ "authority": attempt.reference, "amount": attempt.due.get() });
        match self.call(server, "verify", fields).await? {
            // The second answer of a gateway that verified before; it compared our amount both times.
            Ok(data) => Ok(match whole(data.get("code")) {
                Some(100 | 101) => Look::Paid,
                _ => Look::Nothing,
            }),
            Err((-50, _)) => Ok(Look::Other(None)),
            Err((-51, _)) => Ok(Look::Nothing),
            Err(refusal) => Err(refused(server, refusal)),
        }
    }
}

/// `data` is an empty list where there is an error, and `errors` one where there is none.
fn said(reply: &Reply) -> Option<Said> {
    let errors = match reply.json.get("errors") {
        Some(Value::Array(list)) => list.first(),
        other => other,
    };
    if let Some(error) = errors.and_then(Value::as_object).filter(|error| !error.is_empty()) {
        let words = error.get("message").and_then(Value::as_str).unwrap_or_default();
        return Some(Err((whole(error.get("code"))?, words.to_owned())));
    }
    let data = reply.json.get("data")?.as_object().filter(|data| !data.is_empty())?;
    reply.status.is_success().then(|| Ok(data.clone()))
}

fn refused(server: &Server, (code, words): (i64, String)) -> Trouble {
    server.refused(&format!("code {code}: {words}"))
}

#[async_trait]
impl Codec for Zarinpal {
    async fn request(&self, server: &Server, ask: &Ask<'_>) -> Result<Page, Trouble> {
        let fields = json!({
            "amount": ask.amount.get(),
            "currency": "IRR",
            "description": ask.description,
            "callback_url": ask.callback_url,
            "metadata": { "order_id": ask.order, "auto_verify": false },
        });
        let data = match self.call(server, "request", fields).await? {
            Ok(data) if whole(data.get("code")) == Some(100) => data,
            Ok(_) => return Err(server.unclear("neither a page nor a refusal")),
            Err(refusal) => return Err(refused(server, refusal)),
        };
        let authority = data.get("authority").and_then(Value::as_str).and_then(token);
        let authority = authority.ok_or_else(|| server.unclear("a page without a name"))?;
        Ok(page_at(server.base(), "pg/StartPay", &authority))
    }

    async fn look(&self, server: &Server, attempt: &Attempt<'_>) -> Result<Look, Trouble> {
        let data = match self.call(server, "inquiry", json!({ "authority": attempt.reference })).await? {
            Ok(data) => data,
            Err(refusal) => return Err(refused(server, refusal)),
        };
        match data.get("status").and_then(Value::as_str).unwrap_or_default() {
            "PAID" | "VERIFIED" => self.verify(server, attempt).await,
            "REVERSED" => Ok(Look::Gone),
            "FAILED" => Ok(Look::Unpaid),
            "IN_BANK" => Ok(Look::Nothing),
            _ => Err(server.unclear("a status that is not known")),
        }
    }

    fn returned(&self, callback: &Callback) -> Option<String> {
        let fields = fields(callback, "GET")?;
        field(&fields, "Status").filter(|status| matches!(*status, "OK" | "NOK"))?;
        token(field(&fields, "Authority")?)
    }

    async fn waiting(&self, server: &Server) -> Result<Option<usize>, Trouble> {
        match self.call(server, "unVerified", json!({})).await? {
            Ok(data) => Ok(data.get("authorities").and_then(Value::as_array).map(Vec::len)),
            Err(refusal) => Err(refused(server, refusal)),
        }
    }
}

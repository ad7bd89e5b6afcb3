//! Zibal. Amounts are rial. Its status is always 200; what matters stands in the body, as `result`.
//!
//! Protocol: <https://help.zibal.ir/IPG/API/>. Amount and order of its answers are compared with ours before anything is
//! verified: verifying takes the money.

use super::{
    codec::{Ask, Attempt, Codec, Look, Page, field, fields, token},
    gateway::{connect, page_at},
    settings::{Settings, Spec, is_key},
    unit::Rial,
};
use crate::{
    config::bad,
    http::{Server, Trouble, text, whole},
};
use async_trait::async_trait;
use nexa_core::{
    domain::{refusal::Refusal, setting::Field},
    ports::gateway::{Callback, Gateway, GatewayKind, GatewaySetting},
    secret::Secret,
};
use serde_json::{Value, json};
use std::sync::Arc;

/// The merchant whose money is play money.
const TEST: &str = "zibal";

/// Kind `zibal`.
///
/// Settings: `merchant`, and those of [`crate::rial`]. The merchant `zibal` is Zibal's own for trying out: play money.
#[derive(Clone, Copy, Debug, Default)]
pub struct ZibalKind;

/// The bounds that Zibal's own software keeps to.
const SPEC: Spec =
    Spec { key: "merchant", base_url: "https://gateway.zibal.ir", least: 1_500, most: Some(2_000_000_000) };

impl GatewayKind for ZibalKind {
    fn name(&self) -> &'static str {
        "zibal"
    }

    fn fields(&self) -> Vec<Field> {
        crate::fields::rial(SPEC.key)
    }

    fn connect(&self, config: &Secret<Value>, setting: &GatewaySetting) -> Result<Arc<dyn Gateway>, Refusal> {
        let settings = Settings::read(config, &SPEC)?;
        let merchant = settings.key.expose().clone();
        if merchant != TEST && !is_key(&merchant, 10..=64) {
            return Err(bad("merchant", "not a merchant's id"));
        }
        let test = merchant == TEST;
        connect(self.name(), settings, test, setting, Zibal { merchant: Secret::new(merchant) })
    }
}

struct Zibal {
    merchant: Secret<String>,
}

impl Zibal {
    async fn call(&self, server: &Server, name: &str, mut fields: Value) -> Result<(i64, Value), Trouble> {
        if let Some(fields) = fields.as_object_mut() {
            fields.insert("merchant".to_owned(), self.merchant.expose().clone().into());
        }
        let reply = server.reply(server.post(&format!("/v1/{name}"), fields.to_string())).await?;
        let result = whole(reply.json.get("result"));
        let result = result.ok_or_else(|| server.unclear("an answer that makes no sense"))?;
        Ok((result, reply.json))
    }

    async fn verify(&self, server: &Server, attempt: &Attempt<'_>, track: i64) -> Result<Look, Trouble> {
        let (result, said) = self.call(server, "verify", json!({ "trackId": track })).await?;
        match result {
            100 => agrees(server, attempt, &said, true),
            // The answer to a repeat need not hold the amount; the inquiry before did.
            201 => agrees(server, attempt, &said, false),
            202 => Ok(Look::Nothing),
            _ => Err(refused(server, result, &said)),
        }
    }
}

/// Whether what Zibal says of an attempt is what we asked for.
fn agrees(server: &Server, attempt: &Attempt<'_>, said: &Value, whole_story: bool) -> Result<Look, Trouble> {
    let amount = match (said.get("amount"), whole_story) {
        (None | Some(Value::Null), false) => Some(attempt.due),
        (amount, _) => whole(amount).and_then(Rial::new),
    };
    let amount = amount.ok_or_else(|| server.unclear("paid, but not how much"))?;
    let order = text(said.get("orderId"));
    let other =
        attempt.order.as_ref().is_some_and(|ours| order.as_ref().is_some_and(|theirs| theirs != ours));
    if amount != attempt.due || other {
        return Ok(Look::Other(Some(amount)));
    }
    Ok(Look::Paid)
}

fn refused(server: &Server, result: i64, said: &Value) -> Trouble {
    let words = said.get("message").and_then(Value::as_str).unwrap_or_default();
    server.refused(&format!("result {result}: {words}"))
}

#[async_trait]
impl Codec for Zibal {
    async fn request(&self, server: &Server, ask: &Ask<'_>) -> Result<Page, Trouble> {
        let fields = json!({
            "amount": ask.amount.get(),
            "callbackUrl": ask.callback_url,
            "description": ask.description,
            "orderId": ask.order,
        });
        let (result, said) = self.call(server, "request", fields).await?;
        if result != 100 {
            return Err(refused(server, result, &said));
        }
        let track = whole(said.get("trackId")).filter(|track| *track > 0);
        let track = track.ok_or_else(|| server.unclear("a page without a name"))?;
        Ok(page_at(server.base(), "start", &track.to_string()))
    }

    async fn look(&self, server: &Server, attempt: &Attempt<'_>) -> Result<Look, Trouble> {
        let track = attempt.reference.parse::<i64>();
        let track = track.map_err(|_| server.refused("not an attempt of this gateway"))?;
        let (result, said) = self.call(server, "inquiry", json!({ "trackId": track })).await?;
        if result != 100 {
            return Err(refused(server, result, &said));
        }
        match whole(said.get("status")) {
            Some(1 | 2) => match agrees(server, attempt, &said, true)? {
                Look::Paid => self.verify(server, attempt, track).await,
                other => Ok(other),
            },
            Some(15 | 18) => Ok(Look::Gone),
            // Cancelled by the customer, or refused by the bank for one of ten reasons.
            Some(3..=12) => Ok(Look::Unpaid),
            // Waiting, an accident at Zibal's, or being given back: all three will say something else.
            Some(-1 | -2 | 16) => Ok(Look::Nothing),
            _ => Err(server.unclear("a status that is not known")),
        }
    }

    fn returned(&self, callback: &Callback) -> Option<String> {
        let fields = fields(callback, "GET")?;
        field(&fields, "success").filter(|success| matches!(*success, "0" | "1" | "2"))?;
        let track = token(field(&fields, "trackId")?)?;
        track.parse::<i64>().ok().filter(|track| *track > 0).map(|track| track.to_string())
    }
}

//! NextPay. Amounts are toman. It has no inquiry: to look is to verify. Its codes are its own: -1 is a page that was made,
//! 0 is paid.
//!
//! Protocol: <https://nextpay.org/nx/docs>. It has no sandbox. Which fields the browser brings back is not documented
//! reliably, so only the attempt's name is asked for. It could be told to give money back; whether that can be relied
//! on is not known, so it is not asked.

use super::{
    codec::{Ask, Attempt, Codec, Look, Page, field, fields, token},
    gateway::{connect, page_at},
    settings::{Settings, Spec, is_key},
    unit::{Rial, Toman},
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
use reqwest::Method;
use serde_json::Value;
use std::sync::Arc;

/// Kind `nextpay`.
///
/// Settings: `api_key`, and those of [`crate::rial`].
#[derive(Clone, Copy, Debug, Default)]
pub struct NextpayKind;

/// The least is what banks' pages take; a gateway that asks for more refuses with code -30.
const SPEC: Spec = Spec { key: "api_key", base_url: "https://nextpay.org", least: 10_000, most: None };

impl GatewayKind for NextpayKind {
    fn name(&self) -> &'static str {
        "nextpay"
    }

    fn fields(&self) -> Vec<Field> {
        crate::fields::rial(SPEC.key)
    }

    fn connect(&self, config: &Secret<Value>, setting: &GatewaySetting) -> Result<Arc<dyn Gateway>, Refusal> {
        let settings = Settings::read(config, &SPEC)?;
        let key = settings.key.expose().clone();
        if !is_key(&key, 16..=64) {
            return Err(bad("api_key", "not a gateway's key"));
        }
        connect(self.name(), settings, false, setting, NextPay { key: Secret::new(key) })
    }
}

struct NextPay {
    key: Secret<String>,
}

impl NextPay {
    async fn call(
        &self,
        server: &Server,
        name: &str,
        fields: &[(&str, &str)],
    ) -> Result<(i64, Value), Trouble> {
        let mut form = vec![("api_key", self.key.expose().as_str())];
        form.extend_from_slice(fields);
        let request = server.request(Method::POST, &format!("/nx/gateway/{name}"));
        let reply = server.reply(request.form(&form)).await?;
        let code = whole(reply.json.get("code"));
        let code = code.ok_or_else(|| server.unclear("an answer that makes no sense"))?;
        Ok((code, reply.json))
    }

    fn toman(server: &Server, amount: Rial) -> Result<Toman, Trouble> {
        amount.to_toman_exact().ok_or_else(|| server.refused("the amount is no whole toman"))
    }
}

/// Whether what NextPay says of an attempt is what we asked for. A repeat need not say it: it compared our amount.
fn agrees(server: &Server, attempt: &Attempt<'_>, said: &Value, whole_story: bool) -> Result<Look, Trouble> {
    let amount = match (said.get("amount"), whole_story) {
        (None | Some(Value::Null), false) => Some(attempt.due),
        (amount, _) => whole(amount).and_then(Toman::new).and_then(Toman::to_rial),
    };
    let amount = amount.ok_or_else(|| server.unclear("paid, but not how much"))?;
    let order = text(said.get("order_id"));
    let other =
        attempt.order.as_ref().is_some_and(|ours| order.as_ref().is_some_and(|theirs| theirs != ours));
    Ok(if amount != attempt.due || other { Look::Other(Some(amount)) } else { Look::Paid })
}

#[async_trait]
impl Codec for NextPay {
    async fn request(&self, server: &Server, ask: &Ask<'_>) -> Result<Page, Trouble> {
        let amount = Self::toman(server, ask.amount)?.get().to_string();
        let fields = [
            ("order_id", ask.order.as_str()),
            ("amount", &amount),
            ("callback_uri", ask.callback_url),
            ("payer_desc", &ask.description),
            ("auto_verify", "no"),
        ];
        let (code, said) = self.call(server, "token", &fields).await?;
        if code != -1 {
            return Err(server.refused(&format!("code {code}")));
        }
        let name = said.get("trans_id").and_then(Value::as_str).and_then(token);
        let name = name.ok_or_else(|| server.unclear("a page without a name"))?;
        Ok(page_at(server.base(), "nx/gateway/payment", &name))
    }

    async fn look(&self, server: &Server, attempt: &Attempt<'_>) -> Result<Look, Trouble> {
        let amount = Self::toman(server, attempt.due)?.get().to_string();
        let fields = [("trans_id", attempt.reference), ("amount", &amount)];
        let (code, said) = self.call(server, "verify", &fields).await?;
        match code {
            0 => agrees(server, attempt, &said, true),
            -25 => agrees(server, attempt, &said, false),
            -1 | -3 => Ok(Look::Nothing),
            -2 | -4 => Ok(Look::Unpaid),
            -24 | -27 => Ok(Look::Other(None)),
            -90 => Ok(Look::Gone),
            _ => Err(server.refused(&format!("code {code}"))),
        }
    }

    fn returned(&self, callback: &Callback) -> Option<String> {
        token(field(&fields(callback, "GET")?, "trans_id")?)
    }
}

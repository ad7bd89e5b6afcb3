//! AqayePardakht. Amounts are toman. It has no inquiry: to look is to verify, which answers the same way again.
//!
//! Protocol: <https://aqayepardakht.ir/webservice/>. It brings the browser back by `POST`, from another site, so without
//! any cookie of ours.

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
use serde_json::{Value, json};
use std::sync::Arc;

/// The pin whose money is play money.
const TEST: &str = "sandbox";

/// Kind `aqayepardakht`.
///
/// Settings: `pin`, and those of [`crate::rial`]. The pin `sandbox` is for trying out: play money.
#[derive(Clone, Copy, Debug, Default)]
pub struct AqayepardakhtKind;

/// 100 to 50 000 000 toman.
const SPEC: Spec =
    Spec { key: "pin", base_url: "https://panel.aqayepardakht.ir", least: 1_000, most: Some(500_000_000) };

impl GatewayKind for AqayepardakhtKind {
    fn name(&self) -> &'static str {
        "aqayepardakht"
    }

    fn fields(&self) -> Vec<Field> {
        crate::fields::rial(SPEC.key)
    }

    fn connect(&self, config: &Secret<Value>, setting: &GatewaySetting) -> Result<Arc<dyn Gateway>, Refusal> {
        let settings = Settings::read(config, &SPEC)?;
        let pin = settings.key.expose().clone();
        if pin != TEST && !is_key(&pin, 8..=64) {
            return Err(bad("pin", "not a gateway's pin"));
        }
        let test = pin == TEST;
        connect(self.name(), settings, test, setting, AqayePardakht { pin: Secret::new(pin), test })
    }
}

struct AqayePardakht {
    pin: Secret<String>,
    test: bool,
}

impl AqayePardakht {
    async fn call(&self, server: &Server, name: &str, mut fields: Value) -> Result<(bool, Value), Trouble> {
        if let Some(fields) = fields.as_object_mut() {
            fields.insert("pin".to_owned(), self.pin.expose().clone().into());
        }
        let reply = server.reply(server.post(&format!("/api/v2/{name}"), fields.to_string())).await?;
        match reply.json.get("status").and_then(Value::as_str) {
            Some(status @ ("success" | "error")) => Ok((status == "success", reply.json)),
            _ => Err(server.unclear("an answer that makes no sense")),
        }
    }

    fn toman(server: &Server, amount: Rial) -> Result<Toman, Trouble> {
        amount.to_toman_exact().ok_or_else(|| server.refused("the amount is no whole toman"))
    }
}

fn refused(server: &Server, said: &Value) -> Trouble {
    match whole(said.get("code")) {
        Some(code) => server.refused(&format!("code {code}")),
        None => server.unclear("a refusal without a reason"),
    }
}

#[async_trait]
impl Codec for AqayePardakht {
    async fn request(&self, server: &Server, ask: &Ask<'_>) -> Result<Page, Trouble> {
        let fields = json!({
            "amount": Self::toman(server, ask.amount)?.get(),
            "callback": ask.callback_url,
            "invoice_id": ask.order,
            "description": ask.description,
        });
        let (success, said) = self.call(server, "create", fields).await?;
        if !success {
            return Err(refused(server, &said));
        }
        let name = text(said.get("transid")).as_deref().and_then(token);
        let name = name.ok_or_else(|| server.unclear("a page without a name"))?;
        Ok(page_at(server.base(), if self.test { "startpay/sandbox" } else { "startpay" }, &name))
    }

    async fn look(&self, server: &Server, attempt: &Attempt<'_>) -> Result<Look, Trouble> {
        let fields = json!({
            "transid": attempt.reference,
            "amount": Self::toman(server, attempt.due)?.get(),
        });
        let (success, said) = self.call(server, "verify", fields).await?;
        match (success, whole(said.get("code"))) {
            // Verified now, or before.
            (true, Some(1)) | (_, Some(2)) => Ok(Look::Paid),
            (_, Some(0)) => Ok(Look::Unpaid),
            (false, Some(-10)) => Ok(Look::Other(None)),
            (false, _) => Err(refused(server, &said)),
            (true, _) => Err(server.unclear("neither paid nor unpaid")),
        }
    }

    fn returned(&self, callback: &Callback) -> Option<String> {
        token(field(&fields(callback, "POST")?, "transid")?)
    }
}

//! Payments with Telegram Stars (core.telegram.org/bots/payments-stars).

use super::{
    answer::Fault,
    html::Text,
    params::Params,
    state::{Media, State},
};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tokio::time::{Duration, Instant};

/// How long the bot has to agree to a payment.
pub const CONSENT: Duration = Duration::from_secs(10);

/// Invoices and what became of them.
#[derive(Default)]
pub struct Stars {
    pub invoices: BTreeMap<String, Invoice>,
    pub checkouts: BTreeMap<String, Checkout>,
    pub paid: Vec<Charge>,
}

/// What a bot asks for.
#[derive(Clone)]
pub struct Invoice {
    pub payload: String,
    pub amount: i64,
}

/// A payment that waits for the bot's consent.
pub struct Checkout {
    pub by: i64,
    pub invoice: Invoice,
    pub at: Instant,
    /// The answer: consent, or why not.
    pub answer: Option<Result<(), String>>,
}

/// A payment that was made.
#[derive(Clone)]
pub struct Charge {
    pub id: String,
    pub by: i64,
    pub amount: i64,
    pub payload: String,
    pub refunded: bool,
}

impl State {
    fn invoice(&mut self, params: &Params) -> Result<String, Fault> {
        let letters = |name: &str| params.text(name).unwrap_or_default().encode_utf16().count();
        if !(1..=32).contains(&letters("title")) {
            return Err(Fault::bad("title is invalid"));
        }
        if !(1..=255).contains(&letters("description")) {
            return Err(Fault::bad("description is invalid"));
        }
        let payload = params.text("payload").unwrap_or_default();
        if !(1..=128).contains(&payload.len()) {
            return Err(Fault::bad("INVOICE_PAYLOAD_INVALID"));
        }
        if params.text("currency").as_deref() != Some("XTR")
            || params.text("provider_token").is_some_and(|token| !token.is_empty())
        {
            return Err(Fault::bad("PAYMENT_PROVIDER_INVALID"));
        }
        let prices = params.json("prices")?.unwrap_or_default();
        let amount = match prices.as_array().map(Vec::as_slice) {
            Some([only]) => only["amount"].as_i64().filter(|amount| (1..=10_000).contains(amount)),
            _ => None,
        };
        let amount = amount.ok_or_else(|| Fault::bad("STARS_INVOICE_INVALID"))?;
        let id = format!("invoice{}", self.next());
        self.stars.invoices.insert(id.clone(), Invoice { payload, amount });
        Ok(id)
    }

    pub(super) fn send_invoice(&mut self, params: &Params) -> Result<Value, Fault> {
        let id = self.invoice(params)?;
        let text = format!(
            "{}\n{}",
            params.text("title").unwrap_or_default(),
            params.text("description").unwrap_or_default()
        );
        self.post(params, Text { plain: text.clone(), marked: text }, Some(Media::Invoice(id)))
    }

    pub(super) fn create_link(&mut self, params: &Params) -> Result<Value, Fault> {
        Ok(json!(format!("https://t.me/${}", self.invoice(params)?)))
    }

    pub(super) fn answer_checkout(&mut self, params: &Params) -> Result<Value, Fault> {
        let id = params.text("pre_checkout_query_id").unwrap_or_default();
        let why = params.text("error_message").unwrap_or_default();
        let yes = params.flag("ok");
        if !yes && why.is_empty() {
            return Err(Fault::bad("error_message must be non-empty"));
        }
        let late = || Fault::bad("query is too old and response timeout expired or query ID is invalid");
        let checkout = self.stars.checkouts.get_mut(&id).ok_or_else(late)?;
        if checkout.at.elapsed() > CONSENT || checkout.answer.is_some() {
            return Err(late());
        }
        checkout.answer = Some(if yes { Ok(()) } else { Err(why) });
        Ok(json!(true))
    }

    pub(super) fn refund(&mut self, params: &Params) -> Result<Value, Fault> {
        let (by, id) = (params.int("user_id"), params.text("telegram_payment_charge_id"));
        let charge = self.stars.paid.iter_mut().find(|c| Some(c.by) == by && Some(&c.id) == id.as_ref());
        let charge = charge.ok_or_else(|| Fault::bad("CHARGE_ID_INVALID"))?;
        if std::mem::replace(&mut charge.refunded, true) {
            return Err(Fault::bad("CHARGE_ALREADY_REFUNDED"));
        }
        Ok(json!(true))
    }

    pub(super) fn transactions(&self, params: &Params) -> Value {
        let skip = usize::try_from(params.int("offset").unwrap_or(0)).unwrap_or(0);
        let limit = usize::try_from(params.int("limit").unwrap_or(100).clamp(1, 100)).unwrap_or(100);
        let written = |charge: &Charge| {
            json!({ "id": charge.id, "amount": charge.amount, "date": 1_800_000_000,
                "source": { "type": "user", "transaction_type": "invoice_payment", "user": self.user(charge.by),
                    "invoice_payload": charge.payload } })
        };
        let all: Vec<Value> = self.stars.paid.iter().skip(skip).take(limit).map(written).collect();
        json!({ "transactions": all })
    }
}

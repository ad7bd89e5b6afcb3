//! ZarinPal, version 4: `data` is a list where there is an error, `errors` one where there is none.

use super::{Bank, Desk, Stage, is_address};
use crate::testing::scripted::{Asked, Said, Script};
use serde_json::{Map, Value, json};

/// ZarinPal for one merchant.
#[derive(Debug)]
pub struct ZarinpalScript {
    merchant: String,
    desk: Desk,
}

impl ZarinpalScript {
    /// For the merchant with this id.
    #[must_use]
    pub fn new(merchant: &str) -> Self {
        Self { merchant: merchant.to_owned(), desk: Desk::default() }
    }

    fn request(&mut self, fields: &Map<String, Value>) -> Result<Value, (i64, &'static str)> {
        const KNOWN: [&str; 8] = [
            "merchant_id",
            "amount",
            "currency",
            "description",
            "callback_url",
            "metadata",
            "referrer_id",
            "cardPan",
        ];
        let invalid = (-9, "The input params invalid, validation error.");
        let text = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default();
        let metadata = fields.get("metadata").and_then(Value::as_object).ok_or(invalid)?;
        // A terminal may be set to verify by itself; who relies on the callback must say no.
        let automatic = metadata.get("auto_verify") != Some(&Value::Bool(false));
        let unknown = fields.keys().any(|name| !KNOWN.contains(&name.as_str()));
        let amount = fields.get("amount").and_then(Value::as_i64).filter(|amount| *amount >= 1_000);
        let described = (1..=500).contains(&text("description").chars().count());
        if automatic
            || unknown
            || !described
            || text("currency") != "IRR"
            || !is_address(text("callback_url"))
        {
            return Err(invalid);
        }
        let order = metadata.get("order_id").and_then(Value::as_str).ok_or(invalid)?;
        let name = format!("A{:035}", self.desk.attempts.len());
        let authority = self.desk.open(name, amount.ok_or(invalid)?, order, text("callback_url"));
        Ok(
            json!({ "code": 100, "message": "Success", "authority": authority, "fee_type": "Merchant", "fee": 350 }),
        )
    }

    fn verify(&mut self, fields: &Map<String, Value>) -> Result<Value, (i64, &'static str)> {
        let name = fields.get("authority").and_then(Value::as_str).unwrap_or_default().to_owned();
        let amount = fields.get("amount").and_then(Value::as_i64);
        let known = self.desk.find(&name).ok_or((-54, "Invalid authority."))?;
        if amount != Some(known.amount) {
            return Err((-50, "Session is not valid, amounts values is not the same."));
        }
        let first =
            self.desk.verify(&name).ok_or((-51, "Session is not valid, session is not active paid try."))?;
        Ok(json!({ "code": if first { 100 } else { 101 }, "message": "Paid", "card_pan": "502229******5995",
            "card_hash": "1EBE3EBEBE35C7EC", "ref_id": 201, "fee_type": "Merchant", "fee": 350 }))
    }

    fn inquire(&mut self, fields: &Map<String, Value>) -> Result<Value, (i64, &'static str)> {
        let name = fields.get("authority").and_then(Value::as_str).unwrap_or_default();
        let status = match self.desk.find(name).ok_or((-54, "Invalid authority."))?.stage {
            Stage::InBank => "IN_BANK",
            Stage::Paid => "PAID",
            Stage::Verified => "VERIFIED",
            Stage::Failed => "FAILED",
            Stage::Reversed => "REVERSED",
        };
        Ok(json!({ "code": 100, "message": "Success", "status": status }))
    }

    fn unverified(&self) -> Value {
        let waiting = self.desk.attempts.iter().filter(|attempt| attempt.stage == Stage::Paid);
        let list: Vec<_> = waiting.map(|a| json!({ "authority": a.name, "amount": a.amount })).collect();
        json!({ "code": 100, "message": "Success", "authorities": list })
    }
}

impl Script for ZarinpalScript {
    fn answer(&mut self, asked: &Asked) -> Said {
        let fields: Map<String, Value> = serde_json::from_slice(&asked.body).unwrap_or_default();
        let json = asked.header("content-type") == "application/json" && asked.method == "POST";
        let ours = fields.get("merchant_id").and_then(Value::as_str) == Some(&self.merchant);
        let answer = match asked.path.strip_prefix("/pg/v4/payment/") {
            _ if !json => Err((-9, "The input params invalid, validation error.")),
            _ if !ours => Err((-10, "Terminal is not valid, please check merchant_id or ip address.")),
            Some("request.json") => self.request(&fields),
            Some("verify.json") => self.verify(&fields),
            Some("inquiry.json") => self.inquire(&fields),
            Some("unVerified.json") => Ok(self.unverified()),
            _ => return (404, "{}".to_owned()),
        };
        match answer {
            Ok(data) => (200, json!({ "data": data, "errors": [] }).to_string()),
            Err((code, words)) => {
                let error = json!({ "code": code, "message": words, "validations": [] });
                (422, json!({ "data": [], "errors": error }).to_string())
            }
        }
    }
}

impl Bank for ZarinpalScript {
    fn desk(&mut self) -> &mut Desk {
        &mut self.desk
    }
    fn rial(&self) -> i64 {
        1
    }
}

//! AqayePardakht: toman, codes as text, and no inquiry.

use super::{Bank, Desk, is_address};
use crate::testing::scripted::{Asked, Said, Script};
use serde_json::{Map, Value, json};

/// AqayePardakht for one pin.
#[derive(Debug)]
pub struct AqayepardakhtScript {
    pin: String,
    desk: Desk,
}

impl AqayepardakhtScript {
    /// For this pin.
    #[must_use]
    pub fn new(pin: &str) -> Self {
        Self { pin: pin.to_owned(), desk: Desk::default() }
    }

    fn create(&mut self, fields: &Map<String, Value>) -> Result<Value, &'static str> {
        const KNOWN: [&str; 8] =
            ["pin", "amount", "callback", "invoice_id", "mobile", "email", "card_number", "description"];
        let text = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default();
        if fields.keys().any(|name| !KNOWN.contains(&name.as_str())) {
            return Err("-1");
        }
        let amount = fields.get("amount").and_then(Value::as_i64).ok_or("-4")?;
        if !(100..=50_000_000).contains(&amount) {
            return Err("-5");
        }
        if !is_address(text("callback")) {
            return Err("-3");
        }
        let name = format!("{:032x}", 0xa9a7_0000_u64 + u64::try_from(self.desk.attempts.len()).unwrap_or(0));
        let name = self.desk.open(name, amount, text("invoice_id"), text("callback"));
        Ok(json!({ "status": "success", "transid": name }))
    }

    fn verify(&mut self, fields: &Map<String, Value>) -> Result<Value, &'static str> {
        let name = fields.get("transid").and_then(Value::as_str).unwrap_or_default().to_owned();
        let amount = fields.get("amount").and_then(Value::as_i64);
        let known = self.desk.find(&name).ok_or("-8")?;
        if amount != Some(known.amount) {
            return Err("-10");
        }
        let first = self.desk.verify(&name).ok_or("0")?;
        Ok(json!({ "status": "success", "code": if first { "1" } else { "2" } }))
    }
}

impl Script for AqayepardakhtScript {
    fn answer(&mut self, asked: &Asked) -> Said {
        let fields: Map<String, Value> = serde_json::from_slice(&asked.body).unwrap_or_default();
        let ours = fields.get("pin").and_then(Value::as_str) == Some(&self.pin);
        let answer = match asked.path.as_str() {
            _ if asked.method != "POST" => return (404, "{}".to_owned()),
            _ if !ours => Err("-6"),
            "/api/v2/create" => self.create(&fields),
            "/api/v2/verify" => self.verify(&fields),
            _ => return (404, "{}".to_owned()),
        };
        match answer {
            Ok(body) => (200, body.to_string()),
            Err(code) => (422, json!({ "status": "error", "code": code }).to_string()),
        }
    }
}

impl Bank for AqayepardakhtScript {
    fn desk(&mut self) -> &mut Desk {
        &mut self.desk
    }
    fn rial(&self) -> i64 {
        10
    }
}

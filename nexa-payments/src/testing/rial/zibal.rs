//! Zibal: always status 200, the truth in `result`.

use super::{Bank, Desk, Stage, is_address};
use crate::testing::scripted::{Asked, Said, Script};
use serde_json::{Map, Value, json};

/// Zibal for one merchant.
#[derive(Debug)]
pub struct ZibalScript {
    merchant: String,
    desk: Desk,
    terse: bool,
}

type Answer = Result<Value, (i64, &'static str)>;

impl ZibalScript {
    /// For this merchant.
    #[must_use]
    pub fn new(merchant: &str) -> Self {
        Self { merchant: merchant.to_owned(), desk: Desk::default(), terse: false }
    }

    /// From now on it does not say how much was paid.
    pub fn leaves_amounts_out(&mut self) {
        self.terse = true;
    }

    fn request(&mut self, fields: &Map<String, Value>) -> Answer {
        const KNOWN: [&str; 8] = [
            "merchant",
            "amount",
            "callbackUrl",
            "description",
            "orderId",
            "mobile",
            "allowedCards",
            "ledgerId",
        ];
        let text = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default();
        if let Some(unknown) = fields.keys().find(|name| !KNOWN.contains(&name.as_str())) {
            return Err((-1, if unknown.is_empty() { "nameless" } else { "unknown field" }));
        }
        let amount = fields.get("amount").and_then(Value::as_i64).ok_or((104, "amount"))?;
        if amount <= 1_000 {
            return Err((105, "amount is too small"));
        }
        if amount > 2_000_000_000 {
            return Err((113, "amount is too large"));
        }
        if !is_address(text("callbackUrl")) {
            return Err((106, "callbackUrl"));
        }
        let name = (3_714_061_356_usize + self.desk.attempts.len()).to_string();
        let name = self.desk.open(name, amount, text("orderId"), text("callbackUrl"));
        let track: i64 = name.parse().map_err(|_| (-1, "no number"))?;
        Ok(json!({ "trackId": track, "result": 100, "message": "success" }))
    }

    fn facts(&mut self, name: &str) -> Option<Map<String, Value>> {
        let terse = self.terse;
        let attempt = self.desk.find(name)?;
        let status = match attempt.stage {
            Stage::InBank => -1,
            Stage::Verified => 1,
            Stage::Paid => 2,
            Stage::Failed => 3,
            Stage::Reversed => 18,
        };
        let mut facts = Map::new();
        facts.insert("status".to_owned(), status.into());
        facts.insert("orderId".to_owned(), attempt.order.clone().into());
        if !terse {
            facts.insert("amount".to_owned(), attempt.amount.into());
        }
        Some(facts)
    }

    fn verify(&mut self, name: &str) -> Answer {
        self.desk.find(name).ok_or((203, "invalid trackId"))?;
        let first = self.desk.verify(name).ok_or((202, "not paid"))?;
        if !first {
            return Ok(json!({ "result": 201, "message": "already verified" }));
        }
        let mut facts = self.facts(name).ok_or((203, "invalid trackId"))?;
        facts.insert("result".to_owned(), 100.into());
        facts.insert("message".to_owned(), "success".into());
        facts.insert("paidAt".to_owned(), "2026-11-25T22:48:14.000000".into());
        facts.insert("refNumber".to_owned(), 1_234_567.into());
        facts.insert("cardNumber".to_owned(), "62741****44".into());
        Ok(Value::Object(facts))
    }

    fn inquire(&mut self, name: &str) -> Answer {
        let mut facts = self.facts(name).ok_or((203, "invalid trackId"))?;
        facts.insert("result".to_owned(), 100.into());
        facts.insert("message".to_owned(), "success".into());
        facts.insert("wage".to_owned(), 0.into());
        Ok(Value::Object(facts))
    }
}

impl Script for ZibalScript {
    fn answer(&mut self, asked: &Asked) -> Said {
        let fields: Map<String, Value> = serde_json::from_slice(&asked.body).unwrap_or_default();
        let ours = fields.get("merchant").and_then(Value::as_str) == Some(&self.merchant);
        let track = fields.get("trackId").and_then(Value::as_i64).map(|track| track.to_string());
        let answer = match (asked.path.strip_prefix("/v1/"), track) {
            _ if asked.method != "POST" => return (404, "{}".to_owned()),
            _ if !ours => Err((102, "merchant not found")),
            (Some("request"), None) => self.request(&fields),
            (Some("verify"), Some(track)) => self.verify(&track),
            (Some("inquiry"), Some(track)) => self.inquire(&track),
            (Some("verify" | "inquiry"), None) => Err((203, "invalid trackId")),
            _ => return (404, "{}".to_owned()),
        };
        let body = answer.unwrap_or_else(|(result, words)| json!({ "result": result, "message": words }));
        (200, body.to_string())
    }
}

impl Bank for ZibalScript {
    fn desk(&mut self) -> &mut Desk {
        &mut self.desk
    }
    fn rial(&self) -> i64 {
        1
    }
}

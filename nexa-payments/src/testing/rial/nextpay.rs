//! NextPay: forms, toman, and codes of its own: -1 is a page, 0 is paid.

use super::{Bank, Desk, Stage, is_address};
use crate::testing::scripted::{Asked, Said, Script};
use serde_json::{Value, json};

/// NextPay for one key.
#[derive(Debug)]
pub struct NextpayScript {
    key: String,
    desk: Desk,
}

type Fields = [(String, String)];

fn get<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
}

impl NextpayScript {
    /// For this key.
    #[must_use]
    pub fn new(key: &str) -> Self {
        Self { key: key.to_owned(), desk: Desk::default() }
    }

    fn token(&mut self, fields: &Fields) -> Result<Value, i64> {
        const KNOWN: [&str; 10] = [
            "api_key",
            "order_id",
            "amount",
            "callback_uri",
            "customer_phone",
            "custom_json_fields",
            "payer_name",
            "payer_desc",
            "auto_verify",
            "allowed_card",
        ];
        if fields.iter().any(|(name, _)| !KNOWN.contains(&name.as_str())) {
            return Err(-23);
        }
        // Verified by itself, money of customers who never come back would be kept.
        if get(fields, "auto_verify") == "yes" {
            return Err(-34);
        }
        let amount: i64 = get(fields, "amount").parse().map_err(|_| -30)?;
        if amount < 1_000 {
            return Err(-30);
        }
        if get(fields, "order_id").is_empty() {
            return Err(-31);
        }
        if !is_address(get(fields, "callback_uri")) {
            return Err(-32);
        }
        let name = format!("f7c07568-c6d1-4bee-87b1-4a9e5e{:06x}", self.desk.attempts.len());
        let name = self.desk.open(name, amount, get(fields, "order_id"), get(fields, "callback_uri"));
        Ok(json!({ "code": -1, "trans_id": name, "amount": amount }))
    }

    fn verify(&mut self, fields: &Fields) -> Result<Value, i64> {
        let name = get(fields, "trans_id").to_owned();
        let amount: i64 = get(fields, "amount").parse().map_err(|_| -24)?;
        let known = self.desk.find(&name).ok_or(-37)?.clone();
        if known.amount != amount {
            return Err(-24);
        }
        match known.stage {
            Stage::InBank => Err(-1),
            Stage::Failed => Err(-4),
            Stage::Reversed => Err(-90),
            Stage::Paid | Stage::Verified => match self.desk.verify(&name) {
                Some(true) => Ok(json!({ "code": 0, "amount": amount, "order_id": known.order,
                    "card_holder": "5022-29**-****-2328", "customer_phone": "", "Shaparak_Ref_Id": "128410",
                    "custom": null })),
                _ => Err(-25),
            },
        }
    }
}

impl Script for NextpayScript {
    fn answer(&mut self, asked: &Asked) -> Said {
        let fields = asked.form();
        let form =
            asked.header("content-type") == "application/x-www-form-urlencoded" && asked.method == "POST";
        let answer = match asked.path.as_str() {
            _ if !form => Err(-23),
            _ if get(&fields, "api_key") != self.key => Err(-33),
            "/nx/gateway/token" => self.token(&fields),
            "/nx/gateway/verify" => self.verify(&fields),
            _ => return (404, "{}".to_owned()),
        };
        (200, answer.unwrap_or_else(|code| json!({ "code": code })).to_string())
    }
}

impl Bank for NextpayScript {
    fn desk(&mut self) -> &mut Desk {
        &mut self.desk
    }
    fn rial(&self) -> i64 {
        10
    }
}

//! EPay (易支付), the protocol of Chinese payment sites: a signed address that the customer is sent to, and a signed message
//! back. The signature is MD5 over the fields and a key; it covers the amount, and whoever has the key is believed.
//!
//! Both are compared: that the message is about success, and how much. Where the site can be asked for an order, its
//! answer is what counts, and the message is only a reason to ask. Sites differ in much; what is relied upon here is what
//! all of them do. There is no official manual; the protocol is that of `submit.php` and `api.php`.

mod config;
mod sign;

use crate::{
    config::{bad, unpayable},
    http::{Server, Trouble, text, whole},
};
use async_trait::async_trait;
use config::Config;
use jiff::Timestamp;
use nexa_core::{
    domain::{
        gateway::{Confirm, GatewayProfile, Matching, Refunds},
        money::{Currency, Money},
        payment::{Finality, Movement, Observation, PayStep},
        refusal::Refusal,
        setting::Field,
    },
    ports::{
        gateway::{
            Callback, Expected, Gateway, GatewayCheck, GatewayKind, GatewaySetting, Invoice, Opened, Reading,
            Signal,
        },
        outcome::Outcome,
    },
    secret::Secret,
};
use serde_json::Value;
use sign::Key;
use std::sync::Arc;
use url::{Url, form_urlencoded};

/// More than a message needs.
const LONGEST_BODY: usize = 8 << 10;
/// The site's page shows no more.
const LONGEST_NAME: usize = 100;
/// Characters of a site's name for a payment.
const LONGEST_TRADE: usize = 64;

/// Kind `epay`.
///
/// Settings: `base_url` (the site's), `pid` (the merchant's number), `key`; optionally `method` (`alipay`, `wxpay`,
/// `qqpay`, …; without it the customer chooses on the site), `query` (whether the site can be asked for an order at
/// `api.php`, default false; try it before use), `product_name` (default the shop's name), `proxy`, `timeout_seconds` (1
/// to 15, default 10), `window_minutes` (5 to 1440, default 30), `minimum` and `maximum` (fen, default minimum 1).
#[derive(Clone, Copy, Debug, Default)]
pub struct EpayKind;

struct Epay {
    profile: GatewayProfile,
    server: Server,
    key: Key,
    pid: String,
    method: Option<String>,
    product_name: Option<String>,
    /// Under which name its transfers stand: each site counts for itself.
    family: String,
    callback_url: String,
    public_url: String,
}

impl GatewayKind for EpayKind {
    fn name(&self) -> &'static str {
        "epay"
    }

    fn fields(&self) -> Vec<Field> {
        crate::fields::epay()
    }

    fn connect(&self, config: &Secret<Value>, setting: &GatewaySetting) -> Result<Arc<dyn Gateway>, Refusal> {
        let config = Config::read(config)?;
        for (name, address) in [("callback_url", &setting.callback_url), ("public_url", &setting.public_url)]
        {
            let url = Url::parse(address).map_err(|_| bad(name, "not a URL"))?;
            if !matches!(url.scheme(), "http" | "https") {
                return Err(bad(name, "not a web address"));
            }
        }
        let profile = GatewayProfile {
            asset: Currency::Cny,
            confirm: if config.query { Confirm::Inspect } else { Confirm::SignedCallback },
            matching: Matching::Reference,
            minimum: Some(config.minimum),
            maximum: config.maximum,
            policy: config.policy,
            refunds: Refunds::Never,
            test: false,
        };
        Ok(Arc::new(Epay {
            profile,
            server: Server::of_provider(&config.route, [], setting.range)?,
            family: format!("epay:{}", config.route.base.host),
            key: config.key,
            pid: config.pid,
            method: config.method,
            product_name: config.product_name,
            callback_url: setting.callback_url.clone(),
            public_url: setting.public_url.trim_end_matches('/').to_owned(),
        }))
    }
}

/// An amount as EPay writes it, e.g. `69.9`: at most two digits behind the point that matter.
fn yuan(text: &str) -> Option<Money> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| (1..=15).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let rest = fraction.get(2..).unwrap_or_default();
    if !digits(whole) || !digits(fraction) || rest.bytes().any(|b| b != b'0') {
        return None;
    }
    let cents: String = fraction.chars().chain("00".chars()).take(2).collect();
    let minor = whole.parse::<i64>().ok()?.checked_mul(100)?.checked_add(cents.parse().ok()?)?;
    Some(Money::new(minor, Currency::Cny))
}

/// Our name for a payment: 32 letters and digits, which every site takes.
fn is_ours(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

fn is_trade(text: &str) -> bool {
    let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    plain && (1..=LONGEST_TRADE).contains(&text.len())
}

impl Epay {
    /// What an authentic message says, as facts; none for one that is not authentic.
    fn heard(&self, callback: &Callback, now: Timestamp) -> Option<Vec<Observation>> {
        let bytes = match callback.method.as_str() {
            "GET" if callback.body.is_empty() => callback.query.as_bytes(),
            "POST" => &callback.body,
            _ => return None,
        };
        if bytes.len() > LONGEST_BODY {
            return None;
        }
        let fields: Vec<(String, String)> = form_urlencoded::parse(bytes).into_owned().collect();
        let get = |name: &str| {
            let mut named = fields.iter().filter(|(known, _)| known == name);
            named.next().map_or("", |(_, value)| value.as_str())
        };
        if !self.key.has_signed(&fields) || get("pid") != self.pid {
            return None;
        }
        let fact = || {
            let amount = yuan(get("money")).filter(|amount| amount.is_positive())?;
            (is_ours(get("out_trade_no")) && is_trade(get("trade_no")))
                .then(|| self.fact(get("out_trade_no"), get("trade_no"), amount, Finality::Confirmed, now))
        };
        Some(if get("trade_status") == "TRADE_SUCCESS" { fact().into_iter().collect() } else { Vec::new() })
    }

    fn fact(
        &self,
        ours: &str,
        trade: &str,
        amount: Money,
        finality: Finality,
        now: Timestamp,
    ) -> Observation {
        Observation {
            reference: ours.to_owned(),
            family: self.family.clone(),
            movement: trade.to_owned(),
            amount,
            raw: amount.decimal(),
            finality,
            anchor: None,
            occurred_at: now,
        }
    }

    /// What the site says of an order; none while it says nothing that money follows from.
    async fn asked(
        &self,
        by: (&str, &str),
        known: bool,
        now: Timestamp,
    ) -> Result<Option<Observation>, Trouble> {
        let query = [("act", "order"), ("pid", self.pid.as_str()), ("key", self.key.expose()), (by.0, by.1)];
        let json = self.server.reply(self.server.get("/api.php").query(&query)).await?.json;
        match whole(json.get("code")) {
            Some(1) => {}
            // An order that nobody has gone to the site for is not known there, and has no code of its own.
            Some(_) => return Ok(None),
            None => return Err(self.server.unclear("an answer that makes no sense")),
        }
        let finality = match whole(json.get("status")) {
            Some(1) => Finality::Confirmed,
            // Not paid, or given back: for a payment that was, both mean that it is no more.
            Some(0 | 2) if known => Finality::Dropped,
            Some(_) => return Ok(None),
            None => return Err(self.server.unclear("an order without a status")),
        };
        let read = |name: &str| text(json.get(name)).unwrap_or_default();
        let (ours, trade) = (read("out_trade_no"), read("trade_no"));
        if read(by.0) != by.1 || !is_ours(&ours) || !is_trade(&trade) || read("pid") != self.pid {
            return Err(self.server.unclear("another order than the one that was asked for"));
        }
        let amount = yuan(&read("money")).filter(|amount| amount.is_positive());
        let amount = amount.ok_or_else(|| self.server.unclear("paid, but not how much"))?;
        Ok(Some(self.fact(&ours, &trade, amount, finality, now)))
    }

    fn page(&self, invoice: &Invoice) -> (String, String) {
        let ours = invoice.payment_id.to_string().replace('-', "");
        let name = self.product_name.as_deref().unwrap_or(invoice.shop_name.trim());
        // Fields are joined with `&` before they are signed.
        let name: String = name.chars().filter(|c| *c != '&').take(LONGEST_NAME).collect();
        let name = if name.trim().is_empty() { ours.clone() } else { name };
        let back = format!("{}/back/{}", self.public_url, invoice.order_id);
        let money = invoice.due.decimal();
        let mut fields = vec![
            ("pid", self.pid.as_str()),
            ("out_trade_no", &ours),
            ("notify_url", &self.callback_url),
            ("return_url", &back),
            ("name", &name),
            ("money", &money),
        ];
        fields.extend(self.method.as_deref().map(|method| ("type", method)));
        let signature = self.key.sign(&fields);
        fields.extend([("sign", signature.as_str()), ("sign_type", "MD5")]);
        let query: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        (format!("{}/submit.php?{query}", self.server.base()), ours)
    }
}

#[async_trait]
impl Gateway for Epay {
    fn profile(&self) -> &GatewayProfile {
        &self.profile
    }

    async fn open(&self, invoice: &Invoice) -> Outcome<Opened> {
        if let Some(why) = unpayable(invoice, &self.profile) {
            return Outcome::Rejected(why.to_owned());
        }
        let (url, reference) = self.page(invoice);
        Outcome::Done(Opened { reference, step: PayStep::Redirect { url } })
    }

    fn read(&self, callback: &Callback, now: Timestamp) -> Reading {
        let Some(facts) = self.heard(callback, now) else {
            return Reading { signal: Signal::Forged, reply: String::new() };
        };
        let signal = if facts.is_empty() {
            Signal::Nothing
        } else if self.profile.confirm == Confirm::Inspect {
            Signal::Hint(facts.into_iter().map(|fact| fact.reference).collect())
        } else {
            Signal::Observed(facts)
        };
        // The site repeats a message until it hears this word.
        Reading { signal, reply: "success".to_owned() }
    }

    async fn inspect(&self, expected: &[Expected], now: Timestamp) -> Outcome<Vec<Observation>> {
        let mut facts = Vec::new();
        if self.profile.confirm != Confirm::Inspect {
            return Outcome::Done(facts);
        }
        for Expected { reference, .. } in expected {
            match self.asked(("out_trade_no", reference), false, now).await {
                Ok(fact) => facts.extend(fact),
                Err(trouble) => return trouble.outcome(),
            }
        }
        Outcome::Done(facts)
    }

    async fn recheck(&self, movements: &[Movement], now: Timestamp) -> Outcome<Vec<Observation>> {
        let mut facts = Vec::new();
        if self.profile.confirm != Confirm::Inspect {
            return Outcome::Done(facts);
        }
        for known in movements.iter().filter(|known| known.family == self.family) {
            match self.asked(("trade_no", &known.id), true, now).await {
                Ok(fact) => facts.extend(fact),
                Err(trouble) => return trouble.outcome(),
            }
        }
        Outcome::Done(facts)
    }

    async fn check(&self) -> Outcome<GatewayCheck> {
        if self.profile.confirm != Confirm::Inspect {
            let line = "the site is believed when it signs, and cannot be asked; try it with a small order";
            return Outcome::Done(GatewayCheck { lines: vec![line.to_owned()] });
        }
        match self
            .asked(("out_trade_no", "0123456789abcdef0123456789abcdef"), false, Timestamp::UNIX_EPOCH)
            .await
        {
            Ok(_) => {
                let line = "the site answers; whether the key is right shows a small order";
                Outcome::Done(GatewayCheck { lines: vec![line.to_owned()] })
            }
            Err(trouble) => trouble.outcome(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_exactly_or_not_at_all() {
        for (text, minor) in [
            ("69.90", Some(6_990)),
            ("69.9", Some(6_990)),
            ("69", Some(6_900)),
            ("0.01", Some(1)),
            ("1.000000", Some(100)),
            ("69.901", None),
            ("", None),
            (".5", None),
            ("5.", None),
            ("-1", None),
            ("+1", None),
            ("1e2", None),
            ("1,00", None),
            ("6９", None),
            ("1.2.3", None),
            ("1.00&money=9", None),
            ("9999999999999999", None),
        ] {
            assert_eq!(yuan(text), minor.map(|minor| Money::new(minor, Currency::Cny)), "{text}");
        }
    }
}

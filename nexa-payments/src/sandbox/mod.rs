//! Play money: a page of our own whose button sends the signed message that a real gateway would send.
//!
//! Whoever sees the page can pay with nothing, so it must never connect for a shop that is not a test shop.

use crate::config::{bad, is_placeholder, parse, unpayable, within};
use async_trait::async_trait;
use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use nexa_core::{
    domain::{
        gateway::{Confirm, GatewayProfile, Matching, Refunds},
        money::{Currency, Money},
        payment::{Finality, Movement, Observation, PayStep, Policy},
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
use serde::Deserialize;
use serde_json::Value;
use sha2::Sha256;
use std::sync::Arc;
use url::{Url, form_urlencoded};

/// Under which name its transfers stand.
const FAMILY: &str = "sandbox";
/// More than the four fields need.
const LONGEST_BODY: usize = 2_048;

/// Kind `sandbox`.
///
/// Settings: `secret` (16 to 256 characters); optionally `currency` (default `USD`), `window_minutes` (1 to 1440,
/// default 30).
///
/// `open` leads to `{public_url}/sandbox/{reference}?amount=…&currency=…&hook=…&sig=…`. The page posts the form
/// `reference=…&amount=…&currency=…&sig=…` to `hook`, the path of the gateway's callback address.
#[derive(Clone, Copy, Debug, Default)]
pub struct SandboxKind;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    secret: String,
    #[serde(default = "usd")]
    currency: Currency,
    #[serde(default = "half_an_hour")]
    window_minutes: u32,
}

const fn usd() -> Currency {
    Currency::Usd
}

const fn half_an_hour() -> u32 {
    30
}

struct Sandbox {
    profile: GatewayProfile,
    mac: Hmac<Sha256>,
    public_url: Url,
    hook: String,
}

impl GatewayKind for SandboxKind {
    fn name(&self) -> &'static str {
        "sandbox"
    }

    fn fields(&self) -> Vec<Field> {
        crate::fields::sandbox()
    }

    fn connect(&self, config: &Secret<Value>, setting: &GatewaySetting) -> Result<Arc<dyn Gateway>, Refusal> {
        let config: Config = parse(config)?;
        if is_placeholder(&config.secret) {
            return Err(Refusal::PlaceholderKey);
        }
        within("secret", config.secret.len(), 16..=256)?;
        let window = within("window_minutes", config.window_minutes, 1..=1440)?;
        if !setting.test {
            return Err(bad("test", "the sandbox works in test shops only"));
        }
        let public_url = Url::parse(&setting.public_url).map_err(|_| bad("public_url", "not a URL"))?;
        if public_url.cannot_be_a_base() {
            return Err(bad("public_url", "not a web address"));
        }
        let mut mac = Hmac::<Sha256>::new_from_slice(config.secret.as_bytes())
            .map_err(|_| bad("secret", "cannot be a key"))?;
        // A message of one gateway must not pass at another that was given the same secret.
        mac.update(format!("nexa/sandbox/1\n{}\n", setting.gateway_id).as_bytes());
        let hook = Url::parse(&setting.callback_url).map_err(|_| bad("callback_url", "not a URL"))?;
        let profile = GatewayProfile {
            asset: config.currency,
            confirm: Confirm::SignedCallback,
            matching: Matching::Reference,
            minimum: Some(Money::new(1, config.currency)),
            maximum: None,
            policy: Policy {
                tolerance_bp: 0,
                window: SignedDuration::from_mins(i64::from(window)),
                watch: SignedDuration::from_hours(24),
            },
            refunds: Refunds::Never,
            test: true,
        };
        Ok(Arc::new(Sandbox { profile, mac, public_url, hook: hook.path().to_owned() }))
    }
}

impl Sandbox {
    fn mac(&self, reference: &str, amount: &str, currency: &str) -> Hmac<Sha256> {
        let mut mac = self.mac.clone();
        // No field can hold a line feed and pass: ids, digits and codes have none.
        mac.update(format!("{reference}\n{amount}\n{currency}").as_bytes());
        mac
    }

    /// The fact in a message, if it is authentic.
    fn fact(&self, callback: &Callback, now: Timestamp) -> Option<Observation> {
        if callback.method != "POST" || callback.body.len() > LONGEST_BODY {
            return None;
        }
        let mut fields = [("reference", None), ("amount", None), ("currency", None), ("sig", None)];
        for (name, value) in form_urlencoded::parse(&callback.body) {
            let (_, slot) = fields.iter_mut().find(|(known, _)| *known == name)?;
            if slot.replace(value.into_owned()).is_some() {
                return None;
            }
        }
        let [(_, Some(reference)), (_, Some(raw)), (_, Some(currency)), (_, Some(signature))] = fields else {
            return None;
        };
        let signature = HEXLOWER.decode(signature.as_bytes()).ok()?;
        // Compares in constant time.
        self.mac(&reference, &raw, &currency).verify_slice(&signature).ok()?;
        let amount = Money::new(raw.parse().ok()?, currency.parse().ok()?);
        (amount.is_positive() && amount.currency == self.profile.asset).then(|| Observation {
            movement: reference.clone(),
            reference,
            family: FAMILY.to_owned(),
            amount,
            raw,
            finality: Finality::Confirmed,
            anchor: None,
            occurred_at: now,
        })
    }
}

#[async_trait]
impl Gateway for Sandbox {
    fn profile(&self) -> &GatewayProfile {
        &self.profile
    }

    async fn open(&self, invoice: &Invoice) -> Outcome<Opened> {
        if let Some(why) = unpayable(invoice, &self.profile) {
            return Outcome::Rejected(why.to_owned());
        }
        let reference = invoice.payment_id.to_string();
        let (amount, currency) = (invoice.due.minor.to_string(), invoice.due.currency.code());
        let signature = self.mac(&reference, &amount, currency).finalize().into_bytes();
        let mut url = self.public_url.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(["sandbox", &reference]);
        }
        url.query_pairs_mut()
            .append_pair("amount", &amount)
            .append_pair("currency", currency)
            .append_pair("hook", &self.hook)
            .append_pair("sig", &HEXLOWER.encode(&signature));
        Outcome::Done(Opened { reference, step: PayStep::Redirect { url: url.into() } })
    }

    fn read(&self, callback: &Callback, now: Timestamp) -> Reading {
        match self.fact(callback, now) {
            Some(fact) => Reading {
                signal: Signal::Observed(vec![fact]),
                reply: "Paid with play money. Go back to your order.".to_owned(),
            },
            None => Reading { signal: Signal::Forged, reply: String::new() },
        }
    }

    async fn inspect(&self, _expected: &[Expected], _now: Timestamp) -> Outcome<Vec<Observation>> {
        Outcome::Done(Vec::new())
    }

    async fn recheck(&self, _movements: &[Movement], _now: Timestamp) -> Outcome<Vec<Observation>> {
        Outcome::Done(Vec::new())
    }

    async fn check(&self) -> Outcome<GatewayCheck> {
        Outcome::Done(GatewayCheck { lines: vec!["play money: anyone who sees the page can pay".to_owned()] })
    }
}

//! A gateway whose money is a table in memory, so that a simulation decides what was paid, when, and what goes wrong.
//!
//! It must never do anything by itself: no clock, no randomness, no task. What it answers follows from the calls made.

use crate::{
    domain::{
        gateway::{Confirm, GatewayProfile, Matching, Refunds},
        money::{Currency, Money},
        payment::{Finality, Movement, Observation, PayStep, Policy, Slot},
        refusal::Refusal,
        setting::{Field, Input},
    },
    ports::{
        gateway::{
            Callback, Expected, Gateway, GatewayCheck, GatewayKind, GatewaySetting, Invoice, Opened, Reading,
            Scan, Signal,
        },
        outcome::Outcome,
    },
    secret::{Secret, digest},
};
use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use subtle::ConstantTimeEq;

use super::bank::Transfer;
pub use super::bank::{FAMILY, FakeBank, Fault};

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting that is on or off")]
struct Config {
    #[serde(default = "usd")]
    asset: Currency,
    #[serde(default)]
    signed: bool,
    #[serde(default)]
    scanned: bool,
    #[serde(default = "wallet")]
    wallet: String,
    #[serde(default = "half_an_hour")]
    window_minutes: u32,
    #[serde(default)]
    tolerance_bp: u32,
    #[serde(default)]
    memo: bool,
    #[serde(default)]
    refunds: bool,
    #[serde(default)]
    listed: bool,
}

const fn usd() -> Currency {
    Currency::Usd
}

const fn half_an_hour() -> u32 {
    30
}

fn wallet() -> String {
    "main".to_owned()
}

/// Makes fake gateways on one [`FakeBank`].
///
/// Settings, all optional: `asset` (default `USD`), `signed` (the gateway sends signed messages instead of being
/// asked), `scanned` (its book is read onward instead of being asked), `wallet` (names the sequence of its indices),
/// `window_minutes`, `tolerance_bp`, `memo` (one address for everybody, and the reference is the comment of the transfer),
/// `refunds` (it sends transfers back), `listed` (it keeps a list of all transfers).
#[derive(Clone, Debug, Default)]
pub struct FakeKind {
    /// The outside that they share.
    pub bank: Arc<FakeBank>,
}

impl GatewayKind for FakeKind {
    fn name(&self) -> &'static str {
        "fake"
    }

    fn fields(&self) -> Vec<Field> {
        vec![
            Field::new("wallet", Input::Secret),
            Field::new("asset", Input::Text),
            Field::new("window_minutes", Input::Number).seldom(),
            Field::new("refunds", Input::Flag).seldom(),
        ]
    }

    fn connect(&self, config: &Secret<Value>, setting: &GatewaySetting) -> Result<Arc<dyn Gateway>, Refusal> {
        let bad = |reason| Refusal::bad_config("gateway", reason);
        if !config.expose().is_object() {
            return Err(bad("not an object"));
        }
        let config: Config =
            serde_json::from_value(config.expose().clone()).map_err(|_| bad("unknown or wrong settings"))?;
        Ok(Arc::new(FakeGateway::new(Arc::clone(&self.bank), &config, setting.test)))
    }
}

/// One gateway of a [`FakeBank`].
pub struct FakeGateway {
    bank: Arc<FakeBank>,
    profile: GatewayProfile,
    memo: bool,
    listed: bool,
}

impl FakeGateway {
    /// One that is asked, with an index per payment.
    #[must_use]
    pub fn asked(bank: Arc<FakeBank>, asset: Currency) -> Self {
        Self::new(bank, &Config { asset, ..Config::default() }, false)
    }

    /// One that is asked and sends transfers back.
    #[must_use]
    pub fn returning(bank: Arc<FakeBank>, asset: Currency) -> Self {
        Self::new(bank, &Config { asset, refunds: true, ..Config::default() }, false)
    }

    /// One whose book is read onward, with an index per payment.
    #[must_use]
    pub fn scanned(bank: Arc<FakeBank>, asset: Currency) -> Self {
        Self::new(bank, &Config { asset, scanned: true, ..Config::default() }, false)
    }

    /// One that sends signed messages.
    #[must_use]
    pub fn signed(bank: Arc<FakeBank>, asset: Currency) -> Self {
        Self::new(bank, &Config { asset, signed: true, ..Config::default() }, false)
    }

    fn new(bank: Arc<FakeBank>, config: &Config, test: bool) -> Self {
        let window = SignedDuration::from_mins(i64::from(config.window_minutes));
        let sequence = format!("fake:{}", config.wallet);
        let profile = GatewayProfile {
            asset: config.asset,
            confirm: match (config.signed, config.scanned) {
                (true, _) => Confirm::SignedCallback,
                (_, true) => Confirm::Scan,
                _ => Confirm::Inspect,
            },
            matching: if config.signed { Matching::Reference } else { Matching::Index { sequence } },
            minimum: Some(Money::new(1, config.asset)),
            maximum: None,
            policy: Policy { tolerance_bp: config.tolerance_bp, window, watch: window * 48 },
            refunds: if config.refunds { Refunds::Whole } else { Refunds::Never },
            test,
        };
        Self { bank, profile, memo: config.memo, listed: config.listed }
    }

    /// The authentic message about everything final at this reference: one fact per transfer.
    #[must_use]
    pub fn message(&self, reference: &str) -> Callback {
        let truth = self.bank.truth();
        let counted = truth.transfers.iter();
        let counted = counted.filter(|t| t.reference == reference && t.finality == Finality::Confirmed);
        let facts: Vec<_> = counted.map(|t| json!([t.movement, t.amount.minor])).collect();
        let text = json!({ "reference": reference, "facts": facts }).to_string();
        let body = format!("{}\n{text}", sign(&text)).into_bytes();
        Callback { method: "POST".into(), query: String::new(), headers: Vec::new(), body }
    }

    fn facts(&self, body: &[u8], now: Timestamp) -> Option<Vec<Observation>> {
        let (signature, text) = std::str::from_utf8(body).ok()?.split_once('\n')?;
        if !bool::from(signature.as_bytes().ct_eq(sign(text).as_bytes())) {
            return None;
        }
        let (reference, facts): (String, Vec<(String, i64)>) = {
            let message: Value = serde_json::from_str(text).ok()?;
            let reference = message.get("reference")?.as_str()?.to_owned();
            (reference, serde_json::from_value(message.get("facts")?.clone()).ok()?)
        };
        let facts = facts.into_iter().map(|(movement, minor)| Observation {
            reference: reference.clone(),
            family: FAMILY.to_owned(),
            movement,
            amount: Money::new(minor, self.profile.asset),
            raw: minor.to_string(),
            finality: Finality::Confirmed,
            anchor: None,
            occurred_at: now,
        });
        Some(facts.collect())
    }
}

impl Default for Config {
    fn default() -> Self {
        let (asset, wallet) = (usd(), wallet());
        Self {
            asset,
            signed: false,
            scanned: false,
            wallet,
            window_minutes: half_an_hour(),
            tolerance_bp: 0,
            memo: false,
            refunds: false,
            listed: false,
        }
    }
}

/// Enough to tell an authentic message from a forged one inside a simulation; worth nothing outside of one.
fn sign(text: &str) -> String {
    digest(&format!("nexa/fake/1\n{text}")).0
}

fn observed(transfer: &Transfer) -> Observation {
    Observation {
        reference: transfer.reference.clone(),
        family: FAMILY.to_owned(),
        movement: transfer.movement.clone(),
        amount: transfer.amount,
        raw: transfer.amount.minor.to_string(),
        finality: transfer.finality,
        anchor: (transfer.finality == Finality::Confirmed).then(|| format!("block-{}", transfer.block)),
        occurred_at: transfer.at,
    }
}

#[async_trait]
impl Gateway for FakeGateway {
    fn profile(&self) -> &GatewayProfile {
        &self.profile
    }

    async fn open(&self, invoice: &Invoice) -> Outcome<Opened> {
        if invoice.due.currency != self.profile.asset || !invoice.due.is_positive() {
            return Outcome::Rejected("not an amount of the asset".into());
        }
        let opened = match (&self.profile.matching, &invoice.slot) {
            (Matching::Index { sequence }, Some(Slot::Index(index))) => {
                let reference = format!("{sequence}:{index}");
                let uri = format!("fake:{reference}?amount={}", invoice.due.decimal());
                let (address, memo) = if self.memo {
                    (sequence.clone(), Some(reference.clone()))
                } else {
                    (reference.clone(), None)
                };
                Opened { step: PayStep::Transfer { address, uri, memo }, reference }
            }
            (Matching::Reference, _) => {
                let reference = invoice.payment_id.to_string();
                Opened {
                    step: PayStep::Redirect { url: format!("https://fake.invalid/{reference}") },
                    reference,
                }
            }
            _ => return Outcome::Rejected("no index was reserved".into()),
        };
        self.bank.answer(|_| opened)
    }

    fn read(&self, callback: &Callback, now: Timestamp) -> Reading {
        let signed = self.profile.confirm == Confirm::SignedCallback && callback.method == "POST";
        let facts = if signed { self.facts(&callback.body, now) } else { None };
        match facts {
            Some(facts) => Reading { signal: Signal::Observed(facts), reply: "ok".into() },
            None => Reading { signal: Signal::Forged, reply: String::new() },
        }
    }

    async fn inspect(&self, expected: &[Expected], _now: Timestamp) -> Outcome<Vec<Observation>> {
        self.bank.answer(|truth| {
            let counted = truth.transfers.iter();
            let counted = counted.filter(|t| {
                expected.iter().any(|e| e.reference == t.reference) && t.finality != Finality::Dropped
            });
            counted.flat_map(|t| vec![observed(t); if truth.repeats { 2 } else { 1 }]).collect()
        })
    }

    async fn scan(&self, expected: &[Expected], cursor: Option<&str>, _now: Timestamp) -> Outcome<Scan> {
        if self.profile.confirm != Confirm::Scan {
            return Outcome::Rejected("this gateway is not scanned".to_owned());
        }
        // The cursor is the number of transfers that were there.
        let Ok(from) = cursor.map_or(Ok(0), str::parse) else {
            return Outcome::Rejected("not one of our cursors".to_owned());
        };
        self.bank.answer(|truth| {
            let awaited = |t: &&Transfer| {
                expected.iter().any(|e| e.reference == t.reference) && t.finality != Finality::Dropped
            };
            let news = truth.transfers.iter().skip(from).filter(awaited);
            let seen = news.flat_map(|t| vec![observed(t); if truth.repeats { 2 } else { 1 }]).collect();
            Scan { seen, cursor: truth.transfers.len().to_string() }
        })
    }

    async fn recheck(&self, movements: &[Movement], _now: Timestamp) -> Outcome<Vec<Observation>> {
        self.bank.answer(|truth| {
            let known = |t: &&Transfer| movements.iter().any(|m| m.family == FAMILY && m.id == t.movement);
            truth.transfers.iter().filter(known).map(observed).collect()
        })
    }

    async fn refund(&self, movement: &Movement) -> Outcome<()> {
        if self.profile.refunds == Refunds::Never || movement.family != FAMILY {
            return Outcome::Rejected("this gateway sends nothing back".to_owned());
        }
        self.bank.send_back(&movement.id)
    }

    fn keeps_list(&self) -> bool {
        self.listed
    }

    async fn statement(&self, from: Timestamp, to: Timestamp) -> Outcome<Vec<Observation>> {
        if !self.listed {
            return Outcome::Rejected("this gateway keeps no list".to_owned());
        }
        self.bank.answer(|truth| {
            let then = |t: &&Transfer| t.finality == Finality::Confirmed && t.at >= from && t.at < to;
            truth.transfers.iter().filter(then).map(observed).collect()
        })
    }

    async fn check(&self) -> Outcome<GatewayCheck> {
        self.bank.answer(|_| GatewayCheck { lines: vec!["a simulated gateway".to_owned()] })
    }
}

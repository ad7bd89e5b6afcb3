//! Card-to-card transfers: the customer sends an amount that no other open payment has to a card of the shop, and a
//! person who sees the bank account says what arrived.
//!
//! It must never confirm anything by itself, neither after a time nor because a receipt was uploaded. With the setting
//! `sms` a telephone of the operator's hands on what the bank writes of deposits, signed: see [`sms`].

mod number;
pub mod sms;

use crate::config::{bad, is_placeholder, parse, unpayable, within};
use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use nexa_core::{
    domain::{
        gateway::{Confirm, Destination, GatewayProfile, Matching, Refunds},
        money::{Currency, Money},
        payment::{Movement, Observation, PayStep, Policy, Slot},
        refusal::Refusal,
        setting::Field,
    },
    ports::{
        gateway::{
            Arrival, Callback, Expected, Gateway, GatewayCheck, GatewayKind, GatewaySetting, Invoice, Opened,
            Reading, Signal,
        },
        outcome::Outcome,
    },
    secret::Secret,
};
use number::CardNumber;
use serde::Deserialize;
use serde_json::Value;
use std::{collections::HashSet, sync::Arc};

/// Kind `card`.
///
/// Settings: `cards`, a list of `number`, `holder`, `bank` and optionally `weight` (1 to 100, default 1) and
/// `daily_cap_minor`; optionally `currency` (default `IRR`), `window_minutes` (5 to 1440, default 30), `step`
/// (distance of two amounts in minor units), `steps` (how many amounts; the customer pays up to `step` times `steps` less
/// than the price; default 10 and 999 in `IRR`, 1 and 25 elsewhere), `cool_down_hours` (default 48), `sms` with `secret`
/// (16 to 256 bytes), `cap_minor` (a greater deposit waits for the operator) and optionally `previous_secret`. A card's `sms_rule` names how its bank
/// writes of a deposit, one of [`sms::RULES`]; without it each rule is tried.
#[derive(Clone, Copy, Debug, Default)]
pub struct CardKind;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    cards: Vec<CardConfig>,
    #[serde(default = "default::currency")]
    currency: Currency,
    #[serde(default = "default::window_minutes")]
    window_minutes: u32,
    step: Option<i64>,
    steps: Option<u32>,
    #[serde(default = "default::cool_down_hours")]
    cool_down_hours: u32,
    sms: Option<sms::Config>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CardConfig {
    number: String,
    holder: String,
    bank: String,
    #[serde(default = "default::weight")]
    weight: u32,
    daily_cap_minor: Option<i64>,
    sms_rule: Option<String>,
}

/// The figures of payments in Iran: amounts differ by whole toman (10 rial) and stay reserved for two days, because
/// transfers between banks may arrive a day late.
mod default {
    use nexa_core::domain::money::Currency;

    pub(super) const fn currency() -> Currency {
        Currency::Irr
    }
    pub(super) const fn window_minutes() -> u32 {
        30
    }
    /// Elsewhere a minor unit is worth far more than a rial: a wide range would give most of a small price away.
    pub(super) const fn step_and_steps(currency: Currency) -> (i64, u32) {
        match currency {
            Currency::Irr => (10, 999),
            _ => (1, 25),
        }
    }
    pub(super) const fn cool_down_hours() -> u32 {
        48
    }
    pub(super) const fn weight() -> u32 {
        1
    }
}

struct Card {
    number: CardNumber,
    holder: String,
    bank: String,
    destination: Destination,
    rules: &'static [sms::Rule],
}

struct CardGateway {
    profile: GatewayProfile,
    cards: Vec<Card>,
    bridge: Option<sms::Bridge>,
}

impl GatewayKind for CardKind {
    fn name(&self) -> &'static str {
        "card"
    }

    fn fields(&self) -> Vec<Field> {
        crate::fields::card()
    }

    fn connect(&self, config: &Secret<Value>, setting: &GatewaySetting) -> Result<Arc<dyn Gateway>, Refusal> {
        let config: Config = parse(config)?;
        within("cards", config.cards.len(), 1..=50)?;
        let window = within("window_minutes", config.window_minutes, 5..=1440)?;
        let (step, steps) = default::step_and_steps(config.currency);
        let step = within("step", config.step.unwrap_or(step), 1..=1_000_000)?;
        let steps = within("steps", config.steps.unwrap_or(steps), 1..=100_000)?;
        let cool_down_hours = within("cool_down_hours", config.cool_down_hours, 0..=720)?;
        let cards: Vec<_> =
            config.cards.iter().map(|card| checked(card, config.currency)).collect::<Result<_, _>>()?;
        let mut keys = HashSet::new();
        if !cards.iter().all(|card| keys.insert(card.destination.key.as_str())) {
            return Err(bad("number", "the same card stands there twice"));
        }
        let destinations = cards.iter().map(|card| card.destination.clone()).collect();
        let profile = GatewayProfile {
            asset: config.currency,
            confirm: Confirm::Human,
            matching: Matching::UniqueAmount { destinations, step, steps, cool_down_hours },
            minimum: Some(Money::new(step, config.currency)),
            maximum: None,
            policy: Policy {
                tolerance_bp: 0,
                window: SignedDuration::from_mins(i64::from(window)),
                // As long as the amount stays reserved, a late transfer can be told from all others.
                watch: SignedDuration::from_hours(i64::from(cool_down_hours)),
            },
            refunds: Refunds::Never,
            test: setting.test,
        };
        let bridge = config.sms.as_ref().map(sms::Bridge::new).transpose()?;
        Ok(Arc::new(CardGateway { profile, cards, bridge }))
    }
}

fn checked(config: &CardConfig, currency: Currency) -> Result<Card, Refusal> {
    let number = CardNumber::parse(&config.number)?;
    let holder = shown("holder", &config.holder)?;
    let bank = shown("bank", &config.bank)?;
    let weight = within("weight", config.weight, 1..=100)?;
    if config.daily_cap_minor.is_some_and(|cap| cap <= 0) {
        return Err(bad("daily_cap_minor", "must be positive"));
    }
    let daily_cap = config.daily_cap_minor.map(|cap| Money::new(cap, currency));
    let rules = sms::rules(config.sms_rule.as_deref())?;
    let destination = Destination { key: number.key(), weight, daily_cap };
    Ok(Card { number, holder, bank, destination, rules })
}

impl CardGateway {
    /// What a message of the bank's means: money that came to one of our cards, or nothing to us.
    fn deposit(&self, message: &sms::Message) -> Signal {
        let mut named = self.cards.iter().filter(|card| message.is_of(card.number.digits()));
        let (Some(card), None, Some(bridge)) = (named.next(), named.next(), &self.bridge) else {
            return Signal::Nothing;
        };
        let Some(amount) = message.deposit(card.rules, self.profile.asset) else { return Signal::Nothing };
        Signal::Arrived(vec![Arrival {
            destination: card.destination.key.clone(),
            place: card.number.masked(),
            amount,
            family: sms::FAMILY.to_owned(),
            movement: message.name(&card.destination.key),
            sure: bridge.trusts(amount),
        }])
    }
}

/// A text that customers read. A transfer to a made-up holder fails at the bank, so examples are refused.
fn shown(setting: &'static str, text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    within(setting, text.chars().count(), 1..=60)?;
    if text.chars().any(char::is_control) {
        return Err(bad(setting, "control characters"));
    }
    if is_placeholder(text)
        || ["john doe", "card holder", "cardholder"].contains(&text.to_lowercase().as_str())
    {
        return Err(Refusal::PlaceholderKey);
    }
    Ok(text.to_owned())
}

#[async_trait]
impl Gateway for CardGateway {
    fn profile(&self) -> &GatewayProfile {
        &self.profile
    }

    async fn open(&self, invoice: &Invoice) -> Outcome<Opened> {
        if let Some(why) = unpayable(invoice, &self.profile) {
            return Outcome::Rejected(why.to_owned());
        }
        let Some(Slot::Destination(key)) = &invoice.slot else {
            return Outcome::Rejected("no card was reserved".to_owned());
        };
        let Some(card) = self.cards.iter().find(|card| card.destination.key == *key) else {
            return Outcome::Rejected("the reserved card is not configured any more".to_owned());
        };
        Outcome::Done(Opened {
            reference: format!("{key}:{}:{}", invoice.due.minor, invoice.payment_id),
            step: PayStep::Card {
                number: card.number.digits().to_owned(),
                holder: card.holder.clone(),
                bank: card.bank.clone(),
            },
        })
    }

    fn read(&self, callback: &Callback, now: Timestamp) -> Reading {
        let message = self.bridge.as_ref().and_then(|bridge| bridge.authentic(callback, now));
        match message {
            Some(message) => Reading { signal: self.deposit(&message), reply: "ok".to_owned() },
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
        let line = |card: &Card| {
            let cap = card.destination.daily_cap.map(|cap| format!(", at most {cap} a day"));
            format!(
                "{} {}, weight {}{}",
                card.number.masked(),
                card.bank,
                card.destination.weight,
                cap.unwrap_or_default()
            )
        };
        Outcome::Done(GatewayCheck { lines: self.cards.iter().map(line).collect() })
    }
}

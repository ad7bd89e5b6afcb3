//! A card of the shop's: money is sent there by hand, and a person says what came.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use nexa_core::{
    domain::{
        gateway::{Confirm, Destination, GatewayProfile, Matching, Refunds},
        money::{Currency, Money},
        payment::{Movement, Observation, PayStep, Policy},
        refusal::Refusal,
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
use std::sync::Arc;

/// Kind `card`: setting `currency`.
pub struct CardKind;

struct Card(GatewayProfile);

impl GatewayKind for CardKind {
    fn name(&self) -> &'static str {
        "card"
    }

    fn connect(&self, config: &Secret<Value>, setting: &GatewaySetting) -> Result<Arc<dyn Gateway>, Refusal> {
        let asset: Currency = config.expose()["currency"].as_str().unwrap_or_default().parse()?;
        let destinations = vec![Destination { key: "card".to_owned(), weight: 1, daily_cap: None }];
        let window = SignedDuration::from_mins(30);
        // One amount only, so that every run asks for the same.
        let matching = Matching::UniqueAmount { destinations, step: 10, steps: 9, cool_down_hours: 1 };
        Ok(Arc::new(Card(GatewayProfile {
            asset,
            confirm: Confirm::Human,
            refunds: Refunds::Never,
            matching,
            minimum: Some(Money::new(1, asset)),
            maximum: None,
            policy: Policy { tolerance_bp: 0, window, watch: window * 4 },
            test: setting.test,
        })))
    }
}

#[async_trait]
impl Gateway for Card {
    fn profile(&self) -> &GatewayProfile {
        &self.0
    }

    async fn open(&self, invoice: &Invoice) -> Outcome<Opened> {
        Outcome::Done(Opened {
            reference: format!("card:{}", invoice.payment_id),
            step: PayStep::Card {
                number: "6219861034529007".to_owned(),
                holder: "سارا احمدی".to_owned(),
                bank: "سامان".to_owned(),
            },
        })
    }

    fn read(&self, _callback: &Callback, _now: Timestamp) -> Reading {
        Reading { signal: Signal::Forged, reply: String::new() }
    }

    async fn inspect(&self, _expected: &[Expected], _now: Timestamp) -> Outcome<Vec<Observation>> {
        Outcome::Done(Vec::new())
    }

    async fn recheck(&self, _movements: &[Movement], _now: Timestamp) -> Outcome<Vec<Observation>> {
        Outcome::Done(Vec::new())
    }

    async fn check(&self) -> Outcome<GatewayCheck> {
        Outcome::Done(GatewayCheck { lines: Vec::new() })
    }
}

//! Gateways at the end of a bad line.

use super::{env::Env, mutant::Mutant, trouble::Trouble};
use async_trait::async_trait;
use jiff::Timestamp;
use nexa_core::{
    domain::{
        gateway::GatewayProfile,
        money::Money,
        payment::{Movement, Observation},
        refusal::Refusal,
    },
    ports::{
        gateway::{
            Callback, Expected, Gateway, GatewayCheck, GatewayKind, GatewaySetting, Invoice, Opened, Reading,
            Scan, Signal,
        },
        outcome::Outcome,
    },
    secret::Secret,
};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

/// Makes gateways of another kind, over a bad line.
pub struct SimGatewayKind<K> {
    /// The outside.
    pub env: Arc<Env>,
    /// What is behind the line.
    pub kind: K,
}

impl<K: GatewayKind> GatewayKind for SimGatewayKind<K> {
    fn name(&self) -> &'static str {
        self.kind.name()
    }

    fn connect(&self, config: &Secret<Value>, setting: &GatewaySetting) -> Result<Arc<dyn Gateway>, Refusal> {
        let gateway = self.kind.connect(config, setting)?;
        Ok(Arc::new(SimGateway { env: Arc::clone(&self.env), gateway, asked: Mutex::default() }))
    }
}

struct SimGateway {
    env: Arc<Env>,
    gateway: Arc<dyn Gateway>,
    /// What was asked for, for the planted bug that believes it.
    asked: Mutex<BTreeMap<String, Money>>,
}

impl SimGateway {
    async fn over_the_line<T>(&self, call: impl Future<Output = Outcome<T>>) -> Outcome<T> {
        self.env.travel().await;
        if self.env.fault(self.env.rates.gateway, Trouble::GatewayUnreachable) {
            return Outcome::Unreachable("no connection".into());
        }
        let outcome = call.await;
        self.env.travel().await;
        if self.env.fault(self.env.rates.gateway, Trouble::GatewayUnheard) {
            return Outcome::Ambiguous("the answer got lost".into());
        }
        outcome
    }

    fn claimed(&self, mut seen: Vec<Observation>) -> Vec<Observation> {
        if self.env.is_mutant(Mutant::ClaimedAmount) {
            let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
            for one in &mut seen {
                one.amount = asked.get(&one.reference).copied().unwrap_or(one.amount);
            }
        }
        seen
    }
}

#[async_trait]
impl Gateway for SimGateway {
    fn profile(&self) -> &GatewayProfile {
        self.gateway.profile()
    }

    async fn open(&self, invoice: &Invoice) -> Outcome<Opened> {
        let opened = self.over_the_line(self.gateway.open(invoice)).await;
        if let Outcome::Done(opened) = &opened {
            let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
            asked.insert(opened.reference.clone(), invoice.due);
        }
        opened
    }

    fn read(&self, callback: &Callback, now: Timestamp) -> Reading {
        let reading = self.gateway.read(callback, now);
        match reading.signal {
            Signal::Observed(seen) => Reading { signal: Signal::Observed(self.claimed(seen)), ..reading },
            _ => reading,
        }
    }

    async fn inspect(&self, expected: &[Expected], now: Timestamp) -> Outcome<Vec<Observation>> {
        self.over_the_line(self.gateway.inspect(expected, now)).await.map(|seen| self.claimed(seen))
    }

    async fn scan(&self, expected: &[Expected], cursor: Option<&str>, now: Timestamp) -> Outcome<Scan> {
        let scan = self.over_the_line(self.gateway.scan(expected, cursor, now)).await;
        scan.map(|scan| Scan { seen: self.claimed(scan.seen), ..scan })
    }

    async fn recheck(&self, movements: &[Movement], now: Timestamp) -> Outcome<Vec<Observation>> {
        self.over_the_line(self.gateway.recheck(movements, now)).await
    }

    async fn refund(&self, movement: &Movement) -> Outcome<()> {
        if self.env.is_mutant(Mutant::RefundForgotten) {
            return Outcome::Done(());
        }
        self.over_the_line(self.gateway.refund(movement)).await
    }

    async fn check(&self) -> Outcome<GatewayCheck> {
        self.over_the_line(self.gateway.check()).await
    }
}

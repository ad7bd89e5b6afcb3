//! Gateways, counted. Reading a callback asks nobody, so it is not a call.

use super::Measured;
use crate::{
    domain::{
        gateway::GatewayProfile,
        payment::{Movement, Observation},
    },
    metric::{GATEWAY_CALLS, GATEWAY_TIME},
    ports::{
        gateway::{Callback, Expected, Gateway, GatewayCheck, Invoice, Opened, Reading, Scan},
        outcome::Outcome,
    },
    world::World,
};
use async_trait::async_trait;
use jiff::Timestamp;
use std::sync::Arc;

struct Counted {
    gateway: Arc<dyn Gateway>,
    measured: Measured,
}

/// A gateway whose calls are counted.
pub(in crate::engine) fn gateway(
    kind: &'static str,
    gateway: Arc<dyn Gateway>,
    world: &World,
) -> Arc<dyn Gateway> {
    let measured = Measured { world: world.clone(), calls: GATEWAY_CALLS, times: GATEWAY_TIME, kind };
    Arc::new(Counted { gateway, measured })
}

#[async_trait]
impl Gateway for Counted {
    fn profile(&self) -> &GatewayProfile {
        self.gateway.profile()
    }

    async fn open(&self, invoice: &Invoice) -> Outcome<Opened> {
        self.measured.count("open", self.gateway.open(invoice), Outcome::name).await
    }

    fn read(&self, callback: &Callback, now: Timestamp) -> Reading {
        self.gateway.read(callback, now)
    }

    async fn inspect(&self, expected: &[Expected], now: Timestamp) -> Outcome<Vec<Observation>> {
        self.measured.count("inspect", self.gateway.inspect(expected, now), Outcome::name).await
    }

    async fn scan(&self, expected: &[Expected], cursor: Option<&str>, now: Timestamp) -> Outcome<Scan> {
        self.measured.count("scan", self.gateway.scan(expected, cursor, now), Outcome::name).await
    }

    async fn recheck(&self, movements: &[Movement], now: Timestamp) -> Outcome<Vec<Observation>> {
        self.measured.count("recheck", self.gateway.recheck(movements, now), Outcome::name).await
    }

    async fn refund(&self, movement: &Movement) -> Outcome<()> {
        self.measured.count("refund", self.gateway.refund(movement), Outcome::name).await
    }

    fn keeps_list(&self) -> bool {
        self.gateway.keeps_list()
    }

    async fn statement(&self, from: Timestamp, to: Timestamp) -> Outcome<Vec<Observation>> {
        self.measured.count("statement", self.gateway.statement(from, to), Outcome::name).await
    }

    async fn check(&self) -> Outcome<GatewayCheck> {
        self.measured.count("check", self.gateway.check(), Outcome::name).await
    }
}

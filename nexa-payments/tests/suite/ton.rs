//! TON and Tether on it against a toncenter that a test controls.

use crate::{
    connect, setting,
    watched::{NOW, Watched, watched},
};
use async_trait::async_trait;
use jiff::Timestamp;
use nexa_core::{
    conformance::gateway::{Fixture, KindFixture, Outage, connects_only_what_works, done, expected},
    domain::{
        gateway::{Confirm, GatewayProfile},
        money::Money,
        payment::{Finality, Movement, Observation},
    },
    ports::{
        gateway::{
            Callback, Expected, Gateway, GatewayCheck, GatewayKind, GatewaySetting, Invoice, Opened, Reading,
        },
        outcome::Outcome,
    },
};
use nexa_payments::{
    testing::{TonFault, TonServer},
    ton::TonKind,
};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

/// A wallet that nobody has the words of.
pub(crate) const OWNER: &str = "0:5a1f0e6c2b9d48377c15a0f3e8d4b26190ac7e5f43b8d2617f90ce3ab4d58162";
pub(crate) const USDT: &str = "0:b113a994b5024a16719f69139328eb759596c38a25f59028b146fecdc3621dfe";
/// A token that only calls itself the same.
pub(crate) const FALSE_USDT: &str = "0:1111a994b5024a16719f69139328eb759596c38a25f59028b146fecdc3621dfe";
pub(crate) const KEY: &str = "4f7d1c90a2e85b36";

/// A gateway as the suite asks one: what a scan finds is what an inspection would, from where the last scan ended.
struct Asked {
    gateway: Arc<dyn Gateway>,
    profile: GatewayProfile,
    kept: Mutex<(Option<String>, Vec<Observation>)>,
}

impl Asked {
    fn new(gateway: Arc<dyn Gateway>) -> Self {
        let profile = GatewayProfile { confirm: Confirm::Inspect, ..gateway.profile().clone() };
        Self { gateway, profile, kept: Mutex::default() }
    }
}

#[async_trait]
impl Gateway for Asked {
    fn profile(&self) -> &GatewayProfile {
        &self.profile
    }
    async fn open(&self, invoice: &Invoice) -> Outcome<Opened> {
        self.gateway.open(invoice).await
    }
    fn read(&self, callback: &Callback, now: Timestamp) -> Reading {
        self.gateway.read(callback, now)
    }
    async fn inspect(&self, expected: &[Expected], now: Timestamp) -> Outcome<Vec<Observation>> {
        let cursor = self.kept.lock().expect("nobody panicked").0.clone();
        let scan = self.gateway.scan(expected, cursor.as_deref(), now).await;
        scan.map(|scan| {
            let mut kept = self.kept.lock().expect("nobody panicked");
            kept.0 = Some(scan.cursor);
            // What was found before stays known, as the core keeps it; what is told again takes its place.
            kept.1.retain(|old| old.finality == Finality::Confirmed);
            kept.1.retain(|old| !scan.seen.iter().any(|new| new.movement == old.movement));
            kept.1.extend(scan.seen);
            let wanted = |fact: &&Observation| expected.iter().any(|e| e.reference == fact.reference);
            let mut facts: Vec<_> = kept.1.iter().filter(wanted).cloned().collect();
            facts.sort_by(|a, b| a.movement.cmp(&b.movement));
            facts
        })
    }
    async fn recheck(&self, movements: &[Movement], now: Timestamp) -> Outcome<Vec<Observation>> {
        self.gateway.recheck(movements, now).await
    }
    async fn check(&self) -> Outcome<GatewayCheck> {
        self.gateway.check().await
    }
}

pub(crate) struct Ton {
    pub(crate) gateway: Arc<dyn Gateway>,
    pub(crate) server: TonServer,
    pub(crate) token: Option<&'static str>,
}

impl Ton {
    pub(crate) async fn of(kind: TonKind) -> Self {
        let server = TonServer::start(OWNER, Some(KEY), NOW).await.expect("a port");
        let config = json!({ "address": OWNER, "servers": [{ "url": server.base_url(), "key": KEY }],
            "timeout_seconds": 1 });
        let token = (kind.name() == "usdt-ton").then_some(USDT);
        Self { gateway: connect(&kind, config), server, token }
    }

    /// As a gateway that is inspected, for the cases of the suite that ask.
    async fn asked(kind: TonKind) -> Self {
        let ton = Self::of(kind).await;
        Self { gateway: Arc::new(Asked::new(Arc::clone(&ton.gateway))), ..ton }
    }

    pub(crate) fn sends(&self, comment: &str, amount: i64, is_final: bool) -> String {
        match self.token {
            Some(token) => self.server.sends_token(token, comment, amount, is_final),
            None => self.server.sends(comment, amount, is_final),
        }
    }

    pub(crate) async fn scan(
        &self,
        invoice: &Invoice,
        opened: &Opened,
        cursor: Option<&str>,
    ) -> (Vec<Observation>, String) {
        let scan = done(self.gateway.scan(&[expected(invoice, opened)], cursor, self.now()).await);
        (scan.seen, scan.cursor)
    }
}

impl Watched for Ton {
    type Fault = TonFault;
    const FAULTS: &'static [(Outage, TonFault)] = &[
        (Outage::Limited, TonFault::TooManyRequests),
        (Outage::Broken, TonFault::ServerError),
        (Outage::Silent, TonFault::Hang),
        (Outage::Garbage, TonFault::Garbage),
        (Outage::Truncated, TonFault::TruncatedJson),
        (Outage::Stale, TonFault::Stale),
    ];
    const SECRETS: &'static [&'static str] = &[KEY];
    fn watcher(&self) -> Arc<dyn Gateway> {
        Arc::clone(&self.gateway)
    }
    fn fails(&self, fault: Option<TonFault>) {
        self.server.fail(fault);
    }
    fn pays(&self, opened: &Opened, amount: Money, is_final: bool) -> String {
        self.sends(&opened.reference, amount.minor, is_final)
    }
    fn undo(&self, movement: &str) {
        self.server.forget(movement);
    }
}

watched!(Ton);

mod coin {
    nexa_core::gateway_suite!(
        #[tokio::test]
        super::Ton::of(nexa_payments::ton::TonKind::TON).await
    );
}

mod coin_asked {
    nexa_core::gateway_suite!(
        #[tokio::test]
        super::Ton::asked(nexa_payments::ton::TonKind::TON).await
    );
}

mod token_asked {
    nexa_core::gateway_suite!(
        #[tokio::test]
        super::Ton::asked(nexa_payments::ton::TonKind::USDT).await
    );
}

struct Kind(TonKind);

impl KindFixture for Kind {
    fn kind(&self) -> Arc<dyn GatewayKind> {
        Arc::new(self.0)
    }
    fn setting(&self) -> GatewaySetting {
        setting(false)
    }
    fn good(&self) -> Value {
        json!({ "address": OWNER, "servers": ["https://ton.example.org/api/v3", { "url": "http://10.0.0.7", "key": KEY }],
            "proxy": "socks5h://10.0.0.1:1080", "window_minutes": 45 })
    }
    fn unusable(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("no address", json!({})),
            ("one wrong letter", json!({ "address": "UQC8lYWvt6bBIds-L3o4y1AouwXx6R45KYAELVgKeURTw4NG" })),
            (
                "in clear to a stranger",
                json!({ "address": OWNER, "servers": ["http://toncenter.com/api/v3"] }),
            ),
            ("another token", json!({ "address": OWNER, "master": FALSE_USDT })),
            ("a key without a server", json!({ "address": OWNER, "servers": [{ "key": KEY }] })),
            ("no time", json!({ "address": OWNER, "timeout_seconds": 0 })),
        ]
    }
    fn private(&self) -> Vec<(&'static str, Value)> {
        let words = "abandon ".repeat(23) + "art";
        vec![("words", json!({ "address": words })), ("a key", json!({ "address": "ab".repeat(32) }))]
    }
    fn placeholders(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("empty", json!({ "address": "" })),
            ("words", json!({ "address": "<your wallet>" })),
            ("published", json!({ "address": "EQC8lYWvt6bBIds-L3o4y1AouwXx6R45KYAELVgKeURTw96A" })),
            ("the token's contract", json!({ "address": USDT })),
            ("nobody's", json!({ "address": format!("0:{}", "00".repeat(32)) })),
        ]
    }
}

#[test]
fn connects_only_with_an_address() {
    connects_only_what_works(&Kind(TonKind::TON));
    connects_only_what_works(&Kind(TonKind::USDT));
}

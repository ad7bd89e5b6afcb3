//! TON, watch-only: its own coin, and Tether on it. One wallet takes everybody's money, and the comment of a transfer tells
//! whose it is. The chain is read over servers with toncenter's API.
//!
//! It must never hold a key that can spend, never take one comment for another, a foreign token for Tether's, or a
//! server's silence, an error or old news for "nothing was paid".

mod address;
mod api;
mod config;
mod memo;
mod watch;

use crate::{config::unpayable, http::Troubles};
use api::Servers;
use async_trait::async_trait;
use config::{Config, Network};
use jiff::Timestamp;
use nexa_core::{
    domain::{
        gateway::{Confirm, GatewayProfile, Matching, Refunds},
        money::{Currency, Money},
        payment::{Movement, Observation, PayStep},
        refusal::Refusal,
        setting::Field,
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
use std::sync::Arc;
use watch::{Read, Watch};

/// What a gateway is paid in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Coin {
    /// The chain's own.
    Native,
    /// Tether.
    Usdt,
}

/// Kinds `ton` and `usdt-ton`.
///
/// Settings: `address`, the wallet that takes the money (any form). Optional: `network` (`main`, `test`), `servers` (base
/// addresses of servers with toncenter's API v3, or `{url, key}` with a key that goes to that server only; asked in turn;
/// toncenter itself is the default), `master` (the token's contract, on the test chain only), `window_minutes` (5 to
/// 1440, default 30), `watch_days` (1 to 365, default 7), `tolerance_bp` (0 to 1000, default 50), `proxy` (`http`,
/// `https`, `socks5`, `socks5h`), `gap_millis` between two calls to a host (default 1100, 110 with a key, 0 on this
/// machine), `timeout_seconds` (1 to 60, default 10).
///
/// Calls outside need a Tokio runtime.
#[derive(Clone, Copy, Debug)]
pub struct TonKind {
    coin: Coin,
}

impl TonKind {
    /// Kind `ton`.
    pub const TON: Self = Self { coin: Coin::Native };
    /// Kind `usdt-ton`.
    pub const USDT: Self = Self { coin: Coin::Usdt };
}

struct Ton {
    profile: GatewayProfile,
    test: bool,
    servers: Servers,
    watch: Watch,
}

impl GatewayKind for TonKind {
    fn name(&self) -> &'static str {
        match self.coin {
            Coin::Native => "ton",
            Coin::Usdt => "usdt-ton",
        }
    }

    fn fields(&self) -> Vec<Field> {
        crate::fields::ton()
    }

    fn connect(&self, config: &Secret<Value>, setting: &GatewaySetting) -> Result<Arc<dyn Gateway>, Refusal> {
        let mut config = Config::read(config, self.coin)?;
        let test = config.network == Network::Test;
        let (asset, minimum, family) = match (self.coin, test) {
            (Coin::Native, false) => (Currency::Ton, 10_000_000, "ton"),
            (Coin::Native, true) => (Currency::Ton, 10_000_000, "ton-test"),
            (Coin::Usdt, false) => (Currency::Usdt, 10_000, "ton-usdt"),
            (Coin::Usdt, true) => (Currency::Usdt, 10_000, "ton-usdt-test"),
        };
        let profile = GatewayProfile {
            asset,
            confirm: Confirm::Scan,
            matching: Matching::Reference,
            minimum: Some(Money::new(minimum, asset)),
            maximum: None,
            policy: config.policy,
            refunds: Refunds::Never,
            test,
        };
        let servers = Servers::new(&mut config, setting.range)?;
        let watch = Watch { account: config.address, master: config.master, asset, family };
        Ok(Arc::new(Ton { profile, test, servers, watch }))
    }
}

impl Ton {
    async fn read_on(&self, expected: &[Expected], cursor: Option<i64>, now: Timestamp) -> Outcome<Read> {
        let mut troubles = Troubles::default();
        for (at, server) in self.servers.in_turn() {
            match self.watch.scan(server, expected, cursor, now).await {
                Ok(read) => {
                    self.servers.prefer(at);
                    return Outcome::Done(read);
                }
                Err(trouble) => troubles.add(trouble),
            }
        }
        troubles.outcome()
    }
}

#[async_trait]
impl Gateway for Ton {
    fn profile(&self) -> &GatewayProfile {
        &self.profile
    }

    async fn open(&self, invoice: &Invoice) -> Outcome<Opened> {
        if let Some(why) = unpayable(invoice, &self.profile) {
            return Outcome::Rejected(why.to_owned());
        }
        let memo = memo::of(invoice.payment_id);
        let address = self.watch.account.shown(self.test);
        let token = self.watch.master.map(|master| format!("&jetton={}", master.raw())).unwrap_or_default();
        let uri = format!("ton://transfer/{address}?amount={}&text={memo}{token}", invoice.due.minor);
        let step = PayStep::Transfer { address, uri, memo: Some(memo.clone()) };
        Outcome::Done(Opened { reference: memo, step })
    }

    fn read(&self, _callback: &Callback, _now: Timestamp) -> Reading {
        Reading { signal: Signal::Forged, reply: String::new() }
    }

    async fn inspect(&self, expected: &[Expected], now: Timestamp) -> Outcome<Vec<Observation>> {
        self.scan(expected, None, now).await.map(|scan| scan.seen)
    }

    async fn scan(&self, expected: &[Expected], cursor: Option<&str>, now: Timestamp) -> Outcome<Scan> {
        if !expected.iter().all(|e| memo::is(&e.reference)) {
            return Outcome::Rejected("a reference is not a comment of ours".to_owned());
        }
        // What is no cursor of ours says nothing: all is read from the beginning.
        let cursor = cursor.and_then(|cursor| cursor.parse().ok());
        let read = self.read_on(expected, cursor, now).await;
        read.map(|Read { facts, until }| Scan { seen: facts, cursor: until.to_string() })
    }

    async fn recheck(&self, movements: &[Movement], now: Timestamp) -> Outcome<Vec<Observation>> {
        if movements.is_empty() {
            return Outcome::Done(Vec::new());
        }
        let mut troubles = Troubles::default();
        for (at, server) in self.servers.in_turn() {
            match self.watch.recheck(&self.servers, server, movements, now).await {
                Ok(facts) => {
                    self.servers.prefer(at);
                    return Outcome::Done(facts);
                }
                Err(trouble) => troubles.add(trouble),
            }
        }
        troubles.outcome()
    }

    async fn check(&self) -> Outcome<GatewayCheck> {
        let mut troubles = Troubles::default();
        for (_, server) in self.servers.in_turn() {
            match server.last().await {
                Ok(tip) => {
                    let mut lines = vec![
                        format!("{}: block {} at {}", self.watch.family, tip.seqno, server.host()),
                        format!("customers send to {}", self.watch.account.shown(self.test)),
                        format!("which is {}", self.watch.account.raw()),
                    ];
                    lines.extend(self.watch.master.map(|master| format!("the token {}", master.raw())));
                    return Outcome::Done(GatewayCheck { lines });
                }
                Err(trouble) => troubles.add(trouble),
            }
        }
        troubles.outcome()
    }
}

//! Bitcoin and Litecoin, watch-only: one address per payment, derived from the operator's extended public key, watched
//! over Esplora-compatible servers.
//!
//! It must never hold a key that can spend, never give an address twice, and never take a server's silence, an error
//! or old news for "nothing was paid".

mod config;
mod esplora;
mod key;
mod network;
mod watch;

use crate::{
    config::unpayable,
    http::{Server, Troubles, client},
};
use async_trait::async_trait;
use config::Config;
use esplora::Esplora;
use jiff::Timestamp;
use key::{AccountKey, is_address};
use network::{Chain, Coin, Network};
use nexa_core::{
    domain::{
        gateway::{Confirm, GatewayProfile, Matching, Refunds},
        money::Money,
        payment::{Movement, Observation, PayStep, Slot},
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
use std::sync::Arc;
use watch::Watch;

/// Kinds `bitcoin` and `litecoin`.
///
/// Settings: `key`, the extended public key of a native segwit account (`zpub`, `xpub`, `Ltub`; on test chains also
/// `vpub`, `tpub`, `ttub`). Optional: `network` (`main`, `test`, `regtest`), `servers` (base addresses of
/// Esplora-compatible servers, asked in turn; the main chains have public ones as default), `confirmations` (a number,
/// or a list of `{up_to, confirmations}` in minor units), `window_minutes` (5 to 1440, default 60), `watch_days` (1 to
/// 365, default 7), `tolerance_bp` (0 to 1000, default 50), `proxy` (`http`, `https`, `socks5`, `socks5h`),
/// `gap_millis` between two calls to a host (default 250, 0 on this machine), `timeout_seconds` (1 to 60, default 15).
///
/// Calls outside need a Tokio runtime.
#[derive(Clone, Copy, Debug)]
pub struct UtxoKind {
    coin: Coin,
}

impl UtxoKind {
    /// Kind `bitcoin`.
    pub const BITCOIN: Self = Self { coin: Coin::Bitcoin };
    /// Kind `litecoin`.
    pub const LITECOIN: Self = Self { coin: Coin::Litecoin };
}

impl GatewayKind for UtxoKind {
    fn name(&self) -> &'static str {
        Network { coin: self.coin, chain: Chain::Main }.scheme()
    }

    fn fields(&self) -> Vec<Field> {
        crate::fields::utxo()
    }

    fn connect(&self, config: &Secret<Value>, setting: &GatewaySetting) -> Result<Arc<dyn Gateway>, Refusal> {
        let Config { network, key, links, depth, policy, proxy, timeout } = Config::read(config, self.coin)?;
        let client = client(timeout, proxy, setting.range)?;
        let servers = links.into_iter().map(|link| Server::of_chain(&client, link)).collect();
        let profile = GatewayProfile {
            asset: network.asset(),
            confirm: Confirm::Inspect,
            matching: Matching::Index { sequence: key.sequence() },
            minimum: Some(Money::new(network.minimum(), network.asset())),
            maximum: None,
            policy,
            refunds: Refunds::Never,
            test: network.chain != Chain::Main,
        };
        let watch = Watch { network, depth };
        Ok(Arc::new(UtxoGateway { profile, network, key, esplora: Esplora::new(servers), watch }))
    }
}

struct UtxoGateway {
    profile: GatewayProfile,
    network: Network,
    key: AccountKey,
    esplora: Esplora,
    watch: Watch,
}

/// What is looked for on the chain.
#[derive(Clone, Copy)]
enum Look<'a> {
    /// Transfers to these addresses.
    At(&'a [String]),
    /// Whether these transfers still stand.
    Again(&'a [Movement]),
}

impl UtxoGateway {
    /// Asks one server after the other until one answers; the next look begins with that one.
    async fn look(&self, what: Look<'_>, now: Timestamp) -> Outcome<Vec<Observation>> {
        let mut troubles = Troubles::default();
        for at in self.esplora.order() {
            let facts = match (self.esplora.source(at).await, what) {
                (Ok(source), Look::At(addresses)) => {
                    self.watch.inspect(&self.esplora, &source, addresses, now).await
                }
                (Ok(source), Look::Again(movements)) => {
                    self.watch.recheck(&self.esplora, &source, movements, now).await
                }
                (Err(trouble), _) => Err(trouble),
            };
            match facts {
                Ok(facts) => {
                    self.esplora.prefer(at);
                    return Outcome::Done(facts);
                }
                Err(trouble) => troubles.add(trouble),
            }
        }
        troubles.outcome()
    }
}

#[async_trait]
impl Gateway for UtxoGateway {
    fn profile(&self) -> &GatewayProfile {
        &self.profile
    }

    async fn open(&self, invoice: &Invoice) -> Outcome<Opened> {
        if let Some(why) = unpayable(invoice, &self.profile) {
            return Outcome::Rejected(why.to_owned());
        }
        let Some(Slot::Index(index)) = invoice.slot else {
            return Outcome::Rejected("no index was reserved".to_owned());
        };
        let Some(address) = self.key.address(index) else {
            return Outcome::Rejected("the key has no address of this index".to_owned());
        };
        let uri = format!(
            "{}:{address}?amount={}&label={}",
            self.network.scheme(),
            invoice.due.decimal(),
            escaped(&invoice.shop_name)
        );
        Outcome::Done(Opened {
            reference: address.clone(),
            step: PayStep::Transfer { address, uri, memo: None },
        })
    }

    fn read(&self, _callback: &Callback, _now: Timestamp) -> Reading {
        Reading { signal: Signal::Forged, reply: String::new() }
    }

    async fn inspect(&self, expected: &[Expected], now: Timestamp) -> Outcome<Vec<Observation>> {
        let addresses: Vec<_> = expected.iter().map(|e| e.reference.clone()).collect();
        if !addresses.iter().all(|address| is_address(address, self.network)) {
            return Outcome::Rejected("a reference is not an address of this network".to_owned());
        }
        if addresses.is_empty() {
            return Outcome::Done(Vec::new());
        }
        self.look(Look::At(&addresses), now).await
    }

    async fn recheck(&self, movements: &[Movement], now: Timestamp) -> Outcome<Vec<Observation>> {
        if movements.is_empty() {
            return Outcome::Done(Vec::new());
        }
        self.look(Look::Again(movements), now).await
    }

    async fn check(&self) -> Outcome<GatewayCheck> {
        let mut troubles = Troubles::default();
        for at in self.esplora.order() {
            match self.esplora.source(at).await {
                Ok(source) => {
                    let tip = format!("{}: block {} at {}", self.network.family(), source.tip, source.host());
                    let addresses = (0..3).filter_map(|n| Some(format!("0/{n} {}", self.key.address(n)?)));
                    return Outcome::Done(GatewayCheck {
                        lines: std::iter::once(tip).chain(addresses).collect(),
                    });
                }
                Err(trouble) => troubles.add(trouble),
            }
        }
        troubles.outcome()
    }
}

/// Percent-encoded as RFC 3986 wants it in a query; wallets do not read `+` as a space.
fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let written = |byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(written).collect()
}

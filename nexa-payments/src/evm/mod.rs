//! Stablecoins on EVM chains, watch-only: one address per payment, derived from the operator's extended public key,
//! watched over JSON-RPC servers.
//!
//! It must never hold a key that can spend, never take a token for another because of its name, and never take a
//! server's silence, an error or old news for "nothing was paid".

mod config;
mod network;
mod rpc;
mod scan;

use crate::{
    chain::{
        account::{Account, AccountKey},
        token,
    },
    config::unpayable,
    http::{Server, Trouble, Troubles, client},
};
use async_trait::async_trait;
use config::Config;
use jiff::Timestamp;
use network::{LISTED, Listed};
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
            Scan, Signal,
        },
        outcome::Outcome,
    },
    secret::Secret,
};
use rpc::Node;
use scan::Reader;
use serde_json::Value;
use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
};
use tokio::sync::OnceCell;

/// Kinds `usdt-bsc`, `usdt-polygon`, `usdc-polygon`, `usdt-arbitrum`, `usdc-base`: a token on a chain each.
///
/// Settings: `key`, the `xpub` of the account `m/44'/60'/0'`; `servers`, base addresses of JSON-RPC servers that answer
/// `eth_getLogs` (many free ones do not), asked in turn; two of different owners check each other. Optional:
/// `confirmations` (1 to 10000 blocks instead of the chain's own finality, e.g. on Arbitrum and Base, where that takes a
/// quarter of an hour), `blocks_per_call` (1 to 10000, default 500), `window_minutes` (5 to 1440, default 60),
/// `watch_days` (1 to 60, default 7), `tolerance_bp` (0 to 1000, default 50), `proxy` (`http`, `https`, `socks5`,
/// `socks5h`), `gap_millis` between two calls to a host (default 250, 0 on this machine), `timeout_seconds` (1 to 60,
/// default 15), `testnet` (`chain_id`, `contract`, `decimals` of a token of play money).
///
/// Calls outside need a Tokio runtime.
#[derive(Clone, Copy, Debug)]
pub struct EvmKind {
    at: usize,
}

impl EvmKind {
    /// Tether on BNB Smart Chain.
    pub const USDT_BSC: Self = Self { at: 0 };
    /// Tether on Polygon.
    pub const USDT_POLYGON: Self = Self { at: 1 };
    /// USD Coin on Polygon.
    pub const USDC_POLYGON: Self = Self { at: 2 };
    /// Tether on Arbitrum.
    pub const USDT_ARBITRUM: Self = Self { at: 3 };
    /// USD Coin on Base.
    pub const USDC_BASE: Self = Self { at: 4 };
    /// Every kind.
    pub const ALL: [Self; 5] =
        [Self::USDT_BSC, Self::USDT_POLYGON, Self::USDC_POLYGON, Self::USDT_ARBITRUM, Self::USDC_BASE];

    fn listed(self) -> &'static Listed {
        const LAST: &Listed = &LISTED[LISTED.len() - 1];
        LISTED.get(self.at).unwrap_or(LAST)
    }
}

impl GatewayKind for EvmKind {
    fn name(&self) -> &'static str {
        self.listed().name
    }

    fn fields(&self) -> Vec<Field> {
        crate::fields::evm()
    }

    fn connect(&self, config: &Secret<Value>, setting: &GatewaySetting) -> Result<Arc<dyn Gateway>, Refusal> {
        let config = Config::read(config, self.listed())?;
        let client = client(config.timeout, config.proxy, setting.range)?;
        let asset = config.token.asset;
        let profile = GatewayProfile {
            asset,
            confirm: Confirm::Scan,
            matching: Matching::Index { sequence: config.key.sequence("evm") },
            // A cent: less is dust.
            minimum: Some(Money::new(asset.scale() / 100, asset)),
            maximum: None,
            policy: config.policy,
            refunds: Refunds::Never,
            test: config.test,
        };
        let nodes = config.links.into_iter().map(|link| Source {
            node: Node::new(Server::of_chain(&client, link)),
            proved: AtomicBool::new(false),
        });
        Ok(Arc::new(EvmGateway {
            profile,
            key: config.key,
            sources: nodes.collect(),
            first: AtomicUsize::new(0),
            reader: Reader {
                token: config.token,
                contract: config.contract,
                confirmations: config.confirmations,
                blocks_per_call: config.blocks_per_call,
                best: AtomicU64::new(0),
            },
        }))
    }
}

/// A server, and whether it has shown that it serves the right chain and token.
struct Source {
    node: Node,
    proved: AtomicBool,
}

struct EvmGateway {
    profile: GatewayProfile,
    key: AccountKey,
    sources: Vec<Source>,
    /// The server that answered last is asked first.
    first: AtomicUsize,
    reader: Reader,
}

/// The servers besides one, asked only when something hangs on it.
struct Others<'a> {
    gateway: &'a EvmGateway,
    at: usize,
    asked: OnceCell<Vec<&'a Node>>,
}

impl<'a> Others<'a> {
    /// Those that serve the right chain.
    async fn all(&self) -> &[&'a Node] {
        let ask = async || {
            let mut others = Vec::new();
            for (other, source) in self.gateway.order() {
                if other != self.at
                    && let Ok(node) = self.gateway.proved(source).await
                {
                    others.push(node);
                }
            }
            others
        };
        self.asked.get_or_init(ask).await
    }
}

/// What is looked for on the chain.
#[derive(Clone, Copy)]
enum Look<'a> {
    /// What came since the cursor.
    Onward(&'a [(Account, &'a Expected)], Option<u64>),
    /// Whether these transfers still stand.
    Again(&'a [Movement]),
}

impl EvmGateway {
    fn order(&self) -> impl Iterator<Item = (usize, &Source)> {
        let first = self.first.load(Ordering::Relaxed);
        let all = self.sources.iter().enumerate();
        all.clone().cycle().skip(first).take(all.len())
    }

    /// The server, once it has named the right chain and the token's right decimals.
    async fn proved<'a>(&self, source: &'a Source) -> Result<&'a Node, Trouble> {
        let node = &source.node;
        if source.proved.load(Ordering::Relaxed) {
            return Ok(node);
        }
        if node.chain_id().await? != self.reader.token.chain_id {
            return Err(node.unclear("it serves another chain"));
        }
        if node.decimals(self.reader.contract).await? != u128::from(self.reader.token.decimals) {
            return Err(node.unclear("the token has other decimals there"));
        }
        source.proved.store(true, Ordering::Relaxed);
        Ok(node)
    }

    /// Asks one server after the other until one answers; the next look begins with that one.
    async fn look(&self, what: Look<'_>) -> Outcome<Scan> {
        let mut troubles = Troubles::default();
        for (at, source) in self.order() {
            let node = match self.proved(source).await {
                Ok(node) => node,
                Err(trouble) => {
                    troubles.add(trouble);
                    continue;
                }
            };
            let others = Others { gateway: self, at, asked: OnceCell::new() };
            let scan = match what {
                Look::Onward(wanted, cursor) => self.reader.scan(node, &others, wanted, cursor).await,
                Look::Again(movements) => {
                    let seen = self.reader.recheck(node, &others, movements).await;
                    seen.map(|seen| Scan { seen, cursor: String::new() })
                }
            };
            match scan {
                Ok(scan) => {
                    self.first.store(at, Ordering::Relaxed);
                    return Outcome::Done(scan);
                }
                Err(trouble) => troubles.add(trouble),
            }
        }
        troubles.outcome()
    }

    async fn report(&self, node: &Node) -> Result<Vec<String>, Trouble> {
        let head = node.tagged("latest").await?.ok_or_else(|| node.unclear("no blocks"))?;
        // Many free servers answer everything but this.
        let blocks = (head.number.saturating_sub(8), head.number);
        let logs = node.logs(self.reader.contract, &[self.reader.contract], blocks).await;
        logs.map_err(|_| node.unclear("it gives no logs"))?;
        let token = &self.reader.token;
        let first = format!("{}: block {} at {}", token.family, head.number, node.host());
        let second = format!("{} at {}, {} decimals", token.asset, token.contract, token.decimals);
        let addresses = (0..3).filter_map(|n| Some(format!("0/{n} {}", self.key.account(n)?.checksummed())));
        Ok([first, second].into_iter().chain(addresses).collect())
    }
}

#[async_trait]
impl Gateway for EvmGateway {
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
        let token = &self.reader.token;
        let (Some(account), Some(raw)) = (self.key.account(index), token::raw(invoice.due, token.decimals))
        else {
            return Outcome::Rejected("the key has no address of this index".to_owned());
        };
        let address = account.checksummed();
        // EIP-681.
        let uri = format!(
            "ethereum:{}@{}/transfer?address={address}&uint256={raw}",
            self.reader.contract.checksummed(),
            token.chain_id
        );
        Outcome::Done(Opened {
            reference: address.clone(),
            step: PayStep::Transfer { address, uri, memo: None },
        })
    }

    fn read(&self, _callback: &Callback, _now: Timestamp) -> Reading {
        Reading { signal: Signal::Forged, reply: String::new() }
    }

    async fn inspect(&self, _expected: &[Expected], _now: Timestamp) -> Outcome<Vec<Observation>> {
        Outcome::Done(Vec::new())
    }

    async fn scan(&self, expected: &[Expected], cursor: Option<&str>, _now: Timestamp) -> Outcome<Scan> {
        let mut wanted = Vec::new();
        for one in expected {
            let Some(account) = Account::parse_hex(&one.reference) else {
                return Outcome::Rejected("a reference is not an address of this chain".to_owned());
            };
            wanted.push((account, one));
        }
        let Ok(cursor) = cursor.map(str::parse).transpose() else {
            return Outcome::Rejected("not one of our cursors".to_owned());
        };
        self.look(Look::Onward(&wanted, cursor)).await
    }

    async fn recheck(&self, movements: &[Movement], _now: Timestamp) -> Outcome<Vec<Observation>> {
        if movements.is_empty() {
            return Outcome::Done(Vec::new());
        }
        self.look(Look::Again(movements)).await.map(|scan| scan.seen)
    }

    async fn check(&self) -> Outcome<GatewayCheck> {
        let mut troubles = Troubles::default();
        for (_, source) in self.order() {
            let report = match self.proved(source).await {
                Ok(node) => self.report(node).await,
                Err(trouble) => Err(trouble),
            };
            match report {
                Ok(lines) => return Outcome::Done(GatewayCheck { lines }),
                Err(trouble) => troubles.add(trouble),
            }
        }
        troubles.outcome()
    }
}

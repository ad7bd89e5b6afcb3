//! Monero: one address per payment, of a view-only wallet that `monero-wallet-rpc` has open and watches with a node.
//!
//! It must never work with a wallet that can spend, never give an address twice, and never take a wallet that cannot reach
//! its node for one that nothing came to.

mod config;
mod rpc;
mod watch;

use crate::{config::unpayable, http::Trouble};
use async_trait::async_trait;
use config::{Config, Network};
use jiff::Timestamp;
use nexa_core::{
    domain::{
        gateway::{Confirm, GatewayProfile, Matching, Refunds},
        money::{Currency, Money},
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
use rpc::Rpc;
use serde::Deserialize;
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc};
use watch::{Place, Watch, refresh};

/// Addresses that are made at once.
const AT_ONCE: u32 = 64;
/// A tenth of a cent or so.
const MINIMUM: i64 = 10_000_000;

/// Kind `monero`.
///
/// Settings: `wallet_rpc`, the address of a `monero-wallet-rpc` that has a view-only wallet open; `address`, that wallet's
/// own, which says that it is the right one. Optional: `user` and `password` (of `--rpc-login`; needed unless it is on
/// this machine), `account` (default 0; no addresses of it may be given to others), `network` (`main`, `stagenet`,
/// `testnet`, `regtest`), `confirmations` (a number, or a list of `{up_to, confirmations}` in piconero; default 2 up to
/// 0.15 coins, 10 up to 0.6, else 20), `window_minutes` (5 to 1440, default 60), `watch_days` (1 to 365, default 7),
/// `tolerance_bp` (0 to 1000, default 50), `proxy`, `timeout_seconds` (1 to 30, default 20).
///
/// Calls outside need a Tokio runtime.
#[derive(Clone, Copy, Debug, Default)]
pub struct MoneroKind;

struct Monero {
    profile: GatewayProfile,
    rpc: Rpc,
    watch: Watch,
    address: String,
    account: u32,
    /// Whether the wallet was found to be the right one.
    known: tokio::sync::OnceCell<()>,
}

impl GatewayKind for MoneroKind {
    fn name(&self) -> &'static str {
        "monero"
    }

    fn fields(&self) -> Vec<Field> {
        crate::fields::monero()
    }

    fn connect(&self, config: &Secret<Value>, setting: &GatewaySetting) -> Result<Arc<dyn Gateway>, Refusal> {
        let mut config = Config::read(config)?;
        let profile = GatewayProfile {
            asset: Currency::Xmr,
            confirm: Confirm::Inspect,
            matching: Matching::Index { sequence: config.sequence() },
            minimum: Some(Money::new(MINIMUM, Currency::Xmr)),
            maximum: None,
            policy: config.policy,
            refunds: Refunds::Never,
            test: config.network != Network::Main,
        };
        let rpc = Rpc::new(&mut config, setting.range)?;
        let watch = Watch { depth: config.depth, family: config.network.family() };
        let (address, account) = (config.address, config.account);
        Ok(Arc::new(Monero { profile, rpc, watch, address, account, known: tokio::sync::OnceCell::new() }))
    }
}

#[derive(Deserialize)]
struct Addresses {
    addresses: Vec<OneAddress>,
}

#[derive(Deserialize)]
struct OneAddress {
    address: String,
    address_index: u32,
}

#[derive(Deserialize)]
struct Made {
    address_index: u32,
}

#[derive(Deserialize)]
struct Key {
    key: String,
}

impl Monero {
    /// Sees to it, once, that the wallet is the one that was configured and cannot spend.
    async fn is_ours(&self) -> Result<(), Trouble> {
        self.known.get_or_try_init(|| self.look_at_wallet()).await.map(drop)
    }

    async fn look_at_wallet(&self) -> Result<(), Trouble> {
        let fields = json!({ "account_index": 0, "address_index": [0] });
        let Addresses { addresses } = self.rpc.call("get_address", fields).await?;
        if addresses.first().is_none_or(|first| first.address != self.address) {
            return Err(self.refused("has another wallet open than the one of this address"));
        }
        // A view-only wallet answers with an error, and so does a program that shows no keys.
        let spend = self.rpc.ask::<Key>("query_key", json!({ "key_type": "spend_key" })).await?;
        if spend.is_ok_and(|Key { key }| key.bytes().any(|sign| sign != b'0')) {
            return Err(self.refused("has a wallet open that can spend; give it a view-only one"));
        }
        Ok(())
    }

    fn refused(&self, why: &str) -> Trouble {
        Trouble::Refused(format!("{}: {why}", self.rpc.host()))
    }

    /// The wallet's addresses of these indices; those that it does not know yet are made.
    async fn addresses(&self, account: u32, indices: &[u32]) -> Result<BTreeMap<u32, String>, Trouble> {
        let fields = json!({ "account_index": account, "address_index": indices });
        let found = if let Ok(found) = self.rpc.ask::<Addresses>("get_address", fields.clone()).await? {
            found
        } else {
            self.make(account, indices.iter().copied().max().unwrap_or(0)).await?;
            self.rpc.call("get_address", fields).await?
        };
        Ok(found.addresses.into_iter().map(|one| (one.address_index, one.address)).collect())
    }

    /// Makes addresses up to this index. What is made beyond it by another call at the same time does no harm: the next
    /// payment takes it.
    async fn make(&self, account: u32, upto: u32) -> Result<(), Trouble> {
        let mut count = 1_u32;
        loop {
            let fields = json!({ "account_index": account, "count": count });
            let Made { address_index } = self.rpc.call("create_address", fields).await?;
            let last = address_index.saturating_add(count.saturating_sub(1));
            if last >= upto {
                return Ok(());
            }
            count = (upto - last).min(AT_ONCE);
        }
    }

    async fn prepare(&self, invoice: &Invoice, index: u32) -> Result<Opened, Trouble> {
        self.is_ours().await?;
        // Index 0 is the wallet's own address.
        let index = index.checked_add(1).ok_or_else(|| self.refused("has no address of this index"))?;
        let mut addresses = self.addresses(self.account, &[index]).await?;
        let address = addresses.remove(&index).ok_or_else(|| self.rpc.unclear("gives another address"))?;
        let uri = format!("monero:{address}?tx_amount={}", invoice.due.decimal());
        let place = Place { account: self.account, index, address: address.clone() };
        Ok(Opened { reference: place.reference(), step: PayStep::Transfer { address, uri, memo: None } })
    }

    async fn look(&self, places: Vec<Place>, now: Timestamp) -> Result<Vec<Observation>, Trouble> {
        self.is_ours().await?;
        let mut accounts: BTreeMap<u32, Vec<Place>> = BTreeMap::new();
        for place in places {
            accounts.entry(place.account).or_default().push(place);
        }
        refresh(&self.rpc).await?;
        let mut facts = Vec::new();
        for (account, places) in accounts {
            let indices: Vec<_> = places.iter().map(|place| place.index).collect();
            let addresses = self.addresses(account, &indices).await?;
            if places.iter().any(|place| addresses.get(&place.index) != Some(&place.address)) {
                return Err(self.rpc.unclear("has another wallet open than the one that was to be paid"));
            }
            facts.extend(self.watch.inspect(&self.rpc, account, &places, now).await?);
        }
        Ok(facts)
    }

    async fn look_again(&self, known: &[Movement], now: Timestamp) -> Result<Vec<Observation>, Trouble> {
        self.look_at_wallet().await?;
        refresh(&self.rpc).await?;
        self.watch.recheck(&self.rpc, known, now).await
    }

    async fn list(&self, from: Timestamp, to: Timestamp) -> Result<Vec<Observation>, Trouble> {
        self.look_at_wallet().await?;
        refresh(&self.rpc).await?;
        self.watch.list(&self.rpc, self.account, (from.as_second(), to.as_second())).await
    }

    async fn shown(&self) -> Result<GatewayCheck, Trouble> {
        self.look_at_wallet().await?;
        refresh(&self.rpc).await?;
        let height: Value = self.rpc.call("get_height", json!({})).await?;
        let height = height.get("height").and_then(Value::as_u64).unwrap_or(0);
        let mut lines = vec![format!("{}: {height} blocks read at {}", self.watch.family, self.rpc.host())];
        let addresses = self.addresses(self.account, &[1, 2, 3]).await?;
        lines.extend(addresses.into_iter().map(|(n, address)| format!("{}/{n} {address}", self.account)));
        Ok(GatewayCheck { lines })
    }
}

#[async_trait]
impl Gateway for Monero {
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
        self.prepare(invoice, index).await.map_or_else(Trouble::outcome, Outcome::Done)
    }

    fn read(&self, _callback: &Callback, _now: Timestamp) -> Reading {
        Reading { signal: Signal::Forged, reply: String::new() }
    }

    async fn inspect(&self, expected: &[Expected], now: Timestamp) -> Outcome<Vec<Observation>> {
        let places: Option<Vec<_>> = expected.iter().map(|e| Place::parse(&e.reference)).collect();
        let Some(places) = places else {
            return Outcome::Rejected("a reference is not an address of a wallet".to_owned());
        };
        if places.is_empty() {
            return Outcome::Done(Vec::new());
        }
        self.look(places, now).await.map_or_else(Trouble::outcome, Outcome::Done)
    }

    async fn recheck(&self, movements: &[Movement], now: Timestamp) -> Outcome<Vec<Observation>> {
        if movements.is_empty() {
            return Outcome::Done(Vec::new());
        }
        self.look_again(movements, now).await.map_or_else(Trouble::outcome, Outcome::Done)
    }

    fn keeps_list(&self) -> bool {
        true
    }

    async fn statement(&self, from: Timestamp, to: Timestamp) -> Outcome<Vec<Observation>> {
        self.list(from, to).await.map_or_else(Trouble::outcome, Outcome::Done)
    }

    async fn check(&self) -> Outcome<GatewayCheck> {
        self.shown().await.map_or_else(Trouble::outcome, Outcome::Done)
    }
}

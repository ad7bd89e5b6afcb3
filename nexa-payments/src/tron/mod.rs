//! Tether on TRON, watch-only: one or a few addresses of the operator's and an amount per payment that nobody else was
//! asked for, or an address per payment; watched over `TronGrid`.
//!
//! It must never hold a key that can spend, never take a token for another because of its name, and never believe a
//! list of transfers: what counts is the transaction in a final block.

mod api;
mod config;
mod scan;

use crate::{
    chain::account::Account,
    config::unpayable,
    http::{Server, Troubles, client},
};
use api::Grid;
use async_trait::async_trait;
use config::{Config, Receivers};
use jiff::Timestamp;
use nexa_core::{
    domain::{
        gateway::{Confirm, Destination, GatewayProfile, Matching, Refunds},
        money::{Currency, Money},
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
use scan::{Cursor, Reader, Wanted};
use serde_json::Value;
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

/// Kind `usdt-tron`.
///
/// Settings: either `addresses`, 1 to 20 addresses of a wallet of the operator's own (transfers inside an exchange never
/// reach the chain, so an exchange's deposit address loses payments), with optionally `step` (distance of two amounts
/// in millionths, default 100), `steps` (how many amounts, default 500; the customer pays up to `step` times `steps`
/// less than the price) and `cool_down_hours` (1 to 720, default 48); or `key`, the `xpub` of the account
/// `m/44'/195'/0'`, with optionally `watch_days` (1 to 30, default 3) and `tolerance_bp` (0 to 1000, default 0).
///
/// An address that never held USDT doubles what the customer's wallet charges for the transfer, and each address is asked for
/// by itself: addresses and amounts are the better choice for nearly every shop.
///
/// Optional for both: `api_key` of `TronGrid`, `servers` (default `https://api.trongrid.io`), `window_minutes` (5 to 1440,
/// default 60), `proxy` (`http`, `https`, `socks5`, `socks5h`), `gap_millis` between two calls to a host (default 250, 0
/// on this machine), `timeout_seconds` (1 to 60, default 15), `testnet` (`contract` of a token on Shasta or Nile).
///
/// Calls outside need a Tokio runtime.
#[derive(Clone, Copy, Debug, Default)]
pub struct TronKind;

impl GatewayKind for TronKind {
    fn name(&self) -> &'static str {
        "usdt-tron"
    }

    fn fields(&self) -> Vec<Field> {
        crate::fields::tron()
    }

    fn connect(&self, config: &Secret<Value>, setting: &GatewaySetting) -> Result<Arc<dyn Gateway>, Refusal> {
        let config = Config::read(config)?;
        let client = client(config.timeout, config.proxy, setting.range)?;
        let family = if config.test { "tron-test" } else { "tron" }.to_owned();
        let (matching, minimum) = match &config.receivers {
            Receivers::Addresses(key) => (Matching::Index { sequence: key.sequence(&family) }, 10_000),
            Receivers::Amounts { accounts, step, steps, cool_down_hours } => {
                let destination = |account: &Account| Destination {
                    key: format!("{family}:{}", account.tron()),
                    weight: 1,
                    daily_cap: None,
                };
                let destinations = accounts.iter().map(destination).collect();
                let (step, steps, cool_down_hours) = (*step, *steps, *cool_down_hours);
                (Matching::UniqueAmount { destinations, step, steps, cool_down_hours }, step)
            }
        };
        let profile = GatewayProfile {
            asset: Currency::Usdt,
            confirm: Confirm::Scan,
            matching,
            minimum: Some(Money::new(minimum, Currency::Usdt)),
            maximum: None,
            policy: config.policy,
            refunds: Refunds::Never,
            test: config.test,
        };
        let grid =
            |link| Grid::new(Server::of_chain(&client, link), config.api_key.as_ref(), config.contract);
        Ok(Arc::new(TronGateway {
            profile,
            receivers: config.receivers,
            contract: config.contract,
            grids: config.links.into_iter().map(grid).collect(),
            first: AtomicUsize::new(0),
            reader: Reader { family, final_ones: Mutex::default() },
        }))
    }
}

struct TronGateway {
    profile: GatewayProfile,
    receivers: Receivers,
    contract: Account,
    grids: Vec<Grid>,
    /// The server that answered last is asked first.
    first: AtomicUsize,
    reader: Reader,
}

impl TronGateway {
    fn order(&self) -> impl Iterator<Item = (usize, &Grid)> {
        let first = self.first.load(Ordering::Relaxed);
        let all = self.grids.iter().enumerate();
        all.clone().cycle().skip(first).take(all.len())
    }

    /// What a reference says: the account, and the amount where amounts tell payments apart.
    fn wanted<'a>(&self, expected: &'a Expected) -> Option<Wanted<'a>> {
        let (address, exact) = match &self.receivers {
            Receivers::Addresses(_) => (expected.reference.as_str(), None),
            Receivers::Amounts { .. } => {
                let (address, rest) = expected.reference.split_once(':')?;
                (address, Some(rest.split_once(':')?.0.parse().ok()?))
            }
        };
        Some(Wanted { account: Account::parse_tron(address)?, exact, expected })
    }

    /// The address of an invoice, and how the payment is named.
    fn receiver(&self, invoice: &Invoice) -> Result<(Account, String), &'static str> {
        match (&self.receivers, &invoice.slot) {
            (Receivers::Addresses(key), Some(Slot::Index(index))) => {
                let account = key.account(*index).ok_or("the key has no address of this index")?;
                Ok((account, account.tron()))
            }
            (Receivers::Amounts { accounts, .. }, Some(Slot::Destination(key))) => {
                let address = key.rsplit(':').next().unwrap_or_default();
                let account = Account::parse_tron(address).filter(|account| accounts.contains(account));
                let account = account.ok_or("the reserved address is not configured any more")?;
                Ok((account, format!("{address}:{}:{}", invoice.due.minor, invoice.payment_id)))
            }
            _ => Err("nothing was reserved"),
        }
    }
}

#[async_trait]
impl Gateway for TronGateway {
    fn profile(&self) -> &GatewayProfile {
        &self.profile
    }

    async fn open(&self, invoice: &Invoice) -> Outcome<Opened> {
        if let Some(why) = unpayable(invoice, &self.profile) {
            return Outcome::Rejected(why.to_owned());
        }
        match self.receiver(invoice) {
            Err(why) => Outcome::Rejected(why.to_owned()),
            Ok((account, reference)) => {
                // No wallet of TRON's agrees with another about anything more than the bare address.
                let address = account.tron();
                let step = PayStep::Transfer { uri: address.clone(), address, memo: None };
                Outcome::Done(Opened { reference, step })
            }
        }
    }

    fn read(&self, _callback: &Callback, _now: Timestamp) -> Reading {
        Reading { signal: Signal::Forged, reply: String::new() }
    }

    async fn inspect(&self, _expected: &[Expected], _now: Timestamp) -> Outcome<Vec<Observation>> {
        Outcome::Done(Vec::new())
    }

    async fn scan(&self, expected: &[Expected], cursor: Option<&str>, now: Timestamp) -> Outcome<Scan> {
        let wanted: Option<Vec<_>> = expected.iter().map(|one| self.wanted(one)).collect();
        let Some(wanted) = wanted else {
            return Outcome::Rejected("a reference is not one of this gateway's".to_owned());
        };
        let cursor = match cursor.map(Cursor::parse) {
            Some(None) => return Outcome::Rejected("not one of our cursors".to_owned()),
            cursor => cursor.flatten(),
        };
        let mut troubles = Troubles::default();
        for (at, grid) in self.order() {
            match self.reader.scan(grid, &wanted, cursor, now).await {
                Ok(scan) => {
                    self.first.store(at, Ordering::Relaxed);
                    return Outcome::Done(scan);
                }
                Err(trouble) => troubles.add(trouble),
            }
        }
        troubles.outcome()
    }

    async fn recheck(&self, movements: &[Movement], now: Timestamp) -> Outcome<Vec<Observation>> {
        if movements.is_empty() {
            return Outcome::Done(Vec::new());
        }
        let mut troubles = Troubles::default();
        for (at, grid) in self.order() {
            let others: Vec<_> =
                self.order().filter(|(other, _)| *other != at).map(|(_, grid)| grid).collect();
            match self.reader.recheck(grid, &others, movements, now).await {
                Ok(facts) => {
                    self.first.store(at, Ordering::Relaxed);
                    return Outcome::Done(facts);
                }
                Err(trouble) => troubles.add(trouble),
            }
        }
        troubles.outcome()
    }

    async fn check(&self) -> Outcome<GatewayCheck> {
        let mut troubles = Troubles::default();
        for (_, grid) in self.order() {
            match grid.tip().await {
                Ok(tip) => {
                    let mut lines = vec![
                        format!("{}: final block {} at {}", self.reader.family, tip.block, grid.host()),
                        format!("USDT at {}", self.contract.tron()),
                    ];
                    match &self.receivers {
                        Receivers::Amounts { accounts, .. } => {
                            lines.extend(accounts.iter().map(|account| account.tron()));
                        }
                        Receivers::Addresses(key) => {
                            lines.extend(
                                (0..3).filter_map(|n| Some(format!("0/{n} {}", key.account(n)?.tron()))),
                            );
                        }
                    }
                    return Outcome::Done(GatewayCheck { lines });
                }
                Err(trouble) => troubles.add(trouble),
            }
        }
        troubles.outcome()
    }
}

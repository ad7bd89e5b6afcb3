//! The settings of the TRON gateway, checked.

use crate::{
    chain::account::{Account, AccountKey},
    config::{bad, is_placeholder, parse, within},
    http::{Link, proxy},
};
use jiff::SignedDuration;
use nexa_core::{
    domain::{payment::Policy, refusal::Refusal},
    secret::Secret,
};
use serde::Deserialize;
use serde_json::Value;
use std::{collections::BTreeSet, time::Duration};
use url::Url;

/// Tether's contract on TRON.
const USDT: &str = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t";
/// The public server.
const SERVER: &str = "https://api.trongrid.io";
/// Well-known addresses that examples show: that of nobody, and the token's own contract.
const NOBODY: [&str; 2] = ["T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwb", USDT];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    #[serde(default)]
    addresses: Vec<String>,
    key: Option<String>,
    api_key: Option<String>,
    #[serde(default)]
    servers: Vec<String>,
    testnet: Option<Testnet>,
    #[serde(default = "default::step")]
    step: i64,
    #[serde(default = "default::steps")]
    steps: u32,
    #[serde(default = "default::cool_down_hours")]
    cool_down_hours: u32,
    #[serde(default = "default::window_minutes")]
    window_minutes: u32,
    #[serde(default = "default::watch_days")]
    watch_days: u32,
    #[serde(default)]
    tolerance_bp: u32,
    proxy: Option<String>,
    gap_millis: Option<u64>,
    #[serde(default = "default::timeout_seconds")]
    timeout_seconds: u64,
}

/// Shasta or Nile in place of the main chain.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Testnet {
    contract: String,
}

/// Amounts differ by a hundredth of a cent, up to five cents below the price, and stay reserved for two days, because
/// exchanges send late.
mod default {
    pub(super) const fn step() -> i64 {
        100
    }
    pub(super) const fn steps() -> u32 {
        500
    }
    pub(super) const fn cool_down_hours() -> u32 {
        48
    }
    pub(super) const fn window_minutes() -> u32 {
        60
    }
    pub(super) const fn watch_days() -> u32 {
        3
    }
    pub(super) const fn timeout_seconds() -> u64 {
        15
    }
}

/// How payments are told apart.
pub(super) enum Receivers {
    /// By amounts that differ, at these addresses.
    Amounts { accounts: Vec<Account>, step: i64, steps: u32, cool_down_hours: u32 },
    /// By an address for each.
    Addresses(AccountKey),
}

/// The checked settings.
pub(super) struct Config {
    pub(super) receivers: Receivers,
    pub(super) contract: Account,
    pub(super) test: bool,
    pub(super) api_key: Option<Secret<String>>,
    pub(super) links: Vec<Link>,
    pub(super) policy: Policy,
    pub(super) proxy: Option<Url>,
    pub(super) timeout: Duration,
}

impl Config {
    pub(super) fn read(config: &Secret<Value>) -> Result<Self, Refusal> {
        let mut raw: Raw = parse(config)?;
        let test = raw.testnet.is_some();
        let contract = raw.testnet.as_ref().map_or(USDT, |testnet| testnet.contract.as_str());
        let contract = Account::parse_tron(contract).ok_or(bad("testnet", "not a contract's address"))?;
        if raw.servers.is_empty() {
            if test {
                return Err(bad("servers", "a test chain needs its servers named"));
            }
            raw.servers = vec![SERVER.to_owned()];
        }
        let links = Link::all(&raw.servers, test, raw.gap_millis)?;
        let api_key = raw.api_key.as_deref().map(api_key).transpose()?;
        let receivers = receivers(&raw, test)?;
        let watch = match &receivers {
            // As long as the amount stays reserved, a late transfer can be told from all others.
            Receivers::Amounts { cool_down_hours, .. } => {
                SignedDuration::from_hours(i64::from(*cool_down_hours))
            }
            Receivers::Addresses(_) => {
                nexa_core::domain::time::days(within("watch_days", raw.watch_days, 1..=30)?)
            }
        };
        let tolerance_bp = within("tolerance_bp", raw.tolerance_bp, 0..=1_000)?;
        if tolerance_bp > 0 && matches!(receivers, Receivers::Amounts { .. }) {
            return Err(bad("tolerance_bp", "amounts that tell payments apart must be exact"));
        }
        let window = within("window_minutes", raw.window_minutes, 5..=1440)?;
        Ok(Self {
            receivers,
            contract,
            test,
            api_key,
            links,
            policy: Policy { tolerance_bp, window: SignedDuration::from_mins(i64::from(window)), watch },
            proxy: raw.proxy.as_deref().map(proxy).transpose()?,
            timeout: Duration::from_secs(within("timeout_seconds", raw.timeout_seconds, 1..=60)?),
        })
    }
}

fn receivers(raw: &Raw, test: bool) -> Result<Receivers, Refusal> {
    match (&raw.key, raw.addresses.as_slice()) {
        (Some(key), []) => Ok(Receivers::Addresses(AccountKey::parse(key, test)?)),
        (None, [_, ..]) => {
            within("addresses", raw.addresses.len(), 1..=20)?;
            let accounts: Vec<_> =
                raw.addresses.iter().map(|text| address(text)).collect::<Result<_, _>>()?;
            if accounts.iter().collect::<BTreeSet<_>>().len() < accounts.len() {
                return Err(bad("addresses", "the same address stands there twice"));
            }
            let step = within("step", raw.step, 1..=10_000)?;
            let steps = within("steps", raw.steps, 1..=10_000)?;
            let cool_down_hours = within("cool_down_hours", raw.cool_down_hours, 1..=720)?;
            Ok(Receivers::Amounts { accounts, step, steps, cool_down_hours })
        }
        _ => Err(bad("addresses", "either addresses or a key")),
    }
}

fn address(text: &str) -> Result<Account, Refusal> {
    let text = text.trim();
    if crate::chain::private::is_private(text) {
        return Err(Refusal::PrivateKey);
    }
    if NOBODY.contains(&text) || is_placeholder(text) {
        return Err(Refusal::PlaceholderKey);
    }
    Account::parse_tron(text).ok_or(bad("addresses", "not an address of TRON: the checksum is wrong"))
}

fn api_key(text: &str) -> Result<Secret<String>, Refusal> {
    let text = text.trim();
    if is_placeholder(text) {
        return Err(Refusal::PlaceholderKey);
    }
    let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    within("api_key", text.len(), 8..=100)?;
    if plain {
        Ok(Secret::new(text.to_owned()))
    } else {
        Err(bad("api_key", "letters, digits and dashes only"))
    }
}

//! The settings of a TON gateway, checked.

use super::{Coin, address::Address};
use crate::{
    config::{bad, is_placeholder, parse, within},
    http::{Base, Link, proxy},
};
use jiff::SignedDuration;
use nexa_core::{
    domain::{payment::Policy, refusal::Refusal, time::days},
    secret::Secret,
};
use reqwest::header::HeaderValue;
use serde::Deserialize;
use serde_json::Value;
use std::time::Duration;
use url::Url;

/// Tether's own master contract (<https://tether.to/en/supported-protocols>).
const USDT: &str = "EQCxE6mUtQJKFnGfaROTKOt1lZbDiiX1kCixRv7Nw2Id_sDs";
/// What this is documented with here and elsewhere.
const PUBLISHED: [&str; 2] = ["0:bc9585afb7a6c121db3e2f7a38cb5028bb05f1e91e392980042d580a794453c3", USDT];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    address: String,
    #[serde(default)]
    network: Network,
    master: Option<String>,
    #[serde(default)]
    servers: Vec<RawServer>,
    #[serde(default = "default::window_minutes")]
    window_minutes: u32,
    #[serde(default = "default::watch_days")]
    watch_days: u32,
    #[serde(default = "default::tolerance_bp")]
    tolerance_bp: u32,
    proxy: Option<String>,
    gap_millis: Option<u64>,
    #[serde(default = "default::timeout_seconds")]
    timeout_seconds: u64,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RawServer {
    Open(String),
    Keyed(Keyed),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Keyed {
    url: String,
    key: String,
}

/// Which chain.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Network {
    #[default]
    Main,
    Test,
}

/// Exchanges send late, so late money is looked for a week. What arrives may be less by network fees, so half a percent is
/// forgiven. toncenter takes one call a second without a key and ten with one.
mod default {
    pub(super) const fn window_minutes() -> u32 {
        30
    }
    pub(super) const fn watch_days() -> u32 {
        7
    }
    pub(super) const fn tolerance_bp() -> u32 {
        50
    }
    pub(super) const fn timeout_seconds() -> u64 {
        10
    }
    pub(super) const GAP_MILLIS: u64 = 1_100;
    pub(super) const GAP_MILLIS_WITH_KEY: u64 = 110;
}

/// A server to ask.
pub(super) struct Toncenter {
    pub(super) link: Link,
    /// Goes to this server only.
    pub(super) key: Option<HeaderValue>,
}

/// The checked settings.
pub(super) struct Config {
    pub(super) address: Address,
    pub(super) network: Network,
    /// The token's contract, unless it is the chain's own coin.
    pub(super) master: Option<Address>,
    pub(super) servers: Vec<Toncenter>,
    pub(super) policy: Policy,
    pub(super) proxy: Option<Url>,
    pub(super) timeout: Duration,
}

impl Config {
    pub(super) fn read(config: &Secret<Value>, coin: Coin) -> Result<Self, Refusal> {
        let raw: Raw = parse(config)?;
        let address = account(&raw.address, raw.network)?;
        let window = within("window_minutes", raw.window_minutes, 5..=1440)?;
        let watch = within("watch_days", raw.watch_days, 1..=365)?;
        let tolerance_bp = within("tolerance_bp", raw.tolerance_bp, 0..=1_000)?;
        let timeout = within("timeout_seconds", raw.timeout_seconds, 1..=60)?;
        let gap = raw.gap_millis.map(|gap| within("gap_millis", gap, 0..=60_000)).transpose()?;
        let servers = if raw.servers.is_empty() {
            vec![RawServer::Open(public(raw.network).to_owned())]
        } else {
            raw.servers
        };
        within("servers", servers.len(), 1..=8)?;
        Ok(Self {
            address,
            network: raw.network,
            master: master(raw.master.as_deref(), coin, raw.network)?,
            servers: servers.into_iter().map(|server| checked(server, gap)).collect::<Result<_, _>>()?,
            policy: Policy {
                tolerance_bp,
                window: SignedDuration::from_mins(i64::from(window)),
                watch: days(watch),
            },
            proxy: raw.proxy.as_deref().map(proxy).transpose()?,
            timeout: Duration::from_secs(timeout),
        })
    }
}

const fn public(network: Network) -> &'static str {
    match network {
        Network::Main => "https://toncenter.com/api/v3",
        Network::Test => "https://testnet.toncenter.com/api/v3",
    }
}

/// Where money goes to.
fn account(text: &str, network: Network) -> Result<Address, Refusal> {
    let text = text.trim();
    // A phrase of 24 words, or a key in hex.
    let words = text.split_whitespace().count() >= 12;
    let key = matches!(text.len(), 64 | 128) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if words || key {
        return Err(Refusal::PrivateKey);
    }
    let Some(address) = Address::parse(text) else {
        let placeholder = is_placeholder(text);
        return Err(if placeholder {
            Refusal::PlaceholderKey
        } else {
            bad("address", "not an address of TON, or not a complete one: the checksum is wrong")
        });
    };
    let published = PUBLISHED.iter().any(|published| address.is_written(published));
    if network == Network::Main && (published || address.is_nobodys()) {
        return Err(Refusal::PlaceholderKey);
    }
    if network == Network::Main && address.is_for_tests() {
        return Err(bad("address", "an address of the test chain"));
    }
    Ok(address)
}

fn master(text: Option<&str>, coin: Coin, network: Network) -> Result<Option<Address>, Refusal> {
    match (coin, network, text) {
        (Coin::Native, _, None) => Ok(None),
        (Coin::Native, _, Some(_)) => Err(bad("master", "only tokens have one")),
        (Coin::Usdt, Network::Main, None) => Ok(Address::parse(USDT)),
        // Whoever else's token is not the asset that this kind is paid in.
        (Coin::Usdt, Network::Main, Some(_)) => Err(bad("master", "on the main chain it is Tether's own")),
        (Coin::Usdt, Network::Test, None) => Err(bad("master", "the test chain has no token of Tether's")),
        (Coin::Usdt, Network::Test, Some(text)) => {
            Address::parse(text).map(Some).ok_or(bad("master", "not an address of TON"))
        }
    }
}

fn checked(server: RawServer, gap: Option<u64>) -> Result<Toncenter, Refusal> {
    let (url, key) = match server {
        RawServer::Open(url) => (url, None),
        RawServer::Keyed(Keyed { url, key }) => (url, Some(key)),
    };
    let key = key.map(|key| {
        if is_placeholder(&key) {
            return Err(Refusal::PlaceholderKey);
        }
        let mut key =
            HeaderValue::from_str(key.trim()).map_err(|_| bad("servers", "a key that cannot be sent"))?;
        key.set_sensitive(true);
        Ok(key)
    });
    let key = key.transpose()?;
    let base = Base::parse("servers", &url, false)?;
    let usual = if key.is_some() { default::GAP_MILLIS_WITH_KEY } else { default::GAP_MILLIS };
    Ok(Toncenter { link: Link::new(base, gap, usual), key })
}

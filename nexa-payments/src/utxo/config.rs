//! The settings of a chain gateway, checked.

use super::{
    key::AccountKey,
    network::{Chain, Coin, Network},
};
use crate::{
    config::{parse, within},
    depth::{Depth, Wanted},
    http::{Link, proxy},
};
use jiff::SignedDuration;
use nexa_core::{
    domain::{payment::Policy, refusal::Refusal},
    secret::Secret,
};
use serde::Deserialize;
use serde_json::Value;
use std::time::Duration;
use url::Url;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    key: String,
    #[serde(default)]
    network: Chain,
    #[serde(default)]
    servers: Vec<String>,
    confirmations: Option<Wanted>,
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

/// Blocks take their time and exchanges send late, so the window is an hour and late money is looked for a week.
/// Exchanges subtract fees, so half a percent is forgiven.
mod default {
    pub(super) const fn window_minutes() -> u32 {
        60
    }
    pub(super) const fn watch_days() -> u32 {
        7
    }
    pub(super) const fn tolerance_bp() -> u32 {
        50
    }
    pub(super) const fn timeout_seconds() -> u64 {
        15
    }
}

/// The checked settings.
pub(super) struct Config {
    pub(super) network: Network,
    pub(super) key: AccountKey,
    pub(super) links: Vec<Link>,
    pub(super) depth: Depth,
    pub(super) policy: Policy,
    pub(super) proxy: Option<Url>,
    pub(super) timeout: Duration,
}

impl Config {
    pub(super) fn read(config: &Secret<Value>, coin: Coin) -> Result<Self, Refusal> {
        let raw: Raw = parse(config)?;
        let network = Network { coin, chain: raw.network };
        let key = AccountKey::parse(&raw.key, network)?;
        let window = within("window_minutes", raw.window_minutes, 5..=1440)?;
        let watch = within("watch_days", raw.watch_days, 1..=365)?;
        let tolerance_bp = within("tolerance_bp", raw.tolerance_bp, 0..=1_000)?;
        let timeout = within("timeout_seconds", raw.timeout_seconds, 1..=60)?;
        let named = if raw.servers.is_empty() {
            network.servers().iter().map(|&server| server.to_owned()).collect()
        } else {
            raw.servers
        };
        let play_money = network.chain != Chain::Main;
        Ok(Self {
            network,
            key,
            links: Link::all(&named, play_money, raw.gap_millis)?,
            depth: Depth::parse(raw.confirmations, network.confirmations())?,
            policy: Policy {
                tolerance_bp,
                window: SignedDuration::from_mins(i64::from(window)),
                watch: nexa_core::domain::time::days(watch),
            },
            proxy: raw.proxy.as_deref().map(proxy).transpose()?,
            timeout: Duration::from_secs(timeout),
        })
    }
}

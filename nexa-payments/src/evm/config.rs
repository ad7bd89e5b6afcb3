//! The settings of a gateway on an EVM chain, checked.

use super::network::{Listed, Token};
use crate::{
    chain::account::{Account, AccountKey},
    config::{bad, parse, within},
    http::{Link, proxy},
};
use jiff::SignedDuration;
use nexa_core::{
    domain::{payment::Policy, refusal::Refusal, time::days},
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
    servers: Vec<String>,
    testnet: Option<Testnet>,
    confirmations: Option<u64>,
    #[serde(default = "default::blocks_per_call")]
    blocks_per_call: u64,
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

/// A token of a test chain in place of the kind's own.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Testnet {
    chain_id: u64,
    contract: String,
    decimals: u32,
}

/// Exchanges send late and subtract fees, so late money is looked for a week and half a percent is forgiven. Free servers
/// answer for a few hundred blocks at most.
mod default {
    pub(super) const fn blocks_per_call() -> u64 {
        500
    }
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
    pub(super) key: AccountKey,
    pub(super) token: Token,
    pub(super) contract: Account,
    pub(super) test: bool,
    pub(super) links: Vec<Link>,
    /// Blocks that make a transfer final instead of the chain's own word for it.
    pub(super) confirmations: Option<u64>,
    pub(super) blocks_per_call: u64,
    pub(super) policy: Policy,
    pub(super) proxy: Option<Url>,
    pub(super) timeout: Duration,
}

impl Config {
    pub(super) fn read(config: &Secret<Value>, listed: &Listed) -> Result<Self, Refusal> {
        let raw: Raw = parse(config)?;
        let test = raw.testnet.is_some();
        let key = AccountKey::parse(&raw.key, test)?;
        let token = match raw.testnet {
            None => listed.token(),
            Some(testnet) => testnet_token(listed, testnet)?,
        };
        let contract =
            Account::parse_hex(&token.contract).ok_or(bad("testnet", "not a contract's address"))?;
        let confirmations =
            raw.confirmations.map(|blocks| within("confirmations", blocks, 1..=10_000)).transpose()?;
        let window = within("window_minutes", raw.window_minutes, 5..=1440)?;
        let watch = within("watch_days", raw.watch_days, 1..=60)?;
        Ok(Self {
            key,
            contract,
            test,
            links: Link::all(&raw.servers, test, raw.gap_millis)?,
            confirmations,
            blocks_per_call: within("blocks_per_call", raw.blocks_per_call, 1..=10_000)?,
            policy: Policy {
                tolerance_bp: within("tolerance_bp", raw.tolerance_bp, 0..=1_000)?,
                window: SignedDuration::from_mins(i64::from(window)),
                watch: days(watch),
            },
            proxy: raw.proxy.as_deref().map(proxy).transpose()?,
            timeout: Duration::from_secs(within("timeout_seconds", raw.timeout_seconds, 1..=60)?),
            token,
        })
    }
}

fn testnet_token(listed: &Listed, testnet: Testnet) -> Result<Token, Refusal> {
    if super::network::LISTED.iter().any(|real| real.chain_id == testnet.chain_id) {
        return Err(bad("testnet", "its chain_id is that of a chain with real money"));
    }
    Ok(Token {
        family: format!("evm-{}", testnet.chain_id),
        chain_id: testnet.chain_id,
        contract: testnet.contract,
        decimals: within("decimals", testnet.decimals, 0..=24)?,
        ..listed.token()
    })
}

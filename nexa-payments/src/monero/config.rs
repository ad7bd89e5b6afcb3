//! The settings of the Monero gateway, checked.

use crate::{
    config::{bad, is_placeholder, parse, within},
    depth::{Depth, Wanted},
    http::{Base, proxy},
};
use data_encoding::HEXLOWER;
use jiff::SignedDuration;
use nexa_core::{
    domain::{payment::Policy, refusal::Refusal, time::days},
    secret::Secret,
};
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::time::Duration;
use url::Url;

/// Piconero. Outputs can be spent after ten blocks, and chains have been reorganised by eighteen.
const CONFIRMATIONS: [(i64, u32); 3] = [(150_000_000_000, 2), (600_000_000_000, 10), (i64::MAX, 20)];
/// Base58 has no 0, O, I, l.
const BASE58: &str = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
/// The address that the project itself takes gifts at (<https://www.getmonero.org/get-started/contributing/>).
const PUBLISHED: &str =
    "888tNkZrPN6JsEgekjMnABU4TBzc2Dt29EPAvkRxbANsAnjyPbb3iQ1YBRk1UXcdRsiKc9dhwMVgN5S9cQUiyoogDavup3H";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    wallet_rpc: String,
    address: String,
    user: Option<String>,
    password: Option<String>,
    #[serde(default)]
    account: u32,
    #[serde(default)]
    network: Network,
    confirmations: Option<Wanted>,
    #[serde(default = "default::window_minutes")]
    window_minutes: u32,
    #[serde(default = "default::watch_days")]
    watch_days: u32,
    #[serde(default = "default::tolerance_bp")]
    tolerance_bp: u32,
    proxy: Option<String>,
    #[serde(default = "default::timeout_seconds")]
    timeout_seconds: u64,
}

/// Which chain; a `regtest` chain has the main one's addresses.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Network {
    #[default]
    Main,
    Stagenet,
    Testnet,
    Regtest,
}

impl Network {
    /// Names its transfers.
    pub(super) const fn family(self) -> &'static str {
        match self {
            Self::Main => "monero",
            Self::Stagenet => "monero-stagenet",
            Self::Testnet => "monero-testnet",
            Self::Regtest => "monero-regtest",
        }
    }

    const fn first_letter(self) -> char {
        match self {
            Self::Main | Self::Regtest => '4',
            Self::Stagenet => '5',
            Self::Testnet => '9',
        }
    }
}

/// Blocks come every two minutes and a large amount needs twenty of them, so the window is an hour and late money is looked
/// for a week.
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
        20
    }
}

/// The checked settings.
pub(super) struct Config {
    pub(super) base: Base,
    pub(super) login: Option<Login>,
    /// The wallet's own, the first of account 0.
    pub(super) address: String,
    pub(super) account: u32,
    pub(super) network: Network,
    pub(super) depth: Depth,
    pub(super) policy: Policy,
    pub(super) proxy: Option<Url>,
    pub(super) timeout: Duration,
}

/// As whom the wallet program is asked.
pub(super) struct Login {
    pub(super) user: String,
    pub(super) password: Secret<String>,
}

impl Config {
    pub(super) fn read(config: &Secret<Value>) -> Result<Self, Refusal> {
        let raw: Raw = parse(config)?;
        let window = within("window_minutes", raw.window_minutes, 5..=1440)?;
        let watch = within("watch_days", raw.watch_days, 1..=365)?;
        let tolerance_bp = within("tolerance_bp", raw.tolerance_bp, 0..=1_000)?;
        let timeout = within("timeout_seconds", raw.timeout_seconds, 1..=30)?;
        let base = Base::parse("wallet_rpc", &raw.wallet_rpc, false)?;
        let login = login(raw.user, raw.password)?;
        if login.is_none() && !base.loopback {
            return Err(bad("password", "a wallet program on another machine needs a user and a password"));
        }
        Ok(Self {
            base,
            login,
            address: address(&raw.address, raw.network)?,
            account: within("account", raw.account, 0..=1_000)?,
            network: raw.network,
            depth: Depth::parse(raw.confirmations, &CONFIRMATIONS)?,
            policy: Policy {
                tolerance_bp,
                window: SignedDuration::from_mins(i64::from(window)),
                watch: days(watch),
            },
            proxy: raw.proxy.as_deref().map(proxy).transpose()?,
            timeout: Duration::from_secs(timeout),
        })
    }

    /// Names the account without showing it.
    pub(super) fn sequence(&self) -> String {
        let mut name = HEXLOWER.encode(&Sha256::digest(format!("nexa/sequence/1{}", self.address)));
        name.truncate(24);
        format!("{}:{name}:{}", self.network.family(), self.account)
    }
}

fn login(user: Option<String>, password: Option<String>) -> Result<Option<Login>, Refusal> {
    match (user, password) {
        (None, None) => Ok(None),
        (Some(user), Some(password)) if is_placeholder(&user) || is_placeholder(&password) => {
            Err(Refusal::PlaceholderKey)
        }
        (Some(user), Some(password)) if !user.contains([':', '"', '\\']) => {
            Ok(Some(Login { user, password: Secret::new(password) }))
        }
        _ => Err(bad("password", "user and password belong together, and a user holds no : or quotes")),
    }
}

/// The wallet's address. Its checksum is the wallet program's business: `check` and each opening compare the two.
fn address(text: &str, network: Network) -> Result<String, Refusal> {
    let text = text.trim();
    let words = text.split_whitespace().count() >= 12;
    let key = matches!(text.len(), 64 | 128) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if words || key {
        return Err(Refusal::PrivateKey);
    }
    let signs = text.len() == 95 && text.chars().all(|sign| BASE58.contains(sign));
    if text == PUBLISHED || !signs && is_placeholder(text) {
        return Err(Refusal::PlaceholderKey);
    }
    if !signs {
        return Err(bad("address", "not the address of a Monero wallet, or not a complete one"));
    }
    if !text.starts_with(network.first_letter()) {
        return Err(bad("address", "not the first address of a wallet of this network"));
    }
    Ok(text.to_owned())
}

//! Which sources are asked, and how.

use super::{Source, Which};
use crate::{
    config::bad,
    http::{Base, Link, Server, client, proxy},
};
use nexa_core::{
    address::outbound::Range, domain::refusal::Refusal, ports::rates::RateSource, secret::Secret,
};
use reqwest::header::HeaderValue;
use std::{sync::Arc, time::Duration};
use url::Url;

/// How long a source may take.
const TIMEOUT: Duration = Duration::from_secs(8);

/// The names of all settings, as they are set one by one; in a file they stand in the block `[rates]` without `rates_`.
pub const NAMES: [&str; 14] = [
    "rates_sources",
    "rates_proxy",
    "rates_spread_bp",
    "rates_coingecko_key",
    "rates_kraken_url",
    "rates_coingecko_url",
    "rates_coinpaprika_url",
    "rates_binance_url",
    "rates_nobitex_url",
    "rates_kraken_ton",
    "rates_coingecko_ton",
    "rates_coinpaprika_ton",
    "rates_binance_ton",
    "rates_nobitex_ton",
];

/// All settings. Without any, all sources are asked as they are known here.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Who is asked, by name; two that agree are needed.
    pub sources: Vec<String>,
    /// The way to them: `http`, `https`, `socks5` or `socks5h`.
    pub proxy: Option<String>,
    /// What is taken off the price of an asset that is no dollar, in basis points, 0 to 1000.
    pub spread_bp: u32,
    /// `CoinGecko`'s key, for more calls.
    pub coingecko_key: Option<Secret<String>>,
    /// Other addresses, by source: exchanges move.
    urls: Vec<(Which, String)>,
    /// How a source calls Toncoin, where that is not what we know.
    tons: Vec<(Which, String)>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            sources: Which::ALL.iter().map(|which| which.name().to_owned()).collect(),
            proxy: None,
            spread_bp: 100,
            coingecko_key: None,
            urls: Vec::new(),
            tons: Vec::new(),
        }
    }
}

impl Settings {
    /// Sets what `name` names; false when that is no setting of rates.
    pub fn set(&mut self, name: &str, value: &str) -> Result<bool, Refusal> {
        match name {
            "rates_sources" => {
                let names = value.split(',').map(str::trim).filter(|name| !name.is_empty());
                self.sources = names.map(str::to_owned).collect();
            }
            "rates_proxy" => self.proxy = Some(value.to_owned()).filter(|proxy| !proxy.is_empty()),
            "rates_spread_bp" => {
                let spread = value.parse().map_err(|_| bad("rates_spread_bp", "0 to 1000"))?;
                if spread > 1_000 {
                    return Err(bad("rates_spread_bp", "0 to 1000"));
                }
                self.spread_bp = spread;
            }
            "rates_coingecko_key" => self.coingecko_key = Some(Secret::new(value.to_owned())),
            _ => return Ok(self.set_of_source(name, value)),
        }
        Ok(true)
    }

    fn set_of_source(&mut self, name: &str, value: &str) -> bool {
        let Some((source, what)) = name.strip_prefix("rates_").and_then(|rest| rest.rsplit_once('_')) else {
            return false;
        };
        let Some(which) = Which::ALL.into_iter().find(|which| which.name() == source) else { return false };
        let list = match what {
            "url" => &mut self.urls,
            "ton" => &mut self.tons,
            _ => return false,
        };
        list.retain(|(of, _)| *of != which);
        list.push((which, value.to_owned()));
        true
    }

    /// The sources that are asked. Refuses what cannot work, without any call outside.
    pub fn connect(&self) -> Result<Vec<Arc<dyn RateSource>>, Refusal> {
        let mut found: Vec<Which> = Vec::new();
        for name in &self.sources {
            let which = Which::ALL.into_iter().find(|which| which.name() == name);
            let which =
                which.ok_or(bad("rates_sources", "of kraken, coingecko, coinpaprika, binance, nobitex"))?;
            // One that stands there twice must not agree with itself.
            if !found.contains(&which) {
                found.push(which);
            }
        }
        let proxy = self.proxy.as_deref().map(proxy).transpose()?;
        found.into_iter().map(|which| self.source(which, proxy.clone())).collect()
    }

    fn source(&self, which: Which, proxy: Option<Url>) -> Result<Arc<dyn RateSource>, Refusal> {
        let set = |list: &[(Which, String)], usual: &'static str| {
            list.iter()
                .find(|(of, _)| *of == which)
                .map_or_else(|| usual.to_owned(), |(_, value)| value.clone())
        };
        let ton = set(&self.tons, which.ton());
        if ton.is_empty() || !ton.bytes().all(|sign| sign.is_ascii_alphanumeric() || sign == b'-') {
            return Err(bad("rates_ton", "the source's own name of Toncoin"));
        }
        let key = self.coingecko_key.as_ref().filter(|_| which == Which::CoinGecko).map(|key| {
            let mut key = HeaderValue::from_str(key.expose())
                .map_err(|_| bad("rates_coingecko_key", "cannot be sent"))?;
            key.set_sensitive(true);
            Ok(key)
        });
        let base = Base::parse("rates_url", &set(&self.urls, which.base()), false)?;
        Ok(Arc::new(Source {
            which,
            server: Server::of_chain(
                &client(TIMEOUT, proxy, Range::Anywhere)?,
                Link::new(base, None, which.gap()),
            ),
            ton,
            key: key.transpose()?,
        }))
    }
}

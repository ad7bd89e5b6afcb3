//! Sources of exchange rates: exchanges, and those who watch many. Each only reports; the core believes what several say.
//!
//! Prices go from decimal text into whole numbers, never through a float.

mod binance;
mod coingecko;
mod coinpaprika;
mod kraken;
mod nobitex;
mod settings;

pub use settings::{NAMES, Settings};

use crate::http::{Server, Trouble};
use async_trait::async_trait;
use jiff::Timestamp;
use nexa_core::{
    domain::{
        market::{Price, Quote},
        money::Currency,
    },
    ports::{outcome::Outcome, rates::RateSource},
};
use reqwest::{StatusCode, header::HeaderValue};
use serde_json::value::RawValue;

/// Who is asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Which {
    Kraken,
    CoinGecko,
    Coinpaprika,
    Binance,
    Nobitex,
}

impl Which {
    const ALL: [Self; 5] = [Self::Kraken, Self::CoinGecko, Self::Coinpaprika, Self::Binance, Self::Nobitex];

    const fn name(self) -> &'static str {
        match self {
            Self::Kraken => "kraken",
            Self::CoinGecko => "coingecko",
            Self::Coinpaprika => "coinpaprika",
            Self::Binance => "binance",
            Self::Nobitex => "nobitex",
        }
    }

    const fn base(self) -> &'static str {
        match self {
            Self::Kraken => "https://api.kraken.com",
            Self::CoinGecko => "https://api.coingecko.com",
            Self::Coinpaprika => "https://api.coinpaprika.com",
            Self::Binance => "https://api.binance.com",
            Self::Nobitex => "https://api.nobitex.ir",
        }
    }

    /// How it calls Toncoin, which was renamed in the summer of 2026: each source in its own time.
    const fn ton(self) -> &'static str {
        match self {
            Self::Kraken | Self::Binance | Self::Nobitex => "TON",
            Self::CoinGecko => "the-open-network",
            Self::Coinpaprika => "ton-toncoin",
        }
    }

    /// Between two calls, in milliseconds, so that its limits are kept.
    const fn gap(self) -> u64 {
        match self {
            Self::Kraken => 1_000,
            Self::CoinGecko | Self::Coinpaprika | Self::Nobitex => 300,
            Self::Binance => 100,
        }
    }
}

/// One source.
struct Source {
    which: Which,
    server: Server,
    ton: String,
    key: Option<HeaderValue>,
}

#[async_trait]
impl RateSource for Source {
    fn name(&self) -> &str {
        self.which.name()
    }

    async fn quotes(&self, assets: &[Currency], now: Timestamp) -> Outcome<Vec<Quote>> {
        let quotes = match self.which {
            Which::Kraken => self.one_by_one(assets, now, kraken::quote).await,
            Which::CoinGecko => coingecko::quotes(self, assets, now).await,
            Which::Coinpaprika => self.one_by_one(assets, now, coinpaprika::quote).await,
            Which::Binance => self.one_by_one(assets, now, binance::quote).await,
            Which::Nobitex => self.one_by_one(assets, now, nobitex::quote).await,
        };
        quotes.map_or_else(Trouble::outcome, Outcome::Done)
    }
}

impl Source {
    /// Asks for each asset by itself: one that a source does not know must not hide the others.
    async fn one_by_one<'a, F>(
        &'a self,
        assets: &[Currency],
        now: Timestamp,
        ask: impl Fn(&'a Self, Currency, Timestamp) -> F,
    ) -> Result<Vec<Quote>, Trouble>
    where
        F: Future<Output = Result<Option<Quote>, Trouble>>,
    {
        let (mut quotes, mut trouble) = (Vec::new(), None);
        for asset in assets {
            match ask(self, *asset, now).await {
                Ok(quote) => quotes.extend(quote),
                Err(new) => trouble = Some(new),
            }
        }
        match trouble {
            Some(trouble) if quotes.is_empty() => Err(trouble),
            _ => Ok(quotes),
        }
    }

    /// `GET {base}/{path}` as JSON; none when the source does not know what was asked for.
    async fn get<T: serde::de::DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<Option<T>, Trouble> {
        let mut request = self.server.get(&format!("/{path}")).query(query);
        if let Some(key) = &self.key {
            request = request.header("x-cg-demo-api-key", key.clone());
        }
        self.server.json_unless(&[StatusCode::BAD_REQUEST, StatusCode::NOT_FOUND], request).await
    }

    fn quote(&self, asset: Currency, against: Currency, price: &RawValue, at: Timestamp) -> Option<Quote> {
        // A number, or a text that holds one.
        let price = Price::parse(price.get().trim_matches('"'))?;
        Some(Quote { source: self.which.name().to_owned(), asset, against, price, at })
    }

    /// How exchanges call an asset.
    fn ticker(&self, asset: Currency) -> Option<&str> {
        match asset {
            Currency::Ton => Some(&self.ton),
            Currency::Btc | Currency::Ltc | Currency::Xmr | Currency::Usdt | Currency::Usdc => {
                Some(asset.code())
            }
            _ => None,
        }
    }
}

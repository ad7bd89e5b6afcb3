//! `CoinGecko`: averages over many markets, in dollars, all in one call. <https://docs.coingecko.com/reference/simple-price>

use super::Source;
use crate::http::Trouble;
use jiff::Timestamp;
use nexa_core::domain::{market::Quote, money::Currency};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::HashMap;

#[derive(Deserialize)]
struct Coin {
    usd: Option<Box<RawValue>>,
    /// In seconds since 1970.
    last_updated_at: Option<i64>,
}

pub(super) async fn quotes(
    source: &Source,
    assets: &[Currency],
    now: Timestamp,
) -> Result<Vec<Quote>, Trouble> {
    let wanted: Vec<_> = assets.iter().filter_map(|asset| Some((*asset, id(source, *asset)?))).collect();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let ids = wanted.iter().map(|(_, id)| *id).collect::<Vec<_>>().join(",");
    let query = [
        ("ids", ids.as_str()),
        ("vs_currencies", "usd"),
        ("include_last_updated_at", "true"),
        ("precision", "full"),
    ];
    let coins: Option<HashMap<String, Coin>> = source.get("api/v3/simple/price", &query).await?;
    let coins = coins.unwrap_or_default();
    let quote = |(asset, id): (Currency, &str)| {
        let coin = coins.get(id)?;
        let at = coin.last_updated_at.and_then(|at| Timestamp::from_second(at).ok()).unwrap_or(now);
        source.quote(asset, Currency::Usd, coin.usd.as_ref()?, at)
    };
    Ok(wanted.into_iter().filter_map(quote).collect())
}

fn id(source: &Source, asset: Currency) -> Option<&str> {
    Some(match asset {
        Currency::Btc => "bitcoin",
        Currency::Ltc => "litecoin",
        Currency::Xmr => "monero",
        Currency::Usdt => "tether",
        Currency::Usdc => "usd-coin",
        Currency::Ton => &source.ton,
        _ => return None,
    })
}

//! Kraken: last trades in dollars. <https://docs.kraken.com/api/docs/rest-api/get-ticker-information>

use super::Source;
use crate::http::Trouble;
use jiff::Timestamp;
use nexa_core::domain::{market::Quote, money::Currency};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::HashMap;

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    error: Vec<String>,
    /// Under names of Kraken's own, such as `XXBTZUSD` for `XBTUSD`.
    #[serde(default)]
    result: HashMap<String, Ticker>,
}

#[derive(Deserialize)]
struct Ticker {
    /// Price and amount of the last trade.
    c: Vec<Box<RawValue>>,
}

pub(super) async fn quote(
    source: &Source,
    asset: Currency,
    now: Timestamp,
) -> Result<Option<Quote>, Trouble> {
    let ticker = if asset == Currency::Btc { Some("XBT") } else { source.ticker(asset) };
    let Some(ticker) = ticker else { return Ok(None) };
    let pair = format!("{ticker}USD");
    let answer: Option<Answer> = source.get("0/public/Ticker", &[("pair", &pair)]).await?;
    let Some(Answer { error, result }) = answer else { return Ok(None) };
    if error.iter().any(|error| error.contains("Unknown asset pair")) {
        return Ok(None);
    }
    if !error.is_empty() || result.len() > 1 {
        return Err(source.server.unclear("an error instead of a price"));
    }
    let price = result.values().next().and_then(|ticker| ticker.c.first());
    Ok(price.and_then(|price| source.quote(asset, Currency::Usd, price, now)))
}

//! Coinpaprika: averages over many markets, in dollars. <https://docs.coinpaprika.com/>

use super::Source;
use crate::http::Trouble;
use jiff::Timestamp;
use nexa_core::domain::{market::Quote, money::Currency};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::HashMap;

#[derive(Deserialize)]
struct Answer {
    last_updated: Option<String>,
    quotes: HashMap<String, InCurrency>,
}

#[derive(Deserialize)]
struct InCurrency {
    price: Box<RawValue>,
}

pub(super) async fn quote(
    source: &Source,
    asset: Currency,
    now: Timestamp,
) -> Result<Option<Quote>, Trouble> {
    let id = match asset {
        Currency::Btc => "btc-bitcoin",
        Currency::Ltc => "ltc-litecoin",
        Currency::Xmr => "xmr-monero",
        Currency::Usdt => "usdt-tether",
        Currency::Usdc => "usdc-usd-coin",
        Currency::Ton => &source.ton,
        _ => return Ok(None),
    };
    let answer: Option<Answer> = source.get(&format!("v1/tickers/{id}"), &[]).await?;
    let Some(answer) = answer else { return Ok(None) };
    let at = answer.last_updated.and_then(|at| at.parse().ok()).unwrap_or(now);
    let price = answer.quotes.get("USD");
    Ok(price.and_then(|quote| source.quote(asset, Currency::Usd, &quote.price, at)))
}

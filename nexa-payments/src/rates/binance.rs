//! Binance: last trades in Tether. <https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints>

use super::Source;
use crate::http::Trouble;
use jiff::Timestamp;
use nexa_core::domain::{market::Quote, money::Currency};
use serde::Deserialize;
use serde_json::value::RawValue;

#[derive(Deserialize)]
struct Answer {
    symbol: String,
    price: Box<RawValue>,
}

pub(super) async fn quote(
    source: &Source,
    asset: Currency,
    now: Timestamp,
) -> Result<Option<Quote>, Trouble> {
    let ticker = source.ticker(asset).filter(|_| asset != Currency::Usdt);
    let Some(ticker) = ticker else { return Ok(None) };
    let symbol = format!("{ticker}USDT");
    let answer: Option<Answer> = source.get("api/v3/ticker/price", &[("symbol", &symbol)]).await?;
    let answer = answer.filter(|answer| answer.symbol == symbol);
    Ok(answer.and_then(|answer| source.quote(asset, Currency::Usdt, &answer.price, now)))
}

//! Nobitex: last trades in rials. Its symbols say `IRT`, which means toman, but its numbers are rials.
//! <https://github.com/nobitex/docs-api>

use super::Source;
use crate::http::Trouble;
use jiff::Timestamp;
use nexa_core::domain::{market::Quote, money::Currency};
use serde::Deserialize;
use serde_json::value::RawValue;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    status: String,
    /// In milliseconds since 1970.
    last_update: Option<i64>,
    last_trade_price: Option<Box<RawValue>>,
}

pub(super) async fn quote(
    source: &Source,
    asset: Currency,
    now: Timestamp,
) -> Result<Option<Quote>, Trouble> {
    let Some(ticker) = source.ticker(asset) else { return Ok(None) };
    let answer: Option<Answer> = source.get(&format!("v2/orderbook/{ticker}IRT"), &[]).await?;
    let Some(answer) = answer.filter(|answer| answer.status == "ok") else { return Ok(None) };
    let at = answer.last_update.and_then(|at| Timestamp::from_millisecond(at).ok()).unwrap_or(now);
    Ok(answer.last_trade_price.and_then(|price| source.quote(asset, Currency::Irr, &price, at)))
}

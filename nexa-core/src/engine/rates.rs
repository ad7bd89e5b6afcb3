//! Keeps the exchange rates of a shop fresh, if it wants that: asks all sources each minute what the assets of its enabled
//! gateways are worth, and saves what they agree on. Whatever is in doubt leaves the rate alone; it grows old, and then no
//! new invoice is opened.

use super::{Core, worker::Next};
use crate::{
    domain::{
        job::Job,
        market::{self, Quote, Wanted},
        money::Currency,
        rate::Rate,
        shop::Shop,
        time::after,
    },
    error::{Failure, Result},
    ids::ShopId,
    metric::RATES,
    ports::{outcome::Outcome, rates::RateSource, storage::Tx},
};
use futures::future::join_all;
use jiff::SignedDuration;
use std::{collections::BTreeSet, sync::Arc};

/// How often.
const EVERY: SignedDuration = SignedDuration::from_secs(60);
/// How long a source may take to tell.
const DEADLINE: SignedDuration = SignedDuration::from_secs(20);

/// Who is asked.
#[derive(Default)]
pub(super) struct Market {
    pub(super) sources: Vec<Arc<dyn RateSource>>,
    pub(super) spread_bp: u32,
}

/// Sees to it that a shop's rates are asked for, if it wants that; there is one such job for each shop.
pub(super) async fn keep_fresh(core: &Core, tx: &mut dyn Tx, shop: &Shop) -> Result<(), Failure> {
    if !shop.automatic_rates || core.rates.sources.is_empty() {
        return Ok(());
    }
    let (id, now) = (shop.id, core.world.now());
    core.enqueue(tx, id, Job::RefreshRates { shop: id }, now, Some(format!("rates:{id}"))).await
}

/// Asks for a shop's rates and saves them.
pub(super) async fn refresh(core: &Core, shop: ShopId) -> Result<Next> {
    let mut read = core.read().await?;
    let shop = core.shop(read.as_mut(), shop).await?;
    if !shop.automatic_rates || core.rates.sources.is_empty() {
        return Ok(Next::Done);
    }
    let accounts = read.gateways(shop.id).await?;
    let known = read.rates(shop.id).await?;
    drop(read);
    let enabled = accounts.iter().filter(|account| account.enabled);
    let assets = enabled.filter_map(|account| Some(core.gateway(&shop, account).ok()?.profile().asset));
    // Stars have no market: Telegram sells them at prices of its own.
    let assets: BTreeSet<_> =
        assets.filter(|asset| *asset != shop.currency && *asset != Currency::Xtr).collect();
    if !assets.is_empty() {
        let rates = agreed(core, &shop, &assets, &known).await;
        save(core, shop.id, &rates).await?;
    }
    Ok(Next::Again(after(core.world.now(), EVERY)))
}

/// What the sources agree on.
async fn agreed(core: &Core, shop: &Shop, assets: &BTreeSet<Currency>, known: &[Rate]) -> Vec<Rate> {
    // Tether is the bridge to other currencies, and a source that doubts it makes all prices in it doubtful.
    let asked: BTreeSet<_> = assets.iter().copied().chain([Currency::Usdt]).collect();
    let asked: Vec<_> = asked.into_iter().collect();
    let quotes = quotes(core, &asked).await;
    let now = core.world.now();
    let mut rates = Vec::new();
    for asset in assets.iter().copied() {
        let dollar = matches!(asset, Currency::Usd | Currency::Usdt | Currency::Usdc);
        let spread_bp = if dollar { 0 } else { core.rates.spread_bp };
        let last = known.iter().find(|rate| rate.asset == asset);
        match market::rate(&quotes, Wanted { asset, currency: shop.currency, spread_bp, last, now }) {
            Ok(rate) => {
                counted(asset, "agreed");
                rates.push(rate);
            }
            Err(why) => {
                counted(asset, "doubted");
                tracing::warn!(shop = %shop.id, %asset, why = why.name(), "no fresh exchange rate");
            }
        }
    }
    rates
}

fn counted(asset: Currency, outcome: &'static str) {
    metrics::counter!(RATES.name, "asset" => asset.code(), "outcome" => outcome).increment(1);
}

async fn quotes(core: &Core, assets: &[Currency]) -> Vec<Quote> {
    let now = core.world.now();
    let asked = core.rates.sources.iter().map(|source| async move {
        match core.world.within(DEADLINE, source.quotes(assets, now)).await {
            Some(Outcome::Done(quotes)) => quotes,
            Some(other) => {
                let why = super::install::said(other);
                tracing::warn!(source = source.name(), why, "a source of exchange rates gave none");
                Vec::new()
            }
            None => {
                tracing::warn!(source = source.name(), "a source of exchange rates gave none in time");
                Vec::new()
            }
        }
    });
    join_all(asked).await.concat()
}

async fn save(core: &Core, shop: ShopId, rates: &[Rate]) -> Result<()> {
    if rates.is_empty() {
        return Ok(());
    }
    let mut tx = core.begin().await?;
    // Switched off while we asked: what the operator sets from then on is the operator's.
    if core.shop(tx.as_read(), shop).await?.automatic_rates {
        for rate in rates {
            tx.save_rate(shop, rate).await?;
        }
    }
    Ok(core.commit(tx).await?)
}

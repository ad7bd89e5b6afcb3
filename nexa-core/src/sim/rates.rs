//! A market whose prices are a table in memory.

use crate::{
    domain::{
        market::{Price, Quote},
        money::Currency,
    },
    ports::{outcome::Outcome, rates::RateSource},
};
use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// One source of a simulation. Clones share their prices.
#[derive(Clone, Debug)]
pub struct FakeRates {
    name: &'static str,
    truth: Arc<Mutex<Truth>>,
}

#[derive(Debug, Default)]
struct Truth {
    prices: Vec<(Currency, Currency, Price)>,
    age: SignedDuration,
    away: bool,
}

impl FakeRates {
    /// A source that knows no price yet.
    #[must_use]
    pub fn new(name: &'static str) -> Self {
        Self { name, truth: Arc::default() }
    }

    /// One whole unit of `asset` costs this much of `against` from now on; a text that is no price takes it away.
    pub fn says(&self, asset: Currency, against: Currency, price: &str) {
        let mut truth = self.truth();
        truth.prices.retain(|(a, b, _)| (*a, *b) != (asset, against));
        truth.prices.extend(Price::parse(price).map(|price| (asset, against, price)));
    }

    /// Its quotes are as old as this from now on.
    pub fn lags(&self, age: SignedDuration) {
        self.truth().age = age;
    }

    /// Whether it cannot be reached.
    pub fn is_away(&self, away: bool) {
        self.truth().away = away;
    }

    fn truth(&self) -> MutexGuard<'_, Truth> {
        self.truth.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl RateSource for FakeRates {
    fn name(&self) -> &str {
        self.name
    }

    async fn quotes(&self, assets: &[Currency], now: Timestamp) -> Outcome<Vec<Quote>> {
        let truth = self.truth();
        if truth.away {
            return Outcome::Unreachable("simulated".to_owned());
        }
        let at = crate::domain::time::after(now, -truth.age);
        let wanted = truth.prices.iter().filter(|(asset, ..)| assets.contains(asset));
        let quote = |(asset, against, price): &(Currency, Currency, Price)| Quote {
            source: self.name.to_owned(),
            asset: *asset,
            against: *against,
            price: *price,
            at,
        };
        Outcome::Done(wanted.map(quote).collect())
    }
}

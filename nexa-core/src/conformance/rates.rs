//! What every source of rates must do, one function per sentence of [`crate::ports::rates::RateSource`].
#![expect(clippy::missing_panics_doc, clippy::panic, reason = "a suite fails by panicking")]

use super::gateway::done;
use crate::{
    domain::money::Currency,
    ports::{outcome::Outcome, rates::RateSource},
};
use async_trait::async_trait;
use jiff::Timestamp;
use std::sync::Arc;

/// A source and the power over its outside.
#[async_trait]
pub trait Fixture: Send + Sync {
    /// The source.
    fn source(&self) -> Arc<dyn RateSource>;
    /// The moment that it is told.
    fn now(&self) -> Timestamp;
    /// An asset that it has a price of, in what, and the price in billionths.
    fn priced(&self) -> (Currency, Currency, u128);
    /// An asset that it has no price of.
    fn unpriced(&self) -> Currency;
    /// As of when its prices are, if it tells.
    fn told_at(&self) -> Option<Timestamp>;
    /// Each way in which it fails, one after the other; none when there is no further one.
    async fn breaks(&self, n: usize) -> Option<()>;
    /// It works again.
    async fn mends(&self);
    /// Keys of its configuration.
    fn secrets(&self) -> Vec<String>;
}

/// `quotes` gives quotes of the wanted assets only, each under the source's own name, as of the moment that it tells.
pub async fn quotes_what_was_asked_for(fixture: &dyn Fixture) {
    let (asset, against, price) = fixture.priced();
    let source = fixture.source();
    let quotes = done(source.quotes(&[asset], fixture.now()).await);
    assert!(quotes.iter().all(|quote| quote.asset == asset && quote.source == source.name()), "{quotes:?}");
    let found = quotes.iter().find(|quote| quote.against == against).unwrap_or_else(|| panic!("{quotes:?}"));
    assert_eq!(Some(found.price), crate::domain::market::Price::of(price));
    assert_eq!(found.at, fixture.told_at().unwrap_or_else(|| fixture.now()));
}

/// `quotes` leaves out what it has no price for.
pub async fn makes_nothing_up(fixture: &dyn Fixture) {
    let (asset, ..) = fixture.priced();
    let unpriced = fixture.unpriced();
    let both = done(fixture.source().quotes(&[unpriced, asset], fixture.now()).await);
    assert!(!both.is_empty() && both.iter().all(|quote| quote.asset == asset), "{both:?}");
    assert_eq!(done(fixture.source().quotes(&[], fixture.now()).await), []);
}

/// `quotes` answers `Unreachable` or `Ambiguous` when nothing could be read; no text of an outcome holds a key.
pub async fn takes_no_outage_for_an_answer(fixture: &dyn Fixture) {
    let (asset, ..) = fixture.priced();
    let mut ways = 0;
    while fixture.breaks(ways).await.is_some() {
        let outcome = fixture.source().quotes(&[asset], fixture.now()).await;
        assert!(matches!(outcome, Outcome::Unreachable(_) | Outcome::Ambiguous(_)), "{ways}: {outcome:?}");
        let text = format!("{outcome:?}");
        assert!(fixture.secrets().iter().all(|secret| !text.contains(secret)), "a key stands in an outcome");
        fixture.mends().await;
        ways += 1;
    }
    assert!(ways > 0, "every source can fail");
    assert!(!done(fixture.source().quotes(&[asset], fixture.now()).await).is_empty(), "it works again");
}

//! What is read, how often, and what it says.

use super::*;
use crate::{
    domain::{money::Currency, shop::Locale, time::from_millis},
    memory::MemoryStorage,
    secret::Keys,
    sim,
};
use futures::executor::block_on;

#[test]
fn the_database_is_asked_once_in_a_while_however_many_ask() {
    block_on(async {
        let (world, clock) = sim::world(5, from_millis(1_700_000_000_000));
        let storage = Arc::new(MemoryStorage::new());
        let nexa = Nexa::builder(storage, Keys::new([3; 32])).world(world.clone()).build();
        let gauges = nexa.gauges();
        let value = |samples: &[Sample], metric: Metric| {
            samples.iter().find(|sample| sample.metric == metric).map(|sample| sample.value)
        };
        let before = gauges.read().await;
        assert_eq!(value(&before, STORAGE_UP), Some(Amount::Count(1)));
        assert_eq!(value(&before, STORAGE_TRANSACTIONS), Some(Amount::Count(0)));
        nexa.install("Shop", Currency::Usd, Locale::En, true, None).await.unwrap();
        assert_eq!(gauges.read().await, before, "it is kept");
        clock.advance(FRESH);
        let later = gauges.read().await;
        assert_ne!(value(&later, STORAGE_TRANSACTIONS), Some(Amount::Count(0)));
    });
}

//! What is called without a webhook.

use super::*;
use crate::{
    Nexa,
    domain::{money::Currency, shop::Locale},
    memory::MemoryStorage,
    secret::Keys,
    sim::{self, caller::FakeCaller},
};
use futures::executor::block_on;
use std::sync::Arc;

#[test]
fn an_address_is_called_until_it_answers_and_not_again() {
    let (world, clock) = sim::world(7, "2026-03-01T08:00:00Z".parse().unwrap());
    let network = FakeCaller::default();
    let nexa = Nexa::builder(Arc::new(MemoryStorage::new()), Keys::new([7; 32]))
        .world(world)
        .caller(Arc::new(network.clone()))
        .build();
    let core = &nexa.core;
    block_on(async {
        let made = nexa.install("Net", Currency::Usd, Locale::En, true, None).await.unwrap();
        let url = Secret::new("https://partner.example.org/?sale=1".to_owned());
        let mut tx = core.begin().await.unwrap();
        let inside = Secret::new("https://127.0.0.1/".to_owned());
        network.set_private(true);
        let of = (made.shop_id, core.world.id());
        assert!(call_back(core, tx.as_mut(), of, &inside).await.is_err());
        call_back(core, tx.as_mut(), of, &url).await.unwrap();
        call_back(core, tx.as_mut(), of, &url).await.unwrap();
        core.commit(tx).await.unwrap();
        let worker = nexa.worker();
        network.set_down(true);
        worker.tick().await.unwrap();
        network.set_down(false);
        for step in [SignedDuration::from_secs(6), SignedDuration::from_hours(24)] {
            clock.advance(step);
            worker.tick().await.unwrap();
        }
        assert_eq!(network.fetched(), vec![url.expose().clone(); 2]);
    });
}

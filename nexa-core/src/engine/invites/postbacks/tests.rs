//! What advertisers hear, and what keeps nobody from buying.

use super::*;
use crate::{
    Nexa,
    domain::{money::Currency, shop::Locale, user::Principal},
    memory::MemoryStorage,
    ports::storage::Inserted,
    secret::Keys,
    sim::{self, caller::FakeCaller},
    storefront::model::SignUpRequest,
};
use futures::executor::block_on;
use std::sync::Arc;

const URL: &str = "https://ads.example.org/?e={event}";

fn shop(network: &FakeCaller) -> (Nexa, ShopId) {
    let (world, _) = sim::world(7, "2026-03-01T08:00:00Z".parse().unwrap());
    let nexa = Nexa::builder(Arc::new(MemoryStorage::new()), Keys::new([7; 32]))
        .world(world)
        .caller(Arc::new(network.clone()))
        .build();
    let made = block_on(nexa.install("Net", Currency::Usd, Locale::En, true, None)).unwrap();
    (nexa, made.shop_id)
}

/// Adds a campaign that keeps this, and somebody who signs up by it.
async fn comes(nexa: &Nexa, shop: ShopId, code: &str, kept: Option<String>) -> UserId {
    let engine = &nexa.core;
    let campaign = Campaign {
        shop_id: shop,
        code: code.to_owned(),
        name: code.to_owned(),
        created_at: engine.world.now(),
        postback_sealed: kept,
    };
    let mut tx = engine.begin().await.unwrap();
    assert_eq!(tx.insert_campaign(&campaign).await.unwrap(), Inserted::New);
    engine.commit(tx).await.unwrap();
    let door = nexa.storefront(Principal::guest(shop));
    let wish = SignUpRequest { campaign: Some(code.to_owned()), ..SignUpRequest::default() };
    door.sign_up(wish).await.unwrap().session.user_id.parse().unwrap()
}

#[test]
fn an_address_that_cannot_be_opened_keeps_nobody_out() {
    let network = FakeCaller::default();
    let (nexa, shop) = shop(&network);
    block_on(async {
        // Sealed under a key that is not here any more, and for another campaign.
        for (code, kept) in [("lost", "garbage".to_owned()), ("moved", sealed(&nexa, shop, "other"))] {
            comes(&nexa, shop, code, Some(kept)).await;
        }
        comes(&nexa, shop, "good", Some(sealed(&nexa, shop, "good"))).await;
        nexa.worker().tick().await.unwrap();
        assert_eq!(network.fetched(), ["https://ads.example.org/?e=sign_up"]);
    });
}

fn sealed(nexa: &Nexa, shop: ShopId, code: &str) -> String {
    seal(&nexa.core, shop, code, Some(URL.to_owned())).unwrap().unwrap()
}

#[test]
fn what_was_told_once_is_not_told_again() {
    let network = FakeCaller::default();
    let (nexa, shop) = shop(&network);
    block_on(async {
        let user = comes(&nexa, shop, "good", Some(sealed(&nexa, shop, "good"))).await;
        let core = &nexa.core;
        for _ in 0..2 {
            let mut tx = core.begin().await.unwrap();
            signed_up(core, tx.as_mut(), shop, user).await.unwrap();
            core.commit(tx).await.unwrap();
            nexa.worker().tick().await.unwrap();
        }
        assert_eq!(network.fetched().len(), 1, "{:?}", network.fetched());
    });
}

//! Figures where several processes write to one database: their clocks differ, and a transaction may be run again with ids
//! of a while ago.

use super::Shop;
use async_trait::async_trait;
use futures::executor::block_on;
use jiff::SignedDuration;
use nexa_core::{
    Nexa,
    backoffice::Backoffice,
    domain::event::Event,
    error::Failure,
    ids::{EventId, UserId},
    memory::MemoryStorage,
    ports::storage::{Read, Storage, Tx},
    secret::Keys,
    sim::SimClock,
    world::{Clock as _, OsEntropy, World},
};
use std::sync::Arc;

/// A storage that others may write to.
struct Shared(MemoryStorage);

#[async_trait]
impl Storage for Shared {
    async fn begin(&self) -> Result<Box<dyn Tx>, Failure> {
        self.0.begin().await
    }
    async fn read(&self) -> Result<Box<dyn Read>, Failure> {
        self.0.read().await
    }
    async fn check(&self) -> Result<(), Failure> {
        self.0.check().await
    }
    fn is_shared(&self) -> bool {
        true
    }
}

fn world(shop: &Shop) -> World {
    World::new(Arc::<SimClock>::clone(&shop.clock), Arc::new(OsEntropy))
}

/// The office of the shop in a process that is not the only one.
async fn office(shop: &Shop) -> Arc<dyn Backoffice> {
    let nexa = Nexa::builder(Arc::new(Shared(shop.storage.clone())), Keys::new([7; 32])).world(world(shop));
    nexa.build().owner(shop.id).await.unwrap()
}

/// Who signed up lately: by the figures, and by the sales of today.
async fn signed_up(office: &Arc<dyn Backoffice>) -> (i64, i64) {
    office.refresh_figures().await.unwrap();
    let new = office.series("users_new".to_owned(), None, 2).await.unwrap();
    let today = office.sales(None).await.unwrap().sales.new_users;
    (new.lines[0].values.iter().sum(), i64::from(today))
}

#[test]
fn an_event_that_comes_to_light_behind_others_is_in_the_figures_once() {
    block_on(async {
        let shop = Shop::with(&[]).await;
        let office = office(&shop).await;
        let minutes = |n| shop.clock.advance(SignedDuration::from_mins(n));
        minutes(5);
        let before = signed_up(&office).await;
        assert_eq!(before.0, before.1, "all of it is settled");
        // A transaction begins, and loses its connection; somebody else signs up meanwhile, and figures are folded.
        let (late, user): (EventId, UserId) = (world(&shop).id(), world(&shop).id());
        let happened = shop.clock.now();
        minutes(1);
        shop.customer(0).await;
        assert_eq!(signed_up(&office).await, (before.0, before.1 + 1), "what is not settled is seen today");
        let mut tx = shop.storage.begin().await.unwrap();
        tx.insert_event(late, shop.id, &Event::UserSignedUp { user }, happened).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(signed_up(&office).await, (before.0, before.1 + 2), "so is what came late");
        minutes(1);
        assert_eq!(signed_up(&office).await, (before.0 + 1, before.1 + 2));
        for _ in 0..2 {
            minutes(1);
            assert_eq!(signed_up(&office).await, (before.0 + 2, before.1 + 2), "folded once");
        }
        office.fold_again().await.unwrap();
        assert_eq!(signed_up(&office).await, (before.0 + 2, before.1 + 2), "and again the same");
    });
}

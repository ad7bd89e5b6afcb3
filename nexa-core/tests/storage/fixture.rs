//! A database that goes away with the test, and a wallet to move money on.

use super::cluster::Database;
use jiff::Timestamp;
use nexa_core::{
    domain::{
        ledger::{Account, Journal},
        money::{Currency, Money},
        shop::{Locale, Shop, TrialNeeds},
    },
    ids::{ShopId, UserId},
    ports::storage::{Posted, Storage},
    sim,
    sql::{PostgresStorage, SqliteStorage},
    world::World,
};
use std::path::PathBuf;

pub struct Bench<S = SqliteStorage> {
    pub folder: tempfile::TempDir,
    pub storage: S,
    pub world: World,
    pub shop: ShopId,
}

impl Bench {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let storage = SqliteStorage::open(&folder.path().join("shop.db")).await.unwrap();
        Self::on(storage, folder).await
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("shop.db")
    }
}

impl Bench<PostgresStorage> {
    pub async fn on_server(database: &Database) -> Self {
        Self::on(PostgresStorage::open(&database.url).await.unwrap(), tempfile::tempdir().unwrap()).await
    }
}

impl<S: Storage> Bench<S> {
    async fn on(storage: S, folder: tempfile::TempDir) -> Self {
        let (world, _) = sim::world(1, Timestamp::from_millisecond(1_700_000_000_000).unwrap());
        let shop = shop(&world);
        let mut tx = storage.begin().await.unwrap();
        tx.save_shop(&shop).await.unwrap();
        tx.commit().await.unwrap();
        Self { folder, storage, world, shop: shop.id }
    }

    pub fn journal(&self, cause: &str, wallet: UserId, minor: i64) -> Journal {
        let (wallet, outside) = (Account::Wallet(wallet), Account::Revenue);
        let (from, to) = if minor < 0 { (wallet, outside) } else { (outside, wallet) };
        let amount = Money::new(minor.abs(), Currency::Irr);
        let journal = Journal::new(self.world.id(), self.shop, cause.into(), self.world.now());
        journal.transfer(from, to, amount).unwrap()
    }

    pub async fn post(&self, cause: &str, wallet: UserId, minor: i64) -> Posted {
        let mut tx = self.storage.begin().await.unwrap();
        let posted = tx.post(&self.journal(cause, wallet, minor)).await.unwrap();
        tx.commit().await.unwrap();
        posted
    }

    pub async fn balance(&self, account: Account) -> i64 {
        let mut read = self.storage.read().await.unwrap();
        read.balance(self.shop, account, Currency::Irr).await.unwrap().minor
    }

    /// Every balance agrees with its entries, and all together are zero.
    pub async fn require_sound_books(&self) {
        let lines = self.storage.read().await.unwrap().trial_balance(self.shop).await.unwrap();
        assert!(lines.iter().all(|(_, balance, entries)| balance == entries), "{lines:?}");
        assert_eq!(lines.iter().map(|(_, balance, _)| balance.minor).sum::<i64>(), 0);
    }
}

fn shop(world: &World) -> Shop {
    Shop {
        id: world.id(),
        name: "Test".into(),
        currency: Currency::Irr,
        locale: Locale::En,
        hosts: vec![],
        support_url: None,
        look: nexa_core::domain::look::Look::default(),
        trial_plan: None,
        trial_needs: TrialNeeds::None,
        adoption_plan: None,
        timezone: None,
        telegram: None,
        maintenance: None,
        grace: nexa_core::domain::subscription::GraceTerms::NONE,
        automatic_rates: false,
        test: true,
        created_at: world.now(),
    }
}

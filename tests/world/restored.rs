//! The shop's machine is lost, and the shop is put back from a copy, while the world outside went on.

use super::{Bank, Shop};
use jiff::Timestamp;
use nexa_core::{
    Nexa,
    ports::storage::Storage,
    secret::Keys,
    sim::{gateway::FakeKind, panel_kind::FakePanelKind},
    sql::SqliteStorage,
};
use std::{path::PathBuf, sync::Arc};
use tempfile::TempDir;

impl Shop {
    fn folder(&self) -> PathBuf {
        let home = self.home.as_ref().and_then(|home| home.downcast_ref::<TempDir>());
        home.expect("a shop in a file").path().to_owned()
    }

    /// A copy of the shop as it is now, and when that was.
    pub async fn is_backed_up(&self) -> (PathBuf, Timestamp) {
        let to = self.folder().join("copy.db");
        SqliteStorage::snapshot(&self.folder().join("shop.db"), &to).await.expect("a copy");
        SqliteStorage::inspect(&to).await.expect("a sound copy");
        (to, self.now())
    }

    /// The shop as it was then, in the world as it is now; put back as `nexa restore` does it.
    pub async fn is_put_back(&self, (copy, made_at): (PathBuf, Timestamp)) -> Self {
        SqliteStorage::pass_over(&copy, made_at, self.now()).await.expect("prepared");
        let storage: Arc<dyn Storage> = Arc::new(SqliteStorage::open(&copy).await.expect("a database"));
        let bank = Arc::clone(self.bank.gateway());
        let nexa = Nexa::builder(Arc::clone(&storage), Keys::new([7; 32]))
            .world(self.world.clone())
            .notifier(Arc::new(self.messenger.clone()))
            .public_url("https://shop.example.org")
            .panel_kind(Arc::<FakePanelKind>::clone(&self.panels))
            .gateway_kind(Arc::new(FakeKind { bank: Arc::clone(&bank) }))
            .gateway_kind(Arc::new(nexa_payments::card::CardKind))
            .build();
        nexa.restored(made_at).await.expect("noted");
        let worker = nexa.worker();
        worker.prepare().await.expect("prepared");
        Self {
            id: self.id,
            door: nexa.frontdesk(),
            operator: nexa.backoffice(self.operator_is.clone()),
            operator_is: self.operator_is.clone(),
            bank: Bank::new(bank, Arc::clone(&self.clock)),
            mail: self.mail.clone(),
            messenger: self.messenger.clone(),
            receivers: self.receivers.clone(),
            markets: self.markets.clone(),
            clock: Arc::clone(&self.clock),
            storage,
            month: self.month.clone(),
            transfer: self.transfer.clone(),
            card: self.card.clone(),
            world: self.world.clone(),
            worker,
            panels: Arc::clone(&self.panels),
            home: self.home.clone(),
            nexa,
        }
    }
}

//! The storage port on SQL databases. The only place with SQL in it.
//!
//! Nothing that happens to a caller can leave a transaction half-way: in a file transactions take turns on the one connection
//! that writes, and a task of storage commits them (`writer`); on a server each is a handle that sends statements to a task
//! with a connection (`replay`). Reads go to connections of their own. Every statement is one text for every engine, and
//! only `engine` names one.

mod actions;
mod affiliates;
mod backup;
mod broadcasts;
mod bulks;
mod catalogue;
#[cfg(feature = "postgres")]
mod copy;
mod coupons;
mod deposits;
mod dialogues;
mod engine;
#[cfg(feature = "postgres")]
mod examine;
mod exports;
mod figures;
mod file;
#[cfg(feature = "testing")]
mod fill;
pub(crate) mod foreign;
mod gauges;
mod gifts;
mod inbox;
mod invites;
mod ledger;
mod links;
mod migrations;
#[cfg(feature = "postgres")]
mod news;
mod orders;
mod passkeys;
mod payments;
mod people;
#[cfg(feature = "postgres")]
mod place;
#[cfg(feature = "postgres")]
mod postgres;
mod proofs;
mod queue;
#[cfg(feature = "postgres")]
mod replay;
#[cfg(feature = "postgres")]
mod replica;
#[cfg(feature = "postgres")]
mod reseal;
mod resellers;
mod returns;
mod row;
mod shelf;
mod staff;
mod subscriptions;
mod support;
mod takings;
mod tickets;
mod times;
mod unit;
mod webhooks;
mod wording;
mod writer;

#[cfg(feature = "postgres")]
pub use backup::BackupTurn;
pub use backup::{HeldFile, Inventory, LedgerTotal};
#[cfg(feature = "postgres")]
pub use copy::{Copied, CopyError, CopyStep, copy};
#[cfg(feature = "postgres")]
pub use examine::{Finding, examine};
pub use file::OpenError;
#[cfg(feature = "testing")]
pub use fill::{END as FILLED_UNTIL, Sizes};
#[cfg(feature = "postgres")]
pub use place::Place;
#[cfg(feature = "postgres")]
pub use postgres::PostgresStorage;
#[cfg(feature = "postgres")]
pub use reseal::{ResealError, Resealed, reseal};

use crate::{
    error::Failure,
    ports::storage::{Read, Storage, StorageTimes, Tx},
};
use async_trait::async_trait;
use engine::{Readers, sql};
use std::{fs::File, path::Path, sync::Arc};
use times::Times;
use unit::{Source, Unit};
use writer::Writer;

/// A shop's database in one SQLite file. Must be opened and used inside a tokio runtime.
pub struct SqliteStorage {
    writer: Writer,
    readers: Readers,
    times: Arc<Times>,
}

impl SqliteStorage {
    /// Opens the database at `path`, makes it (readable by its owner only) when there is none, and brings it to the
    /// newest version. The file stays locked until [`SqliteStorage::close`] or the end of the process.
    pub async fn open(path: &Path) -> Result<Self, OpenError> {
        let lock = file::lock(path)?;
        file::prepare(path).await?;
        let mut connection = engine::Connection::open(path).await.map_err(|e| OpenError::Database(e.what))?;
        migrations::apply(&mut connection).await?;
        let connection = connection.into_direct().map_err(|e| OpenError::Database(e.what))?;
        Ok(Self::start(path, connection, lock))
    }

    fn start(path: &Path, connection: engine::Direct, lock: File) -> Self {
        let readers = Readers::open(path);
        let times = Arc::new(Times::default());
        let writer = Writer::start(path.to_owned(), connection, Arc::clone(&times), lock);
        Self { writer, readers, times }
    }

    /// Waits for what is under way, closes the file and lets other processes have it. Later calls fail.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    async fn unit(&self) -> Result<Unit, Failure> {
        Ok(Unit::new(Source::File(self.writer.begin().await?)))
    }
}

#[expect(clippy::disallowed_methods, reason = "storage owns its tasks, so that no caller can cancel them")]
fn spawn(task: impl Future<Output = ()> + Send + 'static) {
    drop(tokio::spawn(task));
}

/// Reads and writes once. It reads first, so that nobody waits for its transaction meanwhile.
async fn heartbeat(
    readers: &Readers,
    unit: impl Future<Output = Result<Unit, Failure>> + Send,
) -> Result<(), Failure> {
    readers.ask(sql("SELECT 1 AS one")).await?;
    let mut unit = unit.await?;
    let beat = "INSERT INTO heartbeat (id, beats) VALUES (1, 1) \
        ON CONFLICT (id) DO UPDATE SET beats = heartbeat.beats + 1";
    unit.run(sql(beat)).await?;
    Tx::commit(Box::new(unit)).await
}

#[async_trait]
impl Storage for SqliteStorage {
    async fn begin(&self) -> Result<Box<dyn Tx>, Failure> {
        Ok(Box::new(self.unit().await?))
    }

    async fn read(&self) -> Result<Box<dyn Read>, Failure> {
        Ok(Box::new(Unit::new(Source::Readers(self.readers.clone()))))
    }

    async fn check(&self) -> Result<(), Failure> {
        heartbeat(&self.readers, self.unit()).await
    }

    fn times(&self) -> StorageTimes {
        StorageTimes { waiting: self.writer.waiting(), ..self.times.now() }
    }
}

#[cfg(all(test, feature = "testing"))]
mod tests {
    use super::{engine::Engine as _, *};
    use crate::{
        domain::time::from_millis,
        ids::{CallbackId, ShopId},
        ports::storage::{CallbackRecord, Inserted},
        sim,
        world::World,
    };

    /// Keeps one callback of a given size in a transaction of its own.
    async fn keep(
        storage: &SqliteStorage,
        world: &World,
        shop: ShopId,
        size: usize,
    ) -> Result<CallbackId, Failure> {
        let id = world.id();
        let (digest, sealed) = (format!("{id}"), "x".repeat(size));
        let gateway_id = world.id();
        let callback =
            CallbackRecord { id, shop_id: shop, gateway_id, digest, sealed, received_at: world.now() };
        let mut tx = storage.begin().await?;
        assert_eq!(tx.insert_callback(&callback).await?, Inserted::New);
        tx.commit().await?;
        Ok(id)
    }

    #[tokio::test]
    async fn a_full_disk_fails_only_what_does_not_fit_and_nothing_once_there_is_room() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shop.db");
        let lock = file::lock(&path).unwrap();
        file::prepare(&path).await.unwrap();
        let mut connection = engine::Connection::open(&path).await.unwrap();
        migrations::apply(&mut connection).await.unwrap();
        let (world, _) = sim::world(3, from_millis(1_700_000_000_000));
        let shop: ShopId = world.id();
        let text = "INSERT INTO shops (id, name, currency, locale, hosts, look, trial_needs, test, automatic_rates, \
            grace_hours, grace_mib, created_at) \
            VALUES ($1, 'Test', 'IRR', 'fa', '[]', '{}', 'none', 1, 0, 0, 0, 0)";
        connection.run(sql(text).bind(row::id(shop))).await.unwrap();
        let pages = connection.ask(sql("PRAGMA page_count")).await.unwrap()[0].int("page_count").unwrap();
        // A limit of pages is what a full disk looks like to the engine; a new connection is without it.
        connection.script(format!("PRAGMA max_page_count = {}", pages + 20)).await.unwrap();
        let storage = SqliteStorage::start(&path, connection.into_direct().unwrap(), lock);
        let mut kept = Vec::new();
        while let Ok(id) = keep(&storage, &world, shop, 9_000).await {
            kept.push(id);
            assert!(kept.len() < 100, "the disk never filled up");
        }
        assert!(!kept.is_empty());
        kept.push(keep(&storage, &world, shop, 9_000).await.unwrap());
        let mut read = storage.read().await.unwrap();
        for id in &kept {
            assert!(read.callback(*id).await.unwrap().is_some());
        }
    }
}

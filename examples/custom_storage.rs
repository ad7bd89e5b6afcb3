//! A storage of one's own, in front of another: it writes a diary of what each unit of work wrote, and can be told to
//! write no more. It sells a month on it, then runs the core's suite for storages, which every one must pass.
//!
//! The port has hundreds of calls. A database of one's own implements them all, as `nexa_core::memory` and
//! `nexa_core::sql` do; whoever stands in front of one of those gets them from `ReadLayer` and `TxLayer`.
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a program to read: it shows what happens, or stops"
)]

use async_trait::async_trait;
use nexa_core::{
    conformance,
    error::Failure,
    ports::storage::{Read, ReadLayer, Storage, StorageTimes, Tx, TxLayer},
    prelude::*,
};
use serde_json::json;
use std::{
    fs::{File, OpenOptions},
    io::Write,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

struct Diary {
    below: MemoryStorage,
    file: Arc<File>,
    closed: Arc<AtomicBool>,
}

impl Diary {
    fn open(file: &Path) -> std::io::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).open(file)?;
        Ok(Self { below: MemoryStorage::new(), file: Arc::new(file), closed: Arc::default() })
    }
}

#[async_trait]
impl Storage for Diary {
    async fn begin(&self) -> Result<Box<dyn Tx>, Failure> {
        let (file, closed) = (Arc::clone(&self.file), Arc::clone(&self.closed));
        Ok(Box::new(Noted { below: self.below.begin().await?, wrote: Vec::new(), file, closed }))
    }

    async fn read(&self) -> Result<Box<dyn Read>, Failure> {
        self.below.read().await
    }

    async fn check(&self) -> Result<(), Failure> {
        self.below.check().await
    }

    fn times(&self) -> StorageTimes {
        self.below.times()
    }
}

/// A unit of work that remembers what it wrote.
struct Noted {
    below: Box<dyn Tx>,
    wrote: Vec<&'static str>,
    file: Arc<File>,
    closed: Arc<AtomicBool>,
}

#[async_trait]
impl ReadLayer for Noted {
    fn read_below(&mut self) -> &mut dyn Read {
        self.below.as_read()
    }
}

#[async_trait]
impl TxLayer for Noted {
    fn tx_below(&mut self) -> &mut dyn Tx {
        self.below.as_mut()
    }

    async fn before_write(&mut self, call: &'static str) -> Result<(), Failure> {
        if self.closed.load(Ordering::Relaxed) {
            return Err(Failure::storage("the books are closed"));
        }
        self.wrote.push(call);
        Ok(())
    }
}

#[async_trait]
impl Tx for Noted {
    async fn commit(self: Box<Self>) -> Result<(), Failure> {
        // First what counts: the diary only ever speaks of what was committed.
        self.below.commit().await?;
        let line = format!("{}\n", self.wrote.join(" "));
        // A failure here would tell the caller that nothing was committed.
        if let Err(error) = (&*self.file).write_all(line.as_bytes()) {
            println!("The diary lacks a line: {error}");
        }
        Ok(())
    }

    fn as_read(&mut self) -> &mut dyn Read {
        self
    }
}

async fn sell_a_month(storage: Arc<Diary>) -> Result<String> {
    let nexa = Nexa::builder(Arc::<Diary>::clone(&storage), Keys::new([7; 32]))
        .panel_kind(Arc::new(FakePanelKind::default()))
        .build();
    let shop = nexa.install("Noted VPN", Currency::Usd, Locale::En, true, None).await?.shop_id;
    let office = nexa.owner(shop).await?;
    let price = Money::new(500, Currency::Usd);
    office.add_server(AddServerRequest::new("Frankfurt", "memory", json!({ "name": "frankfurt" }))).await?;
    let plan = office.add_plan(AddPlanRequest::new("Month", 30, Traffic::gib(10), price)).await?;
    let guest = nexa.storefront(Principal::guest(shop));
    let user = guest.sign_up(SignUpRequest::default()).await?.session.user_id;
    office.correct_wallet(&user, WalletCorrection { amount: price.into() }, "welcome".into()).await?;
    let customer = nexa.customer(shop, &user).await?;
    let order = customer.checkout(CheckoutRequest::of_plan(&plan.plan_id, "wallet"), None).await?;
    nexa.worker().tick().await?;
    let state = customer.order(&order.order_id).await?.state;

    storage.closed.store(true, Ordering::Relaxed);
    let late = guest.sign_up(SignUpRequest::default()).await;
    println!("With the books closed: {}", late.err().map(|error| error.to_string()).unwrap_or_default());
    Ok(state)
}

fn main() -> Result<()> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("diary");
    futures::executor::block_on(async {
        let storage = Arc::new(Diary::open(&file).expect("a diary"));
        println!("The order is {}.", sell_a_month(storage).await?);
        let diary = std::fs::read_to_string(&file).expect("the diary");
        let sale = diary.lines().find(|line| line.contains("insert_order")).unwrap_or_default();
        println!("The unit of work of the sale: {sale}");
        let cases = conformance::storage::all(async || Diary::open(&file).expect("a diary")).await;
        println!("All {cases} cases of the storage suite passed.");
        Ok(())
    })
}

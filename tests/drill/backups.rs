//! Backups of the real program while it sells: all of them good, none that only looks so, and a shop put back from one.

use crate::process::{GIB, Sale, Shop};
use nexa_core::storefront::model::{OrderPage, OrderView};
use nexa_hiddify::testing::{FakeHiddify, Release};
use nexa_payments::testing::{EsploraServer, MemoryChain};
use reqwest::Method;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tempfile::TempDir;
use tokio::{task::JoinHandle, time::sleep};

// The pair of keys of age's own tests.
const IDENTITY: &str = "AGE-SECRET-KEY-1GQ9778VQXMMJVE8SK7J6VT8UJ4HDQAJUVSFCWCM02D8GEWQ72PVQ2Y5J33";
const RECIPIENT: &str = "age1t7rxyev2z3rw82stdlrrepyc39nvn86l5078zqkf5uasdy86jp6svpy7pa";

/// A place for backups and what opens them.
struct Vault {
    folder: TempDir,
    place: PathBuf,
    identity: String,
}

impl Vault {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (place, identity) = (folder.path().join("place"), folder.path().join("identity"));
        fs::create_dir(&place).unwrap();
        fs::write(&identity, IDENTITY).unwrap();
        Self { place, identity: identity.display().to_string(), folder }
    }

    fn shop(&self) -> Shop {
        Shop::new(&[("backup_to", self.place.to_str().unwrap()), ("backup_recipients", RECIPIENT)])
    }

    /// All that look like backups, the oldest first.
    fn all(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.place).unwrap();
        let paths = entries.map(|entry| entry.unwrap().path().display().to_string());
        let mut all: Vec<String> = paths.filter(|path| path.ends_with(".tar.gz.age")).collect();
        all.sort();
        all
    }

    /// Another machine with the shop's key and nothing else; the same place of backups.
    fn elsewhere(&self, of: &Shop, name: &str) -> PathBuf {
        let data = self.folder.path().join(name);
        fs::create_dir(&data).unwrap();
        fs::copy(of.data().join("master.key"), data.join("master.key")).unwrap();
        data
    }

    fn restores(&self, shop: &Shop, backup: &str, data: &Path) -> Command {
        let mut command = shop.does(&["restore", backup, "--identity", &self.identity]);
        command.env("NEXA_DATA", data);
        command
    }
}

#[track_caller]
fn works(command: Command) -> String {
    let (status, told) = Shop::ends(command);
    assert_eq!(status.code(), Some(0), "{told}");
    told
}

#[track_caller]
fn refused(command: Command, code: i32, wanted: &str) {
    let (status, told) = Shop::ends(command);
    assert_eq!(status.code(), Some(code), "{told}");
    assert!(told.contains(wanted) && !told.contains("panicked"), "{wanted:?} is not in: {told}");
}

/// Somebody who orders and cancels until it is over; gives the ids of all orders that were answered.
fn busy(shop: &Shop, sale: &Sale, over: &Arc<AtomicBool>) -> JoinHandle<Vec<String>> {
    let (guest, body, over) = (shop.guest(), sale.new_order(&sale.litecoin.gateway_id), Arc::clone(over));
    #[expect(clippy::disallowed_methods, reason = "people who buy meanwhile need tasks of their own")]
    tokio::spawn(async move {
        let customer = guest.sign_up().await;
        let mut made = Vec::new();
        for n in 0.. {
            if over.load(Ordering::Relaxed) {
                break;
            }
            let answer = customer.checkout(&format!("order-{n}"), &body).await.unwrap();
            let order: OrderView = answer.view();
            customer
                .ask(Method::POST, &format!("/orders/{}/cancel", order.order_id), None, None)
                .await
                .unwrap();
            made.push(order.order_id);
            // Not so many that backups and restores of them take minutes.
            sleep(Duration::from_millis(50)).await;
        }
        made
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_backups_while_it_sells_are_good_and_can_be_put_back() {
    let panel = FakeHiddify::start(Release::V14).await.unwrap();
    let esplora = EsploraServer::start(MemoryChain::new()).await.unwrap();
    let vault = Vault::new();
    let mut shop = vault.shop();
    shop.start().await;
    let sale = Sale::open(&shop, panel.config(), &esplora.base_url(), 50 * GIB).await;
    let before = shop.guest().sign_up().await;
    before.checkout("before", &sale.new_order(&sale.litecoin.gateway_id)).await.unwrap();
    let over = Arc::new(AtomicBool::new(false));
    let people = [busy(&shop, &sale, &over), busy(&shop, &sale, &over)];
    for _ in 0..20 {
        let told = works(shop.does(&["backup"]));
        assert!(told.contains("verified"), "{told}");
        // A name says the second.
        sleep(Duration::from_secs(1)).await;
    }
    over.store(true, Ordering::Relaxed);
    let mut made = 0;
    for person in people {
        made += person.await.unwrap().len();
    }
    assert!(made > 20, "it sold meanwhile: {made}");
    let all = vault.all();
    assert_eq!(all.len(), 20);
    assert_eq!(
        works(shop.does(&["backup", "list"])).lines().filter(|line| line.contains(".age")).count(),
        20
    );
    for (n, backup) in all.iter().enumerate() {
        let told = works(shop.does(&["backup", "verify", backup, "--identity", &vault.identity]));
        assert!(told.contains("good:"), "{told}");
        works(vault.restores(&shop, backup, &vault.elsewhere(&shop, &format!("machine{n}"))));
    }
    // While it runs, it is not put back; then it is, and goes on with what it had.
    refused(vault.restores(&shop, "latest", &shop.data()), 2, "stop the shop first");
    let orders: OrderPage = before.get("/orders").await;
    assert_eq!(shop.terminate().await.0.code(), Some(0));
    let told = works(vault.restores(&shop, "latest", &shop.data()));
    assert!(told.contains("before-restore-"), "{told}");
    shop.start().await;
    let again: OrderPage = before.get("/orders").await;
    assert_eq!(again.items[0].order_id, orders.items[0].order_id);
    shop.terminate().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_bad_backup_is_refused_and_what_is_there_stays_as_it_is() {
    let vault = Vault::new();
    let mut shop = vault.shop();
    shop.start().await;
    works(shop.does(&["backup"]));
    assert_eq!(shop.terminate().await.0.code(), Some(0));
    let database = shop.data().join("nexa.db");
    let whole = fs::read(&database).unwrap();
    let backup = vault.all().remove(0);
    let good = fs::read(&backup).unwrap();
    for way in 0..12 {
        let mut bytes = good.clone();
        let at = good.len() * way / 12;
        if way % 3 == 0 {
            bytes.truncate(at);
        } else {
            bytes[at] ^= 0x10;
        }
        fs::write(&backup, bytes).unwrap();
        refused(vault.restores(&shop, &backup, &shop.data()), 2, "nexa: ");
    }
    fs::write(&backup, &good).unwrap();
    // Another shop's key, and none.
    let other = vault.folder.path().join("other");
    fs::create_dir(&other).unwrap();
    refused(vault.restores(&shop, &backup, &other), 2, "the master key is neither here nor in the backup");
    fs::copy(shop.data().join("master.key"), other.join("master.key")).unwrap();
    let mut foreign = vault.restores(&shop, &backup, &other);
    foreign.env("NEXA_MASTER_KEY", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    refused(foreign, 2, "under another master key");
    assert!(!other.join("nexa.db").exists(), "nothing of it is left");
    refused(shop.does(&["restore", &backup]), 2, "--identity FILE");
    assert!(fs::read(&database).unwrap() == whole, "the database was touched");
    // With the key inside, a new machine needs nothing but the identity.
    works(shop.does(&["backup", "--with-key"]));
    let new = vault.folder.path().join("new");
    works(vault.restores(&shop, vault.all().last().unwrap(), &new));
    assert!(fs::read(new.join("master.key")).unwrap() == fs::read(shop.data().join("master.key")).unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_backup_that_is_killed_or_has_no_place_leaves_nothing_that_looks_good() {
    let vault = Vault::new();
    let mut shop = vault.shop();
    shop.start().await;
    for round in 0..10_u64 {
        let mut child = shop.does(&["backup"]).spawn().unwrap();
        sleep(Duration::from_millis(30 + round * 60)).await;
        drop(child.kill());
        child.wait().unwrap();
    }
    for backup in vault.all() {
        works(shop.does(&["backup", "verify", &backup, "--identity", &vault.identity]));
    }
    sleep(Duration::from_secs(1)).await;
    works(shop.does(&["backup"]));
    let left = fs::read_dir(&vault.place).unwrap().count();
    assert_eq!(left, vault.all().len(), "what was begun and not finished is gone");
    assert!(!shop.data().join("backup-work").exists());
    fs::remove_dir_all(&vault.place).unwrap();
    refused(shop.does(&["backup"]), 1, "place");
    assert!(!vault.place.exists(), "a disk that is not there is not made up");
    assert!(shop.is_running());
}

#[tokio::test]
async fn a_shop_that_runs_makes_backups_by_itself() {
    let vault = Vault::new();
    let place = vault.place.to_str().unwrap();
    let settings = [("backup_to", place), ("backup_recipients", RECIPIENT), ("backup_every", "1h")];
    let mut shop = Shop::new(&settings);
    shop.start().await;
    for _ in 0..300 {
        if !vault.all().is_empty() {
            break;
        }
        sleep(Duration::from_millis(100)).await;
    }
    shop.terminate().await;
    // Another start within the hour makes no other one.
    shop.start().await;
    sleep(Duration::from_secs(3)).await;
    shop.terminate().await;
    assert_eq!(vault.all().len(), 1);
    works(shop.does(&["backup", "verify", "latest", "--identity", &vault.identity]));
}

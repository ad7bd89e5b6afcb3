//! A whole shop from a file to a server and back, and what becomes of it when the process dies on the way.

use super::{
    child,
    cluster::{self, Database},
    everything,
    file::tamper,
};
use nexa_core::{
    Nexa,
    backoffice::model::OperatorOrderFilter,
    domain::{money::Currency, shop::Locale, time::from_millis, user::Principal},
    ids::ShopId,
    ports::storage::Storage,
    secret::Keys,
    sim,
    sql::{
        Copied, CopyError, CopyStep, FILLED_UNTIL, OpenError, Place, PostgresStorage, Sizes, SqliteStorage,
        copy,
    },
    storefront::model::{PageRequest, SignUpRequest},
};
use std::{collections::BTreeMap, path::Path, sync::Arc, time::Duration};

/// Copies, and gives the rows of each table as well.
async fn copied(from: &Place, to: &Place) -> Result<(Copied, BTreeMap<String, u64>), CopyError> {
    let mut tables = BTreeMap::new();
    let mut tell = |step: CopyStep<'_>| {
        if let CopyStep::Compared { table, rows, .. } = step {
            tables.insert(table.to_owned(), rows);
        }
    };
    let done = copy(from, to, &mut tell).await?;
    Ok((done, tables))
}

fn at(database: &Database) -> Place {
    Place::parse(&database.url).unwrap()
}

/// A file with rows in every table.
async fn full(path: &Path) -> Vec<String> {
    SqliteStorage::open(path).await.unwrap().close().await;
    everything::fill(path)
}

async fn refusal(from: &Place, to: &Place) -> CopyError {
    copied(from, to).await.expect_err("it was copied")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_table_goes_to_a_server_and_back() {
    let Some(cluster) = cluster::found("every_table_goes_to_a_server_and_back") else { return };
    let (folder, database) = (tempfile::tempdir().unwrap(), cluster.empty());
    let path = folder.path().join("shop.db");
    let tables = full(&path).await;
    assert!(tables.len() > 80, "{tables:?}");
    let (there, rows) = copied(&Place::file(&path), &at(&database)).await.unwrap();
    assert_eq!(rows.keys().collect::<Vec<_>>(), tables.iter().collect::<Vec<_>>());
    assert!(rows.values().all(|rows| *rows > 0), "{rows:?}");
    assert_eq!((there.tables, there.rows), (tables.len(), there.written));
    assert_eq!(there.entries, 3);
    // The server counts by itself.
    let users = database.tell("SELECT COUNT(*) FROM users WHERE position(E'\\u0647😀' IN id) > 0").unwrap();
    assert_eq!(users, "3");
    PostgresStorage::open(&database.url).await.expect("it is a shop now").close().await;
    let back = folder.path().join("back.db");
    let (home, _) = copied(&at(&database), &Place::file(&back)).await.unwrap();
    assert_eq!((home.digest, home.rows), (there.digest, there.rows));
    SqliteStorage::open(&back).await.expect("it is a shop now").close().await;
    let told = refusal(&Place::file(&path), &at(&database)).await;
    assert!(matches!(told, CopyError::Taken(_)), "{told}");
    assert!(tamper(&back, "DELETE FROM entries").is_err(), "the copy keeps entries as they are too");
    assert!(database.tell("DELETE FROM entries").is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_in_use_or_not_there_is_not_copied() {
    let Some(cluster) = cluster::found("what_is_in_use_or_not_there_is_not_copied") else { return };
    let (folder, database) = (tempfile::tempdir().unwrap(), cluster.empty());
    let path = folder.path().join("shop.db");
    let told = refusal(&Place::file(&path), &at(&database)).await;
    assert!(matches!(told, CopyError::Nothing(_)), "{told}");
    assert!(!path.exists(), "nothing was made there");
    let open = SqliteStorage::open(&path).await.unwrap();
    let told = refusal(&Place::file(&path), &at(&database)).await;
    assert!(matches!(told, CopyError::Open(OpenError::InUse(_))), "{told}");
    open.close().await;
    let told = refusal(&Place::file(&path), &at(&database)).await;
    assert!(matches!(told, CopyError::Nothing(_)), "an empty database is no shop: {told}");
    everything::fill(&path);
    let open = PostgresStorage::open(&database.url).await.unwrap();
    let told = refusal(&Place::file(&path), &at(&database)).await;
    assert!(matches!(told, CopyError::Open(OpenError::InUse(_))), "{told}");
    open.close().await;
    let foreign = cluster.empty();
    foreign.tell("CREATE TABLE songs (title TEXT)").unwrap();
    let told = refusal(&Place::file(&path), &at(&foreign)).await;
    assert!(matches!(told, CopyError::Open(OpenError::Foreign(_))), "{told}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_that_is_not_the_same_stays_closed() {
    let Some(cluster) = cluster::found("a_copy_that_is_not_the_same_stays_closed") else { return };
    let (folder, database) = (tempfile::tempdir().unwrap(), cluster.empty());
    let path = folder.path().join("shop.db");
    full(&path).await;
    // Whoever writes into the copy meanwhile, or into the source between two runs, is noticed.
    let guard = "CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS \
        $$ BEGIN NEW.name := 'other'; RETURN NEW; END $$; \
        CREATE TRIGGER meddled BEFORE INSERT ON plans FOR EACH ROW EXECUTE FUNCTION meddle()";
    PostgresStorage::open(&database.url).await.unwrap().close().await;
    database.tell(guard).unwrap();
    let told = refusal(&Place::file(&path), &at(&database)).await;
    assert_eq!(told.to_string().split(" differs").next(), Some("the table plans"), "{told}");
    let told = PostgresStorage::open(&database.url).await.err().expect("it stays closed");
    assert!(matches!(told, OpenError::Unfinished), "{told}");
    assert!(told.to_string().contains("nexa migrate"), "{told}");
    // Another shop does not go into the half of this one.
    let other = folder.path().join("other.db");
    full(&other).await;
    tamper(&other, "PRAGMA foreign_keys = OFF; UPDATE shops SET id = 'another' WHERE id LIKE 'v0%'").unwrap();
    let told = refusal(&Place::file(&other), &at(&database)).await;
    assert!(matches!(told, CopyError::Another(_)), "{told}");
}

/// `life` tells what one life of the program draws from what another does.
fn nexa(storage: Arc<dyn Storage>, life: u64) -> Nexa {
    let (world, _) = sim::world(life, from_millis(FILLED_UNTIL));
    Nexa::builder(storage, Keys::new([7; 32])).world(world).build()
}

/// A shop with thousands of users, closed; gives its owner's key.
async fn large(path: &Path, sizes: Sizes) -> (ShopId, String) {
    let storage = Arc::new(SqliteStorage::open(path).await.unwrap());
    let shop = nexa(Arc::<SqliteStorage>::clone(&storage), 7);
    let installed = shop.install("Large", Currency::Usd, Locale::En, true, None).await.unwrap();
    let key = shop.frontdesk().claim(&installed.claim.unwrap()).await.unwrap().api_key;
    drop(shop);
    storage.close().await;
    SqliteStorage::fill(path, installed.shop_id, sizes).await.unwrap();
    (installed.shop_id, key)
}

/// The child's part: copies from one place to the other, until it is killed.
async fn as_told(task: &str) {
    let (from, to) = task.split_once('>').unwrap();
    copied(&Place::parse(from).unwrap(), &Place::parse(to).unwrap()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_that_is_killed_again_and_again_is_whole_in_the_end() {
    if let Some(task) = child::task() {
        return as_told(&task).await;
    }
    let name = "a_copy_that_is_killed_again_and_again_is_whole_in_the_end";
    let Some(cluster) = cluster::found(name) else { return };
    let (folder, database, other) = (tempfile::tempdir().unwrap(), cluster.empty(), cluster.empty());
    let path = folder.path().join("shop.db");
    let (shop, key) = large(&path, Sizes { users: 2_000, orders: 6_000, usage: 12_000 }).await;
    let began = tokio::time::Instant::now();
    let (whole, _) = copied(&Place::file(&path), &at(&other)).await.unwrap();
    let took = began.elapsed();
    eprintln!("{} rows in {took:?}, compared as well", whole.rows);
    let task = format!("sqlite:{}>{}", path.display(), database.url);
    let (world, _) = sim::world(u64::from(std::process::id()), from_millis(FILLED_UNTIL));
    let most = u64::try_from(took.as_millis()).unwrap();
    let (mut killed, mut closed, mut done) = (0, 0, false);
    for _ in 0..20 {
        let test = format!("storage::copying::{name}");
        let wait = Duration::from_millis(20 + world.below(most / 20));
        match tokio::task::block_in_place(|| child::kill_after(child::start(&test, &task), wait)) {
            None => killed += 1,
            Some(ended) => done = ended,
        }
        if done {
            break;
        }
        match PostgresStorage::open(&database.url).await {
            Err(OpenError::Unfinished) => closed += 1,
            Err(error) => panic!("{error}"),
            // It died before the first row.
            Ok(open) => {
                assert!(open.read().await.unwrap().shops().await.unwrap().is_empty());
                open.close().await;
            }
        }
    }
    eprintln!("killed {killed} times, {closed} of them with the copy begun");
    assert!(killed >= 3 && closed > 0, "it was hardly killed");
    if !done {
        let (rest, _) = copied(&Place::file(&path), &at(&database)).await.unwrap();
        eprintln!("{} of {} rows were left", rest.written, rest.rows);
        assert!(rest.written < rest.rows, "it went on where it was");
    }
    let back = Place::file(&folder.path().join("back.db"));
    let (home, _) = copied(&at(&database), &back).await.unwrap();
    assert_eq!((&home.digest, home.rows), (&whole.digest, whole.rows));
    let storage = PostgresStorage::open(&database.url).await.expect("it is a shop now");
    let nexa = nexa(Arc::new(storage), 8);
    let office = nexa.backoffice(nexa.frontdesk().principal(shop, &key).await.unwrap());
    let page = PageRequest { cursor: None, limit: Some(50) };
    assert_eq!(office.orders(OperatorOrderFilter::default(), page).await.unwrap().items.len(), 50);
    let guest = nexa.storefront(Principal::guest(shop));
    guest.sign_up(SignUpRequest::default()).await.expect("a new customer");
}

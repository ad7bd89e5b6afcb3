//! The large shop of the benchmarks is one that the product can read.

use nexa_core::{
    Nexa,
    backoffice::model::OperatorOrderFilter,
    domain::{money::Currency, shop::Locale, time::from_millis},
    secret::Keys,
    sim,
    sql::{FILLED_UNTIL, Sizes, SqliteStorage},
    storefront::model::PageRequest,
};
use std::{path::Path, sync::Arc};

async fn nexa(path: &Path) -> Nexa {
    let storage = SqliteStorage::open(path).await.expect("a database");
    let (world, _) = sim::world(7, from_millis(FILLED_UNTIL));
    Nexa::builder(Arc::new(storage), Keys::new([7; 32])).world(world).build()
}

#[tokio::test]
async fn what_was_filled_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("shop.db");
    let first = nexa(&path).await;
    let installed = first.install("Large", Currency::Usd, Locale::En, true, None).await.expect("a shop");
    let claimed = first.frontdesk().claim(&installed.claim.expect("a claim")).await.expect("claimed");
    drop(first);
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    let sizes = Sizes { users: 60, orders: 120, usage: 180 };
    SqliteStorage::fill(&path, installed.shop_id, sizes).await.expect("filled");
    let nexa = nexa(&path).await;
    let who = nexa.frontdesk().principal(installed.shop_id, &claimed.api_key).await.expect("the operator");
    let office = nexa.backoffice(who);
    let page = || PageRequest { cursor: None, limit: Some(50) };
    let users = office.users(page()).await.expect("users");
    assert_eq!(users.items.len(), 50);
    let user = office.user(&users.items[0].user_id).await.expect("one of them");
    assert_eq!(user.user_id, users.items[0].user_id);
    assert_eq!(office.orders(OperatorOrderFilter::default(), page()).await.expect("orders").items.len(), 50);
    assert_eq!(office.servers().await.expect("servers").len(), 50);
    let summary = office.summary(30).await.expect("a summary").figures;
    let sold = summary.iter().find(|figure| figure.name == "orders_paid").expect("sold");
    assert_eq!(sold.value, Some(12_000), "four hundred on each of thirty days");
}

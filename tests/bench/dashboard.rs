//! How long the office's questions take in a large shop: `cargo bench -p nexa-tests --bench dashboard -- 0.1` fills a
//! database with a tenth of a million users, five million orders and fifty million days of usage (1 is all of it; the file
//! takes about 30 GB then) and prints the median and the 99th percentile of each. `NEXA_BENCH_FOLDER` keeps the file there
//! and uses it again.
#![expect(clippy::float_arithmetic, reason = "a part of a large shop, as a person types it")]
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a command for people: it prints, measures, and stops at any error"
)]

use nexa_core::{
    Nexa,
    backoffice::{Backoffice, model::OperatorOrderFilter},
    domain::{money::Currency, shop::Locale, time::from_millis, user::Principal},
    error::Result,
    secret::Keys,
    sim,
    sql::{FILLED_UNTIL, Sizes, SqliteStorage},
    storefront::model::PageRequest,
};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

/// What is allowed for the slowest of a hundred.
const TARGET: Duration = Duration::from_millis(50);

fn nexa(storage: SqliteStorage) -> Nexa {
    let (world, _) = sim::world(7, from_millis(FILLED_UNTIL));
    Nexa::builder(Arc::new(storage), Keys::new([7; 32])).world(world).build()
}

/// A shop and its operator; filled when it is new.
async fn shop(path: &Path, sizes: Sizes) -> (Nexa, Principal) {
    let key = path.with_extension("key");
    if !path.exists() {
        let first = SqliteStorage::open(path).await.unwrap();
        let nexa = nexa(first);
        let installed = nexa.install("Large", Currency::Usd, Locale::En, true, None).await.unwrap();
        let claimed = nexa.frontdesk().claim(&installed.claim.unwrap()).await.unwrap();
        std::fs::write(&key, format!("{} {}", installed.shop_id, claimed.api_key)).unwrap();
        drop(nexa);
        tokio::time::sleep(Duration::from_secs(1)).await;
        let begun = Instant::now();
        SqliteStorage::fill(path, installed.shop_id, sizes).await.unwrap();
        println!("filled in {:.0?}", begun.elapsed());
    }
    let kept = std::fs::read_to_string(&key).unwrap();
    let (shop, key) = kept.split_once(' ').unwrap();
    let nexa = nexa(SqliteStorage::open(path).await.unwrap());
    let who = nexa.frontdesk().principal(shop.parse().unwrap(), key).await.unwrap();
    (nexa, who)
}

async fn measured<T: std::fmt::Debug>(name: &str, times: u32, ask: impl AsyncFn() -> Result<T>) {
    ask().await.unwrap();
    let mut all = Vec::new();
    for _ in 0..times {
        let begun = Instant::now();
        ask().await.unwrap();
        all.push(begun.elapsed());
    }
    all.sort_unstable();
    let at = |percent: usize| all[(all.len() * percent / 100).min(all.len() - 1)];
    let verdict = if at(99) <= TARGET { "" } else { "  SLOW" };
    println!("{name:<28} p50 {:>9.2?}  p99 {:>9.2?}{verdict}", at(50), at(99));
}

async fn figures(office: &dyn Backoffice, times: u32) {
    let series = async |figure: &str, by: Option<&str>, days: u32| {
        office.series(figure.to_owned(), by.map(str::to_owned), days).await
    };
    measured("summary, 30 days", times, async || office.summary(30).await).await;
    measured("summary, 365 days", times, async || office.summary(365).await).await;
    measured("revenue, 365 days", times, async || series("revenue", None, 365).await).await;
    measured("revenue by plan, 365 days", times, async || series("revenue", Some("plan"), 365).await).await;
    measured("revenue by method, 365 days", times, async || series("revenue", Some("method"), 365).await)
        .await;
    measured("mrr by plan, 365 days", times, async || series("mrr", Some("plan"), 365).await).await;
    measured("orders by kind, 365 days", times, async || series("orders_paid", Some("kind"), 365).await)
        .await;
    measured("traffic, 365 days", times, async || series("traffic", Some("server"), 365).await).await;
    measured("cohorts, 12 months", times, async || office.cohorts(12).await).await;
    measured("funnel, 365 days", times, async || office.funnel(365).await).await;
    measured("servers' figures, 30 days", times, async || office.server_figures(30).await).await;
    measured("signals", times, async || office.signals().await).await;
}

async fn lists(office: &dyn Backoffice, times: u32) {
    let page = || PageRequest { cursor: None, limit: Some(50) };
    let orders = async |filter: OperatorOrderFilter| office.orders(filter, page()).await;
    let all = office.users(page()).await.unwrap();
    let (user, next) = (all.items[0].user_id.clone(), all.next.clone());
    let further = || PageRequest { cursor: next.clone(), limit: Some(50) };
    measured("users", times, async || office.users(page()).await).await;
    measured("users, further", times, async || office.users(further()).await).await;
    measured("one user", times, async || office.user(&user).await).await;
    measured("orders", times, async || orders(OperatorOrderFilter::default()).await).await;
    let of_user = || OperatorOrderFilter { user_id: Some(user.clone()), ..OperatorOrderFilter::default() };
    measured("orders of a user", times, async || orders(of_user()).await).await;
    measured("subscriptions", times, async || office.subscriptions(None, page()).await).await;
    measured("tickets", times, async || office.tickets(None, page()).await).await;
    measured("receipts", times, async || office.receipts(page()).await).await;
    measured("unresolved", times, async || office.unresolved().await).await;
    measured("sales of today", times, async || office.sales(None).await).await;
    measured("servers", times, async || office.servers().await).await;
    measured("campaigns", times, async || office.campaigns().await).await;
}

#[tokio::main]
async fn main() {
    let scale = std::env::args().skip(1).find_map(|arg| arg.parse::<f64>().ok()).unwrap_or(0.01);
    let of = |all: f64| -> i64 { format!("{:.0}", all * scale).parse().unwrap() };
    let sizes = Sizes { users: of(1_000_000.0), orders: of(5_000_000.0), usage: of(50_000_000.0) };
    let temporary = tempfile::tempdir().unwrap();
    let folder =
        std::env::var_os("NEXA_BENCH_FOLDER").map_or_else(|| temporary.path().to_owned(), PathBuf::from);
    println!("{sizes:?}");
    let (nexa, who) = shop(&folder.join(format!("shop-{scale}.db")), sizes).await;
    let office = nexa.backoffice(who);
    figures(office.as_ref(), 100).await;
    lists(office.as_ref(), 100).await;
    let begun = Instant::now();
    office.refresh_figures().await.unwrap();
    println!("counting what stands, once every ten minutes: {:.2?}", begun.elapsed());
}

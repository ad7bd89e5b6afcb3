//! The program is killed at random moments while customers buy, again and again; afterwards nothing may be lost,
//! doubled or forgotten.
//!
//! `kill -9` proves what a crash of the program does. The system's page cache survives it, so this says nothing about a
//! loss of power.

use super::{
    customer::{Customer, Dice, Street},
    truth::{Sum, Truth},
};
use crate::{
    live::require::tell,
    process::{GIB, Sale, Shop},
};
use nexa_core::backoffice::model::{BooksView, JobView, OperatorOrderPage};
use nexa_hiddify::testing::{FakeHiddify, Release};
use nexa_payments::testing::{EsploraServer, MemoryChain};
use serde_json::json;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize},
    },
    time::Duration,
};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};

const CUSTOMERS: usize = 6;
const CYCLES: usize = 60;
/// Writes on the panel that fail while the program dies again and again.
const STORM_PER_MILLE: u64 = 60;
/// A payment on a chain is looked for every 20 seconds, a request that was cut off may be repeated after a minute, and
/// after two minutes the panel is asked again what it really holds.
const MOST_QUIET: Duration = Duration::from_mins(4);

pub(super) fn number(variable: &str, otherwise: usize) -> usize {
    let set = std::env::var_os(variable).map(|text| text.to_string_lossy().parse());
    set.map_or(otherwise, |parsed| parsed.expect("a number"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_or_doubled_when_it_is_killed_again_and_again() {
    let cycles = number("NEXA_KILL_CYCLES", CYCLES);
    let seed = u64::try_from(number("NEXA_SEED", 20_261_124)).unwrap();
    let panel = FakeHiddify::start(Release::V14).await.unwrap();
    let chain = MemoryChain::new();
    let esplora = EsploraServer::start(chain.clone()).await.unwrap();
    let mut shop = Shop::new(&[]);
    shop.start().await;
    let sale = Sale::open(&shop, panel.config(), &esplora.base_url(), 50 * GIB).await;
    let secret = "a-play-money-secret-of-the-drill";
    shop.output().secret(secret);
    let sandbox = sale.add_gateway("sandbox", json!({ "secret": secret })).await;
    shop.output().secret(sandbox.callback_url.rsplit('/').next().unwrap());
    let street = Arc::new(Street {
        sale,
        sandbox: sandbox.gateway_id,
        chain,
        closed: AtomicBool::new(false),
        made: AtomicUsize::new(0),
    });
    let mut people = JoinSet::new();
    for name in 0..CUSTOMERS {
        let caller = shop.guest().sign_up().await;
        people.spawn(Customer::new(&street, caller, name, seed).live());
    }

    panel.set_storm(seed, STORM_PER_MILLE);
    let began = Instant::now();
    let mut ready = Vec::with_capacity(cycles);
    let mut dice = Dice(seed);
    for _ in 0..cycles {
        sleep(Duration::from_millis(10 + dice.below(390))).await;
        shop.kill();
        ready.push(shop.start().await);
    }
    let chaos = began.elapsed();

    panel.set_storm(seed, 0);
    street.close();
    let truths = people.join_all().await;
    settle(&shop, &street.sale, &panel, &truths).await;
    let quiet = began.elapsed().saturating_sub(chaos);
    let sum = checked(&street, &panel, &truths).await;
    ready.sort_unstable();
    let at = |percent: usize| ready.get((ready.len() * percent / 100).min(cycles - 1));
    let (p50, p99) = (at(50).unwrap().as_millis(), at(99).unwrap().as_millis());
    let (secrets, lines) = shop.output().size();
    tell(&format!(
        "kill drill: {cycles} kills in {} s and {} s of quiet; {} orders ({} fulfilled, {} unpaid) for {} \
         subscriptions: {} lost, {} doubled; ready again after p50 {p50} ms, p99 {p99} ms; {secrets} secrets are not \
         in {lines} lines of log\n",
        chaos.as_secs(),
        quiet.as_secs(),
        sum.orders,
        sum.fulfilled,
        sum.unpaid,
        sum.subscriptions,
        sum.lost,
        sum.doubled,
    ));
    assert_eq!((sum.lost, sum.doubled, sum.wrong.as_slice()), (0, 0, &[][..]), "{sum:#?}");
    assert!(sum.fulfilled > cycles / 2, "too little happened to prove anything: {sum:?}");
    let (status, _) = shop.terminate().await;
    assert_eq!(status.code(), Some(0));
    shop.output().drain();
    shop.output().assert_clean();
}

/// Waits until the shop has done what is to be done, and the panel holds it.
pub(super) async fn settle(shop: &Shop, sale: &Sale, panel: &FakeHiddify, truths: &[Truth]) {
    let began = Instant::now();
    for truth in truths {
        while !truth.is_settled(sale, panel).await {
            if began.elapsed() > MOST_QUIET {
                // The check will say what is missing.
                tell(&format!("kill drill: not settled in time\n{}\n", shop.output().tail()));
                return;
            }
            sleep(Duration::from_millis(200)).await;
        }
    }
}

pub(super) async fn checked(street: &Street, panel: &FakeHiddify, truths: &[Truth]) -> Sum {
    let mut sum = Sum::default();
    for truth in truths {
        truth.check(&mut sum, &street.sale, panel).await;
    }
    let operator = &street.sale.operator;
    if panel.users().len() != sum.subscriptions || !panel.resurrected().is_empty() {
        sum.wrong.push(format!("{} accounts on the panel", panel.users().len()));
    }
    let books: BooksView = operator.get("/admin/books").await;
    let balance = |account: &str, currency: &str| {
        let lines = books.accounts.iter();
        let ours = lines.filter(|a| a.account.contains(account) && a.balance.currency == currency);
        ours.map(|a| a.balance.minor).sum::<i64>()
    };
    let told = (
        books.balanced,
        -balance(&street.sale.litecoin.gateway_id, "LTC"),
        -balance(&street.sandbox, "USD"),
        balance("wallets", "USD"),
        balance("revenue", "USD"),
    );
    let truth = (true, sum.litoshi, sum.sandbox_cents, sum.wallets_cents, sum.revenue_cents);
    if told != truth {
        sum.wrong.push(format!("the books say {told:?} instead of {truth:?}: {books:?}"));
    }
    let poison: Vec<JobView> = operator.get("/admin/jobs/poison").await;
    sum.wrong.extend(poison.iter().map(|job| format!("{job:?}")));
    let doubtful: OperatorOrderPage = operator.get("/admin/orders?attention=true").await;
    sum.wrong.extend(doubtful.items.iter().map(|order| format!("{order:?}")));
    sum
}

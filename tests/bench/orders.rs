//! How many orders a shop takes in a second, from the checkout over the gateway's message to the delivery on a fake panel,
//! with everything durable: `cargo bench -p nexa-tests --bench orders -- 2000` sells as many on SQLite. With
//! `postgres://…` as a second word, an empty database, it sells them there too.
//! What it prints for each: orders a second until the last one was delivered, how long the gateway waited for its answer,
//! how long a customer waited from the payment to the link, and the processor's time for one order.
#![expect(clippy::float_arithmetic, reason = "a rate")]
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a command for people: it prints, measures, and stops at any error"
)]

use nexa_core::{
    Nexa,
    backoffice::{Backoffice, model as office},
    domain::{
        measure::Traffic,
        money::{Currency, Money},
        shop::Locale,
        user::Principal,
    },
    frontdesk::Frontdesk,
    ids::GatewayId,
    ports::storage::Storage,
    secret::Keys,
    sim::{
        gateway::{FakeGateway, FakeKind},
        panel_kind::FakePanelKind,
    },
    sql::{PostgresStorage, SqliteStorage},
    storefront::{
        Storefront,
        model::{CheckoutRequest, PageRequest, SignUpRequest},
    },
};
use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

/// How many orders a customer places: fewer than may be unpaid.
const OF_EACH: usize = 4;
/// How many customers buy at the same time.
const AT_ONCE: usize = 32;

/// A shop with two panels, a gateway and customers.
struct Market {
    nexa: Nexa,
    operator: Arc<dyn Backoffice>,
    door: Arc<dyn Frontdesk>,
    bank: Arc<FakeKind>,
    gateway: GatewayId,
    endpoint: String,
    plan: String,
    buyers: Vec<Arc<dyn Storefront>>,
}

impl Market {
    async fn open(storage: Arc<dyn Storage>, customers: usize) -> Self {
        let bank = Arc::new(FakeKind::default());
        let nexa = Nexa::builder(storage, Keys::new([7; 32]))
            .panel_kind(Arc::new(FakePanelKind::default()))
            .gateway_kind(Arc::<FakeKind>::clone(&bank))
            .build();
        let made = nexa.install("Fast Net", Currency::Usd, Locale::En, false, None).await.unwrap();
        let operator = nexa.owner(made.shop_id).await.unwrap();
        for panel in ["one", "two"] {
            let config = serde_json::json!({ "name": panel });
            operator.add_server(office::AddServerRequest::new(panel, "memory", config)).await.unwrap();
        }
        let price = Money::new(500, Currency::Usd);
        let month = office::AddPlanRequest::new("Month", 30, Traffic::gib(10), price);
        let plan = operator.add_plan(month).await.unwrap().plan_id;
        let config = serde_json::json!({ "signed": true });
        let till = office::AddGatewayRequest { kind: "fake".to_owned(), name: "Till".to_owned(), config };
        let till = operator.add_gateway(till).await.unwrap();
        let enable = office::UpdateGatewayRequest { name: None, config: None, enabled: Some(true) };
        operator.update_gateway(&till.gateway_id, enable).await.unwrap();
        let mut buyers = Vec::new();
        for _ in 0..customers {
            let guest = nexa.storefront(Principal::guest(made.shop_id));
            let session = guest.sign_up(SignUpRequest::default()).await.unwrap().session;
            buyers.push(nexa.customer(made.shop_id, &session.user_id).await.unwrap());
        }
        Self {
            door: nexa.frontdesk(),
            operator,
            bank,
            gateway: till.gateway_id.parse().unwrap(),
            endpoint: till.callback_url.rsplit('/').next().unwrap().to_owned(),
            plan,
            buyers,
            nexa,
        }
    }

    /// From the checkout to the answer that the gateway gets, whose wait is given.
    async fn sells(&self, buyer: usize) -> Duration {
        let wish = CheckoutRequest::of_plan(&self.plan, &self.gateway.to_string());
        let order = self.buyers[buyer].checkout(wish, None).await.unwrap();
        let (payment, bank) = (order.payment.unwrap().payment_id, &self.bank.bank);
        bank.confirm(&bank.pay(&payment, Money::new(500, Currency::Usd), jiff::Timestamp::now()));
        let message = FakeGateway::signed(Arc::clone(bank), Currency::Usd).message(&payment);
        let told = Instant::now();
        self.door.receive(self.gateway, &self.endpoint, message).await.unwrap();
        told.elapsed()
    }

    /// Everybody buys and pays, as many at once as there are sellers.
    async fn sells_all(self: &Arc<Self>, orders: usize) -> Vec<Duration> {
        let sellers = (0..AT_ONCE).map(|seller| {
            let market = Arc::clone(self);
            tokio::spawn(async move {
                let mut waits = Vec::new();
                for n in (seller..orders).step_by(AT_ONCE) {
                    waits.push(market.sells(n % market.buyers.len()).await);
                }
                waits
            })
        });
        let mut all = Vec::new();
        for waits in futures::future::join_all(sellers).await {
            all.extend(waits.unwrap());
        }
        all
    }

    /// From the payment to the link, of each order; fewer than all while some are not delivered.
    async fn deliveries(&self, orders: usize) -> Vec<Duration> {
        let (mut all, mut cursor) = (Vec::new(), None);
        loop {
            let page = PageRequest { cursor, limit: Some(100) };
            let page = self.operator.orders(office::OperatorOrderFilter::default(), page).await.unwrap();
            for order in &page.items {
                let moment = |of: &Option<String>| of.as_ref()?.parse::<jiff::Timestamp>().ok();
                let (Some(paid), Some(done)) =
                    (moment(&order.order.paid_at), moment(&order.order.fulfilled_at))
                else {
                    return all;
                };
                all.push(Duration::try_from(done.duration_since(paid)).unwrap_or_default());
            }
            cursor = page.next;
            if cursor.is_none() || all.len() >= orders {
                return all;
            }
        }
    }
}

/// What this process and all its threads took of the processor, as Linux counts it: hundredths of a second.
fn processor() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|of| of.parse::<u64>().ok()).unwrap_or(0);
    Duration::from_millis((ticks(11) + ticks(12)) * 10)
}

fn percentiles(mut of: Vec<Duration>) -> String {
    of.sort_unstable();
    let at = |percent: usize| of.get(of.len().saturating_sub(1) * percent / 100).copied().unwrap_or_default();
    format!("p50 {:.1?} p99 {:.1?}", at(50), at(99))
}

async fn measured(name: &str, storage: Arc<dyn Storage>, orders: usize) {
    let market = Arc::new(Market::open(storage, orders.div_ceil(OF_EACH)).await);
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let worker = market.nexa.worker();
    worker.prepare().await.unwrap();
    let works = tokio::spawn(async move { worker.run(async { drop(stopped.await) }).await });
    let (begun, before) = (Instant::now(), processor());
    let answers = market.sells_all(orders).await;
    let sold = begun.elapsed();
    let deliveries = loop {
        let all = market.deliveries(orders).await;
        if all.len() == orders {
            break all;
        }
        assert!(begun.elapsed() < Duration::from_mins(10), "{} of {orders} are delivered", all.len());
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    let (whole, spent) = (begun.elapsed(), processor().saturating_sub(before));
    drop(stop);
    works.await.unwrap();
    assert!(market.operator.books().await.unwrap().balanced);
    assert!(market.operator.poison_jobs().await.unwrap().is_empty());
    let orders = u32::try_from(orders).unwrap();
    let rate = |span: Duration| f64::from(orders) / span.as_secs_f64();
    println!(
        "{name:<10} {:>6.0} orders/s ({:.0}/s sold); answer {}; paid to link {}; processor {:.0?} an order",
        rate(whole),
        rate(sold),
        percentiles(answers),
        percentiles(deliveries),
        spent.checked_div(orders).unwrap_or_default(),
    );
}

#[tokio::main]
async fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let orders = words.iter().find_map(|word| word.parse().ok()).unwrap_or(2000);
    let server = words.iter().find(|word| word.starts_with("postgres://"));
    let folder = tempfile::tempdir().unwrap();
    let path: &Path = &folder.path().join("shop.db");
    measured("SQLite", Arc::new(SqliteStorage::open(path).await.unwrap()), orders).await;
    if let Some(server) = server {
        measured("PostgreSQL", Arc::new(PostgresStorage::open(server).await.unwrap()), orders).await;
    }
}

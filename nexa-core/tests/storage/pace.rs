//! How much a server takes, in turns and beside each other, measured in one run:
//! `cargo test -p nexa-core --features testing,postgres --test storage pace -- --ignored --nocapture`.
#![expect(clippy::disallowed_methods, reason = "a measurement looks at the clock, and callers need tasks of their own")]
#![expect(clippy::print_stdout, reason = "the figures are what whoever runs it wants to see")]
#![expect(clippy::as_conversions, clippy::cast_precision_loss, clippy::float_arithmetic, reason = "a rate")]

use super::{
    cluster::{self, Database},
    fixture::Bench,
};
use nexa_core::{
    Nexa,
    backoffice::{Backoffice, model as office},
    domain::{
        money::{Currency, Money},
        shop::Locale,
        user::Principal,
    },
    error::Failure,
    frontdesk::Frontdesk,
    ids::{GatewayId, UserId},
    ports::storage::{Read, Storage, StorageTimes, Tx},
    secret::Keys,
    sim::{
        gateway::{FakeGateway, FakeKind},
        panel_kind::FakePanelKind,
    },
    sql::PostgresStorage,
    storefront::{
        Storefront,
        model::{CheckoutRequest, MoneyView, Purpose, SignUpRequest},
    },
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// How long each figure is measured.
const SPAN: Duration = Duration::from_secs(4);
/// Orders of each customer that are sold for a figure: fewer than may be unpaid.
const ORDERS: usize = 6;
const CUSTOMERS: usize = 64;
const CALLERS: usize = 16;

/// A storage in which everybody takes turns, as if nothing could run beside.
struct InTurns(PostgresStorage);

#[async_trait::async_trait]
impl Storage for InTurns {
    async fn begin(&self) -> Result<Box<dyn Tx>, Failure> {
        self.0.begin().await
    }
    async fn read(&self) -> Result<Box<dyn Read>, Failure> {
        self.0.read().await
    }
    async fn check(&self) -> Result<(), Failure> {
        self.0.check().await
    }
    fn times(&self) -> StorageTimes {
        self.0.times()
    }
}

/// Transactions of two journals each that so many callers make in a second.
async fn transactions(benches: &[Arc<Bench<PostgresStorage>>], callers: usize, beside: bool) -> f64 {
    let since = Instant::now();
    let tasks = (0..callers).map(|caller| {
        let bench = Arc::clone(&benches[caller % benches.len()]);
        tokio::spawn(async move {
            let mut made = 0_u32;
            while since.elapsed() < SPAN {
                let wallet: UserId = bench.world.id();
                let storage = &bench.storage;
                let begun = if beside { storage.begin_beside().await } else { storage.begin().await };
                let mut tx = begun.unwrap();
                for (way, minor) in [("in", 10), ("out", -10)] {
                    tx.post(&bench.journal(&format!("{way}:{wallet}"), wallet, minor)).await.unwrap();
                }
                tx.commit().await.unwrap();
                made += 1;
            }
            made
        })
    });
    let mut made = 0;
    for task in futures::future::join_all(tasks).await {
        made += task.unwrap();
    }
    f64::from(made) / since.elapsed().as_secs_f64()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement"]
async fn transactions_a_second() {
    let Some(cluster) = cluster::found("transactions_a_second") else { return };
    let database = cluster.database().await;
    let first = Arc::new(Bench::on_server(&database).await);
    let storage = PostgresStorage::open(&database.url).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let second = Arc::new(Bench { folder, storage, world: first.world.clone(), shop: first.shop });
    let both = [Arc::clone(&first), second];
    for (processes, callers) in [(1, 1), (1, CALLERS), (2, CALLERS)] {
        let benches = &both[..processes];
        let turns = transactions(benches, callers, false).await;
        let beside = transactions(benches, callers, true).await;
        println!("{processes} processes, {callers} callers: {turns:.0}/s in turns, {beside:.0}/s beside");
    }
    first.require_sound_books().await;
    println!("{:?}", first.storage.times());
}

/// A shop whose customers buy, served by some processes.
struct Market {
    door: Arc<dyn Frontdesk>,
    bank: Arc<nexa_core::sim::gateway::FakeBank>,
    operator: Arc<dyn Backoffice>,
    gateway: GatewayId,
    endpoint: String,
    plan: String,
    buyers: Vec<Arc<dyn Storefront>>,
}

fn nexa(storage: Arc<dyn Storage>, bank: &Arc<FakeKind>, panels: &Arc<FakePanelKind>) -> Nexa {
    let panels = Arc::<FakePanelKind>::clone(panels);
    Nexa::builder(storage, Keys::new([7; 32]))
        .panel_kind(panels)
        .gateway_kind(Arc::<FakeKind>::clone(bank))
        .build()
}

async fn open(all: &[Nexa], bank: &FakeKind) -> Market {
    let made = all[0].install("Fast Net", Currency::Usd, Locale::En, false, None).await.unwrap();
    let door = all[0].frontdesk();
    let key = door.claim(&made.claim.unwrap()).await.unwrap().api_key;
    let operator = all[0].backoffice(door.principal(made.shop_id, &key).await.unwrap());
    for name in ["one", "two"] {
        let request = office::AddServerRequest {
            name: name.to_owned(),
            kind: "memory".to_owned(),
            group_id: None,
            config: serde_json::json!({ "name": name }),
            region: None,
            capacity: None,
        };
        operator.add_server(request).await.unwrap();
    }
    let request = office::AddPlanRequest {
        name: "Month".to_owned(),
        days: 30,
        traffic_bytes: 10 << 30,
        devices: 2,
        extras: vec![],
        group_id: None,
        prices: vec![MoneyView { minor: 500, currency: "USD".to_owned() }],
        on_sale: true,
    };
    let plan = operator.add_plan(request).await.unwrap().plan_id;
    let config = serde_json::json!({ "signed": true });
    let request = office::AddGatewayRequest { kind: "fake".to_owned(), name: "Till".to_owned(), config };
    let till = operator.add_gateway(request).await.unwrap();
    let enable = office::UpdateGatewayRequest { name: None, config: None, enabled: Some(true) };
    operator.update_gateway(&till.gateway_id, enable).await.unwrap();
    let endpoint = till.callback_url.rsplit('/').next().unwrap().to_owned();
    let mut buyers = Vec::new();
    for n in 0..CUSTOMERS {
        let of = &all[n % all.len()];
        let session = of.storefront(Principal::guest(made.shop_id)).sign_up(SignUpRequest::default()).await;
        let token = session.unwrap().session.token;
        buyers.push(of.storefront(of.frontdesk().principal(made.shop_id, &token).await.unwrap()));
    }
    let gateway = till.gateway_id.parse().unwrap();
    Market { door, bank: Arc::clone(&bank.bank), operator, gateway, endpoint, plan, buyers }
}

impl Market {
    /// From the checkout to the message of the gateway.
    async fn sells(&self, buyer: usize) {
        let wish = CheckoutRequest {
            purpose: Purpose::New,
            method: self.gateway.to_string(),
            plan_id: Some(self.plan.clone()),
            ..CheckoutRequest::default()
        };
        let order = self.buyers[buyer].checkout(wish, None).await.unwrap();
        let payment = order.payment.unwrap().payment_id;
        let now = jiff::Timestamp::now();
        let paid = self.bank.pay(&payment, Money::new(500, Currency::Usd), now);
        self.bank.confirm(&paid);
        let message = FakeGateway::signed(Arc::clone(&self.bank), Currency::Usd).message(&payment);
        self.door.receive(self.gateway, &self.endpoint, message).await.unwrap();
    }
}

/// Orders that so many processes sell and deliver in a second.
async fn orders(database: &Database, processes: usize, beside: bool) -> f64 {
    let (bank, panels) = (Arc::new(FakeKind::default()), Arc::new(FakePanelKind::default()));
    let (mut all, mut workers) = (Vec::new(), Vec::new());
    for _ in 0..processes {
        let storage = PostgresStorage::open(&database.url).await.unwrap();
        let storage: Arc<dyn Storage> = if beside { Arc::new(storage) } else { Arc::new(InTurns(storage)) };
        all.push(nexa(storage, &bank, &panels));
    }
    let market = Arc::new(open(&all, &bank).await);
    for one in &all {
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let worker = one.worker();
        let task = tokio::spawn(async move { worker.run(async { drop(stopped.await) }).await });
        workers.push((stop, task));
    }
    let since = Instant::now();
    let sellers = (0..CALLERS).map(|seller| {
        let market = Arc::clone(&market);
        tokio::spawn(async move {
            for n in 0..ORDERS * CUSTOMERS / CALLERS {
                market.sells((seller + n * CALLERS) % CUSTOMERS).await;
            }
        })
    });
    for seller in futures::future::join_all(sellers).await {
        seller.unwrap();
    }
    let done = "SELECT COUNT(*) FROM orders WHERE state = 'fulfilled'";
    while database.tell(done).unwrap() != (ORDERS * CUSTOMERS).to_string() {
        assert!(since.elapsed() < Duration::from_secs(120), "{}", database.tell(done).unwrap());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let rate = (ORDERS * CUSTOMERS) as f64 / since.elapsed().as_secs_f64();
    for (stop, task) in workers {
        drop(stop);
        task.await.unwrap();
    }
    assert!(market.operator.books().await.unwrap().balanced);
    assert!(market.operator.poison_jobs().await.unwrap().is_empty());
    rate
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement"]
async fn orders_a_second() {
    let Some(cluster) = cluster::found("orders_a_second") else { return };
    for processes in [1, 2] {
        let turns = orders(&cluster.database().await, processes, false).await;
        let beside = orders(&cluster.database().await, processes, true).await;
        println!("{processes} processes: {turns:.0} orders/s in turns, {beside:.0} orders/s beside");
    }
}

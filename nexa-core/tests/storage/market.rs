//! A shop whose customers buy, served by some processes on one database.
#![expect(
    clippy::disallowed_methods,
    reason = "workers and customers need tasks of their own, and a real clock"
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
    ids::{GatewayId, ShopId},
    ports::storage::Storage,
    secret::Keys,
    sim::{
        gateway::{FakeGateway, FakeKind},
        panel_kind::FakePanelKind,
    },
    storefront::{
        Storefront,
        model::{CheckoutRequest, SignUpRequest},
    },
};
use std::sync::Arc;
use tokio::{sync::oneshot, task::JoinHandle};

/// Customers, each of whom buys so often: fewer orders than may be unpaid.
const CUSTOMERS: usize = 64;
const ORDERS: usize = 6;
/// Orders of all of them together.
pub const ALL: usize = CUSTOMERS * ORDERS;
/// How many buy at the same time.
const AT_ONCE: usize = 16;

pub struct Market {
    pub shop: ShopId,
    door: Arc<dyn Frontdesk>,
    pub operator: Arc<dyn Backoffice>,
    bank: Arc<FakeKind>,
    pub panels: Arc<FakePanelKind>,
    gateway: GatewayId,
    endpoint: String,
    plan: String,
    pub buyers: Vec<Arc<dyn Storefront>>,
    workers: Vec<(oneshot::Sender<()>, JoinHandle<()>)>,
}

impl Market {
    /// Each storage is another process's.
    pub async fn open(storages: Vec<Arc<dyn Storage>>) -> Self {
        let (bank, panels) = (Arc::new(FakeKind::default()), Arc::new(FakePanelKind::default()));
        let all: Vec<Nexa> = storages.into_iter().map(|storage| nexa(storage, &bank, &panels)).collect();
        let made = all[0].install("Fast Net", Currency::Usd, Locale::En, false, None).await.unwrap();
        let operator = all[0].owner(made.shop_id).await.unwrap();
        for name in ["one", "two"] {
            let config = serde_json::json!({ "name": name });
            operator.add_server(office::AddServerRequest::new(name, "memory", config)).await.unwrap();
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
        for n in 0..CUSTOMERS {
            let of = &all[n % all.len()];
            let guest = of.storefront(Principal::guest(made.shop_id));
            let session = guest.sign_up(SignUpRequest::default()).await.unwrap().session;
            buyers.push(of.customer(made.shop_id, &session.user_id).await.unwrap());
        }
        let workers = all.iter().map(works).collect();
        Self {
            shop: made.shop_id,
            door: all[0].frontdesk(),
            operator,
            bank,
            panels,
            gateway: till.gateway_id.parse().unwrap(),
            endpoint: till.callback_url.rsplit('/').next().unwrap().to_owned(),
            plan,
            buyers,
            workers,
        }
    }

    /// A month, paid at the gateway.
    pub fn wish(&self) -> CheckoutRequest {
        CheckoutRequest::of_plan(&self.plan, &self.gateway.to_string())
    }

    /// From the checkout to the message of the gateway.
    async fn sells(&self, buyer: usize) {
        let order = self.buyers[buyer].checkout(self.wish(), None).await.unwrap();
        let (payment, bank) = (order.payment.unwrap().payment_id, &self.bank.bank);
        bank.confirm(&bank.pay(&payment, Money::new(500, Currency::Usd), jiff::Timestamp::now()));
        let message = FakeGateway::signed(Arc::clone(bank), Currency::Usd).message(&payment);
        self.door.receive(self.gateway, &self.endpoint, message).await.unwrap();
    }

    /// Everybody buys and pays; what is bought may not be delivered yet.
    pub async fn sells_all(self: &Arc<Self>) {
        let sellers = (0..AT_ONCE).map(|seller| {
            let market = Arc::clone(self);
            tokio::spawn(async move {
                for n in 0..ALL / AT_ONCE {
                    market.sells((seller + n * AT_ONCE) % CUSTOMERS).await;
                }
            })
        });
        for seller in futures::future::join_all(sellers).await {
            seller.unwrap();
        }
    }

    /// The workers come to their end, and nothing is wrong.
    pub async fn closes(mut self: Arc<Self>) {
        let market = Arc::get_mut(&mut self).expect("nobody buys any more");
        for (stop, worker) in market.workers.drain(..) {
            drop(stop);
            worker.await.unwrap();
        }
        assert!(self.operator.books().await.unwrap().balanced);
        assert!(self.operator.poison_jobs().await.unwrap().is_empty());
    }
}

fn nexa(storage: Arc<dyn Storage>, bank: &Arc<FakeKind>, panels: &Arc<FakePanelKind>) -> Nexa {
    let panels = Arc::<FakePanelKind>::clone(panels);
    let bank = Arc::<FakeKind>::clone(bank);
    Nexa::builder(storage, Keys::new([7; 32])).panel_kind(panels).gateway_kind(bank).build()
}

fn works(of: &Nexa) -> (oneshot::Sender<()>, JoinHandle<()>) {
    let (stop, stopped) = oneshot::channel::<()>();
    let worker = of.worker();
    let task = tokio::spawn(async move {
        worker.prepare().await.unwrap();
        worker.run(async { drop(stopped.await) }).await;
    });
    (stop, task)
}

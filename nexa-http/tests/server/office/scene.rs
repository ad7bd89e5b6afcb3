//! A shop whose operator sits at a browser, and whose clock and bank a test moves.

use crate::{
    browser::Browser,
    shop::{Shop, URL, usd},
};
use jiff::SignedDuration;
use nexa_core::{
    Nexa,
    backoffice::model::{AddGatewayRequest, AddPlanRequest, AddServerRequest, UpdateGatewayRequest},
    domain::{
        money::{Currency, Money},
        shop::{Locale, Shop as ShopRow},
        user::{Principal, Role},
    },
    ids::ShopId,
    memory::MemoryStorage,
    ports::storage::Storage as _,
    secret::Keys,
    sim::{
        SimClock,
        gateway::{FakeBank, FakeKind},
        panel_kind::FakePanelKind,
    },
    storefront::model::SignUpRequest,
    world::{Clock as _, World},
};
use nexa_http::{Config, routes};
use poem::endpoint::ToDynEndpoint;
use serde_json::{Value, json};
use std::sync::Arc;

/// What nobody may ever get to run: it stands in every name that a person chooses.
pub const CANARY: &str = "<script>alert('x')</script>";

pub struct Scene {
    pub shop: Shop,
    pub clock: Arc<SimClock>,
    bank: Arc<FakeBank>,
    storage: Arc<MemoryStorage>,
    world: World,
    /// The account number of the operator.
    pub number: String,
}

impl Scene {
    pub async fn open() -> Self {
        let (world, clock) = nexa_core::sim::world(7, "2026-03-01T08:00:00Z".parse().unwrap());
        let (storage, kind) = (Arc::new(MemoryStorage::new()), FakeKind::default());
        let bank = Arc::clone(&kind.bank);
        let panels = Arc::new(FakePanelKind::default());
        let mut builder = Nexa::builder(Arc::<MemoryStorage>::clone(&storage), Keys::new([7; 32]))
            .world(world.clone())
            .public_url(URL)
            .caller(Arc::new(nexa_core::sim::caller::FakeCaller::default()))
            .panel_kind(Arc::<FakePanelKind>::clone(&panels))
            .gateway_kind(Arc::new(kind));
        for kind in nexa_payments::kinds() {
            builder = builder.gateway_kind(kind);
        }
        let nexa = builder.build();
        let installed = nexa.install("Test <shop>", Currency::Usd, Locale::En, true, None).await.unwrap();
        let keys = nexa.frontdesk().claim(installed.claim.as_deref().unwrap()).await.unwrap();
        // Requests have no peer here; who wants an address of its own says so as a proxy would.
        let trusted_proxies = vec!["0.0.0.0".parse().unwrap()];
        let config = Config { world: world.clone(), trusted_proxies, ..Config::new(URL) };
        let routes = Box::new(ToDynEndpoint(routes(nexa.clone(), config)));
        let (id, key, number) = (installed.shop_id, keys.api_key, keys.account_number);
        let mut shop = Shop { nexa, id, key, claim: None, plan: String::new(), routes, panels };
        shop.plan = furnish(&shop).await;
        Self { shop, clock, bank, storage, world, number }
    }

    /// The operator's browser, signed in just now.
    pub async fn operator(&self) -> Browser<'_> {
        let browser = Browser::new(&self.shop);
        browser.through("/sign-in", &[("number", &self.number)]).await;
        browser
    }

    /// A browser that shows this token.
    pub fn shows(&self, token: &str) -> Browser<'_> {
        let browser = Browser::new(&self.shop);
        browser.cookies.borrow_mut().insert("__Host-session".to_owned(), token.to_owned());
        browser
    }

    pub async fn adds_gateway(&self, kind: &str, config: Value) -> String {
        let office = self.shop.office().await;
        let request = AddGatewayRequest { kind: kind.to_owned(), name: format!("{kind} {CANARY}"), config };
        let gateway = office.add_gateway(request).await.unwrap();
        let enable = UpdateGatewayRequest { name: None, config: None, enabled: Some(true) };
        office.update_gateway(&gateway.gateway_id, enable).await.unwrap().gateway_id
    }

    /// Time goes by in which the worker does what is due.
    pub async fn after(&self, minutes: i64) {
        for _ in 0..minutes {
            self.clock.advance(SignedDuration::from_mins(1));
            self.shop.work().await;
        }
    }

    /// A customer orders the plan; gives the session and the order.
    pub async fn ordered(&self, method: &str) -> (String, Value) {
        let token = self.shop.customer(0).await;
        let wish = json!({ "purpose": "new", "method": method, "plan_id": self.shop.plan });
        let order = self.shop.post("/v1/orders", &token, &wish).await;
        assert_eq!(order.status.as_u16(), 201, "{}", order.text);
        (token, order.json())
    }

    /// An order whose address was paid before it was placed: a doubt.
    pub async fn doubted(&self) -> Value {
        let method = self.adds_gateway("fake", json!({ "wallet": "w" })).await;
        let (_, order) = self.ordered(&method).await;
        let address = order["payment"]["address"].as_str().unwrap_or_else(|| panic!("{order}"));
        let before = self.clock.now().checked_sub(SignedDuration::from_mins(10)).unwrap();
        self.bank.confirm(&self.bank.pay(address, Money::new(499, Currency::Usd), before));
        self.after(1).await;
        order
    }

    /// An order that was paid and delivered, and whose payer then contests the transfer. The gateway can send back what it
    /// holds.
    pub async fn contested(&self) -> Value {
        let (order, transfer) = self.paid_to_a_gateway_that_sends_back().await;
        self.bank.contest(&transfer);
        self.after(121).await;
        order
    }

    /// An order that was paid and delivered through a gateway that sends back, and the transfer.
    pub async fn paid_to_a_gateway_that_sends_back(&self) -> (Value, String) {
        let method = self.adds_gateway("fake", json!({ "wallet": "back", "refunds": true })).await;
        let (_, order) = self.ordered(&method).await;
        let address = order["payment"]["address"].as_str().unwrap_or_else(|| panic!("{order}"));
        let transfer = self.bank.pay(address, Money::new(499, Currency::Usd), self.clock.now());
        self.bank.confirm(&transfer);
        self.after(2).await;
        (order, transfer)
    }

    /// What the bank of all fake gateways sent back for an order.
    pub fn sent_back(&self, order: &Value) -> Vec<String> {
        self.bank.sent_back(order["payment"]["address"].as_str().unwrap_or_default())
    }

    /// The operator of another shop of the same installation: a session of theirs.
    pub async fn next_door(&self) -> String {
        let mut read = self.storage.read().await.unwrap();
        let ours = read.shop(self.shop.id).await.unwrap().unwrap();
        drop(read);
        let id: ShopId = self.world.id();
        let row = ShopRow { id, hosts: vec!["other.example".to_owned()], ..ours };
        let group = nexa_core::domain::server::Group {
            id: self.world.id(),
            shop_id: id,
            name: "main".to_owned(),
            spread: 0,
        };
        let mut tx = self.storage.begin().await.unwrap();
        tx.save_shop(&row).await.unwrap();
        tx.save_group(&group).await.unwrap();
        tx.commit().await.unwrap();
        let guest = self.shop.nexa.storefront(Principal::guest(id));
        let made = guest.sign_up(SignUpRequest::default()).await.unwrap();
        let user = made.session.user_id.parse().unwrap();
        let mut read = self.storage.read().await.unwrap();
        let known = read.user(id, user).await.unwrap().unwrap();
        drop(read);
        let mut tx = self.storage.begin().await.unwrap();
        tx.save_user(&nexa_core::domain::user::User { role: Role::Operator, ..known }).await.unwrap();
        tx.commit().await.unwrap();
        let number = made.account_number.unwrap();
        let with = nexa_core::storefront::model::SignInRequest {
            account_number: Some(number),
            ..Default::default()
        };
        guest.sign_in(with).await.unwrap().token
    }
}

async fn furnish(shop: &Shop) -> String {
    let office = shop.office().await;
    let server = AddServerRequest {
        name: CANARY.to_owned(),
        kind: "memory".to_owned(),
        group_id: None,
        config: json!({ "name": "a" }),
        region: Some("DE".to_owned()),
        capacity: None,
    };
    office.add_server(server).await.unwrap();
    let plan = AddPlanRequest {
        name: format!("Month {CANARY}"),
        days: 30,
        traffic_bytes: 50 << 30,
        devices: 2,
        extras: vec![],
        group_id: None,
        prices: vec![usd(499)],
        on_sale: true,
    };
    office.add_plan(plan).await.unwrap().plan_id
}

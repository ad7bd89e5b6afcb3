//! A shop in a small world: an operator, panels and a bank that keep their state in memory, and a clock that stands
//! still until it is moved. The journeys speak in its verbs; it must never decide anything that the product decides.
#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod authenticator;
mod bank;
mod customer;
mod mailbox;
mod offers;
mod panel;
mod restored;
mod steps;
mod storages;
mod watched;

pub use authenticator::Authenticator;
pub use bank::{Bank, cents, dollars};
pub use customer::{Customer, payment_of, wish};
pub use mailbox::Mailbox;
pub use offers::{Reseller, costs, percent_off, prepaid, takes};
pub use panel::{Entry, Server};
pub use steps::{days, hours, minutes};
pub(crate) use storages::on_every_storage;

use jiff::{SignedDuration, Timestamp};
use nexa_core::{
    Nexa, Worker,
    backoffice::{
        Backoffice,
        model::{AddGatewayRequest, ShopRequest, UpdateGatewayRequest},
    },
    domain::{
        money::Currency,
        server::Group,
        shop::{Locale, Shop as ShopRow, TrialNeeds},
        user::{Principal, Role, Scope, User},
    },
    error::{Error, Result},
    frontdesk::{Frontdesk, LinkAsk, LinkForm},
    ids::ShopId,
    memory::MemoryStorage,
    ports::storage::Storage,
    secret::Keys,
    sim::{
        SimClock, caller::FakeCaller, gateway::FakeKind, notifier::FakeNotifier, panel_kind::FakePanelKind,
        rates::FakeRates,
    },
    storefront::{Storefront, model::MoneyView},
    world::World,
};
use nexa_hiddify::HiddifyKind;
use nexa_marzban::MarzbanKind;
use nexa_payments::{card::CardKind, rial::ZibalKind, stars::StarsKind};
use serde_json::json;
use std::{any::Any, sync::Arc};

/// Bytes in a GiB.
pub const GIB: u64 = 1 << 30;
/// A card number with a right check digit that belongs to nobody's documentation.
pub const CARD: &str = "6219861034529007";

/// What goes with the last shop whose books are in it.
type Home = Arc<dyn Any + Send + Sync>;

/// A shop with its operator, and the world around it.
pub struct Shop {
    pub id: ShopId,
    pub nexa: Nexa,
    pub door: Arc<dyn Frontdesk>,
    pub operator: Arc<dyn Backoffice>,
    /// As whom the operator is signed in.
    pub operator_is: Principal,
    pub bank: Bank,
    pub mail: Mailbox,
    pub messenger: FakeNotifier,
    /// Programs elsewhere that are told what happens.
    pub receivers: FakeCaller,
    /// Where the shop can ask what things are worth.
    pub markets: [FakeRates; 2],
    pub clock: Arc<SimClock>,
    pub storage: Arc<dyn Storage>,
    /// 30 days, 10 GiB, 2 devices, 5 dollars.
    pub month: String,
    /// What to give as `method` to send money by a transfer that we watch.
    pub transfer: String,
    /// What to give as `method` to pay by card and hand in a receipt.
    pub card: String,
    world: World,
    worker: Worker,
    panels: Arc<FakePanelKind>,
    /// Where the books are, when they are not in memory.
    home: Option<Home>,
}

/// An installation that waits for its operator.
pub struct Unclaimed {
    pub nexa: Nexa,
    pub shop_id: ShopId,
    pub claim: String,
}

impl Shop {
    /// A new installation: the operator claims the shop, adds a server, a plan and two ways to be paid.
    async fn on(storage: Arc<dyn Storage>, home: Option<Home>) -> Self {
        let start: Timestamp = "2026-03-01T08:00:00Z".parse().expect("a moment");
        let (world, clock) = nexa_core::sim::world(7, start);
        let panels = Arc::new(FakePanelKind::default());
        let fake = FakeKind::default();
        let bank = Bank::new(Arc::clone(&fake.bank), Arc::clone(&clock));
        let (mail, messenger) = (Mailbox::default(), FakeNotifier::default());
        let receivers = FakeCaller::default();
        let markets = [FakeRates::new("north"), FakeRates::new("south")];
        let nexa = Nexa::builder(Arc::clone(&storage), Keys::new([7; 32]))
            .rate_source(Arc::new(markets[0].clone()))
            .rate_source(Arc::new(markets[1].clone()))
            .rate_spread(100)
            .world(world.clone())
            .mailer(Arc::new(mail.clone()))
            .notifier(Arc::new(messenger.clone()))
            .caller(Arc::new(receivers.clone()))
            .public_url("https://shop.example.org")
            .panel_kind(Arc::<FakePanelKind>::clone(&panels))
            .panel_kind(Arc::new(HiddifyKind))
            .panel_kind(Arc::new(MarzbanKind))
            .gateway_kind(Arc::new(fake))
            .gateway_kind(Arc::new(CardKind))
            .gateway_kind(Arc::new(StarsKind))
            .gateway_kind(Arc::new(ZibalKind))
            .build();
        let made = nexa.install("Fast Net", Currency::Usd, Locale::En, false, None).await.expect("installed");
        let door = nexa.frontdesk();
        let key = door.claim(&made.claim.expect("a claim link")).await.expect("claimed").api_key;
        let operator_is = door.principal(made.shop_id, &key).await.expect("the operator");
        let operator = nexa.backoffice(operator_is.clone());
        let worker = nexa.worker();
        let mut shop = Self {
            id: made.shop_id,
            nexa,
            door,
            operator,
            operator_is,
            bank,
            mail,
            messenger,
            receivers,
            markets,
            clock,
            storage,
            month: String::new(),
            transfer: String::new(),
            card: String::new(),
            world,
            worker,
            panels,
            home,
        };
        shop.furnish("frankfurt").await;
        shop
    }

    /// A new installation that nobody has claimed yet.
    pub async fn unclaimed(&self) -> (Unclaimed, Arc<dyn Frontdesk>) {
        let nexa = Nexa::builder(Arc::new(MemoryStorage::new()), Keys::new([8; 32]))
            .world(self.world.clone())
            .build();
        let made = nexa.install("New Net", Currency::Usd, Locale::En, false, None).await.expect("installed");
        let door = nexa.frontdesk();
        (Unclaimed { nexa, shop_id: made.shop_id, claim: made.claim.expect("a claim link") }, door)
    }

    /// A second shop of the same installation, with a server, plans and gateways of its own.
    pub async fn next_door(&self) -> Self {
        let (id, at) = (self.world.id(), self.now());
        let row = ShopRow {
            id,
            name: "Other Net".to_owned(),
            currency: Currency::Usd,
            locale: Locale::En,
            hosts: vec!["other.example.org".to_owned()],
            support_url: None,
            look: nexa_core::domain::look::Look::default(),
            trial_plan: None,
            trial_needs: TrialNeeds::None,
            adoption_plan: None,
            timezone: None,
            telegram: None,
            maintenance: None,
            grace: nexa_core::domain::subscription::GraceTerms::NONE,
            automatic_rates: false,
            test: false,
            created_at: at,
        };
        let group = Group { id: self.world.id(), shop_id: id, name: "main".to_owned(), spread: 0 };
        let user = User {
            id: self.world.id(),
            shop_id: id,
            role: Role::Operator,
            blocked: false,
            locale: None,
            created_at: at,
        };
        let mut tx = self.storage.begin().await.expect("storage");
        tx.save_shop(&row).await.expect("the shop");
        tx.save_group(&group).await.expect("the group");
        tx.save_user(&user).await.expect("the operator");
        tx.commit().await.expect("committed");
        let scopes = vec![Scope::Read, Scope::Buy, Scope::Manage];
        let permissions = Role::Operator.permissions();
        let who = Principal { user_id: Some(user.id), scopes, permissions, ..Principal::guest(id) };
        let mut shop = Self {
            id,
            nexa: self.nexa.clone(),
            door: self.nexa.frontdesk(),
            operator: self.nexa.backoffice(who.clone()),
            operator_is: who,
            bank: self.bank.clone(),
            mail: self.mail.clone(),
            messenger: self.messenger.clone(),
            receivers: self.receivers.clone(),
            markets: self.markets.clone(),
            clock: Arc::clone(&self.clock),
            storage: Arc::clone(&self.storage),
            month: String::new(),
            transfer: String::new(),
            card: String::new(),
            world: self.world.clone(),
            worker: self.nexa.worker(),
            panels: Arc::clone(&self.panels),
            home: self.home.clone(),
        };
        shop.furnish("singapore").await;
        shop
    }

    async fn furnish(&mut self, server: &str) {
        self.adds_server(server).await;
        self.month = self.adds_plan("Month", 30, 10 * GIB, dollars(5)).await;
        self.transfer = self.adds_gateway("fake", json!({ "wallet": server })).await;
        let cards = json!([{ "number": CARD, "holder": "Sara Ahmadi", "bank": "Saman" }]);
        self.card = self
            .adds_gateway("card", json!({ "cards": cards, "currency": "USD", "step": 1, "steps": 9 }))
            .await;
    }

    /// The operator adds a gateway and enables it.
    pub async fn adds_gateway(&self, kind: &str, config: serde_json::Value) -> String {
        let request = AddGatewayRequest { kind: kind.to_owned(), name: kind.to_owned(), config };
        let id = self.operator.add_gateway(request).await.expect("a gateway").gateway_id;
        let enable = UpdateGatewayRequest { name: None, config: None, enabled: Some(true) };
        self.operator.update_gateway(&id, enable).await.expect("enabled");
        id
    }

    /// The operator gives trials of this plan.
    pub async fn gives_trials_of(&self, plan: &str) {
        let request = ShopRequest { trial_plan_id: Some(plan.to_owned()), ..ShopRequest::default() };
        self.operator.update_shop(request).await.expect("a trial plan");
    }

    /// Somebody who has not signed in.
    pub fn guest(&self) -> Arc<dyn Storefront> {
        self.nexa.storefront(Principal::guest(self.id))
    }

    /// Somebody new with an anonymous account.
    pub async fn customer(&self) -> Customer {
        Customer::signs_up(self).await
    }

    /// Somebody new with this much in the wallet.
    pub async fn customer_with(&self, wallet: MoneyView) -> Customer {
        let customer = self.customer().await;
        customer.receives(wallet).await;
        customer
    }

    /// The operator, in front of the counter.
    pub fn operator_as_customer(&self) -> Customer {
        Customer::with(self, self.operator_is.clone())
    }

    /// The server of this name, seen from outside.
    pub fn server(&self, name: &str) -> Server {
        Server::new(self.panels.panel(name))
    }

    /// The worker goes on until nothing is due any more.
    pub async fn works(&self) {
        for _ in 0..500 {
            match self.worker.tick().await.expect("the queue") {
                Some(due) if due <= self.now() => {}
                _ => return,
            }
        }
        panic!("the worker does not come to rest");
    }

    /// Time passes, and the worker does what has become due.
    pub async fn after(&self, step: SignedDuration) {
        self.clock.advance(step);
        self.works().await;
    }

    /// Figures are brought up to now, where others may write, too, once what happened is settled.
    pub async fn folds(&self) {
        if self.storage.is_shared() {
            self.clock.advance(minutes(3));
        }
        self.operator.refresh_figures().await.expect("figures");
    }

    /// The process dies over the work that is due now, and a new one starts.
    pub async fn dies_at_work_and_starts_again(&self) {
        let mut tx = self.storage.begin().await.expect("a transaction");
        let until = self.now().checked_add(minutes(4)).expect("a moment");
        let under_way = tx.claim_jobs(self.now(), until, 9).await.expect("jobs");
        assert!(!under_way.is_empty(), "there is work to die over");
        tx.commit().await.expect("committed");
        self.nexa.worker().prepare().await.expect("prepared");
    }

    /// The worker forgets what is too old.
    pub async fn tidies_up(&self) {
        self.worker.run(std::future::ready(())).await;
    }

    /// Time passes until a job was given up; it must have something that cannot be done.
    pub async fn gives_something_up(&self) {
        for _ in 0..200 {
            self.after(hours(1)).await;
            if !self.operator.poison_jobs().await.expect("jobs").is_empty() {
                return;
            }
        }
        panic!("nothing is ever given up");
    }

    /// What stands behind a link.
    pub async fn opens(&self, link: &str) -> Result<String> {
        let token = link.rsplit('/').next().expect("a token");
        Ok(self.door.link(token, uris()).await?.body)
    }

    /// Whether the books agree, and nothing was given up and nothing needed mending.
    pub async fn is_in_order(&self) {
        assert!(self.operator.books().await.expect("the books").balanced, "the books agree");
        assert_eq!(self.operator.poison_jobs().await.expect("jobs"), [], "no job was given up");
        assert_eq!(self.nexa.repairs(), 0, "reconciliation had nothing to mend");
    }

    /// What the clock shows.
    pub fn now(&self) -> Timestamp {
        self.world.now()
    }
}

/// Share links, one a line.
pub fn uris() -> LinkAsk {
    LinkAsk::of(LinkForm::Plain)
}

/// The code of a refusal; anything else fails the test.
pub fn refused<T: std::fmt::Debug>(result: Result<T>) -> &'static str {
    match result {
        // A test ends before this grows.
        Err(Error::Refused(refusal)) => refusal.code().to_owned().leak(),
        other => panic!("expected a refusal, got {other:?}"),
    }
}

//! A shop in memory with its bot, at a Telegram that is made up.

use crate::{broken::Breakable, card::CardKind, stars::StarsKind};
use jiff::{SignedDuration, Timestamp};
use nexa_bot::{
    Bots, Config, Roster,
    testing::{FakeTelegram, Phone},
};
use nexa_core::{
    Nexa, Worker,
    backoffice::{
        Backoffice,
        model::{
            AddGatewayRequest, AddPlanRequest, AddServerRequest, BotRequest, GroupRequest, PackRequest,
            ShopRequest, TelegramRequest, UpdateGatewayRequest, WalletCorrection,
        },
    },
    domain::{
        money::{Currency, Money},
        proof::SecondFactor,
        shop::Locale,
        user::{Role, User},
    },
    frontdesk::TelegramVisitor,
    ids::ShopId,
    memory::MemoryStorage,
    ports::storage::Storage,
    secret::{Keys, Secret, digest},
    sim::{
        SimClock,
        gateway::{FakeBank, FakeKind},
        panel_kind::FakePanelKind,
    },
    storefront::{
        Storefront,
        model::{MoneyView, OrderView, PageRequest},
    },
    world::{Clock as _, OsEntropy, World},
};

use serde_json::{Value, json};
use std::{
    future::pending,
    sync::{Arc, atomic::AtomicBool},
};
use tokio::{sync::oneshot, task::JoinHandle};

/// Bytes in a GiB.
pub const GIB: u64 = 1 << 30;
/// The bot's.
pub const TOKEN: &str = "700700700:AAHk3n5Yt0aJ2mUqfVbW8xZcRdLeOpQsTuv";

/// A shop, its bot, and what is around it.
pub struct Shop {
    pub id: ShopId,
    pub locale: Locale,
    pub currency: Currency,
    pub nexa: Nexa,
    pub operator: Arc<dyn Backoffice>,
    pub storage: Arc<dyn Storage>,
    /// Whether the books cannot be opened.
    pub broken: Arc<AtomicBool>,
    pub telegram: FakeTelegram,
    pub bank: Arc<FakeBank>,
    pub panels: Arc<FakePanelKind>,
    pub clock: Arc<SimClock>,
    /// The plan of a month.
    pub month: String,
    worker: Worker,
    roster: Roster,
    bots: Option<(Bots, JoinHandle<()>)>,
}

impl Shop {
    /// A shop that speaks this language and is paid in that country's money, with a bot that runs.
    pub async fn open(locale: Locale) -> Self {
        let mut shop = Self::closed(locale).await;
        shop.bot_starts();
        shop
    }

    /// The same, before its bot runs.
    pub async fn closed(locale: Locale) -> Self {
        let start: Timestamp = "2026-11-27T08:00:00Z".parse().expect("a moment");
        let (world, clock) = nexa_core::sim::world(7, start);
        let panels = Arc::new(FakePanelKind::default());
        let fake = FakeKind::default();
        let bank = Arc::clone(&fake.bank);
        let broken = Arc::new(AtomicBool::new(false));
        let inner = Arc::new(MemoryStorage::new());
        let storage: Arc<dyn Storage> = Arc::new(Breakable { inner, broken: Arc::clone(&broken) });
        let roster = Roster::default();
        let nexa = Nexa::builder(Arc::clone(&storage), Keys::new([7; 32]))
            .notifier(roster.notifier())
            .world(world)
            .public_url("https://shop.example.org")
            .panel_kind(Arc::<FakePanelKind>::clone(&panels))
            .gateway_kind(Arc::new(fake))
            .gateway_kind(Arc::new(CardKind))
            .gateway_kind(Arc::new(StarsKind))
            .build();
        let (currency, name) = match locale {
            Locale::Fa => (Currency::Irr, "فست‌نت"),
            _ => (Currency::Usd, "Fast Net"),
        };
        let made = nexa.install(name, currency, locale, false, None).await.expect("installed");
        let door = nexa.frontdesk();
        let key = door.claim(&made.claim.expect("a claim link")).await.expect("claimed").api_key;
        let operator_is = door.principal(made.shop_id, &key).await.expect("the operator");
        let telegram = FakeTelegram::start(TOKEN, "fast_net_bot").await;
        let mut shop = Self {
            id: made.shop_id,
            locale,
            currency,
            operator: nexa.backoffice(operator_is),
            storage,
            broken,
            telegram,
            bank,
            panels,
            clock,
            month: String::new(),
            worker: nexa.worker(),
            nexa,
            roster,
            bots: None,
        };
        shop.furnish().await;
        shop
    }

    async fn furnish(&mut self) {
        let request = TelegramRequest { token: TOKEN.to_owned(), username: "fast_net_bot".to_owned() };
        self.operator.set_telegram(request).await.expect("a bot");
        self.adds_server("frankfurt", "DE").await;
        self.month = self.adds_plan(self.word("یک‌ماهه", "Month"), 30, 10, 500).await;
        let currency = self.currency.code();
        self.adds_gateway("fake", self.word("تتر", "Tether"), json!({ "asset": currency })).await;
        self.adds_gateway("card", self.word("کارت به کارت", "Card to card"), json!({ "currency": currency }))
            .await;
    }

    /// The operator sells a plan with one server, in Finland or in Sweden.
    pub async fn sells_abroad(&self, plan: &str) {
        let group = GroupRequest { name: "abroad".to_owned(), spread: 1 };
        let group = self.operator.add_group(group).await.expect("a group").group_id;
        for (name, region) in [("helsinki", "FI"), ("stockholm", "SE")] {
            let request = AddServerRequest {
                name: name.to_owned(),
                kind: "memory".to_owned(),
                group_id: Some(group.clone()),
                config: json!({ "name": name }),
                region: Some(region.to_owned()),
                capacity: None,
            };
            self.operator.add_server(request).await.expect("a server");
        }
        let request = AddPlanRequest {
            name: plan.to_owned(),
            days: 30,
            traffic_bytes: 10 * GIB,
            devices: 2,
            extras: vec![],
            group_id: Some(group),
            prices: vec![self.money(500)],
            on_sale: true,
        };
        self.operator.add_plan(request).await.expect("a plan");
    }

    /// The Persian name in a Persian shop, else the English one.
    pub fn word(&self, fa: &'static str, en: &'static str) -> &'static str {
        if self.locale == Locale::Fa { fa } else { en }
    }

    /// An amount as each language writes it.
    pub fn amount(&self, fa: &'static str, en: &'static str, ru: &'static str) -> &'static str {
        match self.locale {
            Locale::Fa => fa,
            Locale::En => en,
            Locale::Ru => ru,
        }
    }

    /// So many cents, or what is as much in rial.
    pub fn money(&self, cents: i64) -> MoneyView {
        let minor = if self.currency == Currency::Irr { cents * 10_000 } else { cents };
        MoneyView { minor, currency: self.currency.code().to_owned() }
    }

    /// The bot runs.
    pub fn bot_starts(&mut self) {
        self.starts(false);
    }

    /// The bot runs, and waits to be called.
    pub fn bot_waits_for_calls(&mut self) -> Bots {
        self.starts(true);
        self.bots()
    }

    /// What runs.
    pub fn bots(&self) -> Bots {
        self.bots.as_ref().expect("bots").0.clone()
    }

    fn config(&self, webhook: bool) -> Config {
        Config {
            public_url: "https://shop.example.org".to_owned(),
            webhook,
            asks: true,
            seed: Secret::new([9; 32]),
            api_url: Some(self.telegram.url().parse().expect("an address")),
        }
    }

    fn starts(&mut self, webhook: bool) {
        let bots = Bots::new(self.nexa.clone(), self.roster.clone(), self.config(webhook));
        let running = bots.clone();
        let task = tokio::spawn(async move { running.run(pending()).await });
        self.bots = Some((bots, task));
    }

    /// The bots of another process on the same books, until it is told to stop.
    pub fn another_process(&self) -> (oneshot::Sender<()>, JoinHandle<()>) {
        let roster = Roster::default();
        let nexa = Nexa::builder(Arc::clone(&self.storage), Keys::new([7; 32]))
            .world(World::new(Arc::<SimClock>::clone(&self.clock), Arc::new(OsEntropy)))
            .notifier(roster.notifier())
            .public_url("https://shop.example.org")
            .build();
        let (stop, stopped) = oneshot::channel();
        let bots = Bots::new(nexa, roster, self.config(false));
        (stop, tokio::spawn(async move { bots.run(async { drop(stopped.await) }).await }))
    }

    /// The bot is killed.
    pub async fn bot_ends(&mut self) {
        if let Some((_, task)) = self.bots.take() {
            task.abort();
            drop(task.await);
        }
    }

    /// The bot is killed and started again; nothing but the books is left of what it knew.
    pub async fn bot_restarts(&mut self) {
        self.bot_ends().await;
        self.bot_starts();
    }

    /// The operator adds a server in a country.
    pub async fn adds_server(&self, name: &str, region: &str) {
        let request = AddServerRequest {
            name: name.to_owned(),
            kind: "memory".to_owned(),
            group_id: None,
            config: json!({ "name": name }),
            region: Some(region.to_owned()),
            capacity: None,
        };
        self.operator.add_server(request).await.expect("a server");
    }

    /// The operator puts a plan for two devices on sale.
    pub async fn adds_plan(&self, name: &str, days: u32, gib: u64, cents: i64) -> String {
        let request = AddPlanRequest {
            name: name.to_owned(),
            days,
            traffic_bytes: gib * GIB,
            devices: 2,
            extras: vec![],
            group_id: None,
            prices: vec![self.money(cents)],
            on_sale: true,
        };
        self.operator.add_plan(request).await.expect("a plan").plan_id
    }

    /// The operator sells a pack: `traffic` in bytes, or `devices`.
    pub async fn adds_pack(&self, kind: &str, name: &str, amount: u64, cents: i64) {
        let prices = vec![self.money(cents)];
        let (kind, name) = (kind.to_owned(), name.to_owned());
        let request = PackRequest { pack_id: None, kind, name, amount, prices, on_sale: true };
        self.operator.save_pack(request).await.expect("a pack");
    }

    /// The operator adds a gateway and enables it.
    pub async fn adds_gateway(&self, kind: &str, name: &str, config: Value) -> String {
        let request = AddGatewayRequest { kind: kind.to_owned(), name: name.to_owned(), config };
        let id = self.operator.add_gateway(request).await.expect("a gateway").gateway_id;
        let enable = UpdateGatewayRequest { name: None, config: None, enabled: Some(true) };
        self.operator.update_gateway(&id, enable).await.expect("enabled");
        id
    }

    /// The operator gives trials of the month.
    pub async fn gives_trials(&self) {
        let trial_plan_id = Some(self.adds_plan(self.word("تست", "Trial"), 1, 1, 10).await);
        self.updates(ShopRequest { trial_plan_id, ..ShopRequest::default() }).await;
    }

    /// The operator changes the shop.
    pub async fn updates(&self, request: ShopRequest) {
        self.operator.update_shop(request).await.expect("the shop");
    }

    /// The operator changes how the bot behaves. To be called before it runs: else it is noticed only after a while.
    pub async fn bot_behaves(&self, request: BotRequest) {
        self.operator.update_bot(request).await.expect("the bot");
    }

    /// Whoever holds this phone, as the core knows them; made known if need be.
    pub async fn known(&self, phone: &Phone) -> (String, Arc<dyn Storefront>) {
        let who = TelegramVisitor { id: phone.id(), locale: Some(self.locale), ..TelegramVisitor::default() };
        let visitor = self.nexa.frontdesk().greet(self.id, who).await.expect("a visitor");
        (visitor.user_id.to_string(), self.nexa.storefront(visitor.principal))
    }

    /// Whoever holds this phone has a second factor, and one recovery code left.
    pub async fn protects(&self, phone: &Phone) -> &'static str {
        let (id, _) = self.known(phone).await;
        let factor = SecondFactor {
            shop_id: self.id,
            user_id: id.parse().expect("an id"),
            seed_sealed: String::new(),
            confirmed: true,
            last_step: 0,
            recovery: vec![digest("recovery|ABCDEFGHIJKLMNOP")],
            created_at: self.clock.now(),
        };
        let mut tx = self.storage.begin().await.expect("storage");
        tx.save_second_factor(&factor).await.expect("a second factor");
        tx.commit().await.expect("committed");
        "ABCD-EFGH-IJKL-MNOP"
    }

    /// Whoever holds this phone runs the shop too.
    pub async fn hires(&self, phone: &Phone) {
        let (id, _) = self.known(phone).await;
        let id = id.parse().expect("an id");
        let mut tx = self.storage.begin().await.expect("storage");
        let user = tx.user(self.id, id).await.expect("a user").expect("a user");
        tx.save_user(&User { role: Role::Operator, ..user }).await.expect("an operator");
        tx.commit().await.expect("committed");
    }

    /// The operator puts money into somebody's wallet.
    pub async fn gives(&self, phone: &Phone, cents: i64) {
        let (id, _) = self.known(phone).await;
        let correction = WalletCorrection { amount: self.money(cents) };
        self.operator.correct_wallet(&id, correction, format!("gift {cents}")).await.expect("a gift");
    }

    /// What is in somebody's wallet, in minor units.
    pub async fn wallet(&self, phone: &Phone) -> i64 {
        self.known(phone).await.1.me().await.expect("me").wallet.minor
    }

    /// Somebody's orders, newest first.
    pub async fn orders(&self, phone: &Phone) -> Vec<OrderView> {
        let page = PageRequest { cursor: None, limit: Some(50) };
        self.known(phone).await.1.orders(page).await.expect("orders").items
    }

    /// The transfer that somebody's newest order waits for is sent, and is final.
    pub async fn is_sent(&self, phone: &Phone) {
        let order = self.orders(phone).await.remove(0);
        let payment = order.payment.expect("a payment");
        let currency: Currency = payment.due.currency.parse().expect("a currency");
        let amount = Money::new(payment.due.minor, currency);
        let to = payment.memo.or(payment.address).expect("an address");
        let transfer = self.bank.pay(&to, amount, self.clock.now());
        self.bank.confirm(&transfer);
        self.after(SignedDuration::from_mins(2)).await;
    }

    /// The worker goes on until nothing is due any more.
    pub async fn works(&self) {
        for _ in 0..500 {
            match self.worker.tick().await.expect("the queue") {
                Some(due) if due <= self.clock.now() => {}
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

    /// The books agree, every tap was answered, and Telegram took all that it was given.
    pub async fn is_in_order(&self) {
        assert!(self.operator.books().await.expect("the books").balanced, "the books agree");
        assert_eq!(self.telegram.unanswered(), Vec::<i64>::new(), "every tap was answered");
        assert_eq!(self.telegram.faults(), Vec::<String>::new(), "Telegram takes all that it is given");
    }
}

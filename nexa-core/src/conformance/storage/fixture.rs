//! An empty storage, a world, and one of everything to put in.

use crate::{
    domain::{
        extras::Extras,
        gateway::GatewayAccount,
        grant::{GrantRecord, PanelId},
        job::{Job, JobState, QueuedJob},
        ledger::{Account, Journal},
        likeness::Likeness,
        look::{Accent, Look},
        measure::Traffic,
        money::{Currency, Money},
        order::{Order, OrderKind, OrderState, Sale},
        pack::{Pack, PackKind},
        payment::{Finality, Movement, Payment, PaymentState},
        period::{Period, Told},
        plan::{Plan, Terms},
        receipt::{Decision, Receipt},
        server::{Group, Health, Server, ServerState},
        shop::{Locale, Shop, TrialNeeds},
        subscription::{Subscription, SubscriptionState},
        time::days,
        user::{Identity, IdentityKind, Role, Token, TokenKind, User},
    },
    ids::{GatewayId, OrderId, ShopId, UserId},
    ports::storage::{Inserted, Page, Read, Storage, Tx},
    secret::{Fingerprint, digest},
    sim,
    world::World,
};
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;

/// What a case works with.
pub struct Bench {
    /// The storage on trial.
    pub storage: Arc<dyn Storage>,
    /// Ids, moments, randomness.
    pub world: World,
    clock: Arc<sim::SimClock>,
}

/// A shop with one of each thing that others hang on.
pub(super) struct Stall {
    pub(super) shop: Shop,
    pub(super) user: User,
    pub(super) group: Group,
    pub(super) server: Server,
    pub(super) order: Order,
    pub(super) payment: Payment,
    pub(super) subscription: Subscription,
}

pub(super) const EXTRAS: Extras = Extras { dedicated_ip: true, multi_hop: false, port_forward: true };
pub(super) const TERMS: Terms = Terms { days: 30, traffic: Traffic::gib(50), devices: 2, extras: EXTRAS };

impl Bench {
    /// A bench around an empty storage.
    #[must_use]
    pub fn new(storage: Arc<dyn Storage>) -> Self {
        let start = crate::domain::time::from_millis(1_700_000_000_123);
        let (world, clock) = sim::world(7, start);
        Self { storage, world, clock }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.world.now()
    }

    /// The present moment, after a while: ids made from now on sort behind those made before.
    pub(super) fn later(&self) -> Timestamp {
        self.clock.advance(SignedDuration::from_secs(1));
        self.now()
    }

    pub(super) fn in_secs(&self, seconds: i64) -> Timestamp {
        crate::domain::time::after(self.now(), SignedDuration::from_secs(seconds))
    }

    pub(super) async fn tx(&self) -> Box<dyn Tx> {
        self.storage.begin().await.unwrap()
    }

    pub(super) async fn read(&self) -> Box<dyn Read> {
        self.storage.read().await.unwrap()
    }

    pub(super) fn print(&self) -> Fingerprint {
        digest(&self.world.uuid_v4().to_string())
    }

    pub(super) fn shop(&self) -> Shop {
        Shop {
            id: self.world.id(),
            name: "فروشگاه".into(),
            currency: Currency::Irr,
            locale: Locale::Fa,
            hosts: vec!["shop.example".into()],
            support_url: Some("https://help.example".into()),
            look: Look { accent: Accent([1, 2, 3]), tagline: Some("تند و آرام".into()) },
            trial_plan: Some(self.world.id()),
            trial_needs: TrialNeeds::None,
            adoption_plan: Some(self.world.id()),
            timezone: None,
            telegram: None,
            maintenance: Some("تا عصر".into()),
            grace: crate::domain::subscription::GraceTerms { hours: 24, mib: 500 },
            automatic_rates: true,
            test: true,
            created_at: self.later(),
        }
    }

    pub(super) fn user(&self, shop: ShopId) -> User {
        let (locale, created_at) = (Some(Locale::En), self.later());
        User { id: self.world.id(), shop_id: shop, role: Role::Customer, blocked: false, locale, created_at }
    }

    pub(super) fn identity(&self, user: &User, kind: IdentityKind) -> Identity {
        Identity {
            shop_id: user.shop_id,
            user_id: user.id,
            kind,
            lookup: self.print(),
            sealed: Some("sealed".into()),
            password: None,
            verified: false,
            created_at: self.later(),
        }
    }

    pub(super) fn token(&self, user: &User) -> Token {
        let created_at = self.later();
        Token {
            id: self.world.id(),
            shop_id: user.shop_id,
            user_id: user.id,
            digest: self.print(),
            kind: TokenKind::ApiKey,
            scopes: Role::Operator.scopes(),
            permissions: Some(crate::domain::staff::Preset::Support.permissions()),
            label: "CI key".into(),
            created_at,
            last_seen: created_at,
            proved_at: created_at,
            expires_at: self.in_secs(60),
        }
    }

    pub(super) fn group(&self, shop: ShopId) -> Group {
        self.later();
        Group { id: self.world.id(), shop_id: shop, name: "Europe".into(), spread: 2 }
    }

    pub(super) fn plan(&self, group: &Group) -> Plan {
        let created_at = self.later();
        Plan {
            id: self.world.id(),
            shop_id: group.shop_id,
            name: "One month".into(),
            terms: TERMS,
            group_id: group.id,
            prices: vec![Money::new(1_500_000, Currency::Irr), Money::new(300_000, Currency::Usdt)],
            on_sale: true,
            created_at,
        }
    }

    pub(super) fn pack(&self, shop: ShopId) -> Pack {
        let created_at = self.later();
        let (kind, prices) = (PackKind::Traffic, vec![Money::new(400_000, Currency::Irr)]);
        let (id, amount) = (self.world.id(), 10 << 30);
        Pack { id, shop_id: shop, kind, name: "More".into(), amount, prices, on_sale: true, created_at }
    }

    pub(super) fn server(&self, group: &Group) -> Server {
        let created_at = self.later();
        Server {
            id: self.world.id(),
            shop_id: group.shop_id,
            group_id: group.id,
            name: "Frankfurt".into(),
            kind: "hiddify".into(),
            config_sealed: "sealed".into(),
            version: 1,
            region: Some("DE".into()),
            capacity: 100,
            state: ServerState::Open,
            health: Health::unknown(),
            offers: EXTRAS,
            sold_out: Extras { dedicated_ip: true, ..Extras::NONE },
            created_at,
        }
    }

    pub(super) fn gateway(&self, shop: ShopId) -> GatewayAccount {
        GatewayAccount {
            id: self.world.id(),
            shop_id: shop,
            kind: "litecoin".into(),
            name: "Litecoin".into(),
            config_sealed: "sealed".into(),
            endpoint: "abcdefghijklmnopqrstuvwxyzabcdef".into(),
            version: 1,
            enabled: true,
            inside: true,
            created_at: self.later(),
        }
    }

    pub(super) fn order(&self, user: &User) -> Order {
        let created_at = self.later();
        let sale = Sale {
            plan_id: self.world.id(),
            plan_name: "One month".into(),
            terms: TERMS,
            group_id: self.world.id(),
            subscription_id: self.world.id(),
            region: None,
        };
        Order {
            id: self.world.id(),
            shop_id: user.shop_id,
            user_id: user.id,
            kind: OrderKind::New(sale),
            price: Money::new(1_500_000, Currency::Irr),
            coupon: None,
            state: OrderState::Placed,
            attention: None,
            key: None,
            from_wallet: false,
            held: Money::zero(Currency::Irr),
            holds: 0,
            created_at,
            expires_at: self.in_secs(1_800),
            paid_at: None,
            applied_at: None,
            fulfilled_at: None,
        }
    }

    pub(super) fn payment(&self, order: &Order) -> Payment {
        let created_at = self.later();
        let due = Money::new(1_000_000, Currency::Ltc);
        Payment {
            id: self.world.id(),
            shop_id: order.shop_id,
            user_id: order.user_id,
            order_id: order.id,
            gateway_id: self.world.id(),
            state: PaymentState::Created,
            due,
            value: order.price,
            reference: None,
            slot: None,
            step: None,
            tolerance: Money::new(10, Currency::Ltc),
            received: Money::zero(Currency::Ltc),
            booked: Money::zero(Currency::Ltc),
            credited: Money::zero(Currency::Irr),
            test: false,
            version: 0,
            created_at,
            expires_at: self.in_secs(1_800),
            watch_until: self.in_secs(86_400),
            chosen_at: self.in_secs(7),
        }
    }

    pub(super) fn movement(&self, payment: &Payment, name: &str) -> Movement {
        Movement {
            family: "litecoin-regtest".into(),
            id: name.into(),
            payment_id: payment.id,
            amount: payment.due,
            raw: "0.01000000".into(),
            finality: Finality::Seen,
            anchor: Some("block".into()),
            seen_at: self.later(),
        }
    }

    pub(super) fn receipt(&self, payment: &Payment) -> Receipt {
        let created_at = self.later();
        Receipt {
            id: self.world.id(),
            shop_id: payment.shop_id,
            payment_id: payment.id,
            picture_sealed: "picture".into(),
            digest: self.print().0,
            note: "پرداخت شد".into(),
            likeness: Likeness::of(&[9; 40]),
            seen_before: false,
            like_before: true,
            decision: Decision::Waiting,
            created_at,
        }
    }

    pub(super) fn subscription(&self, user: &User) -> Subscription {
        let created_at = self.later();
        Subscription {
            id: self.world.id(),
            shop_id: user.shop_id,
            user_id: user.id,
            plan_id: self.world.id(),
            plan_name: "One month".into(),
            name: Some("گوشی من".into()),
            group_id: self.world.id(),
            state: SubscriptionState::Pending,
            starts_at: created_at,
            ends_at: crate::domain::time::after(created_at, days(30)),
            limit: TERMS.traffic,
            used: Traffic::bytes(5),
            devices: 2,
            extras: EXTRAS,
            period: Period::new(1, created_at, Traffic::ZERO, Money::new(1_500_000, Currency::Irr))
                .tell(Told::OneDay),
            auto_renew: true,
            panel_id: PanelId::new(self.world.uuid_v4()),
            generation: 1,
            link_lookup: self.print(),
            link_sealed: "sealed".into(),
            resets: vec![created_at],
            moves: vec![created_at, self.later()],
            created_at,
        }
    }

    pub(super) fn grant(&self, subscription: &Subscription, server: &Server) -> GrantRecord {
        let panel_id = PanelId::new(self.world.uuid_v4());
        GrantRecord { panel_id, ..GrantRecord::wanted(subscription, server.id) }
    }

    pub(super) fn job(&self, shop: ShopId, job: Job) -> QueuedJob {
        let run_at = self.later();
        QueuedJob {
            id: self.world.id(),
            shop_id: shop,
            job,
            run_at,
            attempts: 0,
            state: JobState::Ready,
            last_error: None,
            key: None,
        }
    }

    /// A journal of one transfer into a user's wallet, or with a negative amount out of it.
    pub(super) fn journal(&self, shop: ShopId, cause: &str, user: UserId, minor: i64) -> Journal {
        let at = self.later();
        let (wallet, outside) =
            (Account::Wallet(user), Account::Clearing(GatewayId::from(uuid::Uuid::nil())));
        let (from, to) = if minor < 0 { (wallet, outside) } else { (outside, wallet) };
        let amount = Money::new(minor.abs(), Currency::Irr);
        Journal::new(self.world.id(), shop, cause.into(), at).transfer(from, to, amount).unwrap()
    }

    /// A shop with a user, written down.
    pub(super) async fn open_shop(&self) -> (Shop, User) {
        let shop = self.shop();
        let user = self.user(shop.id);
        let mut tx = self.tx().await;
        tx.save_shop(&shop).await.unwrap();
        tx.save_user(&user).await.unwrap();
        tx.commit().await.unwrap();
        (shop, user)
    }

    /// A shop with one of each, written down.
    pub(super) async fn stall(&self) -> Stall {
        let (shop, user) = self.open_shop().await;
        let group = self.group(shop.id);
        let server = self.server(&group);
        let order = self.order(&user);
        let payment = self.payment(&order);
        let subscription = self.subscription(&user);
        let mut tx = self.tx().await;
        tx.save_group(&group).await.unwrap();
        tx.save_server(&server).await.unwrap();
        assert_eq!(tx.insert_order(&order).await.unwrap(), Inserted::New);
        tx.insert_payment(&payment).await.unwrap();
        tx.insert_subscription(&subscription).await.unwrap();
        tx.commit().await.unwrap();
        Stall { shop, user, group, server, order, payment, subscription }
    }
}

/// A page of `limit` rows after the row with this id.
pub(super) fn page(before: Option<impl crate::ids::Id>, limit: u32) -> Page {
    Page { before: before.map(crate::ids::Id::uuid), limit }
}

/// The first page.
pub(super) fn first() -> Page {
    Page::default()
}

pub(super) const NONE: Option<OrderId> = None;

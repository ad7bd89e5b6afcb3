//! The use cases, one file each. A use case loads, decides by the pure rules, writes in one short transaction,
//! commits, and only then tells the world.
//!
//! The engine never spawns and names no runtime: frontends call it, [`worker::Worker`] steps it.

mod account;
mod acting;
mod adapters;
mod adoption;
mod alert;
mod apply;
mod beside;
mod bots;
mod broadcast;
mod browse;
mod bulk;
pub(crate) mod cases;
mod checkout;
mod claim;
mod commissions;
mod coupons;
mod deposits;
mod disputes;
mod earnings;
mod expire;
mod extras;
mod figures;
mod free_order;
mod gauges;
mod gifts;
mod guess;
mod help;
mod hints;
mod hold;
mod hooks;
mod inbox;
mod install;
mod invites;
mod kept;
mod lead;
mod letters;
mod link;
mod measured;
mod moves;
mod notify;
mod open;
mod operate;
mod pre_checkout;
mod provision;
mod push;
mod rates;
mod reach;
mod receipts;
mod recheck;
mod reconcile;
mod record;
mod refund;
mod reports;
mod restored;
mod returns;
mod reversal;
mod scan;
mod selftest;
mod settle;
mod shared;
mod supply;
mod sync_panels;
mod takings;
mod throttle;
mod tickets;
mod trial;
mod upkeep;
mod usage;
mod wallet;
mod watch;
mod wish;
mod withdrawals;
pub mod worker;

pub(crate) use adapters::ServerPanel;
pub use gauges::Gauges;
pub use install::{CheckLine, FirstServer, Installed};

use crate::{
    backoffice::{
        Backoffice, LocalBackoffice,
        model::{ImportReportView, ImportRequest},
    },
    domain::{refusal::Refusal, shop::Shop, user::Principal},
    error::{Error, Failure, Result},
    frontdesk::{Frontdesk, LocalFrontdesk},
    ids::ShopId,
    ports::{
        caller::Caller,
        gateway::GatewayKind,
        mailer::Mailer,
        notifier::Notifier,
        panel::PanelKind,
        pusher::Pusher,
        rates::RateSource,
        storage::{Read, Storage, Tx},
    },
    secret::Keys,
    storefront::{LocalStorefront, Storefront},
    world::{OsEntropy, SystemClock, World},
};
use jiff::SignedDuration;
use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicU64, Ordering},
};
use uuid::Uuid;

/// The engine of one installation. Cheap to clone.
#[derive(Clone)]
pub struct Nexa {
    core: Arc<Core>,
}

/// What every use case works with.
pub(crate) struct Core {
    storage: Arc<dyn Storage>,
    pub(crate) keys: Keys,
    pub(crate) world: World,
    pub(crate) public_url: String,
    adapters: adapters::Adapters,
    notifiers: Vec<Arc<dyn Notifier>>,
    mailer: Option<Arc<dyn Mailer>>,
    pusher: Option<Arc<dyn Pusher>>,
    caller: Option<Arc<dyn Caller>>,
    shared: shared::Shared,
    rates: rates::Market,
    throttle: throttle::Throttle,
    hinted: hints::Hinted,
    hashing: async_lock::Semaphore,
    /// Decoding a stranger's picture may take 200 MB: one at a time.
    pictures: async_lock::Semaphore,
    /// Receivers of webhooks may be slow: half of the worker's places are kept from them.
    calling: async_lock::Semaphore,
    wake: event_listener::Event,
    repairs: AtomicU64,
    links: link::Book,
    /// By what others know this process when it leads; drawn when it first wants to.
    leader: OnceLock<Uuid>,
    /// How long the worker may hold a lane without a sign of life.
    lease: SignedDuration,
}

/// Puts an engine together.
pub struct Builder {
    storage: Arc<dyn Storage>,
    keys: Keys,
    world: World,
    public_url: String,
    panels: Vec<Arc<dyn PanelKind>>,
    gateways: Vec<Arc<dyn GatewayKind>>,
    notifiers: Vec<Arc<dyn Notifier>>,
    mailer: Option<Arc<dyn Mailer>>,
    pusher: Option<Arc<dyn Pusher>>,
    caller: Option<Arc<dyn Caller>>,
    shared: shared::Shared,
    rates: rates::Market,
    lease: SignedDuration,
}

impl Nexa {
    /// Begins with the two things that every installation has.
    pub fn builder(storage: Arc<dyn Storage>, keys: Keys) -> Builder {
        Builder {
            storage,
            keys,
            world: World::new(Arc::new(SystemClock), Arc::new(OsEntropy)),
            public_url: "http://127.0.0.1:8080".to_owned(),
            panels: Vec::new(),
            gateways: Vec::new(),
            notifiers: Vec::new(),
            mailer: None,
            pusher: None,
            caller: None,
            shared: shared::Shared::default(),
            rates: rates::Market::default(),
            lease: worker::LEASE,
        }
    }

    /// A shop as this customer or guest sees it.
    #[must_use]
    pub fn storefront(&self, who: Principal) -> Arc<dyn Storefront> {
        Arc::new(LocalStorefront::new(Arc::clone(&self.core), who))
    }

    /// A shop as this operator sees it.
    #[must_use]
    pub fn backoffice(&self, who: Principal) -> Arc<dyn Backoffice> {
        Arc::new(LocalBackoffice::new(Arc::clone(&self.core), who))
    }

    /// The door.
    #[must_use]
    pub fn frontdesk(&self) -> Arc<dyn Frontdesk> {
        Arc::new(LocalFrontdesk::new(Arc::clone(&self.core)))
    }

    /// The worker. One is enough for a process; several do no harm.
    #[must_use]
    pub fn worker(&self) -> worker::Worker {
        worker::Worker::new(Arc::clone(&self.core))
    }

    /// How often reconciliation had to mend something. Zero in a run without faults, or there is a bug.
    #[must_use]
    pub fn repairs(&self) -> u64 {
        self.core.repairs.load(Ordering::Relaxed)
    }

    /// Makes the first shop and its server group `main` if there is none, and the one-time operator link while nobody
    /// runs the shop. A shop that is made now begins with `first_server`, if there is one; a configuration that its kind
    /// refuses is refused, and nothing is made.
    pub async fn install(
        &self,
        name: &str,
        currency: crate::domain::money::Currency,
        locale: crate::domain::shop::Locale,
        test: bool,
        first_server: Option<FirstServer>,
    ) -> Result<Installed> {
        install::install(&self.core, name, currency, locale, test, first_server).await
    }

    /// Servers and gateways whose stored configuration is refused, without calling anything: for the start. They are
    /// not offered; everything else works.
    pub async fn unusable(&self) -> Result<Vec<CheckLine>> {
        install::unusable(&self.core).await
    }

    /// Rehearses a payment at one gateway, by its id, or by its name or kind when only one has it: opens the least that
    /// it takes, and looks whether anything was paid. Nothing is kept; a provider may list an unpaid invoice.
    pub async fn selftest(&self, gateway: &str) -> Result<Vec<CheckLine>> {
        selftest::selftest(&self.core, gateway).await
    }

    /// Takes over what another panel or bot had, in the name of the first owner of a shop (its id or name; none: the only
    /// one), for `nexa import`. See [`crate::backoffice::Imports`].
    pub async fn import(&self, shop: Option<&str>, request: ImportRequest) -> Result<ImportReportView> {
        let owner = operate::import_owner(&self.core, shop).await?;
        self.backoffice(owner).import(request).await
    }

    /// Tries every server and gateway, for `nexa check`.
    pub async fn check(&self) -> Result<Vec<CheckLine>> {
        install::check(&self.core).await
    }
}

impl Builder {
    /// Another clock and entropy than the operating system's.
    #[must_use]
    pub fn world(mut self, world: World) -> Self {
        self.world = world;
        self
    }

    /// A kind of panel that servers may be of.
    #[must_use]
    pub fn panel_kind(mut self, kind: Arc<dyn PanelKind>) -> Self {
        self.panels.push(kind);
        self
    }

    /// A kind of gateway that the shop may be paid by.
    #[must_use]
    pub fn gateway_kind(mut self, kind: Arc<dyn GatewayKind>) -> Self {
        self.gateways.push(kind);
        self
    }

    /// A way to reach users.
    #[must_use]
    pub fn notifier(mut self, notifier: Arc<dyn Notifier>) -> Self {
        self.notifiers.push(measured::notifier(notifier));
        self
    }

    /// The way to mail codes; without one, nobody can sign in or prove an address by mail.
    #[must_use]
    pub fn mailer(mut self, mailer: Arc<dyn Mailer>) -> Self {
        self.mailer = Some(measured::mailer(mailer));
        self
    }

    /// The way to show messages on devices of users, through their browsers.
    #[must_use]
    pub fn pusher(mut self, pusher: Arc<dyn Pusher>) -> Self {
        self.pusher = Some(measured::pusher(pusher));
        self
    }

    /// The way to call programs of the shops'; without one, there are no webhooks.
    #[must_use]
    pub fn caller(mut self, caller: Arc<dyn Caller>) -> Self {
        self.caller = Some(measured::caller(caller));
        self
    }

    /// A market that shops with automatic rates ask what things are worth; two that agree are needed.
    #[must_use]
    pub fn rate_source(mut self, source: Arc<dyn RateSource>) -> Self {
        self.rates.sources.push(measured::source(source));
        self
    }

    /// What is taken off the price of an asset that is no dollar, in basis points, for what its price does until the money
    /// is here. At most 1,000; without it nothing is.
    #[must_use]
    pub fn rate_spread(mut self, basis_points: u32) -> Self {
        self.rates.spread_bp = basis_points.min(1_000);
        self
    }

    /// The address under which customers reach us: scheme and host, no slash at the end.
    #[must_use]
    pub fn public_url(mut self, url: &str) -> Self {
        url.trim_end_matches('/').clone_into(&mut self.public_url);
        self
    }

    /// The engine.
    #[must_use]
    pub fn build(self) -> Nexa {
        let core = Core {
            storage: self.storage,
            keys: self.keys,
            world: self.world,
            public_url: self.public_url,
            adapters: adapters::Adapters::new(self.panels, self.gateways),
            notifiers: self.notifiers,
            mailer: self.mailer,
            pusher: self.pusher,
            caller: self.caller,
            shared: self.shared,
            rates: self.rates,
            throttle: throttle::Throttle::default(),
            hinted: hints::Hinted::default(),
            hashing: async_lock::Semaphore::new(2),
            pictures: async_lock::Semaphore::new(1),
            calling: async_lock::Semaphore::new(hooks::AT_ONCE),
            wake: event_listener::Event::new(),
            repairs: AtomicU64::new(0),
            links: link::Book::default(),
            leader: OnceLock::new(),
            lease: self.lease,
        };
        Nexa { core: Arc::new(core) }
    }
}

impl Core {
    /// A unit of work.
    pub(crate) async fn begin(&self) -> Result<Box<dyn Tx>, Failure> {
        self.storage.begin().await
    }

    /// A view of what is committed.
    pub(crate) async fn read(&self) -> Result<Box<dyn Read>, Failure> {
        self.storage.read().await
    }

    /// A view of what was committed some seconds ago at most, where that is good enough.
    pub(crate) async fn read_stale(&self) -> Result<Box<dyn Read>, Failure> {
        self.storage.read_stale().await
    }

    /// Commits, and wakes the worker for the jobs that may have been written.
    pub(crate) async fn commit(&self, tx: Box<dyn Tx>) -> Result<(), Failure> {
        tx.commit().await?;
        self.wake.notify(usize::MAX);
        Ok(())
    }

    /// Whether storage can be written to.
    pub(crate) async fn check_storage(&self) -> Result<(), Failure> {
        self.storage.check().await
    }

    /// The shop that a principal acts in.
    pub(crate) async fn shop(&self, read: &mut dyn Read, id: ShopId) -> Result<Shop> {
        read.shop(id).await?.ok_or_else(|| Refusal::NotFound.into())
    }

    fn repaired(&self, count: u64) {
        self.repairs.fetch_add(count, Ordering::Relaxed);
        metrics::counter!(crate::metric::REPAIRS.name).increment(count);
    }
}

/// Reads an id that came from outside; a malformed one is as unknown as any other.
pub(crate) fn id<T: std::str::FromStr>(text: &str) -> Result<T> {
    text.parse().map_err(|_| Error::from(Refusal::NotFound))
}

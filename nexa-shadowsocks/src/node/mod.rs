//! A node: the identities that this machine serves, on its disk and on its ports.
//!
//! It is told what should be, writes that down, and only then serves it. It goes on with what it was told last for as
//! long as nobody tells it otherwise: ends and limits are its own business.

mod change;
mod document;
mod forward;
mod look;
mod rounds;

use crate::{
    channel::{KeyHash, OwnKey, kept_shop, own_key},
    clock::NodeClock,
    forward::{self as forwarding, Forwarding, SshPort},
    plane::{
        Plane,
        account::Account,
        devices::Devices,
        door::{Door, For},
        meter::Meter,
        outbound::Route,
        pace::Pace,
    },
    pool::{self, Leases},
    settings::Settings,
    store::{Change, Held, Store},
};
use nexa_core::{
    domain::grant::PanelId,
    error::{Failure, Part, Retry},
    world::World,
};
use shadowsocks::ServerConfig;
use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    net::{IpAddr, SocketAddr},
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The name of the node's file in its folder.
pub const FILE: &str = "node.redb";
/// The name of the fact that holds the secret of the SSH server's key.
const HOST_KEY: &str = "ssh host key";

/// One identity: what is held, what was used, and its port while that is open.
struct Identity {
    held: Held,
    account: Arc<Account>,
    /// The counter as it stands on the disk.
    kept: u64,
    door: Option<Door>,
    /// Seconds for which its port could not be opened.
    shut_out: u32,
    /// Whether `held` was changed here and is not on the disk yet.
    dirty: bool,
    /// Its leave to open ports of its own, while it has that.
    forwards: Option<forwarding::Open>,
}

/// A node. Cheap to clone.
#[derive(Clone)]
pub struct Node {
    inner: Arc<Inner>,
}

struct Inner {
    plane: Arc<Plane>,
    store: Arc<Store>,
    pub(crate) clock: NodeClock,
    world: World,
    /// What it proves itself with to its shop.
    own_key: OwnKey,
    /// The key of the shop that steers it.
    shop: Mutex<Option<KeyHash>>,
    exit: Option<Arc<ServerConfig>>,
    /// What opens ports for customers' own services, if this node does.
    forwarding: Option<Arc<Forwarding>>,
    /// Addresses that can be leased, and those that were named but are not this machine's.
    pool: Vec<IpAddr>,
    strange: Vec<IpAddr>,
    /// Held by the one change that is under way.
    changing: tokio::sync::Mutex<()>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    identities: BTreeMap<PanelId, Identity>,
    ports: BTreeSet<u16>,
    leases: Leases,
    trunk: Option<Door>,
    ssh: Option<SshPort>,
    /// Whether the SSH port could not be opened last.
    ssh_shut: bool,
    /// Why the disk could not be written to last, if it could not.
    disk: Option<String>,
    /// Whether no port could be opened for the last newcomer.
    portless: bool,
}

impl Node {
    /// Opens a node in a folder that exists. Nothing is served before [`Node::run`] runs or something is applied.
    pub fn open(settings: Settings, world: World, folder: &Path) -> Result<Self, Failure> {
        Self::with(settings, world, Store::open(&folder.join(FILE))?)
    }

    /// A node that forgets everything at its end, for demonstrations.
    pub fn in_memory(settings: Settings, world: World) -> Result<Self, Failure> {
        Self::with(settings, world, Store::in_memory()?)
    }

    fn with(settings: Settings, world: World, store: Store) -> Result<Self, Failure> {
        let refused =
            |_| Failure { part: Part::Panel, retry: Retry::Never, what: "the node's settings".to_owned() };
        let exit = settings.exit().map_err(refused)?;
        // Two descriptors for each identity, and two for each flow. What the system does not allow shows in `health`.
        drop(rlimit::increase_nofile_limit(u64::MAX));
        let kept = store.load()?;
        let own_key = own_key(&store, &world)?;
        let shop = Mutex::new(kept_shop(&store)?);
        let (pool, strange) = settings.addresses.iter().copied().partition(|at| is_ours(*at));
        let state = State {
            ports: kept.identities.values().map(|(held, _)| held.port).filter(|port| *port != 0).collect(),
            identities: kept
                .identities
                .into_iter()
                .map(|(id, (held, counter))| (id, Identity::new(held, counter, settings.mbit)))
                .collect(),
            leases: kept.leases,
            ..State::default()
        };
        let plane = Arc::new(Plane::new(settings, world.clone()));
        let forwarding = match plane.settings.forward_port {
            0 => None,
            _ => Some(Arc::new(Forwarding::new(&plane, &store.secret(HOST_KEY, &world)?))),
        };
        let inner = Inner {
            plane,
            store: Arc::new(store),
            clock: NodeClock::new(world.now()),
            world,
            own_key,
            shop,
            exit,
            forwarding,
            pool,
            strange,
            changing: tokio::sync::Mutex::new(()),
            state: Mutex::new(state),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// The node's settings.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.inner.plane.settings
    }

    /// The store, for what concerns the node itself.
    pub(crate) fn store(&self) -> &Arc<Store> {
        &self.inner.store
    }

    /// Clock and entropy.
    pub(crate) fn world(&self) -> &World {
        &self.inner.world
    }

    /// What it proves itself with to its shop.
    pub(crate) fn own_key(&self) -> &OwnKey {
        &self.inner.own_key
    }

    /// The key of the shop that steers it.
    pub(crate) fn shop_lock(&self) -> MutexGuard<'_, Option<KeyHash>> {
        self.inner.shop.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The node's clock.
    pub(crate) fn clock(&self) -> &NodeClock {
        &self.inner.clock
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> i64 {
        self.inner.clock.now().as_millisecond()
    }

    /// Writes a change to the disk, away from the runtime's threads.
    async fn keep(&self, change: Change) -> Result<(), Failure> {
        let store = Arc::clone(&self.inner.store);
        let written = tokio::task::spawn_blocking(move || store.write(&change)).await;
        let result = written.unwrap_or_else(|_| Err(Failure::core("the node's file: the write broke off")));
        self.state().disk = result.as_ref().err().map(|failure| failure.what.clone());
        result
    }

    /// Which way an identity's traffic leaves, if it can leave now.
    fn route(&self, held: &Held, leases: &Leases) -> Option<Route> {
        match (held.extras.multi_hop, held.extras.dedicated_ip) {
            (true, _) => self.inner.exit.clone().map(Route::Through),
            (false, true) => pool::of(leases, &held.label).map(|own| Route::Direct(Some(own))),
            (false, false) => Some(Route::Direct(None)),
        }
    }

    async fn open_door(
        &self,
        id: PanelId,
        port: u16,
        route: Route,
        account: &Arc<Account>,
    ) -> io::Result<Door> {
        let password = self.settings().method.password(id);
        let account = Arc::clone(account);
        Door::open(&self.inner.plane, port, &password, route, account, For::Customer).await
    }
}

impl Identity {
    fn new(held: Held, counter: u64, mbit: u32) -> Self {
        let account = Account {
            meter: Meter::new(counter, held.limit),
            devices: Devices::new(held.devices),
            pace: Pace::new(mbit),
        };
        Self {
            held,
            account: Arc::new(account),
            kept: counter,
            door: None,
            shut_out: 0,
            dirty: false,
            forwards: None,
        }
    }

    /// Whether its port should be open at `now`.
    fn may_connect(&self, now: i64) -> bool {
        self.held.enabled && now < self.held.ends_at && self.account.meter.has_left()
    }
}

/// Whether an address belongs to this machine.
fn is_ours(address: IpAddr) -> bool {
    std::net::UdpSocket::bind(SocketAddr::new(address, 0)).is_ok()
}

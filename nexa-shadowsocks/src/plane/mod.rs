//! The data plane: open ports, flows, and what is counted. Knows identities only by what it is given.

pub mod account;
pub mod counted;
pub mod destinations;
pub mod devices;
pub mod door;
pub mod failures;
pub mod lookups;
pub mod meter;
pub mod method;
pub mod outbound;
pub mod pace;
mod session;
pub mod strangers;
pub mod tcp;
mod udp;
mod window;

use crate::settings::Settings;
use destinations::Destinations;
use nexa_core::world::World;
use shadowsocks::{
    config::{ReplayAttackPolicy, ServerType},
    context::{Context, SharedContext},
};
use std::sync::Arc;
use strangers::Strangers;
use tokio::sync::Semaphore;

/// What all doors of one node share.
pub struct Plane {
    pub(crate) settings: Settings,
    pub(crate) destinations: Destinations,
    /// Connections of all identities together: a bound for file descriptors and memory.
    pub(crate) places: Arc<Semaphore>,
    /// UDP sessions of all identities together.
    sessions: Arc<Semaphore>,
    /// Names that are being looked up for all identities together.
    lookups: Arc<Semaphore>,
    /// Connections that have not shown a key yet.
    strangers: Arc<Strangers>,
    /// Visitors of forwarded ports, who have no key to show: never more than half of all connections.
    pub(crate) visitors: Arc<Strangers>,
    /// Remembers handshakes, so that none can be replayed.
    context: SharedContext,
    world: World,
}

/// Connections that have not shown a key yet, at all ports together and from one address.
const STRANGERS: (usize, usize) = (4096, 128);
/// Visitors of forwarded ports from one address.
const VISITORS_EACH: usize = 128;
/// UDP sessions of all identities together: each has two sockets.
const SESSIONS: usize = 8192;

impl Plane {
    /// A plane without doors.
    #[must_use]
    pub fn new(settings: Settings, world: World) -> Self {
        let places = Arc::new(Semaphore::new(settings.all_connections));
        let destinations = settings.destinations();
        let visitors = Strangers::new(settings.all_connections / 2, VISITORS_EACH);
        // One for all ports: the filter against replays of the classic ciphers takes megabytes.
        let mut context = Context::new(ServerType::Server);
        context.set_replay_attack_policy(ReplayAttackPolicy::Reject);
        let plane = Self {
            settings,
            destinations,
            places,
            sessions: Arc::new(Semaphore::new(SESSIONS)),
            lookups: Arc::new(Semaphore::new(lookups::ALL)),
            strangers: Strangers::new(STRANGERS.0, STRANGERS.1),
            visitors,
            context: Arc::new(context),
            world,
        };
        plane.look_around();
        plane
    }

    /// Learns which addresses this machine has by now.
    pub fn look_around(&self) {
        match if_addrs::get_if_addrs() {
            Ok(found) => {
                let own = found.into_iter().map(|interface| interface.ip().to_canonical());
                self.destinations.set_own(own.chain(self.settings.own_addresses()).collect());
            }
            Err(error) => tracing::warn!(%error, "this machine does not tell its addresses"),
        }
    }

    /// A random number for a UDP session.
    fn number(&self) -> u64 {
        u64::from_le_bytes(self.world.bytes())
    }
}

//! The data plane: open ports, flows, and what is counted. Knows identities only by what it is given.

pub mod account;
pub mod counted;
pub mod destinations;
pub mod devices;
pub mod door;
pub mod failures;
pub mod meter;
pub mod method;
pub mod outbound;
pub mod pace;
mod session;
pub mod tcp;
mod udp;
mod window;

use crate::settings::Settings;
use destinations::Destinations;
use failures::Failures;
use nexa_core::world::World;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// What all doors of one node share.
pub struct Plane {
    pub(crate) settings: Settings,
    pub(crate) destinations: Destinations,
    pub(crate) failures: Failures,
    /// Connections of all identities together: a bound for file descriptors and memory.
    pub(crate) places: Arc<Semaphore>,
    world: World,
}

impl Plane {
    /// A plane without doors.
    #[must_use]
    pub fn new(settings: Settings, world: World) -> Self {
        let places = Arc::new(Semaphore::new(settings.all_connections));
        let destinations = settings.destinations();
        Self { settings, destinations, failures: Failures::default(), places, world }
    }

    /// A random number for a UDP session.
    fn number(&self) -> u64 {
        u64::from_le_bytes(self.world.bytes())
    }
}

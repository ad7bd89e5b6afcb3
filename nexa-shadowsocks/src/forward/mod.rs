//! Ports that customers open on this node for services of their own: `ssh -N -R PORT:localhost:80 USER@HOST -p SSHPORT`.
//!
//! An SSH server that can do nothing else. It gives no shell, no files, and no connections out of the node, which would
//! pass by its access list. It knows identities only by the [`Access`] that each is given.

mod access;
mod caller;
mod server;
mod severable;
mod visitors;

pub use access::{Open, password, user};
pub use server::SshPort;

use crate::{
    plane::{Plane, account::Account, failures::Failures},
    ports::is_block,
};
use access::Accesses;
use nexa_core::domain::grant::PanelId;
use russh::server::Config;
use std::sync::Arc;

/// What all SSH connections of one node share.
pub struct Forwarding {
    plane: Arc<Plane>,
    accesses: Accesses,
    config: Arc<Config>,
    failures: Failures,
}

impl Forwarding {
    /// With the secret of the key that the node's SSH server is known by.
    #[must_use]
    pub fn new(plane: &Arc<Plane>, host_key: &[u8; 32]) -> Self {
        let config = Arc::new(server::config(host_key));
        let (accesses, failures) = (Accesses::default(), Failures::default());
        Self { plane: Arc::clone(plane), accesses, config, failures }
    }

    /// Lets an identity sign in and open the ports of the block that begins at `first`. `None` when there is no such
    /// block any more.
    pub fn open(self: &Arc<Self>, id: PanelId, first: u16, account: &Arc<Account>) -> Option<Open> {
        let settings = &self.plane.settings;
        let known = is_block(&settings.forward_ports, first);
        known.then(|| Open::new(Arc::clone(self), id, first, Arc::clone(account), settings.connections))
    }
}

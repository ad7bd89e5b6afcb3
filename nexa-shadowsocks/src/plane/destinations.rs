//! Where customers may connect to: the public Internet, without mail ports, and never into the machine's own network.

use nexa_core::address::{Network, is_public};
use std::{
    collections::BTreeSet,
    net::IpAddr,
    sync::{PoisonError, RwLock},
};

/// The access list.
#[derive(Debug, Default)]
pub struct Destinations {
    /// Whether private and loopback addresses may be reached: for tests and closed networks.
    pub allow_private: bool,
    /// Ports that nobody may connect to.
    pub refused_ports: BTreeSet<u16>,
    /// Further ranges that nobody may connect to.
    pub refused_networks: Vec<Network>,
    /// Addresses of this machine; refused like private ones, since its firewall may trust itself.
    pub own: RwLock<BTreeSet<IpAddr>>,
}

impl Destinations {
    /// Whether this port may be connected to.
    #[must_use]
    pub fn permits_port(&self, port: u16) -> bool {
        port != 0 && !self.refused_ports.contains(&port)
    }

    /// From now on these are the addresses of this machine.
    pub fn set_own(&self, own: BTreeSet<IpAddr>) {
        *self.own.write().unwrap_or_else(PoisonError::into_inner) = own;
    }

    /// Whether this address may be connected to.
    #[must_use]
    pub fn permits(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        let is_own = || self.own.read().unwrap_or_else(PoisonError::into_inner).contains(&address);
        let inside = !is_public(address) || is_own();
        let plain = !address.is_unspecified() && !address.is_multicast();
        plain
            && (self.allow_private || !inside)
            && !self.refused_networks.iter().any(|network| network.contains(address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_reaches_inside_or_sends_mail() {
        let list = Destinations {
            refused_ports: [25].into(),
            refused_networks: vec!["9.9.9.0/24".parse().unwrap()],
            ..Destinations::default()
        };
        list.set_own(["1.2.3.4".parse().unwrap()].into());
        let permits = |text: &str| list.permits(text.parse().unwrap());
        for inside in [
            "127.0.0.1",
            "10.0.0.1",
            "169.254.169.254",
            "::1",
            "::ffff:127.0.0.1",
            "fd00::1",
            "1.2.3.4",
            "0.0.0.0",
        ] {
            assert!(!permits(inside), "{inside}");
        }
        assert!(permits("1.1.1.1") && permits("2606:4700::1111") && !permits("9.9.9.9"));
        assert!(!list.permits_port(25) && !list.permits_port(0) && list.permits_port(443));
        let open = Destinations { allow_private: true, ..list };
        assert!(open.permits("10.0.0.1".parse().unwrap()) && !open.permits("0.0.0.0".parse().unwrap()));
        assert!(!open.permits("224.0.0.1".parse().unwrap()));
    }
}

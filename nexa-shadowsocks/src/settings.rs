//! What a node is told by whoever runs its machine.

use crate::{
    plane::{destinations::Destinations, method::Method},
    ports::PORTS_EACH,
};
use nexa_core::{address::Network, domain::refusal::Refusal, secret::Secret};
use shadowsocks::ServerConfig;
use std::{net::IpAddr, ops::RangeInclusive, sync::Arc, time::Duration};

/// All settings of a node, with defaults that are safe on any machine.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The address or name that customers' apps connect to. Without one the node serves this machine only.
    pub public_host: Option<String>,
    /// The address that ports are opened on.
    pub listen: IpAddr,
    /// Ports for identities, one each.
    pub ports: RangeInclusive<u16>,
    /// The cipher of all identities.
    pub method: Method,
    /// TCP connections of one identity at the same time.
    pub connections: usize,
    /// TCP connections of all identities together.
    pub all_connections: usize,
    /// UDP sessions of one identity at the same time.
    pub sessions: usize,
    /// Megabits (10⁶ bits) a second for one identity, both directions together; 0 means no limit.
    pub mbit: u32,
    /// Ports that customers cannot connect to.
    pub refused_ports: Vec<u16>,
    /// Ranges that customers cannot connect to, besides private ones.
    pub refused_networks: Vec<Network>,
    /// Whether customers may connect to private addresses: for tests and closed networks.
    pub allow_private: bool,
    /// Addresses of this machine that can be leased to one subscription each.
    pub addresses: Vec<IpAddr>,
    /// How long an address rests after a lease, so that its next holder does not inherit the last one's visitors.
    pub cool_down: Duration,
    /// How long a stopped subscription keeps its address, so that a late renewal finds it again.
    pub keep: Duration,
    /// The `ss://` link of the server that multi-hop subscriptions leave through.
    pub exit: Option<Secret<String>>,
    /// The port where other nodes hand over their multi-hop traffic; 0 means that this node is no exit.
    pub trunk_port: u16,
    /// The port of the SSH server where customers open forwarded ports; 0 means that this node forwards none.
    pub forward_port: u16,
    /// Ports that customers may open there, three for each.
    pub forward_ports: RangeInclusive<u16>,
}

/// The names of all settings, as they are written in a configuration file.
pub const NAMES: [&str; 18] = [
    "public_host",
    "node_listen",
    "node_ports",
    "node_method",
    "node_connections",
    "node_all_connections",
    "node_sessions",
    "node_mbit",
    "node_refused_ports",
    "node_refused_networks",
    "node_allow_private",
    "node_addresses",
    "node_cool_down_hours",
    "node_keep_days",
    "node_exit",
    "node_trunk_port",
    "node_forward_port",
    "node_forward_ports",
];

impl Default for Settings {
    fn default() -> Self {
        Self {
            public_host: None,
            listen: IpAddr::from([127, 0, 0, 1]),
            ports: 20_000..=29_999,
            method: Method::Aes128Of2022,
            connections: 512,
            all_connections: 16_384,
            sessions: 256,
            mbit: 0,
            refused_ports: vec![25, 465, 587],
            // What Azure's machines ask about themselves; it looks public.
            refused_networks: "168.63.129.16/32".parse().into_iter().collect(),
            allow_private: false,
            addresses: Vec::new(),
            cool_down: Duration::from_hours(24),
            keep: Duration::from_hours(24 * 7),
            exit: None,
            trunk_port: 0,
            forward_port: 0,
            forward_ports: 30_000..=30_999,
        }
    }
}

const fn bad(setting: &'static str, reason: &'static str) -> Refusal {
    Refusal::bad_config(setting, reason)
}

fn list<T: std::str::FromStr>(value: &str) -> Option<Vec<T>> {
    value.split(',').map(str::trim).filter(|part| !part.is_empty()).map(|part| part.parse().ok()).collect()
}

impl Settings {
    /// Sets what `name` names; false when that is no setting of a node.
    pub fn set(&mut self, name: &str, value: &str) -> Result<bool, Refusal> {
        match name {
            "public_host" => self.host(value)?,
            "node_listen" => {
                self.listen = value.parse().map_err(|_| bad("node_listen", "an address such as 0.0.0.0"))?;
            }
            "node_ports" => {
                self.ports = range(value).ok_or(bad("node_ports", "two ports such as 20000-29999"))?;
            }
            "node_method" => self.method = value.parse()?,
            "node_connections" => self.connections = number("node_connections", value)?,
            "node_all_connections" => self.all_connections = number("node_all_connections", value)?,
            "node_sessions" => self.sessions = number("node_sessions", value)?,
            "node_mbit" => {
                self.mbit =
                    value.parse().map_err(|_| bad("node_mbit", "a number of megabits a second, or 0"))?;
            }
            "node_refused_ports" => {
                self.refused_ports = list(value).ok_or(bad("node_refused_ports", "ports such as 25,465"))?;
            }
            "node_refused_networks" => {
                let reason = "ranges such as 203.0.113.0/24";
                self.refused_networks = list(value).ok_or(bad("node_refused_networks", reason))?;
            }
            "node_allow_private" => {
                self.allow_private = value.parse().map_err(|_| bad("node_allow_private", "true or false"))?;
            }
            "node_addresses" => {
                self.addresses = list(value).ok_or(bad("node_addresses", "addresses of this machine"))?;
            }
            "node_cool_down_hours" => {
                let hours: u32 =
                    value.parse().map_err(|_| bad("node_cool_down_hours", "a number of hours"))?;
                self.cool_down = Duration::from_hours(hours.into());
            }
            "node_keep_days" => {
                let days: u32 = value.parse().map_err(|_| bad("node_keep_days", "a number of days"))?;
                self.keep = Duration::from_hours(u64::from(days) * 24);
            }
            "node_exit" => self.exit = Some(Secret::new(value.trim().to_owned())),
            "node_trunk_port" => {
                self.trunk_port = value.parse().map_err(|_| bad("node_trunk_port", "a port, or 0"))?;
            }
            "node_forward_port" => {
                self.forward_port = value.parse().map_err(|_| bad("node_forward_port", "a port, or 0"))?;
            }
            "node_forward_ports" => {
                let reason = "two ports such as 30000-30999";
                self.forward_ports = range(value).ok_or(bad("node_forward_ports", reason))?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn host(&mut self, value: &str) -> Result<(), Refusal> {
        let host = value.trim().trim_matches(['[', ']']);
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':');
        if host.is_empty() || host.len() > 253 || !host.chars().all(plain) {
            return Err(bad("public_host", "an address or a name, without scheme and port"));
        }
        if self.listen == Self::default().listen {
            self.listen = IpAddr::from([0; 4]);
        }
        self.public_host = Some(host.to_owned());
        Ok(())
    }

    /// Refuses settings that contradict each other.
    pub fn checked(self) -> Result<Self, Refusal> {
        if *self.ports.start() < 1024 || self.ports.is_empty() {
            return Err(bad("node_ports", "from 1024 to 65535, the lower first"));
        }
        if self.trunk_port != 0 && self.ports.contains(&self.trunk_port) {
            return Err(bad("node_trunk_port", "must lie outside node_ports"));
        }
        self.check_forwarding()?;
        let mut addresses = self.addresses.clone();
        addresses.sort_unstable();
        addresses.dedup();
        if addresses.len() != self.addresses.len() {
            return Err(bad("node_addresses", "an address stands there twice"));
        }
        self.exit()?;
        Ok(self)
    }

    fn check_forwarding(&self) -> Result<(), Refusal> {
        let (own, ports) = (self.forward_port, &self.forward_ports);
        if own == 0 {
            return Ok(());
        }
        if self.ports.contains(&own) || ports.contains(&own) || own == self.trunk_port {
            return Err(bad("node_forward_port", "must lie outside all other ports of the node"));
        }
        if *ports.start() < 1024 || ports.len() < usize::from(PORTS_EACH) {
            return Err(bad("node_forward_ports", "from 1024 to 65535, the lower first, three at least"));
        }
        let overlap = ports.start() <= self.ports.end() && self.ports.start() <= ports.end();
        if overlap || ports.contains(&self.trunk_port) {
            return Err(bad("node_forward_ports", "must lie outside node_ports and node_trunk_port"));
        }
        Ok(())
    }

    /// The server that multi-hop subscriptions leave through.
    pub(crate) fn exit(&self) -> Result<Option<Arc<ServerConfig>>, Refusal> {
        let Some(link) = &self.exit else { return Ok(None) };
        let config = ServerConfig::from_url(link.expose());
        config.map(|config| Some(Arc::new(config))).map_err(|_| bad("node_exit", "an ss:// link"))
    }

    /// Where customers may connect to.
    pub(crate) fn destinations(&self) -> Destinations {
        Destinations {
            allow_private: self.allow_private,
            refused_ports: self.refused_ports.iter().copied().collect(),
            refused_networks: self.refused_networks.clone(),
            ..Destinations::default()
        }
    }

    /// The addresses that are this machine's by what it was told.
    pub(crate) fn own_addresses(&self) -> impl Iterator<Item = IpAddr> {
        let host = self.public_host.iter().filter_map(|host| host.parse().ok());
        host.chain(self.addresses.iter().copied())
    }

    /// The host that stands in links.
    pub(crate) fn host_in_links(&self) -> String {
        self.public_host.clone().unwrap_or_else(|| {
            if self.listen.is_unspecified() { "127.0.0.1".to_owned() } else { self.listen.to_string() }
        })
    }
}

fn number(setting: &'static str, value: &str) -> Result<usize, Refusal> {
    value.parse().ok().filter(|n| (1..=1_000_000).contains(n)).ok_or(bad(setting, "1 to 1,000,000"))
}

fn range(value: &str) -> Option<RangeInclusive<u16>> {
    let (first, last) = value.split_once('-')?;
    Some(first.trim().parse().ok()?..=last.trim().parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(pairs: &[(&str, &str)]) -> Result<Settings, Refusal> {
        let mut settings = Settings::default();
        for (name, value) in pairs {
            assert!(NAMES.contains(name));
            assert!(settings.set(name, value)?, "{name}");
        }
        settings.checked()
    }

    #[test]
    fn settings_are_read() {
        let settings = with(&[
            ("public_host", "vpn.example.org"),
            ("node_ports", "30000-30100"),
            ("node_method", "chacha20-ietf-poly1305"),
            ("node_refused_ports", "25, 6667"),
            ("node_refused_networks", "203.0.113.0/24"),
            ("node_addresses", "198.51.100.7,198.51.100.8"),
            ("node_exit", "ss://2022-blake3-aes-128-gcm:AAAAAAAAAAAAAAAAAAAAAA%3D%3D@192.0.2.1:4000"),
            ("node_trunk_port", "4001"),
            ("node_forward_port", "2022"),
            ("node_forward_ports", "31000-31099"),
        ])
        .unwrap();
        assert_eq!(settings.listen.to_string(), "0.0.0.0", "a public host opens the ports to the world");
        assert_eq!((settings.addresses.len(), settings.ports.clone()), (2, 30_000..=30_100));
        assert_eq!((settings.forward_port, settings.forward_ports.clone()), (2022, 31_000..=31_099));
        assert!(settings.exit().unwrap().is_some());
        assert!(!format!("{settings:?}").contains("AAAAA"), "the exit's key does not print");
        assert!(!Settings::default().set("listen", "x").unwrap());
    }

    #[test]
    fn contradictions_are_refused() {
        for (name, value) in [
            ("public_host", "https://vpn.example.org"),
            ("public_host", "a b"),
            ("node_ports", "29999-20000"),
            ("node_ports", "80-90"),
            ("node_method", "rc4-md5"),
            ("node_connections", "0"),
            ("node_addresses", "198.51.100.7,198.51.100.7"),
            ("node_addresses", "host"),
            ("node_exit", "http://192.0.2.1"),
            ("node_trunk_port", "20001"),
        ] {
            assert!(with(&[(name, value)]).is_err(), "{name} = {value}");
        }
    }

    #[test]
    fn forwarded_ports_are_nobody_elses() {
        for (port, ports) in [
            ("ssh", "30000-30999"),
            ("20001", "30000-30999"),
            ("4001", "30000-30999"),
            ("30001", "30000-30999"),
            ("2022", "29000-30999"),
            ("2022", "19000-30999"),
            ("2022", "21000-21999"),
            ("2022", "4000-4010"),
            ("2022", "30999-30000"),
            ("2022", "30000-30001"),
            ("2022", "80-90"),
            ("2022", "x"),
        ] {
            let settings =
                [("node_trunk_port", "4001"), ("node_forward_port", port), ("node_forward_ports", ports)];
            assert!(with(&settings).is_err(), "{port}, {ports}");
        }
        assert!(with(&[("node_forward_port", "2022")]).is_ok());
        assert!(
            with(&[("node_ports", "30000-30100")]).is_ok(),
            "a node that forwards nothing needs no ports"
        );
    }
}

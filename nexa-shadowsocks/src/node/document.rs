//! What client apps import for one identity.

use super::Node;
use crate::pool;
use data_encoding::BASE64URL_NOPAD;
use nexa_core::{
    domain::{
        extras::ExtrasGiven,
        grant::PanelId,
        link::{Format, escape},
    },
    ports::outcome::Outcome,
};
use serde_json::json;

/// The only entry has no name of its own: links call it after its server, which the node does not know.
const NAME: &str = "";

impl Node {
    /// The document of an identity.
    #[must_use]
    pub fn document(&self, id: PanelId, format: Format) -> Outcome<String> {
        let (port, outgoing, forward) = {
            let state = self.state();
            let Some(identity) = state.identities.get(&id) else { return Outcome::NotFound };
            if identity.held.port == 0 {
                return Outcome::NotFound;
            }
            let outgoing = pool::of(&state.leases, &identity.held.label);
            (identity.held.port, outgoing, self.forward_access(id, &identity.held))
        };
        let password = self.settings().method.password(id);
        Outcome::Done(match format {
            Format::Uris => format!("{}\n", self.share_link(port, &password, NAME)),
            Format::SingBox => self.sing_box(port, &password),
            Format::Clash => self.clash(port, &password),
            // Not among the formats of its profile: the core makes it from the share link.
            Format::Xray => return Outcome::Rejected("the node has no such document".into()),
            Format::Extras => {
                let given = ExtrasGiven { outgoing, forward };
                serde_json::to_string(&given).unwrap_or_default()
            }
        })
    }

    /// A share link after SIP002; ciphers of 2022 carry their key in percent-encoding (SIP022).
    pub(super) fn share_link(&self, port: u16, password: &str, name: &str) -> String {
        let method = self.settings().method;
        let host = self.settings().host_in_links();
        let host = if host.contains(':') { format!("[{host}]") } else { host };
        let user = if method.is_of_2022() {
            format!("{}:{}", method.name(), escape(password))
        } else {
            BASE64URL_NOPAD.encode(format!("{}:{password}", method.name()).as_bytes())
        };
        format!("ss://{user}@{host}:{port}#{}", escape(name))
    }

    /// For sing-box 1.12 and later, whose DNS servers have types.
    fn sing_box(&self, port: u16, password: &str) -> String {
        let (method, host) = (self.settings().method.name(), self.settings().host_in_links());
        json!({
            "log": { "level": "warn" },
            "dns": {
                "servers": [
                    { "type": "https", "tag": "remote", "server": "1.1.1.1", "detour": "Select" },
                    { "type": "local", "tag": "local" },
                ],
                "final": "remote",
            },
            "inbounds": [{
                "type": "tun", "tag": "tun", "address": ["172.19.0.1/30", "fdfe:dcba:9876::1/126"],
                "auto_route": true, "strict_route": true,
            }],
            "outbounds": [
                { "type": "selector", "tag": "Select", "outbounds": [NAME] },
                {
                    "type": "shadowsocks", "tag": NAME, "server": host, "server_port": port, "method": method,
                    "password": password,
                },
                { "type": "direct", "tag": "direct" },
            ],
            "route": {
                "rules": [
                    { "action": "sniff" },
                    { "protocol": "dns", "action": "hijack-dns" },
                    { "ip_is_private": true, "outbound": "direct" },
                ],
                "final": "Select",
                "auto_detect_interface": true,
                "default_domain_resolver": "local",
            },
        })
        .to_string()
    }

    /// For mihomo. Written in JSON, which YAML contains.
    fn clash(&self, port: u16, password: &str) -> String {
        let (method, host) = (self.settings().method.name(), self.settings().host_in_links());
        json!({
            "mixed-port": 7890,
            "mode": "rule",
            "dns": {
                "enable": true, "enhanced-mode": "fake-ip", "fake-ip-range": "198.18.0.1/16",
                "nameserver": ["https://1.1.1.1/dns-query"],
            },
            "proxies": [{
                "name": NAME, "type": "ss", "server": host, "port": port, "cipher": method, "password": password,
                "udp": true,
            }],
            "proxy-groups": [{ "name": "Select", "type": "select", "proxies": [NAME] }],
            "rules": ["MATCH,Select"],
        })
        .to_string()
    }
}

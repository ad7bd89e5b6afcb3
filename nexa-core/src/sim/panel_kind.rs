//! Makes panels in memory by name, and writes the documents that they give. Nothing here talks to a network.

use super::panel::FakePanel;
use crate::{
    domain::{
        extras::{Extras, ExtrasGiven, ForwardAccess},
        grant::Grant,
        link::Format,
        refusal::Refusal,
        setting::{Field, Input},
    },
    ports::panel::{Panel, PanelKind},
    secret::Secret,
};
use serde::Deserialize;
use serde_json::Value;
use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr},
    sync::{Arc, Mutex, PoisonError},
};

/// Makes panels in memory: kind `memory`, configuration `{"name": "…"}`. The same name gives the same panel, and each
/// has a loopback address of its own. `"offers": ["dedicated_ip"]` sets what it offers from now on, and
/// `"exclusive": true` makes a new one that nobody but us writes to.
#[derive(Default)]
pub struct FakePanelKind {
    panels: Mutex<BTreeMap<String, Arc<FakePanel>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    name: String,
    offers: Option<Vec<String>>,
    #[serde(default)]
    exclusive: bool,
}

impl FakePanelKind {
    /// The panel of this name, made when there is none yet.
    pub fn panel(&self, name: &str) -> Arc<FakePanel> {
        self.panel_or(name, |panel| panel)
    }

    fn panel_or(&self, name: &str, make: impl FnOnce(FakePanel) -> FakePanel) -> Arc<FakePanel> {
        let mut panels = self.panels.lock().unwrap_or_else(PoisonError::into_inner);
        let address = format!("127.0.0.{}", panels.len() + 1);
        Arc::clone(panels.entry(name.to_owned()).or_insert_with(|| Arc::new(make(FakePanel::at(address)))))
    }
}

impl PanelKind for FakePanelKind {
    fn name(&self) -> &'static str {
        "memory"
    }

    fn fields(&self) -> Vec<Field> {
        vec![Field::new("name", Input::Text).needed()]
    }

    fn connect(&self, config: &Secret<Value>) -> Result<Arc<dyn Panel>, Refusal> {
        let config = Config::deserialize(config.expose())
            .map_err(|_| Refusal::bad_config("config", "expected {\"name\": \"…\"}"))?;
        let offers = config.offers.map(|names| Extras::from_names(&names)).transpose()?;
        let panel =
            self.panel_or(&config.name, |panel| if config.exclusive { panel.exclusive() } else { panel });
        if let Some(offers) = offers {
            panel.set_offers(offers);
        }
        Ok(panel)
    }
}

/// Documents in the shape of real ones, with servers that lead nowhere.
pub(super) fn document(grant: &Grant, host: &str, format: Format) -> String {
    let id = grant.panel_id.expose();
    match format {
        Format::Uris => format!(
            "vless://{id}@{host}:443?encryption=none&security=tls&sni=demo.test&type=ws&path=%2Fws#Demo%20VLESS\n\
             trojan://{id}@{host}:443?security=tls&sni=demo.test&type=tcp#Demo%20Trojan\n\
             ss://aes-256-gcm:{id}@{host}:8388#Demo%20Shadowsocks\n"
        ),
        Format::SingBox => serde_json::json!({"outbounds": [
            {"type": "selector", "tag": "Select", "outbounds": ["Demo VLESS", "Demo Trojan"]},
            {"type": "vless", "tag": "Demo VLESS", "server": host, "server_port": 443, "uuid": id,
             "tls": {"enabled": true, "server_name": "demo.test"}, "transport": {"type": "ws", "path": "/ws"}},
            {"type": "trojan", "tag": "Demo Trojan", "server": host, "server_port": 443, "password": id,
             "tls": {"enabled": true, "server_name": "demo.test"}},
        ]})
        .to_string(),
        Format::Clash => format!(
            "proxies:\n  - {{name: Demo VLESS, type: vless, server: {host}, port: 443, uuid: {id}, tls: true, \
             servername: demo.test, network: ws, ws-opts: {{path: /ws}}}}\n  - {{name: Demo Trojan, type: trojan, \
             server: {host}, port: 443, password: {id}, sni: demo.test}}\nproxy-groups:\n  - {{name: Select, \
             type: select, proxies: [Demo VLESS, Demo Trojan]}}\nrules:\n  - MATCH,Select\n"
        ),
        // Not among its formats: the core makes it from share links.
        Format::Xray => String::new(),
        Format::Extras => serde_json::json!(given(grant.extras, &id, host)).to_string(),
    }
}

/// What the extras came to: an address for documentation (RFC 5737) chosen by the identity, and an SSH server that is
/// none.
fn given(extras: Extras, id: &str, host: &str) -> ExtrasGiven {
    let last = id.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok()).unwrap_or(1);
    let forward = ForwardAccess {
        host: host.to_owned(),
        port: 2022,
        user: "demo".to_owned(),
        password: id.to_owned(),
        first_port: 20_000,
        last_port: 20_009,
    };
    ExtrasGiven {
        outgoing: extras.dedicated_ip.then(|| IpAddr::V4(Ipv4Addr::new(198, 51, 100, last))),
        forward: extras.port_forward.then_some(forward),
    }
}

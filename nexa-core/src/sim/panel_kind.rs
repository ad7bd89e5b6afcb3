//! Makes panels in memory by name, and writes the documents that they give. Nothing here talks to a network.

use super::panel::FakePanel;
use crate::{
    domain::{grant::PanelId, link::Format, refusal::Refusal},
    ports::panel::{Panel, PanelKind},
    secret::Secret,
};
use serde::Deserialize;
use serde_json::Value;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

/// Makes panels in memory: kind `memory`, configuration `{"name": "…"}`. The same name gives the same panel, and each
/// has a loopback address of its own.
#[derive(Default)]
pub struct FakePanelKind {
    panels: Mutex<BTreeMap<String, Arc<FakePanel>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    name: String,
}

impl FakePanelKind {
    /// The panel of this name, made when there is none yet.
    pub fn panel(&self, name: &str) -> Arc<FakePanel> {
        let mut panels = self.panels.lock().unwrap_or_else(PoisonError::into_inner);
        let address = format!("127.0.0.{}", panels.len() + 1);
        Arc::clone(panels.entry(name.to_owned()).or_insert_with(|| Arc::new(FakePanel::at(address))))
    }
}

impl PanelKind for FakePanelKind {
    fn name(&self) -> &'static str {
        "memory"
    }

    fn connect(&self, config: &Secret<Value>) -> Result<Arc<dyn Panel>, Refusal> {
        let config = Config::deserialize(config.expose())
            .map_err(|_| Refusal::BadConfig { setting: "config", reason: "expected {\"name\": \"…\"}" })?;
        Ok(self.panel(&config.name))
    }
}

/// Documents in the shape of real ones, with servers that lead nowhere.
pub(super) fn document(panel_id: PanelId, host: &str, format: Format) -> String {
    let id = panel_id.expose();
    match format {
        Format::Uris => format!(
            "vless://{id}@{host}:443?encryption=none&security=tls&sni=demo.test&type=ws&path=%2Fws#Demo%20VLESS\n\
             trojan://{id}@{host}:443?security=tls&sni=demo.test&type=tcp#Demo%20Trojan\n"
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
    }
}

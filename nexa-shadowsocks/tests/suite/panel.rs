//! The port's suite on the node in this process.

use crate::{
    block_on,
    world::{Place, Servers},
};
use async_trait::async_trait;
use nexa_core::{
    conformance::panel::Fixture,
    domain::{grant::PanelId, link::Format},
    ports::panel::{Panel, PanelKind},
};
use nexa_shadowsocks::ShadowsocksKind;
use serde_json::json;
use std::sync::Arc;

pub fn kind(embedded: Option<nexa_shadowsocks::Node>) -> ShadowsocksKind {
    ShadowsocksKind::new(embedded, &nexa_core::secret::Secret::new([7; 32]), crate::world::world()).unwrap()
}

struct InProcess {
    place: Place,
    panel: Arc<dyn Panel>,
}

impl InProcess {
    fn new() -> Self {
        let place = Place::new(&[]);
        let panel = kind(Some(place.node.clone())).connect(&json!({}).into()).unwrap();
        Self { place, panel }
    }
}

#[async_trait]
impl Fixture for InProcess {
    fn panel(&self) -> Arc<dyn Panel> {
        Arc::clone(&self.panel)
    }

    fn credential(&self, panel_id: PanelId) -> String {
        let link = self.place.node.document(panel_id, Format::Uris).done().unwrap();
        let (user, _) = link.split_once('@').unwrap();
        user.rsplit(':').next().unwrap().to_owned()
    }

    async fn consume(&self, panel_id: PanelId, bytes: u64) -> bool {
        let mut servers = Servers::new();
        let sink = servers.sink().await;
        self.place.client(panel_id).pushes(sink, bytes).await.is_ok()
    }

    async fn connects(&self, panel_id: PanelId) -> Option<bool> {
        let mut servers = Servers::new();
        let echo = servers.echo().await;
        if self.place.node.find(panel_id).done().is_none() {
            return Some(false);
        }
        Some(self.place.client(panel_id).echoes(echo).await)
    }
}

nexa_core::panel_suite!(block_on, InProcess::new());

#[test]
fn only_known_settings_are_taken() {
    let none = kind(None);
    assert!(none.connect(&json!({}).into()).is_err(), "there is no node in this process");
    assert!(none.connect(&json!({"nonsense": 1}).into()).is_err());
}

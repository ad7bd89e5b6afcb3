//! The port's calls, answered by the node in this process.

use crate::node::Node;
use async_trait::async_trait;
use jiff::SignedDuration;
use nexa_core::{
    domain::{
        grant::{Grant, PanelId, Seen},
        link::Format,
        refusal::Refusal,
    },
    ports::{
        outcome::Outcome,
        panel::{Panel, PanelHealth, PanelKind, PanelProfile},
    },
    secret::Secret,
};
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;

/// The kind's name.
const KIND: &str = "shadowsocks";

/// What the core must know of every node, near or far.
pub(crate) fn profile(deadline: SignedDuration) -> PanelProfile {
    PanelProfile {
        kind: KIND,
        deadline,
        list_every: SignedDuration::from_secs(10),
        formats: vec![Format::Uris, Format::SingBox, Format::Clash, Format::Extras],
        exclusive: true,
        compare_every: SignedDuration::from_secs(60),
    }
}

/// The node in this process.
struct Embedded {
    node: Node,
    profile: PanelProfile,
}

impl Embedded {
    /// The node, told what time it is.
    fn node(&self) -> &Node {
        self.node.clock().tell(self.node.world().now());
        &self.node
    }
}

#[async_trait]
impl Panel for Embedded {
    fn profile(&self) -> &PanelProfile {
        &self.profile
    }

    async fn apply(&self, grant: &Grant) -> Outcome<Seen> {
        self.node().apply(grant).await
    }

    async fn holds(&self, grant: &Grant) -> Outcome<bool> {
        self.node().holds(grant)
    }

    async fn find(&self, panel_id: PanelId) -> Outcome<Seen> {
        self.node().find(panel_id)
    }

    async fn list(&self) -> Outcome<Vec<Seen>> {
        Outcome::Done(self.node().list(None, usize::MAX))
    }

    async fn remove(&self, panel_id: PanelId) -> Outcome<()> {
        self.node().remove(panel_id).await
    }

    async fn document(&self, panel_id: PanelId, format: Format) -> Outcome<String> {
        self.node().document(panel_id, format)
    }

    async fn health(&self) -> Outcome<PanelHealth> {
        Outcome::Done(self.node().health())
    }
}

/// Makes panels of nodes: kind `shadowsocks`, with the configuration `{}` for the node in this process, or
/// `{"join": "nxj_…"}` for the one that printed this token.
pub struct ShadowsocksKind {
    embedded: Option<Node>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {}

impl ShadowsocksKind {
    /// The kind. Without a node of its own, the process knows only nodes elsewhere.
    #[must_use]
    pub const fn new(embedded: Option<Node>) -> Self {
        Self { embedded }
    }
}

impl PanelKind for ShadowsocksKind {
    fn name(&self) -> &'static str {
        KIND
    }

    fn connect(&self, config: &Secret<Value>) -> Result<Arc<dyn Panel>, Refusal> {
        let wrong =
            Refusal::BadConfig { setting: "config", reason: "expected {} or {\"join\": \"nxj_…\"}" };
        Config::deserialize(config.expose()).map_err(|_| wrong)?;
        let none =
            Refusal::BadConfig { setting: "config", reason: "this process runs no node; give a join token" };
        let node = self.embedded.clone().ok_or(none)?;
        Ok(Arc::new(Embedded { node, profile: profile(SignedDuration::from_secs(15)) }))
    }
}

//! The port's calls, answered by the node in this process.

use crate::{
    channel::{JoinToken, OwnKey, Remote},
    node::Node,
};
use async_trait::async_trait;
use jiff::SignedDuration;
use nexa_core::{
    address::is_public,
    domain::{
        grant::{Grant, PanelId, Seen},
        link::Format,
        refusal::Refusal,
        setting::{Field, Input},
    },
    error::Failure,
    ports::{
        outcome::Outcome,
        panel::{Panel, PanelHealth, PanelKind, PanelProfile},
    },
    secret::Secret,
    world::World,
};
use serde::Deserialize;
use serde_json::Value;
use std::{sync::Arc, time::Duration};

/// The kind's name.
const KIND: &str = "shadowsocks";
/// Seconds that one call to a node elsewhere may take.
const DEADLINE: u64 = 15;

/// What the core must know of every node, near or far.
pub(crate) fn profile(deadline: SignedDuration) -> PanelProfile {
    PanelProfile {
        kind: KIND,
        deadline,
        list_every: SignedDuration::from_secs(10),
        formats: vec![Format::Uris, Format::SingBox, Format::Clash, Format::Extras],
        exclusive: true,
        compare_every: SignedDuration::from_secs(30),
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

/// Makes panels of nodes: kind `shadowsocks`.
///
/// | configuration | what it is |
/// | --- | --- |
/// | `{}` | the node in this process |
/// | `{"join": "nxj_…"}` | the node on another machine that printed this token |
/// | `allow_private` | with `join`: whether its address may be a private one (false) |
/// | `deadline_seconds` | with `join`: how long one call may take, 3 to 60 (15) |
pub struct ShadowsocksKind {
    embedded: Option<Node>,
    own_key: OwnKey,
    world: World,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    join: Option<Secret<String>>,
    #[serde(default)]
    allow_private: bool,
    deadline_seconds: Option<u64>,
}

impl ShadowsocksKind {
    /// The kind. Without a node of its own, the process knows only nodes elsewhere; `seed` is the secret of the key that
    /// these know the shop by.
    pub fn new(embedded: Option<Node>, seed: &Secret<[u8; 32]>, world: World) -> Result<Self, Failure> {
        Ok(Self { embedded, own_key: OwnKey::of(seed.expose())?, world })
    }
}

const fn bad(setting: &'static str, reason: &'static str) -> Refusal {
    Refusal::bad_config(setting, reason)
}

impl PanelKind for ShadowsocksKind {
    fn name(&self) -> &'static str {
        KIND
    }

    fn fields(&self) -> Vec<Field> {
        vec![
            Field::new("join", Input::Secret),
            Field::new("deadline_seconds", Input::Number).seldom(),
            Field::new("allow_private", Input::Flag).seldom(),
        ]
    }

    fn is_same(&self, one: &Secret<Value>, other: &Secret<Value>) -> bool {
        // A node may have printed several tokens; its key is what it is known by.
        let node = |config: &Secret<Value>| {
            let config = Config::deserialize(config.expose()).ok()?;
            Some(config.join.and_then(|join| join.expose().parse::<JoinToken>().ok()).map(|token| token.node))
        };
        matches!((node(one), node(other)), (Some(one), Some(other)) if one == other)
    }

    fn connect(&self, config: &Secret<Value>) -> Result<Arc<dyn Panel>, Refusal> {
        let config = Config::deserialize(config.expose())
            .map_err(|_| bad("config", "expected {} or {\"join\": \"nxj_…\"}"))?;
        let seconds = config.deadline_seconds.unwrap_or(DEADLINE);
        if !(3..=60).contains(&seconds) {
            return Err(bad("deadline_seconds", "must be 3 to 60"));
        }
        let Some(join) = config.join else {
            let node =
                self.embedded.clone().ok_or(bad("join", "this process runs no node; give a join token"))?;
            return Ok(Arc::new(Embedded { node, profile: profile(SignedDuration::from_secs(15)) }));
        };
        let token: JoinToken = join.expose().parse()?;
        let literal = token.host().parse().ok();
        if !config.allow_private && literal.is_some_and(|host| !is_public(host)) {
            return Err(bad("join", "leads to a private address; set allow_private if that is meant"));
        }
        let deadline = Duration::from_secs(seconds);
        let remote = Remote::new(token, &self.own_key, config.allow_private, deadline, self.world.clone())
            .map_err(|_| bad("join", "no key could be made"))?;
        Ok(Arc::new(remote))
    }
}

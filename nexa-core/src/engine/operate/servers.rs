//! Servers.

use super::catalogue::group_or_first;
use crate::{
    domain::{
        refusal::Refusal,
        server::{Health, Server, ServerState},
        user::{Principal, Scope},
    },
    engine::{
        Core,
        adapters::server_context,
        install::said,
        worker::{compared_every, rounds},
    },
    error::Result,
    ids::{GroupId, ServerId},
    ports::{
        outcome::Outcome,
        panel::{Panel, PanelHealth},
    },
    secret::Secret,
};
use jiff::SignedDuration;
use serde_json::Value;

/// How long the operator waits for a panel.
const DEADLINE: SignedDuration = SignedDuration::from_secs(30);

/// What a new server is.
pub(crate) struct NewServer {
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) group: Option<GroupId>,
    pub(crate) config: Secret<Value>,
    pub(crate) region: Option<String>,
    pub(crate) capacity: u32,
}

/// Adds a server after its panel has answered with this key.
pub(crate) async fn add_server(core: &Core, who: &Principal, new: NewServer) -> Result<Server> {
    who.with(Scope::Manage)?;
    let panel = core.connect_panel(&new.kind, &new.config)?;
    let told = reach(core, panel.as_ref()).await?;
    let id: ServerId = core.world.id();
    let mut tx = core.begin().await?;
    let group = group_or_first(tx.as_mut(), who, new.group).await?;
    let health = Health::unknown().after_contact(true, core.world.now());
    let server = Server {
        id,
        shop_id: who.shop_id,
        group_id: group.id,
        name: new.name,
        kind: new.kind,
        config_sealed: core.seal_config(&server_context(id), &new.config),
        version: 1,
        region: new.region,
        capacity: new.capacity,
        state: ServerState::Open,
        health,
        offers: told.offers,
        sold_out: told.sold_out,
        created_at: core.world.now(),
    };
    let server = server.checked()?;
    tx.save_server(&server).await?;
    rounds(core, tx.as_mut(), &server, panel.profile().compare_every).await?;
    core.commit(tx).await?;
    Ok(server)
}

/// Changes a server; a new configuration must reach its panel first.
pub(crate) async fn update_server(
    core: &Core,
    who: &Principal,
    id: ServerId,
    config: Option<Secret<Value>>,
    change: impl FnOnce(Server) -> Result<Server, Refusal> + Send,
) -> Result<Server> {
    who.with(Scope::Manage)?;
    let known = core.read().await?.server(who.shop_id, id).await?.ok_or(Refusal::NotFound)?;
    let (every, told) = match &config {
        Some(config) => {
            let panel = core.connect_panel(&known.kind, config)?;
            (panel.profile().compare_every, Some(reach(core, panel.as_ref()).await?))
        }
        None => (compared_every(core, &known), None),
    };
    let mut tx = core.begin().await?;
    let server = tx.server(who.shop_id, id).await?.ok_or(Refusal::NotFound)?;
    let mut server = change(server)?.checked()?;
    if let Some(config) = config {
        server.config_sealed = core.seal_config(&server_context(id), &config);
        server.version = server.version.saturating_add(1);
        server.health = Health::unknown().after_contact(true, core.world.now());
    }
    if let Some(told) = told {
        (server.offers, server.sold_out) = (told.offers, told.sold_out);
    }
    tx.save_server(&server).await?;
    if server.state != ServerState::Off {
        rounds(core, tx.as_mut(), &server, every).await?;
    }
    core.commit(tx).await?;
    Ok(server)
}

/// Talks to a server; what it said, or why it cannot be used.
pub(crate) async fn check_server(
    core: &Core,
    who: &Principal,
    id: ServerId,
) -> Result<Result<PanelHealth, String>> {
    who.with(Scope::Manage)?;
    let server = core.read().await?.server(who.shop_id, id).await?.ok_or(Refusal::NotFound)?;
    let panel = core.panel(&server)?;
    let outcome = core.world.within(DEADLINE, panel.health()).await;
    let up = outcome.as_ref().is_some_and(Outcome::is_alive);
    let mut tx = core.begin().await?;
    if let Some(mut server) = tx.server(who.shop_id, id).await? {
        server.health = server.health.after_contact(up, core.world.now());
        if let Some(Outcome::Done(health)) = &outcome {
            (server.offers, server.sold_out) = (health.offers, health.sold_out);
        }
        tx.save_server(&server).await?;
    }
    core.commit(tx).await?;
    Ok(match outcome {
        Some(Outcome::Done(health)) => Ok(health),
        Some(other) => Err(said(other)),
        None => Err("no answer in time".to_owned()),
    })
}

async fn reach(core: &Core, panel: &dyn Panel) -> Result<PanelHealth, Refusal> {
    match core.world.within(DEADLINE, panel.health()).await {
        Some(Outcome::Done(health)) => Ok(health),
        Some(Outcome::Rejected(why)) => {
            tracing::info!(why, "a panel refused to be added");
            Err(if why.contains("version") { Refusal::PanelUnsupported } else { Refusal::PanelUnauthorized })
        }
        Some(other) => {
            tracing::info!(why = said(other), "a panel cannot be reached");
            Err(Refusal::PanelUnreachable)
        }
        None => Err(Refusal::PanelUnreachable),
    }
}

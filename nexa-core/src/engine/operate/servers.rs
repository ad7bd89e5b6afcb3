//! Servers.

use super::{actions::note, catalogue::group_or_first};
use crate::{
    domain::{
        deed::Deed,
        permission::Permission,
        refusal::Refusal,
        server::{Health, Server, ServerState},
        user::Principal,
    },
    engine::{
        Core,
        adapters::server_context,
        install::said,
        supply,
        worker::{compared_every, rounds},
    },
    error::Result,
    ids::{GroupId, ServerId, ShopId},
    ports::{
        outcome::Outcome,
        panel::{Panel, PanelHealth},
        storage::Read,
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
    who.may(Permission::Servers)?;
    supply::own_goods(core.read().await?.as_mut(), who.shop_id).await?;
    let panel = core.connect_panel(&new.kind, &new.config)?;
    // Asked before the panel as well: a node's token that was used answers with something less plain.
    is_new(core, core.read().await?.as_mut(), who.shop_id, None, &new.kind, &new.config).await?;
    let told = reach(core, panel.as_ref()).await?;
    let id: ServerId = core.world.id();
    let mut tx = core.begin().await?;
    is_new(core, tx.as_mut(), who.shop_id, None, &new.kind, &new.config).await?;
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
    note(core, tx.as_mut(), who, Deed::ServerAdded { server: id }).await?;
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
    who.may(Permission::Servers)?;
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
    let was_off = server.state == ServerState::Off;
    let mut server = change(server)?.checked()?;
    let kept = was_off.then(|| core.open_config(&server_context(id), &server.config_sealed).ok()).flatten();
    if let Some(config) = config.as_ref().or(kept.as_ref()).filter(|_| server.state != ServerState::Off) {
        is_new(core, tx.as_mut(), who.shop_id, Some(id), &server.kind, config).await?;
    }
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
    note(core, tx.as_mut(), who, Deed::ServerChanged { server: id }).await?;
    core.commit(tx).await?;
    Ok(server)
}

/// Talks to a server; what it said, or why it cannot be used.
pub(crate) async fn check_server(
    core: &Core,
    who: &Principal,
    id: ServerId,
) -> Result<Result<PanelHealth, String>> {
    who.may(Permission::Servers)?;
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

/// Refuses a panel that another server in use already is: its traffic would be counted twice.
pub(super) async fn is_new(
    core: &Core,
    read: &mut dyn Read,
    shop: ShopId,
    itself: Option<ServerId>,
    kind: &str,
    config: &Secret<Value>,
) -> Result<()> {
    let servers = read.servers(shop).await?;
    let mut others = servers.iter().filter(|s| s.state != ServerState::Off && Some(s.id) != itself);
    if others.any(|s| core.is_configured(s, kind, config)) {
        Err(Refusal::ServerKnown.into())
    } else {
        Ok(())
    }
}

pub(super) async fn reach(core: &Core, panel: &dyn Panel) -> Result<PanelHealth, Refusal> {
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

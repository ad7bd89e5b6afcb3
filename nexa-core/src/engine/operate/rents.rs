//! Keeping servers: what they cost, looking at one before it is added, and taking one away.

use super::{
    actions::note_why,
    servers::{is_new, reach},
    settings::Typed,
};
use crate::{
    domain::{
        deed::Deed,
        link::Format,
        permission::Permission,
        refusal::Refusal,
        rent::Rent,
        server::{Server, ServerState},
        setting::{assemble, unseen},
        user::Principal,
    },
    engine::{Core, adapters::server_context},
    error::Result,
    ids::ServerId,
    ports::{outcome::Outcome, panel::PanelHealth},
    secret::Secret,
};
use jiff::SignedDuration;
use serde_json::Value;
use std::collections::BTreeSet;

/// How long the operator waits for what a panel says beside its health.
const PATIENCE: SignedDuration = SignedDuration::from_secs(15);

/// What a look at a panel showed that is no server yet.
pub(crate) struct Trial {
    pub(crate) health: PanelHealth,
    /// Identities on it; none when it did not say in time.
    pub(crate) accounts: Option<usize>,
    /// Schemes of the links that it gives out; empty when it has nobody to give one to.
    pub(crate) protocols: BTreeSet<String>,
}

/// Talks to a panel as `add_server` will, and stores nothing.
pub(crate) async fn try_server(
    core: &Core,
    who: &Principal,
    kind: &str,
    config: &Secret<Value>,
) -> Result<Trial> {
    who.may(Permission::Servers)?;
    let panel = core.connect_panel(kind, config)?;
    is_new(core, core.read().await?.as_mut(), who.shop_id, None, kind, config).await?;
    let health = reach(core, panel.as_ref()).await?;
    let listed = match core.world.within(PATIENCE, panel.list()).await {
        Some(Outcome::Done(listed)) => Some(listed),
        _ => None,
    };
    let somebody = listed.as_ref().and_then(|all| all.iter().find(|seen| seen.enabled));
    let protocols = match somebody {
        Some(seen) => match core.world.within(PATIENCE, panel.document(seen.panel_id, Format::Uris)).await {
            Some(Outcome::Done(text)) => schemes(&text),
            _ => BTreeSet::new(),
        },
        None => BTreeSet::new(),
    };
    Ok(Trial { health, accounts: listed.map(|all| all.len()), protocols })
}

/// The schemes of share links, e.g. `vless`. Nothing else of them is kept.
fn schemes(links: &str) -> BTreeSet<String> {
    let known = |line: &str| {
        let (scheme, _) = line.trim().split_once("://")?;
        let plain = scheme.len() <= 20 && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        (plain && !scheme.is_empty()).then(|| scheme.to_ascii_lowercase())
    };
    links.lines().filter_map(known).collect()
}

/// The configuration that settings come to which were typed.
pub(crate) fn server_config(core: &Core, who: &Principal, kind: &str, typed: &Typed) -> Result<Value> {
    who.may(Permission::Servers)?;
    let known = core.panel_kinds().into_iter().find(|(name, _)| *name == kind).ok_or(Refusal::UnknownKind)?;
    Ok(assemble(&known.1, typed, None)?)
}

/// The configuration of a server with these settings changed; none when nothing was typed. What stands there is shown
/// nowhere, so a setting that was left empty stays, and goes for `-`.
pub(crate) async fn changed_server_config(
    core: &Core,
    who: &Principal,
    id: ServerId,
    typed: Typed,
) -> Result<Option<Secret<Value>>> {
    who.may(Permission::Servers)?;
    if typed.values().all(|text| text.trim().is_empty()) {
        return Ok(None);
    }
    let server = core.read().await?.server(who.shop_id, id).await?.ok_or(Refusal::NotFound)?;
    let known = core.panel_kinds().into_iter().find(|(name, _)| *name == server.kind);
    let (_, fields) = known.ok_or(Refusal::UnknownKind)?;
    let before = core.open_config(&server_context(id), &server.config_sealed)?;
    let typed = unseen(&fields, typed);
    Ok(Some(Secret::new(assemble(&fields, &typed, Some(before.expose()))?)))
}

/// What servers cost, where something was noted.
pub(crate) async fn rents(core: &Core, who: &Principal) -> Result<Vec<(Server, Rent)>> {
    who.may(Permission::Servers)?;
    let mut read = core.read().await?;
    let noted = read.rents(who.shop_id).await?;
    let with = |server: Server| {
        let rent = noted.iter().find(|(id, _)| *id == server.id).map(|(_, rent)| rent.clone());
        (server, rent.unwrap_or_default())
    };
    Ok(read.servers(who.shop_id).await?.into_iter().map(with).collect())
}

/// Notes what a server costs.
pub(crate) async fn set_rent(
    core: &Core,
    who: &Principal,
    id: ServerId,
    rent: Rent,
) -> Result<(Server, Rent)> {
    who.may(Permission::Servers)?;
    let rent = rent.checked()?;
    let mut tx = core.begin().await?;
    let server = tx.server(who.shop_id, id).await?.ok_or(Refusal::NotFound)?;
    tx.save_rent(who.shop_id, id, &rent).await?;
    let deed = Deed::RentSet { server: id, cost: rent.cost };
    note_why(core, tx.as_mut(), who, deed, server.name.clone()).await?;
    core.commit(tx).await?;
    Ok((server, rent))
}

/// Takes a server away that is switched off and on which nobody is placed. Its key is forgotten; what was counted on it
/// stays with the subscriptions.
pub(crate) async fn remove_server(core: &Core, who: &Principal, id: ServerId) -> Result<()> {
    who.may(Permission::Servers)?;
    let mut tx = core.begin().await?;
    let server = tx.server(who.shop_id, id).await?.ok_or(Refusal::NotFound)?;
    let loads = tx.loads(who.shop_id, server.group_id).await?;
    let held = loads.iter().any(|(of, load)| *of == id && *load > 0);
    if held || server.state != ServerState::Off {
        return Err(Refusal::StillInUse.into());
    }
    tx.retire_server(who.shop_id, id).await?;
    note_why(core, tx.as_mut(), who, Deed::ServerRemoved { server: id }, server.name).await?;
    core.commit(tx).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::schemes;

    #[test]
    fn of_a_link_nothing_is_kept_but_its_scheme() {
        let text = "vless://secret@a:1\ntrojan://secret@a:1\nVLESS://x\n# a remark\nno link\n";
        assert_eq!(schemes(text).into_iter().collect::<Vec<_>>(), ["trojan", "vless"]);
    }
}

//! Ways to be paid, set up by filling in what their kinds ask for.

use super::{
    actions::note_why,
    gateways::{fits, new_account},
};
use crate::{
    domain::{
        deed::Deed,
        gateway::{GatewayAccount, GatewayProfile},
        permission::Permission,
        refusal::Refusal,
        setting::{Field, Laid, assemble, lay_out},
        user::Principal,
    },
    engine::{Core, adapters::gateway_context, hooks::may_call_inside},
    error::Result,
    ids::GatewayId,
    secret::Secret,
};
use std::collections::BTreeMap;

/// What was typed, by the settings' names.
pub(crate) type Typed = BTreeMap<String, String>;

/// A gateway with its settings, without its secrets.
pub(crate) struct Furnished {
    pub(crate) account: GatewayAccount,
    pub(crate) profile: Option<GatewayProfile>,
    pub(crate) settings: Vec<Laid>,
}

fn fields(core: &Core, kind: &str) -> Result<Vec<Field>, Refusal> {
    let known = core.gateway_kinds().into_iter().find(|(name, _)| *name == kind);
    known.map(|(_, fields)| fields).ok_or(Refusal::UnknownKind)
}

/// A gateway's settings as one types them.
pub(crate) async fn gateway_settings(
    core: &Core,
    who: &Principal,
    id: GatewayId,
    spare: usize,
) -> Result<Furnished> {
    who.may(Permission::Gateways)?;
    let mut read = core.read().await?;
    let shop = core.shop(read.as_mut(), who.shop_id).await?;
    let account = read.gateway(shop.id, id).await?.ok_or(Refusal::NotFound)?;
    let config = core.open_config(&gateway_context(id), &account.config_sealed)?;
    let settings = lay_out(&fields(core, &account.kind).unwrap_or_default(), config.expose(), spare);
    let profile = core.gateway(&shop, &account).ok().map(|gateway| gateway.profile().clone());
    Ok(Furnished { account, profile, settings })
}

/// Adds a gateway, not yet enabled.
pub(crate) async fn set_up_gateway(
    core: &Core,
    who: &Principal,
    kind: String,
    name: String,
    typed: &Typed,
) -> Result<(GatewayAccount, GatewayProfile)> {
    who.may(Permission::Gateways)?;
    let config = Secret::new(assemble(&fields(core, &kind)?, typed, None)?);
    let mut tx = core.begin().await?;
    let shop = core.shop(tx.as_read(), who.shop_id).await?;
    let inside = may_call_inside(tx.as_read(), shop.id).await?;
    let account = GatewayAccount { inside, ..new_account(core, shop.id, kind, name, &config) }.checked()?;
    let profile = core.connect_gateway(&shop, &account, &config)?.profile().clone();
    fits(&shop, &profile)?;
    tx.save_gateway(&account).await?;
    let deed = Deed::GatewayAdded { gateway: account.id };
    note_why(core, tx.as_mut(), who, deed, account.name.clone()).await?;
    core.commit(tx).await?;
    Ok((account, profile))
}

/// A gateway as it is to be from now on.
pub(crate) struct Refurnished {
    pub(crate) typed: Typed,
    pub(crate) name: Option<String>,
    /// The version that was seen.
    pub(crate) version: Option<u32>,
}

/// Changes a gateway's settings, and its name with them; secrets that were not typed stay.
pub(crate) async fn change_gateway_settings(
    core: &Core,
    who: &Principal,
    id: GatewayId,
    wish: Refurnished,
) -> Result<(GatewayAccount, GatewayProfile)> {
    who.may(Permission::Gateways)?;
    let mut tx = core.begin().await?;
    let shop = core.shop(tx.as_read(), who.shop_id).await?;
    let mut account = tx.gateway(shop.id, id).await?.ok_or(Refusal::NotFound)?;
    if wish.version.is_some_and(|seen| seen != account.version) {
        return Err(Refusal::AlreadyDecided.into());
    }
    account.name = wish.name.unwrap_or(account.name);
    let before = core.open_config(&gateway_context(id), &account.config_sealed)?;
    let config = Secret::new(assemble(&fields(core, &account.kind)?, &wish.typed, Some(before.expose()))?);
    account.config_sealed = core.seal_config(&gateway_context(id), &config);
    account.version = account.version.saturating_add(1);
    account.inside = may_call_inside(tx.as_read(), shop.id).await?;
    let account = account.checked()?;
    // Not kept before the commit: a version that was given up must never be used.
    let profile = core.connect_gateway(&shop, &account, &config)?.profile().clone();
    fits(&shop, &profile)?;
    tx.save_gateway(&account).await?;
    let deed = Deed::GatewayChanged { gateway: id };
    note_why(core, tx.as_mut(), who, deed, account.name.clone()).await?;
    core.commit(tx).await?;
    Ok((account, profile))
}

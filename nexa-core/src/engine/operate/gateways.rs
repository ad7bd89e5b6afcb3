//! Gateways.

use super::actions::note;
use crate::{
    domain::{
        deed::Deed,
        gateway::{GatewayAccount, GatewayProfile},
        permission::Permission,
        refusal::Refusal,
        shop::Shop,
        user::Principal,
    },
    engine::{Core, adapters::gateway_context, hooks::may_call_inside, install::said},
    error::Result,
    ids::{GatewayId, ShopId},
    ports::outcome::Outcome,
    secret::Secret,
};
use data_encoding::HEXLOWER;
use jiff::SignedDuration;
use serde_json::Value;

/// How long the operator waits for a gateway.
const DEADLINE: SignedDuration = SignedDuration::from_secs(30);

/// Adds a gateway, not yet enabled: the operator compares what `check_gateway` shows with the own wallet first.
pub(crate) async fn add_gateway(
    core: &Core,
    who: &Principal,
    kind: String,
    name: String,
    config: Secret<Value>,
) -> Result<(GatewayAccount, GatewayProfile)> {
    who.may(Permission::Gateways)?;
    let mut tx = core.begin().await?;
    let shop = core.shop(tx.as_read(), who.shop_id).await?;
    let inside = may_call_inside(tx.as_read(), shop.id).await?;
    let account = GatewayAccount { inside, ..new_account(core, shop.id, kind, name, &config) }.checked()?;
    let profile = core.connect_gateway(&shop, &account, &config)?.profile().clone();
    fits(&shop, &profile)?;
    tx.save_gateway(&account).await?;
    note(core, tx.as_mut(), who, Deed::GatewayAdded { gateway: account.id }).await?;
    core.commit(tx).await?;
    Ok((account, profile))
}

/// Changes a gateway. Payments that are open go on with the configuration that opened them only as far as their
/// reference says: a new key changes no address that was given out.
pub(crate) async fn update_gateway(
    core: &Core,
    who: &Principal,
    id: GatewayId,
    name: Option<String>,
    config: Option<Secret<Value>>,
    enabled: Option<bool>,
) -> Result<(GatewayAccount, GatewayProfile)> {
    who.may(Permission::Gateways)?;
    let mut tx = core.begin().await?;
    let shop = core.shop(tx.as_read(), who.shop_id).await?;
    let mut account = tx.gateway(shop.id, id).await?.ok_or(Refusal::NotFound)?;
    account.name = name.unwrap_or(account.name);
    account.enabled = enabled.unwrap_or(account.enabled);
    let gateway = match config {
        Some(config) => {
            account.config_sealed = core.seal_config(&gateway_context(id), &config);
            account.version = account.version.saturating_add(1);
            account.inside = may_call_inside(tx.as_read(), shop.id).await?;
            // Not kept before the commit: a version that was given up must never be used.
            core.connect_gateway(&shop, &account, &config)?
        }
        None => core.gateway(&shop, &account)?,
    };
    let account = account.checked()?;
    let profile = gateway.profile().clone();
    fits(&shop, &profile)?;
    tx.save_gateway(&account).await?;
    note(core, tx.as_mut(), who, Deed::GatewayChanged { gateway: id }).await?;
    core.commit(tx).await?;
    Ok((account, profile))
}

/// A new row, not yet enabled, which may call nothing inside yet.
pub(super) fn new_account(
    core: &Core,
    shop_id: ShopId,
    kind: String,
    name: String,
    config: &Secret<Value>,
) -> GatewayAccount {
    let id: GatewayId = core.world.id();
    GatewayAccount {
        id,
        shop_id,
        kind,
        name,
        config_sealed: core.seal_config(&gateway_context(id), config),
        endpoint: HEXLOWER.encode(&core.world.bytes::<16>()),
        version: 1,
        enabled: false,
        inside: false,
        created_at: core.world.now(),
    }
}

/// Refuses play money in a real shop, and real money in a shop that deals in play money.
pub(super) fn fits(shop: &Shop, profile: &GatewayProfile) -> Result<(), Refusal> {
    if profile.test == shop.test {
        return Ok(());
    }
    Err(Refusal::bad_config("kind", "play money and real money do not mix"))
}

/// Tries a gateway; lines to compare with one's own wallet, or why it cannot be used.
pub(crate) async fn check_gateway(
    core: &Core,
    who: &Principal,
    id: GatewayId,
) -> Result<Result<Vec<String>, String>> {
    who.may(Permission::Gateways)?;
    let mut read = core.read().await?;
    let shop = core.shop(read.as_mut(), who.shop_id).await?;
    let account = read.gateway(shop.id, id).await?.ok_or(Refusal::NotFound)?;
    drop(read);
    let gateway = core.gateway(&shop, &account)?;
    Ok(match core.world.within(DEADLINE, gateway.check()).await {
        Some(Outcome::Done(check)) => Ok(check.lines),
        Some(other) => Err(said(other)),
        None => Err("no answer in time".to_owned()),
    })
}

//! The shop itself.

use crate::{
    domain::{
        refusal::Refusal,
        shop::Shop,
        telegram::{self, Bot},
        user::{Principal, Scope},
    },
    engine::{Core, account::bot_context},
    error::Result,
    ports::storage::{OrderFilter, Page},
    secret::Secret,
};

/// Changes the shop by `change`. The currency is fixed once there are orders, a host belongs to one shop, the hosts
/// of links stay among them, and the trial plan must be one of the shop's.
pub(crate) async fn update_shop(
    core: &Core,
    who: &Principal,
    change: impl FnOnce(Shop) -> Result<Shop, Refusal> + Send,
) -> Result<Shop> {
    who.with(Scope::Manage)?;
    let mut tx = core.begin().await?;
    let was = core.shop(tx.as_read(), who.shop_id).await?;
    let shop = change(was.clone())?.checked()?;
    if shop.currency != was.currency {
        let first = tx.orders(shop.id, OrderFilter::default(), Page { before: None, limit: 1 }).await?;
        let plans = tx.plans(shop.id).await?;
        if !first.is_empty() || plans.iter().any(|p| p.on_sale && p.price(shop.currency).is_none()) {
            return Err(Refusal::StillInUse.into());
        }
    }
    for other in tx.shops().await?.into_iter().filter(|s| s.id != shop.id) {
        if other.hosts.iter().any(|h| shop.hosts.contains(h)) {
            return Err(Refusal::NameTaken.into());
        }
    }
    if tx.link_settings(shop.id).await?.is_some_and(|links| links.strange_to(&shop)) {
        return Err(Refusal::StillInUse.into());
    }
    if let Some(plan) = shop.trial_plan {
        tx.plan(shop.id, plan).await?.ok_or(Refusal::NotFound)?;
    }
    tx.save_shop(&shop).await?;
    core.commit(tx).await?;
    Ok(shop)
}

/// Lets customers sign in with this bot, in place of the one before.
pub(crate) async fn set_telegram(
    core: &Core,
    who: &Principal,
    token: &Secret<String>,
    username: &str,
) -> Result<Shop> {
    let token = token.expose().trim();
    let (id, username) = (telegram::bot_id(token)?, telegram::bot_username(username)?);
    let token_sealed = core.keys.seal(&core.world, &bot_context(who.shop_id), token.as_bytes());
    update_shop(core, who, |shop| {
        // Another bot is in none of the chats that the one before wrote to.
        let same = shop.telegram.as_ref().filter(|was| was.id == id);
        let alerts = same.and_then(|was| was.alerts.clone());
        Ok(Shop { telegram: Some(Bot { id, username, token_sealed, alerts }), ..shop })
    })
    .await
}

//! The shop itself.

use super::actions::note;
use crate::{
    domain::{
        bot::{BotSettings, proxy},
        deed::Deed,
        refusal::Refusal,
        shop::Shop,
        subscription::GraceTerms,
        telegram::{self, Bot},
        user::{Principal, Scope},
    },
    engine::{Core, account::bot_context, bots::proxy_context, rates},
    error::Result,
    ports::storage::{OrderFilter, Page},
    secret::Secret,
};

/// Changes the shop by `change`. The currency is fixed once there are orders, a host belongs to one shop, a new bot
/// too, the hosts of links stay among them, and the plans of trial and adoption must be the shop's.
pub(crate) async fn update_shop(
    core: &Core,
    who: &Principal,
    change: impl FnOnce(Shop) -> Result<Shop, Refusal> + Send,
) -> Result<Shop> {
    who.with(Scope::Manage)?;
    let mut tx = core.begin().await?;
    let was = core.shop(tx.as_read(), who.shop_id).await?;
    let shop = change(was.clone())?.checked()?;
    if was.maintenance.is_some() != shop.maintenance.is_some() {
        let begun = shop.maintenance.is_some();
        let deed = if begun { Deed::MaintenanceBegun } else { Deed::MaintenanceEnded };
        note(core, tx.as_mut(), who, deed).await?;
    }
    if was.grace != shop.grace {
        let GraceTerms { hours, mib } = shop.grace;
        note(core, tx.as_mut(), who, Deed::GraceSet { hours, mib }).await?;
    }
    if shop.currency != was.currency {
        let first = tx.orders(shop.id, OrderFilter::default(), Page { before: None, limit: 1 }).await?;
        let plans = tx.plans(shop.id).await?;
        if !first.is_empty() || plans.iter().any(|p| p.on_sale && p.price(shop.currency).is_none()) {
            return Err(Refusal::StillInUse.into());
        }
    }
    let bot_of = |shop: &Shop| shop.telegram.as_ref().map(|bot| bot.id);
    let new_bot = bot_of(&shop).filter(|id| bot_of(&was) != Some(*id));
    for other in tx.shops().await?.into_iter().filter(|s| s.id != shop.id) {
        if other.hosts.iter().any(|h| shop.hosts.contains(h)) {
            return Err(Refusal::NameTaken.into());
        }
        // Telegram gives each message to one of those who ask for it, so two shops would lose half of theirs.
        if new_bot.is_some() && bot_of(&other) == new_bot {
            return Err(Refusal::NameTaken.into());
        }
    }
    if tx.link_settings(shop.id).await?.is_some_and(|links| links.strange_to(&shop)) {
        return Err(Refusal::StillInUse.into());
    }
    if let Some(plan) = shop.trial_plan {
        tx.plan(shop.id, plan).await?.ok_or(Refusal::NotFound)?;
    }
    if shop.adoption_plan != was.adoption_plan {
        if let Some(plan) = shop.adoption_plan {
            let plan = tx.plan(shop.id, plan).await?.ok_or(Refusal::NotFound)?;
            // What is there already has none, and could not be renewed by it.
            if !plan.terms.extras.is_none() {
                return Err(Refusal::bad_input("adoption_plan_id", "a plan without extras").into());
            }
        }
        note(core, tx.as_mut(), who, Deed::AdoptionSet { plan: shop.adoption_plan }).await?;
    }
    tx.save_shop(&shop).await?;
    rates::keep_fresh(core, tx.as_mut(), &shop).await?;
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
        // A new token of the same bot keeps what was decided on it; another bot is in none of the chats that the one before
        // wrote to.
        let former = shop.telegram.filter(|bot| bot.id == id);
        let (settings, alerts) = match former {
            Some(bot) => (bot.settings, bot.alerts),
            None => (BotSettings { answers: true, ..BotSettings::default() }, None),
        };
        Ok(Shop { telegram: Some(Bot { id, username, token_sealed, settings, alerts }), ..shop })
    })
    .await
}

/// Changes how the shop's bot behaves.
pub(crate) async fn set_bot(
    core: &Core,
    who: &Principal,
    change: impl FnOnce(BotSettings) -> Result<BotSettings, Refusal> + Send,
) -> Result<Shop> {
    update_shop(core, who, |shop| {
        let bot = shop.telegram.ok_or(Refusal::TelegramUnavailable)?;
        let settings = change(bot.settings)?.checked()?;
        Ok(Shop { telegram: Some(Bot { settings, ..bot }), ..shop })
    })
    .await
}

/// A proxy of the shop's bot, sealed.
pub(crate) fn seal_proxy(core: &Core, who: &Principal, url: &str) -> Result<String, Refusal> {
    proxy(url)?;
    Ok(core.keys.seal(&core.world, &proxy_context(who.shop_id), url.as_bytes()))
}

/// Sells nothing to customers from now on, or sells again. Links, pages and money on its way go on either way.
pub(crate) async fn set_maintenance(core: &Core, who: &Principal, on: bool, note: &str) -> Result<Shop> {
    let maintenance = on.then(|| note.trim().to_owned());
    update_shop(core, who, |shop| Ok(Shop { maintenance, ..shop })).await
}

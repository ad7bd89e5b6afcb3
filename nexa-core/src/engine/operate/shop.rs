//! The shop itself.

use super::{actions::note, staff::owner_only};
use crate::{
    address::outbound::{Range, web_address, without_inner},
    domain::{
        bot::{BotSettings, proxy},
        deed::Deed,
        permission::Permission,
        refusal::Refusal,
        shop::Shop,
        subscription::GraceTerms,
        telegram::{self, Bot},
        user::Principal,
    },
    engine::{
        Core,
        account::bot_context,
        bots::{opened, proxy_context},
        rates, supply,
    },
    error::Result,
    ports::storage::{OrderFilter, Page, Read, Tx},
    secret::Secret,
};
use std::iter::successors;

/// Changes the shop by `change`. The currency is fixed once there are orders, a host belongs to one shop, a new bot
/// too, the hosts of links stay among them, and the plans of trial and adoption must be the shop's. Only an owner changes
/// by whom Telegram's word comes in, and what was shown to the bot before counts no more.
pub(crate) async fn update_shop(
    core: &Core,
    who: &Principal,
    change: impl FnOnce(Shop) -> Result<Shop, Refusal> + Send,
) -> Result<Shop> {
    who.may(Permission::Settings)?;
    let mut tx = core.begin().await?;
    let was = core.shop(tx.as_read(), who.shop_id).await?;
    let shop = change(was.clone())?.checked()?;
    suits_supplier(core, tx.as_mut(), &was, &shop).await?;
    if vouches_by(&was) != vouches_by(&shop) {
        owner_only(tx.as_read(), who).await?;
        tx.lock_dialogues(shop.id).await?;
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
    if shop.adoption_plan != was.adoption_plan
        && let Some(plan) = shop.adoption_plan
    {
        let plan = tx.plan(shop.id, plan).await?.ok_or(Refusal::NotFound)?;
        // What is there already has none, and could not be renewed by it.
        if !plan.terms.extras.is_none() {
            return Err(Refusal::bad_input("adoption_plan_id", "a plan without extras").into());
        }
    }
    tx.save_shop(&shop).await?;
    rates::keep_fresh(core, tx.as_mut(), &shop).await?;
    for deed in deeds(&was, &shop) {
        note(core, tx.as_mut(), who, deed).await?;
    }
    core.commit(tx).await?;
    Ok(shop)
}

/// Refuses what a shop that is supplied may not decide: to let services in that were made on its supplier's servers, to let
/// customers go on for longer than they do there, to have no host, because the shop without one answers all others, to
/// have one that leads elsewhere, and to have the bot call the supplier's own network.
async fn suits_supplier(core: &Core, tx: &mut dyn Tx, was: &Shop, shop: &Shop) -> Result<()> {
    let home = supply::home(tx.as_read(), shop.id).await?;
    if home == shop.id {
        return Ok(());
    }
    if shop.hosts.is_empty() {
        return Err(Refusal::bad_input("hosts", "at least one").into());
    }
    if shop.hosts != was.hosts {
        own_hosts(core, tx.as_read(), shop).await?;
    }
    if vouches_by(was) != vouches_by(shop) {
        outside_only(core, shop)?;
    }
    let most = tx.shop(home).await?.map_or(GraceTerms::NONE, |home| home.grace);
    let longer = shop.grace.hours > most.hours || shop.grace.mib > most.mib;
    if shop.adoption_plan.is_some() || (longer && was.grace != shop.grace) {
        return Err(Refusal::SupplierDecides.into());
    }
    Ok(())
}

/// Refuses a bot whose calls would go into the network of whoever runs this installation.
fn outside_only(core: &Core, shop: &Shop) -> Result<()> {
    let Some(bot) = &shop.telegram else { return Ok(()) };
    if let Some(url) = &bot.settings.api_url {
        web_address("api_url", url, Range::Public)?;
    }
    if let Some(sealed) = &bot.settings.proxy_sealed {
        without_inner(&opened(core, &proxy_context(shop.id), sealed)?.into())?;
    }
    Ok(())
}

/// Refuses a shop that is supplied hosts that lead to another shop though none names them: the host of the public address,
/// which a shop without hosts answers, and those of the links of others with all that these are below.
pub(super) async fn own_hosts(core: &Core, read: &mut dyn Read, shop: &Shop) -> Result<()> {
    let is = |own: &str, host: &str| own.trim_end_matches('.').eq_ignore_ascii_case(host);
    let names = |host: &str| shop.hosts.iter().any(|own| is(own, host));
    let mut taken = names(host_of(&core.public_url));
    for other in read.shops().await?.into_iter().filter(|s| s.id != shop.id) {
        let links = read.link_settings(other.id).await?.unwrap_or_default();
        let mut above = links.hosts.iter().flat_map(|link| {
            successors(Some(link.host.as_str()), |host| host.split_once('.').map(|(_, rest)| rest))
        });
        taken = taken || above.any(names);
    }
    if taken { Err(Refusal::bad_input("hosts", "leads to another shop").into()) } else { Ok(()) }
}

/// The host of an address.
fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split([':', '/']).next().unwrap_or_default()
}

/// What the word of Telegram on who somebody is comes by: whoever holds it can come in as anybody.
fn vouches_by(shop: &Shop) -> Option<(&str, Option<&str>, Option<&str>)> {
    let Bot { token_sealed, settings, .. } = shop.telegram.as_ref()?;
    Some((token_sealed.as_str(), settings.api_url.as_deref(), settings.proxy_sealed.as_deref()))
}

/// What changed, one deed for each matter.
fn deeds(was: &Shop, shop: &Shop) -> Vec<Deed> {
    let closed = shop.maintenance.is_some();
    let alerts = |of: &Shop| of.telegram.as_ref().and_then(|bot| bot.alerts.clone());
    let bot = |of: &Shop| of.telegram.clone().map(|bot| Bot { alerts: None, ..bot });
    let rest = |of: &Shop| Shop {
        maintenance: None,
        grace: GraceTerms::NONE,
        adoption_plan: None,
        telegram: None,
        ..of.clone()
    };
    let GraceTerms { hours, mib } = shop.grace;
    let bot_deed = if shop.telegram.is_some() { Deed::BotSet } else { Deed::BotRemoved };
    let closing = if closed { Deed::MaintenanceBegun } else { Deed::MaintenanceEnded };
    [
        (was.maintenance.is_some() != closed, closing),
        (was.grace != shop.grace, Deed::GraceSet { hours, mib }),
        (was.adoption_plan != shop.adoption_plan, Deed::AdoptionSet { plan: shop.adoption_plan }),
        (bot(was) != bot(shop), bot_deed),
        (alerts(was) != alerts(shop), Deed::AlertsSet),
        (rest(was) != rest(shop), Deed::ShopChanged),
    ]
    .into_iter()
    .filter_map(|(changed, deed)| changed.then_some(deed))
    .collect()
}

/// Lets customers sign in with this bot, in place of the one before.
pub(crate) async fn set_telegram(
    core: &Core,
    who: &Principal,
    token: &Secret<String>,
    username: &str,
) -> Result<Shop> {
    who.may(Permission::Settings)?;
    owner_only(core.read().await?.as_mut(), who).await?;
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

/// Lets nobody sign in with Telegram any more.
pub(crate) async fn clear_telegram(core: &Core, who: &Principal) -> Result<Shop> {
    who.may(Permission::Settings)?;
    owner_only(core.read().await?.as_mut(), who).await?;
    update_shop(core, who, |shop| Ok(Shop { telegram: None, ..shop })).await
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

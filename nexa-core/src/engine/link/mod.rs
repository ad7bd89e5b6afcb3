//! The customer's one link: what client apps import, from whichever servers hold the subscription.
//!
//! Share links stand in our storage since provisioning, so the link works while every panel is down. Whole documents
//! (sing-box, Clash, Xray) are fetched when they are asked for, kept, and given again from what was kept when a panel
//! does not answer. A panel's own address is never given away.

mod book;
mod devices;
mod documents;
mod guide;
mod latency;
mod rendered;
mod settings;

pub(crate) use book::Book;
pub(crate) use devices::{devices, remove_device, rename_device};
pub(super) use documents::{DEADLINE, body};
pub(crate) use guide::{guide, guide_link};
pub(crate) use latency::report_latency;
pub(crate) use settings::{link_settings, set_link_settings};

use super::{Core, extras::given, supply::home};
use crate::{
    domain::{
        extras::ExtrasGiven,
        grant::GrantRecord,
        link::{rules::Form, settings::LinkSettings},
        moves::serving,
        placement::{Shown, display_order},
        refusal::Refusal,
        server::{Server, ServerState},
        shop::{Locale, Shop},
        subscription::{Subscription, SubscriptionState},
    },
    error::{Error, Result},
    frontdesk::{LinkAnswer, LinkAsk, LinkStatus, ShopFace, StatusEntry, TelegramFace},
    ids::ServerId,
    metric::LINKS,
    ports::storage::Read,
    secret::Purpose,
};
use rendered::{Name, Rendered};
use std::collections::BTreeMap;

/// What a link's holder may see.
struct Held {
    subscription: Subscription,
    locale: Locale,
    /// In display order, with what was verified there.
    placed: Vec<(Server, GrantRecord)>,
}

/// Answers a link in the form asked for, else in the one that the shop's rules choose for such a client.
pub(crate) async fn link(core: &Core, token: &str, ask: &LinkAsk) -> Result<LinkAnswer> {
    let token = token.to_lowercase();
    let mut read = core.read_stale().await?;
    let of = match living(core, read.as_mut(), &token).await {
        // It may have been sold a moment ago.
        Err(Error::Refused(Refusal::NotFound)) if core.storage.has_replica() => {
            read = core.read().await?;
            living(core, read.as_mut(), &token).await?
        }
        seen => seen?,
    };
    if core.shared.keeps() {
        // Storage is not held while others are asked.
        drop(read);
        core.links.renew(core, of.shop_id).await;
        read = core.read().await?;
    }
    let shop = core.shop(read.as_mut(), of.shop_id).await?;
    let decided = core.links.decided(core, read.as_mut(), shop.id).await?;
    let chosen = || decided.rules.choose(&ask.headers);
    let (form, headers) = ask.form.map_or_else(chosen, |form| (form, &[]));
    let headers = headers.to_vec();
    let device = devices::gate(core, read.as_mut(), (&of, &decided), form, ask).await?;
    let told = Told { shop: &shop, settings: &decided.settings, token: &token, host: &ask.host };
    metrics::counter!(LINKS.name, "form" => form.name(), "subscription" => of.state.name()).increment(1);
    let name = Name::of(core, &of, form, device, ask);
    if let Some(name) = &name {
        drop(read);
        if let Some(mut kept) = name.find(core).await {
            let status = status(core, &told, &of, kept.locale, kept.servers());
            return Ok(LinkAnswer { status, form, body: kept.body, headers, device });
        }
        read = core.read().await?;
    }
    let held = hold(core, read.as_mut(), &shop, of).await?;
    drop(read);
    let given = match form {
        Form::Page if !ask.only_headers => given(core, &held.subscription).await?,
        _ => BTreeMap::new(),
    };
    let servers = entries(&held, &given);
    let body = match form {
        _ if ask.only_headers => String::new(),
        _ => documents::of_form(core, &held, form, device).await?,
    };
    if let Some(name) = name.filter(|_| held.is_delivered()) {
        name.keep(core, &Rendered::new(held.locale, &servers, body.clone())).await;
    }
    let status = status(core, &told, &held.subscription, held.locale, servers);
    Ok(LinkAnswer { status, form, body, headers, device })
}

impl Held {
    /// Whether each of its servers has said how it is reached; the others are about to.
    fn is_delivered(&self) -> bool {
        self.placed.iter().all(|(_, grant)| !grant.links.is_empty())
    }
}

/// The subscription behind a link, unless it was taken back.
async fn living(core: &Core, read: &mut dyn Read, token: &str) -> Result<Subscription> {
    let lookup = core.keys.fingerprint(Purpose::Link, token);
    let subscription = read.subscription_by_link(&lookup).await?;
    let living = subscription.filter(|s| s.state != SubscriptionState::Revoked);
    living.ok_or_else(|| Refusal::NotFound.into())
}

async fn hold(core: &Core, read: &mut dyn Read, shop: &Shop, subscription: Subscription) -> Result<Held> {
    let user = read.user(shop.id, subscription.user_id).await?;
    let locale = user.and_then(|u| u.locale).unwrap_or(shop.locale);
    let placed = placed(read, &subscription).await?;
    let placed = in_order(core, read, &subscription, placed).await?;
    Ok(Held { subscription, locale, placed })
}

/// The servers that hold a subscription, with what was verified there.
pub(super) async fn placed(read: &mut dyn Read, of: &Subscription) -> Result<Vec<(Server, GrantRecord)>> {
    let grants = read.grants(of.id).await?;
    let home = home(read, of.shop_id).await?;
    let servers = read.servers(home).await?;
    let serve = serving(&grants, of);
    let held_by = |server: Server| {
        let here = serve.iter().find(|g| g.server_id == server.id);
        here.map(|grant| (server, (*grant).clone()))
    };
    Ok(servers.into_iter().filter(|s| s.state != ServerState::Off).filter_map(held_by).collect())
}

/// Best first, by what is known of the servers and of this customer.
async fn in_order(
    core: &Core,
    read: &mut dyn Read,
    of: &Subscription,
    placed: Vec<(Server, GrantRecord)>,
) -> Result<Vec<(Server, GrantRecord)>> {
    if placed.len() < 2 {
        return Ok(placed);
    }
    let home = home(read, of.shop_id).await?;
    let loads = core.links.loads(core, read, home, of.group_id).await?;
    let wished = read.orders_of(of.shop_id, of.id).await?;
    let wished = wished.iter().find_map(|o| o.sale().and_then(|s| s.region.clone()));
    let shown = placed.iter().map(|(server, _)| Shown {
        server,
        load: loads.get(&server.id).copied().unwrap_or(0),
        reach: core.links.reach(of.id, server.id, core.world.now()),
    });
    let order: Vec<ServerId> =
        display_order(shown.collect(), wished.as_deref()).into_iter().map(|s| s.id).collect();
    let mut placed = placed;
    placed.sort_by_key(|(server, _)| order.iter().position(|id| *id == server.id));
    Ok(placed)
}

/// The servers as the status shows them.
fn entries(held: &Held, given: &BTreeMap<ServerId, ExtrasGiven>) -> Vec<StatusEntry> {
    let entry = |(s, _): &(Server, GrantRecord)| StatusEntry {
        id: s.id,
        name: s.name.clone(),
        region: s.region.clone(),
        up: s.health.up,
        given: given.get(&s.id).cloned(),
    };
    held.placed.iter().map(entry).collect()
}

/// What a link says beside the servers.
struct Told<'a> {
    shop: &'a Shop,
    settings: &'a LinkSettings,
    token: &'a str,
    host: &'a str,
}

fn status(
    core: &Core,
    told: &Told<'_>,
    of: &Subscription,
    locale: Locale,
    servers: Vec<StatusEntry>,
) -> LinkStatus {
    LinkStatus {
        shop: face(told.shop),
        plan_name: of.plan_name.clone(),
        state: of.state.name(),
        in_grace: of.in_grace(),
        used_bytes: of.used.as_bytes(),
        limit_bytes: of.limit.as_bytes(),
        ends_at: of.ends_at.as_second(),
        days_left: days_left(core, of),
        servers,
        locale,
        links: told.settings.addresses(told.shop, &core.public_url, told.token),
        moving: told.settings.moving(told.host),
    }
}

/// What a page needs of a shop.
pub(crate) fn face(shop: &Shop) -> ShopFace {
    ShopFace {
        id: shop.id,
        name: shop.name.clone(),
        locale: shop.locale,
        zone: shop.zone(),
        currency: shop.currency,
        support_url: shop.support_url.clone(),
        look: shop.look.clone(),
        telegram: shop
            .telegram
            .as_ref()
            .map(|bot| TelegramFace { bot_id: bot.id, bot_username: bot.username.clone() }),
        maintenance: shop.maintenance.clone(),
        test: shop.test,
        feet: Vec::new(),
        papers: Vec::new(),
    }
}

/// Whole days left, rounded up.
pub(crate) fn days_left(core: &Core, of: &Subscription) -> u32 {
    let seconds = of.ends_at.duration_since(core.world.now()).as_secs().max(0);
    u32::try_from(seconds.saturating_add(86_399) / 86_400).unwrap_or(u32::MAX)
}

/// The addresses of a subscription's link for its owner, best first; there is always one.
pub(crate) async fn clear_links(core: &Core, read: &mut dyn Read, of: &Subscription) -> Result<Vec<String>> {
    let token = core.keys.open(&super::provision::link_context(of.id), &of.link_sealed)?;
    let decided = core.links.decided(core, read, of.shop_id).await?;
    let shop = core.shop(read, of.shop_id).await?;
    Ok(decided.settings.addresses(&shop, &core.public_url, &String::from_utf8_lossy(&token)))
}

/// The address to give to customers.
pub(crate) async fn clear_link(core: &Core, read: &mut dyn Read, of: &Subscription) -> Result<String> {
    Ok(clear_links(core, read, of).await?.into_iter().next().unwrap_or_default())
}

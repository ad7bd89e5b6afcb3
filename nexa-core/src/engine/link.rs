//! The customer's one link: what client apps import, from whichever servers hold the subscription.
//!
//! Share links stand in our storage since provisioning, so the link works while every panel is down. Whole documents
//! (sing-box, Clash) are fetched when they are asked for, kept, and given again from what was kept when a panel does
//! not answer. A panel's own address is never given away.

use super::{Core, extras::given};
use crate::{
    domain::{
        extras::ExtrasGiven,
        grant::{GrantRecord, GrantState},
        link::{Format, Part, StatusLine, ended, merge, sip008},
        placement::display_order,
        refusal::Refusal,
        server::{Server, ServerState},
        shop::{Locale, Shop},
        subscription::{Subscription, SubscriptionState},
        time::after,
    },
    error::Result,
    frontdesk::{LinkAnswer, LinkFormat, LinkStatus, ShopFace, StatusEntry, TelegramFace},
    ids::ServerId,
    ports::{
        outcome::Outcome,
        storage::{Document, Read},
    },
    secret::Purpose,
    text::{self, Arg},
};
use futures::future::try_join_all;
use jiff::SignedDuration;
use std::collections::BTreeMap;

/// How long a kept document is given without asking the panel again.
const FRESH: SignedDuration = SignedDuration::from_mins(10);
/// How long a client waits for one panel at most.
pub(super) const DEADLINE: SignedDuration = SignedDuration::from_secs(4);

/// What a link's holder may see.
struct Held {
    shop: Shop,
    subscription: Subscription,
    locale: Locale,
    /// In display order, with what was verified there.
    placed: Vec<(Server, GrantRecord)>,
}

/// Answers a link in one form.
pub(crate) async fn link(core: &Core, token: &str, format: LinkFormat) -> Result<LinkAnswer> {
    let lookup = core.keys.fingerprint(Purpose::Link, &token.to_lowercase());
    let mut read = core.read().await?;
    let subscription = read.subscription_by_link(&lookup).await?.ok_or(Refusal::NotFound)?;
    if subscription.state == SubscriptionState::Revoked {
        return Err(Refusal::NotFound.into());
    }
    let held = hold(core, read.as_mut(), subscription).await?;
    drop(read);
    let given = match format {
        LinkFormat::Status => given(core, &held.subscription).await?,
        _ => BTreeMap::new(),
    };
    let status = status(core, &held, &given);
    let body = match format {
        LinkFormat::Status => String::new(),
        LinkFormat::Uris => document(core, &held, Format::Uris).await?,
        LinkFormat::SingBox => document(core, &held, Format::SingBox).await?,
        LinkFormat::Clash => document(core, &held, Format::Clash).await?,
        LinkFormat::Sip008 => shadowsocks(core, &held).await?,
    };
    Ok(LinkAnswer { status, body })
}

async fn hold(core: &Core, read: &mut dyn Read, subscription: Subscription) -> Result<Held> {
    let shop = core.shop(read, subscription.shop_id).await?;
    let user = read.user(shop.id, subscription.user_id).await?;
    let locale = user.and_then(|u| u.locale).unwrap_or(shop.locale);
    let placed = placed(read, &subscription).await?;
    Ok(Held { shop, subscription, locale, placed })
}

/// The servers that hold a subscription, in display order, with what was verified there.
pub(super) async fn placed(read: &mut dyn Read, of: &Subscription) -> Result<Vec<(Server, GrantRecord)>> {
    let grants = read.grants(of.id).await?;
    let servers = read.servers(of.shop_id).await?;
    let ordered = display_order(servers.iter().filter(|s| s.state != ServerState::Off).collect());
    let held_by = |server: &Server| {
        let mut here = grants.iter().filter(|g| g.server_id == server.id && g.panel_id == of.panel_id);
        here.find(|g| g.state == GrantState::Placed).map(|grant| (server.clone(), grant.clone()))
    };
    Ok(ordered.into_iter().filter_map(held_by).collect())
}

async fn document(core: &Core, held: &Held, format: Format) -> Result<String> {
    let line = usage_line(core, held);
    let merged = merged(core, held, format, Some(&StatusLine { text: &line })).await?;
    Ok(merged.unwrap_or_else(|key| ended(format, &sentence(held, key))))
}

/// The Shadowsocks servers among the share links. What is left has fields of its own there, so no entry says it.
async fn shadowsocks(core: &Core, held: &Held) -> Result<String> {
    let (used, left) = (held.subscription.used, held.subscription.remaining());
    let dead = |key: &str| ended(Format::Uris, &sentence(held, key));
    let links = merged(core, held, Format::Uris, None).await?.unwrap_or_else(dead);
    let document = sip008(&links, used, left).or_else(|| sip008(&dead("link-empty"), used, left));
    Ok(document.unwrap_or_default())
}

fn sentence(held: &Held, key: &str) -> String {
    text::plain(&text::get(held.locale, key))
}

/// The servers' documents as one, or the key of the sentence that stands in their place.
async fn merged(
    core: &Core,
    held: &Held,
    format: Format,
    status: Option<&StatusLine<'_>>,
) -> Result<Result<String, &'static str>> {
    Ok(Err(match held.subscription.state {
        SubscriptionState::Active => {
            let asked = held.placed.iter().map(|(server, grant)| body(core, server, grant, format));
            let given = try_join_all(asked).await?;
            let named = held.placed.iter().map(|(server, _)| server.name.as_str());
            let bodies: Vec<_> = named.zip(given).filter_map(|(name, body)| Some((name, body?))).collect();
            let parts: Vec<Part<'_>> = bodies.iter().map(|(server, body)| Part { server, body }).collect();
            let merged = merge(format, &parts, status);
            if !merged.dropped.is_empty() {
                tracing::warn!(servers = ?merged.dropped, "a panel's document could not be used");
            }
            if merged.entries > 0 {
                return Ok(Ok(merged.text));
            }
            "link-empty"
        }
        SubscriptionState::Pending => "link-pending",
        SubscriptionState::Exhausted => "link-exhausted",
        SubscriptionState::Ended => "link-ended",
        SubscriptionState::Suspended | SubscriptionState::Revoked => "link-suspended",
    }))
}

/// One panel's document: what is kept while it is fresh, else what the panel gives, else what is kept.
pub(super) async fn body(
    core: &Core,
    server: &Server,
    grant: &GrantRecord,
    format: Format,
) -> Result<Option<String>> {
    let now = core.world.now();
    let kept = core.read().await?.document(server.id, grant.panel_id, format).await?;
    let fresh = kept.as_ref().is_some_and(|d| now < after(d.fetched_at, FRESH));
    let resting = server.health.rests(now);
    if !fresh && !resting {
        let panel = core.panel(server)?;
        if panel.profile().formats.contains(&format) {
            let call = core.world.within(DEADLINE, panel.document(grant.panel_id, format)).await;
            if let Some(Outcome::Done(body)) = call {
                let (server_id, panel_id) = (server.id, grant.panel_id);
                let document = Document { server_id, panel_id, format, body, fetched_at: now };
                let mut tx = core.begin().await?;
                tx.save_document(&document).await?;
                tx.commit().await?;
                return Ok(Some(document.body));
            }
        }
    }
    let stored = (format == Format::Uris && !grant.links.is_empty()).then(|| grant.links.clone());
    Ok(kept.map(|d| d.body).or(stored))
}

/// "12.3 GiB left · 18 days": the first entry that apps show.
fn usage_line(core: &Core, held: &Held) -> String {
    let of = &held.subscription;
    let (left, days) = (Arg::Traffic(of.remaining()), Arg::Days(days_left(core, of)));
    text::plain(&text::with(held.locale, "link-status", &[("left", left), ("days", days)]))
}

fn status(core: &Core, held: &Held, given: &BTreeMap<ServerId, ExtrasGiven>) -> LinkStatus {
    let of = &held.subscription;
    let servers = held.placed.iter().map(|(s, _)| StatusEntry {
        name: s.name.clone(),
        region: s.region.clone(),
        up: s.health.up,
        given: given.get(&s.id).cloned(),
    });
    LinkStatus {
        shop: face(&held.shop),
        plan_name: of.plan_name.clone(),
        state: of.state.name(),
        used_bytes: of.used.as_bytes(),
        limit_bytes: of.limit.as_bytes(),
        ends_at: of.ends_at.as_second(),
        days_left: days_left(core, of),
        servers: servers.collect(),
        locale: held.locale,
    }
}

/// What a page needs of a shop.
pub(crate) fn face(shop: &Shop) -> ShopFace {
    ShopFace {
        id: shop.id,
        name: shop.name.clone(),
        locale: shop.locale,
        currency: shop.currency,
        support_url: shop.support_url.clone(),
        telegram: shop
            .telegram
            .as_ref()
            .map(|bot| TelegramFace { bot_id: bot.id, bot_username: bot.username.clone() }),
        test: shop.test,
    }
}

/// Whole days left, rounded up.
pub(crate) fn days_left(core: &Core, of: &Subscription) -> u32 {
    let seconds = of.ends_at.duration_since(core.world.now()).as_secs().max(0);
    u32::try_from(seconds.saturating_add(86_399) / 86_400).unwrap_or(u32::MAX)
}

/// The link of a subscription, for its owner.
pub(crate) fn clear_link(core: &Core, of: &Subscription) -> Result<String> {
    let token = core.keys.open(&super::provision::link_context(of.id), &of.link_sealed)?;
    Ok(format!("{}/s/{}", core.public_url, String::from_utf8_lossy(&token)))
}

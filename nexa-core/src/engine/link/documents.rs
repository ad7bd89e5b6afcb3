//! What a link's answer is made of: one document per form, or one entry that says why there is none.

use super::Held;
use crate::{
    domain::{
        grant::GrantRecord,
        link::{Format, Part, StatusLine, ended, merge, rules::Form, sip008, wireguard},
        server::Server,
        subscription::SubscriptionState,
        time::after,
    },
    engine::{Core, link::days_left},
    error::Result,
    frontdesk::DeviceGate,
    metric::LINK_DOCUMENTS,
    ports::{outcome::Outcome, storage::Document},
    text::{self, Arg},
};
use futures::future::try_join_all;
use jiff::SignedDuration;

/// How long a kept document is given without asking the panel again.
const FRESH: SignedDuration = SignedDuration::from_mins(10);
/// How long a client waits for one panel at most.
pub(in crate::engine) const DEADLINE: SignedDuration = SignedDuration::from_secs(4);

/// The document of a form; empty for the page.
pub(super) async fn of_form(core: &Core, held: &Held, form: Form, device: DeviceGate) -> Result<String> {
    let why_not = refused(held, device);
    match form {
        Form::Base64 | Form::Plain => document(core, held, why_not, Format::Uris).await,
        Form::SingBox => document(core, held, why_not, Format::SingBox).await,
        Form::Clash => document(core, held, why_not, Format::Clash).await,
        Form::Xray => document(core, held, why_not, Format::Xray).await,
        Form::Sip008 => shadowsocks(core, held, why_not).await,
        Form::WireGuard => tunnel(core, held, why_not).await,
        Form::Page => Ok(String::new()),
    }
}

/// The key of the sentence that stands in the servers' place, if they are not given.
fn refused(held: &Held, device: DeviceGate) -> Option<&'static str> {
    match (held.subscription.state, device) {
        (SubscriptionState::Pending, _) => Some("link-pending"),
        (SubscriptionState::Exhausted, _) => Some("link-exhausted"),
        (SubscriptionState::Ended, _) => Some("link-ended"),
        (SubscriptionState::Suspended | SubscriptionState::Frozen | SubscriptionState::Revoked, _) => {
            Some("link-suspended")
        }
        (SubscriptionState::Active, DeviceGate::Full) => Some("link-devices-full"),
        (SubscriptionState::Active, DeviceGate::Missing) => Some("link-device-unnamed"),
        (SubscriptionState::Active, DeviceGate::NotCounted | DeviceGate::Admitted) => None,
    }
}

async fn document(core: &Core, held: &Held, why_not: Option<&'static str>, format: Format) -> Result<String> {
    let line = usage_line(core, held);
    let merged = merged(core, held, why_not, format, Some(&StatusLine { text: &line })).await?;
    Ok(merged.unwrap_or_else(|key| ended(format, &sentence(held, key))))
}

/// The Shadowsocks servers among the share links. What is left has fields of its own there, so no entry says it.
async fn shadowsocks(core: &Core, held: &Held, why_not: Option<&'static str>) -> Result<String> {
    let (used, left) = (held.subscription.used, held.subscription.remaining());
    let dead = |key: &str| ended(Format::Uris, &sentence(held, key));
    let links = merged(core, held, why_not, Format::Uris, None).await?.unwrap_or_else(dead);
    let document = sip008(&links, used, left).or_else(|| sip008(&dead("link-empty"), used, left));
    Ok(document.unwrap_or_default())
}

/// The best WireGuard server among the share links: an app takes one tunnel from one document.
async fn tunnel(core: &Core, held: &Held, why_not: Option<&'static str>) -> Result<String> {
    Ok(match merged(core, held, why_not, Format::Uris, None).await? {
        Ok(links) => {
            wireguard::first(&links).unwrap_or_else(|| wireguard::dead(&sentence(held, "link-no-wireguard")))
        }
        Err(key) => wireguard::dead(&sentence(held, key)),
    })
}

fn sentence(held: &Held, key: &str) -> String {
    text::plain(&text::get(held.locale, key))
}

/// The servers' documents as one, or the key of the sentence that stands in their place.
async fn merged(
    core: &Core,
    held: &Held,
    why_not: Option<&'static str>,
    format: Format,
    status: Option<&StatusLine<'_>>,
) -> Result<Result<String, &'static str>> {
    if let Some(key) = why_not {
        return Ok(Err(key));
    }
    let asked = held.placed.iter().map(|(server, grant)| part(core, server, grant, format));
    let given = try_join_all(asked).await?;
    let named = held.placed.iter().map(|(server, _)| server.name.as_str());
    let bodies: Vec<_> = named.zip(given).filter_map(|(name, body)| Some((name, body?))).collect();
    let parts: Vec<Part<'_>> = bodies.iter().map(|(server, body)| Part { server, body }).collect();
    let merged = merge(format, &parts, status);
    if !merged.dropped.is_empty() {
        tracing::warn!(servers = ?merged.dropped, "a panel's document could not be used");
    }
    Ok(if merged.entries > 0 { Ok(merged.text) } else { Err("link-empty") })
}

/// One panel's document; share links where a panel writes no Xray configurations, which are then made from them.
async fn part(core: &Core, server: &Server, grant: &GrantRecord, format: Format) -> Result<Option<String>> {
    match body(core, server, grant, format).await? {
        None if format == Format::Xray => body(core, server, grant, Format::Uris).await,
        found => Ok(found),
    }
}

/// One panel's document: what is kept while it is fresh, else what the panel gives, else what is kept.
pub(in crate::engine) async fn body(
    core: &Core,
    server: &Server,
    grant: &GrantRecord,
    format: Format,
) -> Result<Option<String>> {
    let now = core.world.now();
    let kept = core.read_stale().await?.document(server.id, grant.panel_id, format).await?;
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
                counted("panel");
                return Ok(Some(document.body));
            }
        }
    }
    let stored = (format == Format::Uris && !grant.links.is_empty()).then(|| grant.links.clone());
    counted(match (&kept, &stored) {
        (Some(_), _) if fresh => "kept",
        (None, None) => "none",
        _ => "old",
    });
    Ok(kept.map(|d| d.body).or(stored))
}

fn counted(from: &'static str) {
    metrics::counter!(LINK_DOCUMENTS.name, "from" => from).increment(1);
}

/// "12.3 GiB left · 18 days": the first entry that apps show.
fn usage_line(core: &Core, held: &Held) -> String {
    let of = &held.subscription;
    let (left, days) = (Arg::Traffic(of.remaining()), Arg::Days(days_left(core, of)));
    text::plain(&text::with(held.locale, "link-status", &[("left", left), ("days", days)]))
}

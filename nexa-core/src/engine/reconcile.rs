//! Compares a server with what it should hold, and mends it. Every repair is counted: in a run without faults there
//! is none, or a use case has a bug.

use super::{Core, worker::Next};
use crate::{
    domain::{
        event::Event,
        grant::{GrantRecord, GrantState, PanelId},
        reconcile::{Step, reconcile as compare},
        server::{Server, ServerState},
        subscription::Subscription,
        time::after,
    },
    error::{Failure, Part, Result, Retry},
    ids::{ServerId, ShopId},
    ports::{outcome::Outcome, panel::Panel},
};

/// Rows read at once.
const SLICE: u32 = 1000;

/// Compares one server and sends or removes what differs. Too much difference stops it: then the job turns poison and
/// the operator decides. A server that nobody but us writes to has only lost what it held, so it is told all of it.
pub(super) async fn reconcile(core: &Core, shop: ShopId, id: ServerId) -> Result<Next> {
    let Some(server) = core.read().await?.server(shop, id).await?.filter(|s| s.state != ServerState::Off)
    else {
        return Ok(Next::Done);
    };
    let panel = core.panel(&server)?;
    // Read before the list: what changes meanwhile is no longer as it was compared, and `mend` leaves it alone.
    let (wanted, removed) = ours(core, id).await?;
    let seen = match core.world.within(panel.profile().deadline, panel.list()).await {
        Some(Outcome::Done(seen)) => seen,
        other => {
            let what = other.map_or_else(|| "no answer in time".to_owned(), super::install::said);
            return Err(Failure { part: Part::Panel, retry: Retry::Later, what }.into());
        }
    };
    refresh_offers(core, &server, panel.as_ref()).await?;
    let findings = compare(&wanted, &removed, &seen);
    let profile = panel.profile();
    if findings.suspicious && !profile.exclusive {
        let what =
            format!("{} of {} differ: not mended without a person", findings.steps.len(), wanted.len());
        return Err(Failure { part: Part::Panel, retry: Retry::Never, what }.into());
    }
    if findings.foreign > 0 {
        tracing::info!(server = %id, foreign = findings.foreign, "identities on the server that are not ours");
    }
    for step in findings.steps {
        mend(core, id, &wanted, step).await?;
    }
    Ok(Next::Again(after(core.world.now(), profile.compare_every)))
}

/// Asks what the panel offers by now: what is sold depends on it. Without an answer it stays as it was.
pub(super) async fn refresh_offers(core: &Core, server: &Server, panel: &dyn Panel) -> Result<()> {
    let health = core.world.within(panel.profile().deadline, panel.health()).await;
    let Some(told) = health.and_then(Outcome::done) else { return Ok(()) };
    let (offers, sold_out) = (told.offers, told.sold_out);
    if (offers, sold_out) == (server.offers, server.sold_out) {
        return Ok(());
    }
    let mut tx = core.begin().await?;
    if let Some(server) = tx.server(server.shop_id, server.id).await? {
        tx.save_server(&Server { offers, sold_out, ..server }).await?;
    }
    Ok(core.commit(tx).await?)
}

async fn ours(core: &Core, server: ServerId) -> Result<(Vec<(GrantRecord, Subscription)>, Vec<PanelId>)> {
    let mut wanted = Vec::new();
    let mut last = None;
    loop {
        let slice = core.read().await?.grants_on(server, last, SLICE).await?;
        let Some(end) = slice.last().map(|(g, _)| g.panel_id) else { break };
        last = Some(end);
        wanted.extend(slice);
    }
    let removed = core.read().await?.removed_on(server).await?;
    Ok((wanted, removed))
}

async fn mend(
    core: &Core,
    server: ServerId,
    wanted: &[(GrantRecord, Subscription)],
    step: Step,
) -> Result<()> {
    let (panel_id, state) = match step {
        Step::Send(id) => (id, GrantState::Wanted),
        Step::Remove(id) => (id, GrantState::Unwanted),
    };
    let mut tx = core.begin().await?;
    let subscription = match wanted.iter().find(|(g, _)| g.panel_id == panel_id) {
        Some((_, subscription)) => Some(subscription.id),
        None => tx.grant_owner(server, panel_id).await?,
    };
    let Some(subscription) = subscription else { return Ok(()) };
    // A server may serve customers of its shop's resellers.
    let owner = tx.grants(subscription).await?.into_iter().find(|g| g.server_id == server);
    let Some(shop) = owner.map(|g| g.shop_id) else { return Ok(()) };
    tx.lock_subscription(shop, subscription).await?;
    let grants = tx.grants(subscription).await?;
    let Some(grant) = grants.into_iter().find(|g| g.server_id == server && g.panel_id == panel_id) else {
        return Ok(());
    };
    let compared =
        wanted.iter().find(|(g, _)| g.panel_id == panel_id).map(|(g, _)| (g.state, g.verified, g.limit));
    let unchanged = match step {
        Step::Send(_) => compared == Some((grant.state, grant.verified, grant.limit)),
        Step::Remove(_) => grant.state == GrantState::Removed,
    };
    if !unchanged {
        return Ok(());
    }
    tx.save_grant(&GrantRecord { state, ..grant }).await?;
    core.record(tx.as_mut(), shop, Event::SubscriptionChanged { subscription }).await?;
    core.commit(tx).await?;
    core.repaired(1);
    tracing::warn!(%server, %subscription, ?state, "a server did not hold what it should");
    Ok(())
}

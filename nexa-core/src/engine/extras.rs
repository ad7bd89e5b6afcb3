//! What a plan has beyond time, traffic and devices: whether it can be sold, and what it came to.

use super::{Core, link::DEADLINE, reconcile::refresh_offers, supply::home};
use crate::{
    domain::{
        extras::{Extras, ExtrasGiven},
        grant::GrantRecord,
        link::Format,
        placement::{Candidate, lacking, left, takes},
        plan::Plan,
        refusal::Refusal,
        server::Server,
        subscription::{Subscription, SubscriptionState},
    },
    error::Result,
    ids::{ServerId, ShopId, SubscriptionId},
    ports::{outcome::Outcome, storage::Read},
};
use futures::future::{join_all, try_join_all};
use std::collections::BTreeMap;

/// Refuses a plan whose extras no server of its group offers all.
pub(super) async fn offered(read: &mut dyn Read, plan: &Plan) -> Result<()> {
    let missing = lacking(&of_group(read, plan).await?, plan.terms.extras);
    if missing.is_none() { Ok(()) } else { Err(Refusal::ExtraNotOffered { missing }.into()) }
}

/// Refuses to sell extras that no open server with room offers just now: money must not wait for what may never come.
pub(super) async fn available(read: &mut dyn Read, plan: &Plan) -> Result<()> {
    let wanted = plan.terms.extras;
    if wanted.is_none() {
        return Ok(());
    }
    let home = home(read, plan.shop_id).await?;
    let loads = read.loads(home, plan.group_id).await?;
    let load = |id| loads.iter().find(|(server, _)| *server == id).map_or(0, |(_, load)| *load);
    let servers = of_group(read, plan).await?;
    let fits = servers.iter().any(|server| takes(&Candidate { server, load: load(server.id) }, wanted));
    if fits { Ok(()) } else { Err(Refusal::ExtraUnavailable.into()) }
}

/// Refuses to renew a stopped subscription of whose extras a server of its own gave something away and has none left:
/// it stays where it is, and money must not wait for what may never come.
pub(super) async fn renewable(core: &Core, shop: ShopId, id: SubscriptionId) -> Result<()> {
    let mut read = core.read().await?;
    let of = read.subscription(shop, id).await?.ok_or(Refusal::NotFound)?;
    if of.extras.is_none() || of.is_enabled() {
        return Ok(());
    }
    let placed = super::link::placed(read.as_mut(), &of).await?;
    drop(read);
    let asked = placed.iter().map(|(server, grant)| gave_away(core, server, grant, of.extras));
    let gone = join_all(asked).await;
    let mut servers = placed.iter().map(|(server, _)| server).zip(gone);
    let can = servers.all(|(server, gone)| left(server).covers(gone));
    if can { Ok(()) } else { Err(Refusal::ExtraUnavailable.into()) }
}

/// What a server no longer keeps for an identity that is stopped. Without an answer it counts as kept.
async fn gave_away(core: &Core, server: &Server, grant: &GrantRecord, wanted: Extras) -> Extras {
    let panel = match core.panel(server) {
        Ok(panel) if !server.health.rests(core.world.now()) => panel,
        _ => return Extras::NONE,
    };
    if !panel.profile().formats.contains(&Format::Extras) {
        return Extras::NONE;
    }
    let call = core.world.within(DEADLINE, panel.document(grant.panel_id, Format::Extras)).await;
    let given = call.and_then(Outcome::done).and_then(|body| ExtrasGiven::read(&body));
    given.map_or(Extras::NONE, |given| given.lacks(wanted))
}

/// Asks the servers of a subscription with extras what they have left: it may have got the last.
pub(super) async fn ask_again(core: &Core, shop: ShopId, id: SubscriptionId) -> Result<()> {
    let mut read = core.read().await?;
    let Some(of) = read.subscription(shop, id).await?.filter(|of| !of.extras.is_none()) else {
        return Ok(());
    };
    let placed = super::link::placed(read.as_mut(), &of).await?;
    drop(read);
    for (server, _) in placed {
        if let Ok(panel) = core.panel(&server) {
            refresh_offers(core, &server, panel.as_ref()).await?;
        }
    }
    Ok(())
}

async fn of_group(read: &mut dyn Read, plan: &Plan) -> Result<Vec<Server>> {
    let home = home(read, plan.shop_id).await?;
    let servers = read.servers(home).await?;
    Ok(servers.into_iter().filter(|s| s.group_id == plan.group_id).collect())
}

/// What the extras of a subscription in use came to, by server: what is kept while it is fresh, else what the servers
/// give, else what is kept.
pub(crate) async fn given(core: &Core, of: &Subscription) -> Result<BTreeMap<ServerId, ExtrasGiven>> {
    if of.extras.is_none() || of.state != SubscriptionState::Active {
        return Ok(BTreeMap::new());
    }
    let mut read = core.read().await?;
    let placed = super::link::placed(read.as_mut(), of).await?;
    drop(read);
    let asked = placed.iter().map(|(server, grant)| super::link::body(core, server, grant, Format::Extras));
    let given = try_join_all(asked).await?;
    let read = |(server, body): (&Server, Option<String>)| {
        let given = ExtrasGiven::read(&body?);
        if given.is_none() {
            tracing::warn!(server = %server.id, "what the extras came to cannot be used");
        }
        given.map(|given| (server.id, given))
    };
    Ok(placed.iter().map(|(server, _)| server).zip(given).filter_map(read).collect())
}

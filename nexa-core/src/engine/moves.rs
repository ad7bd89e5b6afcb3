//! A subscription moves to servers in another country and keeps its link.
//!
//! The new identity is wanted on the new servers in the transaction of the move, and the old one stays where it is until
//! a new server was seen to hold the new one. So the customer is never without access: the link shows the old servers
//! until then. What was used on them stays counted, because a removal reads the last counter.

use super::{Core, supply::home, sync_panels::lost};
use crate::{
    domain::{
        event::Event,
        grant::{GrantRecord, GrantState, PanelId},
        job::Lease,
        moves::{Region, destination, is_live, left_behind, may_move_to, regions as all_regions},
        placement::Candidate,
        refusal::Refusal,
        server::{Group, Server},
        subscription::Subscription,
        user::{Principal, Scope},
    },
    error::{Failure, Result},
    ids::{ServerId, ShopId, SubscriptionId},
    ports::storage::Read,
};

/// The servers among which a subscription is placed, and how full they are.
pub(super) struct Around {
    pub(super) group: Group,
    servers: Vec<(Server, u32)>,
}

impl Around {
    pub(super) async fn of(read: &mut dyn Read, of: &Subscription) -> Result<Self> {
        let home = home(read, of.shop_id).await?;
        let group = read.group(home, of.group_id).await?.ok_or(Refusal::NotFound)?;
        let loads = read.loads(home, group.id).await?;
        let load = |id| loads.iter().find(|(server, _)| *server == id).map_or(0, |(_, n)| *n);
        let servers = read.servers(home).await?.into_iter().filter(|s| s.group_id == group.id);
        let servers = servers.map(|server| {
            let load = load(server.id);
            (server, load)
        });
        Ok(Self { servers: servers.collect(), group })
    }

    pub(super) fn candidates(&self) -> Vec<Candidate<'_>> {
        self.servers.iter().map(|(server, load)| Candidate { server, load: *load }).collect()
    }

    fn regions(&self, of: &Subscription, grants: &[GrantRecord]) -> Vec<Region> {
        let own = grants.iter().filter(|g| is_live(g) && g.panel_id == of.panel_id);
        let on: Vec<ServerId> = own.map(|g| g.server_id).collect();
        all_regions(&self.candidates(), &on, of.extras)
    }
}

/// Where the owner's subscription is and could move to now: none that it could not, and none at all when it cannot move.
pub(crate) async fn regions(core: &Core, who: &Principal, id: SubscriptionId) -> Result<Vec<Region>> {
    let user = who.with(Scope::Read)?;
    let mut read = core.read().await?;
    let held = read.subscription(who.shop_id, id).await?.filter(|s| s.user_id == user);
    let held = held.ok_or(Refusal::NotFound)?;
    if held.can_move().is_err() {
        return Ok(Vec::new());
    }
    let grants = read.grants(id).await?;
    let mut found = Around::of(read.as_mut(), &held).await?.regions(&held, &grants);
    found.retain(|region| region.here || region.room);
    Ok(found)
}

/// Moves the owner's subscription to servers in another country. The panels follow by a job.
pub(crate) async fn move_subscription(
    core: &Core,
    who: &Principal,
    id: SubscriptionId,
    region: &str,
) -> Result<()> {
    let user = who.with(Scope::Buy)?;
    let mut tx = core.begin().await?;
    let held = tx.lock_subscription(who.shop_id, id).await?.filter(|s| s.user_id == user);
    let held = held.ok_or(Refusal::NotFound)?;
    held.can_move()?;
    let grants = tx.grants(id).await?;
    let around = Around::of(tx.as_read(), &held).await?;
    may_move_to(&around.regions(&held, &grants), region)?;
    let servers = destination(&around.group, &around.candidates(), region, held.extras);
    let (limited, now) = (who.with(Scope::Manage).is_err(), core.world.now());
    let held = held.try_map(|s| if limited { s.count_move(now) } else { Ok(s) })?;
    let identity = PanelId::new(core.world.uuid_v4());
    let held = held.try_map(|s| s.relocate(identity))?;
    // Where it never arrived it need not go any more; what serves it, serves on.
    for never in grants.into_iter().filter(|g| g.state == GrantState::Wanted && g.verified == 0) {
        tx.save_grant(&GrantRecord { state: GrantState::Unwanted, ..never }).await?;
    }
    for server in servers {
        tx.save_grant(&GrantRecord::wanted(&held, server)).await?;
    }
    tx.save_subscription(held).await?;
    core.record(tx.as_mut(), who.shop_id, Event::SubscriptionChanged { subscription: id }).await?;
    Ok(core.commit(tx).await?)
}

/// Gives the former servers up once a new one holds the subscription; whether there was something to give up.
pub(super) async fn leave(core: &Core, lease: &Lease, shop: ShopId, id: SubscriptionId) -> Result<bool> {
    let mut read = core.read().await?;
    if former(read.as_mut(), shop, id).await?.is_none() {
        return Ok(false);
    }
    drop(read);
    let mut tx = core.begin().await?;
    if !tx.holds_lease(lease).await? {
        return Err(lost());
    }
    // Locked, so that no other move comes between what is seen here and what is written.
    tx.lock_subscription(shop, id).await?;
    let Some((of, grants)) = former(tx.as_read(), shop, id).await? else { return Ok(false) };
    for grant in grants {
        tx.save_grant(&GrantRecord { state: GrantState::Unwanted, ..grant }).await?;
    }
    let moved = Event::SubscriptionMoved { subscription: id, user: of.user_id };
    core.record(tx.as_mut(), shop, moved).await?;
    core.commit(tx).await?;
    Ok(true)
}

/// A subscription with what it has left behind, if it has.
async fn former(
    read: &mut dyn Read,
    shop: ShopId,
    id: SubscriptionId,
) -> Result<Option<(Subscription, Vec<GrantRecord>)>, Failure> {
    let Some(of) = read.subscription(shop, id).await? else { return Ok(None) };
    let grants = left_behind(&read.grants(id).await?, &of);
    Ok((!grants.is_empty()).then_some((of, grants)))
}

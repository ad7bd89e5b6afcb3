//! What was used: reads a server's counters once, adds up what is new, and stops subscriptions that have nothing left.
//!
//! A server that does not answer keeps its last values. Between two full readings, which are dear on large panels,
//! subscriptions close to their end are read singly each minute.

use super::{
    Core, ServerPanel,
    beside::Tries,
    sync_panels::{contact, lost},
    worker::Next,
};
use crate::{
    domain::{
        event::Event,
        grant::{GrantRecord, GrantState, PanelId, Seen},
        job::Lease,
        measure::Traffic,
        period::Told,
        refusal::Refusal,
        server::ServerState,
        subscription::{Subscription, SubscriptionState},
        time::after,
        upkeep,
        usage::{Day, DayUsage, KEPT_DAYS, MOST_DAYS},
        user::{Principal, Scope},
    },
    error::{Failure, Part, Result, Retry},
    ids::{ServerId, ShopId, SubscriptionId},
    ports::{
        outcome::Outcome,
        storage::{Locked, Tx},
    },
};
use jiff::SignedDuration;
use std::collections::BTreeMap;

/// How often counters are read; panels count once a minute themselves.
const EVERY: SignedDuration = SignedDuration::from_secs(60);
/// Grants looked at in one view.
const SLICE: u32 = 500;
/// Readings written in one transaction: whoever needs one of these subscriptions, or to be alone, waits for it.
const TOGETHER: usize = 50;
/// Subscriptions read singly between two full readings.
const SINGLY: usize = 50;

/// What a panel's counter showed for one identity.
#[derive(Clone, Copy)]
pub(super) struct Reading {
    /// Whose server it is; the subscription may be a reseller's.
    pub(super) home: ShopId,
    pub(super) server: ServerId,
    /// Whether nobody but us writes to the panel.
    pub(super) exclusive: bool,
    pub(super) panel_id: PanelId,
    pub(super) counter: Traffic,
}

/// Ends a subscription whose time is over; looks again when it was renewed meanwhile.
pub(super) async fn end_subscription(core: &Core, shop: ShopId, id: SubscriptionId) -> Result<Next> {
    let mut tx = core.begin().await?;
    let Some(held) = tx.lock_subscription(shop, id).await? else { return Ok(Next::Done) };
    let now = core.world.now();
    if held.state != SubscriptionState::Active {
        return Ok(Next::Done);
    }
    if now < held.ends_at {
        return Ok(Next::Again(held.ends_at));
    }
    enforce(core, tx.as_mut(), held).await?;
    core.commit(tx).await?;
    Ok(Next::Done)
}

/// Stops one whose time or traffic is over. What one used before it was ready is counted, but stops nothing that has not
/// begun; and at a full limit no counter moves any more, so nothing else would stop it later.
pub(super) async fn enforce(core: &Core, tx: &mut dyn Tx, held: Locked<Subscription>) -> Result<()> {
    let (was, now) = (held.state, core.world.now());
    let held = let_go_on(core, tx, was, held.map(|s| s.enforce(now))).await?;
    stopped(core, tx, was, &held).await?;
    Ok(tx.save_subscription(held).await?)
}

/// Reads one server. What whoever lost the job has read is older than what another reads now, and would look like a counter
/// that began anew: nothing is written without the lease.
pub(super) async fn sync_usage(core: &Core, lease: &Lease, shop: ShopId, id: ServerId) -> Result<Next> {
    let Some(server) = core.read().await?.server(shop, id).await?.filter(|s| s.state != ServerState::Off)
    else {
        return Ok(Next::Done);
    };
    let panel = core.panel(&server)?;
    let target = ServerPanel { server, panel };
    let profile = target.panel.profile();
    let now = core.world.now();
    let due = target.server.health.usage_at.is_none_or(|at| now >= after(at, profile.list_every));
    let seen = if due { whole_list(core, &target).await? } else { near_the_end(core, &target).await? };
    let counters: BTreeMap<PanelId, Traffic> = seen.into_iter().map(|s| (s.panel_id, s.counter)).collect();
    apply(core, lease, &target, &counters).await?;
    if due {
        let mut tx = core.begin().await?;
        if !tx.holds_lease(lease).await? {
            return Err(lost());
        }
        let mut server = tx.server(shop, id).await?.ok_or(Refusal::NotFound)?;
        server.health = server.health.after_contact(true, now);
        server.health.usage_at = Some(now);
        tx.save_server(&server).await?;
        core.commit(tx).await?;
    }
    Ok(Next::Again(after(core.world.now(), EVERY.min(profile.list_every))))
}

async fn whole_list(core: &Core, target: &ServerPanel) -> Result<Vec<Seen>> {
    let deadline = target.panel.profile().deadline;
    match core.world.within(deadline, target.panel.list()).await {
        Some(Outcome::Done(seen)) => Ok(seen),
        other => {
            let mut tx = core.begin().await?;
            contact(core, tx.as_mut(), target.server.shop_id, target.server.id, false).await?;
            core.commit(tx).await?;
            let what = other.map_or_else(|| "no answer in time".to_owned(), super::install::said);
            Err(Failure { part: Part::Panel, retry: Retry::Later, what }.into())
        }
    }
}

/// Subscriptions with under a tenth or under 1 GiB left.
async fn near_the_end(core: &Core, target: &ServerPanel) -> Result<Vec<Seen>> {
    let mut near = Vec::new();
    let mut after = None;
    loop {
        let slice = core.read().await?.grants_on(target.server.id, after, SLICE).await?;
        let Some(last) = slice.last().map(|(g, _)| g.panel_id) else { break };
        near.extend(
            slice
                .into_iter()
                .filter(|(g, s)| g.state == GrantState::Placed && is_near(s))
                .map(|(g, _)| g.panel_id),
        );
        after = Some(last);
        if near.len() >= SINGLY {
            break;
        }
    }
    let mut seen = Vec::new();
    for id in near.into_iter().take(SINGLY) {
        match core.world.within(target.panel.profile().deadline, target.panel.find(id)).await {
            Some(Outcome::Done(found)) => seen.push(found),
            Some(Outcome::NotFound | Outcome::Rejected(_)) => {}
            // It hangs or is gone: the others would only use up the job's time.
            Some(Outcome::Unreachable(_) | Outcome::Ambiguous(_)) | None => break,
        }
    }
    Ok(seen)
}

fn is_near(of: &Subscription) -> bool {
    let left = of.remaining();
    of.state == SubscriptionState::Active
        && (left < Traffic::gib(1) || left.as_bytes() < of.limit.as_bytes() / 10)
}

/// Adds what is new, slice by slice; unchanged counters cost no write.
async fn apply(
    core: &Core,
    lease: &Lease,
    target: &ServerPanel,
    counters: &BTreeMap<PanelId, Traffic>,
) -> Result<()> {
    let mut after = None;
    loop {
        let slice = core.read().await?.grants_on(target.server.id, after, SLICE).await?;
        let Some(last) = slice.last().map(|(g, _)| g.panel_id) else { return Ok(()) };
        after = Some(last);
        let moved =
            |(g, _): &(GrantRecord, Subscription)| counters.get(&g.panel_id).is_some_and(|c| *c != g.counter);
        let changed: Vec<_> = slice.into_iter().filter(moved).collect();
        for some in changed.chunks(TOGETHER) {
            let mut tries = Tries::beside(core);
            while let Err(error) =
                write_some(core, tries.begin().await?, (lease, target), some, counters).await
            {
                tries.again(error).await?;
            }
        }
    }
}

async fn write_some(
    core: &Core,
    mut tx: Box<dyn Tx>,
    (lease, target): (&Lease, &ServerPanel),
    changed: &[(GrantRecord, Subscription)],
    counters: &BTreeMap<PanelId, Traffic>,
) -> Result<()> {
    if !tx.holds_lease(lease).await? {
        return Err(lost());
    }
    for (grant, subscription) in changed {
        let counter = counters.get(&grant.panel_id).copied().unwrap_or(grant.counter);
        let (server, exclusive) = (target.server.id, target.panel.profile().exclusive);
        let home = target.server.shop_id;
        let reading = Reading { home, server, exclusive, panel_id: grant.panel_id, counter };
        consume(core, tx.as_mut(), subscription, reading).await?;
    }
    Ok(core.commit(tx).await?)
}

/// Adds what one identity used since it was last read.
pub(super) async fn consume(core: &Core, tx: &mut dyn Tx, of: &Subscription, reading: Reading) -> Result<()> {
    let Reading { home, server, exclusive, panel_id, counter } = reading;
    let Some(held) = tx.lock_subscription(of.shop_id, of.id).await? else { return Ok(()) };
    let mut grants = tx.grants(of.id).await?;
    let Some(at) = grants.iter().position(|g| g.server_id == server && g.panel_id == panel_id) else {
        return Ok(());
    };
    let known = grants.swap_remove(at);
    let before = known.state;
    // One that goes is read by its removal too, so a lower counter is an older reading and not a reset.
    let only_grows = exclusive || matches!(before, GrantState::Unwanted | GrantState::Removed);
    let (grant, delta) = if only_grows { known.read_exclusive(counter) } else { known.read(counter) };
    tx.save_grant(&grant).await?;
    let lost = grant.state != before;
    if lost {
        tracing::warn!(%server, subscription = %of.id, "a server lost what it had counted; it is told again");
    }
    let was = held.state;
    let now = core.world.now();
    if delta > Traffic::ZERO {
        tx.add_usage(of.shop_id, of.id, DayUsage { day: Day::of(now), server, traffic: delta }).await?;
        tx.add_server_traffic(home, server, now, delta.to_sql()).await?;
    }
    let held = let_go_on(core, tx, was, held.map(|s| s.consume(delta, now))).await?;
    stopped(core, tx, was, &held).await?;
    let low = upkeep::low_traffic(&held);
    let held = if let Some(told) = low { held.map(|s| s.tell(told)) } else { held };
    let placed = |g: &&GrantRecord| g.state == GrantState::Placed;
    let stale = held.is_enabled() && grants.iter().filter(placed).any(|g| g.limit_is_stale(&held));
    let (shop, subscription) = (held.shop_id, held.id);
    tx.save_subscription(held).await?;
    if stale || lost {
        core.record(tx, shop, Event::SubscriptionChanged { subscription }).await?;
    }
    let user = of.user_id;
    match low {
        Some(Told::NearlyAllTraffic) => {
            core.record(tx, shop, Event::TrafficVeryLow { subscription, user }).await?;
        }
        Some(_) => core.record(tx, shop, Event::TrafficLow { subscription, user }).await?,
        None => {}
    }
    Ok(())
}

/// What the owner used on each of the last days, today included, by server: the first day and what there is.
pub(crate) async fn history(
    core: &Core,
    who: &Principal,
    id: SubscriptionId,
    days: u32,
) -> Result<(Day, Vec<DayUsage>)> {
    let user = who.with(Scope::Read)?;
    if !(1..=MOST_DAYS).contains(&days) {
        return Err(Refusal::bad_input("days", "1 to 90").into());
    }
    let mut read = core.read().await?;
    let held = read.subscription(who.shop_id, id).await?.filter(|s| s.user_id == user);
    let held = held.ok_or(Refusal::NotFound)?;
    let first = Day::of(core.world.now()).before(days - 1);
    Ok((first, read.usage_days(who.shop_id, held.id, first).await?))
}

/// Forgets days that are too old.
pub(super) async fn forget(core: &Core, tx: &mut dyn Tx) -> Result<(), Failure> {
    tx.delete_usage_before(Day::of(core.world.now()).before(KEPT_DAYS)).await.map(drop)
}

/// Lets a subscription that was stopped just now go on for a little, if its shop does so.
async fn let_go_on(
    core: &Core,
    tx: &mut dyn Tx,
    was: SubscriptionState,
    held: Locked<Subscription>,
) -> Result<Locked<Subscription>> {
    if held.state == was {
        return Ok(held);
    }
    let (terms, now) = (core.shop(tx.as_read(), held.shop_id).await?.grace, core.world.now());
    let held = held.map(|s| s.go_on(terms, now));
    if held.in_grace() {
        let (subscription, user, until) = (held.id, held.user_id, held.ends_at);
        let hours = until.duration_since(now).as_hours().max(1);
        let hours = u32::try_from(hours).unwrap_or(terms.hours);
        let event = Event::GraceBegun { subscription, user, until, hours, traffic: terms.traffic() };
        core.record(tx, held.shop_id, event).await?;
    }
    Ok(held)
}

/// Says that a subscription was stopped, if it was.
pub(super) async fn stopped(
    core: &Core,
    tx: &mut dyn Tx,
    was: SubscriptionState,
    now: &Subscription,
) -> Result<(), Failure> {
    let (subscription, user) = (now.id, now.user_id);
    let event = match now.state {
        state if state == was => return Ok(()),
        SubscriptionState::Ended => Event::SubscriptionEnded { subscription, user },
        SubscriptionState::Exhausted => Event::SubscriptionExhausted { subscription, user },
        _ => return Ok(()),
    };
    core.record(tx, now.shop_id, event).await
}

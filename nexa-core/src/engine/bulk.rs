//! Changes many subscriptions, a slice in each transaction. The mark moves with the changes, so whatever is torn is done
//! anew and nothing is done twice.

use super::{Core, moves::Around, sync_panels::lost, worker::Next};
use crate::{
    domain::{
        bulk::{Bulk, BulkState, BulkStep},
        coupon::{Benefit, Coupon, Limits, OwnCode},
        event::Event,
        grant::{GrantRecord, GrantState, PanelId},
        job::{Job, Lease},
        placement::{Wish, place},
        refusal::Refusal,
        subscription::{More, Subscription, SubscriptionState},
    },
    error::{Error, Result},
    ids::{BulkId, GroupId, ShopId, SubscriptionId},
    ports::storage::{Inserted, Locked, Tx},
    secret::Purpose,
};
use jiff::Timestamp;

/// Subscriptions that are looked at in one transaction.
const SLICE: u32 = 25;

/// The job: one slice.
pub(super) async fn bulk(core: &Core, lease: &Lease, shop: ShopId, id: BulkId) -> Result<Next> {
    let mut tx = core.begin().await?;
    if !tx.holds_lease(lease).await? {
        return Err(lost());
    }
    let held = tx.lock_bulk(shop, id).await?.filter(|bulk| bulk.state == BulkState::Running);
    let Some(held) = held else { return Ok(Next::Done) };
    let mut bulk = held.into_inner();
    let slice = tx.selected(shop, bulk.selection, bulk.begun_at, bulk.cursor, SLICE).await?;
    for of in &slice {
        match change(core, tx.as_mut(), &bulk, of.id).await {
            Ok(()) => bulk.changed = bulk.changed.saturating_add(1),
            Err(Error::Refused(_)) => bulk.left_out = bulk.left_out.saturating_add(1),
            Err(failed) => return Err(failed),
        }
        bulk.cursor = Some(of.id);
    }
    let over = u32::try_from(slice.len()).is_ok_and(|count| count < SLICE);
    let now = core.world.now();
    let bulk = if over { bulk.finish(now)? } else { bulk };
    tx.save_bulk(&bulk).await?;
    core.commit(tx).await?;
    Ok(if over { Next::Done } else { Next::Again(now) })
}

/// Changes one subscription, or refuses before anything is written.
async fn change(core: &Core, tx: &mut dyn Tx, bulk: &Bulk, id: SubscriptionId) -> Result<()> {
    let held = tx.lock_subscription(bulk.shop_id, id).await?.ok_or(Refusal::NotFound)?;
    let now = core.world.now();
    match bulk.step {
        BulkStep::Extend { more } => extend(core, tx, held, more).await,
        BulkStep::Move { group } => relocate(core, tx, held, group).await,
        BulkStep::Suspend => stop_or_go(core, tx, held, Subscription::suspend).await,
        // What is frozen is about money, and goes with that.
        BulkStep::Resume if held.state == SubscriptionState::Frozen => {
            Err(Refusal::SubscriptionClosed.into())
        }
        BulkStep::Resume => stop_or_go(core, tx, held, |of| of.resume(now)).await,
        BulkStep::Coupon { benefit, until } => give_coupon(core, tx, bulk, &held, (benefit, until)).await,
    }
}

/// Its owner gets a coupon, once: the code follows from bulk and owner.
async fn give_coupon(
    core: &Core,
    tx: &mut dyn Tx,
    bulk: &Bulk,
    held: &Subscription,
    (benefit, until): (Benefit, Timestamp),
) -> Result<()> {
    let (shop, user, now) = (bulk.shop_id, held.user_id, core.world.now());
    let owner = tx.user(shop, user).await?.filter(|owner| !owner.blocked).ok_or(Refusal::NotFound)?;
    if until <= now {
        return Err(Refusal::CouponExpired.into());
    }
    let print = core.keys.fingerprint(Purpose::Coupon, &format!("{}:{user}", bulk.id));
    let own = OwnCode::of(&print);
    let coupon = Coupon {
        id: core.world.id(),
        shop_id: shop,
        user: Some(owner.id),
        code: own.to_string(),
        benefit,
        limits: Limits { total: Some(1), per_user: Some(1), until: Some(until), ..Limits::default() },
        enabled: true,
        taken: 0,
        created_at: now,
    };
    if tx.insert_coupon(&coupon).await? == Inserted::Taken {
        return Err(Refusal::AlreadyDecided.into());
    }
    Ok(core.record(tx, shop, Event::CouponGiven { user, code: own, until }).await?)
}

pub(super) async fn extend(
    core: &Core,
    tx: &mut dyn Tx,
    held: Locked<Subscription>,
    more: More,
) -> Result<()> {
    // Its servers may have given its extras away, and cannot be asked here.
    if !held.extras.is_none() && !held.is_enabled() {
        return Err(Refusal::ExtraUnavailable.into());
    }
    let now = core.world.now();
    let held = held.try_map(|of| of.extend(more, now))?;
    let (shop, subscription, user, ends_at) = (held.shop_id, held.id, held.user_id, held.ends_at);
    let runs = held.state == SubscriptionState::Active;
    tx.save_subscription(held).await?;
    let event = Event::SubscriptionExtended { subscription, user, ends_at, runs };
    Ok(core.record(tx, shop, event).await?)
}

async fn stop_or_go(
    core: &Core,
    tx: &mut dyn Tx,
    held: Locked<Subscription>,
    step: impl FnOnce(Subscription) -> Result<Subscription, Refusal> + Send,
) -> Result<()> {
    let was = held.state;
    let held = held.try_map(step)?;
    if held.state == was {
        return Err(Refusal::AlreadyDecided.into());
    }
    let (shop, subscription) = (held.shop_id, held.id);
    tx.save_subscription(held).await?;
    core.record(tx, shop, Event::SubscriptionChanged { subscription }).await?;
    // What came up while it was stopped was left alone.
    let (job, now) = (Job::Upkeep { subscription }, core.world.now());
    Ok(core.enqueue(tx, shop, job, now, None).await?)
}

/// Puts it on the servers of another group; the former ones serve it until a new one does.
async fn relocate(core: &Core, tx: &mut dyn Tx, held: Locked<Subscription>, group: GroupId) -> Result<()> {
    if held.group_id == group {
        return Err(Refusal::AlreadyThere.into());
    }
    let identity = PanelId::new(core.world.uuid_v4());
    let held = held.try_map(|of| of.relocate(identity))?.map(|of| Subscription { group_id: group, ..of });
    let around = Around::of(tx.as_read(), &held).await?;
    let wish = Wish { region: None, extras: held.extras };
    let servers = place(&around.group, &around.candidates(), wish);
    if servers.is_empty() {
        return Err(Refusal::RegionFull.into());
    }
    let (shop, subscription) = (held.shop_id, held.id);
    for never in tx.grants(subscription).await? {
        if never.state == GrantState::Wanted && never.verified == 0 {
            tx.save_grant(&GrantRecord { state: GrantState::Unwanted, ..never }).await?;
        }
    }
    for server in servers {
        tx.save_grant(&GrantRecord::wanted(&held, server)).await?;
    }
    tx.save_subscription(held).await?;
    Ok(core.record(tx, shop, Event::SubscriptionChanged { subscription }).await?)
}

//! Looks once more at what a panel was told when a write stayed unclear. A server in front of a panel may give up on a
//! request that the panel still works on; its effect then comes late, over what was written after it. Nothing else would
//! notice before the next comparison of the whole server, hours later.
//!
//! Runs under the subscription's lease and writes nothing to a panel: many drop connections with every write.

use super::{
    Core, ServerPanel,
    supply::home,
    sync_panels::{is_settled, lost, usable},
    worker::Next,
};
use crate::{
    domain::{
        event::Event,
        grant::{Grant, GrantRecord, GrantState},
        job::{Job, Lease, QueuedJob},
        server::ServerState,
        subscription::Subscription,
        time,
    },
    error::{Failure, Result},
    ids::{ServerId, ShopId, SubscriptionId},
    ports::{
        outcome::Outcome,
        storage::{Read, Tx},
    },
};
use futures::future::join_all;
use jiff::{SignedDuration, Timestamp};

/// When an unclear write has taken effect, or never will: servers in front of panels give up after a minute, seldom
/// later, and the panel is done soon after. Short enough that a customer hardly meets the wrong state.
const EFFECT_IS_LATE: SignedDuration = SignedDuration::from_mins(2);
/// The pause before a panel that does not answer is asked again.
const SILENT: SignedDuration = SignedDuration::from_mins(5);

/// What a panel says of one grant.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Look {
    /// As it was last seen, or there is nothing to ask.
    Right,
    /// Otherwise.
    Wrong,
    /// No answer.
    Silent,
}

/// Has the subscription looked at again, once for each minute in which something stayed unclear.
pub(super) async fn doubted(
    core: &Core,
    tx: &mut dyn Tx,
    shop: ShopId,
    subscription: SubscriptionId,
) -> Result<(), Failure> {
    let at = time::after(core.world.now(), EFFECT_IS_LATE);
    let key = format!("recheck:{subscription}:{}", at.as_second() / 60);
    core.enqueue(tx, shop, Job::Recheck { subscription }, at, Some(key)).await
}

/// The same after a job that may have been cut off while it wrote to panels.
pub(super) async fn after(core: &Core, tx: &mut dyn Tx, job: &QueuedJob) -> Result<(), Failure> {
    match job.job.writes_for() {
        Some(subscription) => doubted(core, tx, job.shop_id, subscription).await,
        None => Ok(()),
    }
}

/// Asks every panel whether it holds what it was last seen to hold; where it does not, the grant is sent again.
pub(super) async fn recheck(core: &Core, lease: &Lease, shop: ShopId, id: SubscriptionId) -> Result<Next> {
    let mut read = core.read().await?;
    let Some(subscription) = read.subscription(shop, id).await? else { return Ok(Next::Done) };
    let mut looks = Vec::new();
    for record in read.grants(id).await? {
        looks.push(target(core, read.as_mut(), &subscription, record).await?);
    }
    drop(read);
    let calls = looks.into_iter().map(|(record, target)| look(core, &subscription, record, target));
    let seen = join_all(calls).await;
    let wrong = seen.iter().filter(|(_, look)| *look == Look::Wrong).map(|(record, _)| record);
    mend(core, lease, shop, id, wrong.collect()).await?;
    if seen.iter().any(|(_, look)| *look == Look::Silent) {
        return again(core, lease, shop, id).await;
    }
    Ok(Next::Done)
}

/// Whom to ask of a grant: nobody when another job still has to bring it there, or when the server is off.
enum Target {
    Nobody,
    Resting,
    Panel(Box<ServerPanel>),
}

async fn target(
    core: &Core,
    read: &mut dyn Read,
    of: &Subscription,
    record: GrantRecord,
) -> Result<(GrantRecord, Target)> {
    let settled = is_settled(&record, of);
    let home = home(read, of.shop_id).await?;
    if !settled || is_off(read, home, record.server_id).await? {
        return Ok((record, Target::Nobody));
    }
    let found = usable(core, read, home, record.server_id).await?;
    Ok((record, found.map_or(Target::Resting, |found| Target::Panel(Box::new(found)))))
}

async fn is_off(read: &mut dyn Read, shop: ShopId, id: ServerId) -> Result<bool> {
    Ok(read.server(shop, id).await?.is_none_or(|server| server.state == ServerState::Off))
}

async fn look(core: &Core, of: &Subscription, record: GrantRecord, target: Target) -> (GrantRecord, Look) {
    let panel = match target {
        Target::Nobody => return (record, Look::Right),
        Target::Resting => return (record, Look::Silent),
        Target::Panel(found) => found.panel,
    };
    let held = async {
        if record.state == GrantState::Removed {
            return match panel.find(record.panel_id).await {
                Outcome::NotFound => Outcome::Done(true),
                other => other.map(|_| false),
            };
        }
        // The limit that was sent: since then what is used elsewhere may have moved the one that is wanted a little.
        panel.holds(&Grant { limit: record.limit, ..record.desired(of) }).await
    };
    let look = match core.world.within(panel.profile().deadline, held).await {
        Some(Outcome::Done(false) | Outcome::NotFound) => Look::Wrong,
        // A refusal is not what this job is for: the operator sees it when the server is compared.
        Some(Outcome::Done(true) | Outcome::Rejected(_)) => Look::Right,
        Some(Outcome::Unreachable(_) | Outcome::Ambiguous(_)) | None => Look::Silent,
    };
    (record, look)
}

/// Notes what is wrong as still to be done; the job that follows does it.
async fn mend(
    core: &Core,
    lease: &Lease,
    shop: ShopId,
    id: SubscriptionId,
    wrong: Vec<&GrantRecord>,
) -> Result<()> {
    if wrong.is_empty() {
        return Ok(());
    }
    let mut tx = core.begin().await?;
    if !tx.holds_lease(lease).await? {
        return Err(lost());
    }
    tx.lock_subscription(shop, id).await?;
    let mut mended = 0;
    for now in tx.grants(id).await? {
        // Counters may have been read meanwhile; what else changed is no longer as it was asked about.
        let same = |then: &&&GrantRecord| {
            (then.server_id, then.panel_id, then.state, then.verified, then.limit)
                == (now.server_id, now.panel_id, now.state, now.verified, now.limit)
        };
        if wrong.iter().find(same).is_none() {
            continue;
        }
        let state = if now.state == GrantState::Removed { GrantState::Unwanted } else { GrantState::Wanted };
        tracing::warn!(server = %now.server_id, subscription = %id, ?state, "a write took effect late, over a newer one");
        tx.save_grant(&GrantRecord { state, ..now }).await?;
        mended += 1;
    }
    if mended == 0 {
        return Ok(());
    }
    core.record(tx.as_mut(), shop, Event::SubscriptionChanged { subscription: id }).await?;
    core.commit(tx).await?;
    core.repaired(mended);
    Ok(())
}

/// All that waits for a panel to answer waits in one job.
async fn again(core: &Core, lease: &Lease, shop: ShopId, subscription: SubscriptionId) -> Result<Next> {
    let at: Timestamp = time::after(core.world.now(), SILENT);
    let key = format!("recheck:{subscription}:silent");
    if lease.job.key.as_ref() == Some(&key) {
        return Ok(Next::Again(at));
    }
    let mut tx = core.begin().await?;
    core.enqueue(tx.as_mut(), shop, Job::Recheck { subscription }, at, Some(key)).await?;
    core.commit(tx).await?;
    Ok(Next::Done)
}

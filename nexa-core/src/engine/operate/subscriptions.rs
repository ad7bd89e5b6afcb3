//! What the operator does to subscriptions, and the owner's link reset.

use super::actions::note;
use crate::{
    domain::{
        deed::Deed,
        event::Event,
        grant::{GrantRecord, GrantState, PanelId},
        job::Job,
        moves::is_live,
        permission::Permission,
        refusal::Refusal,
        subscription::Subscription,
        user::{Principal, Scope},
    },
    engine::{Core, provision::new_link, refund::unwant_all},
    error::Result,
    ids::SubscriptionId,
    ports::storage::{Locked, Tx},
};

/// Stops it.
pub(crate) async fn suspend(core: &Core, who: &Principal, id: SubscriptionId) -> Result<()> {
    change(core, who, id, Deed::Suspended { subscription: id }, Subscription::suspend).await
}

/// Lets it go on.
pub(crate) async fn resume(core: &Core, who: &Principal, id: SubscriptionId) -> Result<()> {
    let now = core.world.now();
    change(core, who, id, Deed::Resumed { subscription: id }, |s| s.resume(now)).await
}

/// Takes it back for ever, without giving money back.
pub(crate) async fn revoke(core: &Core, who: &Principal, id: SubscriptionId) -> Result<()> {
    who.may(Permission::ServeCustomers)?;
    let mut tx = core.begin().await?;
    let held = tx.lock_subscription(who.shop_id, id).await?.ok_or(Refusal::NotFound)?;
    tx.save_subscription(held.map(Subscription::revoke)).await?;
    unwant_all(tx.as_mut(), id).await?;
    note(core, tx.as_mut(), who, Deed::Revoked { subscription: id }).await?;
    core.record(tx.as_mut(), who.shop_id, Event::SubscriptionChanged { subscription: id }).await?;
    Ok(core.commit(tx).await?)
}

async fn change(
    core: &Core,
    who: &Principal,
    id: SubscriptionId,
    deed: Deed,
    step: impl FnOnce(Subscription) -> Result<Subscription, Refusal> + Send,
) -> Result<()> {
    who.may(Permission::ServeCustomers)?;
    let mut tx = core.begin().await?;
    let held = tx.lock_subscription(who.shop_id, id).await?.ok_or(Refusal::NotFound)?;
    tx.save_subscription(held.try_map(step)?).await?;
    note(core, tx.as_mut(), who, deed).await?;
    core.record(tx.as_mut(), who.shop_id, Event::SubscriptionChanged { subscription: id }).await?;
    // What came up while it was stopped was left alone.
    let (job, now) = (Job::Upkeep { subscription: id }, core.world.now());
    core.enqueue(tx.as_mut(), who.shop_id, job, now, None).await?;
    Ok(core.commit(tx).await?)
}

/// The owner wants a new link. The old one is dead when this returns; the panels follow by a job, which gives the new
/// identity a place before the old one goes.
pub(crate) async fn reset_link(core: &Core, who: &Principal, id: SubscriptionId) -> Result<()> {
    let user = who.with(Scope::Buy)?;
    let mut tx = core.begin().await?;
    let held = tx.lock_subscription(who.shop_id, id).await?.filter(|s| s.user_id == user);
    let held = held.ok_or(Refusal::NotFound)?;
    let (limited, now) = (who.with(Scope::Manage).is_err(), core.world.now());
    let held = held.try_map(|s| if limited { s.count_reset(now) } else { Ok(s) })?;
    change_link(core, tx.as_mut(), held).await?;
    Ok(core.commit(tx).await?)
}

/// Gives a subscription a new link and a new identity on the panels, in this transaction.
pub(in crate::engine) async fn change_link(
    core: &Core,
    tx: &mut dyn Tx,
    held: Locked<Subscription>,
) -> Result<()> {
    let (shop, id, user) = (held.shop_id, held.id, held.user_id);
    // Of a move that is under way only where it goes to counts: the old identity dies with the link.
    for grant in tx.grants(id).await? {
        if is_live(&grant) && grant.panel_id != held.panel_id {
            tx.save_grant(&GrantRecord { state: GrantState::Unwanted, ..grant }).await?;
        }
    }
    let (lookup, sealed) = new_link(core, id);
    let panel_id = PanelId::new(core.world.uuid_v4());
    let held = held.try_map(|s| s.reset_link(panel_id, lookup, sealed))?;
    tx.save_subscription(held).await?;
    // Whoever used the old link must import the new one, and takes a place only then.
    for device in tx.devices(shop, id).await? {
        tx.delete_device(shop, id, device.id).await?;
    }
    Ok(core.record(tx, shop, Event::LinkReset { subscription: id, user }).await?)
}

//! Bulks as operators look at, begin and stop them.

use super::actions::{known, note, note_once};
use crate::{
    domain::{
        bulk::{Bulk, BulkState, BulkStep, Selection, as_seen},
        deed::{Deed, reason},
        event::Event,
        permission::Permission,
        refusal::Refusal,
        subscription::Subscription,
        user::Principal,
    },
    engine::{Core, supply},
    error::Result,
    ids::{BulkId, ShopId, UserId},
    ports::storage::Read,
};
use jiff::Timestamp;

/// Subscriptions that a preview shows.
const SHOWN: u32 = 10;

/// How many are selected now, and the first of them.
pub(crate) async fn preview_bulk(
    core: &Core,
    who: &Principal,
    selection: Selection,
    step: BulkStep,
) -> Result<(u32, Vec<Subscription>)> {
    may(who, step)?;
    let mut read = core.read().await?;
    let now = core.world.now();
    let (selection, _) = checked(read.as_mut(), who.shop_id, (selection, step), now).await?;
    let count = read.count_selected(who.shop_id, selection, now).await?;
    Ok((count, read.selected(who.shop_id, selection, now, None, SHOWN).await?))
}

/// Begins to change them, unless they are more than were `seen`. The same key begins once.
pub(crate) async fn begin_bulk(
    core: &Core,
    who: &Principal,
    (selection, step): (Selection, BulkStep),
    seen: u32,
    why: &str,
    key: String,
) -> Result<BulkId> {
    let operator = may(who, step)?;
    let why = reason(why)?;
    let mut tx = core.begin().await?;
    let (id, now) = (core.world.id(), core.world.now());
    let (selection, step) = checked(tx.as_read(), who.shop_id, (selection, step), now).await?;
    if let Some(before) = known(tx.as_read(), who, &key).await? {
        let Deed::BulkBegun { bulk, .. } = before else { return Err(Refusal::KeyReused.into()) };
        let same = tx.bulk(who.shop_id, bulk).await?;
        let same = same.is_some_and(|of| (of.selection, of.step) == (selection, step));
        return if same { Ok(bulk) } else { Err(Refusal::KeyReused.into()) };
    }
    let count = tx.count_selected(who.shop_id, selection, now).await?;
    as_seen(seen, count)?;
    let bulk = Bulk {
        id,
        shop_id: who.shop_id,
        operator,
        selection,
        step,
        state: BulkState::Running,
        count,
        changed: 0,
        left_out: 0,
        cursor: None,
        begun_at: now,
        ended_at: None,
    };
    tx.save_bulk(&bulk).await?;
    note_once(core, tx.as_mut(), who, Deed::BulkBegun { bulk: id, count }, why, key).await?;
    core.record(tx.as_mut(), who.shop_id, Event::BulkBegun { bulk: id }).await?;
    core.commit(tx).await?;
    Ok(id)
}

/// Changes nothing more.
pub(crate) async fn stop_bulk(core: &Core, who: &Principal, id: BulkId) -> Result<()> {
    who.may(Permission::ServeCustomers)?;
    let mut tx = core.begin().await?;
    let held = tx.lock_bulk(who.shop_id, id).await?.ok_or(Refusal::NotFound)?;
    let now = core.world.now();
    tx.save_bulk(&held.try_map(|bulk| bulk.stop(now))?.into_inner()).await?;
    note(core, tx.as_mut(), who, Deed::BulkStopped { bulk: id }).await?;
    Ok(core.commit(tx).await?)
}

/// Who gives coupons may make them, too.
fn may(who: &Principal, step: BulkStep) -> Result<UserId, Refusal> {
    if matches!(step, BulkStep::Coupon { .. }) {
        who.may(Permission::Catalogue)?;
    }
    who.may(Permission::ServeCustomers)
}

/// Refuses what names things that are not there, and to give what a supplier would have to deliver.
async fn checked(
    read: &mut dyn Read,
    shop: ShopId,
    (selection, step): (Selection, BulkStep),
    now: Timestamp,
) -> Result<(Selection, BulkStep)> {
    let selection = selected(read, shop, selection).await?;
    match step {
        BulkStep::Extend { more } => {
            more.checked()?;
            supply::own_goods(read, shop).await?;
        }
        BulkStep::Move { group } => drop(read.group(shop, group).await?.ok_or(Refusal::NotFound)?),
        BulkStep::Coupon { benefit, until } => {
            let known = read.shop(shop).await?.ok_or(Refusal::NotFound)?;
            benefit.checked(known.currency)?;
            if until <= now {
                return Err(Refusal::bad_input("until", "later than now").into());
            }
            if benefit.is_of_a_plan() {
                supply::own_goods(read, shop).await?;
            }
        }
        BulkStep::Suspend | BulkStep::Resume => {}
    }
    Ok((selection, step))
}

/// Refuses to select by what is not there.
pub(super) async fn selected(read: &mut dyn Read, shop: ShopId, selection: Selection) -> Result<Selection> {
    let selection = selection.checked()?;
    if let Some(plan) = selection.plan {
        read.plan(shop, plan).await?.ok_or(Refusal::NotFound)?;
    }
    if let Some(server) = selection.server {
        let known = read.servers(shop).await?.iter().any(|one| one.id == server);
        known.then_some(()).ok_or(Refusal::NotFound)?;
    }
    Ok(selection)
}

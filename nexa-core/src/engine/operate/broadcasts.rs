//! Broadcasts as operators write, send and stop them.

use super::{
    actions::{known, note, note_once},
    bulks,
};
use crate::{
    domain::{
        broadcast::{Broadcast, BroadcastState, Message, Segment},
        coupon::Asked,
        deed::Deed,
        event::Event,
        permission::Permission,
        refusal::Refusal,
        shop::Shop,
        user::Principal,
    },
    engine::{Core, broadcast::possible},
    error::Result,
    ids::{BroadcastId, ShopId},
    ports::storage::{Locked, Read, Tx},
};

/// Writes a broadcast.
pub(crate) async fn draft_broadcast(
    core: &Core,
    who: &Principal,
    segment: Segment,
    message: Message,
) -> Result<BroadcastId> {
    let operator = who.may(Permission::Broadcasts)?;
    let mut tx = core.begin().await?;
    let shop = core.shop(tx.as_read(), who.shop_id).await?;
    match segment {
        Segment::Plan { plan } => drop(tx.plan(shop.id, plan).await?.ok_or(Refusal::NotFound)?),
        Segment::Selected { selection } => drop(bulks::selected(tx.as_read(), shop.id, selection).await?),
        Segment::Group { group } => drop(tx.group(shop.id, group).await?.ok_or(Refusal::NotFound)?),
        _ => {}
    }
    let message = message.checked(shop.locale)?;
    coupons_work(core, tx.as_read(), shop.id, &message).await?;
    let broadcast = Broadcast {
        id: core.world.id(),
        shop_id: shop.id,
        operator,
        segment,
        message,
        state: BroadcastState::Draft,
        cursor: None,
        gathered: false,
        created_at: core.world.now(),
        begun_at: None,
        ended_at: None,
    };
    tx.save_broadcast(&broadcast).await?;
    core.commit(tx).await?;
    Ok(broadcast.id)
}

/// Refuses to give what nobody could use now.
async fn coupons_work(core: &Core, read: &mut dyn Read, shop: ShopId, of: &Message) -> Result<()> {
    let anybody = Asked { now: core.world.now(), uses: 0, uses_of_any: 0, has_paid: false };
    for code in of.coupons() {
        let found = read.coupon_by_code(shop, code).await?.filter(|coupon| coupon.user.is_none());
        found.ok_or(Refusal::CouponUnknown)?.allows(anybody)?;
    }
    Ok(())
}

/// A broadcast, and how many it would go to now.
pub(crate) async fn preview_broadcast(
    core: &Core,
    who: &Principal,
    id: BroadcastId,
) -> Result<(Shop, Broadcast, u32)> {
    who.may(Permission::Broadcasts)?;
    let mut read = core.read().await?;
    let shop = core.shop(read.as_mut(), who.shop_id).await?;
    let broadcast = read.broadcast(shop.id, id).await?.ok_or(Refusal::NotFound)?;
    let count = read.count_segment(shop.id, broadcast.segment, core.world.now()).await?;
    Ok((shop, broadcast, count))
}

/// Sends it. The same key sends once; a broadcast is sent once whatever the key.
pub(crate) async fn send_broadcast(core: &Core, who: &Principal, id: BroadcastId, key: String) -> Result<()> {
    let (mut tx, held) = hold(core, who, id).await?;
    let deed = Deed::BroadcastSent { broadcast: id };
    match known(tx.as_read(), who, &key).await? {
        None => {}
        Some(before) if before == deed => return Ok(()),
        Some(_) => return Err(Refusal::KeyReused.into()),
    }
    let now = core.world.now();
    let shop = core.shop(tx.as_read(), who.shop_id).await?;
    let held = held.try_map(|b| b.send(now))?;
    possible(core, &shop)?;
    coupons_work(core, tx.as_read(), shop.id, &held.message).await?;
    tx.save_broadcast(&held).await?;
    note_once(core, tx.as_mut(), who, deed, String::new(), key).await?;
    core.record(tx.as_mut(), who.shop_id, Event::BroadcastBegun { broadcast: id }).await?;
    Ok(core.commit(tx).await?)
}

/// Sends nothing more of it.
pub(crate) async fn stop_broadcast(core: &Core, who: &Principal, id: BroadcastId) -> Result<()> {
    let (mut tx, held) = hold(core, who, id).await?;
    let now = core.world.now();
    tx.save_broadcast(&held.try_map(|b| b.stop(now))?.into_inner()).await?;
    note(core, tx.as_mut(), who, Deed::BroadcastStopped { broadcast: id }).await?;
    Ok(core.commit(tx).await?)
}

/// Sends it again to those for whom it failed.
pub(crate) async fn resend_failed(core: &Core, who: &Principal, id: BroadcastId) -> Result<()> {
    let (mut tx, held) = hold(core, who, id).await?;
    let held = held.try_map(Broadcast::resend)?;
    if tx.retry_recipients(who.shop_id, id).await? == 0 {
        return Ok(());
    }
    tx.save_broadcast(&held).await?;
    note(core, tx.as_mut(), who, Deed::BroadcastSent { broadcast: id }).await?;
    core.record(tx.as_mut(), who.shop_id, Event::BroadcastBegun { broadcast: id }).await?;
    Ok(core.commit(tx).await?)
}

async fn hold(core: &Core, who: &Principal, id: BroadcastId) -> Result<(Box<dyn Tx>, Locked<Broadcast>)> {
    who.may(Permission::Broadcasts)?;
    let mut tx = core.begin().await?;
    let held = tx.lock_broadcast(who.shop_id, id).await?.ok_or(Refusal::NotFound)?;
    Ok((tx, held))
}

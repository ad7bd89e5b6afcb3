//! Commissions in days of subscription.

use crate::{
    domain::{
        commission::Commission,
        measure::Traffic,
        subscription::{More, SubscriptionState},
    },
    engine::{Core, bulk},
    error::Result,
    ports::storage::{Locked, Page, Tx},
};

/// Adds the days to the newest subscription in use of whoever gets them; whether there is one. Its user is held.
pub(super) async fn give_days(
    core: &Core,
    tx: &mut dyn Tx,
    held: Locked<Commission>,
    days: u32,
) -> Result<bool> {
    let (shop, user, now) = (held.shop_id, held.user_id, core.world.now());
    for one in tx.subscriptions(shop, Some(user), Page::default()).await? {
        let Some(of) = tx.lock_subscription(shop, one.id).await? else { continue };
        if of.user_id != user || of.state != SubscriptionState::Active || of.ends_at <= now {
            continue;
        }
        tx.save_commission(held.try_map(|c| c.give(one.id, now))?).await?;
        bulk::extend(core, tx, of, More { days, traffic: Traffic::ZERO }).await?;
        return Ok(true);
    }
    Ok(false)
}

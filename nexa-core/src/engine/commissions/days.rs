//! Commissions in days of subscription.

use crate::{
    domain::{
        commission::Commission,
        measure::Traffic,
        subscription::{More, SubscriptionState},
    },
    engine::{Core, bulk},
    error::Result,
    ids::Id as _,
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
    let mut page = Page { before: None, limit: Page::MOST };
    loop {
        let all = tx.subscriptions(shop, Some(user), page).await?;
        for one in &all {
            if one.state != SubscriptionState::Active || one.ends_at <= now {
                continue;
            }
            let Some(of) = tx.lock_subscription(shop, one.id).await? else { continue };
            if of.user_id != user || of.state != SubscriptionState::Active || of.ends_at <= now {
                continue;
            }
            tx.save_commission(held.try_map(|c| c.give(one.id, now))?).await?;
            bulk::extend(core, tx, of, More { days, traffic: Traffic::ZERO }).await?;
            return Ok(true);
        }
        let is_full = u32::try_from(all.len()) == Ok(Page::MOST);
        let Some(last) = all.last().filter(|_| is_full) else { return Ok(false) };
        page.before = Some(last.id.uuid());
    }
}

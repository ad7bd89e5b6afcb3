//! What operators give away: a plan, or more of what somebody has.

use super::actions::{known, note_once};
use crate::{
    domain::{
        deed::{Deed, reason},
        event::Event,
        order::OrderKind,
        permission::Permission,
        refusal::Refusal,
        subscription::{More, SubscriptionState},
        user::Principal,
    },
    engine::{Core, extras, free_order, settle, supply, wish::sale},
    error::Result,
    ids::{OrderId, PlanId, SubscriptionId, UserId},
    ports::storage::Read,
};

/// Places an order of a plan at no price for a user, and has it provisioned. Nothing was paid, so its rest is worth
/// nothing when the plan is changed. The same key gives the same order.
pub(crate) async fn grant_subscription(
    core: &Core,
    who: &Principal,
    user: UserId,
    plan: PlanId,
    why: &str,
    key: String,
) -> Result<OrderId> {
    who.may(Permission::ServeCustomers)?;
    let why = reason(why)?;
    let mut tx = core.begin().await?;
    match known(tx.as_read(), who, &key).await? {
        None => {}
        Some(Deed::Given { user: to, plan: of, order, .. }) if to == user && of == plan => return Ok(order),
        Some(_) => return Err(Refusal::KeyReused.into()),
    }
    let shop = core.shop(tx.as_read(), who.shop_id).await?;
    let to = tx.lock_user(shop.id, user).await?.ok_or(Refusal::NotFound)?;
    if to.blocked {
        return Err(Refusal::bad_input("user_id", "is blocked").into());
    }
    let plan = tx.plan(shop.id, plan).await?.ok_or(Refusal::NotFound)?;
    extras::available(tx.as_read(), &plan).await?;
    let kind = OrderKind::Given(sale(&plan, core.world.id(), None));
    supply::ready(tx.as_read(), shop.id, &kind).await?;
    let placed = free_order::place(core, tx.as_mut(), shop.id, user, kind, shop.currency).await?;
    let order = placed.id;
    let subscription = placed.subscription_id().ok_or(Refusal::NotFound)?;
    let deed = Deed::Given { user, plan: plan.id, order, subscription };
    settle::take_price(core, tx.as_mut(), placed).await?;
    note_once(core, tx.as_mut(), who, deed, why, key).await?;
    core.commit(tx).await?;
    Ok(order)
}

/// Adds days or traffic to the current period of a subscription. The same key adds once.
pub(crate) async fn extend_subscription(
    core: &Core,
    who: &Principal,
    id: SubscriptionId,
    more: More,
    why: &str,
    key: String,
) -> Result<()> {
    who.may(Permission::ServeCustomers)?;
    let (more, why) = (more.checked()?, reason(why)?);
    let deed = Deed::Extended { subscription: id, days: more.days, traffic: more.traffic };
    // Before anything is refused: what was done stays done, whatever became of the subscription. And once more in the
    // transaction, since the servers are asked between the two.
    if done(core.read().await?.as_mut(), who, &key, &deed).await? {
        return Ok(());
    }
    extras::renewable(core, who.shop_id, id).await?;
    let mut tx = core.begin().await?;
    if done(tx.as_read(), who, &key, &deed).await? {
        return Ok(());
    }
    let held = tx.lock_subscription(who.shop_id, id).await?.ok_or(Refusal::NotFound)?;
    supply::own_goods(tx.as_read(), who.shop_id).await?;
    let now = core.world.now();
    let held = held.try_map(|s| s.extend(more, now))?;
    let (user, ends_at, runs) = (held.user_id, held.ends_at, held.state == SubscriptionState::Active);
    tx.save_subscription(held).await?;
    note_once(core, tx.as_mut(), who, deed, why, key).await?;
    let event = Event::SubscriptionExtended { subscription: id, user, ends_at, runs };
    core.record(tx.as_mut(), who.shop_id, event).await?;
    Ok(core.commit(tx).await?)
}

/// Whether the operator did this with this key before; refuses a key of something else.
async fn done(read: &mut dyn Read, who: &Principal, key: &str, deed: &Deed) -> Result<bool> {
    match known(read, who, key).await? {
        None => Ok(false),
        Some(before) if before == *deed => Ok(true),
        Some(_) => Err(Refusal::KeyReused.into()),
    }
}

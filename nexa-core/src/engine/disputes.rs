//! What a contested payment stops: the subscription that it paid for, and all spending from its owner's wallet.

use super::{Core, kept::wallet_filled};
use crate::{
    domain::{
        event::Event,
        job::Job,
        order::{Attention, Order, OrderState},
        refusal::Refusal,
        subscription::{Subscription, SubscriptionState},
    },
    error::Result,
    ids::{ShopId, SubscriptionId, UserId},
    ports::storage::{Read, Tx},
};

/// Refuses to take anything from the wallet of somebody one of whose payments is contested. What it brought may have to
/// be given up, and a wallet does not know which of its money came from where.
pub(super) async fn uncontested(read: &mut dyn Read, shop: ShopId, user: UserId) -> Result<()> {
    if read.is_contested(shop, user).await? { Err(Refusal::PaymentDisputed.into()) } else { Ok(()) }
}

/// Lets an order's subscription follow what became of its payment: `was` is why a person had to look before.
pub(super) async fn follow(
    core: &Core,
    tx: &mut dyn Tx,
    order: &Order,
    was: Option<Attention>,
    is_covered: bool,
) -> Result<()> {
    let is_contested = |why| why == Some(Attention::PaymentDisputed);
    if is_contested(order.attention) {
        return if is_contested(was) { Ok(()) } else { freeze(core, tx, order).await };
    }
    if is_contested(was) {
        // Whatever was decided, the wallet may be used again.
        wallet_filled(core, tx, order.shop_id, order.user_id).await?;
    }
    let was_stopped = is_contested(was) || was == Some(Attention::PaymentReversed);
    if !was_stopped || !is_covered {
        return Ok(());
    }
    let Some(subscription) = order.subscription_id() else { return Ok(()) };
    if order.state == OrderState::Paid {
        // What was not delivered yet waited for this.
        let job = Job::Provision { subscription, order: Some(order.id) };
        core.enqueue(tx, order.shop_id, job, core.world.now(), None).await?;
    }
    thaw(core, tx, order, subscription).await
}

async fn freeze(core: &Core, tx: &mut dyn Tx, order: &Order) -> Result<()> {
    let (shop, user) = (order.shop_id, order.user_id);
    let Some(subscription) = order.subscription_id().filter(|_| order.applied_at.is_some()) else {
        return Ok(());
    };
    let held = tx.lock_subscription(shop, subscription).await?;
    let Some(held) = held.filter(|s| s.state == SubscriptionState::Active) else { return Ok(()) };
    tx.save_subscription(held.map(Subscription::freeze)).await?;
    Ok(core.record(tx, shop, Event::SubscriptionFrozen { subscription, user }).await?)
}

/// Lets it go on, unless another payment for it is contested.
async fn thaw(core: &Core, tx: &mut dyn Tx, order: &Order, subscription: SubscriptionId) -> Result<()> {
    let (shop, user, now) = (order.shop_id, order.user_id, core.world.now());
    let held = tx.lock_subscription(shop, subscription).await?;
    let Some(held) = held.filter(|s| s.state == SubscriptionState::Frozen) else { return Ok(()) };
    let others = tx.orders_of(shop, subscription).await?;
    let contested = |o: &&Order| o.id != order.id && o.attention == Some(Attention::PaymentDisputed);
    if others.iter().find(contested).is_some() {
        return Ok(());
    }
    tx.save_subscription(held.map(|s| s.thaw(now))).await?;
    Ok(core.record(tx, shop, Event::SubscriptionThawed { subscription, user }).await?)
}

//! Taking an order back: first its service is undone and verified undone, then its price returns to the wallet.
//!
//! `Refunding` blocks provisioning, so nothing is given again meanwhile. While a panel cannot be reached the job waits;
//! money never returns before the service is gone, and never twice (`refund:{order}` is posted once). When it shall go
//! back to whoever paid, it leaves the wallet again in the same transaction (`returns.rs`).

use super::{
    Core,
    apply::take_pack,
    commissions, gifts,
    kept::wallet_filled,
    operate::actions::note,
    returns, reversal, settle, supply,
    sync_panels::{lost, sync},
    worker::Next,
};
use crate::{
    domain::{
        deed::Deed,
        event::Event,
        grant::{GrantRecord, GrantState},
        job::{Job, Lease},
        ledger::{Account, Journal},
        order::{Order, OrderKind, OrderState, RefundTo, Sale},
        payment::PaymentState,
        permission::Permission,
        refusal::Refusal,
        subscription::{Subscription, SubscriptionState},
        user::Principal,
    },
    error::{Failure, Part, Result, Retry},
    ids::{OrderId, ShopId, SubscriptionId},
    ports::storage::{Locked, Tx},
};

/// Begins to take an order back.
pub(crate) async fn begin_refund(core: &Core, who: &Principal, id: OrderId, to: RefundTo) -> Result<()> {
    who.may(Permission::MoveMoney)?;
    let mut tx = core.begin().await?;
    let order = tx.lock_order(who.shop_id, id).await?.ok_or(Refusal::NotFound)?;
    let payments = tx.payments(who.shop_id, id).await?;
    if payments.iter().any(|p| p.state == PaymentState::Disputed) {
        // Whose money it is turns out when the dispute is over.
        return Err(Refusal::PaymentDisputed.into());
    }
    let deed = match to {
        RefundTo::Wallet => Deed::Refunded { order: id },
        RefundTo::Payer => {
            returns::returnable(core, tx.as_read(), who.shop_id, id).await?;
            Deed::RefundedToPayer { order: id }
        }
    };
    if matches!(order.kind, OrderKind::Gift(_)) {
        gifts::undo(core, tx.as_mut(), order).await?;
        if to == RefundTo::Payer {
            returns::send_all_back(core, tx.as_mut(), who.shop_id, id).await?;
        }
        note(core, tx.as_mut(), who, deed).await?;
        return Ok(core.commit(tx).await?);
    }
    let subscription = order.subscription_id().ok_or(Refusal::OrderNotRefundable)?;
    credited(tx.as_mut(), &order, subscription).await?;
    tx.save_order(order.try_map(Order::begin_refund)?).await?;
    note(core, tx.as_mut(), who, deed).await?;
    core.record(tx.as_mut(), who.shop_id, Event::RefundBegun { order: id, subscription, to }).await?;
    Ok(core.commit(tx).await?)
}

/// Refuses what a change of plan has credited already, and an applied change itself: its price is not all that was paid
/// for the period. The operator can correct the wallet and take the subscription back.
async fn credited(tx: &mut dyn Tx, order: &Order, subscription: SubscriptionId) -> Result<()> {
    let Some(applied_at) = order.applied_at else { return Ok(()) };
    let orders = tx.orders_of(order.shop_id, subscription).await?;
    let changes = orders.iter().filter(|o| matches!(o.kind, OrderKind::Change(_)));
    let credited = changes.filter_map(|o| o.applied_at).any(|at| at >= applied_at);
    if credited { Err(Refusal::OrderNotRefundable.into()) } else { Ok(()) }
}

/// The job behind it.
pub(super) async fn refund(
    core: &Core,
    lease: &Lease,
    shop: ShopId,
    (order, to): (OrderId, RefundTo),
    subscription: SubscriptionId,
) -> Result<Next> {
    if !undo(core, lease, shop, order, subscription).await? {
        return Ok(Next::Done);
    }
    let exists = core.read().await?.subscription(shop, subscription).await?.is_some();
    if exists {
        let report = sync(core, lease, shop, subscription, None).await?;
        if report.behind > 0 {
            let what = report.problem.unwrap_or_default();
            return Err(Failure { part: Part::Panel, retry: Retry::Soon, what }.into());
        }
    }
    give_back(core, lease, shop, order, to).await?;
    Ok(Next::Done)
}

/// Takes away what the order gave, once; whether the refund goes on.
async fn undo(
    core: &Core,
    lease: &Lease,
    shop: ShopId,
    id: OrderId,
    subscription: SubscriptionId,
) -> Result<bool> {
    let mut tx = core.begin().await?;
    if !tx.holds_lease(lease).await? {
        return Err(lost());
    }
    let Some(mut order) = tx.lock_order(shop, id).await?.filter(|o| o.state == OrderState::Refunding) else {
        return Ok(false);
    };
    let before = Order::clone(&order);
    let applied = order.applied_at.take().is_some();
    if !applied {
        return Ok(true);
    }
    let held = tx.lock_subscription(shop, subscription).await?.ok_or(Refusal::NotFound)?;
    // One that was revoked meanwhile is gone with all that was ever added to it.
    if held.state != SubscriptionState::Revoked {
        take_away(core, tx.as_mut(), &before, held).await?;
    }
    tx.save_order(order).await?;
    core.commit(tx).await?;
    Ok(true)
}

/// Takes what the order gave out of the subscription; one that was begun by it is revoked.
async fn take_away(core: &Core, tx: &mut dyn Tx, order: &Order, held: Locked<Subscription>) -> Result<()> {
    let (shop, id, now) = (order.shop_id, held.id, core.world.now());
    let held = match &order.kind {
        OrderKind::Renewal(sale) => {
            let kept = kept(tx, order, id).await?;
            held.try_map(|s| s.undo_renewal(sale.terms, order.price, &kept, now))?
        }
        OrderKind::Pack(pack) => held.map(|s| take_pack(s, order, pack, now)),
        _ => {
            tx.save_subscription(held.map(Subscription::revoke)).await?;
            return Ok(unwant_all(tx, id).await?);
        }
    };
    let ends_at = held.ends_at;
    tx.save_subscription(held).await?;
    // It ends earlier than any job that watches it may know.
    core.enqueue(tx, shop, Job::EndSubscription { subscription: id }, ends_at, None).await?;
    Ok(core.enqueue(tx, shop, Job::Upkeep { subscription: id }, now, None).await?)
}

/// What the other orders of a subscription gave, newest first.
async fn kept(tx: &mut dyn Tx, without: &Order, subscription: SubscriptionId) -> Result<Vec<Sale>, Failure> {
    let orders = tx.orders_of(without.shop_id, subscription).await?;
    let others = orders.into_iter().filter(|o| o.id != without.id && o.applied_at.is_some());
    Ok(others.filter_map(|o| o.sale().cloned()).collect())
}

/// Marks every grant of a subscription to be removed.
pub(super) async fn unwant_all(tx: &mut dyn Tx, subscription: SubscriptionId) -> Result<(), Failure> {
    for grant in tx.grants(subscription).await? {
        if grant.state != GrantState::Removed {
            tx.save_grant(&GrantRecord { state: GrantState::Unwanted, ..grant }).await?;
        }
    }
    Ok(())
}

async fn give_back(core: &Core, lease: &Lease, shop: ShopId, id: OrderId, to: RefundTo) -> Result<()> {
    let mut tx = core.begin().await?;
    if !tx.holds_lease(lease).await? {
        return Err(lost());
    }
    let order = tx.lock_order(shop, id).await?.ok_or(Refusal::NotFound)?;
    let (user, price) = (order.user_id, order.price);
    commissions::hold_those_of(tx.as_mut(), &order).await?;
    let journal = Journal::new(core.world.id(), shop, format!("refund:{id}"), core.world.now());
    settle::post(tx.as_mut(), &journal.transfer(Account::Revenue, Account::Wallet(user), price)?).await?;
    commissions::take_back(core, tx.as_mut(), &order).await?;
    supply::give_back(core, tx.as_mut(), &order).await?;
    reversal::reclaim_of(core, tx.as_mut(), shop, id).await?;
    wallet_filled(core, tx.as_mut(), shop, user).await?;
    tx.save_order(order.try_map(Order::finish_refund)?).await?;
    core.record(tx.as_mut(), shop, Event::OrderRefunded { order: id, user }).await?;
    if to == RefundTo::Payer {
        returns::send_all_back(core, tx.as_mut(), shop, id).await?;
    }
    Ok(core.commit(tx).await?)
}

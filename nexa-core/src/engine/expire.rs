//! Orders that nobody pays, and orders that are given up.

use super::{Core, coupons, hold, settle::TOP_UP_WINDOW, worker::Next};
use crate::{
    domain::{
        event::Event,
        order::Order,
        payment::{Payment, PaymentState},
        receipt::{Decision, Rejection},
        refusal::Refusal,
        time::after,
        user::{Principal, Scope},
    },
    error::Result,
    ids::{OrderId, ShopId},
    ports::storage::Tx,
};
use jiff::{SignedDuration, Timestamp};

/// How long the operator has to decide on a receipt.
const DECISION_WINDOW: SignedDuration = SignedDuration::from_hours(24);

/// Expires an unpaid order whose time is over. With money on its way it is looked at again later.
pub(super) async fn expire_order(core: &Core, shop: ShopId, id: OrderId) -> Result<Next> {
    let mut tx = core.begin().await?;
    let Some(order) = tx.lock_order(shop, id).await?.filter(|o| o.is_open()) else { return Ok(Next::Done) };
    let now = core.world.now();
    if now < order.expires_at {
        return Ok(Next::Again(order.expires_at));
    }
    if money_is_coming(core, tx.as_mut(), &order, now).await? {
        core.commit(tx).await?;
        return Ok(Next::Again(after(now, SignedDuration::from_mins(30))));
    }
    let user = order.user_id;
    let order = hold::release(core, tx.as_mut(), order).await?.try_map(Order::expire)?;
    coupons::release(tx.as_mut(), &order).await?;
    tx.save_order(order).await?;
    core.record(tx.as_mut(), shop, Event::OrderExpired { order: id, user }).await?;
    core.commit(tx).await?;
    Ok(Next::Done)
}

/// Gives an unpaid order up. Money that comes later stays in the wallet.
pub(crate) async fn cancel(core: &Core, who: &Principal, id: OrderId) -> Result<()> {
    let user = who.with(Scope::Buy)?;
    let mut tx = core.begin().await?;
    let order =
        tx.lock_order(who.shop_id, id).await?.filter(|o| o.user_id == user).ok_or(Refusal::NotFound)?;
    let order = hold::release(core, tx.as_mut(), order).await?.try_map(Order::cancel)?;
    coupons::release(tx.as_mut(), &order).await?;
    tx.save_order(order).await?;
    core.record(tx.as_mut(), who.shop_id, Event::OrderCancelled { order: id }).await?;
    Ok(core.commit(tx).await?)
}

/// Whether an order should wait: a transfer is being confirmed, the rest of a short one may still come, or a receipt
/// awaits the operator. A receipt that nobody decided on within a day is rejected, and the customer hears of it.
async fn money_is_coming(core: &Core, tx: &mut dyn Tx, order: &Order, now: Timestamp) -> Result<bool> {
    let (shop, user) = (order.shop_id, order.user_id);
    let mut coming = false;
    for payment in tx.payments(shop, order.id).await? {
        coming |= is_coming(&payment, now);
        for mut receipt in tx.receipts(shop, payment.id).await? {
            if receipt.decision != Decision::Waiting {
                continue;
            }
            if now < after(receipt.created_at, DECISION_WINDOW) {
                coming = true;
            } else {
                receipt.decision = Decision::Rejected(Rejection::TimedOut);
                tx.save_receipt(&receipt).await?;
                core.record(tx, shop, Event::ReceiptRejected { payment: payment.id, order: order.id, user })
                    .await?;
            }
        }
    }
    Ok(coming)
}

/// Whether a transfer for a payment is being confirmed, or the rest of a short one may still come.
pub(super) fn is_coming(payment: &Payment, now: Timestamp) -> bool {
    match payment.state {
        PaymentState::Seen => true,
        PaymentState::Underpaid => now < after(payment.expires_at, TOP_UP_WINDOW),
        _ => false,
    }
}

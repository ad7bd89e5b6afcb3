//! The wallet's part of a split payment. It is set aside while a gateway is asked for the rest, so that nothing else is
//! bought with it meanwhile, and comes back when the order is given up, expires, or is to be paid in another way.

use super::{Core, kept::wallet_filled, settle::post};
use crate::{
    domain::{
        ledger::{Account, Journal},
        money::Money,
        order::Order,
        payment::Payment,
        refusal::Refusal,
    },
    error::{Result, missing},
    ids::{OrderId, ShopId},
    ports::storage::{Locked, Tx},
};

/// Sets aside what a gateway that is asked for `part` does not pay. Refuses with what the wallet lacks when less is in it
/// than when the gateway's part was computed.
pub(super) async fn beside(
    core: &Core,
    tx: &mut dyn Tx,
    (shop, id): (ShopId, OrderId),
    part: Money,
) -> Result<()> {
    let order = tx.lock_order(shop, id).await?.ok_or(Refusal::NotFound)?;
    let aside = order.price.minus(part)?;
    let order = set_aside(core, tx, order, aside).await?;
    Ok(tx.save_order(order).await?)
}

/// Gives back to the wallet whatever is set aside for an order.
pub(super) async fn release(core: &Core, tx: &mut dyn Tx, order: Locked<Order>) -> Result<Locked<Order>> {
    let nothing = Money::zero(order.price.currency);
    set_aside(core, tx, order, nothing).await
}

/// Gives it back when this payment failed and no other can bring the rest.
pub(super) async fn release_with(
    core: &Core,
    tx: &mut dyn Tx,
    order: Locked<Order>,
    failed: &Payment,
) -> Result<()> {
    let all = tx.payments(order.shop_id, order.id).await?;
    let order = if all.iter().any(|p| p.id != failed.id && p.is_open()) {
        order
    } else {
        release(core, tx, order).await?
    };
    Ok(tx.save_order(order).await?)
}

async fn set_aside(
    core: &Core,
    tx: &mut dyn Tx,
    order: Locked<Order>,
    aside: Money,
) -> Result<Locked<Order>> {
    let more = aside.minus(order.held)?;
    if more.is_zero() {
        return Ok(order);
    }
    let (shop, user) = (order.shop_id, order.user_id);
    let (wallet, held) = (Account::Wallet(user), Account::Held(user));
    let order = order.map(|o| o.hold(aside));
    let word = if more.is_positive() { "hold" } else { "release" };
    let cause = format!("{word}:{}:{}", order.id, order.holds);
    let journal = Journal::new(core.world.id(), shop, cause, core.world.now());
    if more.is_positive() {
        let lack = more.minus(tx.balance(shop, wallet, more.currency).await?)?;
        if lack.is_positive() {
            return Err(missing(lack));
        }
        post(tx, &journal.transfer(wallet, held, more)?).await?;
    } else {
        let back = Money::zero(more.currency).minus(more)?;
        post(tx, &journal.transfer(held, wallet, back)?).await?;
        wallet_filled(core, tx, shop, user).await?;
    }
    Ok(order)
}

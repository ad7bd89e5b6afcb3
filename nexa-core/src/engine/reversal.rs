//! Money that was credited and is gone: a transfer that left its chain, or a dispute that is lost.

use super::{Core, settle::post};
use crate::{
    domain::{
        ledger::{Account, Journal},
        money::Money,
        payment::{Payment, PaymentState},
    },
    error::Result,
    ids::{OrderId, ShopId},
    ports::storage::{Locked, Tx},
};

/// Takes from the wallet what a payment was credited above what it is worth now, as far as there is something in it. What
/// was spent stays spent, and a person sees the order. What comes back later is credited anew.
pub(super) async fn reclaim(
    core: &Core,
    tx: &mut dyn Tx,
    payment: Locked<Payment>,
) -> Result<Locked<Payment>> {
    if payment.state == PaymentState::Disputed {
        return Ok(payment);
    }
    let owed = payment.credited.minus(payment.worth(payment.received)?)?;
    let (shop, wallet) = (payment.shop_id, Account::Wallet(payment.user_id));
    let there = tx.balance(shop, wallet, owed.currency).await?;
    let taken = Money::new(owed.minor.min(there.minor), owed.currency);
    if !taken.is_positive() {
        return Ok(payment);
    }
    let cause = format!("payment:{}:{}", payment.id, payment.version);
    let journal = Journal::new(core.world.id(), shop, cause, core.world.now());
    post(tx, &journal.transfer(wallet, Account::Exchange, taken)?).await?;
    let credited = payment.credited.minus(taken)?;
    Ok(payment.map(|p| Payment { credited, version: p.version.saturating_add(1), ..p }))
}

/// The same for all payments of an order whose price came back to the wallet: what never was, or was lost, goes on from
/// there. The order is held.
pub(super) async fn reclaim_of(core: &Core, tx: &mut dyn Tx, shop: ShopId, order: OrderId) -> Result<()> {
    for payment in tx.payments(shop, order).await? {
        if let Some(held) = tx.lock_payment(shop, payment.id).await? {
            let held = reclaim(core, tx, held).await?;
            tx.save_payment(held).await?;
        }
    }
    Ok(())
}

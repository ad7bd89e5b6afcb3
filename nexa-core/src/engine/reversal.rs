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
/// was spent stays spent, and a person sees the order; a reseller owes it to its supplier. What comes back later is
/// credited anew.
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
    let there = Money::new(owed.minor.min(there.minor).max(0), owed.currency);
    let rest = owed.minus(there)?;
    let mut parts = vec![(wallet, there)];
    if rest.is_positive()
        && let Some(reseller) = tx.reseller_by_account(shop, payment.user_id).await?
    {
        tx.lock_reseller(shop, reseller.reseller_shop).await?;
        parts.push((Account::Owed(reseller.reseller_shop), rest));
    }
    parts.retain(|(_, part)| part.is_positive());
    if parts.is_empty() {
        return Ok(payment);
    }
    let cause = format!("payment:{}:{}", payment.id, payment.version);
    let mut journal = Journal::new(core.world.id(), shop, cause, core.world.now());
    let mut credited = payment.credited;
    for (from, part) in parts {
        journal = journal.transfer(from, Account::Exchange, part)?;
        credited = credited.minus(part)?;
    }
    post(tx, &journal).await?;
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

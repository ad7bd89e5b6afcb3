//! What a paid order gives, written down once. Part of TX P in `provision.rs`.
//!
//! A pack whose period is over, a change of plan whose credit was used up meanwhile, and whatever is for a subscription
//! that a dispute has stopped, give nothing any more: then the price returns to the wallet.

use super::{Core, kept::wallet_filled, provision, settle::post};
use crate::{
    domain::{
        ledger::{Account, Journal},
        money::Money,
        order::{Change, Order, OrderKind, OrderState, Sale},
        pack::PackSale,
        proration::still_stands,
        refusal::Refusal,
        subscription::{Subscription, SubscriptionState},
    },
    error::{Failure, Result, Retry},
    ids::SubscriptionId,
    ports::storage::{Locked, Tx},
};
use jiff::Timestamp;

/// Whether an order gave what it was paid for.
pub(super) enum Gave {
    /// It did.
    All,
    /// It cannot any more.
    Nothing,
}

/// Gives what the order is for to its subscription; nothing to one that stands still because of a dispute.
pub(super) async fn give(core: &Core, tx: &mut dyn Tx, order: &Order) -> Result<Gave> {
    if let Some(id) = order.subscription_id() {
        let held = tx.subscription(order.shop_id, id).await?;
        if held.is_some_and(|s| s.state == SubscriptionState::Frozen) {
            return Ok(Gave::Nothing);
        }
    }
    match &order.kind {
        OrderKind::New(sale) | OrderKind::Trial(sale) | OrderKind::Given(sale) => {
            tx.insert_subscription(&provision::fresh(core, order, sale)).await?;
            Ok(Gave::All)
        }
        OrderKind::Renewal(sale) => renew(core, tx, order, sale).await,
        OrderKind::Change(change) => self::change(core, tx, order, change).await,
        OrderKind::Pack(pack) => add(core, tx, order, pack).await,
        // What was adopted is there since its order was placed.
        OrderKind::TopUp | OrderKind::Gift(_) | OrderKind::Adopted(_) => Ok(Gave::All),
    }
}

async fn held(tx: &mut dyn Tx, order: &Order, id: SubscriptionId) -> Result<Locked<Subscription>> {
    Ok(tx.lock_subscription(order.shop_id, id).await?.ok_or(Refusal::NotFound)?)
}

async fn renew(core: &Core, tx: &mut dyn Tx, order: &Order, sale: &Sale) -> Result<Gave> {
    let held = held(tx, order, sale.subscription_id).await?;
    if held.state == SubscriptionState::Revoked {
        return Ok(Gave::Nothing);
    }
    let renewed = held.try_map(|s| s.renew(sale.terms, order.price, core.world.now()))?;
    tx.save_subscription(renewed.map(|s| named_after(s, sale))).await?;
    Ok(Gave::All)
}

async fn change(core: &Core, tx: &mut dyn Tx, order: &Order, change: &Change) -> Result<Gave> {
    let sale = &change.sale;
    let now = core.world.now();
    let of = held(tx, order, sale.subscription_id).await?;
    let others = tx.orders_of(order.shop_id, of.id).await?;
    if others.iter().any(|o| o.state == OrderState::Refunding && o.applied_at.is_some()) {
        // What the rest is worth is known when that is through.
        return Err(
            Failure { retry: Retry::Soon, ..Failure::core("another order is being taken back") }.into()
        );
    }
    let stands = of.period.number == change.period && of.state != SubscriptionState::Revoked;
    if !stands || !still_stands(change.credit, of.credit(now)?, of.period.paid)? {
        return Ok(Gave::Nothing);
    }
    let since = change.left.minus(of.plan_traffic_left());
    if since >= sale.terms.traffic {
        return Ok(Gave::Nothing);
    }
    // Time that passed on the way to pay is not held against the customer, but not credited once more by a next change.
    let worth = of.credit_of(change.left, now)?;
    let worth = if worth.minor < change.credit.minor { worth } else { change.credit };
    let paid = order.price.plus(worth)?.minus(change.to_wallet)?;
    let paid = if paid.is_positive() { paid } else { Money::zero(paid.currency) };
    let changed = of.try_map(|s| s.change(sale.terms, paid, since, now))?;
    tx.save_subscription(changed.map(|s| named_after(s, sale))).await?;
    if change.to_wallet.is_positive() {
        let (shop, user) = (order.shop_id, order.user_id);
        let journal = Journal::new(core.world.id(), shop, format!("change:{}", order.id), now);
        post(tx, &journal.transfer(Account::Revenue, Account::Wallet(user), change.to_wallet)?).await?;
        wallet_filled(core, tx, shop, user).await?;
    }
    Ok(Gave::All)
}

async fn add(core: &Core, tx: &mut dyn Tx, order: &Order, pack: &PackSale) -> Result<Gave> {
    let of = held(tx, order, pack.subscription_id).await?;
    if of.takes_packs(core.world.now()).is_err() {
        return Ok(Gave::Nothing);
    }
    tx.save_subscription(of.map(|s| s.add(pack.what, pack.amount))).await?;
    Ok(Gave::All)
}

/// Takes away what a pack gave, as far as its period still goes on.
pub(super) fn take_pack(of: Subscription, order: &Order, pack: &PackSale, now: Timestamp) -> Subscription {
    match order.applied_at {
        Some(at) if at >= of.period.starts_at => of.take(pack.what, pack.amount, now),
        _ => of,
    }
}

fn named_after(subscription: Subscription, sale: &Sale) -> Subscription {
    Subscription { plan_id: sale.plan_id, plan_name: sale.plan_name.clone(), ..subscription }
}

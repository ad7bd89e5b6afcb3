//! What a sale costs the reseller, in the transaction that takes its price from the customer.
//!
//! All the way up or not at all: a sale of a reseller's reseller costs both. What the credit does not cover is not
//! delivered; the customer's money is kept, and what waits is bought as soon as there is credit again.
//!
//! Locks are taken in one order: the order, then resellers from the shop upward.

use super::{Level, credit_of, is_settled, levels, list_of, ware_of};
use crate::{
    domain::{
        event::Event,
        ledger::{Account, Journal},
        order::{Attention, Order, OrderKind, OrderState},
        reseller::{Credit, Parts, Reseller, Standing, Supply, Warned},
        time::{after, days},
    },
    engine::{Core, gifts, kept::wallet_filled, settle::post, worker::Next},
    error::{Error, Failure, Result},
    ids::{OrderId, ShopId},
    ports::storage::{Inserted, Locked, OrderFilter, Page, Tx},
};
use uuid::Uuid;

/// Buys what an order needs from the suppliers above its shop; whether it has it now. Buys once.
pub(in crate::engine) async fn buy(core: &Core, tx: &mut dyn Tx, order: &Order) -> Result<bool> {
    let Some(ware) = ware_of(&order.kind) else { return Ok(true) };
    if is_settled(tx.as_read(), order).await? {
        return Ok(true);
    }
    let levels = match levels(tx.as_read(), order.shop_id, ware).await {
        Ok(levels) => levels,
        Err(Error::Refused(_)) => return Ok(false),
        Err(failed) => return Err(failed),
    };
    let mut bought = Vec::new();
    for Level { reseller, ware, price } in levels {
        let (shop, below) = (reseller.shop_id, reseller.reseller_shop);
        let held = tx.lock_reseller(shop, below).await?;
        let held = held.ok_or_else(|| Failure::core("a reseller is gone"))?;
        let credit = credit_of(tx.as_read(), &held).await?;
        let sells = held.standing == Standing::Active;
        // A wallet does not know which of its money is contested.
        let contested = price.is_positive() && tx.is_contested(shop, held.user_id).await?;
        match credit.split(&held.terms, price)? {
            Some(parts) if sells && !contested => {
                let supply = Supply {
                    shop_id: shop,
                    order_id: order.id,
                    reseller_shop: below,
                    ware,
                    price,
                    at: core.world.now(),
                    returned_at: None,
                };
                bought.push((held, credit, parts, supply));
            }
            _ => {
                ran_out(core, tx, held).await?;
                return Ok(false);
            }
        }
    }
    for (held, credit, parts, supply) in bought {
        charge(core, tx, held, (credit, parts), &supply).await?;
    }
    Ok(true)
}

async fn charge(
    core: &Core,
    tx: &mut dyn Tx,
    held: Locked<Reseller>,
    (credit, parts): (Credit, Parts),
    supply: &Supply,
) -> Result<()> {
    let (shop, user) = (held.shop_id, held.user_id);
    if supply.price.is_positive() {
        let cause = format!("wholesale:{}", supply.order_id);
        let mut journal = Journal::new(core.world.id(), shop, cause, core.world.now());
        let owed = Account::Owed(held.reseller_shop);
        for (from, part) in [(Account::Wallet(user), parts.wallet), (owed, parts.owed)] {
            if part.is_positive() {
                journal = journal.transfer(from, Account::Revenue, part)?;
            }
        }
        post(tx, &journal).await?;
    }
    if tx.insert_supply(supply).await? == Inserted::Taken {
        return Err(Failure::core("an order was supplied twice").into());
    }
    let rest = Credit { wallet: credit.wallet.minus(parts.wallet)?, owed: credit.owed.plus(parts.owed)? };
    if let Some(warned) = held.warning(rest.room(&held.terms)?)? {
        let reseller = held.reseller_shop;
        tx.save_reseller(held.map(|r| Reseller { warned, ..r })).await?;
        core.record(tx, shop, Event::CreditLow { reseller, user }).await?;
    }
    Ok(())
}

/// Those on both sides hear of it, once until there is credit again.
async fn ran_out(core: &Core, tx: &mut dyn Tx, held: Locked<Reseller>) -> Result<()> {
    if held.warned == Warned::Out || held.standing == Standing::Suspended {
        return Ok(());
    }
    let (shop, reseller, user) = (held.shop_id, held.reseller_shop, held.user_id);
    tx.save_reseller(held.map(|r| Reseller { warned: Warned::Out, ..r })).await?;
    Ok(core.record(tx, shop, Event::CreditOut { reseller, user }).await?)
}

/// Buys for an order that was just paid. What cannot be bought is flagged: those who run the shop hear of it.
pub(in crate::engine) async fn hold_back(
    core: &Core,
    tx: &mut dyn Tx,
    mut order: Locked<Order>,
) -> Result<(Locked<Order>, bool)> {
    let supplied = buy(core, tx, &order).await?;
    if !supplied && order.attention.is_none() {
        order.attention = Some(Attention::SupplyUnpaid);
        core.record(tx, order.shop_id, Event::OrderFlagged { order: order.id }).await?;
    }
    Ok((order, supplied))
}

/// The job that buys what paid orders of a shop wait for, the oldest first.
pub(in crate::engine) async fn buy_supplies(core: &Core, shop: ShopId) -> Result<Next> {
    let filter = OrderFilter { user: None, state: Some(OrderState::Paid), attention: false };
    let (mut waiting, mut before): (Vec<OrderId>, Option<Uuid>) = (Vec::new(), None);
    loop {
        let page = Page { before, limit: Page::MOST };
        let orders = core.read().await?.orders(shop, filter, page).await?;
        let Some(last) = orders.last() else { break };
        before = Some(crate::ids::Id::uuid(last.id));
        waiting.extend(orders.into_iter().map(|order| order.id));
    }
    for order in waiting.into_iter().rev() {
        one(core, shop, order).await?;
    }
    Ok(Next::Done)
}

async fn one(core: &Core, shop: ShopId, id: OrderId) -> Result<()> {
    let mut tx = core.begin().await?;
    let paid = tx.lock_order(shop, id).await?.filter(|o| o.state == OrderState::Paid);
    let Some(mut order) = paid else { return Ok(()) };
    // What somebody contests or has to look at waits for that.
    let waits = matches!(order.attention, Some(Attention::PaymentDisputed | Attention::PaymentReversed));
    if waits || is_settled(tx.as_read(), &order).await? || !buy(core, tx.as_mut(), &order).await? {
        return Ok(core.commit(tx).await?);
    }
    order.attention = order.attention.filter(|why| *why != Attention::SupplyUnpaid);
    let now = core.world.now();
    let gift = matches!(order.kind, OrderKind::Gift(_));
    let order = if gift { order.try_map(|o| o.fulfil(now))? } else { order };
    let (row, subscription) = (Order::clone(&order), order.subscription_id());
    tx.save_order(order).await?;
    core.record(tx.as_mut(), shop, Event::OrderSupplied { order: id, subscription }).await?;
    if gift {
        gifts::make(core, tx.as_mut(), &row).await?;
    }
    Ok(core.commit(tx).await?)
}

/// Gives back what an order cost the resellers above it, in the transaction in which its price goes back: what was never
/// delivered always, as a gift that nobody claimed, else within the days of the list.
pub(in crate::engine) async fn give_back(core: &Core, tx: &mut dyn Tx, order: &Order) -> Result<()> {
    let (mut shop, now) = (order.shop_id, core.world.now());
    let delivered = order.fulfilled_at.is_some() && !matches!(order.kind, OrderKind::Gift(_));
    while let Some(reseller) = tx.reseller_of(shop).await? {
        shop = reseller.shop_id;
        let supply = tx.supply(shop, order.id).await?.filter(|s| s.returned_at.is_none());
        let Some(supply) = supply else { continue };
        let window = list_of(tx.as_read(), &reseller).await?.return_days;
        if delivered && now > after(supply.at, days(window)) {
            continue;
        }
        tx.lock_reseller(shop, reseller.reseller_shop).await?;
        tx.return_supply(shop, order.id, now).await?;
        if supply.price.is_positive() {
            let cause = format!("wholesale-back:{}", order.id);
            let journal = Journal::new(core.world.id(), shop, cause, now);
            let wallet = Account::Wallet(reseller.user_id);
            post(tx, &journal.transfer(Account::Revenue, wallet, supply.price)?).await?;
            wallet_filled(core, tx, shop, reseller.user_id).await?;
        }
    }
    Ok(())
}

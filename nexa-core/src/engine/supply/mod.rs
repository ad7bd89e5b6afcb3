//! Between a shop and its supplier: whose servers serve a shop, and what its sales cost it.
//!
//! A reseller's shop has no servers: those of the shop at the head of its suppliers serve its customers. Customers, orders
//! and subscriptions stay in the reseller's shop; nothing but servers, groups and prices crosses.

mod buy;
mod credit;
mod goods;
mod invoices;

pub(super) use buy::{buy_supplies, give_back, hold_back};
pub(crate) use credit::{credit_of, suits_account};
pub(super) use credit::{credited, wake};
pub(super) use goods::{Changed, fits_source, follow, keeps_source, offered, own_goods};
pub(super) use invoices::{dun, issue_invoices, keep_books};

use crate::{
    domain::{
        money::Money,
        order::{Order, OrderKind},
        refusal::Refusal,
        reseller::{MOST_LEVELS, Reseller, Standing, Ware, WholesaleList},
    },
    error::{Failure, Result},
    ids::ShopId,
    ports::storage::Read,
};

/// One supplier above a shop, and what an order there costs its reseller.
pub(super) struct Level {
    pub(super) reseller: Reseller,
    /// The supplier's ware.
    pub(super) ware: Ware,
    pub(super) price: Money,
}

/// The shop whose servers serve a shop: its own, unless it is supplied.
pub(crate) async fn home(read: &mut dyn Read, shop: ShopId) -> Result<ShopId, Failure> {
    let mut home = shop;
    for _ in 0..MOST_LEVELS {
        match read.reseller_of(home).await? {
            Some(reseller) => home = reseller.shop_id,
            None => break,
        }
    }
    Ok(home)
}

/// What an order is for, if a supplier would have to deliver it.
pub(super) const fn ware_of(kind: &OrderKind) -> Option<Ware> {
    match kind {
        OrderKind::Pack(pack) => Some(Ware::Pack(pack.pack_id)),
        OrderKind::TopUp => None,
        _ => match kind.plan_id() {
            Some(plan) => Some(Ware::Plan(plan)),
            None => None,
        },
    }
}

/// The suppliers above a shop, the nearest first, and what a ware of the shop costs at each. None for a shop that nobody
/// supplies; refused when one of them does not supply the ware.
pub(super) async fn levels(read: &mut dyn Read, shop: ShopId, ware: Ware) -> Result<Vec<Level>> {
    let (mut shop, mut ware, mut levels) = (shop, ware, Vec::new());
    while let Some(reseller) = read.reseller_of(shop).await? {
        if levels.len() == MOST_LEVELS {
            return Err(Failure::core("too many suppliers above a shop").into());
        }
        let source = read.source(shop, ware).await?.filter(|s| s.supplier == reseller.shop_id);
        let source = source.ok_or(Refusal::NotSupplied)?;
        let list = list_of(read, &reseller).await?;
        let price = list.price(source.of).ok_or(Refusal::NotSupplied)?;
        (shop, ware) = (reseller.shop_id, source.of);
        levels.push(Level { reseller, ware, price });
    }
    Ok(levels)
}

/// The prices that a reseller pays.
pub(crate) async fn list_of(read: &mut dyn Read, reseller: &Reseller) -> Result<WholesaleList> {
    let list = read.wholesale_list(reseller.shop_id, reseller.terms.list_id).await?;
    Ok(list.ok_or(Refusal::NotSupplied)?)
}

/// Refuses to sell what would not be delivered now, so that nobody is asked for money that only waits.
pub(super) async fn ready(read: &mut dyn Read, shop: ShopId, kind: &OrderKind) -> Result<()> {
    let Some(ware) = ware_of(kind) else { return Ok(()) };
    let begins =
        matches!(kind, OrderKind::New(_) | OrderKind::Trial(_) | OrderKind::Given(_) | OrderKind::Gift(_));
    for Level { reseller, ware, price } in levels(read, shop, ware).await? {
        if !is_on_sale(read, reseller.shop_id, ware).await? {
            return Err(Refusal::PlanNotOnSale.into());
        }
        let credit = credit_of(read, &reseller).await?;
        let covered = credit.split(&reseller.terms, price)?.is_some();
        let is_full = begins && is_full(read, &reseller).await?;
        let contested = price.is_positive() && read.is_contested(reseller.shop_id, reseller.user_id).await?;
        if reseller.standing == Standing::Suspended || !covered || is_full || contested {
            return Err(Refusal::NotSupplied.into());
        }
    }
    Ok(())
}

async fn is_full(read: &mut dyn Read, of: &Reseller) -> Result<bool, Failure> {
    let Some(quota) = of.terms.quota else { return Ok(false) };
    let mut running = read.count_running(of.reseller_shop).await?;
    for below in read.resellers(of.reseller_shop).await? {
        running = running.saturating_add(read.count_running(below.reseller_shop).await?);
    }
    Ok(running >= quota)
}

pub(super) async fn is_on_sale(read: &mut dyn Read, shop: ShopId, ware: Ware) -> Result<bool, Failure> {
    Ok(match ware {
        Ware::Plan(id) => read.plan(shop, id).await?.is_some_and(|plan| plan.on_sale),
        Ware::Pack(id) => read.pack(shop, id).await?.is_some_and(|pack| pack.on_sale),
    })
}

/// Whether the suppliers above a shop have this ware of it on sale.
pub(super) async fn is_offered(read: &mut dyn Read, shop: ShopId, ware: Ware) -> Result<bool> {
    let (mut shop, mut ware) = (shop, ware);
    while let Some(source) = read.source(shop, ware).await? {
        (shop, ware) = (source.supplier, source.of);
        if !is_on_sale(read, shop, ware).await? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether nothing of an order is still to be bought from a supplier: nobody supplies its shop, it was bought, or what it
/// gives was bought with the gift that it claims.
pub(super) async fn is_settled(read: &mut dyn Read, order: &Order) -> Result<bool, Failure> {
    if ware_of(&order.kind).is_none() {
        return Ok(true);
    }
    let Some(reseller) = read.reseller_of(order.shop_id).await? else { return Ok(true) };
    let bought = read.supply(reseller.shop_id, order.id).await?;
    let bought = bought.is_some_and(|supply| supply.returned_at.is_none());
    Ok(bought || read.gift_claimed_by(order.shop_id, order.id).await?.is_some())
}

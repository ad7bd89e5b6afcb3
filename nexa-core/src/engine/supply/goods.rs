//! What a reseller's plans and packs have of their sources, and what they may cost.

use super::{is_offered, levels};
use crate::{
    domain::{money::Money, pack::Pack, plan::Plan, refusal::Refusal, reseller::Ware, shop::Shop},
    engine::Core,
    error::Result,
    ids::ShopId,
    ports::storage::{Read, Tx},
};

/// Refuses what only a shop may do that nobody supplies: servers, groups and wares of its own, and giving away what
/// the supplier would have to deliver.
pub(in crate::engine) async fn own_goods(read: &mut dyn Read, shop: ShopId) -> Result<()> {
    match read.reseller_of(shop).await? {
        None => Ok(()),
        Some(_) => Err(Refusal::SupplierDecides.into()),
    }
}

/// Refuses prices of a reseller's ware of which any is below what its supplier agreed to, compared by the rates of the
/// supplier's shop: the reseller sets its own. Nothing for what is not on sale.
pub(in crate::engine) async fn fits_source(
    core: &Core,
    read: &mut dyn Read,
    shop: &Shop,
    ware: Ware,
    prices: &[Money],
) -> Result<()> {
    let levels = levels(read, shop.id, ware).await?;
    let Some(nearest) = levels.first() else { return Ok(()) };
    let floor = nearest.reseller.terms.floor(nearest.price)?;
    if floor.is_zero() {
        return Ok(());
    }
    for price in prices {
        let asset = price.currency;
        let least = if asset == floor.currency {
            floor
        } else {
            let rate = read.rate(nearest.reseller.shop_id, asset).await?;
            let rate = rate.filter(|rate| core.world.now() < rate.fresh_until);
            rate.ok_or(Refusal::NoFreshRate { asset })?.due(floor)?
        };
        if price.minus(least)?.minor < 0 {
            return Err(Refusal::BelowFloor { floor: least }.into());
        }
    }
    Ok(())
}

/// What resellers made of a plan or pack gives what it gives, and on the same servers.
pub(in crate::engine) async fn follow(tx: &mut dyn Tx, changed: Changed) -> Result<()> {
    let (mut above, mut next) = (vec![changed], Vec::new());
    while let Some(of) = above.pop() {
        for source in tx.made_from(of.shop(), of.ware()).await? {
            match (&of, source.ware) {
                (Changed::Plan(plan), Ware::Plan(id)) => {
                    if let Some(made) = tx.plan(source.shop_id, id).await? {
                        let made = Plan { terms: plan.terms, group_id: plan.group_id, ..made };
                        tx.save_plan(&made).await?;
                        next.push(Changed::Plan(made));
                    }
                }
                (Changed::Pack(pack), Ware::Pack(id)) => {
                    if let Some(made) = tx.pack(source.shop_id, id).await? {
                        let made = Pack { kind: pack.kind, amount: pack.amount, ..made };
                        tx.save_pack(&made).await?;
                        next.push(Changed::Pack(made));
                    }
                }
                _ => {}
            }
        }
        above.append(&mut next);
    }
    Ok(())
}

/// What a supplier changed.
pub(in crate::engine) enum Changed {
    /// A plan.
    Plan(Plan),
    /// A pack.
    Pack(Pack),
}

impl Changed {
    const fn shop(&self) -> ShopId {
        match self {
            Self::Plan(plan) => plan.shop_id,
            Self::Pack(pack) => pack.shop_id,
        }
    }

    const fn ware(&self) -> Ware {
        match self {
            Self::Plan(plan) => Ware::Plan(plan.id),
            Self::Pack(pack) => Ware::Pack(pack.id),
        }
    }
}

/// Leaves the wares that the suppliers above a shop have on sale too.
pub(in crate::engine) async fn offered<T>(
    read: &mut dyn Read,
    shop: ShopId,
    all: Vec<T>,
    ware: impl Fn(&T) -> Ware,
) -> Result<Vec<T>> {
    if read.reseller_of(shop).await?.is_none() {
        return Ok(all);
    }
    let mut offered = Vec::new();
    for one in all {
        if is_offered(read, shop, ware(&one)).await? {
            offered.push(one);
        }
    }
    Ok(offered)
}

/// Refuses changes of a plan that are its source's.
pub(in crate::engine) async fn keeps_source(read: &mut dyn Read, was: &Plan, now: &Plan) -> Result<()> {
    if was.terms == now.terms && was.group_id == now.group_id {
        Ok(())
    } else {
        own_goods(read, was.shop_id).await
    }
}

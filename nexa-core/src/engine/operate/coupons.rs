//! Coupons that the operator makes.

use super::actions::note;
use crate::{
    domain::{
        coupon::{Benefit, Coupon, CouponUse, Limits},
        deed::Deed,
        order::Order,
        permission::Permission,
        refusal::Refusal,
        user::Principal,
    },
    engine::{Core, supply},
    error::Result,
    ids::CouponId,
    ports::storage::{Inserted, Page, Read},
};

/// A coupon as the operator wants it.
pub(crate) struct CouponWish {
    pub(crate) benefit: Benefit,
    pub(crate) limits: Limits,
    pub(crate) enabled: bool,
}

/// Adds a coupon; its code is its alone in the shop.
pub(crate) async fn add_coupon(
    core: &Core,
    who: &Principal,
    typed: String,
    wish: CouponWish,
) -> Result<Coupon> {
    who.may(Permission::Catalogue)?;
    let CouponWish { benefit, limits, enabled } = wish;
    let (id, shop_id, created_at) = (core.world.id(), who.shop_id, core.world.now());
    let mut tx = core.begin().await?;
    let shop = core.shop(tx.as_read(), shop_id).await?;
    let coupon =
        Coupon { id, shop_id, user: None, code: typed, benefit, limits, enabled, taken: 0, created_at };
    let coupon = coupon.checked(shop.currency)?;
    known_plans(tx.as_read(), &coupon).await?;
    gives_money(tx.as_read(), &coupon).await?;
    if tx.insert_coupon(&coupon).await? == Inserted::Taken {
        return Err(Refusal::NameTaken.into());
    }
    note(core, tx.as_mut(), who, Deed::CouponAdded { coupon: id }).await?;
    core.commit(tx).await?;
    Ok(coupon)
}

/// Changes a coupon, for orders that are placed from now on.
pub(crate) async fn change_coupon(
    core: &Core,
    who: &Principal,
    id: CouponId,
    wish: CouponWish,
) -> Result<Coupon> {
    who.may(Permission::Catalogue)?;
    let CouponWish { benefit, limits, enabled } = wish;
    let mut tx = core.begin().await?;
    let shop = core.shop(tx.as_read(), who.shop_id).await?;
    let held = tx.lock_coupon(shop.id, id).await?.ok_or(Refusal::NotFound)?;
    let held = held.try_map(|c| Coupon { benefit, limits, enabled, ..c }.checked(shop.currency))?;
    known_plans(tx.as_read(), &held).await?;
    gives_money(tx.as_read(), &held).await?;
    let changed = Coupon::clone(&held);
    tx.save_coupon(held).await?;
    note(core, tx.as_mut(), who, Deed::CouponChanged { coupon: id }).await?;
    core.commit(tx).await?;
    Ok(changed)
}

/// Refuses to give away, in a shop that is supplied, what its supplier would have to deliver.
async fn gives_money(read: &mut dyn Read, of: &Coupon) -> Result<()> {
    match of.benefit {
        Benefit::Percent { .. } | Benefit::Amount { .. } => Ok(()),
        Benefit::Days { .. } | Benefit::Traffic { .. } => supply::own_goods(read, of.shop_id).await,
    }
}

/// Refuses plans that the shop does not have.
async fn known_plans(read: &mut dyn Read, of: &Coupon) -> Result<()> {
    for plan in &of.limits.plans {
        read.plan(of.shop_id, *plan).await?.ok_or(Refusal::NotFound)?;
    }
    Ok(())
}

/// Uses of a coupon with the orders that they are for, newest first.
pub(crate) async fn coupon_uses(
    core: &Core,
    who: &Principal,
    id: CouponId,
    page: Page,
) -> Result<Vec<(CouponUse, Order)>> {
    who.may(Permission::Catalogue)?;
    let mut read = core.read().await?;
    read.coupon(who.shop_id, id).await?.ok_or(Refusal::NotFound)?;
    let mut all = Vec::new();
    for noted in read.coupon_uses(who.shop_id, id, page).await? {
        let order = read.order(who.shop_id, noted.order_id).await?.ok_or(Refusal::NotFound)?;
        all.push((noted, order));
    }
    Ok(all)
}

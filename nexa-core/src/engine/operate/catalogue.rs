//! Plans, groups and rates.

use super::actions::note;
use crate::{
    domain::{
        deed::Deed, permission::Permission, plan::Plan, rate::Rate, refusal::Refusal, reseller::Ware,
        server::Group, user::Principal,
    },
    engine::{
        Core, extras,
        supply::{self, Changed},
    },
    error::Result,
    ids::{GroupId, PlanId},
    ports::storage::Tx,
};

/// Adds a group.
pub(crate) async fn add_group(core: &Core, who: &Principal, name: String, spread: u32) -> Result<Group> {
    who.may(Permission::Catalogue)?;
    if name.trim().is_empty() || name.chars().count() > 40 {
        return Err(Refusal::bad_input("name", "1 to 40 characters").into());
    }
    let mut tx = core.begin().await?;
    supply::own_goods(tx.as_read(), who.shop_id).await?;
    if tx.groups(who.shop_id).await?.iter().any(|g| g.name == name) {
        return Err(Refusal::NameTaken.into());
    }
    let group = Group { id: core.world.id(), shop_id: who.shop_id, name, spread };
    tx.save_group(&group).await?;
    note(core, tx.as_mut(), who, Deed::GroupAdded { group: group.id }).await?;
    core.commit(tx).await?;
    Ok(group)
}

/// The group that was named, or the first.
pub(super) async fn group_or_first(
    tx: &mut dyn Tx,
    who: &Principal,
    group: Option<GroupId>,
) -> Result<Group> {
    let found = match group {
        Some(id) => tx.group(who.shop_id, id).await?,
        None => tx.groups(who.shop_id).await?.into_iter().next(),
    };
    found.ok_or_else(|| Refusal::NotFound.into())
}

/// Adds a plan that `make` makes for the chosen group.
pub(crate) async fn add_plan(
    core: &Core,
    who: &Principal,
    group: Option<GroupId>,
    make: impl FnOnce(PlanId, GroupId) -> Result<Plan, Refusal> + Send,
) -> Result<Plan> {
    who.may(Permission::Catalogue)?;
    let mut tx = core.begin().await?;
    let shop = core.shop(tx.as_read(), who.shop_id).await?;
    supply::own_goods(tx.as_read(), shop.id).await?;
    let group = group_or_first(tx.as_mut(), who, group).await?;
    let plan = make(core.world.id(), group.id)?.checked(shop.currency)?;
    extras::offered(tx.as_read(), &plan).await?;
    tx.save_plan(&plan).await?;
    note(core, tx.as_mut(), who, Deed::PlanAdded { plan: plan.id }).await?;
    core.commit(tx).await?;
    Ok(plan)
}

/// Changes a plan. What was sold stays as it was.
pub(crate) async fn update_plan(
    core: &Core,
    who: &Principal,
    id: PlanId,
    change: impl FnOnce(Plan) -> Result<Plan, Refusal> + Send,
) -> Result<Plan> {
    who.may(Permission::Catalogue)?;
    let mut tx = core.begin().await?;
    let shop = core.shop(tx.as_read(), who.shop_id).await?;
    let plan = tx.plan(shop.id, id).await?.ok_or(Refusal::NotFound)?;
    let was = plan.clone();
    let plan = change(plan)?.checked(shop.currency)?;
    supply::keeps_source(tx.as_read(), &was, &plan).await?;
    if plan.on_sale {
        supply::fits_source(core, tx.as_read(), &shop, Ware::Plan(id), &plan.prices).await?;
    }
    // One that sells them already may still change its price when its servers have ceased to offer them.
    if plan.terms.extras != was.terms.extras {
        extras::offered(tx.as_read(), &plan).await?;
    }
    tx.save_plan(&plan).await?;
    supply::follow(tx.as_mut(), Changed::Plan(plan.clone())).await?;
    note(core, tx.as_mut(), who, Deed::PlanChanged { plan: plan.id }).await?;
    core.commit(tx).await?;
    Ok(plan)
}

/// Sets a rate.
pub(crate) async fn set_rate(core: &Core, who: &Principal, rate: Rate) -> Result<Rate> {
    who.may(Permission::Gateways)?;
    let mut tx = core.begin().await?;
    let shop = core.shop(tx.as_read(), who.shop_id).await?;
    if rate.price.currency != shop.currency {
        return Err(Refusal::WrongCurrency { expected: shop.currency }.into());
    }
    if rate.asset == shop.currency {
        return Err(Refusal::bad_input("asset", "is the shop's own currency").into());
    }
    if !rate.price.is_positive() {
        return Err(Refusal::AmountOutOfRange.into());
    }
    tx.save_rate(shop.id, &rate).await?;
    note(core, tx.as_mut(), who, Deed::RateSet { asset: rate.asset, price: rate.price }).await?;
    core.commit(tx).await?;
    Ok(rate)
}

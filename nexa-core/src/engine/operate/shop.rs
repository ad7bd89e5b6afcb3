//! The shop itself.

use crate::{
    domain::{
        refusal::Refusal,
        shop::Shop,
        user::{Principal, Scope},
    },
    engine::Core,
    error::Result,
    ports::storage::{OrderFilter, Page},
};

/// Changes the shop by `change`. The currency is fixed once there are orders, a host belongs to one shop, the hosts
/// of links stay among them, and the trial plan must be one of the shop's.
pub(crate) async fn update_shop(
    core: &Core,
    who: &Principal,
    change: impl FnOnce(Shop) -> Result<Shop, Refusal> + Send,
) -> Result<Shop> {
    who.with(Scope::Manage)?;
    let mut tx = core.begin().await?;
    let was = core.shop(tx.as_read(), who.shop_id).await?;
    let shop = change(was.clone())?.checked()?;
    if shop.currency != was.currency {
        let first = tx.orders(shop.id, OrderFilter::default(), Page { before: None, limit: 1 }).await?;
        let plans = tx.plans(shop.id).await?;
        if !first.is_empty() || plans.iter().any(|p| p.on_sale && p.price(shop.currency).is_none()) {
            return Err(Refusal::StillInUse.into());
        }
    }
    for other in tx.shops().await?.into_iter().filter(|s| s.id != shop.id) {
        if other.hosts.iter().any(|h| shop.hosts.contains(h)) {
            return Err(Refusal::NameTaken.into());
        }
    }
    if tx.link_settings(shop.id).await?.is_some_and(|links| links.strange_to(&shop)) {
        return Err(Refusal::StillInUse.into());
    }
    if let Some(plan) = shop.trial_plan {
        tx.plan(shop.id, plan).await?.ok_or(Refusal::NotFound)?;
    }
    tx.save_shop(&shop).await?;
    core.commit(tx).await?;
    Ok(shop)
}

//! In which order things are shown.

use super::actions::note;
use crate::{
    domain::{
        deed::Deed,
        gateway::GatewayAccount,
        pack::Pack,
        permission::Permission,
        plan::Plan,
        refusal::Refusal,
        shelf::{Shelf, arranged},
        user::Principal,
    },
    engine::Core,
    error::Result,
    ids::{Id as _, ShopId},
    ports::storage::Read,
};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Things that may be arranged.
const MOST: usize = 500;

/// Plans in their order.
pub(crate) async fn plans_in_order(read: &mut dyn Read, shop: ShopId) -> Result<Vec<Plan>> {
    let order = read.shelf(shop, Shelf::Plans).await?;
    Ok(arranged(read.plans(shop).await?, &order, |plan| plan.id.uuid()))
}

/// Packs in their order.
pub(crate) async fn packs_in_order(read: &mut dyn Read, shop: ShopId) -> Result<Vec<Pack>> {
    let order = read.shelf(shop, Shelf::Packs).await?;
    Ok(arranged(read.packs(shop).await?, &order, |pack| pack.id.uuid()))
}

/// Gateways in their order.
pub(crate) async fn gateways_in_order(read: &mut dyn Read, shop: ShopId) -> Result<Vec<GatewayAccount>> {
    let order = read.shelf(shop, Shelf::Gateways).await?;
    Ok(arranged(read.gateways(shop).await?, &order, |gateway| gateway.id.uuid()))
}

/// Shows these first, in this order.
pub(crate) async fn arrange(core: &Core, who: &Principal, shelf: Shelf, order: &[Uuid]) -> Result<()> {
    who.may(match shelf {
        Shelf::Plans | Shelf::Packs => Permission::Catalogue,
        Shelf::Gateways => Permission::Gateways,
    })?;
    let distinct: BTreeSet<&Uuid> = order.iter().collect();
    if order.len() > MOST || distinct.len() != order.len() {
        return Err(Refusal::bad_input("ids", "each once").into());
    }
    let mut tx = core.begin().await?;
    let known: Vec<Uuid> = match shelf {
        Shelf::Plans => tx.plans(who.shop_id).await?.iter().map(|plan| plan.id.uuid()).collect(),
        Shelf::Packs => tx.packs(who.shop_id).await?.iter().map(|pack| pack.id.uuid()).collect(),
        Shelf::Gateways => tx.gateways(who.shop_id).await?.iter().map(|gateway| gateway.id.uuid()).collect(),
    };
    if order.iter().any(|id| !known.contains(id)) {
        return Err(Refusal::NotFound.into());
    }
    tx.arrange(who.shop_id, shelf, order).await?;
    note(core, tx.as_mut(), who, Deed::Arranged { shelf }).await?;
    core.commit(tx).await?;
    Ok(())
}

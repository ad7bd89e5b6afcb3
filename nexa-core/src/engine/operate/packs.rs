//! Packs on sale.

use super::actions::note;
use crate::{
    domain::{
        deed::Deed, pack::Pack, permission::Permission, refusal::Refusal, reseller::Ware, user::Principal,
    },
    engine::{
        Core,
        supply::{self, Changed},
    },
    error::Result,
    ids::PackId,
};

/// Adds the pack that `make` makes, or changes the one of this id. What was sold stays as it was.
pub(crate) async fn save_pack(
    core: &Core,
    who: &Principal,
    id: Option<PackId>,
    make: impl FnOnce(PackId, Option<Pack>) -> Result<Pack, Refusal> + Send,
) -> Result<Pack> {
    who.may(Permission::Catalogue)?;
    let mut tx = core.begin().await?;
    let shop = core.shop(tx.as_read(), who.shop_id).await?;
    let known = match id {
        Some(id) => Some(tx.pack(shop.id, id).await?.ok_or(Refusal::NotFound)?),
        None => None,
    };
    let (was, new) = (known.clone(), known.is_none());
    let pack = make(id.unwrap_or_else(|| core.world.id()), known)?.checked(shop.currency)?;
    if new || was.is_some_and(|was| (was.kind, was.amount) != (pack.kind, pack.amount)) {
        supply::own_goods(tx.as_read(), shop.id).await?;
    } else if pack.on_sale {
        supply::fits_source(core, tx.as_read(), &shop, Ware::Pack(pack.id), &pack.prices).await?;
    }
    tx.save_pack(&pack).await?;
    supply::follow(tx.as_mut(), Changed::Pack(pack.clone())).await?;
    note(core, tx.as_mut(), who, Deed::PackSaved { pack: pack.id }).await?;
    core.commit(tx).await?;
    Ok(pack)
}

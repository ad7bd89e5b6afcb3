//! Packs on sale.

use crate::{
    domain::{
        pack::Pack,
        refusal::Refusal,
        user::{Principal, Scope},
    },
    engine::Core,
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
    who.with(Scope::Manage)?;
    let mut tx = core.begin().await?;
    let shop = core.shop(tx.as_read(), who.shop_id).await?;
    let known = match id {
        Some(id) => Some(tx.pack(shop.id, id).await?.ok_or(Refusal::NotFound)?),
        None => None,
    };
    let pack = make(id.unwrap_or_else(|| core.world.id()), known)?.checked(shop.currency)?;
    tx.save_pack(&pack).await?;
    core.commit(tx).await?;
    Ok(pack)
}

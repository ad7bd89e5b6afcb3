//! The operator's decisions on links.

use crate::{
    domain::{
        link::settings::LinkSettings,
        refusal::Refusal,
        user::{Principal, Scope},
    },
    engine::Core,
    error::Result,
};

/// The shop's decisions.
pub(crate) async fn link_settings(core: &Core, who: &Principal) -> Result<LinkSettings> {
    who.with(Scope::Manage)?;
    Ok(core.read().await?.link_settings(who.shop_id).await?.unwrap_or_default())
}

/// Changes the shop's decisions by `change`.
pub(crate) async fn set_link_settings(
    core: &Core,
    who: &Principal,
    change: impl FnOnce(LinkSettings) -> Result<LinkSettings, Refusal> + Send,
) -> Result<LinkSettings> {
    who.with(Scope::Manage)?;
    let mut tx = core.begin().await?;
    let shop = core.shop(tx.as_read(), who.shop_id).await?;
    let was = tx.link_settings(shop.id).await?.unwrap_or_default();
    let settings = change(was)?.checked(&shop)?;
    tx.save_link_settings(shop.id, &settings).await?;
    core.commit(tx).await?;
    core.links.changed(shop.id);
    Ok(settings)
}

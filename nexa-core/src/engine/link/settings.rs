//! The operator's decisions on links.

use crate::{
    domain::{
        deed::Deed, link::settings::LinkSettings, permission::Permission, refusal::Refusal, user::Principal,
    },
    engine::{Core, operate::actions::note},
    error::Result,
};

/// The shop's decisions.
pub(crate) async fn link_settings(core: &Core, who: &Principal) -> Result<LinkSettings> {
    who.may(Permission::Settings)?;
    Ok(core.read().await?.link_settings(who.shop_id).await?.unwrap_or_default())
}

/// Changes the shop's decisions by `change`.
pub(crate) async fn set_link_settings(
    core: &Core,
    who: &Principal,
    change: impl FnOnce(LinkSettings) -> Result<LinkSettings, Refusal> + Send,
) -> Result<LinkSettings> {
    who.may(Permission::Settings)?;
    let mut tx = core.begin().await?;
    let shop = core.shop(tx.as_read(), who.shop_id).await?;
    let was = tx.link_settings(shop.id).await?.unwrap_or_default();
    let settings = change(was)?.checked(&shop)?;
    tx.save_link_settings(shop.id, &settings).await?;
    note(core, tx.as_mut(), who, Deed::LinksSet).await?;
    core.commit(tx).await?;
    core.links.changed(core, shop.id).await;
    Ok(settings)
}

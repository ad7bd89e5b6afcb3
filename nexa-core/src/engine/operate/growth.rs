//! What the operator gives for invitations, and the campaigns by which customers come.

use crate::{
    domain::{
        referral::{Campaign, CampaignCount, ReferralTerms},
        refusal::Refusal,
        shop::Shop,
        user::{Principal, Scope},
    },
    engine::Core,
    error::Result,
    ports::storage::Inserted,
};

/// What the shop gives for invitations.
pub(crate) async fn referral_terms(core: &Core, who: &Principal) -> Result<ReferralTerms> {
    who.with(Scope::Manage)?;
    Ok(core.read().await?.referral_terms(who.shop_id).await?.unwrap_or_default())
}

/// Changes it, for orders that are paid from now on.
pub(crate) async fn set_referral_terms(
    core: &Core,
    who: &Principal,
    terms: ReferralTerms,
) -> Result<ReferralTerms> {
    who.with(Scope::Manage)?;
    let mut tx = core.begin().await?;
    let shop = core.shop(tx.as_read(), who.shop_id).await?;
    let terms = terms.checked(shop.currency)?;
    tx.save_referral_terms(shop.id, &terms).await?;
    core.commit(tx).await?;
    Ok(terms)
}

/// What the links of a shop's campaigns and coupons are made of: the shop, and where its own pages are.
pub(crate) struct Ground {
    pub(crate) shop: Shop,
    pub(crate) home: String,
}

/// The ground of the caller's shop.
pub(crate) async fn ground(core: &Core, who: &Principal) -> Result<Ground> {
    who.with(Scope::Manage)?;
    let mut read = core.read().await?;
    let shop = core.shop(read.as_mut(), who.shop_id).await?;
    let settings = read.link_settings(shop.id).await?.unwrap_or_default();
    let home = settings.home(&shop, &core.public_url);
    Ok(Ground { shop, home })
}

/// The shop's campaigns and what each brought, newest first.
pub(crate) async fn campaigns(core: &Core, who: &Principal) -> Result<(Ground, Vec<CampaignCount>)> {
    let ground = ground(core, who).await?;
    let campaigns = core.read().await?.campaigns(ground.shop.id).await?;
    Ok((ground, campaigns))
}

/// Adds a campaign; what its links carry is its alone in the shop.
pub(crate) async fn add_campaign(core: &Core, who: &Principal, typed: String, name: String) -> Result<()> {
    who.with(Scope::Manage)?;
    let name = name.trim().to_owned();
    let campaign =
        Campaign { shop_id: who.shop_id, code: typed, name, created_at: core.world.now() }.checked()?;
    let mut tx = core.begin().await?;
    if tx.insert_campaign(&campaign).await? == Inserted::Taken {
        return Err(Refusal::NameTaken.into());
    }
    Ok(core.commit(tx).await?)
}

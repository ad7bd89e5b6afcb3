//! What the operator gives for invitations, and the campaigns by which customers come.

use super::actions::note;
use crate::{
    domain::{
        deed::Deed,
        permission::Permission,
        referral::{Campaign, CampaignCount, ReferralTerms},
        refusal::Refusal,
        shop::Shop,
        user::Principal,
    },
    engine::{Core, invites::postbacks, supply::own_goods},
    error::Result,
    ids::ShopId,
    ports::storage::{Inserted, Read},
};

/// What the shop gives for invitations.
pub(crate) async fn referral_terms(core: &Core, who: &Principal) -> Result<ReferralTerms> {
    who.may(Permission::Catalogue)?;
    Ok(core.read().await?.referral_terms(who.shop_id).await?.unwrap_or_default())
}

/// Changes it, for orders that are placed from now on.
pub(crate) async fn set_referral_terms(
    core: &Core,
    who: &Principal,
    terms: ReferralTerms,
) -> Result<ReferralTerms> {
    who.may(Permission::Catalogue)?;
    let mut tx = core.begin().await?;
    let shop = core.shop(tx.as_read(), who.shop_id).await?;
    let terms = terms.checked(shop.currency)?;
    if terms.days.is_some() {
        own_goods(tx.as_read(), shop.id).await?;
    }
    tx.save_referral_terms(shop.id, &terms).await?;
    note(core, tx.as_mut(), who, Deed::InvitationTermsSet).await?;
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
    who.may(Permission::Catalogue)?;
    let mut read = core.read().await?;
    let shop = core.shop(read.as_mut(), who.shop_id).await?;
    let home = home(core, read.as_mut(), shop.id).await?;
    Ok(Ground { shop, home })
}

/// Where a shop's own pages are.
pub(super) async fn home(core: &Core, read: &mut dyn Read, shop: ShopId) -> Result<String> {
    let shop = core.shop(read, shop).await?;
    let settings = read.link_settings(shop.id).await?.unwrap_or_default();
    Ok(settings.home(&shop, &core.public_url))
}

/// The shop's campaigns and what each brought, newest first.
pub(crate) async fn campaigns(core: &Core, who: &Principal) -> Result<(Ground, Vec<CampaignCount>)> {
    let ground = ground(core, who).await?;
    let campaigns = core.read().await?.campaigns(ground.shop.id).await?;
    Ok((ground, campaigns))
}

/// Adds a campaign; what its links carry is its alone in the shop.
pub(crate) async fn add_campaign(
    core: &Core,
    who: &Principal,
    (typed, name): (String, String),
    postback: Option<String>,
) -> Result<()> {
    who.may(Permission::Catalogue)?;
    let name = name.trim().to_owned();
    let now = core.world.now();
    let campaign =
        Campaign { shop_id: who.shop_id, code: typed, name, created_at: now, postback_sealed: None };
    let campaign = campaign.checked()?;
    let postback_sealed = postbacks::seal(core, who.shop_id, &campaign.code, postback)?;
    let campaign = Campaign { postback_sealed, ..campaign };
    let mut tx = core.begin().await?;
    if tx.insert_campaign(&campaign).await? == Inserted::Taken {
        return Err(Refusal::NameTaken.into());
    }
    note(core, tx.as_mut(), who, Deed::CampaignAdded).await?;
    Ok(core.commit(tx).await?)
}

/// Changes the address that a campaign tells, or ends it.
pub(crate) async fn set_postback(
    core: &Core,
    who: &Principal,
    named: &str,
    postback: Option<String>,
) -> Result<()> {
    who.may(Permission::Catalogue)?;
    let mut tx = core.begin().await?;
    let campaign = tx.campaign(who.shop_id, named).await?.ok_or(Refusal::NotFound)?;
    let sealed = postbacks::seal(core, who.shop_id, &campaign.code, postback)?;
    tx.save_postback(who.shop_id, &campaign.code, sealed).await?;
    note(core, tx.as_mut(), who, Deed::CampaignChanged).await?;
    Ok(core.commit(tx).await?)
}

//! The part of the operator's port that is about how customers come: invitations and campaigns.

use super::{
    LocalBackoffice,
    model::{CampaignRequest, CampaignView, PostbackRequest},
};
use crate::{
    domain::{money::Money, permission::Permission, referral::CampaignCount},
    engine::{
        Core,
        cases::{self, Ground},
    },
    error::{Failure, Result},
    storefront::{
        model::ReferralTermsView,
        view::{bot_link, moment, money, terms, wished},
    },
};
use async_trait::async_trait;

/// How customers come to a shop, as its operator sees it.
///
/// # Behaviour
/// - `set_referral_terms` refuses shares that together are above half of an order, and credits in another currency than the shop's.
/// - `add_campaign` takes each code once.
/// - `add_campaign` and `set_postback` refuse a postback address that may not be called.
/// - The postback address of a campaign is called once for each who came by it with each of `sign_up`, `trial`,
///   `first_order` (the first plan that was paid with money) and `refund` (of that order).
/// - `campaigns` counts who signed up by each, who of them tried and bought, for how much, and what others get for it; what
///   was refunded is left out.
#[async_trait]
pub trait Growth: Send + Sync {
    /// What the shop gives for invitations.
    async fn referral_terms(&self) -> Result<ReferralTermsView>;
    /// Changes it, for orders that are placed from now on.
    async fn set_referral_terms(&self, request: ReferralTermsView) -> Result<ReferralTermsView>;
    /// Campaigns and what each brought, newest first.
    async fn campaigns(&self) -> Result<Vec<CampaignView>>;
    /// Adds a campaign.
    async fn add_campaign(&self, request: CampaignRequest) -> Result<Vec<CampaignView>>;
    /// Changes where whoever advertises hears what came of it; nothing: nowhere.
    async fn set_postback(&self, code: &str, request: PostbackRequest) -> Result<Vec<CampaignView>>;
}

#[async_trait]
impl Growth for LocalBackoffice {
    async fn referral_terms(&self) -> Result<ReferralTermsView> {
        Ok(terms(&cases::referral_terms(&self.core, &self.who).await?))
    }

    async fn set_referral_terms(&self, request: ReferralTermsView) -> Result<ReferralTermsView> {
        self.who.may(Permission::Catalogue)?;
        let wish = wished(&request)?;
        Ok(terms(&cases::set_referral_terms(&self.core, &self.who, wish).await?))
    }

    async fn campaigns(&self) -> Result<Vec<CampaignView>> {
        let (ground, all) = cases::campaigns(&self.core, &self.who).await?;
        Ok(all.iter().map(|of| campaign(&self.core, &ground, of)).collect::<Result<_, _>>()?)
    }

    async fn set_postback(&self, code: &str, request: PostbackRequest) -> Result<Vec<CampaignView>> {
        cases::set_postback(&self.core, &self.who, code, request.postback_url).await?;
        self.campaigns().await
    }

    async fn add_campaign(&self, request: CampaignRequest) -> Result<Vec<CampaignView>> {
        let CampaignRequest { code, name, postback_url } = request;
        cases::add_campaign(&self.core, &self.who, (code, name), postback_url).await?;
        self.campaigns().await
    }
}

fn campaign(core: &Core, ground: &Ground, of: &CampaignCount) -> Result<CampaignView, Failure> {
    let bot = ground.shop.telegram.as_ref().map(|bot| bot.username.as_str());
    Ok(CampaignView {
        code: of.campaign.code.clone(),
        name: of.campaign.name.clone(),
        web_link: format!("{}/?c={}", ground.home, of.campaign.code),
        bot_link: bot_link(bot, "c", &of.campaign.code),
        sign_ups: of.sign_ups,
        trials: of.trials,
        paying: of.paying,
        conversion_bp: of.paying.saturating_mul(10_000).checked_div(of.sign_ups),
        revenue: money(Money::new(of.revenue, ground.shop.currency)),
        commission: money(Money::new(of.commission, ground.shop.currency)),
        postback_url: cases::opened_postback(core, &of.campaign)?,
        created_at: moment(of.campaign.created_at),
    })
}

//! The part of the operator's port that is about how customers come: invitations and campaigns.

use super::{
    LocalBackoffice,
    model::{CampaignRequest, CampaignView},
};
use crate::{
    domain::{
        money::Money,
        referral::{CampaignCount, ReferralTerms},
        user::Scope,
    },
    engine::cases::{self, Ground},
    error::Result,
    storefront::{
        model::ReferralTermsView,
        view::{amount, bot_link, moment, money, terms},
    },
};
use async_trait::async_trait;

/// How customers come to a shop, as its operator sees it.
///
/// # Behaviour
/// - `set_referral_terms` refuses rewards above half of an order, and credits in another currency than the shop's.
/// - `add_campaign` takes each code once.
/// - `campaigns` counts who signed up by each, who of them bought, and for how much; what was refunded is left out.
#[async_trait]
pub trait Growth: Send + Sync {
    /// What the shop gives for invitations.
    async fn referral_terms(&self) -> Result<ReferralTermsView>;
    /// Changes it, for orders that are paid from now on.
    async fn set_referral_terms(&self, request: ReferralTermsView) -> Result<ReferralTermsView>;
    /// Campaigns and what each brought, newest first.
    async fn campaigns(&self) -> Result<Vec<CampaignView>>;
    /// Adds a campaign.
    async fn add_campaign(&self, request: CampaignRequest) -> Result<Vec<CampaignView>>;
}

#[async_trait]
impl Growth for LocalBackoffice {
    async fn referral_terms(&self) -> Result<ReferralTermsView> {
        Ok(terms(&cases::referral_terms(&self.core, &self.who).await?))
    }

    async fn set_referral_terms(&self, request: ReferralTermsView) -> Result<ReferralTermsView> {
        self.who.with(Scope::Manage)?;
        let welcome = request.welcome.as_ref().map(amount).transpose()?;
        let wish = ReferralTerms { on: request.on, reward_bp: request.reward_bp, welcome };
        Ok(terms(&cases::set_referral_terms(&self.core, &self.who, wish).await?))
    }

    async fn campaigns(&self) -> Result<Vec<CampaignView>> {
        let (ground, all) = cases::campaigns(&self.core, &self.who).await?;
        Ok(all.iter().map(|of| campaign(&ground, of)).collect())
    }

    async fn add_campaign(&self, request: CampaignRequest) -> Result<Vec<CampaignView>> {
        cases::add_campaign(&self.core, &self.who, request.code, request.name).await?;
        self.campaigns().await
    }
}

fn campaign(ground: &Ground, of: &CampaignCount) -> CampaignView {
    let code = &of.campaign.code;
    let bot = ground.shop.telegram.as_ref().map(|bot| bot.username.as_str());
    CampaignView {
        code: code.clone(),
        name: of.campaign.name.clone(),
        web_link: format!("{}/?c={code}", ground.home),
        bot_link: bot_link(bot, "c", code),
        sign_ups: of.sign_ups,
        paying: of.paying,
        revenue: money(Money::new(of.revenue, ground.shop.currency)),
        created_at: moment(of.campaign.created_at),
    }
}

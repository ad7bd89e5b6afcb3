//! How customers come: invitations and campaigns.

use super::super::{Answer, Area, Made, made};
use crate::{caller::SignedIn, problem::Said};
use nexa_core::{
    backoffice::model::{CampaignRequest, CampaignView, PostbackRequest},
    storefront::model::ReferralTermsView,
};
use poem_openapi::{OpenApi, param::Path, payload::Json};

/// See the module.
pub struct Growth;

#[OpenApi(prefix_path = "/admin", tag = "Area::AdminGrowth")]
impl Growth {
    /// See what is given for invitations
    ///
    /// What inviting brings, how long it is held, and how it can be taken out.
    #[oai(path = "/referral", method = "get", operation_id = "adminGetReferralTerms")]
    async fn terms(&self, caller: SignedIn) -> Answer<ReferralTermsView> {
        Ok(Json(caller.office().referral_terms().await?))
    }

    /// Say what is given for invitations
    ///
    /// For orders that are placed from now on. `wrong_currency` for a welcome credit in another currency than the shop's.
    #[oai(path = "/referral", method = "put", operation_id = "adminSetReferralTerms")]
    async fn set_terms(&self, caller: SignedIn, body: Json<ReferralTermsView>) -> Answer<ReferralTermsView> {
        Ok(Json(caller.office().set_referral_terms(body.0).await?))
    }

    /// List campaigns
    ///
    /// Newest first, with who signed up by each, who of them bought, and for how much.
    #[oai(path = "/campaigns", method = "get", operation_id = "adminListCampaigns")]
    async fn campaigns(&self, caller: SignedIn) -> Answer<Vec<CampaignView>> {
        Ok(Json(caller.office().campaigns().await?))
    }

    /// Add a campaign
    ///
    /// Answers with all of them. `name_taken` when there is one with this code.
    #[oai(path = "/campaigns", method = "post", operation_id = "adminAddCampaign")]
    async fn add_campaign(
        &self,
        caller: SignedIn,
        body: Json<CampaignRequest>,
    ) -> Result<Made<Vec<CampaignView>>, Said> {
        Ok(made(caller.office().add_campaign(body.0).await?))
    }

    /// Change where a campaign tells
    ///
    /// Answers with all campaigns.
    #[oai(path = "/campaigns/:code/postback", method = "put", operation_id = "adminSetPostback")]
    async fn set_postback(
        &self,
        caller: SignedIn,
        /// The code of the campaign.
        code: Path<String>,
        body: Json<PostbackRequest>,
    ) -> Answer<Vec<CampaignView>> {
        Ok(Json(caller.office().set_postback(&code.0, body.0).await?))
    }
}

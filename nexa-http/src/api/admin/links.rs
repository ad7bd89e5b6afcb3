//! What holds for customers' links.

use super::super::{Answer, Area};
use crate::caller::SignedIn;
use nexa_core::backoffice::model::{LinkRulesRequest, LinkRulesView, LinkSettingsRequest, LinkSettingsView};
use poem_openapi::{OpenApi, payload::Json};

/// See the module.
pub struct Links;

#[OpenApi(prefix_path = "/admin", tag = "Area::AdminLinks")]
impl Links {
    /// See what holds for links
    ///
    /// The hosts of links, and how devices are counted.
    #[oai(path = "/links", method = "get", operation_id = "adminGetLinkSettings")]
    async fn settings(&self, caller: SignedIn) -> Answer<LinkSettingsView> {
        Ok(Json(caller.office().link_settings().await?))
    }

    /// Change what holds for links
    ///
    /// What is left out stays. To move links to another host: add it as `active`, set the old one to `moving_away` until
    /// apps have fetched their links once, then to `moved`.
    #[oai(path = "/links", method = "patch", operation_id = "adminUpdateLinkSettings")]
    async fn update(&self, caller: SignedIn, body: Json<LinkSettingsRequest>) -> Answer<LinkSettingsView> {
        Ok(Json(caller.office().update_link_settings(body.0).await?))
    }

    /// See which client gets which form
    ///
    /// Rules of the shop come before ours; the first that fits decides.
    #[oai(path = "/link-rules", method = "get", operation_id = "adminGetLinkRules")]
    async fn rules(&self, caller: SignedIn) -> Answer<LinkRulesView> {
        Ok(Json(caller.office().link_rules().await?))
    }

    /// Say which client gets which form
    ///
    /// Replaces the whole table; without `rules` the standard one is back. Browsers get the page and unknown clients
    /// base64, whatever stands in it.
    #[oai(path = "/link-rules", method = "put", operation_id = "adminSetLinkRules")]
    async fn set_rules(&self, caller: SignedIn, body: Json<LinkRulesRequest>) -> Answer<LinkRulesView> {
        Ok(Json(caller.office().set_link_rules(body.0).await?))
    }
}

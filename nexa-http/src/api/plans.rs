//! What is on sale, and how to pay for it.

use super::{Answer, Area};
use crate::caller::{Anybody, SignedIn};
use nexa_core::storefront::model::{MethodView, OfferView, PackView, PlanView, QuoteRequest, QuoteView};
use poem_openapi::{OpenApi, payload::Json};

pub struct Plans;

#[OpenApi(tag = "Area::Plans")]
impl Plans {
    /// See the shop at a glance
    ///
    /// What is on sale, what can be tried, and where servers stand.
    #[oai(path = "/offer", method = "get", operation_id = "offer")]
    async fn offer(&self, caller: Anybody) -> Answer<OfferView> {
        Ok(Json(caller.0.store().offer().await?))
    }

    /// List what is on sale
    ///
    /// As the shop arranged them, else the cheapest first, with prices in the shop's currency.
    #[oai(path = "/plans", method = "get", operation_id = "listPlans")]
    async fn plans(&self, caller: Anybody) -> Answer<Vec<PlanView>> {
        Ok(Json(caller.0.store().plans().await?))
    }

    /// List packs
    ///
    /// More traffic or devices for the current period of a subscription. A pack leaves time alone and ends with the
    /// period: a renewal or a change of plan sets the limits back to the plan's. A traffic pack brings a subscription back
    /// whose traffic is used up.
    #[oai(path = "/packs", method = "get", operation_id = "listPacks")]
    async fn packs(&self, caller: Anybody) -> Answer<Vec<PackView>> {
        Ok(Json(caller.0.store().packs().await?))
    }

    /// List ways to pay
    ///
    /// The wallet is always the first.
    #[oai(path = "/methods", method = "get", operation_id = "listMethods")]
    async fn methods(&self, caller: Anybody) -> Answer<Vec<MethodView>> {
        Ok(Json(caller.0.store().methods().await?))
    }

    /// See what a purchase costs
    ///
    /// What this shows is what a checkout charges, while plan and rate stay the same.
    #[oai(path = "/quotes", method = "post", operation_id = "quote")]
    async fn quote(&self, caller: SignedIn, body: Json<QuoteRequest>) -> Answer<QuoteView> {
        Ok(Json(caller.store().quote(body.0).await?))
    }
}

//! Plans.

use super::super::{Answer, Area, Made, made};
use crate::{caller::SignedIn, problem::Said};
use nexa_core::backoffice::model::{
    AddPlanRequest, OperatorPackView, OperatorPlanView, PackRequest, UpdatePlanRequest,
};
use poem_openapi::{OpenApi, param::Path, payload::Json};

/// See the module.
pub struct Plans;

#[OpenApi(prefix_path = "/admin", tag = "Area::AdminPlans")]
impl Plans {
    /// List plans, on sale or not
    ///
    /// Those that are not on sale too, in the order in which customers see them.
    #[oai(path = "/plans", method = "get", operation_id = "adminListPlans")]
    async fn plans(&self, caller: SignedIn) -> Answer<Vec<OperatorPlanView>> {
        Ok(Json(caller.office().plans().await?))
    }

    /// Add a plan
    ///
    /// The first price is in the shop's currency; another one fixes what the plan costs in that asset, without a rate.
    #[oai(path = "/plans", method = "post", operation_id = "adminAddPlan")]
    async fn add_plan(
        &self,
        caller: SignedIn,
        body: Json<AddPlanRequest>,
    ) -> Result<Made<OperatorPlanView>, Said> {
        Ok(made(caller.office().add_plan(body.0).await?))
    }

    /// Change a plan
    ///
    /// What is left out stays, and what was sold stays as it was.
    #[oai(path = "/plans/:plan_id", method = "patch", operation_id = "adminUpdatePlan")]
    async fn update_plan(
        &self,
        caller: SignedIn,
        plan_id: Path<String>,
        body: Json<UpdatePlanRequest>,
    ) -> Answer<OperatorPlanView> {
        Ok(Json(caller.office().update_plan(&plan_id.0, body.0).await?))
    }

    /// List packs, on sale or not
    ///
    /// Those that are not on sale too, in the order in which customers see them.
    #[oai(path = "/packs", method = "get", operation_id = "adminListPacks")]
    async fn packs(&self, caller: SignedIn) -> Answer<Vec<OperatorPackView>> {
        Ok(Json(caller.office().packs().await?))
    }

    /// Add or change a pack
    ///
    /// With `pack_id` that pack is replaced; what was sold stays as it was.
    #[oai(path = "/packs", method = "put", operation_id = "adminSavePack")]
    async fn save_pack(&self, caller: SignedIn, body: Json<PackRequest>) -> Answer<OperatorPackView> {
        Ok(Json(caller.office().save_pack(body.0).await?))
    }
}

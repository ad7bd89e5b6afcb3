//! Who works in the office.

use super::super::{Answer, Area, Done, Made, made};
use crate::{caller::SignedIn, problem::Said};
use nexa_core::backoffice::model::{
    ChangeMemberRequest, InviteMemberRequest, MemberView, SecondFactorRequest, StaffInvitationView, StaffView,
};
use poem_openapi::{OpenApi, param::Path, payload::Json};

/// See the module.
pub struct Staff;

#[OpenApi(prefix_path = "/admin", tag = "Area::AdminStaff")]
impl Staff {
    /// List the staff
    ///
    /// Owners, who may do everything, and members, who may do what they were given.
    #[oai(path = "/staff", method = "get", operation_id = "adminListStaff")]
    async fn staff(&self, caller: SignedIn) -> Answer<StaffView> {
        Ok(Json(caller.office().staff().await?))
    }

    /// Invite somebody
    ///
    /// The link in the answer lets one person in, once, within 24 hours; it is shown this once. Nobody gives what they do
    /// not hold: `not_allowed`.
    #[oai(path = "/staff", method = "post", operation_id = "adminInviteMember")]
    async fn invite(
        &self,
        caller: SignedIn,
        body: Json<InviteMemberRequest>,
    ) -> Result<Made<StaffInvitationView>, Said> {
        Ok(made(caller.office().invite_member(body.0).await?))
    }

    /// Change what somebody may do
    ///
    /// It holds from their next request on, also for their keys. Nobody changes themselves, and nobody gives or takes what
    /// they do not hold: `not_allowed`.
    #[oai(path = "/staff/:user_id", method = "patch", operation_id = "adminChangeMember")]
    async fn change(
        &self,
        caller: SignedIn,
        user_id: Path<String>,
        body: Json<ChangeMemberRequest>,
    ) -> Answer<MemberView> {
        Ok(Json(caller.office().change_member(&user_id.0, body.0).await?))
    }

    /// Take the office away from somebody
    ///
    /// Their sessions and keys end. They are a customer from then on.
    #[oai(path = "/staff/:user_id", method = "delete", operation_id = "adminRemoveMember")]
    async fn remove(&self, caller: SignedIn, user_id: Path<String>) -> Result<Done, Said> {
        caller.office().remove_member(&user_id.0).await?;
        Ok(Done::Done)
    }

    /// Decide whether the staff must have a second factor
    ///
    /// While it must, sessions of members without one are answered `second_factor_required`, and those of owners a day
    /// after they came. Keys go on. Only an owner decides: `not_allowed`.
    #[oai(path = "/staff/second-factor", method = "put", operation_id = "adminSetSecondFactorRule")]
    async fn rule(&self, caller: SignedIn, body: Json<SecondFactorRequest>) -> Answer<StaffView> {
        Ok(Json(caller.office().set_second_factor_rule(body.0).await?))
    }
}

//! Servers and the groups they form.

use super::super::{Answer, Area, Made, made};
use crate::{caller::SignedIn, problem::Said};
use nexa_core::backoffice::model::{
    AddServerRequest, CheckView, GroupRequest, GroupView, OperatorServerView, UpdateServerRequest,
};
use poem_openapi::{OpenApi, param::Path, payload::Json};

/// See the module.
pub struct Servers;

#[OpenApi(prefix_path = "/admin", tag = "Area::AdminServers")]
impl Servers {
    /// List server groups
    ///
    /// Each with its `spread`: on how many of its servers a customer is at the same time.
    #[oai(path = "/groups", method = "get", operation_id = "adminListGroups")]
    async fn groups(&self, caller: SignedIn) -> Answer<Vec<GroupView>> {
        Ok(Json(caller.office().groups().await?))
    }

    /// Add a server group
    ///
    /// Plans are sold on a group of servers; `spread` is on how many of them a customer is at the same time.
    #[oai(path = "/groups", method = "post", operation_id = "adminAddGroup")]
    async fn add_group(&self, caller: SignedIn, body: Json<GroupRequest>) -> Result<Made<GroupView>, Said> {
        Ok(made(caller.office().add_group(body.0).await?))
    }

    /// List servers
    ///
    /// With their state, their load and when they last answered.
    #[oai(path = "/servers", method = "get", operation_id = "adminListServers")]
    async fn servers(&self, caller: SignedIn) -> Answer<Vec<OperatorServerView>> {
        Ok(Json(caller.office().servers().await?))
    }

    /// Add a server
    ///
    /// The panel is spoken to first; what cannot work is refused and not stored. Its key goes in and never comes out.
    #[oai(path = "/servers", method = "post", operation_id = "adminAddServer")]
    async fn add_server(
        &self,
        caller: SignedIn,
        body: Json<AddServerRequest>,
    ) -> Result<Made<OperatorServerView>, Said> {
        Ok(made(caller.office().add_server(body.0).await?))
    }

    /// Change a server
    ///
    /// What is left out stays.
    #[oai(path = "/servers/:server_id", method = "patch", operation_id = "adminUpdateServer")]
    async fn update_server(
        &self,
        caller: SignedIn,
        server_id: Path<String>,
        body: Json<UpdateServerRequest>,
    ) -> Answer<OperatorServerView> {
        Ok(Json(caller.office().update_server(&server_id.0, body.0).await?))
    }

    /// Talk to a server
    ///
    /// Asks it now. The answer says what is wrong, in words for an operator.
    #[oai(path = "/servers/:server_id/check", method = "post", operation_id = "adminCheckServer")]
    async fn check_server(&self, caller: SignedIn, server_id: Path<String>) -> Answer<CheckView> {
        Ok(Json(caller.office().check_server(&server_id.0).await?))
    }
}

//! Setting a shop up and keeping it.

use super::super::{Answer, Area, Done, Made, made};
use crate::{caller::SignedIn, problem::Said};
use nexa_core::backoffice::model::{
    ArrangeRequest, GatewaySettingsView, GatewayView, GroupRequest, GroupView, KindView, RentRequest,
    RentView, ServerTrialView, SetUpGatewayRequest, SettingsRequest, SetupView, TryServerRequest,
};
use poem_openapi::{OpenApi, param::Path, payload::Json};

/// See the module.
pub struct SettingUp;

#[OpenApi(prefix_path = "/admin")]
impl SettingUp {
    /// What the shop needs before its first sale
    ///
    /// Each step to the first sale, and whether it is done.
    #[oai(path = "/setup", method = "get", operation_id = "adminSetup", tag = "Area::AdminShop")]
    async fn setup(&self, caller: SignedIn) -> Answer<SetupView> {
        Ok(Json(caller.office().setup().await?))
    }

    /// Arrange plans, packs or gateways
    ///
    /// What is named is shown first, in this order; the rest comes behind.
    #[oai(path = "/arrangement", method = "put", operation_id = "adminArrange", tag = "Area::AdminShop")]
    async fn arrange(&self, caller: SignedIn, body: Json<ArrangeRequest>) -> Result<Done, Said> {
        caller.office().arrange(body.0).await?;
        Ok(Done::Done)
    }

    /// Change a server group
    ///
    /// Whoever is placed already stays where they are. A name that another group has is refused (`name_taken`).
    #[oai(
        path = "/groups/:group_id",
        method = "put",
        operation_id = "adminUpdateGroup",
        tag = "Area::AdminServers"
    )]
    async fn update_group(
        &self,
        caller: SignedIn,
        group_id: Path<String>,
        body: Json<GroupRequest>,
    ) -> Answer<GroupView> {
        Ok(Json(caller.office().update_group(&group_id.0, body.0).await?))
    }

    /// Take a server group away
    ///
    /// One with plans, servers or subscriptions is refused (`still_in_use`).
    #[oai(
        path = "/groups/:group_id",
        method = "delete",
        operation_id = "adminRemoveGroup",
        tag = "Area::AdminServers"
    )]
    async fn remove_group(&self, caller: SignedIn, group_id: Path<String>) -> Result<Done, Said> {
        caller.office().remove_group(&group_id.0).await?;
        Ok(Done::Done)
    }

    /// List the kinds of server, with their settings
    ///
    /// With the settings of each: name, what goes in, needed or not, secret or not.
    #[oai(
        path = "/server-kinds",
        method = "get",
        operation_id = "adminListServerKinds",
        tag = "Area::AdminServers"
    )]
    async fn server_kinds(&self, caller: SignedIn) -> Answer<Vec<KindView>> {
        Ok(Json(caller.office().server_kinds().await?))
    }

    /// Look at a server before it is added
    ///
    /// Says what the panel says; nothing is stored. Refused as adding it would be: `panel_unreachable`,
    /// `panel_unauthorized`, `panel_unsupported`, `server_known`, `bad_config`.
    #[oai(
        path = "/servers/try",
        method = "post",
        operation_id = "adminTryServer",
        tag = "Area::AdminServers"
    )]
    async fn try_server(&self, caller: SignedIn, body: Json<TryServerRequest>) -> Answer<ServerTrialView> {
        Ok(Json(caller.office().try_server(body.0).await?))
    }

    /// List what servers cost
    ///
    /// Every server, with what it costs where that was noted, and whether it can be taken away.
    #[oai(
        path = "/server-rents",
        method = "get",
        operation_id = "adminListServerRents",
        tag = "Area::AdminServers"
    )]
    async fn rents(&self, caller: SignedIn) -> Answer<Vec<RentView>> {
        Ok(Json(caller.office().rents().await?))
    }

    /// Note what a server costs
    ///
    /// Without a cost the rent is taken away.
    #[oai(
        path = "/servers/:server_id/rent",
        method = "put",
        operation_id = "adminSetServerRent",
        tag = "Area::AdminServers"
    )]
    async fn set_rent(
        &self,
        caller: SignedIn,
        server_id: Path<String>,
        body: Json<RentRequest>,
    ) -> Answer<RentView> {
        Ok(Json(caller.office().set_rent(&server_id.0, body.0).await?))
    }

    /// Take a server away
    ///
    /// One that is not off, or on which somebody is placed, is refused (`still_in_use`). Its key is forgotten; what was
    /// counted on it stays with the subscriptions.
    #[oai(
        path = "/servers/:server_id",
        method = "delete",
        operation_id = "adminRemoveServer",
        tag = "Area::AdminServers"
    )]
    async fn remove_server(&self, caller: SignedIn, server_id: Path<String>) -> Result<Done, Said> {
        caller.office().remove_server(&server_id.0).await?;
        Ok(Done::Done)
    }

    /// List the kinds of gateway, with their settings
    ///
    /// With the settings of each: name, what goes in, needed or not, secret or not.
    #[oai(
        path = "/gateway-kinds",
        method = "get",
        operation_id = "adminListGatewayKinds",
        tag = "Area::AdminGateways"
    )]
    async fn gateway_kinds(&self, caller: SignedIn) -> Answer<Vec<KindView>> {
        Ok(Json(caller.office().gateway_kinds().await?))
    }

    /// Add a gateway by its settings
    ///
    /// Settings are named as `adminListGatewayKinds` names them and given as one types them. It is off until it was
    /// checked and enabled.
    #[oai(
        path = "/gateways/settings",
        method = "post",
        operation_id = "adminSetUpGateway",
        tag = "Area::AdminGateways"
    )]
    async fn set_up_gateway(
        &self,
        caller: SignedIn,
        body: Json<SetUpGatewayRequest>,
    ) -> Result<Made<GatewayView>, Said> {
        Ok(made(caller.office().set_up_gateway(body.0).await?))
    }

    /// A gateway's settings
    ///
    /// Secrets never come out; of each it is said whether it is set.
    #[oai(
        path = "/gateways/:gateway_id/settings",
        method = "get",
        operation_id = "adminGatewaySettings",
        tag = "Area::AdminGateways"
    )]
    async fn gateway_settings(
        &self,
        caller: SignedIn,
        gateway_id: Path<String>,
    ) -> Answer<GatewaySettingsView> {
        Ok(Json(caller.office().gateway_settings(&gateway_id.0, 0).await?))
    }

    /// Change a gateway's settings
    ///
    /// What is left out stays. An empty text takes a setting away; a secret stays then, and goes for `-`. Where `version` is given and has
    /// changed since, nothing is saved (`already_decided`).
    #[oai(
        path = "/gateways/:gateway_id/settings",
        method = "patch",
        operation_id = "adminChangeGatewaySettings",
        tag = "Area::AdminGateways"
    )]
    async fn change_gateway_settings(
        &self,
        caller: SignedIn,
        gateway_id: Path<String>,
        body: Json<SettingsRequest>,
    ) -> Answer<GatewayView> {
        Ok(Json(caller.office().change_gateway_settings(&gateway_id.0, body.0).await?))
    }
}

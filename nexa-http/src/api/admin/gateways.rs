//! Ways to be paid, and exchange rates.

use super::super::{Answer, Area, Made, made};
use crate::{caller::SignedIn, problem::Said};
use nexa_core::backoffice::model::{
    AddGatewayRequest, CheckView, GatewayView, RateRequest, RateView, UpdateGatewayRequest,
};
use poem_openapi::{OpenApi, param::Path, payload::Json};

/// See the module.
pub struct Gateways;

#[OpenApi(prefix_path = "/admin", tag = "Area::AdminGateways")]
impl Gateways {
    /// List gateways
    ///
    /// In the order in which customers see them. Settings are not shown: they are sealed.
    #[oai(path = "/gateways", method = "get", operation_id = "adminListGateways")]
    async fn gateways(&self, caller: SignedIn) -> Answer<Vec<GatewayView>> {
        Ok(Json(caller.office().gateways().await?))
    }

    /// Add a gateway
    ///
    /// It stays disabled until you have checked and enabled it. Only public keys and merchant ids belong here: a
    /// private key is refused.
    #[oai(path = "/gateways", method = "post", operation_id = "adminAddGateway")]
    async fn add_gateway(
        &self,
        caller: SignedIn,
        body: Json<AddGatewayRequest>,
    ) -> Result<Made<GatewayView>, Said> {
        Ok(made(caller.office().add_gateway(body.0).await?))
    }

    /// Change a gateway
    ///
    /// What is left out stays.
    #[oai(path = "/gateways/:gateway_id", method = "patch", operation_id = "adminUpdateGateway")]
    async fn update_gateway(
        &self,
        caller: SignedIn,
        gateway_id: Path<String>,
        body: Json<UpdateGatewayRequest>,
    ) -> Answer<GatewayView> {
        Ok(Json(caller.office().update_gateway(&gateway_id.0, body.0).await?))
    }

    /// Try a gateway
    ///
    /// Gives what to compare with your own wallet, e.g. its first addresses.
    #[oai(path = "/gateways/:gateway_id/check", method = "post", operation_id = "adminCheckGateway")]
    async fn check_gateway(&self, caller: SignedIn, gateway_id: Path<String>) -> Answer<CheckView> {
        Ok(Json(caller.office().check_gateway(&gateway_id.0).await?))
    }

    /// List exchange rates
    ///
    /// What each asset is worth in the shop's currency, and until when.
    #[oai(path = "/rates", method = "get", operation_id = "adminListRates")]
    async fn rates(&self, caller: SignedIn) -> Answer<Vec<RateView>> {
        Ok(Json(caller.office().rates().await?))
    }

    /// Set an exchange rate
    ///
    /// What one whole unit of an asset is worth. Without a fresh rate no new invoice is opened in that asset.
    #[oai(path = "/rates", method = "put", operation_id = "adminSetRate")]
    async fn set_rate(&self, caller: SignedIn, body: Json<RateRequest>) -> Answer<RateView> {
        Ok(Json(caller.office().set_rate(body.0).await?))
    }
}

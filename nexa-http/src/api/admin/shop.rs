//! The shop itself.

use super::super::{Answer, Area};
use crate::caller::SignedIn;
use nexa_core::backoffice::model::{ShopRequest, ShopView};
use poem_openapi::{OpenApi, payload::Json};

/// See the module.
pub struct Shop;

#[OpenApi(prefix_path = "/admin", tag = "Area::AdminShop")]
impl Shop {
    /// See the shop
    #[oai(path = "/shop", method = "get", operation_id = "adminGetShop")]
    async fn shop(&self, caller: SignedIn) -> Answer<ShopView> {
        Ok(Json(caller.office().shop().await?))
    }

    /// Change the shop
    ///
    /// What is left out stays. The currency is fixed once there are orders.
    #[oai(path = "/shop", method = "patch", operation_id = "adminUpdateShop")]
    async fn update(&self, caller: SignedIn, body: Json<ShopRequest>) -> Answer<ShopView> {
        Ok(Json(caller.office().update_shop(body.0).await?))
    }
}

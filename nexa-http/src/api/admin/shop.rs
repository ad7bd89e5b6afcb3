//! The shop itself.

use super::super::{Answer, Area};
use crate::caller::SignedIn;
use nexa_core::backoffice::model::{BotRequest, MaintenanceRequest, ShopRequest, ShopView, TelegramRequest};
use poem_openapi::{OpenApi, payload::Json};

/// See the module.
pub struct Shop;

#[OpenApi(prefix_path = "/admin", tag = "Area::AdminShop")]
impl Shop {
    /// See the shop
    ///
    /// Its name, look, languages, and what it allows.
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

    /// Let customers sign in with Telegram
    ///
    /// With a bot of the shop's own, in place of the one before. Its token is never shown again.
    #[oai(path = "/telegram", method = "put", operation_id = "adminSetTelegram")]
    async fn set_telegram(&self, caller: SignedIn, body: Json<TelegramRequest>) -> Answer<ShopView> {
        Ok(Json(caller.office().set_telegram(body.0).await?))
    }

    /// Change how the bot behaves
    ///
    /// Whether it answers customers, which channel they must have joined, which terms they must have accepted, and how the
    /// Bot API is reached. What is left out stays, an empty text takes away.
    #[oai(path = "/telegram", method = "patch", operation_id = "adminUpdateBot")]
    async fn update_bot(&self, caller: SignedIn, body: Json<BotRequest>) -> Answer<ShopView> {
        Ok(Json(caller.office().update_bot(body.0).await?))
    }

    /// Let nobody sign in with Telegram
    ///
    /// The bot falls silent, and Telegram's sign-in ends.
    #[oai(path = "/telegram", method = "delete", operation_id = "adminClearTelegram")]
    async fn clear_telegram(&self, caller: SignedIn) -> Answer<ShopView> {
        Ok(Json(caller.office().clear_telegram().await?))
    }

    /// Close the shop for maintenance, or open it again
    ///
    /// While it is closed customers can buy nothing: they are refused with `maintenance` and the note, and `offer` and every
    /// page say so. Links, what was bought and money on its way go on. Operators may still buy.
    #[oai(path = "/maintenance", method = "put", operation_id = "adminSetMaintenance")]
    async fn set_maintenance(&self, caller: SignedIn, body: Json<MaintenanceRequest>) -> Answer<ShopView> {
        Ok(Json(caller.office().set_maintenance(body.0).await?))
    }
}

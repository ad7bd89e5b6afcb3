//! Devices that use a subscription's link, and guides for setting up more.

use super::{Answer, Area, Done};
use crate::{caller::SignedIn, problem::Said};
use nexa_core::storefront::model::{DeviceRequest, DeviceView, GuideView};
use poem_openapi::{OpenApi, param::Path, payload::Json};

pub struct Devices;

#[OpenApi(tag = "Area::Subscriptions")]
impl Devices {
    /// List a subscription's devices
    ///
    /// Those that named themselves when they fetched the link (`x-hwid`) and were seen within 30 days, oldest first.
    #[oai(path = "/subscriptions/:subscription_id/devices", method = "get", operation_id = "listDevices")]
    async fn devices(&self, caller: SignedIn, subscription_id: Path<String>) -> Answer<Vec<DeviceView>> {
        Ok(Json(caller.store().devices(&subscription_id.0).await?))
    }

    /// Name a device
    ///
    /// The name is shown to the customer alone.
    #[oai(
        path = "/subscriptions/:subscription_id/devices/:device_id",
        method = "patch",
        operation_id = "renameDevice"
    )]
    async fn rename(
        &self,
        caller: SignedIn,
        subscription_id: Path<String>,
        device_id: Path<String>,
        body: Json<DeviceRequest>,
    ) -> Answer<DeviceView> {
        Ok(Json(caller.store().rename_device(&subscription_id.0, &device_id.0, body.0).await?))
    }

    /// Take a device off
    ///
    /// Its place is free for another. The sixth within a day is `too_many_removals`.
    #[oai(
        path = "/subscriptions/:subscription_id/devices/:device_id",
        method = "delete",
        operation_id = "removeDevice"
    )]
    async fn remove(
        &self,
        caller: SignedIn,
        subscription_id: Path<String>,
        device_id: Path<String>,
    ) -> Result<Done, Said> {
        caller.store().remove_device(&subscription_id.0, &device_id.0).await?;
        Ok(Done::Done)
    }

    /// Make a guide for another person's device
    ///
    /// A public page, good for seven days, with the steps, the import buttons and the code of the link. It shows nothing
    /// of the account, its payments or its usage, and dies with a reset of the link.
    #[oai(path = "/subscriptions/:subscription_id/guide", method = "post", operation_id = "makeGuide")]
    async fn guide(&self, caller: SignedIn, subscription_id: Path<String>) -> Answer<GuideView> {
        Ok(Json(caller.store().guide_link(&subscription_id.0).await?))
    }
}

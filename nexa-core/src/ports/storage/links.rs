//! What belongs to customers' links: a shop's decisions on them, and the devices that use them.

use super::layer::{reads, writes};
use crate::{
    domain::{device::Device, link::settings::LinkSettings},
    error::Failure,
    ids::{DeviceId, ShopId, SubscriptionId},
};
use jiff::Timestamp;

reads! {
/// Reads of links.
pub trait LinkReads {
    /// A shop's decisions on its links; none when it made none.
    async fn link_settings(&mut self, shop: ShopId) -> Result<Option<LinkSettings>, Failure>;
    /// The devices of a subscription, oldest first.
    async fn devices(&mut self, shop: ShopId, subscription: SubscriptionId) -> Result<Vec<Device>, Failure>;
    /// How many devices were taken off a subscription at `since` or later, and when the first of them.
    async fn device_removals(
        &mut self,
        shop: ShopId,
        subscription: SubscriptionId,
        since: Timestamp,
    ) -> Result<(u32, Option<Timestamp>), Failure>;
}
}

writes! {
/// Writes of links.
pub trait LinkWrites {
    /// Inserts or replaces a shop's decisions.
    async fn save_link_settings(&mut self, shop: ShopId, settings: &LinkSettings) -> Result<(), Failure>;
    /// Inserts or replaces a device. A subscription has each device once.
    async fn save_device(&mut self, device: &Device) -> Result<(), Failure>;
    /// Forgets a device; says whether it was there.
    async fn delete_device(
        &mut self,
        shop: ShopId,
        subscription: SubscriptionId,
        id: DeviceId,
    ) -> Result<bool, Failure>;
    /// Notes that a device was taken off at `at`, and forgets such notes from before `since`.
    async fn note_device_removal(
        &mut self,
        shop: ShopId,
        subscription: SubscriptionId,
        at: Timestamp,
        since: Timestamp,
    ) -> Result<(), Failure>;
    /// Forgets all notes of devices that were taken off a subscription.
    async fn delete_device_removals(
        &mut self,
        shop: ShopId,
        subscription: SubscriptionId,
    ) -> Result<(), Failure>;
}
}

//! Links: a shop's decisions on them, and devices.

use super::Unit;
use crate::{
    domain::{device::Device, link::settings::LinkSettings},
    error::Failure,
    ids::{DeviceId, ShopId, SubscriptionId},
    ports::storage::{LinkReads, LinkWrites},
};
use async_trait::async_trait;
use imbl::OrdMap;
use jiff::Timestamp;

#[derive(Clone, Default)]
pub(super) struct Links {
    settings: OrdMap<ShopId, LinkSettings>,
    devices: OrdMap<DeviceId, Device>,
    removals: OrdMap<(ShopId, SubscriptionId, Timestamp), u32>,
}

#[async_trait]
impl LinkReads for Unit {
    async fn link_settings(&mut self, shop: ShopId) -> Result<Option<LinkSettings>, Failure> {
        Ok(self.state.links.settings.get(&shop).cloned())
    }

    async fn devices(&mut self, shop: ShopId, subscription: SubscriptionId) -> Result<Vec<Device>, Failure> {
        let all = self.state.links.devices.values();
        Ok(all.filter(|d| d.shop_id == shop && d.subscription_id == subscription).cloned().collect())
    }

    async fn device_removals(
        &mut self,
        shop: ShopId,
        subscription: SubscriptionId,
        since: Timestamp,
    ) -> Result<(u32, Option<Timestamp>), Failure> {
        let range = (shop, subscription, since)..=(shop, subscription, Timestamp::MAX);
        let all = || self.state.links.removals.range(range.clone());
        let first = all().next().map(|((_, _, at), _)| *at);
        Ok((all().map(|(_, removed)| *removed).sum(), first))
    }
}

#[async_trait]
impl LinkWrites for Unit {
    async fn save_link_settings(&mut self, shop: ShopId, settings: &LinkSettings) -> Result<(), Failure> {
        self.require_shop(shop)?;
        self.state.links.settings.insert(shop, settings.clone());
        Ok(())
    }

    async fn save_device(&mut self, device: &Device) -> Result<(), Failure> {
        let sold = self.subscription_is_here(device.shop_id, device.subscription_id);
        self.require(sold, "no such subscription in this shop")?;
        let devices = &self.state.links.devices;
        let same = |d: &Device| d.shop_id == device.shop_id && d.subscription_id == device.subscription_id;
        let mine = devices.get(&device.id).is_none_or(same);
        let once = !devices.values().any(|d| d.id != device.id && same(d) && d.lookup == device.lookup);
        self.require(mine, "a device of another subscription")?;
        self.require(once, "this device exists")?;
        self.state.links.devices.insert(device.id, device.clone());
        Ok(())
    }

    async fn delete_device(
        &mut self,
        shop: ShopId,
        subscription: SubscriptionId,
        id: DeviceId,
    ) -> Result<bool, Failure> {
        let devices = &mut self.state.links.devices;
        let mine = devices.get(&id).is_some_and(|d| d.shop_id == shop && d.subscription_id == subscription);
        if mine {
            devices.remove(&id);
        }
        Ok(mine)
    }

    async fn note_device_removal(
        &mut self,
        shop: ShopId,
        subscription: SubscriptionId,
        at: Timestamp,
        since: Timestamp,
    ) -> Result<(), Failure> {
        let sold = self.subscription_is_here(shop, subscription);
        self.require(sold, "no such subscription in this shop")?;
        let removals = &mut self.state.links.removals;
        let old = |key: &(ShopId, SubscriptionId, Timestamp)| {
            (key.0, key.1) == (shop, subscription) && key.2 < since
        };
        let gone: Vec<_> = removals.keys().filter(|key| old(key)).copied().collect();
        for key in gone {
            removals.remove(&key);
        }
        let removed = removals.get(&(shop, subscription, at)).map_or(1, |n| n.saturating_add(1));
        removals.insert((shop, subscription, at), removed);
        Ok(())
    }

    async fn delete_device_removals(
        &mut self,
        shop: ShopId,
        subscription: SubscriptionId,
    ) -> Result<(), Failure> {
        let removals = &mut self.state.links.removals;
        let range = (shop, subscription, Timestamp::MIN)..=(shop, subscription, Timestamp::MAX);
        let gone: Vec<_> = removals.range(range).map(|(key, _)| *key).collect();
        for key in gone {
            removals.remove(&key);
        }
        Ok(())
    }
}

//! Links: a shop's decisions on them, and devices.

use super::{
    engine::sql,
    row::{Row, id, json},
    unit::Unit,
};
use crate::{
    domain::{device::Device, link::settings::LinkSettings},
    error::Failure,
    ids::{DeviceId, ShopId, SubscriptionId},
    ports::storage::{LinkReads, LinkWrites},
};
use async_trait::async_trait;
use jiff::Timestamp;

fn device(row: &Row) -> Result<Device, Failure> {
    Ok(Device {
        id: row.parsed("id")?,
        shop_id: row.parsed("shop_id")?,
        subscription_id: row.parsed("subscription_id")?,
        lookup: row.fingerprint("lookup")?,
        name: row.text("name")?,
        renamed: row.flag("renamed")?,
        os: row.maybe("os", Row::text)?,
        first_seen: row.moment("first_seen")?,
        last_seen: row.moment("last_seen")?,
    })
}

#[async_trait]
impl LinkReads for Unit {
    async fn link_settings(&mut self, shop: ShopId) -> Result<Option<LinkSettings>, Failure> {
        let text = "SELECT body FROM link_settings WHERE shop_id = $1";
        self.one(sql(text).bind(id(shop)), |row| row.json("body")).await
    }

    async fn devices(&mut self, shop: ShopId, subscription: SubscriptionId) -> Result<Vec<Device>, Failure> {
        let text = "SELECT * FROM devices WHERE shop_id = $1 AND subscription_id = $2 ORDER BY id";
        self.all(sql(text).bind(id(shop)).bind(id(subscription)), device).await
    }

    async fn device_removals(
        &mut self,
        shop: ShopId,
        subscription: SubscriptionId,
        since: Timestamp,
    ) -> Result<(u32, Option<Timestamp>), Failure> {
        let text = "SELECT CAST(COALESCE(SUM(removed), 0) AS BIGINT) AS removed, MIN(removed_at) AS first FROM device_removals \
            WHERE shop_id = $1 AND subscription_id = $2 AND removed_at >= $3";
        let bound = sql(text).bind(id(shop)).bind(id(subscription)).bind(since);
        let read = |row: &Row| Ok((row.small("removed")?, row.maybe("first", Row::moment)?));
        Ok(self.one(bound, read).await?.unwrap_or_default())
    }
}

#[async_trait]
impl LinkWrites for Unit {
    async fn save_link_settings(&mut self, shop: ShopId, settings: &LinkSettings) -> Result<(), Failure> {
        let text = "INSERT INTO link_settings (shop_id, body) VALUES ($1, $2) \
            ON CONFLICT (shop_id) DO UPDATE SET body = excluded.body";
        self.run(sql(text).bind(id(shop)).bind(json(settings)?)).await.map(drop)
    }

    async fn save_device(&mut self, device: &Device) -> Result<(), Failure> {
        let text = "INSERT INTO devices (id, shop_id, subscription_id, lookup, name, renamed, os, first_seen, \
            last_seen) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
            ON CONFLICT (id) DO UPDATE SET name = excluded.name, renamed = excluded.renamed, os = excluded.os, \
            last_seen = excluded.last_seen \
            WHERE devices.shop_id = excluded.shop_id AND devices.subscription_id = excluded.subscription_id";
        let bound = sql(text)
            .bind(id(device.id))
            .bind(id(device.shop_id))
            .bind(id(device.subscription_id))
            .bind(&device.lookup)
            .bind(&device.name)
            .bind(device.renamed)
            .bind(device.os.as_ref())
            .bind(device.first_seen)
            .bind(device.last_seen);
        self.must(bound, "a device of another subscription").await
    }

    async fn delete_device(
        &mut self,
        shop: ShopId,
        subscription: SubscriptionId,
        of: DeviceId,
    ) -> Result<bool, Failure> {
        let text = "DELETE FROM devices WHERE shop_id = $1 AND subscription_id = $2 AND id = $3";
        Ok(self.run(sql(text).bind(id(shop)).bind(id(subscription)).bind(id(of))).await? > 0)
    }

    async fn note_device_removal(
        &mut self,
        shop: ShopId,
        subscription: SubscriptionId,
        at: Timestamp,
        since: Timestamp,
    ) -> Result<(), Failure> {
        let old =
            "DELETE FROM device_removals WHERE shop_id = $1 AND subscription_id = $2 AND removed_at < $3";
        self.run(sql(old).bind(id(shop)).bind(id(subscription)).bind(since)).await?;
        let text = "INSERT INTO device_removals (shop_id, subscription_id, removed_at, removed) \
            VALUES ($1, $2, $3, 1) ON CONFLICT (shop_id, subscription_id, removed_at) \
            DO UPDATE SET removed = device_removals.removed + 1";
        self.run(sql(text).bind(id(shop)).bind(id(subscription)).bind(at)).await.map(drop)
    }

    async fn delete_device_removals(
        &mut self,
        shop: ShopId,
        subscription: SubscriptionId,
    ) -> Result<(), Failure> {
        let text = "DELETE FROM device_removals WHERE shop_id = $1 AND subscription_id = $2";
        self.run(sql(text).bind(id(shop)).bind(id(subscription))).await.map(drop)
    }
}

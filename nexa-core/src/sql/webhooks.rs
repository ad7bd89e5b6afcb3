//! Webhooks and what is on its way to them.

use super::{
    engine::sql,
    row::{Row, id, json, word},
    unit::{Unit, before, limit},
};
use crate::{
    domain::webhook::{DeliveryState, HookDelivery, Webhook},
    error::Failure,
    ids::{HookDeliveryId, ShopId, WebhookId},
    ports::storage::{Locked, Page, WebhookReads, WebhookWrites},
};
use async_trait::async_trait;
use jiff::Timestamp;

fn webhook(row: &Row) -> Result<Webhook, Failure> {
    Ok(Webhook {
        id: row.parsed("id")?,
        shop_id: row.parsed("shop_id")?,
        sealed: row.text("sealed")?,
        kinds: row.json("kinds")?,
        description: row.text("description")?,
        state: row.word("state")?,
        failing_since: row.maybe("failing_since", Row::moment)?,
        created_at: row.moment("created_at")?,
    })
}

fn delivery(row: &Row) -> Result<HookDelivery, Failure> {
    Ok(HookDelivery {
        id: row.parsed("id")?,
        shop_id: row.parsed("shop_id")?,
        webhook_id: row.maybe("webhook_id", Row::parsed)?,
        address: row.maybe("address", Row::text)?,
        event_id: row.parsed("event_id")?,
        kind: row.word("kind")?,
        body: row.text("body")?,
        state: row.word("state")?,
        tries: row.small("tries")?,
        attempts: row.json("attempts")?,
        next_at: row.maybe("next_at", Row::moment)?,
        created_at: row.moment("created_at")?,
    })
}

#[async_trait]
impl WebhookReads for Unit {
    async fn webhooks(&mut self, shop: ShopId) -> Result<Vec<Webhook>, Failure> {
        self.all(sql("SELECT * FROM webhooks WHERE shop_id = $1 ORDER BY id").bind(id(shop)), webhook).await
    }

    async fn hook_delivery(
        &mut self,
        shop: ShopId,
        of: HookDeliveryId,
    ) -> Result<Option<HookDelivery>, Failure> {
        let text = "SELECT * FROM hook_deliveries WHERE shop_id = $1 AND id = $2";
        self.one(sql(text).bind(id(shop)).bind(id(of)), delivery).await
    }

    async fn hook_deliveries(
        &mut self,
        shop: ShopId,
        webhook: WebhookId,
        state: Option<DeliveryState>,
        page: Page,
    ) -> Result<Vec<HookDelivery>, Failure> {
        let text = "SELECT * FROM hook_deliveries WHERE shop_id = $1 AND webhook_id = $2 AND id < $3 \
            AND (state = $4 OR $4 IS NULL) ORDER BY id DESC LIMIT $5";
        let bound = sql(text)
            .bind(id(shop))
            .bind(id(webhook))
            .bind(before(page))
            .bind(state.map(word))
            .bind(limit(page));
        self.all(bound, delivery).await
    }

    async fn untaken_deliveries(
        &mut self,
        shop: ShopId,
        webhook: WebhookId,
        since: Timestamp,
        limit: u32,
    ) -> Result<Vec<HookDelivery>, Failure> {
        let text = "SELECT * FROM hook_deliveries WHERE shop_id = $1 AND webhook_id = $2 \
            AND state IN ('failed', 'abandoned') AND created_at >= $3 ORDER BY id LIMIT $4";
        self.all(sql(text).bind(id(shop)).bind(id(webhook)).bind(since).bind(limit), delivery).await
    }
}

#[async_trait]
impl WebhookWrites for Unit {
    async fn save_webhook(&mut self, of: &Webhook) -> Result<(), Failure> {
        let text = "INSERT INTO webhooks \
            (id, shop_id, sealed, kinds, description, state, failing_since, created_at) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
            ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed, kinds = excluded.kinds, \
            description = excluded.description, state = excluded.state, failing_since = excluded.failing_since \
            WHERE webhooks.shop_id = excluded.shop_id";
        let bound = sql(text)
            .bind(id(of.id))
            .bind(id(of.shop_id))
            .bind(&of.sealed)
            .bind(json(&of.kinds)?)
            .bind(&of.description)
            .bind(word(of.state))
            .bind(of.failing_since)
            .bind(of.created_at);
        self.must(bound, "a webhook of another shop").await
    }

    async fn lock_webhook(
        &mut self,
        shop: ShopId,
        of: WebhookId,
    ) -> Result<Option<Locked<Webhook>>, Failure> {
        let text = "SELECT * FROM webhooks WHERE shop_id = $1 AND id = $2 /*lock*/";
        let row = self.one(sql(text).bind(id(shop)).bind(id(of)), webhook).await?;
        Ok(row.map(Locked::held_by_storage))
    }

    async fn delete_webhook(&mut self, shop: ShopId, of: WebhookId) -> Result<bool, Failure> {
        let text = "DELETE FROM hook_deliveries WHERE shop_id = $1 AND webhook_id = $2";
        self.run(sql(text).bind(id(shop)).bind(id(of))).await?;
        let text = "DELETE FROM webhooks WHERE shop_id = $1 AND id = $2";
        Ok(self.run(sql(text).bind(id(shop)).bind(id(of))).await? > 0)
    }

    async fn save_hook_delivery(&mut self, of: &HookDelivery) -> Result<(), Failure> {
        let text = "INSERT INTO hook_deliveries (id, shop_id, webhook_id, address, event_id, kind, body, \
            state, tries, attempts, next_at, created_at) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
            ON CONFLICT (id) DO UPDATE SET state = excluded.state, tries = excluded.tries, \
            attempts = excluded.attempts, next_at = excluded.next_at \
            WHERE hook_deliveries.shop_id = excluded.shop_id";
        let bound = sql(text)
            .bind(id(of.id))
            .bind(id(of.shop_id))
            .bind(of.webhook_id.map(id))
            .bind(of.address.clone())
            .bind(id(of.event_id))
            .bind(word(of.kind))
            .bind(&of.body)
            .bind(word(of.state))
            .bind(of.tries)
            .bind(json(&of.attempts)?)
            .bind(of.next_at)
            .bind(of.created_at);
        self.must(bound, "a delivery of another shop").await
    }

    async fn lock_hook_delivery(
        &mut self,
        shop: ShopId,
        of: HookDeliveryId,
    ) -> Result<Option<Locked<HookDelivery>>, Failure> {
        let text = "SELECT * FROM hook_deliveries WHERE shop_id = $1 AND id = $2 /*lock*/";
        let row = self.one(sql(text).bind(id(shop)).bind(id(of)), delivery).await?;
        Ok(row.map(Locked::held_by_storage))
    }

    async fn delete_old_deliveries(&mut self, before: Timestamp) -> Result<(), Failure> {
        let text = "DELETE FROM hook_deliveries WHERE created_at < $1 AND state <> 'pending'";
        self.run(sql(text).bind(before).long()).await.map(drop)
    }
}

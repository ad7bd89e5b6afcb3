//! Subscriptions, grants, documents.

use super::{
    engine::{Sql, sql},
    resellers::may_use,
    row::{Row, id, json, word},
    unit::{Unit, before, limit},
};
use crate::{
    domain::{
        analytics::monthly,
        grant::{GrantRecord, PanelId},
        link::Format,
        subscription::Subscription,
        usage::{Day, DayUsage},
    },
    error::Failure,
    ids::{ServerId, ShopId, SubscriptionId, UserId},
    ports::storage::{Document, Locked, Page, SubscriptionReads, SubscriptionWrites},
    secret::Fingerprint,
};
use async_trait::async_trait;

pub(super) fn subscription(row: &Row) -> Result<Subscription, Failure> {
    Ok(Subscription {
        id: row.parsed("id")?,
        shop_id: row.parsed("shop_id")?,
        user_id: row.parsed("user_id")?,
        plan_id: row.parsed("plan_id")?,
        plan_name: row.text("plan_name")?,
        name: row.maybe("name", Row::text)?,
        group_id: row.parsed("group_id")?,
        state: row.word("state")?,
        starts_at: row.moment("starts_at")?,
        ends_at: row.moment("ends_at")?,
        limit: row.traffic("traffic_limit")?,
        used: row.traffic("traffic_used")?,
        devices: row.small("devices")?,
        extras: row.extras("extras")?,
        period: row.json("period")?,
        auto_renew: row.flag("auto_renew")?,
        panel_id: row.parsed("panel_id")?,
        generation: row.small("generation")?,
        link_lookup: row.fingerprint("link_lookup")?,
        link_sealed: row.text("link_sealed")?,
        resets: row.json("resets")?,
        moves: row.json("moves")?,
        created_at: row.moment("created_at")?,
    })
}

fn grant(row: &Row) -> Result<GrantRecord, Failure> {
    Ok(GrantRecord {
        shop_id: row.parsed("grant_shop")?,
        subscription_id: row.parsed("grant_subscription")?,
        server_id: row.parsed("grant_server")?,
        panel_id: row.parsed("grant_panel")?,
        state: row.word("grant_state")?,
        verified: row.small("grant_verified")?,
        limit: row.traffic("grant_limit")?,
        counter: row.traffic("grant_counter")?,
        used: row.traffic("grant_used")?,
        links: row.text("grant_links")?,
    })
}

/// A grant's columns under names that no subscription's column has.
macro_rules! grant_columns {
    () => {
        "g.shop_id AS grant_shop, g.subscription_id AS grant_subscription, g.server_id AS grant_server, \
         g.panel_id AS grant_panel, g.state AS grant_state, g.verified AS grant_verified, \
         g.traffic_limit AS grant_limit, g.counter AS grant_counter, g.traffic_used AS grant_used, \
         g.links AS grant_links"
    };
}

fn filled(sql: Sql, subscription: &Subscription) -> Result<Sql, Failure> {
    Ok(sql
        .bind(id(subscription.id))
        .bind(id(subscription.shop_id))
        .bind(id(subscription.user_id))
        .bind(id(subscription.plan_id))
        .bind(&subscription.plan_name)
        .bind(id(subscription.group_id))
        .bind(word(subscription.state))
        .bind(subscription.starts_at)
        .bind(subscription.ends_at)
        .bind(subscription.limit)
        .bind(subscription.used)
        .bind(subscription.devices)
        .bind(subscription.extras)
        .bind(subscription.panel_id.expose())
        .bind(subscription.generation)
        .bind(&subscription.link_lookup)
        .bind(&subscription.link_sealed)
        .bind(subscription.created_at)
        .bind(subscription.name.clone())
        .bind(json(&subscription.period)?)
        .bind(subscription.auto_renew)
        .bind(json(&subscription.resets)?)
        .bind(json(&subscription.moves)?)
        .bind(monthly(subscription)))
}

#[async_trait]
impl SubscriptionReads for Unit {
    async fn subscription(
        &mut self,
        shop: ShopId,
        of: SubscriptionId,
    ) -> Result<Option<Subscription>, Failure> {
        let text = "SELECT * FROM subscriptions WHERE shop_id = $1 AND id = $2";
        self.one(sql(text).bind(id(shop)).bind(id(of)), subscription).await
    }

    async fn subscriptions(
        &mut self,
        shop: ShopId,
        user: Option<UserId>,
        page: Page,
    ) -> Result<Vec<Subscription>, Failure> {
        let all = "SELECT * FROM subscriptions WHERE shop_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
        let own = "SELECT * FROM subscriptions WHERE shop_id = $1 AND id < $2 AND user_id = $4 \
            ORDER BY id DESC LIMIT $3";
        let bound = sql(if user.is_some() { own } else { all });
        let bound = bound.bind(id(shop)).bind(before(page)).bind(limit(page));
        let bound = if let Some(user) = user { bound.bind(id(user)) } else { bound };
        self.all(bound, subscription).await
    }

    async fn subscription_by_link(&mut self, lookup: &Fingerprint) -> Result<Option<Subscription>, Failure> {
        self.one(sql("SELECT * FROM subscriptions WHERE link_lookup = $1").bind(lookup), subscription).await
    }

    async fn subscription_by_identity(&mut self, panel_id: PanelId) -> Result<Option<Subscription>, Failure> {
        let text = "SELECT * FROM subscriptions WHERE panel_id = $1 \
            OR id = (SELECT subscription_id FROM grants WHERE panel_id = $1 LIMIT 1) LIMIT 1";
        self.one(sql(text).bind(panel_id.expose()), subscription).await
    }

    async fn grants(&mut self, subscription: SubscriptionId) -> Result<Vec<GrantRecord>, Failure> {
        let text = concat!(
            "SELECT ",
            grant_columns!(),
            " FROM grants g WHERE g.subscription_id = $1 ORDER BY g.server_id, g.panel_id"
        );
        self.all(sql(text).bind(id(subscription)), grant).await
    }

    async fn grants_on(
        &mut self,
        server: ServerId,
        after: Option<PanelId>,
        limit: u32,
    ) -> Result<Vec<(GrantRecord, Subscription)>, Failure> {
        let text = concat!(
            "SELECT s.*, ",
            grant_columns!(),
            " FROM grants g JOIN subscriptions s ON s.shop_id = g.shop_id AND s.id = g.subscription_id \
             WHERE g.server_id = $1 AND g.panel_id > $2 AND g.state <> 'removed' ORDER BY g.panel_id LIMIT $3"
        );
        let after = after.map(PanelId::expose).unwrap_or_default();
        let bound = sql(text).bind(id(server)).bind(after).bind(limit);
        self.all(bound, |row| Ok((grant(row)?, subscription(row)?))).await
    }

    async fn removed_on(&mut self, server: ServerId) -> Result<Vec<PanelId>, Failure> {
        let text = "SELECT panel_id FROM grants WHERE server_id = $1 AND state = 'removed'";
        self.all(sql(text).bind(id(server)), |row| row.parsed("panel_id")).await
    }

    async fn grant_owner(
        &mut self,
        server: ServerId,
        panel_id: PanelId,
    ) -> Result<Option<SubscriptionId>, Failure> {
        let text = "SELECT subscription_id FROM grants WHERE server_id = $1 AND panel_id = $2";
        let bound = sql(text).bind(id(server)).bind(panel_id.expose());
        self.one(bound, |row| row.parsed("subscription_id")).await
    }

    async fn document(
        &mut self,
        server: ServerId,
        panel_id: PanelId,
        format: Format,
    ) -> Result<Option<Document>, Failure> {
        let text = "SELECT * FROM documents WHERE panel_id = $1 AND server_id = $2 AND format = $3";
        let read = |row: &Row| {
            Ok(Document {
                server_id: row.parsed("server_id")?,
                panel_id: row.parsed("panel_id")?,
                format: row.word("format")?,
                body: row.text("body")?,
                fetched_at: row.moment("fetched_at")?,
            })
        };
        self.one(sql(text).bind(panel_id.expose()).bind(id(server)).bind(format.name()), read).await
    }

    async fn usage_days(
        &mut self,
        shop: ShopId,
        of: SubscriptionId,
        from: Day,
    ) -> Result<Vec<DayUsage>, Failure> {
        let text = "SELECT day, server_id, traffic FROM usage_days \
            WHERE shop_id = $1 AND subscription_id = $2 AND day >= $3 ORDER BY day, server_id";
        let read = |row: &Row| {
            Ok(DayUsage {
                day: Day::from_number(row.small("day")?),
                server: row.parsed("server_id")?,
                traffic: row.traffic("traffic")?,
            })
        };
        self.all(sql(text).bind(id(shop)).bind(id(of)).bind(from.number()), read).await
    }
}

#[async_trait]
impl SubscriptionWrites for Unit {
    async fn insert_subscription(&mut self, subscription: &Subscription) -> Result<(), Failure> {
        let text = "INSERT INTO subscriptions (id, shop_id, user_id, plan_id, plan_name, group_id, state, \
            starts_at, ends_at, traffic_limit, traffic_used, devices, extras, panel_id, generation, link_lookup, \
            link_sealed, created_at, name, period, auto_renew, resets, moves, monthly) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, \
            $23, $24)";
        self.run(filled(sql(text), subscription)?).await.map(drop)
    }

    async fn lock_subscription(
        &mut self,
        shop: ShopId,
        of: SubscriptionId,
    ) -> Result<Option<Locked<Subscription>>, Failure> {
        let text = "SELECT * FROM subscriptions WHERE shop_id = $1 AND id = $2 /*lock*/";
        let row = self.one(sql(text).bind(id(shop)).bind(id(of)), subscription).await?;
        Ok(row.map(Locked::held_by_storage))
    }

    async fn save_subscription(&mut self, subscription: Locked<Subscription>) -> Result<(), Failure> {
        let text = "UPDATE subscriptions SET user_id = $3, plan_id = $4, plan_name = $5, group_id = $6, \
            state = $7, starts_at = $8, ends_at = $9, traffic_limit = $10, traffic_used = $11, devices = $12, \
            extras = $13, panel_id = $14, generation = $15, link_lookup = $16, link_sealed = $17, \
            created_at = $18, name = $19, period = $20, auto_renew = $21, resets = $22, moves = $23, \
            monthly = $24 \
            WHERE id = $1 AND shop_id = $2";
        self.must(filled(sql(text), &subscription)?, "no such subscription").await
    }

    async fn save_grant(&mut self, grant: &GrantRecord) -> Result<(), Failure> {
        let text = concat!(
            "INSERT INTO grants (server_id, panel_id, shop_id, subscription_id, state, verified, \
            traffic_limit, counter, traffic_used, links) \
            SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10 FROM servers o WHERE o.id = $1 AND ",
            may_use!("$3"),
            " ON CONFLICT (server_id, panel_id) DO UPDATE SET state = excluded.state, \
            verified = excluded.verified, traffic_limit = excluded.traffic_limit, counter = excluded.counter, \
            traffic_used = excluded.traffic_used, links = excluded.links \
            WHERE grants.shop_id = excluded.shop_id AND grants.subscription_id = excluded.subscription_id"
        );
        let bound = sql(text)
            .bind(id(grant.server_id))
            .bind(grant.panel_id.expose())
            .bind(id(grant.shop_id))
            .bind(id(grant.subscription_id))
            .bind(word(grant.state))
            .bind(grant.verified)
            .bind(grant.limit)
            .bind(grant.counter)
            .bind(grant.used)
            .bind(&grant.links);
        let held = self.held(grant).await?;
        self.must(bound, "this identity belongs to another subscription").await?;
        let by_others = held.iter().any(|identity| *identity != grant.panel_id);
        match (!held.is_empty(), by_others || grant.state.is_held()) {
            (false, true) => {
                let text = "INSERT INTO server_loads (server_id, held) VALUES ($1, 1) \
                    ON CONFLICT (server_id) DO UPDATE SET held = server_loads.held + 1";
                self.run(sql(text).bind(id(grant.server_id))).await.map(drop)
            }
            (true, false) => {
                let text = "UPDATE server_loads SET held = held - 1 WHERE server_id = $1";
                self.must(sql(text).bind(id(grant.server_id)), "a server that holds nothing").await
            }
            (true, true) | (false, false) => Ok(()),
        }
    }

    async fn save_document(&mut self, document: &Document) -> Result<(), Failure> {
        let text = "INSERT INTO documents (panel_id, server_id, format, shop_id, body, fetched_at) \
            VALUES ($1, $2, $3, (SELECT shop_id FROM servers WHERE id = $2), $4, $5) \
            ON CONFLICT (panel_id, server_id, format) DO UPDATE SET body = excluded.body, \
            fetched_at = excluded.fetched_at";
        let bound = sql(text)
            .bind(document.panel_id.expose())
            .bind(id(document.server_id))
            .bind(document.format.name())
            .bind(&document.body)
            .bind(document.fetched_at);
        self.run(bound).await.map(drop)
    }

    async fn delete_documents(&mut self, panel_id: PanelId) -> Result<(), Failure> {
        let text = "DELETE FROM documents WHERE panel_id = $1";
        self.run(sql(text).bind(panel_id.expose())).await.map(drop)
    }

    async fn add_usage(&mut self, shop: ShopId, of: SubscriptionId, usage: DayUsage) -> Result<(), Failure> {
        let text = concat!(
            "INSERT INTO usage_days (shop_id, subscription_id, day, server_id, traffic) \
            SELECT $1, $2, $3, $4, $5 FROM servers o WHERE o.id = $4 AND ",
            may_use!("$1"),
            " ON CONFLICT (shop_id, subscription_id, day, server_id) \
            DO UPDATE SET traffic = CASE \
            WHEN usage_days.traffic > 9223372036854775807 - excluded.traffic THEN 9223372036854775807 \
            ELSE usage_days.traffic + excluded.traffic END"
        );
        let bound = sql(text).bind(id(shop)).bind(id(of)).bind(usage.day.number()).bind(id(usage.server));
        self.must(bound.bind(usage.traffic), "no such server in this shop").await
    }

    async fn delete_usage_before(&mut self, day: Day) -> Result<u64, Failure> {
        self.run(sql("DELETE FROM usage_days WHERE day < $1").bind(day.number()).long()).await
    }

    async fn delete_usage(&mut self, shop: ShopId, of: SubscriptionId) -> Result<u64, Failure> {
        let text = "DELETE FROM usage_days WHERE shop_id = $1 AND subscription_id = $2";
        self.run(sql(text).bind(id(shop)).bind(id(of))).await
    }
}

impl Unit {
    /// The identities by which the server of a grant holds its subscription now.
    async fn held(&mut self, of: &GrantRecord) -> Result<Vec<PanelId>, Failure> {
        let text = "SELECT panel_id FROM grants \
            WHERE subscription_id = $1 AND server_id = $2 AND state IN ('wanted', 'placed')";
        let bound = sql(text).bind(id(of.subscription_id)).bind(id(of.server_id));
        self.all(bound, |row| row.parsed("panel_id")).await
    }
}

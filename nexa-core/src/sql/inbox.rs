//! Callbacks, answers, events, notices.

use super::{
    engine::{Sql, sql},
    row::{Row, id, json},
    unit::{Unit, before, limit},
};
use crate::{
    domain::{event::Event, letter::Mailbox, notice::NoticeRecord, push::PushTarget, reach::Reach},
    error::Failure,
    ids::{CallbackId, EventId, NoticeId, ShopId, UserId},
    ports::storage::{Answer, CallbackRecord, InboxReads, InboxWrites, Inserted, Page},
    secret::Fingerprint,
};
use async_trait::async_trait;
use jiff::Timestamp;

fn callback(row: &Row) -> Result<CallbackRecord, Failure> {
    Ok(CallbackRecord {
        id: row.parsed("id")?,
        shop_id: row.parsed("shop_id")?,
        gateway_id: row.parsed("gateway_id")?,
        digest: row.text("digest")?,
        sealed: row.text("sealed")?,
        received_at: row.moment("received_at")?,
    })
}

fn answer(row: &Row) -> Result<Answer, Failure> {
    Ok(Answer {
        shop_id: row.parsed("shop_id")?,
        owner: row.text("owner")?,
        key: row.text("request_key")?,
        request: row.text("request")?,
        response_sealed: row.maybe("response_sealed", Row::text)?,
        created_at: row.moment("created_at")?,
    })
}

fn notice(row: &Row) -> Result<NoticeRecord, Failure> {
    Ok(NoticeRecord {
        id: row.parsed("id")?,
        shop_id: row.parsed("shop_id")?,
        user_id: row.parsed("user_id")?,
        notice: row.json("notice")?,
        created_at: row.moment("created_at")?,
        delivered_at: row.maybe("delivered_at", Row::moment)?,
    })
}

fn push_target(row: &Row) -> Result<PushTarget, Failure> {
    Ok(PushTarget {
        id: row.parsed("id")?,
        shop_id: row.parsed("shop_id")?,
        user_id: row.parsed("user_id")?,
        token_id: row.parsed("token_id")?,
        lookup: row.fingerprint("lookup")?,
        sealed: row.text("sealed")?,
        created_at: row.moment("created_at")?,
        failures: row.small("failures")?,
    })
}

fn reach(row: &Row) -> Result<Reach, Failure> {
    Ok(Reach {
        shop_id: row.parsed("shop_id")?,
        user_id: row.parsed("user_id")?,
        preferences: row.json("preferences")?,
        blocked_since: row.maybe("blocked_since", Row::moment)?,
        mailbox: Mailbox {
            bounces: row.small("bounces")?,
            failing_since: row.maybe("failing_since", Row::moment)?,
        },
    })
}

fn filled(sql: Sql, answer: &Answer) -> Sql {
    sql.bind(id(answer.shop_id))
        .bind(&answer.owner)
        .bind(&answer.key)
        .bind(&answer.request)
        .bind(answer.response_sealed.clone())
        .bind(answer.created_at)
}

#[async_trait]
impl InboxReads for Unit {
    async fn callback(&mut self, of: CallbackId) -> Result<Option<CallbackRecord>, Failure> {
        self.one(sql("SELECT * FROM callbacks WHERE id = $1").bind(id(of)), callback).await
    }

    async fn answer(&mut self, shop: ShopId, owner: &str, key: &str) -> Result<Option<Answer>, Failure> {
        let text = "SELECT * FROM answers WHERE shop_id = $1 AND owner = $2 AND request_key = $3";
        self.one(sql(text).bind(id(shop)).bind(owner).bind(key), answer).await
    }

    async fn notices(
        &mut self,
        shop: ShopId,
        user: UserId,
        page: Page,
    ) -> Result<Vec<NoticeRecord>, Failure> {
        let text = "SELECT * FROM notices WHERE shop_id = $1 AND user_id = $2 AND id < $3 \
            ORDER BY id DESC LIMIT $4";
        let bound = sql(text).bind(id(shop)).bind(id(user)).bind(before(page)).bind(limit(page));
        self.all(bound, notice).await
    }

    async fn notice(&mut self, shop: ShopId, of: NoticeId) -> Result<Option<NoticeRecord>, Failure> {
        let text = "SELECT * FROM notices WHERE shop_id = $1 AND id = $2";
        self.one(sql(text).bind(id(shop)).bind(id(of)), notice).await
    }

    async fn push_targets(&mut self, shop: ShopId, user: UserId) -> Result<Vec<PushTarget>, Failure> {
        let text = "SELECT * FROM push_targets WHERE shop_id = $1 AND user_id = $2 ORDER BY id";
        self.all(sql(text).bind(id(shop)).bind(id(user)), push_target).await
    }

    async fn reach(&mut self, shop: ShopId, user: UserId) -> Result<Option<Reach>, Failure> {
        let text = "SELECT * FROM reaches WHERE shop_id = $1 AND user_id = $2";
        self.one(sql(text).bind(id(shop)).bind(id(user)), reach).await
    }

    async fn events(
        &mut self,
        shop: ShopId,
        page: Page,
    ) -> Result<Vec<(EventId, Event, Timestamp)>, Failure> {
        let text = "SELECT * FROM events WHERE shop_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
        let read = |row: &Row| Ok((row.parsed("id")?, row.json("body")?, row.moment("happened_at")?));
        self.all(sql(text).bind(id(shop)).bind(before(page)).bind(limit(page)), read).await
    }
}

#[async_trait]
impl InboxWrites for Unit {
    async fn insert_callback(&mut self, callback: &CallbackRecord) -> Result<Inserted, Failure> {
        let text = "INSERT INTO callbacks (id, shop_id, gateway_id, digest, sealed, received_at) \
            VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (gateway_id, digest) DO NOTHING";
        let bound = sql(text)
            .bind(id(callback.id))
            .bind(id(callback.shop_id))
            .bind(id(callback.gateway_id))
            .bind(&callback.digest)
            .bind(&callback.sealed)
            .bind(callback.received_at);
        self.inserted(bound).await
    }

    async fn insert_answer(&mut self, answer: &Answer) -> Result<Inserted, Failure> {
        let text = "INSERT INTO answers (shop_id, owner, request_key, request, response_sealed, created_at) \
            VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (shop_id, owner, request_key) DO NOTHING";
        self.inserted(filled(sql(text), answer)).await
    }

    async fn save_answer(&mut self, answer: &Answer) -> Result<(), Failure> {
        let text = "INSERT INTO answers (shop_id, owner, request_key, request, response_sealed, created_at) \
            VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (shop_id, owner, request_key) DO UPDATE SET \
            request = excluded.request, response_sealed = excluded.response_sealed, \
            created_at = excluded.created_at";
        self.run(filled(sql(text), answer)).await.map(drop)
    }

    async fn delete_unanswered(&mut self) -> Result<(), Failure> {
        if !self.is_alone() {
            return Ok(());
        }
        self.run(sql("DELETE FROM answers WHERE response_sealed IS NULL").long()).await.map(drop)
    }

    async fn delete_answers(&mut self, before: Timestamp) -> Result<u64, Failure> {
        self.run(sql("DELETE FROM answers WHERE created_at < $1").bind(before).long()).await
    }

    async fn insert_event(
        &mut self,
        of: EventId,
        shop: ShopId,
        event: &Event,
        at: Timestamp,
    ) -> Result<(), Failure> {
        let text = "INSERT INTO events (id, shop_id, name, body, happened_at) VALUES ($1, $2, $3, $4, $5)";
        let bound = sql(text).bind(id(of)).bind(id(shop)).bind(event.name()).bind(json(event)?).bind(at);
        self.run(bound).await.map(drop)
    }

    async fn delete_notices(&mut self, shop: ShopId, user: UserId) -> Result<u64, Failure> {
        let text = "DELETE FROM notices WHERE shop_id = $1 AND user_id = $2";
        self.run(sql(text).bind(id(shop)).bind(id(user))).await
    }

    async fn save_notice(&mut self, notice: &NoticeRecord) -> Result<(), Failure> {
        let text = "INSERT INTO notices (id, shop_id, user_id, notice, created_at, delivered_at) \
            VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO UPDATE SET user_id = excluded.user_id, \
            notice = excluded.notice, created_at = excluded.created_at, delivered_at = excluded.delivered_at \
            WHERE notices.shop_id = excluded.shop_id";
        let bound = sql(text)
            .bind(id(notice.id))
            .bind(id(notice.shop_id))
            .bind(id(notice.user_id))
            .bind(json(&notice.notice)?)
            .bind(notice.created_at)
            .bind(notice.delivered_at);
        self.must(bound, "a notice of another shop").await
    }

    async fn save_reach(&mut self, reach: &Reach) -> Result<(), Failure> {
        let text = "INSERT INTO reaches (shop_id, user_id, preferences, blocked_since, bounces, failing_since) \
            VALUES ($1, $2, $3, $4, $5, $6) \
            ON CONFLICT (shop_id, user_id) DO UPDATE SET preferences = excluded.preferences, \
            blocked_since = excluded.blocked_since, bounces = excluded.bounces, \
            failing_since = excluded.failing_since";
        let bound = sql(text)
            .bind(id(reach.shop_id))
            .bind(id(reach.user_id))
            .bind(json(&reach.preferences)?)
            .bind(reach.blocked_since)
            .bind(reach.mailbox.bounces)
            .bind(reach.mailbox.failing_since);
        self.run(bound).await.map(drop)
    }

    async fn delete_reach(&mut self, shop: ShopId, user: UserId) -> Result<(), Failure> {
        let text = "DELETE FROM reaches WHERE shop_id = $1 AND user_id = $2";
        self.run(sql(text).bind(id(shop)).bind(id(user))).await.map(drop)
    }

    async fn save_push_target(&mut self, target: &PushTarget) -> Result<(), Failure> {
        let text = "INSERT INTO push_targets (id, shop_id, user_id, token_id, lookup, sealed, created_at, failures) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO UPDATE SET failures = excluded.failures \
            WHERE push_targets.shop_id = excluded.shop_id AND push_targets.user_id = excluded.user_id \
            AND push_targets.lookup = excluded.lookup";
        let bound = sql(text)
            .bind(id(target.id))
            .bind(id(target.shop_id))
            .bind(id(target.user_id))
            .bind(id(target.token_id))
            .bind(&target.lookup)
            .bind(&target.sealed)
            .bind(target.created_at)
            .bind(target.failures);
        self.must(bound, "this browser is another one's").await
    }

    async fn delete_push_target(
        &mut self,
        shop: ShopId,
        user: Option<UserId>,
        lookup: &Fingerprint,
    ) -> Result<(), Failure> {
        let of = match user {
            Some(user) => sql("DELETE FROM push_targets WHERE shop_id = $1 AND lookup = $2 AND user_id = $3")
                .bind(id(shop))
                .bind(lookup)
                .bind(id(user)),
            None => {
                sql("DELETE FROM push_targets WHERE shop_id = $1 AND lookup = $2").bind(id(shop)).bind(lookup)
            }
        };
        self.run(of).await.map(drop)
    }
}

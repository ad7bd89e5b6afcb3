//! Broadcasts and their recipients. A segment is a condition on one user, asked over indexes of that user's rows; the users
//! themselves are walked by their ids, a bounded number at a time.

use super::{
    engine::sql,
    row::{Row, Value, id, json, word},
    unit::{Unit, before, limit},
};
use crate::{
    domain::{
        broadcast::{Broadcast, RecipientState, Segment},
        time::{after, days},
    },
    error::Failure,
    ids::{BroadcastId, ShopId, UserId},
    ports::storage::{BroadcastReads, BroadcastWrites, Locked, Page},
};
use async_trait::async_trait;
use jiff::Timestamp;

/// Who can be written to at all, and wants to be: what `Reach::hears_news` says. Of the preferences only what a user does
/// without can hold this word in quotes. It is asked again for each message, because minds change meanwhile.
macro_rules! who {
    () => {
        "u.shop_id = $1 AND u.role = 'customer' AND u.blocked = 0 AND EXISTS (SELECT 1 FROM identities i \
        WHERE i.shop_id = u.shop_id AND i.user_id = u.id AND i.kind = 'telegram') \
        AND NOT EXISTS (SELECT 1 FROM reaches r WHERE r.shop_id = u.shop_id AND r.user_id = u.id \
        AND (r.blocked_since IS NOT NULL OR r.preferences LIKE '%\"news\"%')) \
        AND $2 <= $3 AND $4 = $4"
    };
}
/// The two statements of a segment: how many there are, and a slice of them written down as recipients. The parameters:
/// shop, three moments or texts of the segment's own, then broadcast, first and last user.
macro_rules! segment {
    ($condition:literal) => {
        (
            concat!("SELECT COUNT(*) AS count FROM users u WHERE ", who!(), $condition),
            concat!(
                "INSERT INTO broadcast_recipients (broadcast_id, shop_id, user_id, state) \
                SELECT $5, u.shop_id, u.id, 'pending' FROM users u WHERE u.id > $6 AND u.id <= $7 AND ",
                who!(),
                $condition,
                " ON CONFLICT (broadcast_id, user_id) DO NOTHING"
            ),
        )
    };
}

/// Whose subscriptions are selected: as in `bulks.rs`, with its parameters under these numbers.
macro_rules! selected {
    ($plan:literal, $state:literal, $ended:literal, $from:literal, $before:literal, $server:literal) => {
        concat!(
            " AND EXISTS (SELECT 1 FROM subscriptions s WHERE s.shop_id = u.shop_id AND s.user_id = u.id \
            AND s.created_at <= $2 AND s.state <> 'revoked' AND (s.plan_id = ",
            $plan,
            " OR ",
            $plan,
            " IS NULL) AND (s.state = ",
            $state,
            " OR ",
            $state,
            " IS NULL) AND ((s.ends_at >= ",
            $ended,
            " AND s.ends_at <= $2) OR ",
            $ended,
            " IS NULL) AND (EXISTS (SELECT 1 FROM grants g WHERE g.subscription_id = s.id AND g.server_id = ",
            $server,
            " AND g.state IN ('wanted', 'placed')) OR ",
            $server,
            " IS NULL)) AND (u.created_at >= ",
            $from,
            " OR ",
            $from,
            " IS NULL) AND (u.created_at < ",
            $before,
            " OR ",
            $before,
            " IS NULL)"
        )
    };
}

/// What a selection is asked with, behind all other parameters.
fn chosen(of: Segment, now: Timestamp) -> Vec<Value> {
    let Segment::Selected { selection: of } = of else { return Vec::new() };
    vec![
        of.plan.map(id).into(),
        of.state.map(word).into(),
        of.ended_from(now).into(),
        of.registered_from.into(),
        of.registered_before.into(),
        of.server.map(id).into(),
    ]
}

/// The statements of a segment.
const fn statements(of: Segment) -> (&'static str, &'static str) {
    match of {
        Segment::All => segment!(""),
        Segment::TrialOnly => segment!(
            " AND EXISTS (SELECT 1 FROM orders o WHERE o.shop_id = u.shop_id AND o.user_id = u.id \
            AND o.what = 'trial' AND o.paid_at IS NOT NULL) \
            AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.shop_id = u.shop_id AND o.user_id = u.id \
            AND o.what IN ('new', 'renewal', 'change', 'pack', 'gift') AND o.paid_at IS NOT NULL)"
        ),
        Segment::NeverBought => segment!(
            " AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.shop_id = u.shop_id AND o.user_id = u.id \
            AND o.what IN ('new', 'renewal', 'change', 'pack', 'gift') AND o.paid_at IS NOT NULL)"
        ),
        Segment::NoSubscription => segment!(
            " AND NOT EXISTS (SELECT 1 FROM subscriptions s WHERE s.shop_id = u.shop_id AND s.user_id = u.id \
            AND s.state NOT IN ('ended', 'revoked'))"
        ),
        Segment::Lapsed { .. } => segment!(
            " AND EXISTS (SELECT 1 FROM subscriptions s WHERE s.shop_id = u.shop_id AND s.user_id = u.id \
            AND s.state = 'ended' AND s.ends_at <= $3) \
            AND NOT EXISTS (SELECT 1 FROM subscriptions s WHERE s.shop_id = u.shop_id AND s.user_id = u.id \
            AND (s.state NOT IN ('ended', 'revoked') OR (s.state = 'ended' AND s.ends_at > $3)))"
        ),
        Segment::Active | Segment::Expiring => segment!(
            " AND EXISTS (SELECT 1 FROM subscriptions s WHERE s.shop_id = u.shop_id AND s.user_id = u.id \
            AND s.state = 'active' AND s.ends_at > $2 AND s.ends_at <= $3)"
        ),
        Segment::Ended => segment!(
            " AND EXISTS (SELECT 1 FROM subscriptions s WHERE s.shop_id = u.shop_id AND s.user_id = u.id \
            AND s.state = 'ended' AND s.ends_at > $2 AND s.ends_at <= $3) \
            AND NOT EXISTS (SELECT 1 FROM subscriptions s WHERE s.shop_id = u.shop_id AND s.user_id = u.id \
            AND s.state = 'active')"
        ),
        Segment::NeverConnected => segment!(
            " AND EXISTS (SELECT 1 FROM subscriptions s WHERE s.shop_id = u.shop_id AND s.user_id = u.id \
            AND s.state = 'active' AND s.ends_at > $2) \
            AND NOT EXISTS (SELECT 1 FROM subscriptions s WHERE s.shop_id = u.shop_id AND s.user_id = u.id \
            AND s.traffic_used > 0)"
        ),
        Segment::Plan { .. } => segment!(
            " AND EXISTS (SELECT 1 FROM subscriptions s WHERE s.shop_id = u.shop_id AND s.user_id = u.id \
            AND s.state = 'active' AND s.plan_id = $4)"
        ),
        Segment::Group { .. } => segment!(
            " AND EXISTS (SELECT 1 FROM subscriptions s WHERE s.shop_id = u.shop_id AND s.user_id = u.id \
            AND s.state = 'active' AND s.group_id = $4)"
        ),
        Segment::Selected { .. } => (
            concat!(
                "SELECT COUNT(*) AS count FROM users u WHERE ",
                who!(),
                selected!("$5", "$6", "$7", "$8", "$9", "$10")
            ),
            concat!(
                "INSERT INTO broadcast_recipients (broadcast_id, shop_id, user_id, state) \
                SELECT $5, u.shop_id, u.id, 'pending' FROM users u WHERE u.id > $6 AND u.id <= $7 AND ",
                who!(),
                selected!("$8", "$9", "$10", "$11", "$12", "$13"),
                " ON CONFLICT (broadcast_id, user_id) DO NOTHING"
            ),
        ),
        Segment::Language { .. } => {
            segment!(" AND COALESCE(u.locale, (SELECT locale FROM shops WHERE shops.id = u.shop_id)) = $4")
        }
    }
}

/// The moments and the text that a segment is asked with.
fn asked(of: Segment, now: Timestamp) -> [Value; 3] {
    let text = match of {
        Segment::Plan { plan } => id(plan),
        Segment::Group { group } => id(group),
        Segment::Language { locale } => word(locale),
        _ => Value::from(""),
    };
    let (from, to) = match of {
        Segment::Expiring => (now, after(now, days(3))),
        Segment::Ended => (after(now, -days(30)), now),
        Segment::Lapsed { days: ago } => (Timestamp::MIN, after(now, -days(ago))),
        _ => (now, Timestamp::MAX),
    };
    [from.into(), to.into(), text]
}

fn broadcast(row: &Row) -> Result<Broadcast, Failure> {
    Ok(Broadcast {
        id: row.parsed("id")?,
        shop_id: row.parsed("shop_id")?,
        operator: row.parsed("operator_id")?,
        segment: row.json("segment")?,
        message: row.json("message")?,
        state: row.word("state")?,
        cursor: row.maybe("cursor", Row::parsed)?,
        gathered: row.flag("gathered")?,
        created_at: row.moment("created_at")?,
        begun_at: row.maybe("begun_at", Row::moment)?,
        ended_at: row.maybe("ended_at", Row::moment)?,
    })
}

#[async_trait]
impl BroadcastReads for Unit {
    async fn broadcast(&mut self, shop: ShopId, of: BroadcastId) -> Result<Option<Broadcast>, Failure> {
        let text = "SELECT * FROM broadcasts WHERE shop_id = $1 AND id = $2";
        self.one(sql(text).bind(id(shop)).bind(id(of)), broadcast).await
    }

    async fn broadcasts(&mut self, shop: ShopId, page: Page) -> Result<Vec<Broadcast>, Failure> {
        let text = "SELECT * FROM broadcasts WHERE shop_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
        self.all(sql(text).bind(id(shop)).bind(before(page)).bind(limit(page)), broadcast).await
    }

    async fn count_segment(&mut self, shop: ShopId, of: Segment, now: Timestamp) -> Result<u32, Failure> {
        let (count, _) = statements(of);
        let values = asked(of, now).into_iter().chain(chosen(of, now));
        let bound = values.fold(sql(count).bind(id(shop)), super::engine::Sql::bind);
        Ok(self.one(bound, |row| row.small("count")).await?.unwrap_or(0))
    }

    async fn count_recipients(
        &mut self,
        shop: ShopId,
        of: BroadcastId,
    ) -> Result<Vec<(RecipientState, u32)>, Failure> {
        let text = "SELECT state, COUNT(*) AS count FROM broadcast_recipients \
            WHERE shop_id = $1 AND broadcast_id = $2 GROUP BY state ORDER BY state";
        let read = |row: &Row| Ok((row.word("state")?, row.small("count")?));
        self.all(sql(text).bind(id(shop)).bind(id(of)), read).await
    }

    async fn pending_recipients(
        &mut self,
        shop: ShopId,
        of: BroadcastId,
        limit: u32,
    ) -> Result<Vec<UserId>, Failure> {
        let text = "SELECT user_id FROM broadcast_recipients \
            WHERE shop_id = $1 AND broadcast_id = $2 AND state = 'pending' ORDER BY user_id LIMIT $3";
        self.all(sql(text).bind(id(shop)).bind(id(of)).bind(limit), |row| row.parsed("user_id")).await
    }
}

#[async_trait]
impl BroadcastWrites for Unit {
    async fn save_broadcast(&mut self, broadcast: &Broadcast) -> Result<(), Failure> {
        let text = "INSERT INTO broadcasts (id, shop_id, operator_id, segment, message, state, cursor, gathered, \
            created_at, begun_at, ended_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
            ON CONFLICT (id) DO UPDATE SET segment = excluded.segment, message = excluded.message, \
            state = excluded.state, cursor = excluded.cursor, gathered = excluded.gathered, \
            begun_at = excluded.begun_at, ended_at = excluded.ended_at \
            WHERE broadcasts.shop_id = excluded.shop_id";
        let bound = sql(text)
            .bind(id(broadcast.id))
            .bind(id(broadcast.shop_id))
            .bind(id(broadcast.operator))
            .bind(json(&broadcast.segment)?)
            .bind(json(&broadcast.message)?)
            .bind(word(broadcast.state))
            .bind(broadcast.cursor.map(id))
            .bind(broadcast.gathered)
            .bind(broadcast.created_at)
            .bind(broadcast.begun_at)
            .bind(broadcast.ended_at);
        self.must(bound, "a broadcast of another shop").await
    }

    async fn lock_broadcast(
        &mut self,
        shop: ShopId,
        of: BroadcastId,
    ) -> Result<Option<Locked<Broadcast>>, Failure> {
        let text = "SELECT * FROM broadcasts WHERE shop_id = $1 AND id = $2 /*lock*/";
        let row = self.one(sql(text).bind(id(shop)).bind(id(of)), broadcast).await?;
        Ok(row.map(Locked::held_by_storage))
    }

    async fn gather_recipients(
        &mut self,
        broadcast: &Broadcast,
        now: Timestamp,
        limit: u32,
    ) -> Result<Option<UserId>, Failure> {
        let first = broadcast.cursor.map_or_else(|| Value::from(""), id);
        let text = "SELECT MAX(id) AS last FROM (SELECT id FROM users WHERE shop_id = $1 AND id > $2 \
            ORDER BY id LIMIT $3) AS slice";
        let bound = sql(text).bind(id(broadcast.shop_id)).bind(first.clone()).bind(limit);
        let last = self.one(bound, |row| row.maybe("last", Row::parsed::<UserId>)).await?.flatten();
        let Some(last) = last else { return Ok(None) };
        let (_, gather) = statements(broadcast.segment);
        let bound = asked(broadcast.segment, now)
            .into_iter()
            .fold(sql(gather).bind(id(broadcast.shop_id)), super::engine::Sql::bind);
        let bound = bound.bind(id(broadcast.id)).bind(first).bind(id(last));
        self.run(chosen(broadcast.segment, now).into_iter().fold(bound, super::engine::Sql::bind)).await?;
        Ok(Some(last))
    }

    async fn save_recipient(
        &mut self,
        shop: ShopId,
        of: BroadcastId,
        user: UserId,
        state: RecipientState,
    ) -> Result<(), Failure> {
        let text = "UPDATE broadcast_recipients SET state = $4 \
            WHERE shop_id = $1 AND broadcast_id = $2 AND user_id = $3";
        let bound = sql(text).bind(id(shop)).bind(id(of)).bind(id(user)).bind(word(state));
        self.must(bound, "no such recipient").await
    }

    async fn retry_recipients(&mut self, shop: ShopId, of: BroadcastId) -> Result<u64, Failure> {
        let text = "UPDATE broadcast_recipients SET state = 'pending' \
            WHERE shop_id = $1 AND broadcast_id = $2 AND state = 'failed'";
        self.run(sql(text).bind(id(shop)).bind(id(of))).await
    }
}

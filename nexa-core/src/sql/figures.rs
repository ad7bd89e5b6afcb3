//! Figures by day, what they are folded from, and what their fold remembers.

use super::{
    engine::sql,
    orders::order,
    payments::payment,
    row::{Row, id, json},
    unit::{Unit, among},
};
use crate::{
    domain::{
        analytics::{self, Booked, Delta, Figure, Marks, Past, ServerTraffic, Standing, Subject},
        event::Event,
        ledger::Entry,
        order::Order,
        payment::Payment,
        time::from_millis,
    },
    error::Failure,
    ids::{EventId, JournalId, OrderId, PaymentId, ServerId, ShopId},
    ports::storage::{FigureReads, FigureWrites},
};
use async_trait::async_trait;
use jiff::Timestamp;
use std::{cmp::Reverse, collections::BTreeMap};

/// An hour and a day in milliseconds.
const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

fn figure(row: &Row) -> Result<analytics::Row, Failure> {
    Ok(analytics::Row { slice: row.text("slice")?, day: row.int("day")?, value: row.int("value")? })
}

fn line(row: &Row) -> Result<Booked, Failure> {
    let entry = Entry { account: row.parsed("account")?, amount: row.money("minor", "currency")? };
    Ok(Booked {
        id: row.parsed("id")?,
        cause: row.text("cause")?,
        at: row.moment("posted_at")?,
        entries: vec![entry],
    })
}

#[async_trait]
impl FigureReads for Unit {
    async fn events_after(
        &mut self,
        shop: ShopId,
        after: Option<EventId>,
        limit: u32,
    ) -> Result<Vec<(EventId, Option<Event>, Timestamp)>, Failure> {
        let text = "SELECT * FROM events WHERE shop_id = $1 AND id > $2 ORDER BY id LIMIT $3";
        let after = after.map(|id| id.to_string()).unwrap_or_default();
        let read = |row: &Row| Ok((row.parsed("id")?, row.json("body").ok(), row.moment("happened_at")?));
        self.all(sql(text).bind(id(shop)).bind(after).bind(limit), read).await
    }

    async fn journals_after(
        &mut self,
        shop: ShopId,
        after: Option<JournalId>,
        limit: u32,
    ) -> Result<Vec<Booked>, Failure> {
        let text = "SELECT j.id, j.cause, j.posted_at, e.account, e.currency, e.minor FROM ( \
                SELECT id, cause, posted_at FROM journals WHERE shop_id = $1 AND id > $2 ORDER BY id LIMIT $3) AS j \
            JOIN entries e ON e.journal_id = j.id ORDER BY j.id, e.line";
        let after = after.map(|id| id.to_string()).unwrap_or_default();
        let lines = self.all(sql(text).bind(id(shop)).bind(after).bind(limit), line).await?;
        let mut all: Vec<Booked> = Vec::new();
        for line in lines {
            match all.last_mut() {
                Some(last) if last.id == line.id => last.entries.extend(line.entries),
                _ => all.push(line),
            }
        }
        Ok(all)
    }

    async fn orders_among(&mut self, shop: ShopId, ids: &[OrderId]) -> Result<Vec<Order>, Failure> {
        let keys: Vec<String> = ids.iter().map(OrderId::to_string).collect();
        self.among(among!("SELECT * FROM orders WHERE shop_id = $1 AND id"), shop, &keys, order).await
    }

    async fn payments_among(&mut self, shop: ShopId, ids: &[PaymentId]) -> Result<Vec<Payment>, Failure> {
        let keys: Vec<String> = ids.iter().map(PaymentId::to_string).collect();
        self.among(among!("SELECT * FROM payments WHERE shop_id = $1 AND id"), shop, &keys, payment).await
    }

    async fn figure_marks(&mut self, shop: ShopId) -> Result<Marks, Failure> {
        let text = "SELECT event_id, journal_id FROM figure_marks WHERE shop_id = $1 /*lock*/";
        let read = |row: &Row| {
            Ok(Marks {
                event: row.maybe("event_id", Row::parsed)?,
                journal: row.maybe("journal_id", Row::parsed)?,
            })
        };
        Ok(self.one(sql(text).bind(id(shop)), read).await?.unwrap_or_default())
    }

    async fn pasts(&mut self, shop: ShopId, of: &[Subject]) -> Result<Vec<(Subject, Past)>, Failure> {
        let named: BTreeMap<String, Subject> = of.iter().map(|of| (of.key(), *of)).collect();
        let keys: Vec<String> = named.keys().cloned().collect();
        let text = among!("SELECT subject, body FROM figure_pasts WHERE shop_id = $1 AND subject");
        let read = |row: &Row| Ok((row.text("subject")?, row.json("body")?));
        let found = self.among(text, shop, &keys, read).await?;
        Ok(found.into_iter().filter_map(|(key, past)| Some((*named.get(&key)?, past))).collect())
    }

    async fn figures(
        &mut self,
        shop: ShopId,
        of: Figure,
        from: i64,
        to: i64,
    ) -> Result<Vec<analytics::Row>, Failure> {
        let text = "SELECT slice, day, value FROM figures \
            WHERE shop_id = $1 AND figure = $2 AND day >= $3 AND day <= $4 ORDER BY slice, day";
        self.all(sql(text).bind(id(shop)).bind(of.name()).bind(from).bind(to), figure).await
    }

    async fn figure_days(
        &mut self,
        shop: ShopId,
        of: Figure,
        slice: &str,
        from: i64,
        to: i64,
    ) -> Result<Vec<analytics::Row>, Failure> {
        let text = "SELECT slice, day, value FROM figures \
            WHERE shop_id = $1 AND figure = $2 AND slice = $3 AND day >= $4 AND day <= $5 ORDER BY day";
        let bound = sql(text).bind(id(shop)).bind(of.name()).bind(slice).bind(from).bind(to);
        self.all(bound, figure).await
    }

    async fn figures_by(
        &mut self,
        shop: ShopId,
        of: Figure,
        by: &str,
        from: i64,
        to: i64,
    ) -> Result<Vec<analytics::Row>, Failure> {
        // A range, which an index answers; ';' comes after ':'.
        let text = "SELECT slice, day, value FROM figures WHERE shop_id = $1 AND figure = $2 \
            AND slice >= $3 AND slice < $4 AND day >= $5 AND day <= $6 ORDER BY slice, day";
        let (first, beyond) = (format!("{by}:"), format!("{by};"));
        let bound = sql(text).bind(id(shop)).bind(of.name()).bind(first).bind(beyond).bind(from).bind(to);
        self.all(bound, figure).await
    }

    async fn figure_sum(
        &mut self,
        shop: ShopId,
        of: Figure,
        slice: &str,
        from: i64,
        to: i64,
    ) -> Result<i64, Failure> {
        let text = "SELECT CAST(COALESCE(SUM(value), 0) AS BIGINT) AS total FROM figures \
            WHERE shop_id = $1 AND figure = $2 AND slice = $3 AND day >= $4 AND day <= $5";
        let bound = sql(text).bind(id(shop)).bind(of.name()).bind(slice).bind(from).bind(to);
        Ok(self.one(bound, |row| row.int("total")).await?.unwrap_or(0))
    }

    async fn figure_slices(
        &mut self,
        shop: ShopId,
        of: Figure,
        from: i64,
        to: i64,
    ) -> Result<Vec<analytics::Row>, Failure> {
        let text = "SELECT slice, $4 AS day, CAST(SUM(value) AS BIGINT) AS value FROM figures \
            WHERE shop_id = $1 AND figure = $2 AND day >= $3 AND day <= $4 GROUP BY slice ORDER BY slice";
        self.all(sql(text).bind(id(shop)).bind(of.name()).bind(from).bind(to), figure).await
    }

    async fn last_figure(
        &mut self,
        shop: ShopId,
        of: Figure,
        slice: &str,
        until: i64,
    ) -> Result<Option<analytics::Row>, Failure> {
        let text = "SELECT slice, day, value FROM figures \
            WHERE shop_id = $1 AND figure = $2 AND slice = $3 AND day <= $4 ORDER BY day DESC LIMIT 1";
        self.one(sql(text).bind(id(shop)).bind(of.name()).bind(slice).bind(until), figure).await
    }

    async fn standing(&mut self, shop: ShopId) -> Result<(Vec<Standing>, i64), Failure> {
        let text = "SELECT plan_id, COUNT(*) AS subscriptions, \
            CAST(SUM(CASE WHEN monthly > 0 THEN 1 ELSE 0 END) AS BIGINT) AS paid, \
            CAST(SUM(monthly) AS BIGINT) AS monthly \
            FROM subscriptions WHERE shop_id = $1 AND state = 'active' GROUP BY plan_id ORDER BY plan_id";
        let read = |row: &Row| {
            Ok(Standing {
                plan: row.parsed("plan_id")?,
                subscriptions: row.int("subscriptions")?,
                paid: row.int("paid")?,
                monthly: row.int("monthly")?,
            })
        };
        let plans = self.all(sql(text).bind(id(shop)), read).await?;
        let text = "SELECT COUNT(DISTINCT user_id) AS payers FROM subscriptions \
            WHERE shop_id = $1 AND state = 'active' AND monthly > 0";
        let payers = self.one(sql(text).bind(id(shop)), |row| row.int("payers")).await?;
        Ok((plans, payers.unwrap_or(0)))
    }

    async fn server_days(
        &mut self,
        shop: ShopId,
        since: Timestamp,
        most: u32,
    ) -> Result<Vec<(Option<ServerId>, i64, i64)>, Failure> {
        let mut busy = self.server_bytes(shop, since).await?;
        busy.sort_by_key(|(server, bytes)| (Reverse(*bytes), *server));
        busy.truncate(usize::try_from(most).unwrap_or(usize::MAX));
        busy.sort_unstable();
        // What is left of the sums over all servers is the others'; what comes between the statements may be missing there.
        let mut others = self.traffic_days(shop, None, since).await?;
        let mut told = Vec::new();
        for (server, _) in busy {
            for (day, bytes) in self.traffic_days(shop, Some(server), since).await? {
                others.entry(day).and_modify(|sum| *sum = sum.saturating_sub(bytes));
                told.push((Some(server), day, bytes));
            }
        }
        let others = others.into_iter().filter(|(_, bytes)| *bytes > 0);
        Ok(others.map(|(day, bytes)| (None, day, bytes)).chain(told).collect())
    }

    async fn server_traffic(
        &mut self,
        shop: ShopId,
        since: Timestamp,
    ) -> Result<Vec<ServerTraffic>, Failure> {
        let text = "SELECT t.server_id, t.since, t.bytes FROM servers s \
            JOIN server_traffic t ON t.shop_id = s.shop_id AND t.server_id = s.id \
            WHERE s.shop_id = $1 AND t.since >= $2 ORDER BY t.server_id, t.since";
        let read = |row: &Row| {
            Ok(ServerTraffic {
                server: row.parsed("server_id")?,
                since: row.moment("since")?,
                bytes: row.int("bytes")?,
            })
        };
        self.all(sql(text).bind(id(shop)).bind(since), read).await
    }

    async fn server_bytes(
        &mut self,
        shop: ShopId,
        since: Timestamp,
    ) -> Result<Vec<(ServerId, i64)>, Failure> {
        let text = "SELECT t.server_id, CAST(SUM(t.bytes) AS BIGINT) AS bytes FROM servers s \
            JOIN server_traffic t ON t.shop_id = s.shop_id AND t.server_id = s.id \
            WHERE s.shop_id = $1 AND t.since >= $2 GROUP BY t.server_id ORDER BY t.server_id";
        let read = |row: &Row| Ok((row.parsed("server_id")?, row.int("bytes")?));
        self.all(sql(text).bind(id(shop)).bind(since), read).await
    }
}

#[async_trait]
impl FigureWrites for Unit {
    async fn add_figures(&mut self, shop: ShopId, deltas: &[Delta]) -> Result<(), Failure> {
        for delta in deltas {
            let text = "INSERT INTO figures (shop_id, figure, slice, day, value, folded) \
                VALUES ($1, $2, $3, $4, $5, $6) \
                ON CONFLICT (shop_id, figure, slice, day) DO UPDATE SET value = figures.value + excluded.value";
            self.write_figure(text, shop, delta).await?;
        }
        Ok(())
    }

    async fn set_figures(&mut self, shop: ShopId, values: &[Delta]) -> Result<(), Failure> {
        for value in values {
            let text = "INSERT INTO figures (shop_id, figure, slice, day, value, folded) \
                VALUES ($1, $2, $3, $4, $5, $6) \
                ON CONFLICT (shop_id, figure, slice, day) DO UPDATE SET value = excluded.value";
            self.write_figure(text, shop, value).await?;
        }
        Ok(())
    }

    async fn save_past(&mut self, shop: ShopId, of: Subject, past: &Past) -> Result<(), Failure> {
        if *past == Past::None {
            let text = "DELETE FROM figure_pasts WHERE shop_id = $1 AND subject = $2";
            return self.run(sql(text).bind(id(shop)).bind(of.key())).await.map(drop);
        }
        let text = "INSERT INTO figure_pasts (shop_id, subject, body) VALUES ($1, $2, $3) \
            ON CONFLICT (shop_id, subject) DO UPDATE SET body = excluded.body";
        self.run(sql(text).bind(id(shop)).bind(of.key()).bind(json(past)?)).await.map(drop)
    }

    async fn save_figure_marks(&mut self, shop: ShopId, marks: Marks) -> Result<(), Failure> {
        let text = "INSERT INTO figure_marks (shop_id, event_id, journal_id) VALUES ($1, $2, $3) \
            ON CONFLICT (shop_id) DO UPDATE SET event_id = excluded.event_id, journal_id = excluded.journal_id";
        let bound = sql(text).bind(id(shop)).bind(marks.event.map(id)).bind(marks.journal.map(id));
        self.run(bound).await.map(drop)
    }

    async fn clear_figures(&mut self, shop: ShopId) -> Result<(), Failure> {
        self.run(sql("DELETE FROM figures WHERE shop_id = $1 AND folded = $2").bind(id(shop)).bind(true))
            .await?;
        self.run(sql("DELETE FROM figure_pasts WHERE shop_id = $1").bind(id(shop))).await?;
        self.run(sql("DELETE FROM figure_marks WHERE shop_id = $1").bind(id(shop))).await.map(drop)
    }

    async fn add_server_traffic(
        &mut self,
        shop: ShopId,
        server: ServerId,
        at: Timestamp,
        bytes: i64,
    ) -> Result<(), Failure> {
        let hour = from_millis(at.as_millisecond().div_euclid(HOUR).saturating_mul(HOUR));
        let text = "INSERT INTO server_traffic (shop_id, server_id, since, bytes) VALUES ($1, $2, $3, $4) \
            ON CONFLICT (shop_id, server_id, since) DO UPDATE SET bytes = server_traffic.bytes + excluded.bytes";
        self.run(sql(text).bind(id(shop)).bind(id(server)).bind(hour).bind(bytes)).await.map(drop)
    }

    async fn thin_server_traffic(&mut self, shop: ShopId, before: Timestamp) -> Result<(), Failure> {
        let hours = "SELECT t.server_id, t.since / $3 * $3 AS since, CAST(SUM(t.bytes) AS BIGINT) AS bytes \
            FROM servers s JOIN server_traffic t ON t.shop_id = s.shop_id AND t.server_id = s.id \
            WHERE s.shop_id = $1 AND t.since < $2 AND t.since % $3 <> 0 GROUP BY t.server_id, t.since / $3";
        let read =
            |row: &Row| Ok((row.parsed::<ServerId>("server_id")?, row.moment("since")?, row.int("bytes")?));
        let days = self.all(sql(hours).bind(id(shop)).bind(before).bind(DAY), read).await?;
        for (server, since, bytes) in days {
            let text = "DELETE FROM server_traffic WHERE shop_id = $1 AND server_id = $2 AND since > $3 AND since < $4";
            let end = since.as_millisecond().saturating_add(DAY);
            self.run(sql(text).bind(id(shop)).bind(id(server)).bind(since).bind(end)).await?;
            self.add_server_traffic(shop, server, since, bytes).await?;
        }
        Ok(())
    }
}

impl Unit {
    /// What went through one server, or all, by day of UTC.
    async fn traffic_days(
        &mut self,
        shop: ShopId,
        server: Option<ServerId>,
        since: Timestamp,
    ) -> Result<BTreeMap<i64, i64>, Failure> {
        let text = match server {
            None => {
                "SELECT t.since / $3 AS day, CAST(SUM(t.bytes) AS BIGINT) AS bytes FROM servers s \
                    JOIN server_traffic t ON t.shop_id = s.shop_id AND t.server_id = s.id \
                    WHERE s.shop_id = $1 AND t.since >= $2 GROUP BY t.since / $3"
            }
            Some(_) => {
                "SELECT since / $3 AS day, CAST(SUM(bytes) AS BIGINT) AS bytes FROM server_traffic \
                    WHERE shop_id = $1 AND since >= $2 AND server_id = $4 GROUP BY since / $3"
            }
        };
        let bound = sql(text).bind(id(shop)).bind(since).bind(DAY);
        let bound = if let Some(server) = server { bound.bind(id(server)) } else { bound };
        let rows = self.all(bound, |row| Ok((row.int("day")?, row.int("bytes")?))).await?;
        Ok(rows.into_iter().collect())
    }

    async fn write_figure(&mut self, text: &'static str, shop: ShopId, of: &Delta) -> Result<(), Failure> {
        let Delta { figure, row } = of;
        let bound =
            sql(text).bind(id(shop)).bind(figure.name()).bind(&row.slice).bind(row.day).bind(row.value);
        self.run(bound.bind(figure.is_folded())).await.map(drop)
    }
}

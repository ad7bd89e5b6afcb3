//! What waits in all shops together. The inner statements walk an index of what waits; the outer ones count.

use super::{
    engine::sql,
    row::{Row, word},
    unit::Unit,
};
use crate::{
    domain::{gauge::Pile, job::JobState, money::Currency},
    error::Failure,
    ports::storage::GaugeReads,
};
use async_trait::async_trait;
use jiff::Timestamp;

fn pile(row: &Row) -> Result<Pile, Failure> {
    Ok(Pile { of: row.text("what")?, count: row.int("count")?, since: row.moment("since")? })
}

#[async_trait]
impl GaugeReads for Unit {
    async fn due_jobs(&mut self, now: Timestamp, most: u32) -> Result<Vec<Pile>, Failure> {
        let text = "SELECT name AS what, COUNT(*) AS count, MIN(run_at) AS since FROM ( \
                SELECT name, run_at FROM jobs WHERE state = $1 AND run_at <= $2 ORDER BY run_at, id LIMIT $3) AS due \
            GROUP BY name ORDER BY name";
        self.all(sql(text).bind(word(JobState::Ready)).bind(now).bind(most), pile).await
    }

    async fn given_up_jobs(&mut self, most: u32) -> Result<Vec<Pile>, Failure> {
        let text = "SELECT name AS what, COUNT(*) AS count, MIN(run_at) AS since FROM ( \
                SELECT name, run_at FROM jobs WHERE state = $1 ORDER BY run_at, id LIMIT $2) AS poison \
            GROUP BY name ORDER BY name";
        self.all(sql(text).bind(word(JobState::Poison)).bind(most), pile).await
    }

    async fn piled_payments(&mut self, most: u32) -> Result<Vec<Pile>, Failure> {
        let text = "SELECT state AS what, COUNT(*) AS count, MIN(created_at) AS since FROM ( \
                SELECT state, created_at FROM payments \
                WHERE state IN ('created', 'seen', 'underpaid', 'disputed', 'refunding', 'needs_review') \
                LIMIT $1) AS waiting \
            GROUP BY state ORDER BY state";
        self.all(sql(text).bind(most), pile).await
    }

    async fn piled_orders(&mut self, most: u32) -> Result<Vec<Pile>, Failure> {
        // The index begins with the shop, so each shop is asked by itself.
        let text = "SELECT state AS what, COUNT(*) AS count, MIN(since) AS since FROM ( \
                SELECT o.state, COALESCE(o.paid_at, o.created_at) AS since FROM shops s CROSS JOIN orders o \
                WHERE o.shop_id = s.id AND o.state IN ('paid', 'refunding') LIMIT $1) AS waiting \
            GROUP BY state ORDER BY state";
        self.all(sql(text).bind(most), pile).await
    }

    async fn flagged_orders(&mut self, most: u32) -> Result<Vec<Pile>, Failure> {
        let text = "SELECT attention AS what, COUNT(*) AS count, MIN(created_at) AS since FROM ( \
                SELECT attention, created_at FROM orders WHERE attention IS NOT NULL LIMIT $1) AS flagged \
            GROUP BY attention ORDER BY attention";
        self.all(sql(text).bind(most), pile).await
    }

    async fn newest_rates(&mut self) -> Result<Vec<(Currency, Timestamp)>, Failure> {
        let text = "SELECT r.asset, MAX(r.set_at) AS newest FROM rates r JOIN shops s ON s.id = r.shop_id \
            WHERE s.automatic_rates = $1 AND r.sources > 0 GROUP BY r.asset ORDER BY r.asset";
        self.all(sql(text).bind(true), |row| Ok((row.parsed("asset")?, row.moment("newest")?))).await
    }

    async fn ledger_sums(&mut self) -> Result<Vec<(Currency, i64)>, Failure> {
        let text = "SELECT currency, CAST(SUM(ABS(off)) AS BIGINT) AS off FROM ( \
                SELECT currency, SUM(minor) AS off FROM balances GROUP BY shop_id, currency) AS sums \
            GROUP BY currency ORDER BY currency";
        self.all(sql(text), |row| Ok((row.parsed("currency")?, row.int("off")?))).await
    }
}

//! Jobs and lanes.
//!
//! A lane is a row while it has jobs: who holds it, until when, and a fence that rises with each holder. It goes with
//! its last job; a lease of a job that is gone can never be mistaken for a newer one, because the lease names the job.

use super::{
    engine::sql,
    row::{Row, id, json, word},
    unit::Unit,
};
use crate::{
    domain::job::{Lease, QueuedJob},
    error::Failure,
    ids::{JobId, ShopId},
    ports::storage::{QueueReads, QueueWrites},
};
use async_trait::async_trait;
use jiff::Timestamp;
use uuid::Uuid;

/// How often a claim looks for more when others were faster.
const LOOKS: u32 = 3;

fn job(row: &Row) -> Result<QueuedJob, Failure> {
    Ok(QueuedJob {
        id: row.parsed("id")?,
        shop_id: row.parsed("shop_id")?,
        job: row.json("body")?,
        run_at: row.moment("run_at")?,
        attempts: row.small("attempts")?,
        state: row.word("state")?,
        last_error: row.maybe("last_error", Row::text)?,
        key: row.maybe("unique_key", Row::text)?,
    })
}

/// As the column holds it: fences count up from 1 and stay far below 2⁶³.
fn fence(lease: &Lease) -> i64 {
    i64::try_from(lease.fence).unwrap_or(i64::MAX)
}

#[async_trait]
impl QueueReads for Unit {
    async fn next_due(&mut self) -> Result<Option<Timestamp>, Failure> {
        // The first part walks the index only up to the first job whose lane is free; the second looks at the few lanes
        // that are held, and at the first job of each.
        let text = "SELECT MIN(due) AS due FROM ( \
            SELECT (SELECT j.run_at FROM jobs j WHERE j.state = 'ready' AND NOT EXISTS ( \
                    SELECT 1 FROM lanes l WHERE l.lane = j.lane AND l.held_until IS NOT NULL) \
                ORDER BY j.run_at, j.id LIMIT 1) AS due \
            UNION ALL \
            SELECT (SELECT CASE WHEN l.held_until > j.run_at THEN l.held_until ELSE j.run_at END FROM jobs j \
                WHERE j.lane = l.lane AND j.state = 'ready' ORDER BY j.run_at, j.id LIMIT 1) AS due \
            FROM lanes l WHERE l.held_until IS NOT NULL) AS moments";
        Ok(self.one(sql(text), |row| row.maybe("due", Row::moment)).await?.flatten())
    }

    async fn poison_jobs(&mut self, shop: ShopId) -> Result<Vec<QueuedJob>, Failure> {
        let text = "SELECT * FROM jobs WHERE shop_id = $1 AND state = 'poison' ORDER BY id";
        self.all(sql(text).bind(id(shop)), job).await
    }

    async fn count_jobs(&mut self) -> Result<u64, Failure> {
        let count = self.one(sql("SELECT COUNT(*) AS count FROM jobs"), |row| row.int("count")).await?;
        Ok(count.and_then(|count| u64::try_from(count).ok()).unwrap_or(0))
    }
}

#[async_trait]
impl QueueWrites for Unit {
    async fn add_job(&mut self, job: &QueuedJob) -> Result<(), Failure> {
        let text = "INSERT INTO jobs \
            (id, shop_id, lane, name, body, run_at, attempts, state, last_error, unique_key) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
            ON CONFLICT (shop_id, unique_key) WHERE unique_key IS NOT NULL DO NOTHING";
        let bound = sql(text)
            .bind(id(job.id))
            .bind(id(job.shop_id))
            .bind(job.job.lane())
            .bind(job.job.name())
            .bind(json(&job.job)?)
            .bind(job.run_at)
            .bind(job.attempts)
            .bind(word(job.state))
            .bind(job.last_error.clone())
            .bind(job.key.clone());
        self.adds_jobs();
        self.run(bound).await.map(drop)
    }

    async fn claim_jobs(
        &mut self,
        now: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Lease>, Failure> {
        let text = "SELECT * FROM jobs j WHERE j.state = 'ready' AND j.run_at <= $1 \
            AND NOT EXISTS (SELECT 1 FROM lanes l WHERE l.lane = j.lane AND l.held_until > $1) \
            AND NOT EXISTS (SELECT 1 FROM jobs o WHERE o.lane = j.lane AND o.state = 'ready' \
                AND (o.run_at, o.id) < (j.run_at, j.id)) \
            ORDER BY j.run_at, j.id LIMIT $2 /*claim*/";
        let mut leases = Vec::new();
        for _ in 0..LOOKS {
            let wanted = limit.saturating_sub(u32::try_from(leases.len()).unwrap_or(limit));
            let due = self.all(sql(text).bind(now).bind(wanted), job).await?;
            let is_last = due.len() < usize::try_from(wanted).unwrap_or(usize::MAX);
            let before = leases.len();
            let found = due.len();
            for job in due {
                leases.extend(self.take_lane(job, now, until).await?);
            }
            // Others were faster for some of them: those behind come now.
            if is_last || leases.len() - before == found {
                break;
            }
        }
        Ok(leases)
    }

    async fn holds_lease(&mut self, lease: &Lease) -> Result<bool, Failure> {
        let text = "SELECT lane FROM lanes WHERE lane = $1 AND fence = $2 AND job_id = $3 /*lock*/";
        let bound = sql(text).bind(lease.job.job.lane()).bind(fence(lease)).bind(id(lease.job.id));
        Ok(self.one(bound, |row| row.text("lane")).await?.is_some())
    }

    async fn finish_job(&mut self, lease: &Lease) -> Result<(), Failure> {
        if !self.holds_lease(lease).await? {
            return Ok(());
        }
        self.run(sql("DELETE FROM jobs WHERE id = $1").bind(id(lease.job.id))).await?;
        self.free(&lease.job.job.lane()).await
    }

    async fn put_back(&mut self, lease: &Lease, job: &QueuedJob) -> Result<(), Failure> {
        if !self.holds_lease(lease).await? {
            return Ok(());
        }
        let text = "UPDATE jobs SET run_at = $2, attempts = $3, state = $4, last_error = $5 WHERE id = $1";
        let bound = sql(text)
            .bind(id(lease.job.id))
            .bind(job.run_at)
            .bind(job.attempts)
            .bind(word(job.state))
            .bind(job.last_error.clone());
        self.run(bound).await?;
        self.free(&lease.job.job.lane()).await
    }

    async fn lead(
        &mut self,
        task: &str,
        leader: Uuid,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, Failure> {
        let text = "INSERT INTO leaders (task, leader, led_until) VALUES ($1, $2, $3) \
            ON CONFLICT (task) DO UPDATE SET leader = excluded.leader, led_until = excluded.led_until \
            WHERE leaders.leader = excluded.leader OR leaders.led_until <= $4";
        let bound = sql(text).bind(task.to_owned()).bind(leader.to_string()).bind(until).bind(now);
        Ok(self.run(bound).await? > 0)
    }

    async fn free_lanes(&mut self) -> Result<Vec<QueuedJob>, Failure> {
        if !self.is_alone() {
            return Ok(Vec::new());
        }
        let text = "SELECT j.* FROM lanes l JOIN jobs j ON j.id = l.job_id \
            WHERE l.held_until IS NOT NULL ORDER BY j.id";
        let held = self.all(sql(text), job).await?;
        self.run(sql("UPDATE lanes SET job_id = NULL, held_until = NULL")).await?;
        self.run(sql("DELETE FROM leaders")).await?;
        Ok(held)
    }

    async fn retry_job(&mut self, shop: ShopId, of: JobId, at: Timestamp) -> Result<bool, Failure> {
        let text = "UPDATE jobs SET state = 'ready', attempts = 0, run_at = $3 \
            WHERE shop_id = $1 AND id = $2 AND state = 'poison'";
        self.adds_jobs();
        Ok(self.run(sql(text).bind(id(shop)).bind(id(of)).bind(at)).await? > 0)
    }
}

impl Unit {
    /// The lease of a job, unless another worker took its lane meanwhile.
    async fn take_lane(
        &mut self,
        job: QueuedJob,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Lease>, Failure> {
        let text = "INSERT INTO lanes (lane, fence, job_id, held_until) VALUES ($1, 1, $2, $3) \
            ON CONFLICT (lane) DO UPDATE SET fence = lanes.fence + 1, job_id = excluded.job_id, \
            held_until = excluded.held_until \
            WHERE lanes.held_until IS NULL OR lanes.held_until <= $4 RETURNING fence";
        let bound = sql(text).bind(job.job.lane()).bind(id(job.id)).bind(until).bind(now);
        let taken = self.one(bound, |row| row.int("fence")).await?;
        let fence = taken.and_then(|fence| u64::try_from(fence).ok());
        Ok(fence.map(|fence| Lease { job, fence, until }))
    }

    /// A lane goes with its last job.
    async fn free(&mut self, lane: &str) -> Result<(), Failure> {
        let text = "DELETE FROM lanes WHERE lane = $1 AND NOT EXISTS (SELECT 1 FROM jobs WHERE lane = $1)";
        if self.run(sql(text).bind(lane)).await? > 0 {
            return Ok(());
        }
        let text = "UPDATE lanes SET job_id = NULL, held_until = NULL WHERE lane = $1";
        self.run(sql(text).bind(lane)).await.map(drop)
    }
}

//! Jobs and lanes.

use super::Unit;
use crate::{
    domain::job::{JobState, Lease, QueuedJob},
    error::Failure,
    ids::{JobId, ShopId},
    ports::storage::{QueueReads, QueueWrites},
};
use async_trait::async_trait;
use imbl::OrdMap;
use jiff::Timestamp;
use std::collections::BTreeSet;

#[derive(Clone, Default)]
pub(super) struct Queue {
    jobs: OrdMap<JobId, QueuedJob>,
    lanes: OrdMap<String, Lane>,
}

#[derive(Clone, Default)]
struct Lane {
    fence: u64,
    /// Who holds it, and until when.
    held: Option<(JobId, Timestamp)>,
}

impl Queue {
    fn holds(&self, lease: &Lease) -> bool {
        let lane = self.lanes.get(&lease.job.job.lane());
        lane.is_some_and(|lane| {
            lane.fence == lease.fence && lane.held.is_some_and(|(job, _)| job == lease.job.id)
        })
    }

    /// A lane is forgotten with its last job: a lease of a job that is gone can never be mistaken for a newer one.
    fn free(&mut self, name: &str) {
        if self.jobs.values().any(|j| j.job.lane() == name) {
            if let Some(lane) = self.lanes.get_mut(name) {
                lane.held = None;
            }
        } else {
            self.lanes.remove(name);
        }
    }

    fn due(&self, job: &QueuedJob) -> Timestamp {
        let held = self.lanes.get(&job.job.lane()).and_then(|lane| lane.held);
        held.map_or(job.run_at, |(_, until)| until.max(job.run_at))
    }
}

#[async_trait]
impl QueueReads for Unit {
    async fn next_due(&mut self) -> Result<Option<Timestamp>, Failure> {
        let queue = &self.state.queue;
        let ready = queue.jobs.values().filter(|j| j.state == JobState::Ready);
        Ok(ready.map(|j| queue.due(j)).min())
    }

    async fn poison_jobs(&mut self, shop: ShopId) -> Result<Vec<QueuedJob>, Failure> {
        let all = self.state.queue.jobs.values();
        Ok(all.filter(|j| j.shop_id == shop && j.state == JobState::Poison).cloned().collect())
    }

    async fn count_jobs(&mut self) -> Result<u64, Failure> {
        Ok(u64::try_from(self.state.queue.jobs.len()).unwrap_or(u64::MAX))
    }
}

#[async_trait]
impl QueueWrites for Unit {
    async fn add_job(&mut self, job: &QueuedJob) -> Result<(), Failure> {
        self.require_shop(job.shop_id)?;
        let jobs = &self.state.queue.jobs;
        let twin = |other: &QueuedJob| other.shop_id == job.shop_id && other.key == job.key;
        if job.key.is_some() && jobs.values().any(twin) {
            return Ok(());
        }
        let new = !jobs.contains_key(&job.id);
        self.require(new, "this job exists")?;
        self.state.queue.jobs.insert(job.id, job.clone());
        Ok(())
    }

    async fn claim_jobs(
        &mut self,
        now: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Lease>, Failure> {
        let queue = &mut self.state.queue;
        let ready = queue.jobs.values().filter(|j| j.state == JobState::Ready && j.run_at <= now);
        let mut due: Vec<QueuedJob> = ready.cloned().collect();
        due.sort_by_key(|j| (j.run_at, j.id));
        let mut seen = BTreeSet::new();
        let mut leases = Vec::new();
        for job in due {
            if leases.len() >= usize::try_from(limit).unwrap_or(usize::MAX) {
                break;
            }
            let name = job.job.lane();
            let lane = queue.lanes.get(&name).cloned().unwrap_or_default();
            if lane.held.is_some_and(|(_, until)| until > now) || !seen.insert(name.clone()) {
                continue;
            }
            let fence = lane.fence.saturating_add(1);
            queue.lanes.insert(name, Lane { fence, held: Some((job.id, until)) });
            leases.push(Lease { job, fence, until });
        }
        Ok(leases)
    }

    async fn holds_lease(&mut self, lease: &Lease) -> Result<bool, Failure> {
        Ok(self.state.queue.holds(lease))
    }

    async fn finish_job(&mut self, lease: &Lease) -> Result<(), Failure> {
        let queue = &mut self.state.queue;
        if queue.holds(lease) {
            queue.jobs.remove(&lease.job.id);
            queue.free(&lease.job.job.lane());
        }
        Ok(())
    }

    async fn put_back(&mut self, lease: &Lease, job: &QueuedJob) -> Result<(), Failure> {
        let queue = &mut self.state.queue;
        if !queue.holds(lease) {
            return Ok(());
        }
        if let Some(kept) = queue.jobs.get_mut(&lease.job.id) {
            kept.run_at = job.run_at;
            kept.attempts = job.attempts;
            kept.state = job.state;
            kept.last_error.clone_from(&job.last_error);
        }
        queue.free(&lease.job.job.lane());
        Ok(())
    }

    async fn free_lanes(&mut self) -> Result<(), Failure> {
        let lanes = &mut self.state.queue.lanes;
        *lanes =
            lanes.iter().map(|(name, lane)| (name.clone(), Lane { fence: lane.fence, held: None })).collect();
        Ok(())
    }

    async fn retry_job(&mut self, shop: ShopId, id: JobId, at: Timestamp) -> Result<bool, Failure> {
        let job = self.state.queue.jobs.get_mut(&id);
        let Some(job) = job.filter(|j| j.shop_id == shop && j.state == JobState::Poison) else {
            return Ok(false);
        };
        job.state = JobState::Ready;
        job.run_at = at;
        job.attempts = 0;
        Ok(true)
    }
}

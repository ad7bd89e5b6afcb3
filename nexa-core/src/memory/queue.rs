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
use std::{collections::BTreeSet, sync::Arc};
use uuid::Uuid;

#[derive(Clone, Default)]
pub(super) struct Queue {
    jobs: OrdMap<JobId, Kept>,
    lanes: OrdMap<Arc<str>, Lane>,
    /// How many jobs a lane has.
    lengths: OrdMap<Arc<str>, usize>,
    /// Who does what only one may do, and until when.
    leaders: OrdMap<Arc<str>, (Uuid, Timestamp)>,
}

#[derive(Clone)]
struct Kept {
    job: QueuedJob,
    lane: Arc<str>,
}

#[derive(Clone, Default)]
struct Lane {
    fence: u64,
    /// Who holds it, and until when.
    held: Option<(JobId, Timestamp)>,
}

impl Queue {
    /// Every job.
    pub(super) fn every(&self) -> impl Iterator<Item = &QueuedJob> {
        self.jobs.values().map(|kept| &kept.job)
    }

    fn holds(&self, lease: &Lease) -> bool {
        let lane = self.lanes.get(lease.job.job.lane().as_str());
        lane.is_some_and(|lane| {
            lane.fence == lease.fence && lane.held.is_some_and(|(job, _)| job == lease.job.id)
        })
    }

    /// A lane is forgotten with its last job: a lease of a job that is gone can never be mistaken for a newer one.
    fn free(&mut self, name: &str) {
        if self.lengths.contains_key(name) {
            if let Some(lane) = self.lanes.get_mut(name) {
                lane.held = None;
            }
        } else {
            self.lanes.remove(name);
        }
    }

    fn due(&self, kept: &Kept) -> Timestamp {
        let held = self.lanes.get(&kept.lane).and_then(|lane| lane.held);
        held.map_or(kept.job.run_at, |(_, until)| until.max(kept.job.run_at))
    }

    fn add(&mut self, job: QueuedJob) {
        let lane: Arc<str> = job.job.lane().into();
        *self.lengths.entry(Arc::clone(&lane)).or_insert(0) += 1;
        self.jobs.insert(job.id, Kept { job, lane });
    }

    fn remove(&mut self, id: JobId) {
        let Some(kept) = self.jobs.remove(&id) else { return };
        let left = self.lengths.get(&kept.lane).copied().unwrap_or(0).saturating_sub(1);
        if left == 0 {
            self.lengths.remove(&kept.lane);
        } else {
            self.lengths.insert(kept.lane, left);
        }
    }
}

#[async_trait]
impl QueueReads for Unit {
    async fn next_due(&mut self) -> Result<Option<Timestamp>, Failure> {
        let queue = &self.state.queue;
        let ready = queue.jobs.values().filter(|k| k.job.state == JobState::Ready);
        Ok(ready.map(|k| queue.due(k)).min())
    }

    async fn poison_jobs(&mut self, shop: ShopId) -> Result<Vec<QueuedJob>, Failure> {
        let all = self.state.queue.jobs.values().map(|kept| &kept.job);
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
        let twin = |other: &Kept| other.job.shop_id == job.shop_id && other.job.key == job.key;
        if job.key.is_some() && jobs.values().any(twin) {
            return Ok(());
        }
        let new = !jobs.contains_key(&job.id);
        self.require(new, "this job exists")?;
        self.state.queue.add(job.clone());
        Ok(())
    }

    async fn claim_jobs(
        &mut self,
        now: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Lease>, Failure> {
        let queue = &mut self.state.queue;
        let ready = queue.jobs.values().filter(|k| k.job.state == JobState::Ready && k.job.run_at <= now);
        let mut due: Vec<Kept> = ready.cloned().collect();
        due.sort_by_key(|k| (k.job.run_at, k.job.id));
        let mut seen = BTreeSet::new();
        let mut leases = Vec::new();
        for Kept { job, lane: name } in due {
            if leases.len() >= usize::try_from(limit).unwrap_or(usize::MAX) {
                break;
            }
            let lane = queue.lanes.get(&name).cloned().unwrap_or_default();
            if lane.held.is_some_and(|(_, until)| until > now) || !seen.insert(Arc::clone(&name)) {
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
            queue.remove(lease.job.id);
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
            kept.job.run_at = job.run_at;
            kept.job.attempts = job.attempts;
            kept.job.state = job.state;
            kept.job.last_error.clone_from(&job.last_error);
        }
        queue.free(&lease.job.job.lane());
        Ok(())
    }

    async fn lead(
        &mut self,
        task: &str,
        leader: Uuid,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, Failure> {
        let leaders = &mut self.state.queue.leaders;
        let ours = leaders.get(task).is_none_or(|(who, led)| *who == leader || *led <= now);
        if ours {
            leaders.insert(task.into(), (leader, until));
        }
        Ok(ours)
    }

    async fn free_lanes(&mut self) -> Result<Vec<QueuedJob>, Failure> {
        let queue = &mut self.state.queue;
        let held: BTreeSet<JobId> =
            queue.lanes.values().filter_map(|lane| lane.held).map(|(job, _)| job).collect();
        let freed = |(name, lane): (&Arc<str>, &Lane)| (name.clone(), Lane { fence: lane.fence, held: None });
        queue.lanes = queue.lanes.iter().map(freed).collect();
        queue.leaders = OrdMap::new();
        Ok(held.iter().filter_map(|id| queue.jobs.get(id)).map(|kept| kept.job.clone()).collect())
    }

    async fn retry_job(&mut self, shop: ShopId, id: JobId, at: Timestamp) -> Result<bool, Failure> {
        let job = self.state.queue.jobs.get_mut(&id).map(|kept| &mut kept.job);
        let Some(job) = job.filter(|j| j.shop_id == shop && j.state == JobState::Poison) else {
            return Ok(false);
        };
        job.state = JobState::Ready;
        job.run_at = at;
        job.attempts = 0;
        Ok(true)
    }
}

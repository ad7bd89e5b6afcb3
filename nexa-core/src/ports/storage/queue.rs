//! Jobs: the table is the queue.

use super::layer::{reads, writes};
use crate::{
    domain::job::{Lease, QueuedJob},
    error::Failure,
    ids::{JobId, ShopId},
};
use jiff::Timestamp;
use uuid::Uuid;

reads! {
/// Reads of the queue.
pub trait QueueReads {
    /// When the next ready job is due that nobody holds; `None` when there is none. A held lane counts from the end of
    /// its lease.
    async fn next_due(&mut self) -> Result<Option<Timestamp>, Failure>;
    /// Jobs of a shop that failed too often, oldest first.
    async fn poison_jobs(&mut self, shop: ShopId) -> Result<Vec<QueuedJob>, Failure>;
    /// Unfinished jobs of all shops.
    async fn count_jobs(&mut self) -> Result<u64, Failure>;
}
}

writes! {
/// Writes of the queue.
pub trait QueueWrites {
    /// Adds a job. One with a key that an unfinished job has is dropped silently.
    async fn add_job(&mut self, job: &QueuedJob) -> Result<(), Failure>;
    /// Takes due jobs, oldest first, at most one per lane and none in a lane that is held at `now`; each lane is held
    /// until `until` with a fence one higher than before.
    async fn claim_jobs(
        &mut self,
        now: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Lease>, Failure>;
    /// Whether the lease is still ours: the lane's fence is the lease's. To be asked in the transaction that writes
    /// what the job did.
    async fn holds_lease(&mut self, lease: &Lease) -> Result<bool, Failure>;
    /// Takes the job off the queue and frees its lane; nothing happens when the lease was lost.
    async fn finish_job(&mut self, lease: &Lease) -> Result<(), Failure>;
    /// Puts the job back with its new moment, attempts, state and error, and frees its lane; nothing happens when the
    /// lease was lost.
    async fn put_back(&mut self, lease: &Lease, job: &QueuedJob) -> Result<(), Failure>;
    /// Makes `leader` the only one who does this task until `until`, or keeps it so; false, and nothing happens, while
    /// another leads at `now`. What the task is called is the caller's; whoever leads no more says so with a moment that
    /// has come.
    async fn lead(
        &mut self,
        task: &str,
        leader: Uuid,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, Failure>;
    /// Frees every lane and every task of a leader, and gives the jobs that held lanes, by id, however long ago their
    /// leases ran out. For the start of a process: whoever held them is dead. Nothing happens when another process had
    /// the storage open already.
    async fn free_lanes(&mut self) -> Result<Vec<QueuedJob>, Failure>;
    /// Makes a poison job ready again; whether it was there.
    async fn retry_job(&mut self, shop: ShopId, id: JobId, at: Timestamp) -> Result<bool, Failure>;
}
}

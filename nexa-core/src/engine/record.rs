//! Writes an event and what follows from it, in the transaction that made it true.

use super::Core;
use crate::{
    domain::{
        event::{Consequence, Event, react},
        job::{Job, JobState, QueuedJob},
        notice::{Notice, NoticeRecord},
    },
    error::Failure,
    ids::{ShopId, UserId},
    metric::EVENTS,
    ports::storage::Tx,
};
use jiff::Timestamp;

impl Core {
    /// Writes the event, its jobs and its notices.
    pub(super) async fn record(&self, tx: &mut dyn Tx, shop: ShopId, event: Event) -> Result<(), Failure> {
        let now = self.world.now();
        let id = self.world.id();
        tx.insert_event(id, shop, &event, now).await?;
        // A transaction that then fails is counted too; that is seldom, and told by what failed.
        metrics::counter!(EVENTS.name, "event" => event.name()).increment(1);
        self.announce(tx, shop, id, &event).await?;
        for consequence in react(&event, now) {
            match consequence {
                // Without anybody to tell, there is nothing to do.
                Consequence::Do(Job::Alert { .. }, _) if self.notifiers.is_empty() => {}
                Consequence::Do(job, at) => self.enqueue(tx, shop, job, at, None).await?,
                Consequence::Tell(user, notice) => self.tell(tx, shop, user, notice).await?,
            }
        }
        Ok(())
    }

    /// Adds a job; with a key only while no unfinished job has it.
    pub(super) async fn enqueue(
        &self,
        tx: &mut dyn Tx,
        shop: ShopId,
        job: Job,
        at: Timestamp,
        key: Option<String>,
    ) -> Result<(), Failure> {
        let id = self.world.id();
        let queued = QueuedJob {
            id,
            shop_id: shop,
            job,
            run_at: at,
            attempts: 0,
            state: JobState::Ready,
            last_error: None,
            key,
        };
        tx.add_job(&queued).await
    }

    async fn tell(&self, tx: &mut dyn Tx, shop: ShopId, user: UserId, notice: Notice) -> Result<(), Failure> {
        let now = self.world.now();
        let id = self.world.id();
        let record =
            NoticeRecord { id, shop_id: shop, user_id: user, notice, created_at: now, delivered_at: None };
        tx.save_notice(&record).await?;
        if self.notifiers.is_empty() && self.pusher.is_none() {
            return Ok(());
        }
        self.enqueue(tx, shop, Job::Deliver { notice: id }, now, None).await
    }
}

//! Works the queue off. `tick` steps once, for tests and simulations; `run` goes on until told to stop.
//!
//! The jobs table is the queue: a job is claimed with a lease on its lane, so one subscription, payment or server has
//! one writer at a time. A job that fails goes back with a growing pause; after many failures it is poison and the
//! operator sees it.

use super::{
    Core, alert, beside::Tries, broadcast, commissions, expire, figures, hooks, kept, measured, notify,
    provision, rates, recheck, reconcile, refund, restored, returns, scan, supply, upkeep, usage, watch,
};
use crate::{
    domain::{
        event::Event,
        job::{Job, JobState, Lease, MAX_ATTEMPTS, QueuedJob, backoff},
        server::{Server, ServerState},
        time::after,
    },
    error::{Error, Failure, Part, Result, Retry},
    metric::{JOB_TIME, JOBS},
    ports::storage::Tx,
};
use futures::{
    FutureExt, StreamExt,
    future::{Either, select},
    stream::FuturesUnordered,
};
use jiff::{SignedDuration, Timestamp};
use std::{panic::AssertUnwindSafe, pin::pin, sync::Arc};

/// Jobs worked on at the same time.
const AT_ONCE: usize = 16;
/// How long a lane is held, unless the builder says otherwise: longer than any job runs, so a lane is only lost by a crash.
pub(super) const LEASE: SignedDuration = SignedDuration::from_secs(240);
/// The net under the wake-ups.
const SLOW_POLL: SignedDuration = SignedDuration::from_secs(30);
/// The same where other processes write jobs, too: what they say of them may get lost.
const SHARED_POLL: SignedDuration = SignedDuration::from_secs(1);
/// The least pause between two looks at the queue.
const SHORTEST_WAIT: SignedDuration = SignedDuration::from_millis(20);
/// The same after storage failed, so that an outage does not fill the log.
const WAIT_AFTER_ERROR: SignedDuration = SignedDuration::from_secs(1);
/// So many failed looks at a payment follow each other within a minute.
const URGENT_TRIES: u32 = 60;
/// The step of the pauses between tries that is about a minute: 2 to the 6th seconds.
const A_MINUTE: u32 = 6;
/// Letters that are kept of an error: what a panel or gateway said has no bound of its own.
const ERROR_LENGTH: usize = 500;
/// When a new server is compared at the latest.
const FIRST_COMPARED: SignedDuration = SignedDuration::from_mins(10);
/// How often old tokens and answers are forgotten.
const TIDY_EVERY: SignedDuration = SignedDuration::from_hours(1);
/// How long the answers to idempotent requests are kept.
const ANSWERS_KEPT: SignedDuration = SignedDuration::from_hours(48);
/// How long it is remembered which letters came, so that one that comes again says nothing twice, and which strangers were
/// answered.
const LETTERS_KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// What a job came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Next {
    /// Nothing is left to do.
    Done,
    /// Look again then.
    Again(Timestamp),
}

/// Works the queue off. In a server, on a task of its own:
///
/// ```no_run
/// # async fn serve(nexa: nexa_core::Nexa, stop: impl Future<Output = ()>) -> nexa_core::error::Result<()> {
/// let worker = nexa.worker();
/// worker.prepare().await?;
/// worker.run(stop).await;
/// # Ok(())
/// # }
/// ```
pub struct Worker {
    core: Arc<Core>,
}

impl Worker {
    pub(super) fn new(core: Arc<Core>) -> Self {
        Self { core }
    }

    /// To be called once before the first `tick` of a process that has the storage to itself: frees what a former
    /// process held, lets requests that it did not answer be made again, has what it may have been writing to panels
    /// looked at again, and sees to it that every server is read and compared and rates stay fresh.
    pub async fn prepare(&self) -> Result<()> {
        // A worker may be a process of its own, which installed nothing.
        self.core.fits_key(self.core.read().await?.as_mut()).await?;
        let mut tx = self.core.begin().await?;
        for job in tx.free_lanes().await? {
            recheck::after(&self.core, tx.as_mut(), &job).await?;
        }
        tx.delete_unanswered().await?;
        for server in tx.all_servers().await? {
            if server.state != ServerState::Off {
                let every = compared_every(&self.core, &server);
                rounds(&self.core, tx.as_mut(), &server, every).await?;
            }
        }
        for shop in tx.shops().await? {
            rates::keep_fresh(&self.core, tx.as_mut(), &shop).await?;
            figures::keep(&self.core, tx.as_mut(), shop.id).await?;
        }
        Ok(self.core.commit(tx).await?)
    }

    /// Works off what is due now, up to a bound, and tells when the next job is due.
    pub async fn tick(&self) -> Result<Option<Timestamp>> {
        let mut running: FuturesUnordered<_> =
            self.claim(AT_ONCE).await?.into_iter().map(|lease| self.work(lease)).collect();
        while running.next().await.is_some() {}
        Ok(self.core.read().await?.next_due().await?)
    }

    /// Works until `stop` is ready; what is being worked on then is finished, unless the caller drops it.
    pub async fn run(&self, stop: impl Future<Output = ()>) {
        let mut stop = pin!(stop.fuse());
        let mut running = FuturesUnordered::new();
        let mut tidied = Timestamp::MIN;
        loop {
            let woken = self.core.wake.listen();
            let mut full = false;
            let mut wait = SHORTEST_WAIT;
            if running.len() < AT_ONCE {
                let claim = self.claim(AT_ONCE - running.len());
                match beside(&mut running, claim).await {
                    Ok(leases) => {
                        full = running.len() + leases.len() == AT_ONCE;
                        running.extend(leases.into_iter().map(|lease| self.work(lease)));
                    }
                    Err(error) => {
                        tracing::error!(%error, "the queue cannot be read");
                        wait = WAIT_AFTER_ERROR;
                    }
                }
            }
            if self.core.world.now() >= after(tidied, TIDY_EVERY) {
                tidied = self.core.world.now();
                if let Err(error) = beside(&mut running, self.tidy()).await {
                    tracing::warn!(%error, "tidying up failed");
                }
            }
            let idle = pin!(self.idle(woken, full, wait));
            let progress = async {
                if running.next().await.is_none() {
                    futures::future::pending::<()>().await;
                }
            };
            let progress = pin!(progress);
            match select(&mut stop, select(progress, idle)).await {
                Either::Left(_) => break,
                Either::Right(_) => {}
            }
        }
        while running.next().await.is_some() {}
    }

    /// Until a job is due, something was committed here or jobs elsewhere, or the slow poll.
    async fn idle(&self, woken: event_listener::EventListener, full: bool, wait: SignedDuration) {
        let now = self.core.world.now();
        let net = after(now, if self.core.storage.is_shared() { SHARED_POLL } else { SLOW_POLL });
        let due = match self.core.read().await {
            Ok(mut read) if !full => read.next_due().await.ok().flatten(),
            _ => None,
        };
        // A due job that was not claimed waits for its lane, which frees by a wake-up or a lease's end.
        let moment = due.map_or(net, |due| due.clamp(after(now, wait), net));
        let told = self.core.storage.news();
        select(select(woken, told), pin!(self.core.world.sleep_until(moment))).await;
    }

    async fn claim(&self, limit: usize) -> Result<Vec<Lease>> {
        let now = self.core.world.now();
        let due = self.core.read().await?.next_due().await?;
        if due.is_none_or(|due| due > now) {
            return Ok(Vec::new());
        }
        let mut tries = Tries::beside(&self.core);
        loop {
            match claim(tries.begin().await?, (now, after(now, self.core.lease)), limit).await {
                Err(failed) => tries.again(failed.into()).await?,
                Ok(leases) => return Ok(leases),
            }
        }
    }

    async fn work(&self, lease: Lease) {
        let began = self.core.world.now();
        // An adapter that panics must not take the worker with it.
        let job = Box::pin(AssertUnwindSafe(run_job(&self.core, &lease)).catch_unwind());
        let result = match self.core.world.within(deadline(self.core.lease), job).await {
            Some(Ok(result)) => result,
            Some(Err(_)) => Err(Failure { retry: Retry::Later, ..Failure::core("the job panicked") }.into()),
            None => Err(Failure::storage("the job took too long").into()),
        };
        let outcome = self.conclude(&lease, result).await.unwrap_or_else(|error| {
            // The lease runs out by itself, and the job is found again.
            tracing::error!(%error, job = lease.job.job.name(), "a job's end could not be written");
            "lost"
        });
        self.told(&lease, began, outcome);
    }

    /// Counts what a job came to, and says it: neither whose it is nor what is in it.
    fn told(&self, lease: &Lease, began: Timestamp, outcome: &'static str) {
        let job = lease.job.job.name();
        let took = measured::between(began, self.core.world.now());
        metrics::counter!(JOBS.name, "job" => job, "outcome" => outcome).increment(1);
        metrics::histogram!(JOB_TIME.name, "job" => job).record(took);
        let took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        tracing::info!(job, outcome, took_ms, id = %lease.job.id, "job");
    }

    /// Writes down what a job came to, and gives it in a word.
    async fn conclude(&self, lease: &Lease, result: Result<Next>) -> Result<&'static str> {
        let mut tries = Tries::beside(&self.core);
        loop {
            match self.write_end(tries.begin().await?, lease, &result).await {
                Err(failed) => tries.again(failed.into()).await?,
                Ok(outcome) => return Ok(outcome),
            }
        }
    }

    async fn write_end(
        &self,
        mut tx: Box<dyn Tx>,
        lease: &Lease,
        result: &Result<Next>,
    ) -> Result<&'static str, Failure> {
        let outcome = match result {
            Ok(Next::Done) => {
                tx.finish_job(lease).await?;
                "done"
            }
            Ok(Next::Again(at)) => {
                let job = QueuedJob { run_at: *at, attempts: 0, last_error: None, ..lease.job.clone() };
                tx.put_back(lease, &job).await?;
                "again"
            }
            Err(error) => {
                // Whatever else than a panel's answer ended it may have cut off a write, or lost what came of one.
                if !matches!(error, Error::Failed(Failure { part: Part::Panel, .. })) {
                    recheck::after(&self.core, tx.as_mut(), &lease.job).await?;
                }
                let job = self.failed(lease, error);
                tx.put_back(lease, &job).await?;
                let given_up = job.state == JobState::Poison;
                // Of an alert that cannot be posted no other alert could tell.
                if given_up && !matches!(job.job, Job::Alert { .. }) {
                    self.core.record(tx.as_mut(), job.shop_id, Event::JobGivenUp { job: job.id }).await?;
                }
                if given_up { "given_up" } else { "failed" }
            }
        };
        self.core.commit(tx).await?;
        Ok(outcome)
    }

    /// The job with one more failure.
    fn failed(&self, lease: &Lease, error: &Error) -> QueuedJob {
        let attempts = lease.job.attempts.saturating_add(1);
        let retry = match error {
            Error::Refused(_) => Retry::Never,
            Error::Failed(failure) => failure.retry,
            Error::Offline { .. } => Retry::Soon,
        };
        let poison = retry == Retry::Never || (attempts >= MAX_ATTEMPTS && !lease.job.job.is_watch());
        let step = if retry == Retry::Later { attempts.max(5) } else { attempts.saturating_sub(1) };
        // Some gateways give money back that nobody asks about for a quarter of an hour, so the first hour of an outage is
        // no reason to ask more seldom than once a minute.
        let urgent = matches!(lease.job.job, Job::CheckPayment { .. }) && attempts <= URGENT_TRIES;
        let step = if urgent { step.min(A_MINUTE) } else { step };
        let run_at = after(self.core.world.now(), backoff(step, self.core.world.below(1024)));
        let state = if poison { JobState::Poison } else { JobState::Ready };
        let name = lease.job.job.name();
        if poison {
            tracing::error!(%error, job = name, "a job is given up until the operator looks at it");
        } else {
            tracing::warn!(%error, job = name, attempts, %run_at, "a job failed and is tried again");
        }
        QueuedJob {
            run_at,
            attempts,
            state,
            last_error: Some(error.to_string().chars().take(ERROR_LENGTH).collect()),
            ..lease.job.clone()
        }
    }

    async fn tidy(&self) -> Result<(), Failure> {
        let now = self.core.world.now();
        let mut tx = self.core.begin().await?;
        tx.delete_expired_tokens(now).await?;
        tx.delete_old_proofs(now).await?;
        tx.delete_answers(after(now, -ANSWERS_KEPT)).await?;
        tx.delete_letters(after(now, -LETTERS_KEPT)).await?;
        usage::forget(&self.core, tx.as_mut()).await?;
        hooks::forget(&self.core, tx.as_mut()).await?;
        tx.commit().await
    }
}

async fn claim(
    mut tx: Box<dyn Tx>,
    (now, until): (Timestamp, Timestamp),
    limit: usize,
) -> Result<Vec<Lease>, Failure> {
    let leases = tx.claim_jobs(now, until, u32::try_from(limit).unwrap_or(1)).await?;
    tx.commit().await?;
    Ok(leases)
}

/// The longest that one job may take: so much shorter than its lease that its end can be written in time.
fn deadline(lease: SignedDuration) -> SignedDuration {
    lease - lease / 6
}

/// Awaits `future` while the running jobs go on. One of them may hold the only write transaction that `future` waits
/// for: left alone, each would wait for the other.
async fn beside<T>(
    running: &mut FuturesUnordered<impl Future<Output = ()>>,
    future: impl Future<Output = T>,
) -> T {
    let mut future = pin!(future);
    while !running.is_empty() {
        if let Either::Left((value, _)) = select(future.as_mut(), running.next()).await {
            return value;
        }
    }
    future.await
}

async fn run_job(core: &Core, lease: &Lease) -> Result<Next> {
    let shop = lease.job.shop_id;
    match lease.job.job {
        Job::ExpireOrder { order } => expire::expire_order(core, shop, order).await,
        Job::CheckPayment { payment } => watch::check_payment(core, shop, payment).await,
        Job::AskOnce { payment } => watch::check_payment(core, shop, payment).await.map(|_| Next::Done),
        Job::ScanGateway { gateway } => scan::scan_gateway(core, lease, shop, gateway).await,
        Job::ReadCallback { callback } => watch::read_callback(core, callback).await,
        Job::Provision { subscription, order } => {
            provision::provision(core, lease, shop, subscription, order).await
        }
        Job::Refund { order, subscription, to } => {
            refund::refund(core, lease, shop, (order, to), subscription).await
        }
        Job::SendBack { payment } => returns::send_asked(core, lease, shop, payment).await,
        Job::EndSubscription { subscription } => usage::end_subscription(core, shop, subscription).await,
        Job::Upkeep { subscription } => upkeep::upkeep(core, shop, subscription).await,
        Job::SpendWallet { user } => kept::spend_wallet(core, shop, user).await,
        Job::Recheck { subscription } => recheck::recheck(core, lease, shop, subscription).await,
        Job::RewardReferrer { order } => commissions::reward(core, shop, order).await,
        Job::MatureCommission { order } => commissions::mature(core, shop, order).await,
        Job::SyncUsage { server } => usage::sync_usage(core, lease, shop, server).await,
        Job::Reconcile { server } => reconcile::reconcile(core, shop, server).await,
        Job::RefreshRates { .. } => rates::refresh(core, shop).await,
        Job::Broadcast { broadcast } => broadcast::broadcast(core, lease, shop, broadcast).await,
        Job::Bulk { bulk } => super::bulk::bulk(core, lease, shop, bulk).await,
        Job::Deliver { notice } => notify::deliver(core, shop, notice).await,
        Job::IssueInvoices { .. } => supply::issue_invoices(core, shop).await,
        Job::Dun { invoice } => supply::dun(core, shop, invoice).await,
        Job::BuySupplies { shop } => supply::buy_supplies(core, shop).await,
        Job::Alert { alert } => alert::deliver_alert(core, shop, alert).await,
        Job::FollowRestore { shop, made_at } => restored::follow(core, shop, made_at).await,
        Job::RollUp { shop } => figures::roll_up(core, shop).await,
        Job::CallWebhook { delivery, .. } | Job::CallBack { delivery, .. } => {
            hooks::deliver_hook(core, lease, shop, delivery).await
        }
    }
}

/// How often a stored server is compared. One whose configuration cannot be used any more says so when it is.
pub(super) fn compared_every(core: &Core, server: &Server) -> SignedDuration {
    core.panel(server).map_or(FIRST_COMPARED, |panel| panel.profile().compare_every)
}

/// Sees to it that a server is read and compared from now on, as often as its panel says; each exists once.
pub(super) async fn rounds(
    core: &Core,
    tx: &mut dyn Tx,
    of: &Server,
    every: SignedDuration,
) -> Result<(), Failure> {
    let (shop, server, now) = (of.shop_id, of.id, core.world.now());
    core.enqueue(tx, shop, Job::SyncUsage { server }, now, Some(format!("usage:{server}"))).await?;
    let later = after(now, every.min(FIRST_COMPARED));
    core.enqueue(tx, shop, Job::Reconcile { server }, later, Some(format!("reconcile:{server}"))).await
}

#[cfg(test)]
mod tests;

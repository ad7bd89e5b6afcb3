//! Jobs and lanes.

use super::{Bench, cases};
use crate::{
    domain::{
        job::{Job, JobState, Lease, QueuedJob},
        order::RefundTo,
    },
    ids::ShopId,
};
use jiff::Timestamp;
use std::collections::BTreeSet;
use uuid::Uuid;

cases![
    due_jobs_are_claimed_oldest_first,
    a_lane_is_held_by_one_job_at_a_time,
    a_crowded_lane_takes_nothing_from_the_limit,
    a_lease_that_ran_out_can_be_taken_over_with_a_higher_fence,
    a_lost_lease_changes_nothing,
    a_finished_job_is_gone_and_its_lane_free,
    a_job_put_back_comes_again_as_it_was_left,
    a_key_exists_once_among_unfinished_jobs,
    poison_jobs_wait_for_a_person,
    the_next_moment_of_work_is_known,
    lanes_are_freed_and_their_jobs_told,
    concurrent_claims_never_share_a_lane,
    a_job_exists_once,
    a_task_has_one_leader_at_a_time,
];

async fn add(bench: &Bench, jobs: &[&QueuedJob]) {
    let mut tx = bench.tx().await;
    for job in jobs {
        tx.add_job(job).await.unwrap();
    }
    tx.commit().await.unwrap();
}

async fn claim(bench: &Bench, now: Timestamp, until: Timestamp, limit: u32) -> Vec<Lease> {
    let mut tx = bench.tx().await;
    let leases = tx.claim_jobs(now, until, limit).await.unwrap();
    tx.commit().await.unwrap();
    leases
}

fn expire(bench: &Bench, shop: ShopId) -> QueuedJob {
    bench.job(shop, Job::ExpireOrder { order: bench.world.id() })
}

async fn due_jobs_are_claimed_oldest_first(bench: Bench) {
    let (shop, _) = bench.open_shop().await;
    let (one, two, three) = (expire(&bench, shop.id), expire(&bench, shop.id), expire(&bench, shop.id));
    let one = QueuedJob { last_error: Some("timed out".into()), attempts: 3, ..one };
    add(&bench, &[&three, &one, &two]).await;
    assert_eq!(bench.read().await.count_jobs().await.unwrap(), 3);
    let until = bench.in_secs(60);
    let leases = claim(&bench, two.run_at, until, 10).await;
    assert_eq!(leases, [Lease { job: one, fence: 1, until }, Lease { job: two, fence: 1, until }]);
    let leases = claim(&bench, three.run_at, until, 10).await;
    assert_eq!(leases, [Lease { job: three, fence: 1, until }]);
    assert_eq!(claim(&bench, bench.now(), until, 10).await, []);
    let more = [expire(&bench, shop.id), expire(&bench, shop.id)];
    add(&bench, &[&more[0], &more[1]]).await;
    assert_eq!(claim(&bench, bench.now(), bench.in_secs(60), 1).await.len(), 1);
}

async fn a_lane_is_held_by_one_job_at_a_time(bench: Bench) {
    let (shop, _) = bench.open_shop().await;
    let subscription = bench.world.id();
    let one = bench.job(shop.id, Job::Provision { subscription, order: None });
    let two = bench.job(shop.id, Job::EndSubscription { subscription });
    add(&bench, &[&two, &one]).await;
    let until = bench.in_secs(60);
    let leases = claim(&bench, bench.now(), until, 10).await;
    assert_eq!(leases, [Lease { job: one, fence: 1, until }]);
    assert_eq!(claim(&bench, bench.now(), until, 10).await, []);
    let mut tx = bench.tx().await;
    tx.finish_job(&leases[0]).await.unwrap();
    let leases = tx.claim_jobs(bench.now(), until, 10).await.unwrap();
    assert_eq!(leases, [Lease { job: two, fence: 2, until }]);
}

async fn a_crowded_lane_takes_nothing_from_the_limit(bench: Bench) {
    let (shop, _) = bench.open_shop().await;
    let subscription = bench.world.id();
    let crowd = || bench.job(shop.id, Job::EndSubscription { subscription });
    let jobs = [crowd(), crowd(), crowd(), expire(&bench, shop.id)];
    add(&bench, &jobs.iter().collect::<Vec<_>>()).await;
    let leases = claim(&bench, bench.now(), bench.in_secs(60), 2).await;
    let claimed: Vec<_> = leases.iter().map(|lease| lease.job.id).collect();
    assert_eq!(claimed, [jobs[0].id, jobs[3].id]);
}

async fn a_lease_that_ran_out_can_be_taken_over_with_a_higher_fence(bench: Bench) {
    let (shop, _) = bench.open_shop().await;
    add(&bench, &[&expire(&bench, shop.id)]).await;
    let until = bench.in_secs(60);
    let old = claim(&bench, bench.now(), until, 1).await;
    assert!(bench.tx().await.holds_lease(&old[0]).await.unwrap());
    let early = bench.in_secs(59);
    assert_eq!(claim(&bench, early, until, 1).await, []);
    let later = bench.in_secs(120);
    let new = claim(&bench, until, later, 1).await;
    assert_eq!(new, [Lease { fence: 2, until: later, ..old[0].clone() }]);
    let mut tx = bench.tx().await;
    assert!(!tx.holds_lease(&old[0]).await.unwrap());
    assert!(tx.holds_lease(&new[0]).await.unwrap());
}

async fn a_lost_lease_changes_nothing(bench: Bench) {
    let (shop, _) = bench.open_shop().await;
    add(&bench, &[&expire(&bench, shop.id)]).await;
    let old = claim(&bench, bench.now(), bench.in_secs(1), 1).await;
    let new = claim(&bench, bench.in_secs(1), bench.in_secs(60), 1).await;
    let mut tx = bench.tx().await;
    tx.finish_job(&old[0]).await.unwrap();
    let spoilt = QueuedJob { attempts: 9, state: JobState::Poison, ..old[0].job.clone() };
    tx.put_back(&old[0], &spoilt).await.unwrap();
    assert!(tx.holds_lease(&new[0]).await.unwrap());
    assert_eq!(tx.count_jobs().await.unwrap(), 1);
    assert_eq!(tx.poison_jobs(shop.id).await.unwrap(), []);
    // Once more after it was freed, and twice after it was finished.
    tx.put_back(&new[0], &new[0].job).await.unwrap();
    tx.finish_job(&new[0]).await.unwrap();
    assert_eq!(tx.count_jobs().await.unwrap(), 1);
    let last = tx.claim_jobs(bench.in_secs(9), bench.in_secs(60), 1).await.unwrap();
    assert_eq!(last[0].fence, 3);
    tx.finish_job(&last[0]).await.unwrap();
    tx.finish_job(&last[0]).await.unwrap();
    assert!(!tx.holds_lease(&last[0]).await.unwrap());
    assert_eq!(tx.count_jobs().await.unwrap(), 0);
}

async fn a_finished_job_is_gone_and_its_lane_free(bench: Bench) {
    let (shop, _) = bench.open_shop().await;
    let job = expire(&bench, shop.id);
    add(&bench, &[&job]).await;
    let leases = claim(&bench, bench.now(), bench.in_secs(60), 1).await;
    let mut tx = bench.tx().await;
    tx.finish_job(&leases[0]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(bench.read().await.next_due().await.unwrap(), None);
    let next = QueuedJob { id: bench.world.id(), ..job };
    add(&bench, &[&next]).await;
    let again = claim(&bench, bench.now(), bench.in_secs(60), 1).await;
    assert_eq!(again[0].job, next);
    assert!(!bench.tx().await.holds_lease(&leases[0]).await.unwrap());
}

async fn a_job_put_back_comes_again_as_it_was_left(bench: Bench) {
    let (shop, _) = bench.open_shop().await;
    let job = expire(&bench, shop.id);
    add(&bench, &[&job]).await;
    let leases = claim(&bench, bench.now(), bench.in_secs(60), 1).await;
    let left = QueuedJob { run_at: bench.in_secs(30), attempts: 1, last_error: Some("503".into()), ..job };
    let mut tx = bench.tx().await;
    tx.put_back(&leases[0], &left).await.unwrap();
    assert!(!tx.holds_lease(&leases[0]).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(claim(&bench, bench.in_secs(29), bench.in_secs(60), 1).await, []);
    let until = bench.in_secs(90);
    let again = claim(&bench, bench.in_secs(30), until, 1).await;
    assert_eq!(again, [Lease { job: left, fence: 2, until }]);
}

async fn a_key_exists_once_among_unfinished_jobs(bench: Bench) {
    let (shop, _) = bench.open_shop().await;
    let keyed = || QueuedJob { key: Some("usage".into()), ..expire(&bench, shop.id) };
    let (one, two) = (keyed(), keyed());
    add(&bench, &[&one, &two, &expire(&bench, shop.id), &expire(&bench, shop.id)]).await;
    assert_eq!(bench.read().await.count_jobs().await.unwrap(), 3);
    let mut tx = bench.tx().await;
    let leases = tx.claim_jobs(bench.now(), bench.in_secs(60), 1).await.unwrap();
    assert_eq!(leases[0].job, one);
    tx.add_job(&two).await.unwrap();
    assert_eq!(tx.count_jobs().await.unwrap(), 3);
    tx.finish_job(&leases[0]).await.unwrap();
    tx.add_job(&two).await.unwrap();
    assert_eq!(tx.count_jobs().await.unwrap(), 3);
    tx.commit().await.unwrap();
}

async fn poison_jobs_wait_for_a_person(bench: Bench) {
    let (shop, _) = bench.open_shop().await;
    let (one, two) = (expire(&bench, shop.id), expire(&bench, shop.id));
    add(&bench, &[&one, &two]).await;
    let mut tx = bench.tx().await;
    for lease in tx.claim_jobs(bench.now(), bench.in_secs(60), 9).await.unwrap() {
        let spoilt = QueuedJob { state: JobState::Poison, attempts: 40, ..lease.job.clone() };
        tx.put_back(&lease, &spoilt).await.unwrap();
    }
    assert_eq!(tx.claim_jobs(bench.in_secs(99), bench.in_secs(100), 9).await.unwrap(), []);
    assert_eq!(tx.next_due().await.unwrap(), None);
    let poison = |job: &QueuedJob| QueuedJob { state: JobState::Poison, attempts: 40, ..job.clone() };
    assert_eq!(tx.poison_jobs(shop.id).await.unwrap(), [poison(&one), poison(&two)]);
    assert!(!tx.retry_job(bench.world.id(), one.id, bench.now()).await.unwrap());
    assert!(tx.retry_job(shop.id, one.id, bench.in_secs(5)).await.unwrap());
    assert!(!tx.retry_job(shop.id, one.id, bench.in_secs(5)).await.unwrap());
    assert_eq!(tx.poison_jobs(shop.id).await.unwrap(), [poison(&two)]);
    let leases = tx.claim_jobs(bench.in_secs(5), bench.in_secs(60), 9).await.unwrap();
    assert_eq!(leases[0].job, QueuedJob { run_at: bench.in_secs(5), ..one });
}

async fn the_next_moment_of_work_is_known(bench: Bench) {
    let (shop, _) = bench.open_shop().await;
    assert_eq!(bench.read().await.next_due().await.unwrap(), None);
    let (one, two) = (expire(&bench, shop.id), expire(&bench, shop.id));
    add(&bench, &[&two, &one]).await;
    assert_eq!(bench.read().await.next_due().await.unwrap(), Some(one.run_at));
    let until = bench.in_secs(60);
    let leases = claim(&bench, one.run_at, until, 1).await;
    assert_eq!(bench.read().await.next_due().await.unwrap(), Some(two.run_at));
    claim(&bench, two.run_at, bench.in_secs(90), 1).await;
    assert_eq!(bench.read().await.next_due().await.unwrap(), Some(until));
    let mut tx = bench.tx().await;
    tx.finish_job(&leases[0]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(bench.read().await.next_due().await.unwrap(), Some(bench.in_secs(90)));
}

async fn lanes_are_freed_and_their_jobs_told(bench: Bench) {
    let (shop, _) = bench.open_shop().await;
    let subscription = bench.world.id();
    let provision = bench.job(shop.id, Job::Provision { subscription, order: None });
    let (order, subscription) = (bench.world.id(), bench.world.id());
    let refund = bench.job(shop.id, Job::Refund { order, subscription, to: RefundTo::Payer });
    let waiting = bench.job(shop.id, Job::EndSubscription { subscription });
    let (done, left) = (expire(&bench, shop.id), expire(&bench, shop.id));
    add(&bench, &[&provision, &refund, &waiting, &done, &left]).await;
    let leases = claim(&bench, bench.now(), bench.in_secs(1), 9).await;
    let of = |job: &QueuedJob| leases.iter().find(|lease| lease.job.id == job.id).unwrap();
    let mut tx = bench.tx().await;
    tx.finish_job(of(&done)).await.unwrap();
    let spoilt = QueuedJob { state: JobState::Poison, ..left.clone() };
    tx.put_back(of(&left), &spoilt).await.unwrap();
    tx.commit().await.unwrap();
    // Whatever became of their leases since: who held them is gone.
    let mut tx = bench.tx().await;
    let mut held = tx.free_lanes().await.unwrap();
    held.sort_by_key(|job| job.run_at);
    assert_eq!(held, [provision.clone(), refund]);
    assert_eq!(tx.free_lanes().await.unwrap(), [], "told once");
    assert!(!tx.holds_lease(of(&provision)).await.unwrap());
    let again = tx.claim_jobs(bench.now(), bench.in_secs(60), 9).await.unwrap();
    assert!(again.iter().any(|lease| lease.job == provision && lease.fence == 2));
    tx.commit().await.unwrap();
}

async fn concurrent_claims_never_share_a_lane(bench: Bench) {
    let (shop, _) = bench.open_shop().await;
    let jobs: Vec<QueuedJob> = (0..10)
        .flat_map(|_| {
            let subscription = bench.world.id();
            [
                bench.job(shop.id, Job::EndSubscription { subscription }),
                bench.job(shop.id, Job::Provision { subscription, order: None }),
            ]
        })
        .collect();
    add(&bench, &jobs.iter().collect::<Vec<_>>()).await;
    let (now, until) = (bench.now(), bench.in_secs(60));
    let claims = futures::future::join_all((0..8).map(|_| claim(&bench, now, until, 3))).await;
    let leases: Vec<Lease> = claims.into_iter().flatten().collect();
    let lanes: BTreeSet<String> = leases.iter().map(|lease| lease.job.job.lane()).collect();
    assert_eq!((leases.len(), lanes.len()), (10, 10));
}

async fn a_job_exists_once(bench: Bench) {
    let (shop, _) = bench.open_shop().await;
    let job = expire(&bench, shop.id);
    add(&bench, &[&job]).await;
    assert!(bench.tx().await.add_job(&job).await.is_err());
    let elsewhere = expire(&bench, bench.world.id());
    assert!(bench.tx().await.add_job(&elsewhere).await.is_err());
}

async fn a_task_has_one_leader_at_a_time(bench: Bench) {
    let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let lead = async |task, who, from, until| {
        let mut tx = bench.tx().await;
        let leads = tx.lead(task, who, bench.in_secs(from), bench.in_secs(until)).await.unwrap();
        tx.commit().await.unwrap();
        leads
    };
    assert!(lead("bots", one, 0, 30).await);
    assert!(!lead("bots", two, 29, 60).await, "another leads");
    assert!(lead("other", two, 29, 60).await, "which is said of one task");
    assert!(lead("bots", one, 20, 50).await, "whoever leads goes on");
    assert!(!lead("bots", two, 49, 80).await);
    assert!(lead("bots", two, 50, 80).await, "until the end is reached");
    assert!(!lead("bots", one, 51, 90).await);
    assert!(lead("bots", two, 51, 51).await && lead("bots", one, 51, 90).await, "or it is given up");
    let mut tx = bench.tx().await;
    tx.free_lanes().await.unwrap();
    assert!(tx.lead("bots", two, bench.in_secs(52), bench.in_secs(60)).await.unwrap(), "whoever led is dead");
    drop(tx);
    assert!(!lead("bots", two, 52, 60).await, "which was never committed");
}

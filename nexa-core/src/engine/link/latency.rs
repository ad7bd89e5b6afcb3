//! How long a customer's own device took to reach the servers, as an app reports it. Kept in memory only.

use super::{living, placed};
use crate::{
    domain::{placement::Reach, refusal::Refusal, time::after},
    engine::Core,
    error::Result,
    frontdesk::LatencyReport,
    ids::{ServerId, SubscriptionId},
};
use jiff::{SignedDuration, Timestamp};
use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, PoisonError},
};

/// Subscriptions remembered at most; beyond that the one that reported longest ago is forgotten.
const BOUND: usize = 10_000;
/// Reports remembered of one server; their median counts.
const REPORTS: usize = 5;
/// How long reports count: somebody may have moved.
const FRESH: SignedDuration = SignedDuration::from_hours(24);
/// Most servers in one report.
pub(crate) const MOST_SERVERS: usize = 50;
/// Longer than this is as good as never.
const LONGEST_MS: u32 = 10_000;

type Reports = BTreeMap<ServerId, VecDeque<u32>>;

/// The reports of all customers.
#[derive(Default)]
pub(super) struct Latencies {
    by_subscription: Mutex<BTreeMap<SubscriptionId, (Timestamp, Reports)>>,
}

impl Latencies {
    fn note(&self, of: SubscriptionId, reports: &[(ServerId, Option<u32>)], now: Timestamp) {
        let mut all = self.by_subscription.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= BOUND && !all.contains_key(&of) {
            let oldest = all.iter().min_by_key(|(_, (at, _))| *at).map(|(id, _)| *id);
            oldest.and_then(|id| all.remove(&id));
        }
        let (at, known) = all.entry(of).or_insert_with(|| (now, Reports::new()));
        if now >= after(*at, FRESH) {
            known.clear();
        }
        *at = now;
        for (server, took) in reports {
            let last = known.entry(*server).or_default();
            last.push_back(took.unwrap_or(u32::MAX));
            if last.len() > REPORTS {
                last.pop_front();
            }
        }
    }

    pub(super) fn reach(&self, of: SubscriptionId, server: ServerId, now: Timestamp) -> Reach {
        let all = self.by_subscription.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = all.get(&of).filter(|(at, _)| now < after(*at, FRESH));
        let Some(last) = fresh.and_then(|(_, known)| known.get(&server)) else { return Reach::Unknown };
        let mut sorted: Vec<u32> = last.iter().copied().collect();
        sorted.sort_unstable();
        match sorted.get(sorted.len().saturating_sub(1) / 2) {
            Some(&u32::MAX) => Reach::Never,
            Some(&took) => Reach::Took(took),
            None => Reach::Unknown,
        }
    }
}

/// Notes what a customer's device measured. Servers that do not serve the subscription are left out.
pub(crate) async fn report_latency(core: &Core, token: &str, reports: &[LatencyReport]) -> Result<()> {
    let mut read = core.read().await?;
    let of = living(core, read.as_mut(), &token.to_lowercase()).await?;
    if reports.is_empty() || reports.len() > MOST_SERVERS {
        return Err(Refusal::bad_input("reports", "1 to 50").into());
    }
    let placed = placed(read.as_mut(), &of).await?;
    let meant = |report: &LatencyReport| {
        let mut here = placed.iter().map(|(server, _)| server);
        let server = here.find(|s| s.name == report.server || s.id.to_string() == report.server)?;
        Some((server.id, report.ms.filter(|ms| *ms <= LONGEST_MS)))
    };
    let known: Vec<_> = reports.iter().filter_map(meant).collect();
    core.links.latencies.note(of.id, &known, core.world.now());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn ids() -> (SubscriptionId, ServerId) {
        (Uuid::from_u128(1).into(), Uuid::from_u128(2).into())
    }

    #[test]
    fn the_median_of_the_last_reports_counts() {
        let (latencies, (of, server), now) = (Latencies::default(), ids(), Timestamp::UNIX_EPOCH);
        assert_eq!(latencies.reach(of, server, now), Reach::Unknown);
        for took in [Some(9_000), Some(90), Some(100), None, Some(110)] {
            latencies.note(of, &[(server, took)], now);
        }
        assert_eq!(latencies.reach(of, server, now), Reach::Took(110));
        for _ in 0..3 {
            latencies.note(of, &[(server, None)], now);
        }
        assert_eq!(latencies.reach(of, server, now), Reach::Never);
        assert_eq!(latencies.reach(of, server, after(now, FRESH)), Reach::Unknown, "old news");
    }

    #[test]
    fn the_memory_is_bounded() {
        let (latencies, (_, server), now) = (Latencies::default(), ids(), Timestamp::UNIX_EPOCH);
        for number in 0..=BOUND {
            let at = after(now, SignedDuration::from_millis(i64::try_from(number).unwrap()));
            let of = Uuid::from_u128(u128::try_from(number).unwrap() + 1).into();
            latencies.note(of, &[(server, Some(1))], at);
        }
        let held = latencies.by_subscription.lock().unwrap();
        assert!(held.len() == BOUND && !held.contains_key(&Uuid::from_u128(1).into()));
    }
}

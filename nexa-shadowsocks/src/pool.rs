//! Which of the node's addresses is whose. Pure.

use crate::store::Lease;
use std::{collections::BTreeMap, net::IpAddr, time::Duration};

/// What is known of the node's addresses.
pub type Leases = BTreeMap<IpAddr, Lease>;

/// The address that `holder` has, if it has one.
#[must_use]
pub fn of(leases: &Leases, holder: &str) -> Option<IpAddr> {
    leases.iter().find(|(_, lease)| lease.released_at.is_none() && lease.holder == holder).map(|(at, _)| *at)
}

/// The address that `holder` is to have: the one it has, else the one it had, else one that is free and rested, longest
/// first. `None` when there is none.
#[must_use]
pub fn choose(
    pool: &[IpAddr],
    leases: &Leases,
    holder: &str,
    now: i64,
    cool_down: Duration,
) -> Option<IpAddr> {
    if let Some(own) = of(leases, holder).filter(|own| pool.contains(own)) {
        return Some(own);
    }
    let rest = i64::try_from(cool_down.as_millis()).unwrap_or(i64::MAX);
    let free = |at: &&IpAddr| match leases.get(*at) {
        None => true,
        Some(lease) if lease.holder == holder => true,
        Some(lease) => lease.released_at.is_some_and(|since| now.saturating_sub(since) >= rest),
    };
    pool.iter()
        .filter(free)
        .min_by_key(|at| match leases.get(*at) {
            Some(lease) if lease.holder == holder => i64::MIN,
            Some(lease) => lease.released_at.unwrap_or(i64::MAX),
            None => i64::MIN + 1,
        })
        .copied()
}

/// How many addresses could be leased now.
#[must_use]
pub fn free(pool: &[IpAddr], leases: &Leases, now: i64, cool_down: Duration) -> usize {
    let rest = i64::try_from(cool_down.as_millis()).unwrap_or(i64::MAX);
    let free = |at: &&IpAddr| {
        leases.get(*at).is_none_or(|l| l.released_at.is_some_and(|since| now.saturating_sub(since) >= rest))
    };
    pool.iter().filter(free).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    const REST: Duration = Duration::from_secs(10);

    fn lease(holder: &str, released_at: Option<i64>) -> Lease {
        Lease { holder: holder.to_owned(), released_at }
    }

    #[test]
    fn an_address_has_one_holder_and_rests_between_two() {
        let (one, two): (IpAddr, IpAddr) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        let pool = [one, two];
        let mut leases = Leases::new();
        assert_eq!(choose(&pool, &leases, "a", 0, REST), Some(one));
        leases.insert(one, lease("a", None));
        assert_eq!(choose(&pool, &leases, "a", 0, REST), Some(one), "again the same");
        assert_eq!(choose(&pool, &leases, "b", 0, REST), Some(two));
        leases.insert(two, lease("b", None));
        assert_eq!((choose(&pool, &leases, "c", 0, REST), free(&pool, &leases, 0, REST)), (None, 0));
        leases.insert(one, lease("a", Some(1_000)));
        assert_eq!(choose(&pool, &leases, "c", 5_000, REST), None, "it rests");
        assert_eq!(choose(&pool, &leases, "a", 5_000, REST), Some(one), "its last holder may come back");
        assert_eq!(choose(&pool, &leases, "c", 11_000, REST), Some(one));
        assert_eq!(free(&pool, &leases, 11_000, REST), 1);
        assert_eq!(of(&leases, "b"), Some(two));
        assert_eq!(of(&leases, "a"), None);
        assert_eq!(choose(&[two], &leases, "a", 5_000, REST), None, "no longer an address of this node");
    }
}

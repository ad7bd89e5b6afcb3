//! What links need often and what changes seldom, kept in memory: decisions of shops, loads of servers, and how long
//! customers' devices took to reach them. All of it is bounded, and nothing of it is needed after a restart.

use super::latency::Latencies;
use crate::{
    domain::{
        link::{rules::Rules, settings::LinkSettings},
        placement::Reach,
        time::after,
    },
    engine::Core,
    error::Result,
    ids::{GroupId, ServerId, ShopId, SubscriptionId},
    metric::LINK_MEMORY,
    ports::storage::Read,
};
use jiff::{SignedDuration, Timestamp};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// How long another process's change of a shop's decisions may stay unseen here.
const DECISIONS: SignedDuration = SignedDuration::from_secs(10);
/// The same, where processes tell each other and can.
const TOLD: SignedDuration = SignedDuration::from_secs(1);
/// How long an edition is told: longer than anybody remembers decisions or documents that were made by them.
const EDITION: Duration = Duration::from_mins(1);
/// How old a load may be by which servers are shown.
const LOADS: SignedDuration = SignedDuration::from_mins(1);

/// A shop's decisions on its links, ready to be used.
pub(crate) struct Decided {
    pub(super) settings: LinkSettings,
    pub(super) rules: Rules,
    /// Which edition of them this is, where processes tell each other.
    pub(super) edition: Option<Vec<u8>>,
}

impl Decided {
    fn of(settings: LinkSettings, edition: Option<Vec<u8>>) -> Self {
        // What does not hold any more after an update is as good as none.
        let rules = settings.rules.clone().and_then(|rules| Rules::new(rules).ok());
        Self { rules: rules.unwrap_or_else(Rules::standard), settings, edition }
    }
}

type Kept<K, V> = Mutex<BTreeMap<K, (Timestamp, Arc<V>)>>;

/// The memory.
#[derive(Default)]
pub(crate) struct Book {
    decided: Kept<ShopId, Decided>,
    /// The editions of decisions that the other processes told last.
    editions: Kept<ShopId, Option<Vec<u8>>>,
    loads: Kept<GroupId, BTreeMap<ServerId, u32>>,
    pub(super) latencies: Latencies,
}

fn edition_of(shop: ShopId) -> String {
    format!("decisions|{shop}")
}

fn find<K: Ord, V>(
    what: &'static str,
    kept: &Kept<K, V>,
    key: &K,
    now: Timestamp,
    fresh: SignedDuration,
) -> Option<Arc<V>> {
    let kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    let found = kept.get(key).filter(|(at, _)| now < after(*at, fresh)).map(|(_, value)| Arc::clone(value));
    let outcome = if found.is_some() { "hit" } else { "miss" };
    metrics::counter!(LINK_MEMORY.name, "what" => what, "outcome" => outcome).increment(1);
    found
}

fn size<K, V>(kept: &Kept<K, V>) -> usize {
    kept.lock().unwrap_or_else(PoisonError::into_inner).len()
}

fn keep<K: Ord, V>(kept: &Kept<K, V>, key: K, now: Timestamp, value: V) -> Arc<V> {
    let value = Arc::new(value);
    kept.lock().unwrap_or_else(PoisonError::into_inner).insert(key, (now, Arc::clone(&value)));
    value
}

impl Book {
    /// How much it holds, by what.
    pub(in crate::engine) fn sizes(&self) -> [(&'static str, usize); 2] {
        [("decisions", size(&self.decided)), ("loads", size(&self.loads))]
    }

    /// A shop's decisions.
    pub(crate) async fn decided(
        &self,
        core: &Core,
        read: &mut dyn Read,
        shop: ShopId,
    ) -> Result<Arc<Decided>> {
        let now = core.world.now();
        if let Some(known) = find("decisions", &self.decided, &shop, now, DECISIONS) {
            return Ok(known);
        }
        // None while nobody asked: then the first who asks looks once more.
        let edition =
            find("editions", &self.editions, &shop, now, DECISIONS).and_then(|edition| (*edition).clone());
        let settings = read.link_settings(shop).await?.unwrap_or_default();
        Ok(keep(&self.decided, shop, now, Decided::of(settings, edition)))
    }

    /// Asks, at most once a second, whether another process has changed a shop's decisions, and then forgets them.
    pub(super) async fn renew(&self, core: &Core, shop: ShopId) {
        let now = core.world.now();
        if find("editions", &self.editions, &shop, now, TOLD).is_some() {
            return;
        }
        let edition = core.shared.find(&edition_of(shop)).await;
        self.forget_others(shop, edition.as_deref());
        keep(&self.editions, shop, now, edition);
    }

    /// Forgets a shop's decisions, here and elsewhere: they have changed.
    pub(super) async fn changed(&self, core: &Core, shop: ShopId) {
        self.forget(shop);
        if core.shared.keeps() {
            let edition = core.world.bytes::<16>();
            core.shared.keep(&edition_of(shop), &edition, EDITION).await;
            keep(&self.editions, shop, core.world.now(), Some(edition.to_vec()));
        }
    }

    /// Forgets a shop's decisions unless they are of this edition.
    fn forget_others(&self, shop: ShopId, edition: Option<&[u8]>) {
        let mut decided = self.decided.lock().unwrap_or_else(PoisonError::into_inner);
        if decided.get(&shop).is_some_and(|(_, known)| known.edition.as_deref() != edition) {
            decided.remove(&shop);
        }
    }

    fn forget(&self, shop: ShopId) {
        self.decided.lock().unwrap_or_else(PoisonError::into_inner).remove(&shop);
    }

    /// How many subscriptions each server of a group holds, about.
    pub(super) async fn loads(
        &self,
        core: &Core,
        read: &mut dyn Read,
        shop: ShopId,
        group: GroupId,
    ) -> Result<Arc<BTreeMap<ServerId, u32>>> {
        let now = core.world.now();
        if let Some(known) = find("loads", &self.loads, &group, now, LOADS) {
            return Ok(known);
        }
        let loads = read.loads(shop, group).await?.into_iter().collect();
        Ok(keep(&self.loads, group, now, loads))
    }

    /// How this customer reaches a server.
    pub(super) fn reach(&self, of: SubscriptionId, server: ServerId, now: Timestamp) -> Reach {
        self.latencies.reach(of, server, now)
    }
}

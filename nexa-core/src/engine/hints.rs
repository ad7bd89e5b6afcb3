//! Hints: somebody says that there is news of a payment. What they say counts for nothing; the gateway is asked, at most
//! once in two seconds for each payment, however many hints come and whoever sends them.

use super::{Core, beside::Tries};
use crate::{
    domain::{job::Job, time::after},
    error::Result,
    ids::{GatewayId, PaymentId, ShopId},
    ports::storage::Tx,
};
use jiff::{SignedDuration, Timestamp};
use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

/// How far apart two looks at one payment are.
const PAUSE: SignedDuration = SignedDuration::from_secs(2);
/// Payments remembered at most; beyond that the one whose look is the longest ago is forgotten.
const BOUND: usize = 10_000;
/// Looks that may wait for one payment: those of more time than a gateway may take to answer, so that no hint is taken
/// for one that is being followed already.
const SLOTS: i64 = 30;

/// When payments were looked at last because of a hint.
#[derive(Default)]
pub(super) struct Hinted(Mutex<BTreeMap<PaymentId, Timestamp>>);

impl Hinted {
    /// When to look: now, or when the pause after the last look is over.
    fn look_at(&self, payment: PaymentId, now: Timestamp) -> Timestamp {
        let mut looks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if looks.len() >= BOUND && !looks.contains_key(&payment) {
            let first = looks.iter().min_by_key(|(_, at)| **at).map(|(id, _)| *id);
            first.and_then(|id| looks.remove(&id));
        }
        let last = looks.get(&payment).copied();
        // One that is still to come is this hint's too.
        let at = last.map_or(now, |last| if last > now { last } else { now.max(after(last, PAUSE)) });
        looks.insert(payment, at);
        at
    }
}

/// Follows hints about payments of a gateway; what nobody waits for leaves no trace.
pub(super) async fn follow(
    core: &Core,
    shop: ShopId,
    gateway: GatewayId,
    references: &[String],
) -> Result<()> {
    let mut read = core.read().await?;
    let mut about = Vec::new();
    for reference in references {
        let payment = read.payment_by_reference(gateway, reference).await?;
        about.extend(payment.filter(|p| p.shop_id == shop).map(|p| p.id));
    }
    drop(read);
    if about.is_empty() {
        return Ok(());
    }
    // Once, however often it is tried: each look that is planned moves the next one.
    let now = core.world.now();
    let looks: Vec<_> =
        about.into_iter().map(|payment| (payment, core.hinted.look_at(payment, now))).collect();
    let mut tries = Tries::beside(core);
    while let Err(error) = ask_all(core, tries.begin().await?, shop, &looks).await {
        tries.again(error).await?;
    }
    Ok(())
}

async fn ask_all(
    core: &Core,
    mut tx: Box<dyn Tx>,
    shop: ShopId,
    looks: &[(PaymentId, Timestamp)],
) -> Result<()> {
    for (payment, at) in looks {
        ask_at(core, tx.as_mut(), shop, (*payment, *at)).await?;
    }
    Ok(core.commit(tx).await?)
}

/// Has the gateway asked about a payment, beside the watch that goes on.
pub(super) async fn ask(core: &Core, tx: &mut dyn Tx, shop: ShopId, payment: PaymentId) -> Result<()> {
    let at = core.hinted.look_at(payment, core.world.now());
    ask_at(core, tx, shop, (payment, at)).await
}

async fn ask_at(
    core: &Core,
    tx: &mut dyn Tx,
    shop: ShopId,
    (payment, at): (PaymentId, Timestamp),
) -> Result<()> {
    let slot = (at.as_second() / PAUSE.as_secs()).rem_euclid(SLOTS);
    Ok(core.enqueue(tx, shop, Job::AskOnce { payment }, at, Some(format!("ask:{payment}:{slot}"))).await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn at(millis: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_millis(millis)
    }

    #[test]
    fn the_first_hint_is_followed_at_once_and_a_flood_every_two_seconds() {
        let (hinted, one) = (Hinted::default(), PaymentId::from(Uuid::from_u128(1)));
        assert_eq!(hinted.look_at(one, at(0)), at(0));
        let looks: std::collections::BTreeSet<_> =
            (1..10_000).map(|millis| hinted.look_at(one, at(millis))).collect();
        assert_eq!(looks.into_iter().collect::<Vec<_>>(), [2000, 4000, 6000, 8000, 10_000].map(at));
        assert_eq!(hinted.look_at(PaymentId::from(Uuid::from_u128(2)), at(5)), at(5), "another payment");
        assert_eq!(hinted.look_at(one, at(60_000)), at(60_000), "after a while at once again");
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let hinted = Hinted::default();
        for id in 0..20_000_u32 {
            hinted.look_at(PaymentId::from(Uuid::from_u128(id.into())), at(i64::from(id)));
        }
        assert_eq!(hinted.0.lock().unwrap().len(), BOUND);
    }
}

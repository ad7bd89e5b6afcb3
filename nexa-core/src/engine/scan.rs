//! Reading a gateway's book onward: one call for all payments that wait at it, instead of one for each.
//!
//! What is new is settled first and the mark moves after, in a transaction of its own. A crash in between reads the same
//! stretch again, which is harmless; an error of the gateway leaves the mark where it is. Whether transfers that are
//! known still stand is asked by `watch.rs`, payment by payment.

use super::{
    Core,
    watch::{ask, failed, settle},
    worker::Next,
};
use crate::{
    domain::{
        gateway::{Confirm, GatewayAccount, ScanMark},
        job::{Job, Lease},
        payment::{Observation, Payment},
        refusal::Refusal,
        schedule::next_scan,
        time::after,
    },
    error::{Error, Failure, Result, Retry},
    ids::{GatewayId, Id as _, PaymentId, ShopId},
    ports::{
        gateway::{Expected, Gateway, Scan},
        storage::{Page, Read, Tx},
    },
};
use jiff::SignedDuration;
use std::collections::BTreeMap;

/// Payments that one call asks for.
const AT_ONCE: usize = 2_000;
/// A payment's last reading is after the end of its watch, so that what came just before is seen.
const AFTER_THE_END: SignedDuration = SignedDuration::from_mins(15);
/// When a gateway is read first after a payment was reserved at it.
const FIRST: SignedDuration = SignedDuration::from_secs(15);
/// Readings of several gateways are spread over so many milliseconds.
const SPREAD: u64 = 4_000;

/// Sees to it that the gateway's book is read from now on; the job exists once.
pub(super) async fn begin(core: &Core, tx: &mut dyn Tx, shop: ShopId, id: GatewayId) -> Result<(), Failure> {
    let at = after(core.world.now(), FIRST);
    core.enqueue(tx, shop, Job::ScanGateway { gateway: id }, at, Some(format!("scan:{id}"))).await
}

/// Reads the book of a gateway onward and settles what is new in it.
pub(super) async fn scan_gateway(core: &Core, lease: &Lease, shop: ShopId, id: GatewayId) -> Result<Next> {
    let mut read = core.read().await?;
    let shop = core.shop(read.as_mut(), shop).await?;
    let Some(account) = read.gateway(shop.id, id).await? else { return Ok(Next::Done) };
    let watched = watched(core, read.as_mut(), &account).await?;
    let mark = read.scan_mark(shop.id, id).await?.filter(|mark| mark.version == account.version);
    drop(read);
    let Some(wait) = next_scan(&watched, core.world.now()) else { return end(core, lease, &account).await };
    let next = Next::Again(after(core.world.now(), wait + spread(core)));
    // A configuration that cannot be used now may be mended, and the money that came meanwhile is still there.
    let gateway = core.gateway(&shop, &account).map_err(|error| match error {
        Error::Refused(_) => failed("the gateway's configuration cannot be used", Retry::Later),
        failed => failed,
    })?;
    if gateway.profile().confirm != Confirm::Scan {
        return Ok(next);
    }
    let waiting: Vec<_> = watched.iter().filter_map(expected).collect();
    let from = mark.as_ref().and_then(|mark| mark.from.as_deref());
    let reached = read_on(core, gateway.as_ref(), &account, &waiting, from).await?;
    keep(core, lease, &account, mark, reached).await?;
    Ok(next)
}

fn spread(core: &Core) -> SignedDuration {
    SignedDuration::from_millis(i64::try_from(core.world.below(SPREAD)).unwrap_or(0))
}

/// What the gateway needs to know of a payment; one that is not opened yet has no name there.
fn expected(payment: &Payment) -> Option<(PaymentId, Expected)> {
    let reference = payment.reference.clone()?;
    Some((payment.id, Expected { reference, due: payment.due, since: payment.created_at }))
}

async fn watched(
    core: &Core,
    read: &mut dyn Read,
    account: &GatewayAccount,
) -> Result<Vec<Payment>, Failure> {
    let now = after(core.world.now(), -AFTER_THE_END);
    let mut page = Page { before: None, limit: Page::MOST };
    let mut all = Vec::new();
    loop {
        let slice = read.watched_payments(account.shop_id, account.id, now, page).await?;
        let Some(last) = slice.last() else { return Ok(all) };
        page.before = Some(last.id.uuid());
        all.extend(slice);
    }
}

/// Asks for all who wait and settles what came for them; gives where the first call ended, or nothing if nobody waits.
async fn read_on(
    core: &Core,
    gateway: &dyn Gateway,
    account: &GatewayAccount,
    waiting: &[(PaymentId, Expected)],
    from: Option<&str>,
) -> Result<Option<String>> {
    let mut reached = None;
    for some in waiting.chunks(AT_ONCE) {
        let asked: Vec<_> = some.iter().map(|(_, expected)| expected.clone()).collect();
        let Scan { seen, cursor } = ask(core, gateway.scan(&asked, from, core.world.now())).await?;
        let named: BTreeMap<_, _> = some.iter().map(|(id, e)| (e.reference.as_str(), *id)).collect();
        let mut by_payment: BTreeMap<PaymentId, Vec<Observation>> = BTreeMap::new();
        for one in seen {
            if let Some(payment) = named.get(one.reference.as_str()) {
                by_payment.entry(*payment).or_default().push(one);
            }
        }
        for (payment, seen) in by_payment {
            settle_news(core, account, payment, &seen).await?;
        }
        reached.get_or_insert(cursor);
    }
    Ok(reached)
}

/// Settles what is not written down yet: a stretch is read more than once.
async fn settle_news(
    core: &Core,
    account: &GatewayAccount,
    payment: PaymentId,
    seen: &[Observation],
) -> Result<()> {
    let mut read = core.read().await?;
    let mut news = false;
    for one in seen {
        let known = read.movement(&one.family, &one.movement).await?;
        news |= !known.is_some_and(|known| {
            known.payment_id == payment
                && (known.amount, known.finality, &known.anchor) == (one.amount, one.finality, &one.anchor)
        });
    }
    drop(read);
    if !news {
        return Ok(());
    }
    match settle(core, account.shop_id, payment, seen).await {
        Ok(_) => Ok(()),
        // Final for this payment, and no reason to leave the others unread.
        Err(Error::Refused(refusal)) => {
            tracing::error!(%payment, refusal = Refusal::code(&refusal), "a transfer could not be settled");
            Ok(())
        }
        Err(failed) => Err(failed),
    }
}

/// Moves the mark; forgets it when nobody waits, so that the next to come does not have to wait for a long way.
async fn keep(
    core: &Core,
    lease: &Lease,
    account: &GatewayAccount,
    old: Option<ScanMark>,
    reached: Option<String>,
) -> Result<()> {
    if old.is_none() && reached.is_none() {
        return Ok(());
    }
    let mark = reached.map(|reached| ScanMark {
        version: account.version,
        from: old.map(|old| old.reached),
        reached,
    });
    let mut tx = core.begin().await?;
    if tx.holds_lease(lease).await? {
        tx.save_scan_mark(account.shop_id, account.id, mark.as_ref()).await?;
    }
    Ok(core.commit(tx).await?)
}

/// Ends the job in the transaction that sees that nobody waits: a payment that is reserved after it begins a new one.
async fn end(core: &Core, lease: &Lease, account: &GatewayAccount) -> Result<Next> {
    let mut tx = core.begin().await?;
    if !watched(core, tx.as_read(), account).await?.is_empty() {
        return Ok(Next::Again(core.world.now()));
    }
    if tx.holds_lease(lease).await? {
        tx.save_scan_mark(account.shop_id, account.id, None).await?;
        tx.finish_job(lease).await?;
    }
    core.commit(tx).await?;
    Ok(Next::Done)
}

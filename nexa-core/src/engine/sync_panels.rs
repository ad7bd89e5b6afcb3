//! Brings the panels to what one subscription wants. The one place that writes to panels.
//!
//! Runs under the subscription's lease. Each call states an absolute wish that was committed before, so repeating it
//! after a crash is harmless. What came out is written in one transaction that asks for the lease again.

use super::{
    Core, ServerPanel,
    beside::Tries,
    provision::{fulfil, is_revoked, undelivered},
    recheck,
    supply::home,
    usage::{Reading, consume},
};
use crate::{
    domain::{
        grant::{Grant, GrantRecord, GrantState},
        job::Lease,
        link::Format,
        measure::Traffic,
        refusal::Refusal,
        server::ServerState,
        subscription::Subscription,
    },
    error::{Failure, Part, Result, Retry},
    ids::{OrderId, ServerId, ShopId, SubscriptionId},
    ports::{
        outcome::Outcome,
        panel::Panel,
        storage::{Document, Tx},
    },
};
use futures::future::join_all;

/// What the panels hold now.
#[derive(Debug, Default)]
pub(super) struct Report {
    /// Servers verified to hold the newest wish.
    pub(super) current: usize,
    /// Servers that still do not.
    pub(super) behind: usize,
    /// A panel refused what was sold.
    pub(super) rejected: bool,
    /// The order that it was for is over.
    pub(super) fulfilled: bool,
    /// What went wrong last, for the operator.
    pub(super) problem: Option<String>,
}

/// What one call came to.
struct Written {
    record: GrantRecord,
    document: Option<String>,
    outcome: Outcome<()>,
    /// A write stayed unclear, even if the panel shows it: it may yet take effect, over what comes after it.
    doubt: bool,
    /// The last counter of an identity that goes: nothing reads it afterwards.
    last: Option<Reading>,
}

/// What one write came to, and whether it may take effect later than that.
struct Sent {
    outcome: Outcome<()>,
    doubt: bool,
}

/// Sends every grant that is not as it should be, and keeps what was verified: in one go with the end of the order, if a
/// server holds what it gives.
pub(super) async fn sync(
    core: &Core,
    lease: &Lease,
    shop: ShopId,
    id: SubscriptionId,
    order: Option<OrderId>,
) -> Result<Report> {
    let mut read = core.read().await?;
    let subscription = read.subscription(shop, id).await?.ok_or(Refusal::NotFound)?;
    let records = read.grants(id).await?;
    let home = home(read.as_mut(), shop).await?;
    let mut report = Report::default();
    let mut targets = Vec::new();
    for record in records {
        if is_settled(&record, &subscription) {
            report.current += usize::from(record.state == GrantState::Placed);
            continue;
        }
        if let Some(target) = usable(core, read.as_mut(), home, record.server_id).await? {
            targets.push((target, record));
        } else {
            report.behind += 1;
            report.problem = Some("a server is off or resting after failures".to_owned());
        }
    }
    drop(read);
    // At the same time: servers that hang must not use up the time of those that answer.
    let calls = targets.into_iter().map(|(target, record)| write(core, target, record, &subscription));
    let written = join_all(calls).await;
    if !written.is_empty() {
        keep(core, lease, (&subscription, order), written, &mut report).await?;
    }
    Ok(report)
}

/// Whether nothing needs to be sent.
pub(super) fn is_settled(record: &GrantRecord, of: &Subscription) -> bool {
    match record.state {
        GrantState::Removed => true,
        GrantState::Wanted | GrantState::Unwanted => false,
        GrantState::Placed => {
            record.verified == of.generation && (!of.is_enabled() || !record.limit_is_stale(of))
        }
    }
}

/// The server and its panel, unless it is off or rests after failures.
pub(super) async fn usable(
    core: &Core,
    read: &mut dyn crate::ports::storage::Read,
    shop: ShopId,
    id: ServerId,
) -> Result<Option<ServerPanel>> {
    let Some(server) = read.server(shop, id).await? else { return Ok(None) };
    if server.state == ServerState::Off || server.health.rests(core.world.now()) {
        return Ok(None);
    }
    match core.panel(&server) {
        Ok(panel) => Ok(Some(ServerPanel { server, panel })),
        Err(crate::error::Error::Refused(_)) => Ok(None),
        Err(failed) => Err(failed),
    }
}

async fn write(core: &Core, target: ServerPanel, record: GrantRecord, of: &Subscription) -> Written {
    let panel = target.panel.as_ref();
    if record.state == GrantState::Unwanted {
        return take_off(core, &target, record, of).await;
    }
    let wish = record.desired(of);
    let Sent { outcome, doubt } = apply(core, panel, &wish).await;
    if !matches!(outcome, Outcome::Done(())) {
        return Written { record, document: None, outcome, doubt, last: None };
    }
    let document = if wish.enabled { fetch(core, panel, &record).await } else { None };
    let links = document.clone().unwrap_or_else(|| record.links.clone());
    let record = GrantRecord {
        state: GrantState::Placed,
        verified: of.generation,
        limit: wish.limit,
        links,
        ..record
    };
    Written { record, document, outcome, doubt, last: None }
}

/// Reads the last counter, then removes; an identity that cannot be read stays, or its usage would be given away.
async fn take_off(core: &Core, target: &ServerPanel, record: GrantRecord, of: &Subscription) -> Written {
    let panel = target.panel.as_ref();
    let counter = match last_counter(core, panel, &record, of).await {
        Outcome::Done(counter) => Some(counter),
        Outcome::NotFound => None,
        other => {
            let doubt = matches!(other, Outcome::Ambiguous(_));
            return Written { record, document: None, outcome: other.map(|_| ()), doubt, last: None };
        }
    };
    let Sent { outcome, doubt } = remove(core, panel, &record).await;
    let state = if matches!(outcome, Outcome::Done(())) { GrantState::Removed } else { GrantState::Unwanted };
    let (server, panel_id, exclusive) = (record.server_id, record.panel_id, panel.profile().exclusive);
    let home = target.server.shop_id;
    let last = counter.map(|counter| Reading { home, server, exclusive, panel_id, counter });
    Written { record: GrantRecord { state, ..record }, document: None, outcome, doubt, last }
}

/// What an identity that goes has counted in all. Where nobody but us writes it is stopped first, so that nothing moves
/// between the reading and the removal.
async fn last_counter(
    core: &Core,
    panel: &dyn Panel,
    record: &GrantRecord,
    of: &Subscription,
) -> Outcome<Traffic> {
    let reading = async {
        // Found before it is stopped: `apply` would make again what is gone.
        let seen = match panel.find(record.panel_id).await {
            Outcome::Done(seen) if panel.profile().exclusive => seen,
            other => return other,
        };
        match panel.apply(&Grant { enabled: false, ..record.desired(of) }).await {
            // It can no longer give what it gave: gone is stopped as well.
            Outcome::Rejected(_) => Outcome::Done(seen),
            other => other,
        }
    };
    let late = || Outcome::Ambiguous("no answer in time".to_owned());
    let seen = core.world.within(panel.profile().deadline, reading).await.unwrap_or_else(late);
    seen.map(|seen| seen.counter)
}

/// Applies, and reads back what stayed unclear.
async fn apply(core: &Core, panel: &dyn Panel, wish: &Grant) -> Sent {
    let deadline = panel.profile().deadline;
    let late = || Outcome::Ambiguous("no answer in time".to_owned());
    match core.world.within(deadline, panel.apply(wish)).await.unwrap_or_else(late) {
        Outcome::Ambiguous(why) => match core.world.within(deadline, panel.holds(wish)).await {
            Some(Outcome::Done(true)) => Sent { outcome: Outcome::Done(()), doubt: true },
            _ => Sent { outcome: Outcome::Ambiguous(why), doubt: true },
        },
        other => Sent { outcome: other.map(|_| ()), doubt: false },
    }
}

/// Removes, and counts "not there" as removed only when the panel said so.
async fn remove(core: &Core, panel: &dyn Panel, record: &GrantRecord) -> Sent {
    let deadline = panel.profile().deadline;
    let late = || Outcome::Ambiguous("no answer in time".to_owned());
    match core.world.within(deadline, panel.remove(record.panel_id)).await.unwrap_or_else(late) {
        Outcome::Done(()) | Outcome::NotFound => Sent { outcome: Outcome::Done(()), doubt: false },
        Outcome::Ambiguous(why) => match core.world.within(deadline, panel.find(record.panel_id)).await {
            Some(Outcome::NotFound) => Sent { outcome: Outcome::Done(()), doubt: true },
            _ => Sent { outcome: Outcome::Ambiguous(why), doubt: true },
        },
        other => Sent { outcome: other, doubt: false },
    }
}

/// The share links; without them the link asks again later.
async fn fetch(core: &Core, panel: &dyn Panel, record: &GrantRecord) -> Option<String> {
    let call = panel.document(record.panel_id, Format::Uris);
    core.world.within(panel.profile().deadline, call).await.and_then(Outcome::done)
}

async fn keep(
    core: &Core,
    lease: &Lease,
    (of, order): (&Subscription, Option<OrderId>),
    mut written: Vec<Written>,
    report: &mut Report,
) -> Result<()> {
    // What was placed comes first: what is used up below may make its limit stale.
    written.sort_by_key(|w| w.last.is_some());
    // What failed changes what others know of its server, and what goes is counted.
    let is_plain = |w: &Written| matches!(w.outcome, Outcome::Done(())) && !w.doubt && w.last.is_none();
    let mut tries = Tries::beside_if(core, written.iter().all(is_plain));
    let kept = loop {
        match write_kept(core, tries.begin().await?, lease, (of, order), &written).await {
            Ok(kept) => break kept,
            Err(error) => tries.again(error).await?,
        }
    };
    report.current += kept.current;
    report.behind += kept.behind;
    report.rejected |= kept.rejected;
    report.fulfilled = kept.fulfilled;
    report.problem = kept.problem.or_else(|| report.problem.take());
    Ok(())
}

async fn write_kept(
    core: &Core,
    mut tx: Box<dyn Tx>,
    lease: &Lease,
    (of, order): (&Subscription, Option<OrderId>),
    written: &[Written],
) -> Result<Report> {
    let mut report = Report::default();
    if !tx.holds_lease(lease).await? {
        return Err(lost());
    }
    let order = match order {
        Some(order) => undelivered(tx.as_mut(), of.shop_id, order).await?,
        None => None,
    };
    // Held, so that no counter is read between what is seen of a grant here and what is written.
    tx.lock_subscription(of.shop_id, of.id).await?;
    if written.iter().any(|w| w.doubt) {
        recheck::doubted(core, tx.as_mut(), of.shop_id, of.id).await?;
    }
    let home = home(tx.as_read(), of.shop_id).await?;
    for Written { record, document, outcome, last, .. } in written {
        contact(core, tx.as_mut(), home, record.server_id, outcome.is_alive()).await?;
        if let Some(last) = last {
            consume(core, tx.as_mut(), of, *last).await?;
        }
        match outcome {
            Outcome::Done(()) => {
                report.current += usize::from(record.state == GrantState::Placed);
                save_written(core, tx.as_mut(), of, record, document.as_ref()).await?;
            }
            other => {
                report.behind += 1;
                report.rejected |= matches!(other, Outcome::Rejected(_));
                report.problem = Some(super::install::said(other.clone()));
            }
        }
    }
    if let Some(order) = order
        && report.current > 0
        && !is_revoked(tx.as_mut(), of.shop_id, of.id).await?
    {
        fulfil(core, tx.as_mut(), order, of.id).await?;
        report.fulfilled = true;
    }
    core.commit(tx).await?;
    Ok(report)
}

/// Keeps what a server was verified to hold.
async fn save_written(
    core: &Core,
    tx: &mut dyn Tx,
    of: &Subscription,
    record: &GrantRecord,
    document: Option<&String>,
) -> Result<(), Failure> {
    // The counter may have been read meanwhile: only what was verified is written.
    let mut newer = tx.grants(of.id).await?.into_iter();
    let newer = newer.find(|g| g.server_id == record.server_id && g.panel_id == record.panel_id);
    let (counter, used) = newer.as_ref().map_or((record.counter, record.used), |g| (g.counter, g.used));
    // Taken back while the call was under way: it still has to go.
    let unwanted = newer.is_some_and(|g| g.state == GrantState::Unwanted);
    let state =
        if record.state == GrantState::Placed && unwanted { GrantState::Unwanted } else { record.state };
    tx.save_grant(&GrantRecord { state, counter, used, ..record.clone() }).await?;
    if state == GrantState::Removed {
        tx.delete_documents(record.panel_id).await?;
    }
    let Some(body) = document.cloned() else { return Ok(()) };
    let (server_id, panel_id, fetched_at) = (record.server_id, record.panel_id, core.world.now());
    tx.save_document(&Document { server_id, panel_id, format: Format::Uris, body, fetched_at }).await
}

/// Notes whether a server of this shop answered.
pub(super) async fn contact(
    core: &Core,
    tx: &mut dyn Tx,
    shop: ShopId,
    server: ServerId,
    up: bool,
) -> Result<(), Failure> {
    let Some(mut server) = tx.server(shop, server).await? else { return Ok(()) };
    if up && server.health.up && server.health.checked_at.is_some() {
        return Ok(());
    }
    let fell_silent = server.health.up && !up;
    server.health = server.health.after_contact(up, core.world.now());
    tx.save_server(&server).await?;
    if fell_silent {
        super::alert::server_fell_silent(core, tx, shop, server.id).await?;
    }
    Ok(())
}

/// Somebody else took the lane over: what this worker did is not written.
pub(super) fn lost() -> crate::error::Error {
    let what = "the lease was lost".to_owned();
    Failure { part: Part::Core, retry: Retry::Soon, what }.into()
}

//! What a shop does once after it was put back from a backup: it asks providers again for what happened since.
//!
//! Everything that was done after the backup is forgotten here and true outside. Payments that are known and wait for
//! money, or were given up for lack of it, are asked about again. Transfers that a provider lists and nobody here knows wait
//! for the operator, as deposits: who paid has no order any more, so only a person can say whose it is. Panels need nothing
//! of their own: they are compared as ever, what is missing there is made again under the same identity, and what is not
//! ours is left alone.

use super::{Core, Nexa, install::said, scan, settle::hold_payment, worker::Next};
use crate::{
    domain::{
        deposit::{Deposit, DepositState},
        event::Event,
        gateway::{Confirm, GatewayAccount},
        job::Job,
        payment::{Finality, Observation, Payment},
        shop::Shop,
        time::after,
    },
    error::{Failure, Part, Result, Retry},
    ids::{Id as _, ShopId},
    ports::{
        gateway::Gateway,
        outcome::Outcome,
        storage::{Inserted, Page},
    },
};
use jiff::{SignedDuration, Timestamp};

/// Providers date a transfer otherwise than we do; what was seen in the last hour is compared once more.
const SLACK: SignedDuration = SignedDuration::from_hours(1);
/// Payments that were opened so long before the backup may still have been paid after it.
const STILL_PAID: SignedDuration = SignedDuration::from_hours(72);
/// How long the book of a gateway is read at least for a payment that may have been paid meanwhile.
const READ_AGAIN: SignedDuration = SignedDuration::from_hours(1);
/// How long a provider may take to list what came in.
const DEADLINE: SignedDuration = SignedDuration::from_secs(60);

impl Nexa {
    /// To be called once when the storage was put back from a backup of `made_at`, before anything else is done with it: sees
    /// to it that the worker asks providers and panels for what happened since.
    pub async fn restored(&self, made_at: Timestamp) -> Result<()> {
        note(&self.core, made_at).await
    }
}

/// Sees to it that every shop does so, once, when the worker runs next.
async fn note(core: &Core, made_at: Timestamp) -> Result<()> {
    let mut tx = core.begin().await?;
    let now = core.world.now();
    for shop in tx.shops().await? {
        let shop = shop.id;
        let key = format!("restored:{}", made_at.as_millisecond());
        core.enqueue(tx.as_mut(), shop, Job::FollowRestore { shop, made_at }, now, Some(key)).await?;
    }
    Ok(core.commit(tx).await?)
}

/// Does it for one shop. What a provider cannot be asked about now is asked about later; the others do not wait for it.
pub(super) async fn follow(core: &Core, id: ShopId, made_at: Timestamp) -> Result<Next> {
    let mut read = core.read().await?;
    let Some(shop) = read.shop(id).await? else { return Ok(Next::Done) };
    let accounts = read.gateways(id).await?;
    drop(read);
    let mut silent = None;
    for account in accounts {
        let gateway = core.gateway(&shop, &account);
        let scans = gateway.as_ref().is_ok_and(|gateway| gateway.profile().confirm == Confirm::Scan);
        ask_again(core, &shop, &account, (after(made_at, -STILL_PAID), scans)).await?;
        // One that cannot be connected to is told at every start.
        let Ok(gateway) = gateway else { continue };
        if gateway.keeps_list() {
            silent = compare(core, &shop, &account, gateway.as_ref(), made_at).await?.or(silent);
        }
    }
    match silent {
        None => Ok(Next::Done),
        Some(what) => Err(Failure { part: Part::Gateway, retry: Retry::Later, what }.into()),
    }
}

async fn ask_again(
    core: &Core,
    shop: &Shop,
    account: &GatewayAccount,
    (since, scans): (Timestamp, bool),
) -> Result<()> {
    let mut before = None;
    loop {
        let page = Page { before, limit: Page::MOST };
        let payments = core.read().await?.unpaid_payments(shop.id, account.id, page).await?;
        let Some(last) = payments.last() else { return Ok(()) };
        let (oldest, id) = (last.created_at, last.id);
        for payment in payments.iter().filter(|p| scans && p.created_at >= since) {
            watch_again(core, payment).await?;
        }
        let mut tx = core.begin().await?;
        for payment in payments.iter().filter(|p| p.created_at >= since) {
            let job = Job::AskOnce { payment: payment.id };
            let key = Some(format!("restored:{}", payment.id));
            core.enqueue(tx.as_mut(), shop.id, job, core.world.now(), key).await?;
        }
        core.commit(tx).await?;
        if oldest < since {
            return Ok(());
        }
        before = Some(id.uuid());
    }
}

/// Has the book of a gateway that is not asked for single payments read for this one, too, although its time may be over:
/// it was when nobody read.
async fn watch_again(core: &Core, of: &Payment) -> Result<()> {
    let until = after(core.world.now(), READ_AGAIN);
    if of.watch_until >= until {
        return Ok(());
    }
    let mut tx = core.begin().await?;
    let Some(held) = hold_payment(tx.as_mut(), of.shop_id, of.id).await? else { return Ok(()) };
    let held = held.map(|p| Payment { watch_until: p.watch_until.max(until), ..p });
    tx.save_payment(held).await?;
    scan::begin(core, tx.as_mut(), of.shop_id, of.gateway_id).await?;
    Ok(core.commit(tx).await?)
}

/// Takes down what the provider lists since the backup and nobody here knows. Says why where it gives no list now.
async fn compare(
    core: &Core,
    shop: &Shop,
    account: &GatewayAccount,
    gateway: &dyn Gateway,
    made_at: Timestamp,
) -> Result<Option<String>> {
    let (from, to) = (after(made_at, -SLACK), core.world.now());
    let listed = match core.world.within(DEADLINE, gateway.statement(from, to)).await {
        Some(Outcome::Done(listed)) => listed,
        Some(other) => return Ok(Some(said(other))),
        None => return Ok(Some("no answer in time".to_owned())),
    };
    for transfer in listed.iter().filter(|t| t.finality == Finality::Confirmed && t.amount.is_positive()) {
        take_down(core, shop, account, transfer).await?;
    }
    Ok(None)
}

async fn take_down(core: &Core, shop: &Shop, account: &GatewayAccount, transfer: &Observation) -> Result<()> {
    let mut tx = core.begin().await?;
    if tx.movement(&transfer.family, &transfer.movement).await?.is_some() {
        return Ok(());
    }
    // What is for a payment that we know is credited to it: its gateway is asked about it.
    if let Some(payment) = tx.payment_by_reference(account.id, &transfer.reference).await? {
        let job = Job::AskOnce { payment: payment.id };
        let key = Some(format!("restored:{}", payment.id));
        core.enqueue(tx.as_mut(), shop.id, job, core.world.now(), key).await?;
        return Ok(core.commit(tx).await?);
    }
    let deposit = Deposit {
        id: core.world.id(),
        shop_id: shop.id,
        gateway_id: account.id,
        place: account.name.clone(),
        amount: transfer.amount,
        family: transfer.family.clone(),
        movement: transfer.movement.clone(),
        state: DepositState::Waiting,
        payment_id: None,
        heard_at: core.world.now(),
    };
    if tx.insert_deposit(&deposit).await? == Inserted::Taken {
        return Ok(());
    }
    core.record(tx.as_mut(), shop.id, Event::DepositWaits { deposit: deposit.id }).await?;
    Ok(core.commit(tx).await?)
}

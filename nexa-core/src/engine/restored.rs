//! What a shop does once after it was put back from a backup: it asks providers again for what happened since.
//!
//! Everything that was done after the backup is forgotten here and true outside. Payments that are known are asked about
//! again, whatever was known of their end. Transfers that a provider lists and nobody here knows wait for the operator, as
//! deposits: who paid has no order any more, so only a person can say whose it is. Panels need nothing of their own: they
//! are compared as ever, what is missing there is made again under the same identity, and what is not ours is left alone.

use super::{Core, install::said, worker::Next};
use crate::{
    domain::{
        deposit::{Deposit, DepositState},
        event::Event,
        gateway::GatewayAccount,
        job::Job,
        payment::{Finality, Observation},
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
/// How long a provider may take to list what came in.
const DEADLINE: SignedDuration = SignedDuration::from_secs(60);

/// Sees to it that every shop does so, once, when the worker runs next.
pub(super) async fn note(core: &Core, made_at: Timestamp) -> Result<()> {
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
        ask_again(core, &shop, &account, after(made_at, -STILL_PAID)).await?;
        // One that cannot be connected to is told at every start.
        let Ok(gateway) = core.gateway(&shop, &account) else { continue };
        if gateway.keeps_list() {
            silent = compare(core, &shop, &account, gateway.as_ref(), made_at).await?.or(silent);
        }
    }
    match silent {
        None => Ok(Next::Done),
        Some(what) => Err(Failure { part: Part::Gateway, retry: Retry::Later, what }.into()),
    }
}

async fn ask_again(core: &Core, shop: &Shop, account: &GatewayAccount, since: Timestamp) -> Result<()> {
    let mut before = None;
    loop {
        let page = Page { before, limit: Page::MOST };
        let payments = core.read().await?.unpaid_payments(shop.id, account.id, page).await?;
        let Some(last) = payments.last() else { return Ok(()) };
        let (oldest, id) = (last.created_at, last.id);
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

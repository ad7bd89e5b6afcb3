//! Looking for money ourselves: asks the gateway about one payment, or reads a callback that was kept.

use super::{Core, beside::Tries, deposits, hints, open, settle::settle_in, worker::Next};
use crate::{
    domain::{
        gateway::Confirm,
        payment::{Finality, Observation, Payment, PaymentState},
        refusal::Refusal,
        schedule::next_check,
        time::after,
    },
    error::{Error, Failure, Part, Result, Retry},
    ids::{CallbackId, PaymentId, ShopId},
    ports::{
        gateway::{Callback, Expected, Gateway, Signal},
        outcome::Outcome,
        storage::Tx,
    },
};
use jiff::SignedDuration;
use std::collections::BTreeMap;

/// How long a gateway may take to tell.
const DEADLINE: SignedDuration = SignedDuration::from_secs(40);

/// Asks the gateway about a payment and settles what it says.
pub(super) async fn check_payment(core: &Core, shop: ShopId, id: PaymentId) -> Result<Next> {
    let mut read = core.read().await?;
    let shop = core.shop(read.as_mut(), shop).await?;
    let Some(payment) = read.payment(shop.id, id).await? else { return Ok(Next::Done) };
    let account = read.gateway(shop.id, payment.gateway_id).await?.ok_or(Refusal::NotFound)?;
    let known = read.movements(id).await?;
    drop(read);
    if payment.state == PaymentState::Created {
        if core.world.now() >= payment.expires_at {
            return Ok(Next::Done);
        }
        // The opening was interrupted. Done again, it is the same payment.
        return match open::open(core, &shop, id).await {
            Ok(_) => Ok(Next::Again(after(core.world.now(), SignedDuration::from_secs(5)))),
            Err(Error::Refused(_)) => Err(failed("a payment could not be opened", Retry::Soon)),
            Err(failed) => Err(failed),
        };
    }
    let gateway = core.gateway(&shop, &account)?;
    let Some(reference) = payment.reference.clone() else { return Ok(Next::Done) };
    let expected = Expected { reference, due: payment.due, since: payment.created_at };
    let confirm = gateway.profile().confirm;
    if !matches!(confirm, Confirm::Inspect | Confirm::Scan) {
        // The others tell us, or a person does; only the window is watched.
        if core.world.now() < payment.expires_at {
            return Ok(Next::Again(payment.expires_at));
        }
        settle(core, shop.id, id, &[]).await?;
        return Ok(Next::Done);
    }
    let seen = match confirm {
        Confirm::Inspect => ask(core, gateway.inspect(&[expected], core.world.now())).await?,
        // What is new is found by `scan.rs`; here only whether what is known still stands.
        _ => Vec::new(),
    };
    let seen = missing(core, gateway.as_ref(), seen, &known).await?;
    let news =
        !seen.is_empty() || payment.state != PaymentState::Open || core.world.now() >= payment.expires_at;
    let settled = if news { settle(core, shop.id, id, &seen).await? } else { payment };
    Ok(next_check(&settled, core.world.now())
        .map_or(Next::Done, |wait| Next::Again(after(core.world.now(), wait))))
}

/// Applies what was observed to one payment, in a transaction of its own.
pub(super) async fn settle(
    core: &Core,
    shop: ShopId,
    payment: PaymentId,
    observations: &[Observation],
) -> Result<Payment> {
    // Whatever takes money back or contests it stops more than what is held here.
    let brings = |seen: &Observation| matches!(seen.finality, Finality::Seen | Finality::Confirmed);
    let only_brings = !observations.is_empty() && observations.iter().all(brings);
    let mut tries = Tries::beside_if(core, only_brings);
    loop {
        match settle_once(core, tries.begin().await?, (shop, payment), observations).await {
            Err(error) => tries.again(error).await?,
            done => return done,
        }
    }
}

async fn settle_once(
    core: &Core,
    mut tx: Box<dyn Tx>,
    (shop, payment): (ShopId, PaymentId),
    observations: &[Observation],
) -> Result<Payment> {
    let settled = settle_in(core, tx.as_mut(), shop, payment, observations).await?;
    core.commit(tx).await?;
    Ok(settled)
}

/// What was seen, and what became of known transfers that were not seen this time.
async fn missing(
    core: &Core,
    gateway: &dyn Gateway,
    mut seen: Vec<Observation>,
    known: &[crate::domain::payment::Movement],
) -> Result<Vec<Observation>> {
    let gone: Vec<_> = known
        .iter()
        .filter(|m| m.finality > Finality::Dropped)
        .filter(|m| !seen.iter().any(|s| s.family == m.family && s.movement == m.id))
        .cloned()
        .collect();
    if !gone.is_empty() {
        seen.extend(ask(core, gateway.recheck(&gone, core.world.now())).await?);
    }
    Ok(seen)
}

/// Reads a kept callback again and settles it.
pub(super) async fn read_callback(core: &Core, id: CallbackId) -> Result<Next> {
    let mut read = core.read().await?;
    let Some(record) = read.callback(id).await? else { return Ok(Next::Done) };
    let shop = core.shop(read.as_mut(), record.shop_id).await?;
    let account = read.gateway(shop.id, record.gateway_id).await?.ok_or(Refusal::NotFound)?;
    let plain = core.keys.open(&callback_context(id), &record.sealed)?;
    let callback = read_kept(&plain)?;
    let gateway = core.gateway(&shop, &account)?;
    let facts = match gateway.read(&callback, record.received_at).signal {
        Signal::Observed(facts) => facts,
        Signal::Hint(references) => {
            drop(read);
            hints::follow(core, shop.id, account.id, &references).await?;
            return Ok(Next::Done);
        }
        Signal::Arrived(arrivals) => {
            drop(read);
            return deposits::arrived(core, shop.id, account.id, &arrivals, record.received_at).await;
        }
        Signal::Nothing => return Ok(Next::Done),
        // It was authentic when it came, so the gateway's key was changed since: a person must know.
        Signal::Forged => {
            return Err(failed("a kept callback no longer opens with the gateway's key", Retry::Never));
        }
    };
    let mut by_reference: BTreeMap<String, Vec<Observation>> = BTreeMap::new();
    for fact in facts {
        by_reference.entry(fact.reference.clone()).or_default().push(fact);
    }
    for (reference, facts) in by_reference {
        if let Some(payment) = read.payment_by_reference(account.id, &reference).await? {
            settle(core, shop.id, payment.id, &facts).await?;
        }
    }
    Ok(Next::Done)
}

/// What a callback is sealed for.
pub(super) fn callback_context(id: CallbackId) -> String {
    format!("callback|{id}")
}

/// A callback as it is kept.
pub(super) fn keep(callback: &Callback) -> String {
    let Callback { method, query, headers, body } = callback;
    let body = data_encoding::BASE64.encode(body);
    serde_json::json!({ "method": method, "query": query, "headers": headers, "body": body }).to_string()
}

fn read_kept(plain: &[u8]) -> Result<Callback, Failure> {
    #[derive(serde::Deserialize)]
    struct Kept {
        method: String,
        query: String,
        headers: Vec<(String, String)>,
        body: String,
    }
    let damaged = || Failure::core("a kept callback is damaged");
    let kept: Kept = serde_json::from_slice(plain).map_err(|_| damaged())?;
    let body = data_encoding::BASE64.decode(kept.body.as_bytes()).map_err(|_| damaged())?;
    Ok(Callback { method: kept.method, query: kept.query, headers: kept.headers, body })
}

pub(super) async fn ask<T>(core: &Core, call: impl Future<Output = Outcome<T>>) -> Result<T> {
    match core.world.within(DEADLINE, call).await {
        Some(Outcome::Done(value)) => Ok(value),
        Some(other) => Err(failed(&super::install::said(other), Retry::Soon)),
        None => Err(failed("no answer in time", Retry::Soon)),
    }
}

pub(super) fn failed(what: &str, retry: Retry) -> Error {
    Error::Failed(Failure { part: Part::Gateway, retry, what: what.to_owned() })
}

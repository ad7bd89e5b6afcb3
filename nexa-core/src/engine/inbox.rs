//! What comes in through the door: gateways' callbacks, and requests that may come twice.

use super::{Core, beside::Tries, hints, watch};
use crate::{
    domain::{job::Job, refusal::Refusal},
    error::{Failure, Result},
    frontdesk::{Remembered, ReplyView},
    ids::{GatewayId, ShopId},
    ports::{
        gateway::{Callback, Signal},
        storage::{Answer, CallbackRecord, Inserted, Tx},
    },
    secret::digest,
};
use jiff::SignedDuration;
use subtle::ConstantTimeEq;

/// A request that has no answer after this long was interrupted, and may be done again.
const INTERRUPTED: SignedDuration = SignedDuration::from_secs(60);
/// Headers worth keeping of a callback: those that carry signatures are named by each gateway, all are short.
const KEPT_HEADERS: usize = 32;

/// Takes a callback: authenticates it, commits it with the job that settles it, and only then answers.
pub(crate) async fn receive(
    core: &Core,
    gateway: GatewayId,
    endpoint: &str,
    mut callback: Callback,
) -> Result<ReplyView> {
    let mut read = core.read().await?;
    let account = read.gateway_anywhere(gateway).await?.ok_or(Refusal::NotFound)?;
    if !bool::from(account.endpoint.as_bytes().ct_eq(endpoint.as_bytes())) {
        return Err(Refusal::NotFound.into());
    }
    let shop = core.shop(read.as_mut(), account.shop_id).await?;
    callback.headers.truncate(KEPT_HEADERS);
    let now = core.world.now();
    let reading = core.gateway(&shop, &account)?.read(&callback, now);
    let about = match &reading.signal {
        Signal::Forged => return Err(Refusal::BadSignature.into()),
        Signal::Nothing => return Ok(ReplyView { body: reading.reply, order: None }),
        Signal::Observed(facts) => facts.first().map(|fact| &fact.reference),
        // Which payment it is for turns out when it is taken down.
        Signal::Arrived(_) => None,
        Signal::Hint(references) => references.first(),
    };
    let order = match about {
        Some(reference) => read.payment_by_reference(gateway, reference).await?.map(|p| p.order_id),
        None => None,
    };
    drop(read);
    if let Signal::Hint(references) = &reading.signal {
        hints::follow(core, shop.id, gateway, references).await?;
        return Ok(ReplyView { body: reading.reply, order });
    }
    let plain = watch::keep(&callback);
    let id = core.world.id();
    let record = CallbackRecord {
        id,
        shop_id: shop.id,
        gateway_id: gateway,
        digest: digest(&plain).0,
        sealed: core.keys.seal(&core.world, &watch::callback_context(id), plain.as_bytes()),
        received_at: now,
    };
    let mut tries = Tries::beside(core);
    while let Err(error) = write_callback(core, tries.begin().await?, &record).await {
        tries.again(error).await?;
    }
    Ok(ReplyView { body: reading.reply, order })
}

async fn write_callback(core: &Core, mut tx: Box<dyn Tx>, record: &CallbackRecord) -> Result<()> {
    if tx.insert_callback(record).await? == Inserted::Taken {
        // Whoever was faster may not be on the disk yet, and the gateway will not tell it again.
        return Ok(tx.commit().await?);
    }
    let job = Job::ReadCallback { callback: record.id };
    core.enqueue(tx.as_mut(), record.shop_id, job, record.received_at, None).await?;
    Ok(core.commit(tx).await?)
}

/// Begins a request that may come twice.
pub(crate) async fn remember(
    core: &Core,
    shop: ShopId,
    owner: &str,
    key: &str,
    request: &str,
) -> Result<Option<Remembered>> {
    if key.is_empty() || key.len() > 100 {
        return Err(Refusal::bad_input("Idempotency-Key", "1 to 100 bytes").into());
    }
    let now = core.world.now();
    let fresh = Answer {
        shop_id: shop,
        owner: owner.to_owned(),
        key: key.to_owned(),
        request: request.to_owned(),
        response_sealed: None,
        created_at: now,
    };
    let mut tries = Tries::beside(core);
    loop {
        match is_first(core, tries.begin().await?, &fresh).await {
            Ok(true) => return Ok(None),
            Ok(false) => break,
            Err(error) => tries.again(error).await?,
        }
    }
    // Alone, so that of two that come again after an interruption one goes on.
    let mut tx = core.begin().await?;
    if tx.insert_answer(&fresh).await? == Inserted::New {
        core.commit(tx).await?;
        return Ok(None);
    }
    let known = tx.answer(shop, owner, key).await?.ok_or_else(|| Failure::core("a kept answer is gone"))?;
    if known.request != request {
        return Err(Refusal::KeyReused.into());
    }
    if let Some(sealed) = known.response_sealed {
        let plain = core.keys.open(&answer_context(owner, key), &sealed)?;
        let answer = serde_json::from_slice(&plain).map_err(|_| Failure::core("a kept answer is damaged"))?;
        return Ok(Some(answer));
    }
    if now.duration_since(known.created_at) < INTERRUPTED {
        return Err(Refusal::InFlight.into());
    }
    tx.save_answer(&fresh).await?;
    core.commit(tx).await?;
    Ok(None)
}

async fn is_first(core: &Core, mut tx: Box<dyn Tx>, fresh: &Answer) -> Result<bool> {
    let is_first = tx.insert_answer(fresh).await? == Inserted::New;
    if is_first {
        core.commit(tx).await?;
    }
    Ok(is_first)
}

/// Keeps the answer, or forgets the request.
pub(crate) async fn answered(
    core: &Core,
    shop: ShopId,
    owner: &str,
    key: &str,
    answer: Option<Remembered>,
) -> Result<()> {
    let mut tries = Tries::beside(core);
    loop {
        match keep_answer(core, tries.begin().await?, (shop, owner, key), answer.as_ref()).await {
            Err(error) => tries.again(error).await?,
            done => return done,
        }
    }
}

async fn keep_answer(
    core: &Core,
    mut tx: Box<dyn Tx>,
    (shop, owner, key): (ShopId, &str, &str),
    answer: Option<&Remembered>,
) -> Result<()> {
    let Some(mut known) = tx.answer(shop, owner, key).await? else { return Ok(()) };
    match answer {
        Some(answer) => {
            let plain = serde_json::to_vec(answer).map_err(|_| Failure::core("an answer is not JSON"))?;
            known.response_sealed = Some(core.keys.seal(&core.world, &answer_context(owner, key), &plain));
        }
        // Old enough to count as interrupted: the next try may go on.
        None => known.created_at = crate::domain::time::after(known.created_at, -INTERRUPTED),
    }
    tx.save_answer(&known).await?;
    Ok(core.commit(tx).await?)
}

fn answer_context(owner: &str, key: &str) -> String {
    format!("answer|{owner}|{key}")
}

//! Webhooks. What happened is written down for each that wants it in the transaction that made it true, and sent by the
//! worker; so none is lost, and none tells what did not happen. A receiver may get a message twice, under the same id.

use super::{Core, worker::Next};
use crate::{
    domain::{
        alert::Alert,
        event::Event,
        job::{Job, Lease},
        time::after,
        webhook::{DeliveryState, HookDelivery, HookKind, KEPT, Reply, Spot, Webhook, WebhookState},
    },
    error::{Failure, Result},
    ids::{EventId, HookDeliveryId, ShopId, WebhookId},
    ports::{
        caller::{Caller, HookCall},
        storage::{Read, Tx},
    },
    secret::Secret,
};
use jiff::SignedDuration;

/// How long a receiver may take, with a little more than the port allows it.
const DEADLINE: SignedDuration = SignedDuration::from_secs(20);

/// Receivers that are called at the same time: half of the jobs that the worker takes.
pub(super) const AT_ONCE: usize = 8;
/// How long a message waits when so many are being called.
const WAIT: SignedDuration = SignedDuration::from_secs(1);

/// What an address and its keys are sealed for.
fn webhook_context(id: WebhookId) -> String {
    format!("webhook|{id}")
}

fn postback_context(id: HookDeliveryId) -> String {
    format!("postback|{id}")
}

impl Core {
    /// Writes down what webhooks of the shop are to be told of an event.
    pub(super) async fn announce(
        &self,
        tx: &mut dyn Tx,
        shop: ShopId,
        id: EventId,
        event: &Event,
    ) -> Result<(), Failure> {
        if self.caller.is_none() {
            return Ok(());
        }
        let Some((kind, data)) = HookKind::of(event) else { return Ok(()) };
        let wanting: Vec<_> = tx.webhooks(shop).await?.into_iter().filter(|one| one.wants(kind)).collect();
        if wanting.is_empty() {
            return Ok(());
        }
        let body = kind.message(self.world.now(), &data);
        for webhook in wanting {
            send(self, tx, &new_delivery(self, &webhook, id, kind, body.clone())).await?;
        }
        Ok(())
    }

    /// Seals where a webhook is.
    pub(super) fn seal_spot(&self, id: WebhookId, spot: &Spot) -> Result<String, Failure> {
        let plain = serde_json::to_vec(spot).map_err(|error| Failure::core(&error.to_string()))?;
        Ok(self.keys.seal(&self.world, &webhook_context(id), &plain))
    }

    /// Opens it.
    pub(crate) fn spot(&self, of: &Webhook) -> Result<Spot, Failure> {
        let plain = self.keys.open(&webhook_context(of.id), &of.sealed)?;
        serde_json::from_slice(&plain).map_err(|_| Failure::core("a webhook that makes no sense is kept"))
    }
}

/// Whether a shop may have the operator's own network called: one that nobody supplies. A reseller is a guest here.
pub(super) async fn may_call_inside(read: &mut dyn Read, shop: ShopId) -> Result<bool, Failure> {
    Ok(read.reseller_of(shop).await?.is_none())
}

/// Whether a shop may have programs in the operator's own network told: as above, and every shop of play money, so that
/// resellers' programs can be tried on one machine. The installation must allow it, too.
pub(super) async fn may_tell_inside(read: &mut dyn Read, shop: ShopId) -> Result<bool, Failure> {
    Ok(may_call_inside(read, shop).await? || read.shop(shop).await?.is_some_and(|shop| shop.test))
}

/// A message that is to be sent now.
pub(super) fn new_delivery(
    core: &Core,
    webhook: &Webhook,
    event_id: EventId,
    kind: HookKind,
    body: String,
) -> HookDelivery {
    let now = core.world.now();
    HookDelivery {
        id: core.world.id(),
        shop_id: webhook.shop_id,
        webhook_id: Some(webhook.id),
        address: None,
        event_id,
        kind,
        body,
        state: DeliveryState::Pending,
        tries: 0,
        attempts: Vec::new(),
        next_at: Some(now),
        created_at: now,
    }
}

/// Writes a delivery down, with the job that sends it.
pub(super) async fn send(core: &Core, tx: &mut dyn Tx, of: &HookDelivery) -> Result<(), Failure> {
    tx.save_hook_delivery(of).await?;
    let job = match of.webhook_id {
        Some(webhook) => Job::CallWebhook { webhook, delivery: of.id },
        None => Job::CallBack { shop: of.shop_id, delivery: of.id },
    };
    core.enqueue(tx, of.shop_id, job, of.next_at.unwrap_or(core.world.now()), None).await
}

/// Has an address called that has everything in it, with the tries of a webhook; refused when it may not be called. Nothing
/// happens where nobody is called at all, nor where `id` was written down before.
pub(super) async fn call_back(
    core: &Core,
    tx: &mut dyn Tx,
    (shop, id): (ShopId, HookDeliveryId),
    url: &Secret<String>,
) -> Result<()> {
    let Some(caller) = core.caller.as_ref() else { return Ok(()) };
    caller.accepts(url.expose(), false)?;
    if tx.hook_delivery(shop, id).await?.is_some() {
        return Ok(());
    }
    let now = core.world.now();
    let address = core.keys.seal(&core.world, &postback_context(id), url.expose().as_bytes());
    let delivery = HookDelivery {
        id,
        shop_id: shop,
        webhook_id: None,
        address: Some(address),
        event_id: core.world.id(),
        kind: HookKind::Postback,
        body: String::new(),
        state: DeliveryState::Pending,
        tries: 0,
        attempts: Vec::new(),
        next_at: Some(now),
        created_at: now,
    };
    Ok(send(core, tx, &delivery).await?)
}

/// Sends a message once, and writes down what came of it.
pub(super) async fn deliver_hook(
    core: &Core,
    lease: &Lease,
    shop: ShopId,
    id: HookDeliveryId,
) -> Result<Next> {
    let Some(caller) = core.caller.as_deref() else { return Ok(Next::Done) };
    let mut read = core.read().await?;
    let pending = read.hook_delivery(shop, id).await?.filter(|one| one.state == DeliveryState::Pending);
    let Some(of) = pending else { return Ok(Next::Done) };
    let began = core.world.now();
    // A worker that died after it wrote down what came of a try leaves the job where it was.
    if let Some(then) = of.next_at.filter(|then| *then > began) {
        return Ok(Next::Again(then));
    }
    let Some(_place) = core.calling.try_acquire() else { return Ok(Next::Again(after(began, WAIT))) };
    let mut all = read.webhooks(shop).await?.into_iter();
    let webhook = all.find(|one| Some(one.id) == of.webhook_id);
    let inside = may_tell_inside(read.as_mut(), shop).await?;
    drop(read);
    let reply = call(core, caller, (webhook.as_ref(), inside), &of).await?;
    let mut tx = core.begin().await?;
    if !tx.holds_lease(lease).await? {
        return Ok(Next::Done);
    }
    let held = tx.lock_hook_delivery(shop, id).await?.filter(|one| one.state == DeliveryState::Pending);
    let Some(held) = held else { return Ok(Next::Done) };
    let ended = core.world.now();
    let tried = match &reply {
        Some(reply) => held.into_inner().after(reply, began, ended, core.world.below(1024)),
        None => held.into_inner().abandoned(),
    };
    tx.save_hook_delivery(&tried).await?;
    if let (Some(reply), Some(webhook)) = (&reply, tried.webhook_id) {
        heard(core, tx.as_mut(), (shop, webhook), reply, tried.tries).await?;
    }
    core.commit(tx).await?;
    Ok(tried.next_at.map_or(Next::Done, Next::Again))
}

/// What a receiver answers; nothing where none is to be called any more.
async fn call(
    core: &Core,
    caller: &dyn Caller,
    (webhook, inside): (Option<&Webhook>, bool),
    of: &HookDelivery,
) -> Result<Option<Reply>> {
    let reply = match (webhook, &of.address) {
        (Some(webhook), _) if webhook.state == WebhookState::On => {
            let (spot, now) = (core.spot(webhook)?, core.world.now());
            let keys = spot.keys(now);
            let (id, body) = (of.message_id(), of.body.clone());
            let call = HookCall { url: spot.url, id, at: now, body, inside, keys };
            core.world.within(DEADLINE, caller.tell(&call)).await
        }
        (None, Some(sealed)) => {
            let plain = core.keys.open(&postback_context(of.id), sealed)?;
            let url = String::from_utf8(plain).map_err(|_| Failure::core("an address that is no text"))?;
            core.world.within(DEADLINE, caller.fetch(&Secret::new(url))).await
        }
        _ => return Ok(None),
    };
    Ok(Some(reply.unwrap_or_else(|| Reply::silent("no answer in time"))))
}

/// Keeps how a webhook does, and tells those who run the shop when it is called no more.
async fn heard(
    core: &Core,
    tx: &mut dyn Tx,
    (shop, id): (ShopId, WebhookId),
    reply: &Reply,
    tries: u32,
) -> Result<()> {
    let Some(held) = tx.lock_webhook(shop, id).await? else { return Ok(()) };
    let was = held.into_inner();
    let is = was.clone().after(reply, tries, core.world.now());
    if is == was {
        return Ok(());
    }
    tx.save_webhook(&is).await?;
    if is.state != was.state && !core.notifiers.is_empty() {
        let told = Job::Alert { alert: Alert::WebhookStopped { webhook: id } };
        core.enqueue(tx, shop, told, core.world.now(), None).await?;
    }
    Ok(())
}

/// Forgets what was sent long ago.
pub(super) async fn forget(core: &Core, tx: &mut dyn Tx) -> Result<(), Failure> {
    tx.delete_old_deliveries(after(core.world.now(), -KEPT)).await
}

#[cfg(all(test, feature = "testing"))]
mod tests;

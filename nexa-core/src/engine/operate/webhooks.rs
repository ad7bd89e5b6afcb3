//! Webhooks as the staff sets them up, tries them out and has messages sent again.

use super::actions::note;
use crate::{
    domain::{
        deed::Deed,
        permission::Permission,
        refusal::Refusal,
        user::Principal,
        webhook::{DeliveryState, HookDelivery, HookKind, MOST_WEBHOOKS, Spot, Webhook, WebhookState},
    },
    engine::{
        Core,
        hooks::{may_tell_inside, new_delivery, send},
    },
    error::Result,
    ids::{HookDeliveryId, WebhookId},
    ports::storage::{Page, Read},
    secret::Secret,
};
use data_encoding::BASE64;
use jiff::Timestamp;
use serde_json::{Map, json};
use std::collections::BTreeSet;

/// Messages that are sent again at once.
const MOST_AGAIN: u32 = 500;

/// A change of a webhook; what is none stays as it is.
#[derive(Default)]
pub(crate) struct WebhookChange {
    pub(crate) url: Option<String>,
    pub(crate) kinds: Option<BTreeSet<HookKind>>,
    pub(crate) description: Option<String>,
    pub(crate) on: Option<bool>,
}

/// A webhook with where it is.
pub(crate) type Placed = (Webhook, Spot);

/// The shop's webhooks, oldest first.
pub(crate) async fn webhooks(core: &Core, who: &Principal) -> Result<Vec<Placed>> {
    who.may(Permission::Staff)?;
    let all = core.read().await?.webhooks(who.shop_id).await?;
    let mut placed = Vec::new();
    for one in all {
        let spot = core.spot(&one)?;
        placed.push((one, spot));
    }
    Ok(placed)
}

/// Adds one.
pub(crate) async fn add_webhook(
    core: &Core,
    who: &Principal,
    url: &str,
    kinds: BTreeSet<HookKind>,
    description: String,
) -> Result<Placed> {
    who.may(Permission::Staff)?;
    let spot = Spot { url: fit(core, who, url).await?, secret: new_key(core), before: None };
    let id: WebhookId = core.world.id();
    let webhook = Webhook {
        id,
        shop_id: who.shop_id,
        sealed: core.seal_spot(id, &spot)?,
        kinds,
        description: description.trim().to_owned(),
        state: WebhookState::On,
        failing_since: None,
        created_at: core.world.now(),
    };
    let webhook = webhook.checked()?;
    let mut tx = core.begin().await?;
    if tx.webhooks(who.shop_id).await?.len() >= MOST_WEBHOOKS {
        return Err(Refusal::bad_input("webhooks", "at most 10").into());
    }
    tx.save_webhook(&webhook).await?;
    note(core, tx.as_mut(), who, Deed::WebhookAdded { webhook: id }).await?;
    core.commit(tx).await?;
    Ok((webhook, spot))
}

/// Changes one.
pub(crate) async fn change_webhook(
    core: &Core,
    who: &Principal,
    id: WebhookId,
    change: WebhookChange,
) -> Result<Placed> {
    who.may(Permission::Staff)?;
    let url = match change.url.as_deref() {
        Some(url) => Some(fit(core, who, url).await?),
        None => None,
    };
    let mut tx = core.begin().await?;
    let held = tx.lock_webhook(who.shop_id, id).await?.ok_or(Refusal::NotFound)?.into_inner();
    let mut spot = core.spot(&held)?;
    let mut is = held;
    if let Some(url) = url {
        // What failed at another address tells nothing of this one.
        is.failing_since = is.failing_since.filter(|_| url == spot.url);
        spot.url = url;
        is.sealed = core.seal_spot(id, &spot)?;
    }
    is.kinds = change.kinds.unwrap_or(is.kinds);
    is.description = change.description.map_or(is.description, |text| text.trim().to_owned());
    if let Some(on) = change.on {
        is = is.switched(on);
    }
    let is = is.checked()?;
    tx.save_webhook(&is).await?;
    note(core, tx.as_mut(), who, Deed::WebhookChanged { webhook: id }).await?;
    core.commit(tx).await?;
    Ok((is, spot))
}

/// Takes one away, with all that was to be sent to it.
pub(crate) async fn remove_webhook(core: &Core, who: &Principal, id: WebhookId) -> Result<()> {
    who.may(Permission::Staff)?;
    let mut tx = core.begin().await?;
    if !tx.delete_webhook(who.shop_id, id).await? {
        return Err(Refusal::NotFound.into());
    }
    note(core, tx.as_mut(), who, Deed::WebhookRemoved { webhook: id }).await?;
    Ok(core.commit(tx).await?)
}

/// Gives one a new secret; the one of now signs beside it for a day.
pub(crate) async fn renew_webhook_secret(core: &Core, who: &Principal, id: WebhookId) -> Result<Placed> {
    who.may(Permission::Staff)?;
    let mut tx = core.begin().await?;
    let held = tx.lock_webhook(who.shop_id, id).await?.ok_or(Refusal::NotFound)?.into_inner();
    let spot = core.spot(&held)?.renewed(new_key(core), core.world.now());
    let is = Webhook { sealed: core.seal_spot(id, &spot)?, ..held };
    tx.save_webhook(&is).await?;
    note(core, tx.as_mut(), who, Deed::WebhookSecretRenewed { webhook: id }).await?;
    core.commit(tx).await?;
    Ok((is, spot))
}

/// Sends one a message that says nothing.
pub(crate) async fn try_webhook(core: &Core, who: &Principal, id: WebhookId) -> Result<HookDelivery> {
    who.may(Permission::Staff)?;
    let mut tx = core.begin().await?;
    let webhook = called(tx.as_read(), who, id).await?;
    let mut data = Map::new();
    data.insert("webhook_id".to_owned(), json!(id));
    let body = HookKind::Test.message(core.world.now(), &data);
    let delivery = new_delivery(core, &webhook, core.world.id(), HookKind::Test, body);
    send(core, tx.as_mut(), &delivery).await?;
    core.commit(tx).await?;
    Ok(delivery)
}

/// What was and is to be sent to one, newest first.
pub(crate) async fn webhook_deliveries(
    core: &Core,
    who: &Principal,
    id: WebhookId,
    state: Option<DeliveryState>,
    page: Page,
) -> Result<Vec<HookDelivery>> {
    who.may(Permission::Staff)?;
    let mut read = core.read().await?;
    one(read.as_mut(), who, id).await?;
    Ok(read.hook_deliveries(who.shop_id, id, state, page).await?)
}

/// One delivery of a webhook.
pub(crate) async fn webhook_delivery(
    core: &Core,
    who: &Principal,
    id: HookDeliveryId,
) -> Result<HookDelivery> {
    who.may(Permission::Staff)?;
    let found = core.read().await?.hook_delivery(who.shop_id, id).await?;
    Ok(found.filter(|one| one.webhook_id.is_some()).ok_or(Refusal::NotFound)?)
}

/// Sends one message again, unless it is on its way.
pub(crate) async fn replay_delivery(
    core: &Core,
    who: &Principal,
    id: HookDeliveryId,
) -> Result<HookDelivery> {
    who.may(Permission::Staff)?;
    let mut tx = core.begin().await?;
    let held = tx.lock_hook_delivery(who.shop_id, id).await?.ok_or(Refusal::NotFound)?.into_inner();
    let webhook = held.webhook_id.ok_or(Refusal::NotFound)?;
    called(tx.as_read(), who, webhook).await?;
    let Some(again) = held.clone().again(core.world.now()) else { return Ok(held) };
    send(core, tx.as_mut(), &again).await?;
    note(core, tx.as_mut(), who, Deed::WebhookReplayed { webhook, count: 1 }).await?;
    core.commit(tx).await?;
    Ok(again)
}

/// Sends again what a webhook did not take since then, at most 500; how many.
pub(crate) async fn replay_untaken(
    core: &Core,
    who: &Principal,
    id: WebhookId,
    since: Timestamp,
) -> Result<u32> {
    who.may(Permission::Staff)?;
    let mut tx = core.begin().await?;
    called(tx.as_read(), who, id).await?;
    let (now, mut count) = (core.world.now(), 0_u32);
    for of in tx.untaken_deliveries(who.shop_id, id, since, MOST_AGAIN).await? {
        if let Some(again) = of.again(now) {
            send(core, tx.as_mut(), &again).await?;
            count = count.saturating_add(1);
        }
    }
    if count > 0 {
        note(core, tx.as_mut(), who, Deed::WebhookReplayed { webhook: id, count }).await?;
    }
    core.commit(tx).await?;
    Ok(count)
}

async fn one(read: &mut dyn Read, who: &Principal, id: WebhookId) -> Result<Webhook> {
    let all = read.webhooks(who.shop_id).await?;
    Ok(all.into_iter().find(|one| one.id == id).ok_or(Refusal::NotFound)?)
}

/// A webhook that is called; nothing can be sent to one that is switched off.
async fn called(read: &mut dyn Read, who: &Principal, id: WebhookId) -> Result<Webhook> {
    let found = one(read, who, id).await?;
    if found.state == WebhookState::On {
        return Ok(found);
    }
    Err(Refusal::bad_input("on", "the webhook is switched off").into())
}

/// An address, if it may be called.
async fn fit(core: &Core, who: &Principal, url: &str) -> Result<Secret<String>> {
    let caller = core.caller.as_ref().ok_or(Refusal::bad_input("url", "this installation calls nobody"))?;
    let url = url.trim();
    caller.accepts(url, may_tell_inside(core.read().await?.as_mut(), who.shop_id).await?)?;
    Ok(Secret::new(url.to_owned()))
}

/// A new key: 32 bytes; Standard Webhooks wants 24 to 64.
fn new_key(core: &Core) -> Secret<String> {
    Secret::new(BASE64.encode(&core.world.bytes::<32>()))
}

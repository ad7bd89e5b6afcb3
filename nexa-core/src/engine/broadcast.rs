//! Sends one message to many. First the recipients are written down in slices, then they are written to in slices.
//!
//! What became of a recipient is committed before the next one is written to, so a crash in between sends at most the one
//! message twice that was under way, and forgets nobody. The notifier sets the pace: `Later` lets the job rest.

use super::{
    Core,
    reach::{note_blocked, telegram_of},
    sync_panels::lost,
    worker::Next,
};
use crate::{
    domain::{
        broadcast::{Broadcast, BroadcastState, RecipientState},
        job::Lease,
        refusal::Refusal,
        shop::Shop,
        time::after,
    },
    error::Result,
    ids::{BroadcastId, ShopId, UserId},
    ports::notifier::{Announcement, Delivery},
};
use jiff::{SignedDuration, Timestamp};

/// Users that are looked at in one transaction.
const SLICE: u32 = 500;
/// Recipients that are written to before other jobs get their turn.
const BATCH: u32 = 50;
/// How long a batch may take; below what a job may take.
const LONGEST: SignedDuration = SignedDuration::from_secs(60);
/// How long one message may take.
const DEADLINE: SignedDuration = SignedDuration::from_secs(15);
/// The least rest after `Later`.
const SHORTEST_REST: SignedDuration = SignedDuration::from_secs(1);

/// The job: a slice of recipients, or a batch of messages.
pub(super) async fn broadcast(core: &Core, lease: &Lease, shop: ShopId, id: BroadcastId) -> Result<Next> {
    let mut read = core.read().await?;
    let shop = core.shop(read.as_mut(), shop).await?;
    let found = read.broadcast(shop.id, id).await?.filter(|b| b.state == BroadcastState::Sending);
    let Some(found) = found else { return Ok(Next::Done) };
    drop(read);
    if possible(core, &shop).is_err() {
        // Else everybody who is left would count as failed.
        return end(core, lease, &shop, id, Broadcast::stop).await;
    }
    if found.gathered { send(core, lease, &shop, &found).await } else { gather(core, lease, &shop, id).await }
}

async fn gather(core: &Core, lease: &Lease, shop: &Shop, id: BroadcastId) -> Result<Next> {
    let mut tx = core.begin().await?;
    if !tx.holds_lease(lease).await? {
        return Err(lost());
    }
    let held = tx.lock_broadcast(shop.id, id).await?.filter(|b| b.state == BroadcastState::Sending);
    let Some(held) = held else { return Ok(Next::Done) };
    // Whoever comes into the segment while it is written down may or may not get it; the moment it began counts.
    let begun = held.begun_at.unwrap_or(held.created_at);
    let last = tx.gather_recipients(&held, begun, SLICE).await?;
    let mut broadcast = held.into_inner();
    match last {
        Some(last) => broadcast.cursor = Some(last),
        None => broadcast.gathered = true,
    }
    tx.save_broadcast(&broadcast).await?;
    core.commit(tx).await?;
    Ok(Next::Again(core.world.now()))
}

async fn send(core: &Core, lease: &Lease, shop: &Shop, of: &Broadcast) -> Result<Next> {
    let until = after(core.world.now(), LONGEST);
    let pending = core.read().await?.pending_recipients(shop.id, of.id, BATCH).await?;
    if pending.is_empty() {
        return end(core, lease, shop, of.id, Broadcast::finish).await;
    }
    for user in pending {
        let became = match announce(core, shop, of, user).await? {
            Delivery::Sent => RecipientState::Sent,
            Delivery::Blocked => RecipientState::Blocked,
            Delivery::NoAddress | Delivery::Bounced(_) => RecipientState::Failed,
            Delivery::Failed(why) => {
                tracing::warn!(broadcast = %of.id, why, "a message of a broadcast was not sent");
                RecipientState::Failed
            }
            Delivery::Later(pause, why) => {
                tracing::debug!(broadcast = %of.id, why, "a broadcast rests");
                return Ok(Next::Again(after(core.world.now(), pause.max(SHORTEST_REST))));
            }
        };
        let mut tx = core.begin().await?;
        if !tx.holds_lease(lease).await? {
            return Err(lost());
        }
        tx.save_recipient(shop.id, of.id, user, became).await?;
        let now = tx.broadcast(shop.id, of.id).await?;
        let bot = core.shop(tx.as_read(), shop.id).await?;
        core.commit(tx).await?;
        if now.is_none_or(|b| b.state != BroadcastState::Sending) {
            return Ok(Next::Done);
        }
        if possible(core, &bot).is_err() {
            // Switched off meanwhile: the next run ends it.
            break;
        }
        if core.world.now() >= until {
            break;
        }
    }
    Ok(Next::Again(core.world.now()))
}

/// Ends it in this way.
async fn end(
    core: &Core,
    lease: &Lease,
    shop: &Shop,
    id: BroadcastId,
    how: fn(Broadcast, Timestamp) -> Result<Broadcast, Refusal>,
) -> Result<Next> {
    let mut tx = core.begin().await?;
    if !tx.holds_lease(lease).await? {
        return Err(lost());
    }
    let held = tx.lock_broadcast(shop.id, id).await?.filter(|b| b.state == BroadcastState::Sending);
    let Some(held) = held else { return Ok(Next::Done) };
    let now = core.world.now();
    tx.save_broadcast(&held.try_map(|b| how(b, now))?.into_inner()).await?;
    core.commit(tx).await?;
    Ok(Next::Done)
}

/// Writes to one recipient. The only place that knows how a notifier is asked.
async fn announce(core: &Core, shop: &Shop, of: &Broadcast, user: UserId) -> Result<Delivery> {
    let mut read = core.read().await?;
    let found = read.user(shop.id, user).await?;
    let reach = read.reach(shop.id, user).await?;
    // It may be long since the recipient was written down.
    let Some(user) = found.filter(|user| !user.blocked && reach.is_none_or(|reach| reach.hears_news()))
    else {
        return Ok(Delivery::Blocked);
    };
    let Some(telegram) = telegram_of(core, read.as_mut(), &user).await? else {
        return Ok(Delivery::Blocked);
    };
    drop(read);
    let locale = user.locale.unwrap_or(shop.locale);
    let announcement = Announcement {
        text: of.message.text(locale, shop.locale).to_owned(),
        buttons: of.message.buttons.clone(),
        locale,
    };
    let mut answer = Delivery::NoAddress;
    for notifier in &core.notifiers {
        let call = core.world.within(DEADLINE, notifier.announce(shop, telegram, &announcement)).await;
        answer = call.unwrap_or_else(|| Delivery::Failed("no answer in time".to_owned()));
        if answer != Delivery::NoAddress {
            break;
        }
    }
    if answer == Delivery::Blocked {
        note_blocked(core, shop.id, user.id).await?;
    }
    Ok(answer)
}

/// Refuses to send where nobody can be reached: no bot of the shop answers.
pub(super) fn possible(core: &Core, shop: &Shop) -> Result<(), Refusal> {
    let answers = shop.telegram.as_ref().is_some_and(|bot| bot.settings.answers);
    if answers && !core.notifiers.is_empty() { Ok(()) } else { Err(Refusal::TelegramUnavailable) }
}

//! Hands a notice to the browsers of its user, to their messenger, and to their mailbox where neither took it. The inbox shows it either way, so a lost message loses nothing.

use super::{
    Core,
    beside::Tries,
    letters::mail_route,
    push::{Pushed, push_all},
    reach::{note_blocked, note_bounce, telegram_of},
    worker::Next,
};
use crate::{
    domain::{
        notice::{Notice, NoticeRecord},
        reach::{Reach, When},
        shop::{Locale, Shop},
        time::after,
    },
    error::{Error, Failure, Part, Result, Retry},
    ids::{NoticeId, ShopId},
    ports::{
        notifier::{Delivery, Recipient},
        storage::{Read, Tx},
    },
};
use jiff::{SignedDuration, Timestamp};

/// How long a notifier may take: a messenger that hangs must not keep the worker from ending subscriptions.
const DEADLINE: SignedDuration = SignedDuration::from_secs(15);
/// What is older than this is in the inbox, and no news any more.
const TOO_OLD: SignedDuration = SignedDuration::from_hours(72);

/// Tries the browsers, the messenger, then the mailbox; the first that takes it wins. Answers to letters go by mail first. What may wait, waits for the end of its
/// reader's quiet hours.
pub(super) async fn deliver(core: &Core, shop: ShopId, id: NoticeId) -> Result<Next> {
    let mut read = core.read().await?;
    let Some(notice) = read.notice(shop, id).await?.filter(|n| n.delivered_at.is_none()) else {
        return Ok(Next::Done);
    };
    let (Some(shop), Some(user)) = (read.shop(shop).await?, read.user(shop, notice.user_id).await?) else {
        return Ok(Next::Done);
    };
    let now = core.world.now();
    if now > after(notice.created_at, TOO_OLD) {
        return Ok(Next::Done);
    }
    let reach = read.reach(shop.id, user.id).await?.unwrap_or_else(|| Reach::new(shop.id, user.id));
    match reach.when(notice.notice.matter(), &shop.zone(), now) {
        When::Now => {}
        When::At(then) => return Ok(Next::Again(then)),
        When::Never => return Ok(Next::Done),
    }
    let telegram = match reach.blocked_since {
        None => telegram_of(core, read.as_mut(), &user).await?,
        Some(_) => None,
    };
    let mail = mail_route(core, read.as_mut(), (&shop, &user), &reach, &notice).await?;
    let mail_first = mail.is_some() && asked_by_mail(read.as_mut(), &notice).await?;
    drop(read);
    let locale = user.locale.unwrap_or(shop.locale);
    let messenger = Recipient { user: &user, telegram, mail: None };
    let mailbox = Recipient { user: &user, telegram: None, mail: mail.as_ref() };
    let mut tried = Tried::default();
    if mail_first && notify(core, &shop, mailbox, &notice, locale, &mut tried).await? {
        return delivered(core, notice).await;
    }
    match push_all(core, &shop, &notice, locale).await? {
        Pushed::Shown => return delivered(core, notice).await,
        Pushed::Nowhere => {}
        Pushed::Later(why) => tried.failed = Some(why),
    }
    if notify(core, &shop, messenger, &notice, locale, &mut tried).await? {
        return delivered(core, notice).await;
    }
    // Whoever is only asked to wait for a moment is not told by mail instead.
    let by_mail = mail.is_some() && !mail_first && tried.again.is_none();
    if by_mail && notify(core, &shop, mailbox, &notice, locale, &mut tried).await? {
        return delivered(core, notice).await;
    }
    match (tried.again, tried.failed) {
        // Whoever asked for a pause gets it, whatever else failed meanwhile.
        (Some(then), _) => Ok(Next::Again(then)),
        (None, None) => Ok(Next::Done),
        (None, Some(what)) => Err(Error::Failed(Failure { part: Part::Notifier, retry: Retry::Soon, what })),
    }
}

/// Whether it answers somebody who wrote by mail last, and so waits for the answer there.
async fn asked_by_mail(read: &mut dyn Read, notice: &NoticeRecord) -> Result<bool> {
    let Notice::TicketAnswered { ticket } = notice.notice else { return Ok(false) };
    Ok(read.ticket(notice.shop_id, ticket).await?.is_some_and(|ticket| ticket.by_mail))
}

/// What came of those who did not take it.
#[derive(Default)]
struct Tried {
    again: Option<Timestamp>,
    failed: Option<String>,
}

/// Whether a notifier took it.
async fn notify(
    core: &Core,
    shop: &Shop,
    to: Recipient<'_>,
    notice: &NoticeRecord,
    locale: Locale,
    tried: &mut Tried,
) -> Result<bool> {
    for notifier in &core.notifiers {
        let call = core.world.within(DEADLINE, notifier.deliver(shop, to, notice, locale)).await;
        match call.unwrap_or_else(|| Delivery::Failed("no answer in time".to_owned())) {
            Delivery::Sent => return Ok(true),
            Delivery::NoAddress => {}
            Delivery::Blocked => note_blocked(core, shop.id, to.user.id).await?,
            Delivery::Bounced(how) => {
                note_bounce(core, shop.id, to.user.id, how, None).await?;
            }
            Delivery::Later(pause, why) => {
                tracing::warn!(%why, seconds = pause.as_secs(), "a messenger asks for a pause");
                let then = after(core.world.now(), pause.max(SignedDuration::from_secs(1)));
                tried.again = Some(tried.again.map_or(then, |before| before.max(then)));
            }
            Delivery::Failed(why) => tried.failed = Some(why),
        }
    }
    Ok(false)
}

async fn delivered(core: &Core, notice: NoticeRecord) -> Result<Next> {
    let notice = NoticeRecord { delivered_at: Some(core.world.now()), ..notice };
    let mut tries = Tries::beside(core);
    while let Err(failed) = write_delivered(core, tries.begin().await?, &notice).await {
        tries.again(failed.into()).await?;
    }
    Ok(Next::Done)
}

async fn write_delivered(core: &Core, mut tx: Box<dyn Tx>, notice: &NoticeRecord) -> Result<(), Failure> {
    // Who left meanwhile took it along, and it must not come back.
    if tx.notice(notice.shop_id, notice.id).await?.is_none() {
        return Ok(());
    }
    tx.save_notice(notice).await?;
    core.commit(tx).await
}

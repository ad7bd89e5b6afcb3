//! Hands a notice to the browsers of its user, and to the notifiers. The inbox shows it either way, so a lost message loses nothing.

use super::{
    Core,
    push::{Pushed, push_all},
    reach::{note_blocked, telegram_of},
    worker::Next,
};
use crate::{
    domain::{
        notice::NoticeRecord,
        reach::{Reach, When},
        shop::{Locale, Shop},
        time::after,
        user::User,
    },
    error::{Error, Failure, Part, Result, Retry},
    ids::{NoticeId, ShopId},
    ports::notifier::{Delivery, Recipient},
};
use jiff::{SignedDuration, Timestamp};

/// How long a notifier may take: a messenger that hangs must not keep the worker from ending subscriptions.
const DEADLINE: SignedDuration = SignedDuration::from_secs(15);
/// What is older than this is in the inbox, and no news any more.
const TOO_OLD: SignedDuration = SignedDuration::from_hours(72);

/// Tries the browsers, then every notifier; the first that takes it wins. What may wait, waits for the end of its
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
    drop(read);
    let locale = user.locale.unwrap_or(shop.locale);
    let mut tried = match push_all(core, &shop, &notice, locale).await? {
        Pushed::Shown => return delivered(core, notice).await,
        Pushed::Nowhere => Tried::default(),
        Pushed::Later(why) => Tried { failed: Some(why), ..Tried::default() },
    };
    if notify(core, &shop, (&user, telegram), &notice, locale, &mut tried).await? {
        return delivered(core, notice).await;
    }
    match (tried.again, tried.failed) {
        // Whoever asked for a pause gets it, whatever else failed meanwhile.
        (Some(then), _) => Ok(Next::Again(then)),
        (None, None) => Ok(Next::Done),
        (None, Some(what)) => Err(Error::Failed(Failure { part: Part::Notifier, retry: Retry::Soon, what })),
    }
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
    (user, telegram): (&User, Option<i64>),
    notice: &NoticeRecord,
    locale: Locale,
    tried: &mut Tried,
) -> Result<bool> {
    for notifier in &core.notifiers {
        let to = Recipient { user, telegram };
        let call = core.world.within(DEADLINE, notifier.deliver(shop, to, notice, locale)).await;
        match call.unwrap_or_else(|| Delivery::Failed("no answer in time".to_owned())) {
            Delivery::Sent => return Ok(true),
            Delivery::NoAddress => {}
            Delivery::Blocked => note_blocked(core, shop.id, user.id).await?,
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
    let mut tx = core.begin().await?;
    tx.save_notice(&notice).await?;
    core.commit(tx).await?;
    Ok(Next::Done)
}

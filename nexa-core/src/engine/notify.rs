//! Hands a notice to the browsers of its user, and to the notifiers. The inbox shows it either way, so a lost message loses nothing.

use super::{
    Core,
    push::{Pushed, push_all},
    worker::Next,
};
use crate::{
    domain::notice::NoticeRecord,
    error::{Error, Failure, Part, Result, Retry},
    ids::{NoticeId, ShopId},
    ports::outcome::Outcome,
};
use jiff::SignedDuration;

/// How long a notifier may take: a messenger that hangs must not keep the worker from ending subscriptions.
const DEADLINE: SignedDuration = SignedDuration::from_secs(15);

/// Tries the browsers, then every notifier; the first that takes it wins.
pub(super) async fn deliver(core: &Core, shop: ShopId, id: NoticeId) -> Result<Next> {
    let mut read = core.read().await?;
    let Some(notice) = read.notice(shop, id).await?.filter(|n| n.delivered_at.is_none()) else {
        return Ok(Next::Done);
    };
    let (Some(shop), Some(user)) = (read.shop(shop).await?, read.user(shop, notice.user_id).await?) else {
        return Ok(Next::Done);
    };
    drop(read);
    let locale = user.locale.unwrap_or(shop.locale);
    let mut undecided = match push_all(core, &shop, &notice, locale).await? {
        Pushed::Shown => return delivered(core, notice).await,
        Pushed::Nowhere => None,
        Pushed::Later(why) => Some(why),
    };
    for notifier in &core.notifiers {
        let call = core.world.within(DEADLINE, notifier.deliver(&shop, &user, &notice, locale)).await;
        match call.unwrap_or_else(|| Outcome::Ambiguous("no answer in time".to_owned())) {
            Outcome::Done(()) => return delivered(core, notice).await,
            Outcome::NotFound | Outcome::Rejected(_) => {}
            Outcome::Unreachable(why) | Outcome::Ambiguous(why) => undecided = Some(why),
        }
    }
    match undecided {
        None => Ok(Next::Done),
        Some(what) => Err(Error::Failed(Failure { part: Part::Notifier, retry: Retry::Soon, what })),
    }
}

async fn delivered(core: &Core, notice: NoticeRecord) -> Result<Next> {
    let notice = NoticeRecord { delivered_at: Some(core.world.now()), ..notice };
    let mut tx = core.begin().await?;
    tx.save_notice(&notice).await?;
    core.commit(tx).await?;
    Ok(Next::Done)
}

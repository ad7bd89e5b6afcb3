//! Hands a notice to the notifiers. The inbox shows it either way, so a lost message loses nothing.

use super::{Core, worker::Next};
use crate::{
    error::{Error, Failure, Part, Result, Retry},
    ids::{NoticeId, ShopId},
    ports::outcome::Outcome,
};
use jiff::SignedDuration;

/// How long a notifier may take: a messenger that hangs must not keep the worker from ending subscriptions.
const DEADLINE: SignedDuration = SignedDuration::from_secs(15);

/// Tries every notifier; the first that takes it wins.
pub(super) async fn deliver(core: &Core, shop: ShopId, id: NoticeId) -> Result<Next> {
    let mut read = core.read().await?;
    let Some(mut notice) = read.notice(shop, id).await?.filter(|n| n.delivered_at.is_none()) else {
        return Ok(Next::Done);
    };
    let (Some(shop), Some(user)) = (read.shop(shop).await?, read.user(shop, notice.user_id).await?) else {
        return Ok(Next::Done);
    };
    drop(read);
    let locale = user.locale.unwrap_or(shop.locale);
    let mut undecided = None;
    for notifier in &core.notifiers {
        let call = core.world.within(DEADLINE, notifier.deliver(&shop, &user, &notice, locale)).await;
        match call.unwrap_or_else(|| Outcome::Ambiguous("no answer in time".to_owned())) {
            Outcome::Done(()) => {
                notice.delivered_at = Some(core.world.now());
                let mut tx = core.begin().await?;
                tx.save_notice(&notice).await?;
                core.commit(tx).await?;
                return Ok(Next::Done);
            }
            Outcome::NotFound | Outcome::Rejected(_) => {}
            Outcome::Unreachable(why) | Outcome::Ambiguous(why) => undecided = Some(why),
        }
    }
    match undecided {
        None => Ok(Next::Done),
        Some(what) => Err(Error::Failed(Failure { part: Part::Notifier, retry: Retry::Soon, what })),
    }
}

//! One click that ends mails of one matter.

use super::tags;
use crate::{
    domain::{notice::Matter, refusal::Refusal},
    engine::{Core, reach},
    error::Result,
    ids::ShopId,
};

/// What a link is about, and whether it has been followed already.
pub(crate) async fn unsubscribe_offer(core: &Core, shop: ShopId, token: &str) -> Result<(Matter, bool)> {
    let (user, matter) = tags::unsubscribed(core, shop, token).ok_or(Refusal::NotFound)?;
    let mut read = core.read().await?;
    read.user(shop, user).await?.ok_or(Refusal::NotFound)?;
    let reach = reach::of(read.as_mut(), shop, user).await?;
    Ok((matter, reach.preferences.unmailed.contains(&matter)))
}

/// Ends mails of the matter that the link is about. Following it again changes nothing.
pub(crate) async fn unsubscribe(core: &Core, shop: ShopId, token: &str) -> Result<Matter> {
    let (user, matter) = tags::unsubscribed(core, shop, token).ok_or(Refusal::NotFound)?;
    if !matter.is_optional() {
        return Err(Refusal::NotFound.into());
    }
    let mut tx = core.begin().await?;
    tx.lock_user(shop, user).await?.ok_or(Refusal::NotFound)?;
    let mut reach = reach::of(tx.as_read(), shop, user).await?;
    if reach.preferences.unmailed.insert(matter) {
        tx.save_reach(&reach).await?;
        core.commit(tx).await?;
    }
    Ok(matter)
}

//! How users are reached outside our pages: what they chose, and what we learned when we tried.

use super::{
    Core,
    account::{clear, masked},
};
use crate::{
    domain::{
        letter::{Bounce, Mailbox},
        reach::{NoticePreferences, Reach},
        refusal::Refusal,
        user::{IdentityKind, Principal, Scope, User},
    },
    error::Result,
    ids::{ShopId, UserId},
    ports::storage::{Inserted, Read, Tx},
    secret::Fingerprint,
};

/// How the caller is reached.
pub(crate) async fn my_reach(core: &Core, who: &Principal) -> Result<Reach> {
    let user = who.with(Scope::Read)?;
    let mut read = core.read().await?;
    let known = read.user(who.shop_id, user).await?.filter(|user| !user.blocked);
    known.ok_or(Refusal::NotSignedIn)?;
    of(read.as_mut(), who.shop_id, user).await
}

/// Changes what the caller wants to hear.
pub(crate) async fn set_preferences(
    core: &Core,
    who: &Principal,
    change: impl FnOnce(NoticePreferences) -> Result<NoticePreferences, Refusal> + Send,
) -> Result<Reach> {
    let user = who.with(Scope::Read)?;
    let mut tx = core.begin().await?;
    let known = tx.lock_user(who.shop_id, user).await?.filter(|user| !user.blocked);
    known.ok_or(Refusal::NotSignedIn)?;
    let was = of(tx.as_read(), who.shop_id, user).await?;
    let reach = Reach { preferences: change(was.preferences.clone())?, ..was };
    tx.save_reach(&reach).await?;
    core.commit(tx).await?;
    Ok(reach)
}

/// Somebody was heard of who may have turned us away before.
pub(crate) async fn reached_again(core: &Core, shop: ShopId, user: UserId) -> Result<()> {
    // Asked for with every message that a bot gets: mostly there is nothing to write.
    let known = core.read().await?.reach(shop, user).await?;
    if known.is_none_or(|reach| reach.blocked_since.is_none()) {
        return Ok(());
    }
    let mut tx = core.begin().await?;
    tx.lock_user(shop, user).await?.ok_or(Refusal::NotFound)?;
    let reach = of(tx.as_read(), shop, user).await?;
    tx.save_reach(&Reach { blocked_since: None, ..reach }).await?;
    Ok(core.commit(tx).await?)
}

/// A messenger says that somebody takes no more messages.
pub(super) async fn note_blocked(core: &Core, shop: ShopId, user: UserId) -> Result<()> {
    let mut tx: Box<dyn Tx> = core.begin().await?;
    if tx.lock_user(shop, user).await?.is_none() {
        return Ok(());
    }
    let reach = of(tx.as_read(), shop, user).await?;
    let blocked_since = reach.blocked_since.or(Some(core.world.now()));
    tx.save_reach(&Reach { blocked_since, ..reach }).await?;
    Ok(core.commit(tx).await?)
}

/// The Telegram account that a user proved.
pub(super) async fn telegram_of(core: &Core, read: &mut dyn Read, user: &User) -> Result<Option<i64>> {
    let identities = read.identities(user.shop_id, user.id).await?;
    let proved = identities.iter().find(|i| i.kind == IdentityKind::Telegram && i.verified);
    let Some(identity) = proved else { return Ok(None) };
    Ok(clear(core, identity)?.and_then(|number| number.parse().ok()))
}

/// A mail did not arrive. `once` names the report that says so, which may come again; whether it was news.
pub(super) async fn note_bounce(
    core: &Core,
    shop: ShopId,
    user: UserId,
    how: Bounce,
    once: Option<&Fingerprint>,
) -> Result<bool> {
    let mut tx: Box<dyn Tx> = core.begin().await?;
    if tx.lock_user(shop, user).await?.is_none() {
        return Ok(false);
    }
    if let Some(once) = once
        && tx.insert_letter(shop, once, core.world.now()).await? == Inserted::Taken
    {
        return Ok(false);
    }
    let reach = of(tx.as_read(), shop, user).await?;
    let mailbox = reach.mailbox.bounced(how, core.world.now());
    tx.save_reach(&Reach { mailbox, ..reach }).await?;
    core.commit(tx).await?;
    Ok(true)
}

/// The holder of a mailbox proved it: mails are sent to it again.
pub(super) async fn mailbox_proved(tx: &mut dyn Tx, shop: ShopId, user: UserId) -> Result<()> {
    let Some(reach) = tx.reach(shop, user).await?.filter(|reach| reach.mailbox != Mailbox::default()) else {
        return Ok(());
    };
    Ok(tx.save_reach(&Reach { mailbox: Mailbox::default(), ..reach }).await?)
}

/// The address that mails of a user's notices go to, with most of it hidden; none without one that was proved.
pub(crate) async fn mailed_to(core: &Core, shop: ShopId, user: UserId) -> Result<Option<String>> {
    let identities = core.read().await?.identities(shop, user).await?;
    let proved = identities.iter().find(|i| i.kind == IdentityKind::Email && i.verified);
    proved.map_or(Ok(None), |identity| masked(core, identity))
}

pub(super) async fn of(read: &mut dyn Read, shop: ShopId, user: UserId) -> Result<Reach> {
    Ok(read.reach(shop, user).await?.unwrap_or_else(|| Reach::new(shop, user)))
}

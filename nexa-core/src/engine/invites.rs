//! Invitations: every user's own code, who accepted whose, and by which campaign somebody came. What comes of it is in
//! `commissions.rs`.

pub(super) mod postbacks;

use super::{
    Core,
    guess::{lookup, new_code, sought},
    withdrawals::withdrawable,
};
use crate::{
    domain::{
        commission::CommissionCount,
        event::Event,
        ledger::{Account, Journal},
        money::Money,
        referral::{self, Asked, CameBy, Invitation, Referral, ReferralCount, ReferralTerms},
        refusal::Refusal,
        shop::Shop,
        user::{Principal, Scope, User},
    },
    error::{Error, Failure, Result},
    ids::{ShopId, UserId},
    ports::storage::{Inserted, Read, Tx},
    secret::Purpose,
};

/// How somebody came who signs up.
#[derive(Clone, PartialEq, Eq, Default)]
pub(crate) struct Arrival {
    /// By whose invitation.
    pub(crate) invitation: Option<String>,
    /// By which campaign.
    pub(crate) campaign: Option<String>,
}

/// A user's own invitation, as its owner sees it.
pub(crate) struct OwnInvitation {
    pub(crate) code: String,
    pub(crate) shop: Shop,
    /// Scheme and host of the shop's own pages.
    pub(crate) home: String,
    pub(crate) count: ReferralCount,
    pub(crate) earned: CommissionCount,
    /// What of the wallet can be withdrawn.
    pub(crate) withdrawable: Money,
    pub(crate) terms: ReferralTerms,
    /// Whether the user came by an invitation.
    pub(crate) accepted: bool,
}

/// The caller's invitation; its code is made when it is first asked for.
pub(crate) async fn own_invitation(core: &Core, who: &Principal) -> Result<OwnInvitation> {
    let (user, shop) = (who.with(Scope::Read)?, who.shop_id);
    let mut read = core.read().await?;
    read.user(shop, user).await?.filter(|user| !user.blocked).ok_or(Refusal::NotSignedIn)?;
    let known = read.invitation(shop, user).await?;
    let known = match known {
        Some(known) => known,
        None => make(core, shop, user).await?,
    };
    let shop = core.shop(read.as_mut(), shop).await?;
    let settings = read.link_settings(shop.id).await?.unwrap_or_default();
    Ok(OwnInvitation {
        code: clear(core, &known)?,
        home: settings.home(&shop, &core.public_url),
        count: read.referral_count(shop.id, user).await?,
        earned: read.commission_count(shop.id, user).await?,
        withdrawable: withdrawable(read.as_mut(), shop.id, user, Money::zero(shop.currency)).await?,
        terms: read.referral_terms(shop.id).await?.unwrap_or_default(),
        accepted: read.referral(shop.id, user).await?.is_some(),
        shop,
    })
}

async fn make(core: &Core, shop: ShopId, user: UserId) -> Result<Invitation> {
    let fresh = new_code(core);
    let made = Invitation {
        shop_id: shop,
        user_id: user,
        lookup: core.keys.fingerprint(Purpose::Invitation, &fresh),
        sealed: core.keys.seal(&core.world, &context(user), fresh.as_bytes()),
    };
    let mut tx = core.begin().await?;
    if tx.insert_invitation(&made).await? == Inserted::Taken {
        let first = tx.invitation(shop, user).await?;
        // Whoever wrote it did so just before, and the commit may still be under way.
        core.commit(tx).await?;
        return first.ok_or_else(|| Failure::core("an invitation's code came twice").into());
    }
    core.commit(tx).await?;
    Ok(made)
}

/// The code in clear.
pub(crate) fn clear(core: &Core, of: &Invitation) -> Result<String> {
    let bytes = core.keys.open(&context(of.user_id), &of.sealed)?;
    Ok(String::from_utf8(bytes).map_err(|_| Failure::core("an invitation's code is not text"))?)
}

fn context(user: UserId) -> String {
    format!("invitation|{user}")
}

/// Whose code it is.
async fn found(core: &Core, read: &mut dyn Read, shop: ShopId, typed: &str) -> Result<Option<UserId>> {
    let Some(lookup) = lookup(core, Purpose::Invitation, typed) else { return Ok(None) };
    Ok(read.invitation_by_code(shop, &lookup).await?.map(|known| known.user_id))
}

/// Notes that the caller was invited by whoever has this code. Once, and before the first paid order.
pub(crate) async fn accept_invitation(core: &Core, who: &Principal, typed: &str) -> Result<()> {
    let (user, shop) = (who.with(Scope::Buy)?, who.shop_id);
    let search = async { found(core, core.read().await?.as_mut(), shop, typed).await };
    let referrer = sought(core, user, search, Refusal::InvitationUnknown).await?;
    let mut tx = core.begin().await?;
    join(core, tx.as_mut(), shop, user, referrer).await?;
    Ok(core.commit(tx).await?)
}

/// Users, held in the order of their ids, so that two who are held at once never wait for each other.
pub(super) async fn hold(tx: &mut dyn Tx, shop: ShopId, mut users: Vec<UserId>) -> Result<Vec<User>> {
    users.sort_unstable();
    users.dedup();
    let mut held = Vec::new();
    for user in users {
        held.push(tx.lock_user(shop, user).await?.ok_or(Refusal::NotFound)?.into_inner());
    }
    Ok(held)
}

async fn join(core: &Core, tx: &mut dyn Tx, shop: ShopId, user: UserId, by: UserId) -> Result<()> {
    let held = hold(tx, shop, vec![user, by]).await?;
    let referrer = held.into_iter().find(|held| held.id == by).ok_or(Refusal::NotFound)?;
    let before = tx.referral(shop, user).await?;
    let above = tx.referral(shop, by).await?;
    let has_paid = tx.first_paid(shop, user).await?.is_some();
    let asked = Asked { user, referrer: &referrer, before: before.as_ref(), above: above.as_ref(), has_paid };
    if !referral::accept(asked)? {
        return Ok(());
    }
    let now = core.world.now();
    let new = Referral { shop_id: shop, user_id: user, referrer_id: by, accepted_at: now, payout: None };
    if tx.insert_referral(&new).await? == Inserted::Taken {
        return Err(Refusal::AlreadyInvited.into());
    }
    Ok(core.record(tx, shop, Event::InvitationAccepted { user, referrer: by }).await?)
}

/// Notes how a new user came. What is not there is left out: an old link must keep nobody from signing up.
pub(super) async fn arrive(
    core: &Core,
    tx: &mut dyn Tx,
    shop: ShopId,
    user: UserId,
    by: &Arrival,
) -> Result<()> {
    if let Some(by) = by.campaign.as_deref().and_then(CameBy::read)
        && tx.campaign(shop, &by.code).await?.is_some()
    {
        if tx.note_campaign(shop, user, &by).await? == Inserted::Taken {
            return Err(Failure::core("a new user came by a campaign before").into());
        }
        postbacks::signed_up(core, tx, shop, user).await?;
    }
    let Some(typed) = &by.invitation else { return Ok(()) };
    let Some(referrer) = found(core, tx.as_read(), shop, typed).await? else { return Ok(()) };
    match join(core, tx, shop, user, referrer).await {
        Ok(()) | Err(Error::Refused(_)) => Ok(()),
        Err(failed) => Err(failed),
    }
}

/// The journal with this transfer, if it is one.
pub(super) fn given(journal: Journal, from: Account, to: Account, amount: Money) -> Result<Journal, Refusal> {
    if amount.is_positive() { journal.transfer(from, to, amount) } else { Ok(journal) }
}

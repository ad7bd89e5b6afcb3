//! Invitations: every user's own code, who accepted whose, and what the first paid order of the invited brings.
//!
//! Whoever invited is paid by a job behind the order, so that no purchase ever waits for it or fails of it. The row of
//! the invited says what was paid out, so the job may run twice, and a refund takes back what the order had brought in
//! the transaction that gives the price back.

use super::{
    Core,
    guess::{lookup, new_code, sought},
    kept::wallet_filled,
    settle,
    worker::Next,
};
use crate::{
    domain::{
        event::Event,
        ledger::{Account, Journal},
        money::Money,
        order::Order,
        referral::{
            self, Asked, Invitation, Paid, Payout, Referral, ReferralCount, ReferralTerms, is_campaign,
        },
        refusal::Refusal,
        shop::Shop,
        user::{Principal, Scope, User},
    },
    error::{Error, Failure, Result},
    ids::{OrderId, ShopId, UserId},
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

/// Two users, held in the order of their ids, so that two who are held at once never wait for each other.
async fn hold(tx: &mut dyn Tx, shop: ShopId, one: UserId, other: UserId) -> Result<(User, User)> {
    let first = tx.lock_user(shop, one.min(other)).await?.ok_or(Refusal::NotFound)?.into_inner();
    let last = tx.lock_user(shop, one.max(other)).await?.ok_or(Refusal::NotFound)?.into_inner();
    Ok(if one <= other { (first, last) } else { (last, first) })
}

async fn join(core: &Core, tx: &mut dyn Tx, shop: ShopId, user: UserId, by: UserId) -> Result<()> {
    let (_, referrer) = hold(tx, shop, user, by).await?;
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
    if let Some(named) = by.campaign.as_deref().filter(|named| is_campaign(named))
        && tx.campaign(shop, named).await?.is_some()
        && tx.note_campaign(shop, user, named).await? == Inserted::Taken
    {
        return Err(Failure::core("a new user came by a campaign before").into());
    }
    let Some(typed) = &by.invitation else { return Ok(()) };
    let Some(referrer) = found(core, tx.as_read(), shop, typed).await? else { return Ok(()) };
    match join(core, tx, shop, user, referrer).await {
        Ok(()) | Err(Error::Refused(_)) => Ok(()),
        Err(failed) => Err(failed),
    }
}

/// To be called where an order was paid with money: there may be somebody who invited its user.
pub(super) async fn paid(core: &Core, tx: &mut dyn Tx, order: &Order) -> Result<()> {
    let known = tx.referral(order.shop_id, order.user_id).await?;
    if known.is_some_and(|known| known.payout.is_none()) {
        core.record(tx, order.shop_id, Event::InvitedPaid { order: order.id }).await?;
    }
    Ok(())
}

/// The job behind it: pays out what the order brings, once for everybody who was invited.
pub(super) async fn reward(core: &Core, shop: ShopId, order: OrderId) -> Result<Next> {
    let mut tx = core.begin().await?;
    let Some(order) = tx.lock_order(shop, order).await? else { return Ok(Next::Done) };
    let Some(known) = tx.referral(shop, order.user_id).await? else { return Ok(Next::Done) };
    let (invited, referrer) = hold(tx.as_mut(), shop, known.user_id, known.referrer_id).await?;
    let terms = tx.referral_terms(shop).await?.unwrap_or_default();
    let first = tx.first_paid(shop, known.user_id).await?;
    let paid = Paid { order: &order, first, referrer: &referrer, invited: &invited };
    let Some(payout) = referral::payout(terms, &known, paid)? else { return Ok(Next::Done) };
    let cause = format!("referral:{}", known.user_id);
    let wallets = (Account::Wallet(known.referrer_id), Account::Wallet(known.user_id));
    let journal = Journal::new(core.world.id(), shop, cause, core.world.now());
    let journal = given(journal, Account::Referral, wallets.0, payout.reward)?;
    let journal = given(journal, Account::Referral, wallets.1, payout.welcome)?;
    tx.save_referral(&Referral { payout: Some(payout), ..known.clone() }).await?;
    if !journal.entries().is_empty() {
        settle::post(tx.as_mut(), &journal).await?;
        let (reward, welcome) = (payout.reward, payout.welcome);
        let (referrer, invited) = (known.referrer_id, known.user_id);
        let event = Event::ReferralPaid { order: order.id, referrer, reward, invited, welcome };
        core.record(tx.as_mut(), shop, event).await?;
        for (user, amount) in [(referrer, reward), (invited, welcome)] {
            if amount.is_positive() {
                wallet_filled(core, tx.as_mut(), shop, user).await?;
            }
        }
    }
    core.commit(tx).await?;
    Ok(Next::Done)
}

/// The journal with this transfer, if it is one.
fn given(journal: Journal, from: Account, to: Account, amount: Money) -> Result<Journal, Refusal> {
    if amount.is_positive() { journal.transfer(from, to, amount) } else { Ok(journal) }
}

/// Takes back what a refunded order had brought, as far as the wallets still hold it. To be called when the price is
/// in its user's wallet again.
pub(super) async fn take_back(core: &Core, tx: &mut dyn Tx, order: &Order) -> Result<()> {
    let shop = order.shop_id;
    let Some(known) = tx.referral(shop, order.user_id).await? else { return Ok(()) };
    let Some(payout) = known.payout.filter(|payout| payout.order_id == order.id) else { return Ok(()) };
    let (invited, referrer) = (known.user_id, known.referrer_id);
    hold(tx, shop, invited, referrer).await?;
    let mut lost = [payout.reward, payout.welcome];
    let mut journal =
        Journal::new(core.world.id(), shop, format!("referral-back:{invited}"), core.world.now());
    let parts = [(referrer, payout.reward_back), (invited, payout.welcome_back)];
    for (amount, (user, before)) in lost.iter_mut().zip(parts) {
        let held = tx.balance(shop, Account::Wallet(user), amount.currency).await?;
        *amount = referral::take_back(*amount, before, held);
        journal = given(journal, Account::Wallet(user), Account::Referral, *amount)?;
    }
    if journal.entries().is_empty() {
        return Ok(());
    }
    settle::post(tx, &journal).await?;
    let [reward, welcome] = lost;
    let payout = Payout {
        reward_back: payout.reward_back.plus(reward)?,
        welcome_back: payout.welcome_back.plus(welcome)?,
        ..payout
    };
    tx.save_referral(&Referral { payout: Some(payout), ..known }).await?;
    let event = Event::ReferralTakenBack { order: order.id, referrer, reward, invited, welcome };
    Ok(core.record(tx, shop, event).await?)
}

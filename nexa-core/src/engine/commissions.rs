//! Commissions: what an order pays is pinned when it is placed, earned by a job behind its payment, and put into wallets
//! when its hold is over.
//!
//! The job may run twice: an order has one commission of each level. A refund voids them in the transaction that gives
//! the price back: what waits is never paid, what was paid is taken out of the wallet as far as it is there.

mod days;
mod doubts;

use super::{
    Core, alert,
    earnings::{earned, unearned},
    invites::{given, hold, postbacks},
    kept::wallet_filled,
    settle,
    worker::Next,
};
use crate::{
    domain::{
        alert::Alert,
        commission::{Commission, CommissionState, Pinned, RewardDays, Share, Sign, Sold, may_earn, shares},
        event::Event,
        job::Job,
        ledger::{Account, Journal},
        money::Money,
        order::{Attention, Order},
        referral::{self, Paid, Payout, Referral, is_plan},
        refusal::Refusal,
        time::{after, days},
    },
    error::Result,
    ids::{OrderId, ShopId, UserId},
    ports::storage::{CommissionFilter, Inserted, Locked, Page, Tx},
};
use days::give_days;
use doubts::{has_lost, is_unsettled, look};
use jiff::{SignedDuration, Timestamp};

/// How long a commission waits once more whose order is being taken back or contested, or whose user is blocked.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_hours(24);
/// Why nothing is paid to somebody who has left.
const CLOSED: &str = "account_closed";

/// To be called where an order is placed that money will pay for: notes what it pays to those who brought its user.
pub(super) async fn pin(tx: &mut dyn Tx, order: &Order) -> Result<()> {
    if !is_plan(&order.kind) || !order.price.is_positive() {
        return Ok(());
    }
    let Some(terms) = tx.referral_terms(order.shop_id).await?.filter(|terms| terms.on) else { return Ok(()) };
    let pinned = Pinned { shop_id: order.shop_id, order_id: order.id, terms, base: None };
    Ok(tx.save_pinned(&pinned).await?)
}

/// To be called where an order was paid with money; `own` of it was commission money of its user.
pub(super) async fn paid(core: &Core, tx: &mut dyn Tx, order: &Order, own: Money) -> Result<()> {
    postbacks::paid(core, tx, order).await?;
    let shop = order.shop_id;
    let Some(known) = tx.referral(shop, order.user_id).await? else { return Ok(()) };
    let pinned = tx.pinned(shop, order.id).await?;
    if pinned.is_none() && known.payout.is_some() {
        return Ok(());
    }
    if let Some(pinned) = pinned {
        let base = Some(order.price.minus(own)?);
        tx.save_pinned(&Pinned { base, ..pinned }).await?;
    }
    Ok(core.record(tx, shop, Event::InvitedPaid { order: order.id }).await?)
}

/// The job behind it: notes what the order brings. What needs no waiting is paid at once.
pub(super) async fn reward(core: &Core, shop: ShopId, order: OrderId) -> Result<Next> {
    let mut tx = core.begin().await?;
    let Some(order) = tx.lock_order(shop, order).await? else { return Ok(Next::Done) };
    let Some(known) = tx.referral(shop, order.user_id).await? else { return Ok(Next::Done) };
    let above = tx.referral(shop, known.referrer_id).await?;
    let first = tx.first_paid(shop, known.user_id).await?;
    let pinned = tx.pinned(shop, order.id).await?;
    let mut people = vec![known.user_id, known.referrer_id];
    people.extend(above.as_ref().map(|above| above.referrer_id));
    let people = hold(tx.as_mut(), shop, people).await?;
    let is_first = first == Some(order.id);
    let shares = match &pinned {
        Some(pinned) => {
            shares(Sold { order: &order, pinned, known: &known, above: above.as_ref(), is_first })?
        }
        None => Vec::new(),
    };
    let mut given = Money::zero(order.price.currency);
    for share in shares {
        given = given.plus(share.amount)?;
        if people.iter().any(|user| user.id == share.user && may_earn(user)) {
            let base = pinned.as_ref().and_then(|pinned| pinned.base).unwrap_or(order.price);
            earn(core, tx.as_mut(), &order, (share, base)).await?;
        }
    }
    let Some(invited) = people.iter().find(|user| user.id == known.user_id) else { return Ok(Next::Done) };
    let terms = pinned.map(|pinned| pinned.terms);
    let paid = Paid { order: &order, terms, first, invited, shares: given };
    if let Some(payout) = referral::payout(&known, paid)? {
        welcome(core, tx.as_mut(), &known, payout).await?;
    }
    if is_unsettled(tx.as_mut(), &order).await? || mature_all(core, tx.as_mut(), &order).await? {
        let then = after(core.world.now(), LOOK_AGAIN);
        let job = Job::MatureCommission { order: order.id };
        core.enqueue(tx.as_mut(), shop, job, then, Some(format!("commission:{}", order.id))).await?;
    }
    core.commit(tx).await?;
    Ok(Next::Done)
}

/// Notes one share, unless the order has it already.
async fn earn(core: &Core, tx: &mut dyn Tx, order: &Order, (share, base): (Share, Money)) -> Result<()> {
    let (shop, now) = (order.shop_id, core.world.now());
    let Some(pinned) = tx.pinned(shop, order.id).await? else { return Ok(()) };
    let none = Money::zero(share.amount.currency);
    let signs = look(core, tx, order, share).await?;
    let made = Commission {
        id: core.world.id(),
        shop_id: shop,
        order_id: order.id,
        level: share.level,
        user_id: share.user,
        invited_id: order.user_id,
        base,
        amount: share.amount,
        reversed: none,
        paid: none,
        back: none,
        days: share.days.map(|days| RewardDays { days, void: 0, to: None }),
        state: if signs.is_empty() { CommissionState::Pending } else { CommissionState::Held },
        signs,
        reason: None,
        made_at: now,
        matures_at: after(order.paid_at.unwrap_or(now), days(pinned.terms.hold_days)),
    };
    if tx.insert_commission(&made).await? == Inserted::Taken {
        return Ok(());
    }
    if made.state == CommissionState::Held {
        alert::at_once(core, tx, shop, Alert::CommissionHeld { commission: made.id }).await?;
    }
    if now < made.matures_at {
        let key = Some(format!("commission:{}", order.id));
        core.enqueue(tx, shop, Job::MatureCommission { order: order.id }, made.matures_at, key).await?;
    }
    Ok(())
}

/// What the first order brings whoever paid it.
async fn welcome(core: &Core, tx: &mut dyn Tx, known: &Referral, payout: Payout) -> Result<()> {
    let (shop, invited, welcome) = (known.shop_id, known.user_id, payout.welcome);
    tx.save_referral(&Referral { payout: Some(payout), ..known.clone() }).await?;
    if !welcome.is_positive() {
        return Ok(());
    }
    let cause = format!("referral:{invited}");
    let journal = Journal::new(core.world.id(), shop, cause, core.world.now());
    let journal = journal.transfer(Account::Referral, Account::Wallet(invited), welcome)?;
    settle::post(tx, &journal).await?;
    let (referrer, reward) = (known.referrer_id, Money::zero(welcome.currency));
    let event = Event::ReferralPaid { order: payout.order_id, referrer, reward, invited, welcome };
    core.record(tx, shop, event).await?;
    wallet_filled(core, tx, shop, invited).await
}

/// The job at the end of a hold.
pub(super) async fn mature(core: &Core, shop: ShopId, order: OrderId) -> Result<Next> {
    let mut tx = core.begin().await?;
    let Some(order) = tx.lock_order(shop, order).await? else { return Ok(Next::Done) };
    let then = after(core.world.now(), LOOK_AGAIN);
    if is_unsettled(tx.as_mut(), &order).await? {
        return Ok(Next::Again(then));
    }
    let waits = mature_all(core, tx.as_mut(), &order).await?;
    core.commit(tx).await?;
    Ok(if waits { Next::Again(then) } else { Next::Done })
}

/// Pays what of an order's commissions is due, or holds it for a person; its row is held. Whether some wait on, because
/// their user is blocked or has no subscription that takes days.
async fn mature_all(core: &Core, tx: &mut dyn Tx, order: &Order) -> Result<bool> {
    let now = core.world.now();
    let all = tx.commissions_of(order.shop_id, order.id).await?;
    let due = |c: &Commission| c.state == CommissionState::Pending && c.matures_at <= now;
    let people: Vec<UserId> = all.iter().filter(|c| due(c)).map(|c| c.user_id).collect();
    let lost = !people.is_empty() && has_lost(tx.as_read(), order).await?;
    let people = hold(tx, order.shop_id, people).await?;
    let mut waits = false;
    for one in all.iter().filter(|c| due(c)) {
        let held = tx.lock_commission(order.shop_id, one.id).await?.ok_or(Refusal::NotFound)?;
        if !due(&held) {
            continue;
        }
        if lost && !held.signs.contains(&Sign::LostMoney) {
            let commission = held.id;
            tx.save_commission(held.map(|c| c.doubt(Sign::LostMoney))).await?;
            alert::at_once(core, tx, order.shop_id, Alert::CommissionHeld { commission }).await?;
        } else if people.iter().any(|user| user.id == held.user_id && may_earn(user)) {
            waits |= !pay(core, tx, held, now).await?;
        } else {
            waits = true;
        }
    }
    Ok(waits)
}

/// Gives its user one commission, and says whether it could: days wait for a subscription that takes them. Its user is
/// held.
async fn pay(core: &Core, tx: &mut dyn Tx, held: Locked<Commission>, now: Timestamp) -> Result<bool> {
    match held.days {
        Some(days) => give_days(core, tx, held, days.due()).await,
        None => pay_money(core, tx, held, now).await.map(|()| true),
    }
}

/// Puts one commission into its wallet. Its user is held.
async fn pay_money(core: &Core, tx: &mut dyn Tx, held: Locked<Commission>, now: Timestamp) -> Result<()> {
    let (shop, user, id) = (held.shop_id, held.user_id, held.id);
    let held = held.try_map(|c| c.mature(now))?;
    let (order, invited, reward) = (held.order_id, held.invited_id, held.paid);
    tx.save_commission(held).await?;
    if !reward.is_positive() {
        return Ok(());
    }
    let journal = Journal::new(core.world.id(), shop, format!("referral:{id}"), now);
    let journal = journal.transfer(Account::Referral, Account::Wallet(user), reward)?;
    settle::post(tx, &journal).await?;
    earned(tx, shop, user, reward).await?;
    let welcome = Money::zero(reward.currency);
    core.record(tx, shop, Event::ReferralPaid { order, referrer: user, reward, invited, welcome }).await?;
    set_off(core, tx, (shop, user), reward).await?;
    wallet_filled(core, tx, shop, user).await
}

/// Takes out of commission money that has just come in what former commissions lack: they are void, and were gone before
/// they could be taken back. Their user is held.
pub(super) async fn set_off(
    core: &Core,
    tx: &mut dyn Tx,
    (shop, user): (ShopId, UserId),
    came: Money,
) -> Result<()> {
    let mut left = came;
    for one in tx.overpaid(shop, user).await? {
        if one.amount.currency == left.currency && left.is_positive() {
            let held = tx.lock_commission(shop, one.id).await?.ok_or(Refusal::NotFound)?;
            left = left.minus(take_out(core, tx, held, left).await?)?;
        }
    }
    Ok(())
}

/// Of whoever leaves, what waits is refused: nothing is put into that wallet any more. Its user is held.
pub(super) async fn forget(tx: &mut dyn Tx, shop: ShopId, user: UserId) -> Result<()> {
    for state in [CommissionState::Pending, CommissionState::Held] {
        let filter = CommissionFilter { user: Some(user), state: Some(state) };
        let mut page = Page { before: None, limit: Page::MOST };
        loop {
            let rows = tx.commissions(shop, filter, page).await?;
            let Some(last) = rows.last() else { break };
            page.before = Some(crate::ids::Id::uuid(last.id));
            for row in rows {
                let held = tx.lock_commission(shop, row.id).await?.ok_or(Refusal::NotFound)?;
                tx.save_commission(held.try_map(|c| c.refuse(CLOSED))?).await?;
            }
        }
    }
    Ok(())
}

/// A person decided on a commission that was held: it goes on, or it is refused for this reason.
pub(super) async fn decide(
    core: &Core,
    tx: &mut dyn Tx,
    held: Locked<Commission>,
    refused: Option<&str>,
) -> Result<()> {
    let (shop, order, at) = (held.shop_id, held.order_id, held.matures_at);
    if let Some(reason) = refused {
        return Ok(tx.save_commission(held.try_map(|c| c.refuse(reason))?).await?);
    }
    tx.save_commission(held.try_map(Commission::approve)?).await?;
    let at = at.max(core.world.now());
    Ok(core.enqueue(tx, shop, Job::MatureCommission { order }, at, None).await?)
}

/// Holds everybody whom it concerns that an order is taken back. To be called before anything of it is posted, so that
/// nobody who holds one of them waits for the books meanwhile.
pub(super) async fn hold_those_of(tx: &mut dyn Tx, order: &Order) -> Result<()> {
    let all = tx.commissions_of(order.shop_id, order.id).await?;
    let mut people: Vec<UserId> = all.iter().map(|c| c.user_id).collect();
    people.push(order.user_id);
    hold(tx, order.shop_id, people).await.map(drop)
}

/// To be called where the payment of an order was taken back: whoever advertised hears of it as of a refund, once.
pub(super) async fn reversed(core: &Core, tx: &mut dyn Tx, order: &Order) -> Result<()> {
    if order.paid_at.is_none() || order.attention == Some(Attention::PaymentReversed) {
        return Ok(());
    }
    postbacks::refunded(core, tx, order).await
}

/// Takes back what a refunded order had brought. To be called when the price is in its user's wallet again.
pub(super) async fn take_back(core: &Core, tx: &mut dyn Tx, order: &Order) -> Result<()> {
    // Else it was told when the payment was taken back.
    if order.attention != Some(Attention::PaymentReversed) {
        postbacks::refunded(core, tx, order).await?;
    }
    lose(core, tx, order, order.price).await?;
    let shop = order.shop_id;
    let Some(known) = tx.referral(shop, order.user_id).await? else { return Ok(()) };
    let Some(payout) = known.payout.filter(|payout| payout.order_id == order.id) else { return Ok(()) };
    let (invited, referrer) = (known.user_id, known.referrer_id);
    hold(tx, shop, vec![invited]).await?;
    let wallet = Account::Wallet(invited);
    let there = tx.balance(shop, wallet, payout.welcome.currency).await?;
    let welcome = referral::take_back(payout.welcome, payout.welcome_back, there);
    let cause = format!("referral-back:{invited}");
    let journal = Journal::new(core.world.id(), shop, cause, core.world.now());
    let journal = given(journal, wallet, Account::Referral, welcome)?;
    if journal.entries().is_empty() {
        return Ok(());
    }
    settle::post(tx, &journal).await?;
    let payout = Payout { welcome_back: payout.welcome_back.plus(welcome)?, ..payout };
    tx.save_referral(&Referral { payout: Some(payout), ..known }).await?;
    let reward = Money::zero(welcome.currency);
    let event = Event::ReferralTakenBack { order: order.id, referrer, reward, invited, welcome };
    Ok(core.record(tx, shop, event).await?)
}

/// So much of what an order was paid with is gone: the same share of its commissions is void, and what was paid out of it
/// is taken back as far as the wallets hold it. What was spent stays spent, because a customer never owes the shop, and is
/// set off against later commissions.
pub(super) async fn lose(core: &Core, tx: &mut dyn Tx, order: &Order, lost: Money) -> Result<()> {
    let shop = order.shop_id;
    let all = tx.commissions_of(shop, order.id).await?;
    if all.is_empty()
        && let Some(pinned) = tx.pinned(shop, order.id).await?
    {
        // The job that notes what the order brings may not have run yet.
        tx.save_pinned(&pinned.lose(lost, order.price)?).await?;
    }
    hold(tx, shop, all.iter().map(|c| c.user_id).collect()).await?;
    for one in all {
        let held = tx.lock_commission(shop, one.id).await?.ok_or(Refusal::NotFound)?;
        let held = held.try_map(|c| c.lose(lost, order.price))?;
        let there = tx.balance(shop, Account::Wallet(held.user_id), held.amount.currency).await?;
        take_out(core, tx, held, there).await?;
    }
    Ok(())
}

/// Saves a commission, with what of it was paid and is void taken out of its wallet again, at most so much; how much it
/// was. Its user is held.
async fn take_out(core: &Core, tx: &mut dyn Tx, held: Locked<Commission>, most: Money) -> Result<Money> {
    let (shop, order, referrer, invited) = (held.shop_id, held.order_id, held.user_id, held.invited_id);
    let wanted = held.to_take_back()?;
    let reward = Money::new(wanted.minor.min(most.minor).max(0), wanted.currency);
    if !reward.is_positive() {
        tx.save_commission(held).await?;
        return Ok(reward);
    }
    let cause = format!("referral-back:{}:{}", held.id, held.back.minor);
    let journal = Journal::new(core.world.id(), shop, cause, core.world.now());
    let journal = journal.transfer(Account::Wallet(referrer), Account::Referral, reward)?;
    unearned(tx, shop, referrer, reward).await?;
    settle::post(tx, &journal).await?;
    let back = held.back.plus(reward)?;
    tx.save_commission(held.map(|c| Commission { back, ..c })).await?;
    let welcome = Money::zero(reward.currency);
    core.record(tx, shop, Event::ReferralTakenBack { order, referrer, reward, invited, welcome }).await?;
    Ok(reward)
}

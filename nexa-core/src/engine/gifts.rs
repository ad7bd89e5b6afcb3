//! Gifts: a plan that one user pays for and another claims.
//!
//! The order of a gift is fulfilled when it is paid, in the same transaction: what it sold is a code. Claiming places an
//! order at no price for whoever claims, under the gift's lock, and everything after that is what happens to any order.

use super::{
    Core, commissions, extras, free_order,
    guess::{lookup, new_code, sought},
    kept::wallet_filled,
    reversal, settle, supply,
};
use crate::{
    domain::{
        event::Event,
        gift::{Gift, GiftSale, GiftState},
        ledger::{Account, Journal},
        money::Money,
        order::{Order, OrderKind, OrderState, Sale},
        plan::Plan,
        refusal::Refusal,
        shop::Shop,
        user::{Principal, Scope},
    },
    error::{Failure, Result},
    ids::{OrderId, ShopId, SubscriptionId, UserId},
    ports::storage::{Inserted, Locked, Read, Tx},
    secret::Purpose,
};
use std::collections::BTreeMap;

/// A gift as somebody sees it.
pub(crate) struct GiftSeen {
    pub(crate) gift: Gift,
    pub(crate) sale: GiftSale,
    /// What its buyer wrote beside it.
    pub(crate) note: Option<String>,
    /// What was paid for it, for whoever bought it.
    pub(crate) price: Option<Money>,
    /// Its code, for whoever bought it, while it is not claimed.
    pub(crate) code: Option<String>,
    /// The order by which whoever looks at it claimed it.
    pub(crate) mine: Option<OrderId>,
    pub(crate) shop: Shop,
    /// Scheme and host of the shop's own pages.
    pub(crate) home: String,
}

/// Makes what a paid order of a gift sold. Part of the transaction that takes its price.
pub(super) async fn make(core: &Core, tx: &mut dyn Tx, order: &Order) -> Result<()> {
    let fresh = new_code(core);
    let gift = Gift {
        order_id: order.id,
        shop_id: order.shop_id,
        user_id: order.user_id,
        lookup: core.keys.fingerprint(Purpose::Gift, &fresh),
        sealed: core.keys.seal(&core.world, &context(order.id), fresh.as_bytes()),
        state: GiftState::Ready,
        created_at: core.world.now(),
    };
    if tx.insert_gift(&gift).await? == Inserted::Taken {
        return Err(Failure::core("a gift was made twice").into());
    }
    // Codes that operators make are handed to them at once: nobody wants a notice for each.
    if !order.price.is_positive() && order.coupon.is_none() {
        return Ok(());
    }
    Ok(core.record(tx, order.shop_id, Event::GiftReady { order: order.id, user: order.user_id }).await?)
}

fn context(order: OrderId) -> String {
    format!("gift|{order}")
}

/// What a buyer writes beside a gift, as it is kept.
pub(super) fn seal_note(core: &Core, buyer: UserId, note: &str) -> String {
    core.keys.seal(&core.world, &note_context(buyer), note.as_bytes())
}

/// What this buyer wrote beside a gift.
pub(super) fn open_note(core: &Core, buyer: UserId, of: &GiftSale) -> Result<Option<String>> {
    let Some(sealed) = &of.note_sealed else { return Ok(None) };
    let bytes = core.keys.open(&note_context(buyer), sealed)?;
    let note = String::from_utf8(bytes).map_err(|_| Failure::core("a gift's note is not text"))?;
    Ok(Some(note))
}

fn note_context(buyer: UserId) -> String {
    format!("gift note|{buyer}")
}

/// The gifts that the caller bought, newest first.
pub(crate) async fn gifts(core: &Core, who: &Principal) -> Result<Vec<GiftSeen>> {
    let user = who.with(Scope::Read)?;
    let mut read = core.read().await?;
    let mut all = Vec::new();
    for gift in read.gifts(who.shop_id, user).await? {
        all.push(seen(core, read.as_mut(), gift, user).await?);
    }
    Ok(all)
}

/// The gift that a code opens.
pub(crate) async fn gift(core: &Core, who: &Principal, typed: &str) -> Result<GiftSeen> {
    let user = who.with(Scope::Read)?;
    let gift = found(core, who.shop_id, user, typed).await?;
    seen(core, core.read().await?.as_mut(), gift, user).await
}

async fn found(core: &Core, shop: ShopId, user: UserId, typed: &str) -> Result<Gift> {
    let search = async {
        let Some(lookup) = lookup(core, Purpose::Gift, typed) else { return Ok(None) };
        let gift = core.read().await?.gift_by_code(shop, &lookup).await?;
        Ok(gift.filter(|gift| gift.state != GiftState::TakenBack))
    };
    sought(core, user, search, Refusal::GiftUnknown).await
}

async fn seen(core: &Core, read: &mut dyn Read, gift: Gift, by: UserId) -> Result<GiftSeen> {
    let (sale, price) = sold(read, &gift).await?;
    let shop = core.shop(read, gift.shop_id).await?;
    let home = read.link_settings(shop.id).await?.unwrap_or_default().home(&shop, &core.public_url);
    let own = gift.user_id == by;
    let shown = if own && gift.state == GiftState::Ready { Some(clear(core, &gift)?) } else { None };
    let note = open_note(core, gift.user_id, &sale)?;
    // That somebody else has it is no reason not to show it.
    let mine = gift.claimed_by(by).ok().flatten();
    Ok(GiftSeen { sale, note, price: own.then_some(price), code: shown, mine, shop, home, gift })
}

/// The codes of gifts that were just made; refused when a supplier did not deliver one of them.
pub(super) async fn codes_of(
    core: &Core,
    read: &mut dyn Read,
    shop: ShopId,
    user: UserId,
    orders: &[OrderId],
) -> Result<Vec<String>> {
    let gifts = read.gifts(shop, user).await?;
    let made: BTreeMap<OrderId, &Gift> = gifts.iter().map(|gift| (gift.order_id, gift)).collect();
    let mut codes = Vec::new();
    for order in orders {
        codes.push(clear(core, made.get(order).ok_or(Refusal::NotSupplied)?)?);
    }
    Ok(codes)
}

fn clear(core: &Core, of: &Gift) -> Result<String> {
    let bytes = core.keys.open(&context(of.order_id), &of.sealed)?;
    Ok(String::from_utf8(bytes).map_err(|_| Failure::core("a gift's code is not text"))?)
}

async fn sold(read: &mut dyn Read, gift: &Gift) -> Result<(GiftSale, Money)> {
    let order = read.order(gift.shop_id, gift.order_id).await?.ok_or(Refusal::NotFound)?;
    match order.kind {
        OrderKind::Gift(sale) => Ok((sale, order.price)),
        _ => Err(Failure::core("a gift whose order sold something else").into()),
    }
}

/// Gives what a gift holds to the caller: a new subscription, or more of one on the same plan. Once; the caller's own
/// second try gives the same order.
pub(crate) async fn claim_gift(
    core: &Core,
    who: &Principal,
    typed: &str,
    subscription: Option<SubscriptionId>,
) -> Result<OrderId> {
    let (user, shop) = (who.with(Scope::Buy)?, who.shop_id);
    let gift = found(core, shop, user, typed).await?;
    if let Some(order) = gift.claimed_by(user)? {
        return Ok(order);
    }
    let mut read = core.read().await?;
    let (sale, price) = sold(read.as_mut(), &gift).await?;
    let kind = claimed(core, read.as_mut(), &gift, sale, (user, subscription)).await?;
    drop(read);
    if let Some(of) = subscription {
        extras::renewable(core, shop, of).await?;
    }
    let mut tx = core.begin().await?;
    let claimer = tx.user(shop, user).await?.filter(|user| !user.blocked);
    claimer.ok_or(Refusal::NotSignedIn)?;
    let held = tx.lock_gift(shop, gift.order_id).await?.ok_or(Refusal::GiftUnknown)?;
    if let Some(order) = held.claimed_by(user)? {
        // Another try of theirs wrote it just before, and its commit may still be under way.
        core.commit(tx).await?;
        return Ok(order);
    }
    let placed = free_order::place(core, tx.as_mut(), shop, user, kind, price.currency).await?;
    let id = placed.id;
    tx.save_gift(held.try_map(|gift| gift.claim(user, id))?).await?;
    settle::take_price(core, tx.as_mut(), placed).await?;
    let (order, buyer) = (gift.order_id, gift.user_id);
    core.record(tx.as_mut(), shop, Event::GiftClaimed { order, user: buyer }).await?;
    core.commit(tx).await?;
    Ok(id)
}

/// What whoever claims gets by an order, on the terms that were paid for.
async fn claimed(
    core: &Core,
    read: &mut dyn Read,
    gift: &Gift,
    of: GiftSale,
    (user, onto): (UserId, Option<SubscriptionId>),
) -> Result<OrderKind> {
    let GiftSale { plan_id, plan_name, terms, group_id, .. } = of;
    let plan = read.plan(gift.shop_id, plan_id).await?.ok_or(Refusal::NotFound)?;
    let plan = Plan { terms, ..plan };
    let sale = |subscription_id| Sale { plan_id, plan_name, terms, group_id, subscription_id, region: None };
    let Some(onto) = onto else {
        extras::available(read, &plan).await?;
        return Ok(OrderKind::New(sale(core.world.id())));
    };
    let held = read.subscription(gift.shop_id, onto).await?.filter(|held| held.user_id == user);
    let held = held.ok_or(Refusal::NotFound)?;
    if held.plan_id != plan.id {
        return Err(Refusal::bad_input("subscription_id", "has another plan than the gift").into());
    }
    held.renewable_by(&plan)?;
    Ok(OrderKind::Renewal(sale(held.id)))
}

/// What this order claimed cannot be delivered: the gift may be claimed again.
pub(super) async fn free(tx: &mut dyn Tx, order: &Order) -> Result<()> {
    let Some(gift) = tx.gift_claimed_by(order.shop_id, order.id).await? else { return Ok(()) };
    let held = tx.lock_gift(order.shop_id, gift.order_id).await?.ok_or(Refusal::NotFound)?;
    Ok(tx.save_gift(held.map(|gift| gift.free(order.id))).await?)
}

/// Takes the caller's own gift back while nobody has claimed it.
pub(crate) async fn take_gift_back(core: &Core, who: &Principal, order: OrderId) -> Result<()> {
    let user = who.with(Scope::Buy)?;
    let mut tx = core.begin().await?;
    let order = tx.lock_order(who.shop_id, order).await?.filter(|o| o.user_id == user);
    let order = order.filter(|o| matches!(o.kind, OrderKind::Gift(_))).ok_or(Refusal::NotFound)?;
    undo(core, tx.as_mut(), order).await?;
    Ok(core.commit(tx).await?)
}

/// Its price returns to the wallet and its code is dead. One that waits for what it costs a reseller has none yet.
pub(super) async fn undo(core: &Core, tx: &mut dyn Tx, order: Locked<Order>) -> Result<()> {
    let (shop, id, user, price) = (order.shop_id, order.id, order.user_id, order.price);
    match tx.lock_gift(shop, id).await? {
        Some(gift) => tx.save_gift(gift.try_map(Gift::take_back)?).await?,
        None if order.state == OrderState::Paid => {}
        None => return Err(Refusal::OrderNotRefundable.into()),
    }
    commissions::hold_those_of(tx, &order).await?;
    // For what cost nothing, nothing comes back.
    if price.is_positive() {
        let journal = Journal::new(core.world.id(), shop, format!("refund:{id}"), core.world.now());
        settle::post(tx, &journal.transfer(Account::Revenue, Account::Wallet(user), price)?).await?;
    }
    commissions::take_back(core, tx, &order).await?;
    supply::give_back(core, tx, &order).await?;
    reversal::reclaim_of(core, tx, shop, id).await?;
    wallet_filled(core, tx, shop, user).await?;
    tx.save_order(order.try_map(Order::return_gift)?).await?;
    Ok(core.record(tx, shop, Event::OrderRefunded { order: id, user }).await?)
}

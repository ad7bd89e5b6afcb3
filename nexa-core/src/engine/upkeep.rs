//! What comes up towards a subscription's end: reminders, and its renewal from the wallet when the owner asked for it.
//!
//! Each step is noted in the subscription's period in the transaction that does it, so a second look does nothing. The
//! renewal is one order with a key that names the period: even two workers at once place it once.

use super::{
    Core, commissions, disputes, expire::is_coming, extras, settle, supply, wish::sale, worker::Next,
};
use crate::{
    domain::{
        event::Event,
        job::Job,
        money::Money,
        order::{Order, OrderKind, OrderState},
        period::Told,
        pricing,
        receipt::Decision,
        refusal::Refusal,
        subscription::{Subscription, SubscriptionState},
        time::after,
        upkeep::{Step, due, next},
        user::{Principal, Scope},
    },
    error::{Error, Result, missing},
    ids::{ShopId, SubscriptionId, UserId},
    ports::storage::{Inserted, Locked, Read, Tx},
};
use jiff::SignedDuration;

/// When a renewal that waits for another one of the same subscription is looked at again.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_mins(10);

/// What a try came to.
enum Tried {
    /// It is noted, or no longer to be made.
    Done,
    /// Not made: the owner's own order is on its way.
    Later,
    /// Not made: the order costs more than its owner was told, or nothing was told.
    Dearer(Box<Order>),
}

/// Does what is due for a subscription, and sees to it that it is looked at again.
pub(super) async fn upkeep(core: &Core, shop: ShopId, id: SubscriptionId) -> Result<Next> {
    loop {
        let Some(held) = core.read().await?.subscription(shop, id).await? else { return Ok(Next::Done) };
        match due(&held, core.world.now()) {
            Some(Step::Renew(told)) => {
                if !renew(core, &held, told).await? {
                    return Ok(Next::Again(after(core.world.now(), LOOK_AGAIN)));
                }
            }
            Some(_) => tell(core, shop, id).await?,
            None => break,
        }
    }
    let mut tx = core.begin().await?;
    let Some(held) = tx.subscription(shop, id).await? else { return Ok(Next::Done) };
    if let Some(at) = next(&held, core.world.now()) {
        // One job per moment, however many led to it.
        let key = format!("upkeep:{id}:{}", at.as_millisecond());
        core.enqueue(tx.as_mut(), shop, Job::Upkeep { subscription: id }, at, Some(key)).await?;
        core.commit(tx).await?;
    }
    Ok(Next::Done)
}

/// A reminder, an announcement, or the end of trying.
async fn tell(core: &Core, shop: ShopId, id: SubscriptionId) -> Result<()> {
    let mut tx = core.begin().await?;
    let Some(held) = tx.lock_subscription(shop, id).await? else { return Ok(()) };
    let Some(step) = due(&held, core.world.now()) else { return Ok(()) };
    let (user, mut held) = (held.user_id, held);
    let event = match step {
        Step::Renew(_) => return Ok(()),
        Step::GiveUp => {
            held.auto_renew = false;
            Some(Event::AutoRenewEnded { subscription: id, user })
        }
        Step::Remind(Told::ThreeDays) => Some(Event::EndsInDays { subscription: id, user, days: 3 }),
        Step::Remind(Told::OneDay) => Some(Event::EndsInDays { subscription: id, user, days: 1 }),
        Step::Remind(_) => Some(Event::EndsInHours { subscription: id, user, hours: 6 }),
        Step::Nudge => {
            // A device that fetched the link works, however little it has used.
            let unknown = tx.devices(shop, id).await?.is_empty();
            unknown.then_some(Event::NotConnected { subscription: id, user })
        }
        Step::Announce => {
            let (event, price) = announced(core, tx.as_mut(), &held).await?;
            held.period.announced = price;
            Some(event)
        }
    };
    tx.save_subscription(held.map(|s| s.tell(step.noted()))).await?;
    if let Some(event) = event {
        core.record(tx.as_mut(), shop, event).await?;
    }
    Ok(core.commit(tx).await?)
}

/// What the renewal will cost, and what the wallet lacks for it.
async fn announced(core: &Core, tx: &mut dyn Tx, of: &Subscription) -> Result<(Event, Option<Money>)> {
    let (subscription, user) = (of.id, of.user_id);
    match renewal(core, tx, of).await {
        Ok(order) => Ok((announcement(tx, of, &order).await?, Some(order.price))),
        Err(Error::Refused(_)) => Ok((Event::RenewalFailed { subscription, user }, None)),
        Err(failed) => Err(failed),
    }
}

async fn announcement(tx: &mut dyn Tx, of: &Subscription, order: &Order) -> Result<Event> {
    let lack = super::kept::lacks(tx.as_read(), order).await?;
    Ok(Event::RenewalAnnounced { subscription: of.id, user: of.user_id, price: order.price, lack })
}

/// The order that renews a subscription by its own plan at today's price.
async fn renewal(core: &Core, tx: &mut dyn Tx, of: &Subscription) -> Result<Order> {
    let shop = core.shop(tx.as_read(), of.shop_id).await?;
    let user = tx.user(shop.id, of.user_id).await?.filter(|u| !u.blocked);
    let user = user.ok_or(Refusal::Blocked)?;
    let plan = tx.plan(shop.id, of.plan_id).await?.ok_or(Refusal::PlanNotOnSale)?;
    let price = pricing::price(&plan, shop.currency)?;
    of.renewable_by(&plan)?;
    let now = core.world.now();
    Ok(Order {
        id: core.world.id(),
        shop_id: shop.id,
        user_id: user.id,
        kind: OrderKind::Renewal(sale(&plan, of.id, None)),
        price,
        coupon: None,
        state: OrderState::Placed,
        attention: None,
        key: Some(format!("auto-renew:{}:{}", of.id, of.period.number)),
        from_wallet: false,
        held: Money::zero(price.currency),
        holds: 0,
        created_at: now,
        expires_at: now,
        paid_at: None,
        applied_at: None,
        fulfilled_at: None,
    })
}

/// One try, noted with the payment or with the failure; or none now, because the owner's own order is on its way.
async fn renew(core: &Core, of: &Subscription, told: Told) -> Result<bool> {
    if is_bought_by_hand(core, core.read().await?.as_mut(), of).await? {
        return Ok(false);
    }
    let tried = match extras::renewable(core, of.shop_id, of.id).await {
        Ok(()) => charge(core, of, told).await,
        Err(refused) => Err(refused),
    };
    match tried {
        Ok(Tried::Done) => Ok(true),
        Ok(Tried::Later) => Ok(false),
        Ok(Tried::Dearer(order)) => failed(core, of, told, Some(*order)).await.map(|()| true),
        Err(Error::Refused(_)) => failed(core, of, told, None).await.map(|()| true),
        Err(error) => Err(error),
    }
}

/// Whether the owner's own renewal or change of plan is paid and not yet given, or money for one is on its way: a renewal
/// beside it would be a second one.
async fn is_bought_by_hand(core: &Core, read: &mut dyn Read, of: &Subscription) -> Result<bool> {
    let (shop, now) = (of.shop_id, core.world.now());
    for order in read.orders_of(shop, of.id).await? {
        let waits = match (&order.kind, order.state) {
            (OrderKind::Renewal(_) | OrderKind::Change(_), OrderState::Paid)
                if order.applied_at.is_none() =>
            {
                return Ok(true);
            }
            (OrderKind::Renewal(_) | OrderKind::Change(_), OrderState::Expired) => true,
            (OrderKind::Renewal(_) | OrderKind::Change(_), _) => order.is_open(),
            _ => false,
        };
        if !waits {
            continue;
        }
        for payment in read.payments(shop, order.id).await? {
            let receipts = read.receipts(shop, payment.id).await?;
            if is_coming(&payment, now) || receipts.iter().any(|r| r.decision == Decision::Waiting) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

async fn charge(core: &Core, of: &Subscription, told: Told) -> Result<Tried> {
    let mut tx = core.begin().await?;
    let Some(held) = still_due(core, tx.as_mut(), of, told).await? else { return Ok(Tried::Done) };
    // Looked at again with the subscription held: it may have been paid while the servers were asked.
    if is_bought_by_hand(core, tx.as_read(), &held).await? {
        return Ok(Tried::Later);
    }
    let order = renewal(core, tx.as_mut(), &held).await?;
    let as_told = |told: Money| told.currency == order.price.currency && order.price.minor <= told.minor;
    if !held.period.announced.is_some_and(as_told) {
        return Ok(Tried::Dearer(Box::new(order)));
    }
    supply::ready(tx.as_read(), order.shop_id, &order.kind).await?;
    if tx.insert_order(&order).await? == Inserted::New {
        disputes::uncontested(tx.as_read(), order.shop_id, order.user_id).await?;
        commissions::pin(tx.as_mut(), &order).await?;
        let locked = tx.lock_order(order.shop_id, order.id).await?.ok_or(Refusal::NotFound)?;
        if let settle::Taken::Short(lack) = settle::take_price(core, tx.as_mut(), locked).await? {
            return Err(missing(lack));
        }
    }
    tx.save_subscription(held.map(|s| s.tell(Told::Charged))).await?;
    core.commit(tx).await?;
    Ok(Tried::Done)
}

/// A try in vain is told after the first one, and after the last one it is not tried again. One that would have cost more
/// than was told is announced anew instead, and the next try may take that.
async fn failed(core: &Core, of: &Subscription, told: Told, dearer: Option<Order>) -> Result<()> {
    let mut tx = core.begin().await?;
    let Some(held) = still_due(core, tx.as_mut(), of, told).await? else { return Ok(()) };
    let (subscription, user, shop) = (held.id, held.user_id, held.shop_id);
    let first = !held.period.told.contains(&Told::FirstTry);
    let event = match &dearer {
        _ if told == Told::LastTry => Some(Event::AutoRenewEnded { subscription, user }),
        Some(order) => Some(announcement(tx.as_mut(), &held, order).await?),
        None => first.then_some(Event::RenewalFailed { subscription, user }),
    };
    let mut noted = held.map(|s| s.tell(told));
    noted.auto_renew &= told != Told::LastTry;
    noted.period.announced = dearer.map(|order| order.price).or(noted.period.announced);
    tx.save_subscription(noted).await?;
    if let Some(event) = event {
        core.record(tx.as_mut(), shop, event).await?;
    }
    Ok(core.commit(tx).await?)
}

/// The subscription, if this try is still the one to make.
async fn still_due(
    core: &Core,
    tx: &mut dyn Tx,
    of: &Subscription,
    told: Told,
) -> Result<Option<Locked<Subscription>>> {
    let held = tx.lock_subscription(of.shop_id, of.id).await?;
    let now = core.world.now();
    Ok(held.filter(|s| s.period.number == of.period.number && due(s, now) == Some(Step::Renew(told))))
}

/// The owner wants it renewed from the wallet, or no more.
pub(crate) async fn set_auto_renew(core: &Core, who: &Principal, id: SubscriptionId, on: bool) -> Result<()> {
    let mut tx = core.begin().await?;
    let (held, _) = own(tx.as_mut(), who, id).await?;
    let running = matches!(
        held.state,
        SubscriptionState::Pending | SubscriptionState::Active | SubscriptionState::Exhausted
    );
    if on && !(running && core.world.now() < held.paid_end()) {
        return Err(Refusal::SubscriptionClosed.into());
    }
    if held.auto_renew == on {
        return Ok(());
    }
    tx.save_subscription(held.map(|s| Subscription { auto_renew: on, ..s })).await?;
    core.record(tx.as_mut(), who.shop_id, Event::AutoRenewSet { subscription: id, on }).await?;
    Ok(core.commit(tx).await?)
}

/// The owner gives it a name.
pub(crate) async fn rename(core: &Core, who: &Principal, id: SubscriptionId, name: &str) -> Result<()> {
    let mut tx = core.begin().await?;
    let (held, _) = own(tx.as_mut(), who, id).await?;
    tx.save_subscription(held.try_map(|s| s.rename(name))?).await?;
    Ok(core.commit(tx).await?)
}

async fn own(tx: &mut dyn Tx, who: &Principal, id: SubscriptionId) -> Result<(Locked<Subscription>, UserId)> {
    let user = who.with(Scope::Buy)?;
    let held = tx.lock_subscription(who.shop_id, id).await?.filter(|s| s.user_id == user);
    Ok((held.ok_or(Refusal::NotFound)?, user))
}

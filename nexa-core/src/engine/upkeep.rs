//! What comes up towards a subscription's end: reminders, and its renewal from the wallet when the owner asked for it.
//!
//! Each step is noted in the subscription's period in the transaction that does it, so a second look does nothing. The
//! renewal is one order with a key that names the period: even two workers at once place it once.

use super::{Core, extras, settle, wish::sale, worker::Next};
use crate::{
    domain::{
        event::Event,
        job::Job,
        order::{Order, OrderKind, OrderState},
        period::Told,
        pricing,
        refusal::Refusal,
        subscription::{Subscription, SubscriptionState},
        upkeep::{Step, due, next},
        user::{Principal, Scope},
    },
    error::{Error, Result, missing},
    ids::{ShopId, SubscriptionId, UserId},
    ports::storage::{Inserted, Locked, Tx},
};

/// Does what is due for a subscription, and sees to it that it is looked at again.
pub(super) async fn upkeep(core: &Core, shop: ShopId, id: SubscriptionId) -> Result<Next> {
    loop {
        let Some(held) = core.read().await?.subscription(shop, id).await? else { return Ok(Next::Done) };
        match due(&held, core.world.now()) {
            Some(Step::Renew(told)) => renew(core, &held, told).await?,
            Some(_) => tell(core, shop, id).await?,
            None => break,
        }
    }
    let mut tx = core.begin().await?;
    let Some(held) = tx.subscription(shop, id).await? else { return Ok(Next::Done) };
    if let Some(at) = next(&held) {
        // One job per moment, however many led to it.
        let key = format!("upkeep:{id}:{}", at.as_millisecond());
        core.enqueue(tx.as_mut(), shop, Job::Upkeep { subscription: id }, at, Some(key)).await?;
        core.commit(tx).await?;
    }
    Ok(Next::Done)
}

/// A reminder or an announcement.
async fn tell(core: &Core, shop: ShopId, id: SubscriptionId) -> Result<()> {
    let mut tx = core.begin().await?;
    let Some(held) = tx.lock_subscription(shop, id).await? else { return Ok(()) };
    let Some(step) = due(&held, core.world.now()) else { return Ok(()) };
    let user = held.user_id;
    let event = match step {
        Step::Renew(_) => return Ok(()),
        Step::Remind(Told::ThreeDays) => Event::EndsInDays { subscription: id, user, days: 3 },
        Step::Remind(_) => Event::EndsInDays { subscription: id, user, days: 1 },
        Step::Announce => announced(core, tx.as_mut(), &held).await?,
    };
    tx.save_subscription(held.map(|s| s.tell(step.noted()))).await?;
    core.record(tx.as_mut(), shop, event).await?;
    Ok(core.commit(tx).await?)
}

/// What the renewal will cost, and what the wallet lacks for it.
async fn announced(core: &Core, tx: &mut dyn Tx, of: &Subscription) -> Result<Event> {
    let (subscription, user) = (of.id, of.user_id);
    match renewal(core, tx, of).await {
        Ok(order) => {
            let lack = super::kept::lacks(tx.as_read(), &order).await?;
            Ok(Event::RenewalAnnounced { subscription, user, price: order.price, lack })
        }
        Err(Error::Refused(_)) => Ok(Event::RenewalFailed { subscription, user }),
        Err(failed) => Err(failed),
    }
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
        state: OrderState::Placed,
        attention: None,
        key: Some(format!("auto-renew:{}:{}", of.id, of.period.number)),
        from_wallet: false,
        created_at: now,
        expires_at: now,
        paid_at: None,
        applied_at: None,
        fulfilled_at: None,
    })
}

/// One try. It is noted with the payment, or with the failure.
async fn renew(core: &Core, of: &Subscription, told: Told) -> Result<()> {
    let tried = match extras::renewable(core, of.shop_id, of.id).await {
        Ok(()) => charge(core, of, told).await,
        Err(refused) => Err(refused),
    };
    match tried {
        Err(Error::Refused(_)) => failed(core, of, told).await,
        other => other,
    }
}

async fn charge(core: &Core, of: &Subscription, told: Told) -> Result<()> {
    let mut tx = core.begin().await?;
    let Some(held) = still_due(core, tx.as_mut(), of, told).await? else { return Ok(()) };
    let order = renewal(core, tx.as_mut(), &held).await?;
    if tx.insert_order(&order).await? == Inserted::New {
        let locked = tx.lock_order(order.shop_id, order.id).await?.ok_or(Refusal::NotFound)?;
        if let settle::Taken::Short(lack) = settle::take_price(core, tx.as_mut(), locked).await? {
            return Err(missing(lack));
        }
    }
    tx.save_subscription(held.map(|s| s.tell(Told::Charged))).await?;
    Ok(core.commit(tx).await?)
}

/// A try in vain is told after the first one, and after the last one it is not tried again.
async fn failed(core: &Core, of: &Subscription, told: Told) -> Result<()> {
    let mut tx = core.begin().await?;
    let Some(held) = still_due(core, tx.as_mut(), of, told).await? else { return Ok(()) };
    let (subscription, user, shop) = (held.id, held.user_id, held.shop_id);
    let first = !held.period.told.contains(&Told::FirstTry);
    let last = told == Told::LastTry;
    tx.save_subscription(held.map(|s| {
        let s = s.tell(told);
        Subscription { auto_renew: s.auto_renew && !last, ..s }
    }))
    .await?;
    if last {
        core.record(tx.as_mut(), shop, Event::AutoRenewEnded { subscription, user }).await?;
    } else if first {
        core.record(tx.as_mut(), shop, Event::RenewalFailed { subscription, user }).await?;
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
    if on && !running {
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

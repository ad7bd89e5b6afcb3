//! Opening a payment: reserve what tells its money from other money, ask the gateway, keep what it answered.

use super::{
    Core,
    beside::Tries,
    checkout::{Method, Way},
    disputes, hold,
    kept::lacks,
    scan,
    worker::Next,
};
use crate::{
    domain::{
        event::Event,
        gateway::{Confirm, GatewayProfile, Matching},
        job::Job,
        money::Money,
        order::{Order, OrderKind},
        payment::{Payment, PaymentState, Slot},
        pricing::{self, Quote},
        refusal::Refusal,
        shop::Shop,
        time::after,
    },
    error::{Error, Result},
    ids::{GatewayId, PaymentId},
    ports::{
        gateway::{Gateway, Invoice, Opened},
        outcome::Outcome,
        storage::{AmountLease, Inserted, Read, Tx},
    },
};
use jiff::SignedDuration;
use std::sync::Arc;

/// How long a gateway may take to open a payment.
const DEADLINE: SignedDuration = SignedDuration::from_secs(20);
/// When the worker looks at a payment whose opening was interrupted.
const RETRY_OPEN: SignedDuration = SignedDuration::from_secs(15);

/// A payment before anything is reserved for it.
#[derive(Clone)]
pub(super) struct Draft {
    gateway_id: GatewayId,
    profile: GatewayProfile,
    quote: Quote,
}

impl Draft {
    /// The part of the price that this gateway shall bring.
    pub(super) const fn part(&self) -> Money {
        self.quote.price
    }

    /// Whether a day's sum of others decides where it is paid, so that no other may be reserved meanwhile.
    pub(super) fn is_capped(&self) -> bool {
        match &self.profile.matching {
            Matching::UniqueAmount { destinations, .. } => destinations.iter().any(|d| d.daily_cap.is_some()),
            Matching::Reference | Matching::Index { .. } => false,
        }
    }

    /// Whether this payment asks the same gateway for the same part of the price.
    pub(super) fn is_for(&self, payment: &Payment) -> bool {
        self.gateway_id == payment.gateway_id && self.quote.price == payment.value
    }
}

/// What a gateway is asked for.
#[derive(Clone, Copy)]
pub(super) struct Ask<'a> {
    /// What it costs in all, in the shop's currency.
    pub(super) price: Money,
    /// The part that this gateway shall bring.
    pub(super) part: Money,
    /// The whole price as it is fixed in other currencies.
    pub(super) fixed: &'a [Money],
}

/// What a gateway would ask for this part of a price; refuses what it would not take.
pub(super) async fn quote(
    core: &Core,
    read: &mut dyn Read,
    shop: &Shop,
    Ask { price, part, fixed }: Ask<'_>,
    gateway: &Arc<dyn Gateway>,
) -> Result<Quote> {
    let asset = gateway.profile().asset;
    let rate = if asset == shop.currency { None } else { read.rate(shop.id, asset).await? };
    let fixed = fixed.iter().copied().find(|p| p.currency == asset);
    let fixed = fixed.map(|fixed| pricing::share_of_fixed(fixed, price, part)).transpose()?;
    let quote = pricing::quote(part, fixed, asset, rate.as_ref(), core.world.now())?;
    let profile = gateway.profile();
    match (profile.minimum, profile.maximum) {
        (Some(minimum), _) if quote.due.minor < minimum.minor => {
            Err(Refusal::BelowMinimum { minimum }.into())
        }
        (_, Some(maximum)) if quote.due.minor > maximum.minor => {
            Err(Refusal::AboveMaximum { maximum }.into())
        }
        _ => Ok(quote),
    }
}

/// What is asked of a gateway, or nothing when the wallet pays for all. What emptied the wallet before the last of the tries
/// may not be on the disk yet, and until it is only a transaction sees it.
pub(super) async fn draft(
    core: &Core,
    tries: u32,
    shop: &Shop,
    order: &Order,
    way: Way,
) -> Result<Option<Draft>> {
    if tries == 1 {
        return draft_of(core, core.read().await?.as_mut(), shop, order, way).await;
    }
    let mut overtaken = Tries::beside(core);
    loop {
        let mut tx = overtaken.begin().await?;
        match draft_of(core, tx.as_read(), shop, order, way).await {
            Err(failed) => overtaken.again(failed).await?,
            done => return done,
        }
    }
}

async fn draft_of(
    core: &Core,
    read: &mut dyn Read,
    shop: &Shop,
    order: &Order,
    way: Way,
) -> Result<Option<Draft>> {
    let Method::Gateway(gateway) = way.method else { return Ok(None) };
    if way.use_wallet {
        disputes::uncontested(read, shop.id, order.user_id).await?;
    }
    let rest = if way.use_wallet { lacks(read, order).await? } else { order.price };
    if rest.is_zero() {
        return Ok(None);
    }
    draft_at(core, read, shop, order, gateway, rest).await.map(Some)
}

/// Everything about a new payment that can be decided before the transaction.
async fn draft_at(
    core: &Core,
    read: &mut dyn Read,
    shop: &Shop,
    order: &Order,
    gateway_id: GatewayId,
    part: Money,
) -> Result<Draft> {
    let account = read.gateway(shop.id, gateway_id).await?.ok_or(Refusal::NotFound)?;
    if !account.enabled {
        return Err(Refusal::GatewayUnavailable.into());
    }
    let gateway = core.gateway(shop, &account).map_err(hide_config)?;
    let profile = gateway.profile().clone();
    if profile.test != shop.test {
        return Err(Refusal::GatewayUnavailable.into());
    }
    let fixed = match &order.kind {
        OrderKind::Pack(pack) => read.pack(shop.id, pack.pack_id).await?.map(|p| p.prices),
        OrderKind::Gift(gift) => read.plan(shop.id, gift.plan_id).await?.map(|p| p.prices),
        _ => match order.sale() {
            Some(sale) => read.plan(shop.id, sale.plan_id).await?.map(|p| p.prices),
            None => None,
        },
    };
    let ask = Ask { price: whole(order)?, part, fixed: &fixed.unwrap_or_default() };
    let quote = quote(core, read, shop, ask, &gateway).await?;
    Ok(Draft { gateway_id, profile, quote })
}

/// What the fixed prices of an order stand for: the price without a coupon; of a change of plan, the new plan's whole price.
fn whole(order: &Order) -> Result<Money, Refusal> {
    match &order.kind {
        OrderKind::Change(change) => order.list_price()?.plus(change.credit)?.minus(change.to_wallet),
        _ => order.list_price(),
    }
}

/// A customer is not told what is wrong with the operator's configuration.
fn hide_config(error: Error) -> Error {
    match error {
        Error::Refused(_) => Refusal::GatewayUnavailable.into(),
        failed => failed,
    }
}

/// Writes the payment with what is reserved for it. Part of TX A.
pub(super) async fn reserve(core: &Core, tx: &mut dyn Tx, order: &Order, draft: Draft) -> Result<Payment> {
    let Draft { gateway_id, profile, quote } = draft;
    let now = core.world.now();
    let id = core.world.id();
    let expires_at = after(now, profile.policy.window);
    let (slot, due) = match &profile.matching {
        Matching::Reference => (None, quote.due),
        Matching::Index { sequence } => (Some(Slot::Index(tx.next_index(sequence).await?)), quote.due),
        unique @ Matching::UniqueAmount { .. } => {
            let (destination, due) = lease(core, tx, unique, quote.due, id, expires_at).await?;
            (Some(Slot::Destination(destination)), due)
        }
    };
    let payment = Payment {
        id,
        shop_id: order.shop_id,
        user_id: order.user_id,
        order_id: order.id,
        gateway_id,
        state: PaymentState::Created,
        due,
        value: quote.price,
        reference: None,
        slot,
        step: None,
        tolerance: profile.policy.tolerance(due)?,
        received: Money::zero(due.currency),
        booked: Money::zero(due.currency),
        credited: Money::zero(order.price.currency),
        test: profile.test,
        version: 0,
        created_at: now,
        expires_at,
        watch_until: after(expires_at, profile.policy.watch),
        chosen_at: now,
    };
    tx.insert_payment(&payment).await?;
    let locked = tx.lock_order(order.shop_id, order.id).await?.ok_or(Refusal::NotFound)?;
    let mut locked = locked.try_map(Order::await_payment)?;
    locked.expires_at = locked.expires_at.max(expires_at);
    tx.save_order(locked).await?;
    let job = Job::CheckPayment { payment: id };
    core.enqueue(tx, order.shop_id, job, after(now, RETRY_OPEN), Some(check_key(id))).await?;
    if profile.confirm == Confirm::Scan {
        scan::begin(core, tx, order.shop_id, gateway_id).await?;
    }
    Ok(payment)
}

/// The key of the one job that watches a payment.
pub(super) fn check_key(payment: PaymentId) -> String {
    format!("check:{payment}")
}

/// Reserves an amount that nobody else was asked for at a destination: destinations in a random order by weight, then
/// amounts from a random step below the price on.
async fn lease(
    core: &Core,
    tx: &mut dyn Tx,
    matching: &Matching,
    price: Money,
    payment: PaymentId,
    expires_at: jiff::Timestamp,
) -> Result<(String, Money)> {
    let Matching::UniqueAmount { destinations, step, steps, cool_down_hours } = matching else {
        return Err(Refusal::NoFreeAmount.into());
    };
    let now = core.world.now();
    let until = after(expires_at, SignedDuration::from_hours(i64::from(*cool_down_hours)));
    let day_ago = after(now, SignedDuration::from_hours(-24));
    let mut order: Vec<_> = destinations.iter().collect();
    order.sort_by_cached_key(|d| core.world.below(1_000_000) / u64::from(d.weight.clamp(1, 100)));
    for destination in order {
        let taken = tx.leased_sum(&destination.key, day_ago).await?;
        if destination.daily_cap.is_some_and(|cap| taken.saturating_add(price.minor) > cap.minor) {
            continue;
        }
        let first = core.world.below(u64::from(*steps));
        for n in 0..u64::from(*steps) {
            let below = i64::try_from((first + n) % u64::from(*steps) + 1).unwrap_or(1).saturating_mul(*step);
            let amount = price.minus(Money::new(below, price.currency))?;
            if !amount.is_positive() {
                continue;
            }
            let lease = AmountLease { destination: destination.key.clone(), amount, payment, until };
            if tx.lease_amount(&lease, now).await? == Inserted::New {
                return Ok((destination.key.clone(), amount));
            }
        }
    }
    Err(Refusal::NoFreeAmount.into())
}

/// Asks the gateway and keeps what it answered (TX B). Repeating it is harmless: gateways open an invoice once.
pub(super) async fn open(core: &Core, shop: &Shop, id: PaymentId) -> Result<Next> {
    let mut read = core.read().await?;
    let payment = read.payment(shop.id, id).await?.ok_or(Refusal::NotFound)?;
    if payment.state != PaymentState::Created {
        return Ok(Next::Done);
    }
    let account = read.gateway(shop.id, payment.gateway_id).await?.ok_or(Refusal::NotFound)?;
    drop(read);
    let gateway = core.gateway(shop, &account).map_err(hide_config)?;
    let invoice = Invoice {
        payment_id: payment.id,
        order_id: payment.order_id,
        due: payment.due,
        slot: payment.slot.clone(),
        expires_at: payment.expires_at,
        shop_name: shop.name.clone(),
        locale: shop.locale,
    };
    let outcome = core.world.within(DEADLINE, gateway.open(&invoice)).await;
    match outcome.unwrap_or_else(|| Outcome::Ambiguous("no answer in time".to_owned())) {
        Outcome::Done(opened) => {
            opened_at(core, shop, id, opened).await?;
            Ok(Next::Done)
        }
        Outcome::Rejected(why) => {
            tracing::warn!(gateway = %account.id, why, "a gateway refused to open a payment");
            fail(core, shop, id).await?;
            Err(Refusal::GatewayUnavailable.into())
        }
        Outcome::NotFound | Outcome::Unreachable(_) | Outcome::Ambiguous(_) => {
            Err(Refusal::GatewayUnavailable.into())
        }
    }
}

async fn opened_at(core: &Core, shop: &Shop, id: PaymentId, opened: Opened) -> Result<()> {
    let mut tries = Tries::beside(core);
    loop {
        match note_opened(core, tries.begin().await?, shop, id, opened.clone()).await {
            Err(error) => tries.again(error).await?,
            done => return done,
        }
    }
}

async fn note_opened(
    core: &Core,
    mut tx: Box<dyn Tx>,
    shop: &Shop,
    id: PaymentId,
    opened: Opened,
) -> Result<()> {
    let locked = tx.lock_payment(shop.id, id).await?.ok_or(Refusal::NotFound)?;
    if locked.state != PaymentState::Created {
        return Ok(());
    }
    let locked = locked.try_map(|p| p.opened(opened.reference, opened.step))?;
    tx.save_payment(locked).await?;
    core.record(tx.as_mut(), shop.id, Event::PaymentOpened { payment: id }).await?;
    Ok(core.commit(tx).await?)
}

async fn fail(core: &Core, shop: &Shop, id: PaymentId) -> Result<()> {
    let mut tx = core.begin().await?;
    let order = tx.payment(shop.id, id).await?.ok_or(Refusal::NotFound)?.order_id;
    let order = tx.lock_order(shop.id, order).await?.ok_or(Refusal::NotFound)?;
    let locked = tx.lock_payment(shop.id, id).await?.ok_or(Refusal::NotFound)?;
    if locked.state == PaymentState::Created {
        let failed = locked.map(|p| Payment { state: PaymentState::Failed, ..p });
        hold::release_with(core, tx.as_mut(), order, &failed).await?;
        tx.save_payment(failed).await?;
        tx.keep_amount(id, core.world.now()).await?;
    }
    Ok(core.commit(tx).await?)
}

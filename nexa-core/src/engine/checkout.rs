//! Placing an order.
//!
//! One transaction (TX A) writes the order with its first payment, or pays it from the wallet at once. Opening the
//! payment at the gateway comes after the commit, in `open.rs`; a crash in between leaves a `CheckPayment` job that
//! opens it.

use super::{
    Core,
    beside::Tries,
    commissions, coupons, disputes, extras, hold,
    kept::{KEPT_WINDOW, lacks},
    open, settle, supply,
    wish::{Wish, as_shown, wanted},
};
use crate::{
    domain::{
        event::Event,
        money::Money,
        order::{Order, OrderKind, OrderState},
        payment::Payment,
        refusal::Refusal,
        shop::Shop,
        time::after,
        user::{Principal, Scope},
    },
    error::{Error, Result, missing},
    ids::{GatewayId, OrderId, UserId},
    ports::storage::{Inserted, OrderFilter, Page, Read, Tx},
};
use jiff::SignedDuration;

/// How long an order waits for its first payment.
const ORDER_WINDOW: SignedDuration = SignedDuration::from_hours(2);
/// Orders that a user may keep unpaid.
const MOST_OPEN: usize = 10;
/// Payments that one order may ever have: each takes an amount or an address for itself.
const MOST_PAYMENTS: usize = 5;
/// How often a split payment is computed anew, because the wallet was emptied between the look at it and the transaction.
const TRIES: u32 = 3;

/// How it is paid.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Method {
    /// From the wallet, at once.
    Wallet,
    /// Through a gateway.
    Gateway(GatewayId),
}

/// What is wanted, and with which coupon.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Basket {
    /// What.
    pub(crate) wish: Wish,
    /// The code of a coupon, as it was typed.
    pub(crate) coupon: Option<String>,
}

/// How it is paid, and what about the wallet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Way {
    /// How what the wallet does not pay is paid.
    pub(crate) method: Method,
    /// Whether a gateway is only asked for what the wallet lacks.
    pub(crate) use_wallet: bool,
    /// Whether an order that the wallet is short for waits for it.
    pub(crate) keep: bool,
    /// What the customer was shown that it costs.
    pub(crate) shown: Option<Money>,
}

/// Places an order and opens its payment. The same key gives the same order.
pub(crate) async fn checkout(
    core: &Core,
    who: &Principal,
    basket: Basket,
    way: Way,
    key: Option<String>,
) -> Result<OrderId> {
    let user = who.with(Scope::Buy)?;
    let mut read = core.read().await?;
    let shop = core.shop(read.as_mut(), who.shop_id).await?;
    if let Some(known) = known_order(core, read.as_mut(), &shop, user, key.as_deref(), &basket).await? {
        return Ok(known);
    }
    shop.sells_to(who)?;
    let wanted = wanted(core, read.as_mut(), &shop, user, &basket.wish).await?;
    supply::ready(read.as_mut(), shop.id, &wanted.0).await?;
    fits(&wanted.0, way)?;
    let shown = way.shown.filter(|_| basket.coupon.is_none());
    let wanted = match shown {
        Some(shown) => as_shown(read.as_mut(), &shop, wanted, shown).await?,
        None => wanted,
    };
    let coupons::Bought { kind, price, coupon } =
        coupons::redeem(core, shop.id, user, basket.coupon.as_deref(), wanted).await?;
    if way.shown.is_some_and(|shown| shown != price) {
        return Err(Refusal::PriceChanged { price }.into());
    }
    let now = core.world.now();
    let order = Order {
        id: core.world.id(),
        shop_id: shop.id,
        user_id: user,
        kind,
        price,
        coupon,
        state: OrderState::Placed,
        attention: None,
        key,
        from_wallet: false,
        held: Money::zero(price.currency),
        holds: 0,
        created_at: now,
        expires_at: after(now, ORDER_WINDOW),
        paid_at: None,
        applied_at: None,
        fulfilled_at: None,
    };
    drop(read);
    match &order.kind {
        OrderKind::New(_)
        | OrderKind::Trial(_)
        | OrderKind::Given(_)
        | OrderKind::TopUp
        | OrderKind::Gift(_)
        | OrderKind::Adopted(_) => {}
        OrderKind::Renewal(_) | OrderKind::Change(_) | OrderKind::Pack(_) => {
            let of = order.subscription_id().ok_or(Refusal::NotFound)?;
            extras::renewable(core, shop.id, of).await?;
        }
    }
    let mut tries = 1;
    loop {
        let draft = open::draft(core, tries, &shop, &order, way).await?;
        let placed = place(core, &shop, order.clone(), draft, way.keep).await;
        if tries == TRIES || !was_emptied(&placed, way) {
            return placed;
        }
        tries += 1;
    }
}

/// Whether a split payment failed because less was in the wallet than when it was computed.
fn was_emptied<T>(tried: &Result<T>, way: Way) -> bool {
    way.use_wallet && matches!(tried, Err(Error::Refused(Refusal::NotEnoughFunds { .. })))
}

/// Refuses a way that makes no sense for what is wanted.
fn fits(kind: &OrderKind, way: Way) -> Result<(), Refusal> {
    let wallet = way.method == Method::Wallet;
    match kind {
        OrderKind::TopUp if wallet => Err(Refusal::bad_input("method", "a wallet cannot top itself up")),
        OrderKind::TopUp if way.use_wallet => {
            Err(Refusal::bad_input("use_wallet", "a wallet cannot top itself up"))
        }
        // By then less may be left of the old plan, so it would not be the same price.
        OrderKind::Change(_) if way.keep => Err(Refusal::bad_input("keep", "not for a change of plan")),
        _ if way.keep && !wallet => Err(Refusal::bad_input("keep", "only with the wallet")),
        _ => Ok(()),
    }
}

/// What TX A came to.
enum Placed {
    /// It is there, with the payment to open.
    New(Option<Box<Payment>>),
    /// Another request with the same key was faster.
    Known,
}

/// TX A, then the gateway.
async fn place(
    core: &Core,
    shop: &Shop,
    order: Order,
    draft: Option<open::Draft>,
    keep: bool,
) -> Result<OrderId> {
    // A wallet into which nothing ever came has no row to hold, so whoever waits for money looks alone.
    let mut tries = Tries::beside_if(core, !keep && !draft.as_ref().is_some_and(open::Draft::is_capped));
    let placed = loop {
        match write(core, tries.begin().await?, order.clone(), draft.clone(), keep).await {
            Ok(placed) => break placed,
            Err(error) => tries.again(error).await?,
        }
    };
    match placed {
        Placed::New(Some(payment)) => open_or_leave(core, shop, &payment).await?,
        Placed::New(None) => {}
        Placed::Known => return taken_order(core, &order).await,
    }
    Ok(order.id)
}

async fn write(
    core: &Core,
    mut tx: Box<dyn Tx>,
    order: Order,
    draft: Option<open::Draft>,
    keep: bool,
) -> Result<Placed> {
    let (shop, id) = (order.shop_id, order.id);
    let keep = keep && draft.is_none() && lacks(tx.as_read(), &order).await?.is_positive();
    let order = if keep { order.keep(after(core.world.now(), KEPT_WINDOW)) } else { order };
    if tx.insert_order(&order).await? == Inserted::Taken {
        return Ok(Placed::Known);
    }
    coupons::hold(core, tx.as_mut(), &order).await?;
    commissions::pin(tx.as_mut(), &order).await?;
    core.record(tx.as_mut(), shop, Event::OrderPlaced { order: id, expires_at: order.expires_at }).await?;
    if keep || draft.is_some() {
        few_open_orders(tx.as_mut(), &order).await?;
    }
    let payment = match draft {
        None => {
            if !keep {
                pay_from_wallet(core, tx.as_mut(), &order).await?;
            }
            None
        }
        Some(draft) => {
            let part = draft.part();
            let payment = open::reserve(core, tx.as_mut(), &order, draft).await?;
            hold::beside(core, tx.as_mut(), (shop, id), part).await?;
            Some(payment)
        }
    };
    core.commit(tx).await?;
    Ok(Placed::New(payment.map(Box::new)))
}

/// Refuses one who keeps many orders unpaid: each holds a unique amount, an address or a price.
async fn few_open_orders(tx: &mut dyn Tx, order: &Order) -> Result<()> {
    // Held, so that of many at once each sees those before it.
    tx.lock_user(order.shop_id, order.user_id).await?.ok_or(Refusal::NotSignedIn)?;
    let state = Some(OrderState::AwaitingPayment);
    let filter = OrderFilter { user: Some(order.user_id), state, attention: false };
    let open = tx.orders(order.shop_id, filter, Page::default()).await?;
    if open.iter().filter(|o| o.id != order.id).count() < MOST_OPEN {
        Ok(())
    } else {
        Err(Refusal::TooManyOpenOrders.into())
    }
}

/// Opens another payment for an unpaid order, or pays it from the wallet.
pub(crate) async fn pay(core: &Core, who: &Principal, order: OrderId, way: Way) -> Result<()> {
    let mut tries = 1;
    loop {
        let paid = try_to_pay(core, who, order, way, tries).await;
        if tries == TRIES || !was_emptied(&paid, way) {
            return paid;
        }
        tries += 1;
    }
}

async fn try_to_pay(core: &Core, who: &Principal, order: OrderId, way: Way, tries: u32) -> Result<()> {
    let user = who.with(Scope::Buy)?;
    let mut read = core.read().await?;
    let shop = core.shop(read.as_mut(), who.shop_id).await?;
    let order = read.order(shop.id, order).await?.filter(|o| o.user_id == user).ok_or(Refusal::NotFound)?;
    shop.sells_to(who)?;
    if !order.is_open() {
        return Err(Refusal::OrderNotOpen.into());
    }
    supply::ready(read.as_mut(), shop.id, &order.kind).await?;
    if way.use_wallet {
        fits(&order.kind, way)?;
    }
    drop(read);
    let draft = open::draft(core, tries, &shop, &order, way).await?;
    let mut overtaken = Tries::beside_if(core, !draft.as_ref().is_some_and(open::Draft::is_capped));
    let payment = loop {
        match write_payment(core, overtaken.begin().await?, &order, draft.clone()).await {
            Ok(payment) => break payment,
            Err(error) => overtaken.again(error).await?,
        }
    };
    match payment {
        Some(payment) => open_or_leave(core, &shop, &payment).await,
        None => Ok(()),
    }
}

/// Pays an order, or gives the payment that is to be opened for it.
async fn write_payment(
    core: &Core,
    mut tx: Box<dyn Tx>,
    order: &Order,
    draft: Option<open::Draft>,
) -> Result<Option<Payment>> {
    let Some(draft) = draft else {
        pay_from_wallet(core, tx.as_mut(), order).await?;
        core.commit(tx).await?;
        return Ok(None);
    };
    let (shop, id) = (order.shop_id, order.id);
    let now = core.world.now();
    // Held, so that of many taps at once each sees what the one before it opened.
    let held = tx.lock_order(shop, id).await?.ok_or(Refusal::NotFound)?;
    if !held.is_open() {
        return Err(Refusal::OrderNotOpen.into());
    }
    drop(held);
    let payments = tx.payments(shop, id).await?;
    let part = draft.part();
    let usable = |p: &&Payment| draft.is_for(p) && p.is_open() && now < p.expires_at;
    if let Some(same) = payments.iter().find(usable).map(|p| p.id) {
        // A second tap, or a way back to an earlier one: every payment takes an address or amount for itself.
        let again = tx.lock_payment(shop, same).await?.ok_or(Refusal::NotFound)?;
        let again = again.map(|p| Payment { chosen_at: now, ..p });
        let payment = Payment::clone(&again);
        tx.save_payment(again).await?;
        hold::beside(core, tx.as_mut(), (shop, id), part).await?;
        core.commit(tx).await?;
        return Ok(Some(payment));
    }
    if payments.len() >= MOST_PAYMENTS {
        return Err(Refusal::TooManyPayments.into());
    }
    let payment = open::reserve(core, tx.as_mut(), order, draft).await?;
    hold::beside(core, tx.as_mut(), (shop, id), part).await?;
    core.commit(tx).await?;
    Ok(Some(payment))
}

/// The order exists already; a gateway that fails now leaves it open, to be paid another way.
async fn open_or_leave(core: &Core, shop: &Shop, payment: &Payment) -> Result<()> {
    open::open(core, shop, payment.id).await.map(|_| ())
}

async fn pay_from_wallet(core: &Core, tx: &mut dyn Tx, order: &Order) -> Result<()> {
    let locked = tx.lock_order(order.shop_id, order.id).await?.ok_or(Refusal::NotFound)?;
    if !locked.is_open() || matches!(locked.kind, OrderKind::TopUp) {
        return Err(Refusal::OrderNotOpen.into());
    }
    if order.price.is_positive() {
        disputes::uncontested(tx.as_read(), order.shop_id, order.user_id).await?;
    }
    match settle::take_price(core, tx, locked).await? {
        settle::Taken::Paid => Ok(()),
        settle::Taken::Short(lack) => Err(missing(lack)),
    }
}

/// The order that this key placed before; another wish under the same key is refused.
async fn known_order(
    core: &Core,
    read: &mut dyn Read,
    shop: &Shop,
    user: UserId,
    key: Option<&str>,
    Basket { wish, coupon }: &Basket,
) -> Result<Option<OrderId>> {
    let Some(key) = key else { return Ok(None) };
    if key.is_empty() || key.len() > 100 {
        return Err(Refusal::bad_input("Idempotency-Key", "1 to 100 bytes").into());
    }
    let Some(order) = read.order_by_key(shop.id, user, key).await? else { return Ok(None) };
    if wish.is(core, &order)? && coupons::is_same(&order, coupon.as_deref()) {
        Ok(Some(order.id))
    } else {
        Err(Refusal::KeyReused.into())
    }
}

async fn taken_order(core: &Core, order: &Order) -> Result<OrderId> {
    let key = order.key.as_deref().unwrap_or_default();
    let known = core.read().await?.order_by_key(order.shop_id, order.user_id, key).await?;
    known.map(|o| o.id).ok_or_else(|| Refusal::InFlight.into())
}

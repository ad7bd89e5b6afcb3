//! Placing an order.
//!
//! One transaction (TX A) writes the order with its first payment, or pays it from the wallet at once. Opening the
//! payment at the gateway comes after the commit, in `open.rs`; a crash in between leaves a `CheckPayment` job that
//! opens it.

use super::{Core, extras, open, settle};
use crate::{
    domain::{
        event::Event,
        money::{Currency, Money},
        order::{Order, OrderKind, OrderState, Sale},
        payment::Payment,
        plan::Plan,
        pricing,
        refusal::Refusal,
        shop::Shop,
        time::after,
        user::{Principal, Scope},
    },
    error::{Result, missing},
    ids::{GatewayId, OrderId, PlanId, SubscriptionId, UserId},
    ports::storage::{Inserted, OrderFilter, Page, Read, Tx},
};
use jiff::SignedDuration;

/// How long an order waits for its first payment.
const ORDER_WINDOW: SignedDuration = SignedDuration::from_hours(2);
/// Orders that a user may keep unpaid.
const MOST_OPEN: u32 = 10;
/// The greatest amount that one order may be about, in whole units times 10¹²: beyond it something is wrong.
const GREATEST: i64 = 1_000_000_000_000_000;

/// What is wanted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Wish {
    /// A new subscription.
    New { plan: PlanId, region: Option<String> },
    /// More of an existing one.
    Renewal { plan: PlanId, subscription: SubscriptionId },
    /// Money into the wallet.
    TopUp { amount: Money },
}

/// How it is paid.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Method {
    /// From the wallet, at once.
    Wallet,
    /// Through a gateway.
    Gateway(GatewayId),
}

/// Places an order and opens its payment. The same key gives the same order.
pub(crate) async fn checkout(
    core: &Core,
    who: &Principal,
    wish: Wish,
    method: Method,
    key: Option<String>,
) -> Result<OrderId> {
    let user = who.with(Scope::Buy)?;
    let mut read = core.read().await?;
    let shop = core.shop(read.as_mut(), who.shop_id).await?;
    if let Some(known) = known_order(read.as_mut(), &shop, user, key.as_deref(), &wish).await? {
        return Ok(known);
    }
    let (kind, price) = wanted(core, read.as_mut(), &shop, user, &wish).await?;
    let now = core.world.now();
    let order = Order {
        id: core.world.id(),
        shop_id: shop.id,
        user_id: user,
        kind,
        price,
        state: OrderState::Placed,
        attention: None,
        key,
        created_at: now,
        expires_at: after(now, ORDER_WINDOW),
        paid_at: None,
        applied_at: None,
        fulfilled_at: None,
    };
    let draft = match method {
        Method::Wallet if matches!(order.kind, OrderKind::TopUp) => {
            return Err(Refusal::bad_input("method", "a wallet cannot top itself up").into());
        }
        Method::Wallet => None,
        Method::Gateway(gateway) => Some(open::draft(core, read.as_mut(), &shop, &order, gateway).await?),
    };
    drop(read);
    if let OrderKind::Renewal(sale) = &order.kind {
        extras::renewable(core, shop.id, sale).await?;
    }
    place(core, &shop, order, draft).await
}

/// TX A, then the gateway.
async fn place(core: &Core, shop: &Shop, order: Order, draft: Option<open::Draft>) -> Result<OrderId> {
    let id = order.id;
    let mut tx = core.begin().await?;
    if tx.insert_order(&order).await? == Inserted::Taken {
        drop(tx);
        return taken_order(core, &order).await;
    }
    core.record(tx.as_mut(), shop.id, Event::OrderPlaced { order: id, expires_at: order.expires_at }).await?;
    let payment = match draft {
        None => {
            pay_from_wallet(core, tx.as_mut(), &order).await?;
            None
        }
        Some(draft) => {
            few_open_orders(tx.as_mut(), &order).await?;
            Some(open::reserve(core, tx.as_mut(), &order, draft).await?)
        }
    };
    core.commit(tx).await?;
    if let Some(payment) = payment {
        open_or_leave(core, shop, &payment).await?;
    }
    Ok(id)
}

/// Refuses one who keeps many orders unpaid: each holds a unique amount or an address.
async fn few_open_orders(tx: &mut dyn Tx, order: &Order) -> Result<()> {
    let state = Some(OrderState::AwaitingPayment);
    let filter = OrderFilter { user: Some(order.user_id), state, attention: false };
    let open = tx.orders(order.shop_id, filter, Page { before: None, limit: MOST_OPEN }).await?;
    if u32::try_from(open.len()).is_ok_and(|count| count < MOST_OPEN) {
        Ok(())
    } else {
        Err(Refusal::TooManyOpenOrders.into())
    }
}

/// Opens another payment for an unpaid order, or pays it from the wallet.
pub(crate) async fn pay(core: &Core, who: &Principal, order: OrderId, method: Method) -> Result<()> {
    let user = who.with(Scope::Buy)?;
    let mut read = core.read().await?;
    let shop = core.shop(read.as_mut(), who.shop_id).await?;
    let order = read.order(shop.id, order).await?.filter(|o| o.user_id == user).ok_or(Refusal::NotFound)?;
    if !order.is_open() {
        return Err(Refusal::OrderNotOpen.into());
    }
    match method {
        Method::Wallet => {
            drop(read);
            let mut tx = core.begin().await?;
            pay_from_wallet(core, tx.as_mut(), &order).await?;
            Ok(core.commit(tx).await?)
        }
        Method::Gateway(gateway) => {
            let draft = open::draft(core, read.as_mut(), &shop, &order, gateway).await?;
            drop(read);
            let mut tx = core.begin().await?;
            let now = core.world.now();
            let usable = |p: &Payment| p.gateway_id == gateway && p.is_open() && now < p.expires_at;
            if let Some(same) = tx.payments(shop.id, order.id).await?.into_iter().next().filter(usable) {
                // A second tap, or a way back to the first one: every payment takes an address or amount for itself.
                drop(tx);
                return open_or_leave(core, &shop, &same).await;
            }
            let payment = open::reserve(core, tx.as_mut(), &order, draft).await?;
            core.commit(tx).await?;
            open_or_leave(core, &shop, &payment).await
        }
    }
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
    match settle::take_price(core, tx, locked).await? {
        settle::Taken::Paid => Ok(()),
        settle::Taken::Short(lack) => Err(missing(lack)),
    }
}

/// The order that this key placed before; another wish under the same key is refused.
async fn known_order(
    read: &mut dyn Read,
    shop: &Shop,
    user: UserId,
    key: Option<&str>,
    wish: &Wish,
) -> Result<Option<OrderId>> {
    let Some(key) = key else { return Ok(None) };
    if key.is_empty() || key.len() > 100 {
        return Err(Refusal::bad_input("Idempotency-Key", "1 to 100 bytes").into());
    }
    let Some(order) = read.order_by_key(shop.id, user, key).await? else { return Ok(None) };
    let same = match (wish, &order.kind) {
        (Wish::New { plan, .. }, OrderKind::New(sale)) => sale.plan_id == *plan,
        (Wish::Renewal { plan, subscription }, OrderKind::Renewal(sale)) => {
            sale.plan_id == *plan && sale.subscription_id == *subscription
        }
        (Wish::TopUp { amount }, OrderKind::TopUp) => order.price == *amount,
        _ => false,
    };
    if same { Ok(Some(order.id)) } else { Err(Refusal::KeyReused.into()) }
}

async fn taken_order(core: &Core, order: &Order) -> Result<OrderId> {
    let key = order.key.as_deref().unwrap_or_default();
    let known = core.read().await?.order_by_key(order.shop_id, order.user_id, key).await?;
    known.map(|o| o.id).ok_or_else(|| Refusal::InFlight.into())
}

/// What is wanted, pinned, and its price.
async fn wanted(
    core: &Core,
    read: &mut dyn Read,
    shop: &Shop,
    user: UserId,
    wish: &Wish,
) -> Result<(OrderKind, Money)> {
    match wish {
        Wish::New { plan, region } => {
            let plan = read.plan(shop.id, *plan).await?.ok_or(Refusal::NotFound)?;
            let price = pricing::price(&plan, shop.currency)?;
            extras::available(read, &plan).await?;
            let region = region
                .as_ref()
                .map(|r| r.to_uppercase())
                .filter(|r| r.len() == 2 && r.bytes().all(|b| b.is_ascii_uppercase()));
            Ok((OrderKind::New(sale(&plan, core.world.id(), region)), price))
        }
        Wish::Renewal { plan, subscription } => {
            let plan = read.plan(shop.id, *plan).await?.ok_or(Refusal::NotFound)?;
            let price = pricing::price(&plan, shop.currency)?;
            let held = read.subscription(shop.id, *subscription).await?.filter(|s| s.user_id == user);
            let held = held.ok_or(Refusal::NotFound)?;
            held.renewable_by(&plan)?;
            Ok((OrderKind::Renewal(sale(&plan, held.id, None)), price))
        }
        Wish::TopUp { amount } => {
            top_up_amount(*amount, shop.currency)?;
            Ok((OrderKind::TopUp, *amount))
        }
    }
}

fn top_up_amount(amount: Money, currency: Currency) -> Result<(), Refusal> {
    if amount.currency != currency {
        return Err(Refusal::WrongCurrency { expected: currency });
    }
    if amount.minor <= 0 || amount.minor > GREATEST { Err(Refusal::AmountOutOfRange) } else { Ok(()) }
}

/// What an order pins of a plan.
pub(super) fn sale(plan: &Plan, subscription_id: SubscriptionId, region: Option<String>) -> Sale {
    Sale {
        plan_id: plan.id,
        plan_name: plan.name.clone(),
        terms: plan.terms,
        group_id: plan.group_id,
        subscription_id,
        region,
    }
}

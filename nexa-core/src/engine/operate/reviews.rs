//! Payments that contradict our records: a person looks, and says what is really there.
//!
//! What is said goes the way of all money (`settle`): it is a movement of its own, once per decision.

use super::actions::note_why;
use crate::{
    domain::{
        deed::{self, Deed},
        money::Money,
        order::{Attention, Order},
        payment::{Finality, Movement, Observation, Payment, PaymentState, REVIEW},
        permission::{Permission, SEE_PAYMENTS},
        refusal::Refusal,
        user::Principal,
    },
    engine::{Core, settle::settle_in},
    error::Result,
    ids::{OrderId, PaymentId},
    ports::storage::{Inserted, Locked, OrderFilter, Page, Tx},
};

/// A payment that a person must look at.
pub(crate) struct Review {
    pub(crate) order: Order,
    pub(crate) payment: Payment,
    pub(crate) movements: Vec<Movement>,
}

/// What an operator looked at, and why they decide so.
pub(crate) struct Verdict<'a> {
    pub(crate) version: u32,
    pub(crate) reason: &'a str,
}

/// What waits to be looked at, of the orders in this slice, and the last of those orders.
pub(crate) async fn reviews(core: &Core, who: &Principal, page: Page) -> Result<(Vec<Review>, Vec<Order>)> {
    who.may(SEE_PAYMENTS)?;
    let mut read = core.read().await?;
    let filter = OrderFilter { attention: true, ..OrderFilter::default() };
    let orders = read.orders(who.shop_id, filter, page).await?;
    let mut all = Vec::new();
    for order in &orders {
        for payment in read.payments(who.shop_id, order.id).await? {
            if is_to_be_looked_at(order, &payment) {
                let movements = read.movements(payment.id).await?;
                all.push(Review { order: order.clone(), payment, movements });
            }
        }
    }
    Ok((all, orders))
}

fn is_to_be_looked_at(order: &Order, payment: &Payment) -> bool {
    let is_of_this = match order.attention {
        Some(Attention::PaymentReview) => payment.state == PaymentState::NeedsReview || payment.is_paid(),
        Some(Attention::PaymentReversed) => !payment.is_covered() && payment.version > 0,
        Some(Attention::ReturnRefused) => payment.is_covered(),
        _ => false,
    };
    is_of_this || payment.state == PaymentState::Disputed
}

/// This much is there beside what was counted: the payment is settled with it.
pub(crate) async fn accept_payment(
    core: &Core,
    who: &Principal,
    payment: PaymentId,
    received: Money,
    verdict: Verdict<'_>,
) -> Result<OrderId> {
    who.may(Permission::DecidePayments)?;
    let (version, why) = (verdict.version, deed::reason(verdict.reason)?);
    let mut tx = core.begin().await?;
    let held = doubted(tx.as_mut(), who, payment, version).await?;
    if received.currency != held.due.currency {
        return Err(Refusal::WrongCurrency { expected: held.due.currency }.into());
    }
    if !received.is_positive() || received.minor > held.due.minor.saturating_mul(100) {
        return Err(Refusal::AmountOutOfRange.into());
    }
    let there = Observation {
        reference: held.reference.clone().unwrap_or_default(),
        family: REVIEW.to_owned(),
        movement: format!("{payment}:{version}"),
        amount: received,
        raw: received.minor.to_string(),
        finality: Finality::Confirmed,
        anchor: None,
        occurred_at: core.world.now(),
    };
    let order = decided(core, tx.as_mut(), held, &[there]).await?;
    note_why(core, tx.as_mut(), who, Deed::PaymentAccepted { payment, received }, why).await?;
    core.commit(tx).await?;
    Ok(order)
}

/// Nothing more is there than was counted: the payment goes on as if the doubt had not been. Of a contested one it says
/// that it is given up: it counts as lost, until its gateway says that the money is there. Of one that is gone, or could
/// not be sent back, it says that this was seen.
pub(crate) async fn dismiss_payment(
    core: &Core,
    who: &Principal,
    payment: PaymentId,
    verdict: Verdict<'_>,
) -> Result<OrderId> {
    who.may(Permission::DecidePayments)?;
    let (version, why) = (verdict.version, deed::reason(verdict.reason)?);
    let mut tx = core.begin().await?;
    let held = looked_at(tx.as_mut(), who, payment, version).await?;
    let order = decided(core, tx.as_mut(), held, &[]).await?;
    note_why(core, tx.as_mut(), who, Deed::PaymentDismissed { payment }, why).await?;
    core.commit(tx).await?;
    Ok(order)
}

/// A contested payment with what is contested given up, or one that was doubted.
async fn looked_at(tx: &mut dyn Tx, who: &Principal, id: PaymentId, version: u32) -> Result<Locked<Payment>> {
    let order = tx.payment(who.shop_id, id).await?.ok_or(Refusal::NotFound)?.order_id;
    tx.lock_order(who.shop_id, order).await?;
    let held = tx.lock_payment(who.shop_id, id).await?.ok_or(Refusal::NotFound)?;
    if held.state != PaymentState::Disputed {
        return doubted(tx, who, id, version).await;
    }
    if held.version != version {
        return Err(Refusal::AlreadyDecided.into());
    }
    for given_up in tx.movements(id).await?.into_iter().filter(|m| m.finality == Finality::Contested) {
        let given_up = Movement { finality: Finality::Dropped, ..given_up };
        let (Inserted::New | Inserted::Taken) = tx.save_movement(&given_up).await?;
    }
    Ok(held)
}

/// The payment as it was looked at, with its order's attention on it.
async fn doubted(tx: &mut dyn Tx, who: &Principal, id: PaymentId, version: u32) -> Result<Locked<Payment>> {
    let order = tx.payment(who.shop_id, id).await?.ok_or(Refusal::NotFound)?.order_id;
    let order = tx.lock_order(who.shop_id, order).await?.ok_or(Refusal::NotFound)?;
    let payment = tx.lock_payment(who.shop_id, id).await?.ok_or(Refusal::NotFound)?;
    // Of what is contested others decide; it can only be given up.
    let is_doubted = is_to_be_looked_at(&order, &payment) && payment.state != PaymentState::Disputed;
    let open = is_doubted || payment.state == PaymentState::NeedsReview;
    if open && payment.version == version { Ok(payment) } else { Err(Refusal::AlreadyDecided.into()) }
}

/// The doubt is over; what the movements and the decision say is settled.
async fn decided(
    core: &Core,
    tx: &mut dyn Tx,
    held: Locked<Payment>,
    there: &[Observation],
) -> Result<OrderId> {
    let (shop, payment, order) = (held.shop_id, held.id, held.order_id);
    let state = if held.is_paid() { held.state } else { PaymentState::Open };
    let version = held.version.saturating_add(1);
    tx.save_payment(held.map(|p| Payment { state, version, ..p })).await?;
    let held = tx.lock_order(shop, order).await?.ok_or(Refusal::NotFound)?;
    let seen = [Attention::PaymentReview, Attention::PaymentReversed, Attention::ReturnRefused];
    let calm = held.attention.filter(|why| !seen.contains(why));
    tx.save_order(held.map(|o| Order { attention: calm, ..o })).await?;
    settle_in(core, tx, shop, payment, there).await?;
    Ok(order)
}

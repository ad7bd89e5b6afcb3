//! Deposits that a bank told of: money that came to a place of ours and does not say for which payment.
//!
//! The amount says it, because no two open payments at one place share one. What nobody reserved, and what is too much
//! to be believed without a person, waits for the operator. A deposit is credited as everything is: by `settle`.

use super::{
    Core,
    operate::actions::note,
    settle::{hold_payment, settle_in},
    worker::Next,
};
use crate::{
    domain::{
        deed::Deed,
        deposit::{Deposit, DepositState},
        event::Event,
        order::OrderNumber,
        payment::{Finality, Observation, Payment, PaymentState},
        permission::{Permission, SEE_PAYMENTS},
        receipt::Decision,
        refusal::Refusal,
        user::Principal,
    },
    error::Result,
    ids::{DepositId, GatewayId, PaymentId, ShopId},
    ports::{
        gateway::Arrival,
        storage::{Inserted, Page, Tx},
    },
};
use jiff::Timestamp;

/// Takes down what arrived; once, however often it is told.
pub(super) async fn arrived(
    core: &Core,
    shop: ShopId,
    gateway: GatewayId,
    arrivals: &[Arrival],
    at: Timestamp,
) -> Result<Next> {
    for arrival in arrivals.iter().filter(|a| a.amount.is_positive()) {
        take_down(core, shop, gateway, arrival, at).await?;
    }
    Ok(Next::Done)
}

async fn take_down(
    core: &Core,
    shop: ShopId,
    gateway: GatewayId,
    arrival: &Arrival,
    at: Timestamp,
) -> Result<()> {
    let mut tx = core.begin().await?;
    let reserved = tx.reserved_for(&arrival.destination, arrival.amount, at).await?;
    let payment = match reserved {
        // A card may serve several shops: what another one reserved is not ours to know of.
        Some(id) => hold_payment(tx.as_mut(), shop, id).await?.filter(|p| p.gateway_id == gateway),
        None => None,
    };
    let payment = payment.map(|p| Payment::clone(&p));
    // Whoever handed in a receipt that was accepted has been credited: this is the same money, and what comes after it
    // is not.
    let known = match &payment {
        Some(paid) if paid.is_paid() => !tx.has_deposit(shop, paid.id).await?,
        _ => false,
    };
    let credited = arrival.sure && payment.as_ref().is_some_and(can_be_paid);
    let deposit = Deposit {
        id: core.world.id(),
        shop_id: shop,
        gateway_id: gateway,
        place: arrival.place.clone(),
        amount: arrival.amount,
        family: arrival.family.clone(),
        movement: arrival.movement.clone(),
        state: if known || credited { DepositState::Matched } else { DepositState::Waiting },
        payment_id: payment.as_ref().map(|p| p.id),
        heard_at: at,
    };
    if tx.insert_deposit(&deposit).await? == Inserted::Taken {
        return Ok(());
    }
    match payment.filter(|_| credited) {
        Some(payment) => credit(core, tx.as_mut(), &payment, &deposit).await?,
        None if known => {}
        None => core.record(tx.as_mut(), shop, Event::DepositWaits { deposit: deposit.id }).await?,
    }
    Ok(core.commit(tx).await?)
}

const fn can_be_paid(payment: &Payment) -> bool {
    payment.is_open() || matches!(payment.state, PaymentState::Expired)
}

async fn credit(core: &Core, tx: &mut dyn Tx, payment: &Payment, deposit: &Deposit) -> Result<()> {
    // A receipt that waits shows the same transfer; decided later, it would be credited twice.
    for mut receipt in tx.receipts(payment.shop_id, payment.id).await? {
        if receipt.decision == Decision::Waiting {
            receipt.decision = Decision::Accepted;
            tx.save_receipt(&receipt).await?;
        }
    }
    let observation = Observation {
        reference: payment.reference.clone().unwrap_or_default(),
        family: deposit.family.clone(),
        movement: deposit.movement.clone(),
        amount: deposit.amount,
        raw: deposit.amount.minor.to_string(),
        finality: Finality::Confirmed,
        anchor: None,
        occurred_at: deposit.heard_at,
    };
    settle_in(core, tx, payment.shop_id, payment.id, &[observation]).await.map(drop)
}

/// Deposits that wait for a person, oldest first.
pub(crate) async fn waiting_deposits(core: &Core, who: &Principal, page: Page) -> Result<Vec<Deposit>> {
    who.may(SEE_PAYMENTS)?;
    Ok(core.read().await?.waiting_deposits(who.shop_id, page).await?)
}

/// Unpaid payments at a gateway, for which a deposit there may be, newest first.
pub(crate) async fn unpaid_payments(
    core: &Core,
    who: &Principal,
    gateway: GatewayId,
    page: Page,
) -> Result<Vec<Payment>> {
    who.may(Permission::DecidePayments)?;
    Ok(core.read().await?.unpaid_payments(who.shop_id, gateway, page).await?)
}

/// The payment that is meant by the number of its order: the last one at the deposit's gateway.
pub(crate) async fn numbered_payment(
    core: &Core,
    who: &Principal,
    id: DepositId,
    number: &str,
) -> Result<PaymentId> {
    who.may(Permission::DecidePayments)?;
    let unknown = || Refusal::bad_input("order_number", "the number of an order that was to be paid there");
    let number = OrderNumber::read(number).ok_or_else(unknown)?;
    let mut read = core.read().await?;
    let deposit = read.deposit(who.shop_id, id).await?.ok_or(Refusal::NotFound)?;
    let order = read.numbered_order(who.shop_id, number).await?.ok_or_else(unknown)?;
    let payments = read.payments(who.shop_id, order.id).await?;
    let last = payments.iter().find(|p| p.gateway_id == deposit.gateway_id).ok_or_else(unknown)?;
    Ok(last.id)
}

/// The operator says which payment it is for. One that was paid already is refused, as its money came before; unless a
/// deposit paid for it or was found to be that money: then this one is more, and the customer's.
pub(crate) async fn assign_deposit(
    core: &Core,
    who: &Principal,
    id: DepositId,
    payment: PaymentId,
) -> Result<Deposit> {
    who.may(Permission::DecidePayments)?;
    let mut tx = core.begin().await?;
    let deposit = waiting(tx.as_mut(), who, id).await?;
    let held = hold_payment(tx.as_mut(), who.shop_id, payment).await?.ok_or(Refusal::NotFound)?;
    let held = held.into_inner();
    if held.due.currency != deposit.amount.currency {
        return Err(Refusal::WrongCurrency { expected: held.due.currency }.into());
    }
    if held.gateway_id != deposit.gateway_id || held.reference.is_none() {
        return Err(Refusal::NotFound.into());
    }
    if held.is_paid() && !tx.has_deposit(who.shop_id, payment).await? {
        return Err(Refusal::AlreadyDecided.into());
    }
    let deposit = Deposit { state: DepositState::Matched, payment_id: Some(payment), ..deposit };
    tx.save_deposit(&deposit).await?;
    credit(core, tx.as_mut(), &held, &deposit).await?;
    note(core, tx.as_mut(), who, Deed::DepositAssigned { deposit: id, payment }).await?;
    core.commit(tx).await?;
    Ok(deposit)
}

/// The operator says that it is for no payment.
pub(crate) async fn dismiss_deposit(core: &Core, who: &Principal, id: DepositId) -> Result<Deposit> {
    who.may(Permission::DecidePayments)?;
    let mut tx = core.begin().await?;
    let deposit = Deposit { state: DepositState::Dismissed, ..waiting(tx.as_mut(), who, id).await? };
    tx.save_deposit(&deposit).await?;
    note(core, tx.as_mut(), who, Deed::DepositDismissed { deposit: id }).await?;
    core.commit(tx).await?;
    Ok(deposit)
}

async fn waiting(tx: &mut dyn Tx, who: &Principal, id: DepositId) -> Result<Deposit> {
    let deposit = tx.deposit(who.shop_id, id).await?.ok_or(Refusal::NotFound)?;
    if deposit.state == DepositState::Waiting { Ok(deposit) } else { Err(Refusal::AlreadyDecided.into()) }
}

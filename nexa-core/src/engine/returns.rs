//! Sending money back to whoever paid it, one movement at a time.
//!
//! First it leaves the wallet (TX 1), then a job asks the gateway outside any transaction, then it leaves the books
//! (TX 2). Between the two it is in neither pocket but in `refunds_due`, so the customer can never have it twice: not
//! by spending it meanwhile, and not by a gateway that sends it and loses the answer.
//!
//! What must never be: money in the wallet that the gateway may still send. So only a refusal that the gateway's own
//! look at the transfer confirms gives it back to the wallet; anything unclear is tried again.

use super::{
    Core,
    kept::wallet_filled,
    operate::actions::note,
    settle::{post, settle_in},
    sync_panels::lost,
    watch::{ask, failed},
    worker::Next,
};
use crate::{
    domain::{
        deed::Deed,
        event::Event,
        gateway::Refunds,
        job::Lease,
        ledger::{Account, Journal},
        order::{Attention, Order},
        payment::{Finality, Movement, Observation, Payment},
        permission::{Permission, SEE_PAYMENTS},
        refusal::Refusal,
        returns::{Return, ReturnState, is_returned, is_said},
        shop::Shop,
        time::after,
        user::Principal,
    },
    engine::install::said,
    error::{Error, Failure, Result, Retry},
    ids::{OrderId, PaymentId, ShopId},
    ports::{
        gateway::Gateway,
        outcome::Outcome,
        storage::{Inserted, Locked, Read, Tx},
    },
};
use jiff::SignedDuration;

/// How long a gateway may take to send.
const DEADLINE: SignedDuration = SignedDuration::from_secs(40);
/// How long to wait for what somebody else has to decide or put right.
const PATIENCE: SignedDuration = SignedDuration::from_hours(1);

/// A movement, what it was paid for, and whether it can be sent back.
pub(crate) struct Transfer {
    pub(crate) payment: Payment,
    pub(crate) movement: Movement,
    pub(crate) returned: Option<ReturnState>,
    pub(crate) returnable: bool,
}

/// All that came for an order, oldest payments first.
pub(crate) async fn transfers(core: &Core, who: &Principal, order: OrderId) -> Result<Vec<Transfer>> {
    who.may(SEE_PAYMENTS)?;
    let mut read = core.read().await?;
    let shop = core.shop(read.as_mut(), who.shop_id).await?;
    read.order(shop.id, order).await?.ok_or(Refusal::NotFound)?;
    transfers_of(core, read.as_mut(), &shop, order).await
}

async fn transfers_of(
    core: &Core,
    read: &mut dyn Read,
    shop: &Shop,
    order: OrderId,
) -> Result<Vec<Transfer>> {
    let mut all = Vec::new();
    for payment in read.payments(shop.id, order).await?.into_iter().rev() {
        let sends = sends_back(core, read, shop, &payment).await?;
        let returns = read.returns(shop.id, payment.id).await?;
        for movement in read.movements(payment.id).await? {
            let returned = returns.iter().find(|one| one.is_of(&movement)).map(|one| one.state);
            let returnable = sends && is_sendable(&movement) && !is_returned(&movement, &returns);
            all.push(Transfer { payment: payment.clone(), movement, returned, returnable });
        }
    }
    Ok(all)
}

/// Whether a transfer is there, and the gateway's own.
fn is_sendable(movement: &Movement) -> bool {
    movement.finality == Finality::Confirmed && !is_said(movement)
}

/// Whether the gateway of a payment sends its transfers back. One that cannot be connected to does not, and a deposit that
/// a bank told of did not come through it.
async fn sends_back(core: &Core, read: &mut dyn Read, shop: &Shop, of: &Payment) -> Result<bool> {
    let account = read.gateway(shop.id, of.gateway_id).await?.ok_or(Refusal::NotFound)?;
    if read.has_deposit(shop.id, of.id).await? {
        return Ok(false);
    }
    Ok(core.gateway(shop, &account).is_ok_and(|gateway| gateway.profile().refunds == Refunds::Whole))
}

/// Begins to send one movement back to whoever paid it.
pub(crate) async fn send_back(
    core: &Core,
    who: &Principal,
    payment: PaymentId,
    family: &str,
    movement: &str,
) -> Result<OrderId> {
    who.may(Permission::MoveMoney)?;
    let mut tx = core.begin().await?;
    let shop = core.shop(tx.as_read(), who.shop_id).await?;
    let (order, held) = hold(tx.as_mut(), shop.id, payment).await?;
    let movements = tx.movements(payment).await?;
    let of = movements.into_iter().find(|m| (m.family.as_str(), m.id.as_str()) == (family, movement));
    let of = of.ok_or(Refusal::NotFound)?;
    let order = order.id;
    begin(core, tx.as_mut(), &shop, held, &of).await?;
    note(core, tx.as_mut(), who, Deed::SentBack { payment, amount: of.amount }).await?;
    core.commit(tx).await?;
    Ok(order)
}

/// Refuses an order of whose money nothing can be sent back.
pub(super) async fn returnable(core: &Core, read: &mut dyn Read, shop: ShopId, order: OrderId) -> Result<()> {
    let shop = core.shop(read, shop).await?;
    let all = transfers_of(core, read, &shop, order).await?;
    if all.iter().any(|one| one.returnable) { Ok(()) } else { Err(Refusal::NotReturnable.into()) }
}

/// Begins to send back all that was paid for an order that was taken back. What cannot go stays in the wallet, and a
/// person is told.
pub(super) async fn send_all_back(core: &Core, tx: &mut dyn Tx, shop: ShopId, order: OrderId) -> Result<()> {
    let shop = core.shop(tx.as_read(), shop).await?;
    let mut stays = true;
    for one in transfers_of(core, tx.as_read(), &shop, order).await? {
        if !one.returnable {
            continue;
        }
        let (_, held) = hold(tx, shop.id, one.payment.id).await?;
        match begin(core, tx, &shop, held, &one.movement).await {
            Ok(()) => stays = false,
            Err(Error::Refused(_)) => {
                stays = true;
                break;
            }
            Err(failed) => return Err(failed),
        }
    }
    if !stays {
        return Ok(());
    }
    let held = tx.lock_order(shop.id, order).await?.ok_or(Refusal::NotFound)?;
    Ok(flag(core, tx, held, false).await?)
}

async fn hold(tx: &mut dyn Tx, shop: ShopId, payment: PaymentId) -> Result<(Locked<Order>, Locked<Payment>)> {
    let order = tx.payment(shop, payment).await?.ok_or(Refusal::NotFound)?.order_id;
    let order = tx.lock_order(shop, order).await?.ok_or(Refusal::NotFound)?;
    let payment = tx.lock_payment(shop, payment).await?.ok_or(Refusal::NotFound)?;
    Ok((order, payment))
}

/// TX 1: out of the wallet. A refusal changes nothing.
async fn begin(
    core: &Core,
    tx: &mut dyn Tx,
    shop: &Shop,
    held: Locked<Payment>,
    of: &Movement,
) -> Result<()> {
    let (id, now) = (held.id, core.world.now());
    let returns = tx.returns(shop.id, id).await?;
    if is_returned(of, &returns) {
        return Err(Refusal::AlreadyDecided.into());
    }
    if !is_sendable(of) || !sends_back(core, tx.as_read(), shop, &held).await? {
        return Err(Refusal::NotReturnable.into());
    }
    let taken = held.taken_for(of, &tx.movements(id).await?, &returns)?;
    let wallet = Account::Wallet(held.user_id);
    let missing = taken.minus(tx.balance(shop.id, wallet, taken.currency).await?)?;
    if missing.is_positive() && taken.is_positive() {
        return Err(Refusal::ReturnNotCovered { missing }.into());
    }
    if taken.is_positive() {
        let cause = format!("return:{id}:{}", held.version);
        let journal = Journal::new(core.world.id(), shop.id, cause, now);
        post(tx, &journal.transfer(wallet, Account::RefundsDue, taken)?).await?;
    }
    keep(
        tx,
        &Return {
            family: of.family.clone(),
            movement: of.id.clone(),
            shop_id: shop.id,
            payment_id: id,
            taken,
            state: ReturnState::Asked,
            asked_at: now,
        },
    )
    .await?;
    tx.save_payment(held.map(changed)).await?;
    settle_in(core, tx, shop.id, id, &[]).await?;
    Ok(core.record(tx, shop.id, Event::ReturnBegun { payment: id }).await?)
}

/// A payment whose books moved.
fn changed(payment: Payment) -> Payment {
    Payment { version: payment.version.saturating_add(1), ..payment }
}

/// Writes what must be allowed: a refusal of storage here would mean that two transactions held the same payment.
async fn keep(tx: &mut dyn Tx, row: &Return) -> Result<(), Failure> {
    match tx.save_return(row).await? {
        Inserted::New => Ok(()),
        Inserted::Taken => Err(Failure::core("a transfer was sent back before")),
    }
}

/// What a gateway did.
enum Went {
    /// The transfer is gone.
    Back,
    /// It stands, as this look shows, and will not be sent.
    Refused(Vec<Observation>),
}

/// The job: has the gateway send what was asked for, the oldest first. One that cannot go now keeps none of the others.
pub(super) async fn send_asked(core: &Core, lease: &Lease, shop: ShopId, payment: PaymentId) -> Result<Next> {
    let mut read = core.read().await?;
    let shop = core.shop(read.as_mut(), shop).await?;
    let Some(held) = read.payment(shop.id, payment).await? else { return Ok(Next::Done) };
    let account = read.gateway(shop.id, held.gateway_id).await?.ok_or(Refusal::NotFound)?;
    let movements = read.movements(payment).await?;
    let mut returns = read.returns(shop.id, payment).await?;
    drop(read);
    returns.retain(|one| one.state == ReturnState::Asked);
    if returns.is_empty() {
        return Ok(Next::Done);
    }
    let later = Next::Again(after(core.world.now(), PATIENCE));
    let gateway = match core.gateway(&shop, &account) {
        Ok(gateway) => gateway,
        // Its settings are for the operator to put right.
        Err(Error::Refused(_)) => return Ok(later),
        Err(failed) => return Err(failed),
    };
    let (mut next, mut trouble) = (Next::Done, None);
    for one in returns {
        let of = movements.iter().find(|m| one.is_of(m)).ok_or(Refusal::NotFound)?;
        match send(core, gateway.as_ref(), of).await {
            Ok(Some(went)) => conclude(core, lease, &shop, one, of, went).await?,
            Ok(None) => next = later,
            Err(failed) => trouble = Some(failed),
        }
    }
    trouble.map_or(Ok(next), Err)
}

/// Nothing while the transfer is contested: who has it in the end is decided elsewhere.
async fn send(core: &Core, gateway: &dyn Gateway, of: &Movement) -> Result<Option<Went>> {
    match core.world.within(DEADLINE, gateway.refund(of)).await {
        Some(Outcome::Done(())) => return Ok(Some(Went::Back)),
        Some(Outcome::Rejected(_) | Outcome::NotFound) => {}
        Some(unclear) => return Err(failed(&said(unclear), Retry::Soon)),
        None => return Err(failed("no answer in time", Retry::Soon)),
    }
    // An earlier try may have sent it, whatever this answer says.
    let seen = ask(core, gateway.recheck(std::slice::from_ref(of), core.world.now())).await?;
    let found = seen.iter().find(|s| (&s.family, &s.movement) == (&of.family, &of.id));
    match found.map(|s| s.finality) {
        Some(Finality::Confirmed) => Ok(Some(Went::Refused(seen))),
        Some(Finality::Contested) => Ok(None),
        Some(Finality::Dropped) => Ok(Some(Went::Back)),
        _ => Err(failed("refused, and it cannot be told whether it was sent before", Retry::Soon)),
    }
}

/// TX 2: out of the books, or into the wallet again.
async fn conclude(
    core: &Core,
    lease: &Lease,
    shop: &Shop,
    one: Return,
    of: &Movement,
    went: Went,
) -> Result<()> {
    let (id, now) = (one.payment_id, core.world.now());
    let mut tx = core.begin().await?;
    if !tx.holds_lease(lease).await? {
        return Err(lost());
    }
    let (order, held) = hold(tx.as_mut(), shop.id, id).await?;
    if !tx.returns(shop.id, id).await?.contains(&one) {
        return Ok(());
    }
    let (user, clearing, taken) = (held.user_id, Account::Clearing(held.gateway_id), one.taken);
    let (state, cause, seen) = match went {
        Went::Back => (ReturnState::Sent, format!("sent_back:{}:{}", one.family, one.movement), Vec::new()),
        Went::Refused(seen) => (ReturnState::Refused, format!("not_sent:{id}:{}", held.version), seen),
    };
    let is_sent = state == ReturnState::Sent;
    let mut journal = Journal::new(core.world.id(), shop.id, cause, now);
    if taken.is_positive() {
        let to = if is_sent { Account::Exchange } else { Account::Wallet(user) };
        journal = journal.transfer(Account::RefundsDue, to, taken)?;
    }
    if is_sent {
        journal = journal.transfer(Account::Exchange, clearing, of.amount)?;
        // It no longer counts among what the provider lists, whoever looks first.
        let gone = Movement { finality: Finality::Dropped, ..of.clone() };
        let (Inserted::New | Inserted::Taken) = tx.save_movement(&gone).await?;
    }
    if !journal.entries().is_empty() {
        post(tx.as_mut(), &journal).await?;
    }
    keep(tx.as_mut(), &Return { state, ..one }).await?;
    tx.save_payment(held.map(changed)).await?;
    flag(core, tx.as_mut(), order, is_sent).await?;
    settle_in(core, tx.as_mut(), shop.id, id, &seen).await?;
    let event = if is_sent {
        Event::ReturnSent { payment: id, user, amount: of.amount }
    } else {
        wallet_filled(core, tx.as_mut(), shop.id, user).await?;
        Event::ReturnRefused { payment: id }
    };
    core.record(tx.as_mut(), shop.id, event).await?;
    Ok(core.commit(tx).await?)
}

/// A person looks at what was refused, until it is sent after all. Doubts about the money itself come first: what lets go
/// of a subscription again goes by them.
async fn flag(core: &Core, tx: &mut dyn Tx, order: Locked<Order>, is_sent: bool) -> Result<(), Failure> {
    let (shop, id) = (order.shop_id, order.id);
    let attention = match order.attention {
        Some(Attention::ReturnRefused) if is_sent => None,
        Some(Attention::PaymentReview | Attention::PaymentDisputed | Attention::PaymentReversed) => {
            order.attention
        }
        _ if !is_sent => Some(Attention::ReturnRefused),
        other => other,
    };
    let is_new = attention.is_some() && attention != order.attention;
    tx.save_order(order.map(|o| Order { attention, ..o })).await?;
    if is_new {
        core.record(tx, shop, Event::OrderFlagged { order: id }).await?;
    }
    Ok(())
}

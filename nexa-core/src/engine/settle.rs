//! The one way in which money is credited: for a chain scan, a callback, a poll and a human decision alike.
//!
//! Everything happens in one transaction (TX C): the movements, their sum, the payment's state, the ledger, the order,
//! the event and its jobs. Received money first goes to the user's wallet, and the order is then paid from the wallet,
//! so late, short, surplus and doubled money need no path of their own and are never lost.
//!
//! What must never be: a credit without a movement, the same movement for two payments, a credit for an amount that
//! nobody confirmed. What recovery does: nothing; the facts are asked for again and the sum is computed anew.

use super::{
    Core, commissions, coupons, disputes, earnings, gifts,
    kept::{KEPT_WINDOW, wallet_filled},
    reversal, supply,
};
use crate::{
    domain::{
        event::Event,
        ledger::{Account, Journal},
        money::{Money, Round},
        order::{Attention, Order, OrderKind, OrderState},
        payment::{Finality, Movement, Observation, Payment, PaymentState},
        rate::Rate,
        refusal::Refusal,
        time::after,
    },
    error::{Failure, Result},
    ids::{PaymentId, ShopId},
    ports::storage::{Inserted, Locked, Posted, Tx},
};
use jiff::SignedDuration;

/// Money that was seen this long after the window is still worth the locked rate.
const GRACE: SignedDuration = SignedDuration::from_mins(30);
/// A rate that fell to no less than this share of the locked one, in percent, is not held against the customer.
const RATE_KEPT: i64 = 98;
/// How much longer a customer has who paid too little.
pub(super) const TOP_UP_WINDOW: SignedDuration = SignedDuration::from_hours(24);

/// What became of taking a price from a wallet.
pub(super) enum Taken {
    /// The order is paid.
    Paid,
    /// The wallet lacks this much.
    Short(Money),
}

/// Holds a payment behind its order, which is always held first.
pub(super) async fn hold_payment(
    tx: &mut dyn Tx,
    shop: ShopId,
    id: PaymentId,
) -> Result<Option<Locked<Payment>>> {
    let Some(payment) = tx.payment(shop, id).await? else { return Ok(None) };
    tx.lock_order(shop, payment.order_id).await?;
    Ok(tx.lock_payment(shop, id).await?)
}

/// Applies what was observed to one payment.
pub(super) async fn settle_in(
    core: &Core,
    tx: &mut dyn Tx,
    shop: ShopId,
    payment: PaymentId,
    observations: &[Observation],
) -> Result<Payment> {
    let order = tx.payment(shop, payment).await?.ok_or(Refusal::NotFound)?.order_id;
    let order = tx.lock_order(shop, order).await?.ok_or(Refusal::NotFound)?;
    let before = tx.lock_payment(shop, payment).await?.ok_or(Refusal::NotFound)?;
    let doubtful = note_movements(core, tx, &before, observations).await?;
    let movements = tx.movements(payment).await?;
    let returns = tx.returns(shop, payment).await?;
    let was = Payment::clone(&before);
    let mut settled = relock(core, tx, before, &movements)
        .await?
        .try_map(|p| p.assess(&movements, &returns, core.world.now()))?;
    if doubtful && !settled.is_covered() && settled.state != PaymentState::Disputed {
        settled.state = PaymentState::NeedsReview;
    }
    let mut settled = book(core, tx, settled).await?;
    let was_there = was.is_covered() || order.attention == Some(Attention::PaymentDisputed);
    if was_there && !settled.is_covered() {
        if settled.state != PaymentState::Disputed {
            let lost = was.credited.minus(settled.worth(settled.received)?)?;
            commissions::lose(core, tx, &order, lost).await?;
            commissions::reversed(core, tx, &order).await?;
        }
        settled = reversal::reclaim(core, tx, settled).await?;
    }
    if settled.state == PaymentState::Underpaid {
        // The rest may come later; until then the amount stays this customer's.
        tx.keep_amount(payment, after(settled.watch_until, TOP_UP_WINDOW)).await?;
    }
    let now = Payment::clone(&settled);
    tx.save_payment(settled).await?;
    let news = now.credited.minor > was.credited.minor;
    conclude(core, tx, order, &was, &now, Look { doubtful, news }).await?;
    if news {
        wallet_filled(core, tx, shop, now.user_id).await?;
    }
    Ok(now)
}

/// Writes the movements; whether one contradicts our records.
async fn note_movements(
    core: &Core,
    tx: &mut dyn Tx,
    payment: &Payment,
    observations: &[Observation],
) -> Result<bool, Failure> {
    let mut doubtful = false;
    for seen in observations {
        let known = tx.movement(&seen.family, &seen.movement).await?;
        // A transfer that is gone from its chain has no reference any more, only its name.
        let ours = payment.reference.as_deref() == Some(seen.reference.as_str())
            || (seen.reference.is_empty() && known.as_ref().is_some_and(|k| k.payment_id == payment.id));
        if !ours || seen.amount.currency != payment.due.currency || seen.amount.minor < 0 {
            doubtful = true;
            continue;
        }
        if seen.amount.is_zero() {
            continue;
        }
        // A transfer from before the invoice existed pays something else.
        let early = seen.occurred_at < after(payment.created_at, SignedDuration::from_mins(-2));
        let changed = known.as_ref().is_some_and(|k| k.payment_id == payment.id && k.amount != seen.amount);
        let movement = Movement {
            family: seen.family.clone(),
            id: seen.movement.clone(),
            payment_id: payment.id,
            amount: seen.amount,
            raw: seen.raw.clone(),
            finality: seen.finality,
            anchor: seen.anchor.clone(),
            seen_at: known.as_ref().map_or_else(|| core.world.now(), |k| k.seen_at),
        };
        if early || changed {
            doubtful |= doubt(tx, movement, known, changed).await?;
            continue;
        }
        // What was given up as lost is contested no more, however often it is said to be; only money that is there counts.
        let given_up = known.as_ref().is_some_and(|k| k.finality == Finality::Dropped)
            && movement.finality == Finality::Contested;
        if given_up || known.as_ref() == Some(&movement) {
            continue;
        }
        doubtful |= tx.save_movement(&movement).await? == Inserted::Taken;
    }
    Ok(doubtful)
}

/// Notes a transfer that is not counted as it is told, so that a person sees it; whether it is news. What was noted
/// before, and maybe decided on, is not doubted again because it is seen again.
async fn doubt(
    tx: &mut dyn Tx,
    told: Movement,
    known: Option<Movement>,
    changed: bool,
) -> Result<bool, Failure> {
    let is_counted = |k: &Movement| k.payment_id == told.payment_id && k.finality > Finality::Dropped;
    let noted = match known.clone().filter(is_counted) {
        // What was counted stays, beside what it is said to be now.
        Some(counted) if changed => Movement { raw: told.raw, ..counted },
        Some(_) => return Ok(true),
        None => Movement { finality: Finality::Dropped, anchor: None, ..told },
    };
    if known.as_ref() == Some(&noted) {
        return Ok(false);
    }
    // One that is another payment's stays so.
    let (Inserted::New | Inserted::Taken) = tx.save_movement(&noted).await?;
    Ok(true)
}

/// Late money in another currency is worth what it is worth when it is final, if that is clearly less. Without a fresh
/// rate the locked one holds: the customer did pay.
async fn relock(
    core: &Core,
    tx: &mut dyn Tx,
    payment: Locked<Payment>,
    movements: &[Movement],
) -> Result<Locked<Payment>> {
    let foreign = payment.due.currency != payment.value.currency;
    let first = movements.iter().filter(|m| m.finality > Finality::Dropped).map(|m| m.seen_at).min();
    let late = first.is_some_and(|at| at > after(payment.expires_at, GRACE));
    let any_final = movements.iter().any(|m| m.finality == Finality::Confirmed);
    if !foreign || !late || !any_final || payment.credited.is_positive() {
        return Ok(payment);
    }
    let rate = tx.rate(payment.shop_id, payment.due.currency).await?;
    let fresh: Option<Rate> = rate.filter(|r| core.world.now() < r.fresh_until);
    let Some(rate) = fresh else { return Ok(payment) };
    let worth_now = rate.worth(payment.due)?;
    let moved =
        worth_now.minor < payment.value.scaled(RATE_KEPT, 100, payment.value.currency, Round::Up)?.minor;
    Ok(payment.map(|p| if moved { Payment { value: worth_now, ..p } } else { p }))
}

/// Moves the books to what was received, and the wallet to what that is worth.
async fn book(core: &Core, tx: &mut dyn Tx, payment: Locked<Payment>) -> Result<Locked<Payment>> {
    let asset = payment.received.minus(payment.booked)?;
    let worth = payment.worth(payment.received)?;
    let credit = worth.minus(payment.credited)?;
    if asset.is_zero() && !credit.is_positive() {
        return Ok(payment);
    }
    let cause = format!("payment:{}:{}", payment.id, payment.version);
    let mut journal = Journal::new(core.world.id(), payment.shop_id, cause, core.world.now());
    let clearing = Account::Clearing(payment.gateway_id);
    if asset.is_positive() {
        journal = journal.transfer(clearing, Account::Exchange, asset)?;
    } else if !asset.is_zero() {
        journal = journal.transfer(Account::Exchange, clearing, Money::zero(asset.currency).minus(asset)?)?;
    }
    if credit.is_positive() {
        journal = journal.transfer(Account::Exchange, Account::Wallet(payment.user_id), credit)?;
    }
    post(tx, &journal).await?;
    Ok(payment.map(|p| Payment {
        booked: p.received,
        credited: if credit.is_positive() { worth } else { p.credited },
        version: p.version.saturating_add(1),
        ..p
    }))
}

/// Posts what must be new: a repeat here would mean that two transactions held the same row.
pub(super) async fn post(tx: &mut dyn Tx, journal: &Journal) -> Result<(), Failure> {
    earnings::hold(tx, journal).await?;
    match tx.post(journal).await? {
        Posted::New => earnings::follow(tx, journal).await,
        Posted::Already => Err(Failure::core(&format!("{} was posted before", journal.cause))),
        Posted::Short => Err(Failure::core(&format!("{} would overdraw", journal.cause))),
    }
}

/// What one look at a payment brought.
#[derive(Clone, Copy)]
struct Look {
    /// Something contradicts our records.
    doubtful: bool,
    /// More was credited.
    news: bool,
}

/// What the payment's new state means for its order.
async fn conclude(
    core: &Core,
    tx: &mut dyn Tx,
    order: Locked<Order>,
    before: &Payment,
    payment: &Payment,
    Look { doubtful, news }: Look,
) -> Result<()> {
    let (id, user, shop) = (payment.id, payment.user_id, payment.shop_id);
    let was = before.state;
    let became = |state| payment.state == state && was != state;
    if became(PaymentState::Seen) {
        core.record(tx, shop, Event::PaymentSeen { payment: id, order: order.id, user }).await?;
    }
    if became(PaymentState::Underpaid) {
        core.record(tx, shop, Event::PaymentShort { payment: id, order: order.id, user }).await?;
    }
    if doubtful && was != PaymentState::NeedsReview {
        core.record(tx, shop, Event::PaymentDoubted { payment: id }).await?;
    }
    // What was contested and is won is no news when it was credited before.
    let was_paid = before.is_paid()
        || matches!(was, PaymentState::Refunding | PaymentState::Refunded)
        || (was == PaymentState::Disputed && !news);
    let mut order = order;
    let held = order.attention;
    let all = tx.payments(shop, order.id).await?;
    let is_contested = all.iter().any(|p| p.state == PaymentState::Disputed);
    order.attention = if is_contested {
        Some(Attention::PaymentDisputed)
    } else {
        Attention::after_payment(held, before, payment, doubtful)
    };
    let is_lost = order.attention == Some(Attention::PaymentReversed) && held != order.attention;
    if order.attention.is_some() && (held.is_none() || became(PaymentState::Disputed) || is_lost) {
        core.record(tx, shop, Event::OrderFlagged { order: order.id }).await?;
    }
    disputes::follow(core, tx, &order, held, payment.is_covered()).await?;
    moved(core, tx, payment, payment.is_paid() && !was_paid, is_lost).await?;
    let payable =
        matches!(order.state, OrderState::Placed | OrderState::AwaitingPayment | OrderState::Expired);
    // A part out of the wallet is not taken while something in it is contested.
    let brought = payment.credited.plus(order.held)?;
    let is_barred = brought.minor < order.price.minor && tx.is_contested(shop, user).await?;
    let can_wait = order.is_open() && !matches!(order.kind, OrderKind::Change(_) | OrderKind::TopUp);
    if is_barred && payment.is_paid() && can_wait {
        order = order.map(|o| o.keep(after(core.world.now(), KEPT_WINDOW)));
    }
    // Without news the wallet is left alone: what came into it since then is not for this order.
    if !payment.is_paid() || !payable || is_barred || (was_paid && !news) {
        let kept = payment.is_paid() && !was_paid;
        tx.save_order(order).await?;
        if kept {
            core.record(tx, shop, Event::MoneyKept { payment: id, user }).await?;
        }
        return Ok(());
    }
    let surplus = payment.state == PaymentState::Overpaid;
    let order_id = order.id;
    let short = if order.kind == OrderKind::TopUp {
        finish_top_up(core, tx, order).await?;
        false
    } else {
        let short = matches!(take_price(core, tx, order).await?, Taken::Short(_));
        // Whoever was told that we wait hears that the wait is over; a top-up has a message of its own.
        if !short && was == PaymentState::Seen {
            core.record(tx, shop, Event::PaymentConfirmed { payment: id, order: order_id, user }).await?;
        }
        short
    };
    if short || surplus {
        core.record(tx, shop, Event::MoneyKept { payment: id, user }).await?;
    }
    Ok(())
}

/// Says that money came, or was taken back.
async fn moved(
    core: &Core,
    tx: &mut dyn Tx,
    of: &Payment,
    is_new: bool,
    is_lost: bool,
) -> Result<(), Failure> {
    let (payment, order, user) = (of.id, of.order_id, of.user_id);
    let event = match (is_lost, is_new) {
        (true, _) => Event::PaymentReversed { payment, order, user },
        (false, true) => Event::PaymentReceived { payment, order, user },
        (false, false) => return Ok(()),
    };
    core.record(tx, of.shop_id, event).await
}

async fn finish_top_up(core: &Core, tx: &mut dyn Tx, order: Locked<Order>) -> Result<()> {
    let now = core.world.now();
    let (id, user, shop) = (order.id, order.user_id, order.shop_id);
    let order = order.try_map(|o| o.pay(now)?.fulfil(now))?;
    coupons::spend(core, tx, &order).await?;
    tx.save_order(order).await?;
    core.record(tx, shop, Event::OrderPaid { order: id, user, subscription: None }).await?;
    Ok(core.record(tx, shop, Event::WalletToppedUp { order: id, user }).await?)
}

/// Takes an order's price from what is set aside for it and from its user's wallet, and marks it paid, in this
/// transaction. A short wallet changes nothing.
pub(super) async fn take_price(core: &Core, tx: &mut dyn Tx, order: Locked<Order>) -> Result<Taken> {
    let now = core.world.now();
    let (id, user, shop, price) = (order.id, order.user_id, order.shop_id, order.price);
    let subscription = order.subscription_id();
    let before = tx.earnings(shop, user, price.currency).await?;
    if price.is_positive() {
        let wallet = Account::Wallet(user);
        let rest = price.minus(order.held)?;
        let lack = rest.minus(tx.balance(shop, wallet, price.currency).await?)?;
        if lack.is_positive() {
            tx.save_order(order).await?;
            return Ok(Taken::Short(lack));
        }
        let mut journal = Journal::new(core.world.id(), shop, format!("sale:{id}"), now);
        for (from, part) in [(Account::Held(user), order.held), (wallet, rest)] {
            if part.is_positive() {
                journal = journal.transfer(from, Account::Revenue, part)?;
            }
        }
        post(tx, &journal).await?;
    }
    let (order, supplied) = supply::hold_back(core, tx, order.try_map(|o| o.pay(now))?).await?;
    let gift = supplied && matches!(order.kind, OrderKind::Gift(_));
    let order = if gift { order.try_map(|o| o.fulfil(now))? } else { order };
    let paid = Order::clone(&order);
    coupons::spend(core, tx, &order).await?;
    tx.save_order(order).await?;
    core.record(tx, shop, Event::OrderPaid { order: id, user, subscription }).await?;
    if gift {
        gifts::make(core, tx, &paid).await?;
    }
    if price.is_positive() {
        let own = before.minus(tx.earnings(shop, user, price.currency).await?)?;
        commissions::paid(core, tx, &paid, own).await?;
    }
    Ok(Taken::Paid)
}

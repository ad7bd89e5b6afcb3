//! Money: what the books say against what the bank did.

use super::super::{run::Outside, shop::Shop};
use super::Rows;
use futures::FutureExt as _;
use nexa_core::{
    domain::{
        ledger::Account,
        money::{Currency, Money},
        order::{OrderKind, OrderState},
        payment::{Payment, PaymentState},
        receipt::Decision,
        returns::ReturnState,
    },
    error::Failure,
    ids::{Id as _, UserId},
    ports::storage::{CommissionFilter, Page, Read},
};
use std::collections::BTreeMap;

/// I1 and I2, after each commit: the books sum to zero per currency, every balance is the sum of its entries, and no
/// wallet is below zero. Reads of the reference storage never wait.
pub fn ledger(read: &mut dyn Read) -> Vec<String> {
    let mut found = Vec::new();
    let shops = read.shops().now_or_never().and_then(Result::ok).unwrap_or_default();
    for shop in shops {
        let mut sums: BTreeMap<&str, i128> = BTreeMap::new();
        let lines = read.trial_balance(shop.id).now_or_never().and_then(Result::ok);
        for (account, balance, entries) in lines.unwrap_or_default() {
            *sums.entry(balance.currency.code()).or_default() += i128::from(balance.minor);
            if balance != entries {
                found.push(format!("I1: {account} is {balance}, its entries are {entries}"));
            }
            if balance.minor < 0 && !account.may_be_negative() {
                found.push(format!("I2: {account} is {balance}"));
            }
        }
        let open = sums.into_iter().filter(|(_, sum)| *sum != 0);
        found.extend(open.map(|(currency, sum)| format!("I1: the books of {currency} sum to {sum}")));
    }
    found
}

/// I3: every payment is booked with exactly what arrived for good, and credited with what that is worth.
pub async fn payments(outside: &Outside, read: &mut dyn Read, rows: &Rows) -> Result<Vec<String>, Failure> {
    let mut found = Vec::new();
    for payment in &rows.payments {
        let (id, state) = (payment.id, payment.state);
        let (sent, wrong) = returned(outside, read, payment).await?;
        found.extend(wrong);
        let really = arrived(outside, read, payment).await? + sent;
        if payment.booked.minor != really {
            found.push(format!("I3: payment {id} ({state:?}) booked {}, {really} arrived", payment.booked));
        }
        let worth = payment.worth(payment.booked).unwrap_or(payment.credited);
        let reference = payment.reference.clone().unwrap_or_default();
        let wavered = outside.env.promises().wavered.contains(&reference);
        if payment.credited.minor < worth.minor || (payment.credited != worth && !wavered) {
            found.push(format!("I3: payment {id} credited {}, worth {worth}", payment.credited));
        }
        if state == PaymentState::NeedsReview {
            found.push(format!("I3: payment {id} is in doubt"));
        }
    }
    Ok(found)
}

/// I22: what is said to be sent back is gone from the bank, what the bank sent back was asked for, each once, and nothing
/// is still on its way. The sum of what went.
async fn returned(
    outside: &Outside,
    read: &mut dyn Read,
    payment: &Payment,
) -> Result<(i64, Vec<String>), Failure> {
    let (bank, id) = (&outside.bank.bank, payment.id);
    let (mut sum, mut found) = (0, Vec::new());
    let movements = read.movements(id).await?;
    let returns = read.returns(payment.shop_id, id).await?;
    let sent = |name: &str| returns.iter().any(|r| r.movement == name && r.state == ReturnState::Sent);
    for one in &returns {
        let of = movements.iter().find(|m| one.is_of(m)).map_or(0, |m| m.amount.minor);
        match one.state {
            ReturnState::Asked => found.push(format!("I22: {} of {id} is still on its way", one.movement)),
            ReturnState::Sent if bank.is_there(&one.movement) => {
                found.push(format!("I22: {} of {id} was never sent", one.movement));
            }
            ReturnState::Sent => sum += of,
            ReturnState::Refused => {}
        }
    }
    let names = bank.sent_back(payment.reference.as_deref().unwrap_or_default());
    for name in &names {
        if !sent(name) || names.iter().filter(|other| *other == name).count() != 1 {
            found.push(format!("I22: {name} of {id} was sent back, and we do not know"));
        }
    }
    Ok((sum, found))
}

async fn arrived(outside: &Outside, read: &mut dyn Read, payment: &Payment) -> Result<i64, Failure> {
    let mut minor = 0;
    for receipt in read.receipts(payment.shop_id, payment.id).await? {
        if receipt.decision == Decision::Accepted {
            minor += outside.env.promises().receipts.get(&receipt.id).copied().unwrap_or(-1);
        }
    }
    let Some(reference) = &payment.reference else { return Ok(minor) };
    Ok(minor + outside.bank.bank.final_total(reference))
}

/// I5, I6, I10: what each wallet holds is what came in less what was bought, and revenue is what was delivered.
pub async fn wallets(
    outside: &Outside,
    read: &mut dyn Read,
    shop: &Shop,
    rows: &Rows,
) -> Result<Vec<String>, Failure> {
    let mut found = Vec::new();
    let mut expected: BTreeMap<UserId, i64> = BTreeMap::new();
    for ((user, _), minor) in &outside.env.promises().corrections {
        *expected.entry(*user).or_default() += minor;
    }
    for payment in &rows.payments {
        *expected.entry(payment.user_id).or_default() += payment.credited.minor;
        for one in read.returns(shop.id, payment.id).await?.iter().filter(|one| one.stands()) {
            *expected.entry(payment.user_id).or_default() -= one.taken.minor;
        }
    }
    found.extend(rewards(outside, read, shop, rows, &mut expected).await?);
    let due = read.balance(shop.id, Account::RefundsDue, Currency::Usd).await?;
    if !due.is_zero() {
        found.push(format!("I22: {due} left wallets and went nowhere"));
    }
    let mut revenue = 0;
    for order in rows.orders.iter().filter(|o| !matches!(o.kind, OrderKind::TopUp)) {
        if matches!(order.state, OrderState::Paid | OrderState::Fulfilled | OrderState::Refunding) {
            *expected.entry(order.user_id).or_default() -= order.price.minor;
            revenue += order.price.minor;
        }
        // What was left of a plan above the price of the next one.
        if let (OrderKind::Change(change), Some(_)) = (&order.kind, order.applied_at) {
            *expected.entry(order.user_id).or_default() += change.to_wallet.minor;
            revenue -= change.to_wallet.minor;
        }
    }
    found.extend(aside(read, shop, rows, &mut expected).await?);
    for (user, minor) in &expected {
        let held = read.balance(shop.id, Account::Wallet(*user), Currency::Usd).await?;
        if held.minor != *minor {
            found.push(format!("I5: the wallet of {user} holds {held}, should hold {minor}"));
        }
    }
    let sold = read.balance(shop.id, Account::Revenue, Currency::Usd).await?;
    if sold != Money::new(revenue, Currency::Usd) {
        found.push(format!("I5: revenue is {sold}, delivered was {revenue}"));
    }
    found.extend(unspent(read, shop, rows).await?);
    Ok(found)
}

/// I5, I10: whoever invited somebody who bought got what was promised, and it cost what was given.
async fn rewards(
    outside: &Outside,
    read: &mut dyn Read,
    shop: &Shop,
    rows: &Rows,
    expected: &mut BTreeMap<UserId, i64>,
) -> Result<Vec<String>, Failure> {
    let mut found = Vec::new();
    let users: Vec<UserId> = outside.env.promises().users.iter().copied().collect();
    let mut given = 0;
    for user in users {
        let Some(known) = read.referral(shop.id, user).await? else { continue };
        let Some(payout) = known.payout else {
            let first = read.first_paid(shop.id, user).await?;
            let first = rows.orders.iter().find(|o| first == Some(o.id));
            if first.is_some_and(|o| o.state == OrderState::Fulfilled) {
                found.push(format!("I10: {user} has bought, and whoever invited got nothing"));
            }
            continue;
        };
        let welcome = payout.welcome.minor - payout.welcome_back.minor;
        *expected.entry(user).or_default() += welcome;
        given += welcome;
    }
    let mut page = Page { before: None, limit: Page::MOST };
    loop {
        let all = read.commissions(shop.id, CommissionFilter::default(), page).await?;
        let Some(last) = all.last() else { break };
        page.before = Some(last.id.uuid());
        for of in &all {
            let minor = of.paid.minor - of.back.minor;
            *expected.entry(of.user_id).or_default() += minor;
            given += minor;
            if of.amount.minor * 2 > of.base.minor || of.paid.minor > of.amount.minor {
                found.push(format!("I5: {} brings more than it may", of.order_id));
            }
        }
    }
    let cost = read.balance(shop.id, Account::Referral, Currency::Usd).await?;
    if cost.minor != -given {
        found.push(format!("I5: invitations cost {cost}, {given} was given"));
    }
    Ok(found)
}

/// I10: no order waits for money that its own payment brought.
async fn unspent(read: &mut dyn Read, shop: &Shop, rows: &Rows) -> Result<Vec<String>, Failure> {
    let mut found = Vec::new();
    for payment in rows.payments.iter().filter(|p| p.is_paid()) {
        let order = rows.orders.iter().find(|o| o.id == payment.order_id);
        let waiting = order.filter(|o| {
            matches!(o.state, OrderState::Placed | OrderState::AwaitingPayment | OrderState::Expired)
        });
        let Some(order) = waiting else { continue };
        // Money that came in several parts may have been spent between them.
        if read.movements(payment.id).await?.len() != 1 {
            continue;
        }
        let held = read.balance(shop.id, Account::Wallet(order.user_id), Currency::Usd).await?;
        if held.minor >= order.price.minor && payment.credited.minor >= order.price.minor {
            found.push(format!("I10: order {} has its money and is {:?}", order.id, order.state));
        }
    }
    Ok(found)
}

/// I24: what is set aside for a user is what the user's open orders hold, and no other order holds anything. It is not in
/// the wallet meanwhile.
async fn aside(
    read: &mut dyn Read,
    shop: &Shop,
    rows: &Rows,
    expected: &mut BTreeMap<UserId, i64>,
) -> Result<Vec<String>, Failure> {
    let mut found = Vec::new();
    let mut held: BTreeMap<UserId, i64> = BTreeMap::new();
    for order in &rows.orders {
        let sum = held.entry(order.user_id).or_default();
        if order.is_open() {
            *sum += order.held.minor;
        } else if !order.held.is_zero() {
            found.push(format!("I24: order {} is {:?} and holds {}", order.id, order.state, order.held));
        }
    }
    for (user, sum) in held {
        let aside = read.balance(shop.id, Account::Held(user), Currency::Usd).await?;
        if aside.minor != sum {
            found.push(format!("I24: {aside} is set aside for {user}, open orders hold {sum}"));
        }
        *expected.entry(user).or_default() -= aside.minor;
    }
    Ok(found)
}

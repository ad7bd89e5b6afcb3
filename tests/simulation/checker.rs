//! The invariants of the shop, over the rows and over what really happened outside. Each complaint begins with the
//! number of the invariant that it breaks.

mod books;
mod figures;
mod subscriptions;

pub use books::ledger;

use super::{run::Outside, shop::Shop};
use nexa_core::{
    domain::{
        event::Event,
        gift::GiftState,
        order::{Attention, Order, OrderKind, OrderState},
        payment::Payment,
        subscription::Subscription,
    },
    error::Failure,
    ids::{Id as _, OrderId},
    ports::storage::{OrderFilter, Page, Read, Storage as _},
};
use std::collections::{BTreeMap, BTreeSet};

/// Everything that stands in the tables, read at once.
pub struct Rows {
    pub orders: Vec<Order>,
    pub payments: Vec<Payment>,
    pub subscriptions: Vec<Subscription>,
    pub events: Vec<Event>,
}

/// Checks everything; to be called when all is quiet.
pub async fn check(outside: &Outside, shop: &Shop) {
    let env = &outside.env;
    if env.alive().is_empty() {
        env.violation("nobody is running at the time of the check".into());
    }
    match complaints(outside, shop).await {
        Ok(complaints) => complaints.into_iter().for_each(|c| env.violation(c)),
        Err(failure) => env.violation(format!("the tables cannot be read: {failure}")),
    }
    match figures::figures(outside, shop).await {
        Ok(complaints) => complaints.into_iter().for_each(|c| env.violation(c)),
        Err(error) => env.violation(format!("the figures cannot be folded: {error}")),
    }
    links(outside).await;
}

async fn complaints(outside: &Outside, shop: &Shop) -> Result<Vec<String>, Failure> {
    let mut read = outside.env.storage.read().await?;
    let read = read.as_mut();
    let rows = rows(read, shop).await?;
    let mut found = books::ledger(read);
    found.extend(books::payments(outside, read, &rows).await?);
    found.extend(books::wallets(outside, read, shop, &rows).await?);
    found.extend(orders(outside, read, shop, &rows).await?);
    found.extend(gifts(read, shop, &rows).await?);
    found.extend(subscriptions::subscriptions(outside, shop, &rows));
    found.extend(subscriptions::panels(outside, read, shop, &rows).await?);
    found.extend(queue(outside, read, shop).await?);
    Ok(found)
}

async fn rows(read: &mut dyn Read, shop: &Shop) -> Result<Rows, Failure> {
    let mut rows = Rows { orders: vec![], payments: vec![], subscriptions: vec![], events: vec![] };
    let mut page = Page { before: None, limit: Page::MOST };
    loop {
        let slice = read.orders(shop.id, OrderFilter::default(), page).await?;
        let Some(last) = slice.last() else { break };
        page.before = Some(last.id.uuid());
        rows.orders.extend(slice);
    }
    for order in &rows.orders {
        rows.payments.extend(read.payments(shop.id, order.id).await?);
    }
    page.before = None;
    loop {
        let slice = read.subscriptions(shop.id, None, page).await?;
        let Some(last) = slice.last() else { break };
        page.before = Some(last.id.uuid());
        rows.subscriptions.extend(slice);
    }
    page.before = None;
    loop {
        let slice = read.events(shop.id, page).await?;
        let Some((last, _, _)) = slice.last() else { break };
        page.before = Some(last.uuid());
        rows.events.extend(slice.into_iter().map(|(_, event, _)| event));
    }
    Ok(rows)
}

/// I9, I10, I14, I15, I16.
async fn orders(
    outside: &Outside,
    read: &mut dyn Read,
    shop: &Shop,
    rows: &Rows,
) -> Result<Vec<String>, Failure> {
    let mut found = Vec::new();
    let now = outside.env.now();
    let mut trials = BTreeMap::new();
    for order in &rows.orders {
        let (id, state) = (order.id, order.state);
        match state {
            // Whoever contested the payment won before it was delivered: the operator decides.
            OrderState::Paid if order.attention == Some(Attention::PaymentReversed) => {}
            OrderState::Paid | OrderState::Refunding => {
                found.push(format!("I10: order {id} is stuck {state:?}"));
            }
            OrderState::Placed | OrderState::AwaitingPayment if order.expires_at < now => {
                let pending = rows.payments.iter().filter(|p| p.order_id == id);
                let waits = pending.filter(|p| p.received.is_positive()).count() > 0;
                if !waits {
                    found.push(format!("I10: order {id} never expired"));
                }
            }
            OrderState::Fulfilled if order.subscription_id().is_some() && order.applied_at.is_none() => {
                found.push(format!("I11: order {id} gave nothing"));
            }
            OrderState::Refunded if order.applied_at.is_some() => {
                found.push(format!("I6: order {id} is refunded and still applied"));
            }
            _ => {}
        }
        if matches!(order.kind, OrderKind::Trial(_)) {
            *trials.entry(order.user_id).or_insert(0) += 1;
        }
    }
    found
        .extend(trials.iter().filter(|(_, n)| **n > 1).map(|(user, n)| format!("I9: {user} had {n} trials")));
    let promised: Vec<OrderId> = outside.env.promises().orders.values().copied().collect();
    for id in promised {
        if read.order(shop.id, id).await?.is_none() {
            found.push(format!("I14: order {id} is lost"));
        }
    }
    let mut paid = BTreeMap::new();
    let mut returned = BTreeMap::new();
    for event in &rows.events {
        match event {
            Event::OrderPaid { order, .. } => *paid.entry(*order).or_insert(0) += 1,
            Event::OrderRefunded { order, .. } => *returned.entry(*order).or_insert(0) += 1,
            _ => {}
        }
    }
    let twice = paid.iter().chain(&returned).filter(|(_, n)| **n > 1);
    found.extend(twice.map(|(order, n)| format!("I16: order {order} was paid or refunded {n} times")));
    Ok(found)
}

/// I17: a gift is with one claimer, or back with its buyer, or waits; what costs nothing was a gift or a trial.
async fn gifts(read: &mut dyn Read, shop: &Shop, rows: &Rows) -> Result<Vec<String>, Failure> {
    let mut found = Vec::new();
    let mut claims = BTreeMap::new();
    let buyers: BTreeSet<_> =
        rows.orders.iter().filter(|o| matches!(o.kind, OrderKind::Gift(_))).map(|o| o.user_id).collect();
    for buyer in buyers {
        for gift in read.gifts(shop.id, buyer).await? {
            let id = gift.order_id;
            let order = rows.orders.iter().find(|o| o.id == id).map(|o| o.state);
            let back = gift.state == GiftState::TakenBack;
            if order != Some(if back { OrderState::Refunded } else { OrderState::Fulfilled }) {
                found.push(format!("I17: gift {id} is {}, its order {order:?}", gift.state.name()));
            }
            if let GiftState::Claimed { order, .. } = gift.state {
                *claims.entry(order).or_insert(0) += 1;
            }
        }
    }
    for order in &rows.orders {
        let given = matches!(order.kind, OrderKind::New(_) | OrderKind::Renewal(_)) && order.price.is_zero();
        let due = i32::from(given && order.state != OrderState::Cancelled);
        let claimed = claims.get(&order.id).copied().unwrap_or(0);
        if claimed != due {
            found.push(format!("I17: order {} was given {claimed} gifts, {due} would be right", order.id));
        }
    }
    Ok(found)
}

/// Nothing is given up, and nothing that is due is left lying.
async fn queue(outside: &Outside, read: &mut dyn Read, shop: &Shop) -> Result<Vec<String>, Failure> {
    let poison = read.poison_jobs(shop.id).await?.into_iter();
    let mut found: Vec<String> =
        poison.map(|j| format!("poison: {} {}", j.job.name(), j.last_error.unwrap_or_default())).collect();
    let late = nexa_core::domain::time::after(outside.env.now(), jiff::SignedDuration::from_mins(-10));
    if let Some(due) = read.next_due().await?.filter(|due| *due < late) {
        found.push(format!("I10: a job was due at {due} and nobody took it"));
    }
    Ok(found)
}

/// I21: a link that was reset is dead.
async fn links(outside: &Outside) {
    use nexa_core::frontdesk::{LinkAsk, LinkForm};
    let desk = outside.engine().frontdesk();
    let dead = outside.env.promises().dead_links.clone();
    for link in dead {
        let token = link.rsplit('/').next().unwrap_or_default().to_owned();
        if desk.link(&token, LinkAsk::of(LinkForm::Page)).await.is_ok() {
            outside.env.violation("I21: a link that was reset still works".into());
        }
    }
}

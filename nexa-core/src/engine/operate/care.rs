//! What operators do for one customer or one order at a time, beside what else they do: a new link, an end to what had to
//! be looked at, gifts to hand out.

use super::{
    actions::{known, note, note_once, note_why},
    subscriptions::change_link,
};
use crate::{
    domain::{
        deed::{Deed, reason},
        gift::GiftSale,
        order::{Order, OrderKind},
        permission::Permission,
        refusal::Refusal,
        user::Principal,
    },
    engine::{Core, extras, free_order, gifts, settle, supply},
    error::Result,
    ids::{OrderId, PlanId, SubscriptionId},
};

/// The most gifts at once.
const MOST_GIFTS: u32 = 200;

/// Gives a customer's subscription a new link, as its owner could.
pub(crate) async fn renew_link(core: &Core, who: &Principal, id: SubscriptionId) -> Result<()> {
    who.may(Permission::ServeCustomers)?;
    let mut tx = core.begin().await?;
    let held = tx.lock_subscription(who.shop_id, id).await?.ok_or(Refusal::NotFound)?;
    change_link(core, tx.as_mut(), held).await?;
    note(core, tx.as_mut(), who, Deed::LinkRenewed { subscription: id }).await?;
    Ok(core.commit(tx).await?)
}

/// Says that what kept an order from being delivered was seen. What is about money is decided with its payment.
pub(crate) async fn resolve_order(core: &Core, who: &Principal, id: OrderId, why: &str) -> Result<()> {
    who.may(Permission::ServeCustomers)?;
    let why = reason(why)?;
    let mut tx = core.begin().await?;
    let held = tx.lock_order(who.shop_id, id).await?.ok_or(Refusal::NotFound)?;
    match held.attention {
        None => return Err(Refusal::AlreadyDecided.into()),
        Some(about) if about.is_of_money() => {
            return Err(Refusal::bad_input("order_id", "is decided with its payment").into());
        }
        Some(_) => {}
    }
    tx.save_order(held.map(|order| Order { attention: None, ..order })).await?;
    note_why(core, tx.as_mut(), who, Deed::OrderResolved { order: id }, why).await?;
    Ok(core.commit(tx).await?)
}

/// Makes gifts of a plan that nobody paid for, all of them or none; their codes. A key is used once: the codes stand with
/// the operator's own gifts from then on.
pub(crate) async fn make_gifts(
    core: &Core,
    who: &Principal,
    plan: PlanId,
    count: u32,
    why: &str,
    key: String,
) -> Result<Vec<String>> {
    let operator = who.may(Permission::ServeCustomers)?;
    let why = reason(why)?;
    if !(1..=MOST_GIFTS).contains(&count) {
        return Err(Refusal::bad_input("count", "1 to 200").into());
    }
    let mut tx = core.begin().await?;
    match known(tx.as_read(), who, &key).await? {
        None => {}
        Some(Deed::GiftsMade { .. }) => return Err(Refusal::AlreadyDecided.into()),
        Some(_) => return Err(Refusal::KeyReused.into()),
    }
    let shop = core.shop(tx.as_read(), who.shop_id).await?;
    let plan = tx.plan(shop.id, plan).await?.ok_or(Refusal::NotFound)?;
    extras::available(tx.as_read(), &plan).await?;
    let kind = OrderKind::Gift(GiftSale {
        plan_id: plan.id,
        plan_name: plan.name.clone(),
        terms: plan.terms,
        group_id: plan.group_id,
        note_sealed: None,
    });
    supply::ready(tx.as_read(), shop.id, &kind).await?;
    note_once(core, tx.as_mut(), who, Deed::GiftsMade { plan: plan.id, count }, why, key).await?;
    let mut orders = Vec::new();
    for _ in 0..count {
        let (kind, currency) = (kind.clone(), shop.currency);
        let placed = free_order::place(core, tx.as_mut(), shop.id, operator, kind, currency).await?;
        orders.push(placed.id);
        settle::take_price(core, tx.as_mut(), placed).await?;
    }
    let codes = gifts::codes_of(core, tx.as_read(), shop.id, operator, &orders).await?;
    core.commit(tx).await?;
    Ok(codes)
}

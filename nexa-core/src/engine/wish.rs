//! What is wanted, from what a customer asks for to what an order pins, and its price.

use super::{
    Core, extras,
    gifts::{open_note, seal_note},
};
use crate::{
    domain::{
        gift::GiftSale,
        measure::Traffic,
        money::{Currency, Money},
        order::{Change, Order, OrderKind, Sale},
        pack::{PackKind, PackSale},
        plan::Plan,
        pricing,
        proration::{self, ChangeTerms},
        refusal::Refusal,
        shop::Shop,
        subscription::Subscription,
        user::{Principal, Scope},
    },
    error::Result,
    ids::{PackId, PlanId, SubscriptionId, UserId},
    ports::storage::Read,
};

/// The greatest amount that one order may be about, in whole units times 10¹²: beyond it something is wrong.
const GREATEST: i64 = 1_000_000_000_000_000;

/// What is wanted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Wish {
    /// A new subscription.
    New { plan: PlanId, region: Option<String> },
    /// A plan for somebody else.
    Gift { plan: PlanId, note: Option<String> },
    /// More of an existing one.
    Renewal { plan: PlanId, subscription: SubscriptionId },
    /// Another plan for an existing one.
    Change { plan: PlanId, subscription: SubscriptionId },
    /// More traffic or devices for an existing one.
    Pack { pack: PackId, what: PackKind, subscription: SubscriptionId },
    /// Money into the wallet.
    TopUp { amount: Money },
}

impl Wish {
    /// Whether an order is about the same.
    pub(super) fn is(&self, core: &Core, order: &Order) -> Result<bool> {
        Ok(match (self, &order.kind) {
            (Self::New { plan, .. }, OrderKind::New(sale)) => sale.plan_id == *plan,
            (Self::Gift { plan, note }, OrderKind::Gift(sale)) => {
                sale.plan_id == *plan && open_note(core, order.user_id, sale)? == *note
            }
            (Self::Renewal { plan, subscription }, OrderKind::Renewal(sale))
            | (Self::Change { plan, subscription }, OrderKind::Change(Change { sale, .. })) => {
                sale.plan_id == *plan && sale.subscription_id == *subscription
            }
            (Self::Pack { pack, what, subscription }, OrderKind::Pack(sale)) => {
                sale.pack_id == *pack && sale.what == *what && sale.subscription_id == *subscription
            }
            (Self::TopUp { amount }, OrderKind::TopUp) => order.price == *amount,
            _ => false,
        })
    }
}

/// What is wanted, pinned, and its price.
pub(super) async fn wanted(
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
        Wish::Gift { plan, note } => {
            let plan = read.plan(shop.id, *plan).await?.ok_or(Refusal::NotFound)?;
            let price = pricing::price(&plan, shop.currency)?;
            if !price.is_positive() {
                return Err(Refusal::bad_input("gift", "what costs nothing is no gift").into());
            }
            extras::available(read, &plan).await?;
            let Plan { id: plan_id, name: plan_name, terms, group_id, .. } = plan;
            let note_sealed = note.as_deref().map(|note| seal_note(core, user, note));
            Ok((OrderKind::Gift(GiftSale { plan_id, plan_name, terms, group_id, note_sealed }), price))
        }
        Wish::Renewal { plan, subscription } => {
            let plan = read.plan(shop.id, *plan).await?.ok_or(Refusal::NotFound)?;
            let price = pricing::price(&plan, shop.currency)?;
            let held = own(read, shop, user, *subscription).await?;
            held.renewable_by(&plan)?;
            Ok((OrderKind::Renewal(sale(&plan, held.id, None)), price))
        }
        Wish::Change { plan, subscription } => {
            let plan = read.plan(shop.id, *plan).await?.ok_or(Refusal::NotFound)?;
            let held = own(read, shop, user, *subscription).await?;
            let ChangeTerms { credit, due, to_wallet, .. } = change_terms(core, shop, &held, &plan)?;
            let sale = sale(&plan, held.id, None);
            let (period, left) = (held.period.number, held.plan_traffic_left());
            Ok((OrderKind::Change(Change { sale, period, credit, left, to_wallet }), due))
        }
        Wish::Pack { pack, what, subscription } => {
            let pack = read.pack(shop.id, *pack).await?.filter(|p| p.kind == *what);
            let pack = pack.ok_or(Refusal::NotFound)?;
            let price = pack.price(shop.currency)?;
            let held = own(read, shop, user, *subscription).await?;
            held.takes_packs(core.world.now())?;
            let (pack_id, pack_name, amount) = (pack.id, pack.name, pack.amount);
            let subscription_id = held.id;
            Ok((
                OrderKind::Pack(PackSale { pack_id, pack_name, what: *what, amount, subscription_id }),
                price,
            ))
        }
        Wish::TopUp { amount } => {
            top_up_amount(*amount, shop.currency)?;
            Ok((OrderKind::TopUp, *amount))
        }
    }
}

async fn own(read: &mut dyn Read, shop: &Shop, user: UserId, id: SubscriptionId) -> Result<Subscription> {
    let held = read.subscription(shop.id, id).await?.filter(|s| s.user_id == user);
    held.ok_or_else(|| Refusal::NotFound.into())
}

/// What a change to this plan comes to now. Refuses the plan that the subscription has: that is a renewal.
fn change_terms(core: &Core, shop: &Shop, of: &Subscription, plan: &Plan) -> Result<ChangeTerms, Refusal> {
    let price = pricing::price(plan, shop.currency)?;
    of.renewable_by(plan)?;
    if of.plan_id == plan.id {
        return Err(Refusal::bad_input("plan_id", "is the subscription's own plan: renew it"));
    }
    let now = core.world.now();
    // Refused here as it would be when it is paid.
    of.clone().change(plan.terms, price, Traffic::ZERO, now)?;
    proration::change(price, of.credit(now)?)
}

/// What was wanted, at the price that was shown; any other price is refused with the one of now. That of a change of plan
/// moves by the minute, so it holds as long as it is worth no more than a few minutes of the period below it.
pub(super) async fn as_shown(
    read: &mut dyn Read,
    shop: &Shop,
    (kind, price): (OrderKind, Money),
    shown: Money,
) -> Result<(OrderKind, Money)> {
    if shown == price {
        return Ok((kind, price));
    }
    let OrderKind::Change(change) = kind else { return Err(Refusal::PriceChanged { price }.into()) };
    let held = read.subscription(shop.id, change.sale.subscription_id).await?.ok_or(Refusal::NotFound)?;
    let period = held.period.paid_until(held.paid_end()).duration_since(held.period.starts_at);
    let dearer = price.minus(shown)?;
    if !proration::holds(shown, dearer, held.period.paid, period)? {
        return Err(Refusal::PriceChanged { price }.into());
    }
    let credit = change.credit.plus(dearer)?;
    Ok((OrderKind::Change(Change { credit, ..change }), shown))
}

/// What a change of plan would come to, for its owner.
pub(crate) async fn change_quote(
    core: &Core,
    who: &Principal,
    subscription: SubscriptionId,
    plan: PlanId,
) -> Result<ChangeTerms> {
    let user = who.with(Scope::Read)?;
    let mut read = core.read().await?;
    let shop = core.shop(read.as_mut(), who.shop_id).await?;
    let plan = read.plan(shop.id, plan).await?.ok_or(Refusal::NotFound)?;
    let held = own(read.as_mut(), &shop, user, subscription).await?;
    Ok(change_terms(core, &shop, &held, &plan)?)
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

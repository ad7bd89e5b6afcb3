//! What customers look at: plans, ways to pay, prices.

use super::{
    Core,
    checkout::Method,
    coupons::{self, Bought},
    open,
    operate::gateways_in_order,
    supply,
    wish::sale,
};
use crate::{
    domain::{
        coupon::Redemption,
        gateway::{GatewayAccount, GatewayProfile},
        ledger::Account,
        money::Money,
        order::OrderKind,
        pack::Pack,
        place::{Place, places},
        plan::Plan,
        pricing::{self, Quote},
        refusal::Refusal,
        reseller::Ware,
        shelf::{Shelf, arranged},
        shop::Shop,
        user::Principal,
    },
    error::Result,
    ids::{Id as _, PlanId, SubscriptionId},
};

/// Plans on sale that have a price: as they were arranged, then the cheapest first.
pub(crate) async fn plans(core: &Core, who: &Principal) -> Result<Vec<(Plan, Money)>> {
    let mut read = core.read().await?;
    let shop = core.shop(read.as_mut(), who.shop_id).await?;
    let order = read.shelf(shop.id, Shelf::Plans).await?;
    let plans = read.plans(shop.id).await?.into_iter().filter(|p| p.on_sale).collect();
    let plans = supply::offered(read.as_mut(), shop.id, plans, |p: &Plan| Ware::Plan(p.id)).await?;
    let mut priced: Vec<_> =
        plans.into_iter().filter_map(|p| p.price(shop.currency).map(|price| (p, price))).collect();
    priced.sort_by_key(|(plan, price)| (price.minor, plan.id));
    Ok(arranged(priced, &order, |(plan, _)| plan.id.uuid()))
}

/// A shop at a glance.
pub(crate) struct Offer {
    pub(crate) plans: Vec<(Plan, Money)>,
    pub(crate) trial: Option<(Plan, Money)>,
    pub(crate) adopts: bool,
    pub(crate) places: Vec<Place>,
    pub(crate) maintenance: Option<String>,
}

/// What everybody may see of a shop.
pub(crate) async fn offer(core: &Core, who: &Principal) -> Result<Offer> {
    let plans = plans(core, who).await?;
    let mut read = core.read().await?;
    let shop = core.shop(read.as_mut(), who.shop_id).await?;
    let trial = match shop.trial_plan {
        Some(plan) => read.plan(shop.id, plan).await?.map(|plan| (plan, Money::zero(shop.currency))),
        None => None,
    };
    let mut loads = Vec::new();
    let home = supply::home(read.as_mut(), shop.id).await?;
    for group in read.groups(home).await? {
        loads.extend(read.loads(home, group.id).await?);
    }
    let places = places(&read.servers(home).await?, &loads.into_iter().collect());
    let adopts = shop.adoption_plan.is_some();
    Ok(Offer { plans, trial, adopts, places, maintenance: shop.maintenance })
}

/// Gateways that take new payments in this shop.
pub(crate) async fn gateways(
    core: &Core,
    who: &Principal,
) -> Result<(Shop, Vec<(GatewayAccount, GatewayProfile)>)> {
    let mut read = core.read().await?;
    let shop = core.shop(read.as_mut(), who.shop_id).await?;
    let mut usable = Vec::new();
    for account in gateways_in_order(read.as_mut(), shop.id).await?.into_iter().filter(|g| g.enabled) {
        // One that cannot be connected any more is not offered; `nexa check` tells the operator why.
        if let Ok(gateway) = core.gateway(&shop, &account) {
            let profile = gateway.profile().clone();
            if profile.test == shop.test {
                usable.push((account, profile));
            }
        }
    }
    Ok((shop, usable))
}

/// Packs on sale that have a price: as they were arranged, then the cheapest first.
pub(crate) async fn packs(core: &Core, who: &Principal) -> Result<Vec<(Pack, Money)>> {
    let mut read = core.read().await?;
    let shop = core.shop(read.as_mut(), who.shop_id).await?;
    let order = read.shelf(shop.id, Shelf::Packs).await?;
    let packs = read.packs(shop.id).await?.into_iter().filter(|p| p.on_sale).collect();
    let packs = supply::offered(read.as_mut(), shop.id, packs, |p: &Pack| Ware::Pack(p.id)).await?;
    let mut priced: Vec<_> =
        packs.into_iter().filter_map(|p| p.listed(shop.currency).map(|price| (p, price))).collect();
    priced.sort_by_key(|(pack, price)| (price.minor, pack.id));
    Ok(arranged(priced, &order, |(pack, _)| pack.id.uuid()))
}

/// What a price is asked for.
pub(crate) struct Question {
    /// Which plan.
    pub(crate) plan: PlanId,
    /// The subscription that it shall renew.
    pub(crate) renewal_of: Option<SubscriptionId>,
    /// The code of a coupon.
    pub(crate) coupon: Option<String>,
    /// Paid how.
    pub(crate) method: Method,
    /// Whether the wallet pays first.
    pub(crate) use_wallet: bool,
}

/// What a plan costs.
pub(crate) struct Quoted {
    /// Without a coupon.
    pub(crate) before: Money,
    /// What is charged, and what is due when it is paid this way.
    pub(crate) quote: Quote,
    /// What the wallet lacks for it.
    pub(crate) missing: Money,
    /// What a coupon makes of it.
    pub(crate) coupon: Option<Redemption>,
}

/// What a plan costs, what is due when it is paid this way, and what the wallet lacks for it.
pub(crate) async fn quote(core: &Core, who: &Principal, asked: Question) -> Result<Quoted> {
    let mut read = core.read().await?;
    let shop = core.shop(read.as_mut(), who.shop_id).await?;
    let plan = read.plan(shop.id, asked.plan).await?.ok_or(Refusal::NotFound)?;
    let before = pricing::price(&plan, shop.currency)?;
    let kind = match asked.renewal_of {
        Some(of) => OrderKind::Renewal(sale(&plan, of, None)),
        None => OrderKind::New(sale(&plan, core.world.id(), None)),
    };
    let user = who.user_id.ok_or(Refusal::NotSignedIn)?;
    let bought = coupons::redeem(core, shop.id, user, asked.coupon.as_deref(), (kind, before)).await?;
    let Bought { price, coupon, .. } = bought;
    let held = read.balance(shop.id, Account::Wallet(user), shop.currency).await?;
    let lack = price.minus(held)?;
    let missing = if lack.is_positive() { lack } else { Money::zero(shop.currency) };
    let due = match asked.method {
        Method::Wallet => price,
        Method::Gateway(id) => {
            let account = read.gateway(shop.id, id).await?.filter(|g| g.enabled).ok_or(Refusal::NotFound)?;
            let gateway = core.gateway(&shop, &account).map_err(|_| Refusal::GatewayUnavailable)?;
            let part = if asked.use_wallet { missing } else { price };
            if part.is_zero() {
                part
            } else {
                let ask = open::Ask { price: before, part, fixed: &plan.prices };
                open::quote(core, read.as_mut(), &shop, ask, &gateway).await?.due
            }
        }
    };
    Ok(Quoted { before, quote: Quote { price, due }, missing, coupon })
}

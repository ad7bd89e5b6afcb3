//! What to buy: the plan, the place, and what it costs. Ends at the payment's buttons.

use super::coupon;
use crate::{
    action::{Action, Method, Region},
    dialogue::Wish,
    keyboard::Key,
    screen::Screen,
    talk::{Outcome, Talk, money},
};
use nexa_core::{
    domain::{measure::Traffic, money::Money, refusal::Refusal},
    error::Error,
    ids::{PackId, PlanId, SubscriptionId},
    storefront::model::{MethodView, MoneyView, OfferView, PackView, PlanView, QuoteRequest},
    text::{self, Arg},
};

/// Plans that are shown at once.
const MOST_PLANS: usize = 20;

/// What is on sale. An only plan needs no list.
pub async fn plans(talk: Talk) -> Outcome {
    let offer = open_offer(&talk).await?;
    if let [only] = offer.plans.as_slice()
        && let Ok(id) = only.plan_id.parse()
    {
        return plan(talk, id).await;
    }
    let mut screen = Screen::titled(&talk.say("plans"));
    if offer.plans.is_empty() {
        screen = screen.line(&talk.say("bot-no-plans"));
    }
    for each in offer.plans.iter().take(MOST_PLANS) {
        if let Ok(id) = each.plan_id.parse() {
            screen = screen.tap(&in_a_line(&talk, each), Action::Plan(id));
        }
    }
    talk.show(screen.row([talk.key("bot-home", Action::Home)])).await
}

/// What is on sale while the shop sells. That it does not is said before anything is chosen, not at the end.
pub async fn open_offer(talk: &Talk) -> Result<OfferView, Error> {
    let offer = talk.front().offer().await?;
    // Who runs the shop may buy all the same, to try.
    match &offer.maintenance {
        Some(note) if !talk.visitor().operator => Err(Refusal::Maintenance { note: note.clone() }.into()),
        _ => Ok(offer),
    }
}

/// One plan: where? An only place needs no question.
pub async fn plan(talk: Talk, plan: PlanId) -> Outcome {
    let offer = open_offer(&talk).await?;
    let places: Vec<_> = offer.locations.iter().filter(|place| place.room).collect();
    if places.len() < 2 {
        return confirm(talk, Wish::new(plan, Region(None))).await;
    }
    let best = talk.key("bot-place-best", Action::PlanIn(plan, Region(None)));
    let mut screen = Screen::titled(&talk.say("bot-place")).row([best]);
    for pair in places.chunks(2) {
        let key = |region: &String| {
            let name = talk.say(&format!("country-{}", region.to_lowercase()));
            let label = super::subscription::flagged(Some(region), &name);
            Key::tap(&label, Action::PlanIn(plan, Region(Some(region.clone()))))
        };
        screen = screen.row(pair.iter().map(|place| key(&place.region)));
    }
    talk.show(screen.row([talk.key("bot-back", Action::Plans)])).await
}

/// One plan in a place.
pub async fn plan_in(talk: Talk, (plan, region): (PlanId, Region)) -> Outcome {
    confirm(talk, Wish::new(plan, region)).await
}

/// More time.
pub async fn renew(talk: Talk, subscription: SubscriptionId) -> Outcome {
    let view = talk.front().subscription(&subscription.to_string()).await?;
    let plan = view.plan_id.parse().map_err(|_| Refusal::NotFound)?;
    confirm(talk, Wish::Renewal { subscription, plan }).await
}

/// Plans that a subscription may change to.
pub async fn changes(talk: Talk, subscription: SubscriptionId) -> Outcome {
    let plans = open_offer(&talk).await?.plans;
    let view = talk.front().subscription(&subscription.to_string()).await?;
    let mut screen = Screen::titled(&talk.say("bot-change")).line(&talk.say("purchase-change-rule"));
    for each in plans.iter().filter(|plan| plan.plan_id != view.plan_id).take(MOST_PLANS) {
        if let Ok(id) = each.plan_id.parse() {
            screen = screen.tap(&in_a_line(&talk, each), Action::Change(subscription, id));
        }
    }
    talk.show(screen.row([talk.key("bot-back", Action::Subscription(subscription))])).await
}

/// Another plan.
pub async fn change(talk: Talk, (subscription, plan): (SubscriptionId, PlanId)) -> Outcome {
    confirm(talk, Wish::Change { subscription, plan }).await
}

/// What can be added to a subscription.
pub async fn packs(talk: Talk, subscription: SubscriptionId) -> Outcome {
    open_offer(&talk).await?;
    talk.front().subscription(&subscription.to_string()).await?;
    let packs = talk.front().packs().await?;
    let mut screen = Screen::titled(&talk.say("bot-packs"));
    if packs.is_empty() {
        screen = screen.line(&talk.say("bot-no-packs"));
    }
    for each in packs.iter().take(MOST_PLANS) {
        if let Ok(id) = each.pack_id.parse() {
            let label = format!("{} · {}", amount(&talk, each), talk.money(&each.price));
            screen = screen.tap(&label, Action::Pack(subscription, id));
        }
    }
    talk.show(screen.row([talk.key("bot-back", Action::Subscription(subscription))])).await
}

/// One pack.
pub async fn pack(talk: Talk, (subscription, pack): (SubscriptionId, PackId)) -> Outcome {
    let found = pack_of(&talk, pack).await?;
    confirm(talk, Wish::Pack { subscription, pack, traffic: found.kind == "traffic" }).await
}

async fn pack_of(talk: &Talk, pack: PackId) -> Result<PackView, Error> {
    let packs = talk.front().packs().await?;
    let found = packs.into_iter().find(|each| each.pack_id == pack.to_string());
    found.ok_or_else(|| Refusal::NotFound.into())
}

fn amount(talk: &Talk, pack: &PackView) -> String {
    if pack.kind == "traffic" {
        return format!("+{}", text::traffic(talk.locale(), Traffic::bytes(pack.amount)));
    }
    let devices = Arg::Number(i64::try_from(pack.amount).unwrap_or(i64::MAX));
    format!("+{}", talk.tell("devices", &[("devices", devices)]))
}

/// A plan as a button.
pub fn in_a_line(talk: &Talk, plan: &PlanView) -> String {
    let days = text::days(talk.locale(), plan.days);
    let traffic = text::traffic(talk.locale(), Traffic::bytes(plan.traffic_bytes));
    format!("{} · {days} · {traffic} · {}", plan.name, talk.money(&plan.price))
}

/// What something comes to.
struct Priced {
    screen: Screen,
    price: MoneyView,
    /// Its plan, when a gateway's own price can be asked for.
    plan: Option<PlanId>,
    back: Action,
}

/// Shows what it costs, exactly, and every way to pay what the wallet lacks.
pub async fn confirm(talk: Talk, wish: Wish) -> Outcome {
    open_offer(&talk).await?;
    let priced = priced(&talk, &wish).await?;
    let tried = coupon::tried(&talk, &wish).await?;
    let cost = tried.quote.as_ref().map_or(&priced.price, |quote| &quote.price).clone();
    let top_up = matches!(wish, Wish::TopUp { .. });
    let keeps = !top_up && !matches!(wish, Wish::Change { .. });
    let asked = asked(&wish, &priced, &tried);
    let cart = talk.remember(|memory| {
        memory.awaits = None;
        memory.fill(wish, cost.clone(), tried.code())
    });
    let front = talk.front();
    let wallet = front.me().await?.wallet;
    let methods = front.methods().await?;
    let (price, has) = amounts(&cost, &wallet)?;
    let missing = if top_up { price } else { lacking(price, has)? };
    let mut screen = tried.said(&talk, priced.screen).gap();
    if !top_up {
        screen = screen.strong(&talk.tell("bot-total", &[("amount", Arg::Money(price))]));
    }
    if !top_up && has.is_positive() {
        screen = screen.line(&talk.tell("bot-in-wallet", &[("amount", Arg::Money(has))]));
    }
    if !top_up && !missing.is_positive() {
        let label = if price.is_positive() {
            talk.tell("bot-pay-wallet", &[("amount", Arg::Money(price))])
        } else {
            talk.say("bot-coupon-free")
        };
        screen = screen.tap(&label, Action::Checkout(cart, Method::Wallet)).row([tried.key(&talk)]);
        return talk.show(screen.row([talk.key("bot-back", priced.back)])).await;
    }
    if top_up || missing != price {
        screen = screen.strong(&talk.tell("bot-to-pay", &[("amount", Arg::Money(missing))]));
    }
    screen = screen.line(&talk.say("bot-how"));
    for method in methods.iter().filter(|method| method.method != "wallet") {
        let Some(due) = due(&talk, asked.as_ref(), method, missing).await else { continue };
        let Ok(gateway) = method.method.parse() else { continue };
        let label = format!("{} · {due}", method.name);
        screen = screen.tap(&label, Action::Checkout(cart, Method::Gateway(gateway)));
    }
    let keep = keeps.then(|| talk.key("bot-keep", Action::Keep(cart)));
    talk.show(screen.row(keep).row([tried.key(&talk)]).row([talk.key("bot-back", priced.back)])).await
}

/// What a gateway's own price is asked for; nothing where it cannot be.
fn asked(wish: &Wish, priced: &Priced, tried: &coupon::Tried) -> Option<QuoteRequest> {
    let coupon = tried.code();
    let subscription_id = match wish {
        Wish::Renewal { subscription, .. } => Some(subscription.to_string()),
        // A coupon may be for gifts alone, and a price is asked for as if it were for oneself.
        Wish::Gift { .. } if coupon.is_some() => return None,
        _ => None,
    };
    let plan_id = priced.plan?.to_string();
    Some(QuoteRequest { plan_id, subscription_id, coupon, use_wallet: true, method: None })
}

/// What a gateway asks for what is missing; none where it cannot be used for it.
async fn due(
    talk: &Talk,
    asked: Option<&QuoteRequest>,
    method: &MethodView,
    missing: Money,
) -> Option<String> {
    let Some(asked) = asked else { return Some(text::money(talk.locale(), missing)) };
    let request = QuoteRequest { method: Some(method.method.clone()), ..asked.clone() };
    let quote = talk.front().quote(request).await.ok()?;
    Some(talk.money(&quote.due))
}

async fn priced(talk: &Talk, wish: &Wish) -> Result<Priced, Error> {
    match wish {
        Wish::New { plan, region } => {
            let view = plan_of(talk, *plan).await?;
            let mut screen = plan_card(talk, &view);
            if let Some(region) = region {
                let name = talk.say(&format!("country-{}", region.to_lowercase()));
                screen = screen.line(&super::subscription::flagged(Some(region), &name));
            }
            Ok(Priced { screen, price: view.price, plan: Some(*plan), back: Action::Plans })
        }
        Wish::Gift { plan } => {
            let view = plan_of(talk, *plan).await?;
            let screen = plan_card(talk, &view).line(&talk.say("bot-gift-rule"));
            Ok(Priced { screen, price: view.price, plan: Some(*plan), back: Action::GiftPlans })
        }
        Wish::Renewal { subscription, plan } => {
            let view = plan_of(talk, *plan).await?;
            let kept = talk.front().subscription(&subscription.to_string()).await?;
            // Of one that has ended nothing is left.
            let rule = (kept.state != "ended").then(|| talk.say("bot-renew-rule"));
            let screen = plan_card(talk, &view).maybe(rule.as_deref());
            let back = Action::Subscription(*subscription);
            Ok(Priced { screen, price: view.price, plan: Some(*plan), back })
        }
        Wish::Change { subscription, plan } => {
            let view = plan_of(talk, *plan).await?;
            let quote = talk.front().change_quote(&subscription.to_string(), &plan.to_string()).await?;
            let credit = talk.money(&quote.credit);
            let screen =
                plan_card(talk, &view).line(&talk.tell("bot-credit", &[("amount", Arg::Text(&credit))]));
            let back = Action::Changes(*subscription);
            Ok(Priced { screen, price: quote.due, plan: None, back })
        }
        Wish::Pack { subscription, pack, traffic } => {
            let view = pack_of(talk, *pack).await?;
            let rule = if *traffic { "purchase-pack-traffic-rule" } else { "purchase-pack-devices-rule" };
            let screen = Screen::titled(&view.name).line(&amount(talk, &view)).line(&talk.say(rule));
            Ok(Priced { screen, price: view.price, plan: None, back: Action::Packs(*subscription) })
        }
        Wish::TopUp { amount } => {
            let screen = Screen::titled(&talk.say("top-up"));
            Ok(Priced { screen, price: amount.clone(), plan: None, back: Action::Wallet })
        }
    }
}

async fn plan_of(talk: &Talk, plan: PlanId) -> Result<PlanView, Error> {
    let plans = talk.front().plans().await?;
    let found = plans.into_iter().find(|each| each.plan_id == plan.to_string());
    found.ok_or_else(|| Refusal::PlanNotOnSale.into())
}

fn plan_card(talk: &Talk, plan: &PlanView) -> Screen {
    let devices = Arg::Number(i64::from(plan.devices));
    let screen = Screen::titled(&plan.name)
        .line(&text::days(talk.locale(), plan.days))
        .line(&text::traffic(talk.locale(), Traffic::bytes(plan.traffic_bytes)))
        .line(&talk.tell("devices", &[("devices", devices)]));
    plan.extras.iter().fold(screen, |screen, extra| {
        screen.line(&format!("＋ {}", talk.say(&format!("extra-{}", extra.replace('_', "-")))))
    })
}

fn amounts(price: &MoneyView, wallet: &MoneyView) -> Result<(Money, Money), Error> {
    Ok((money(price).ok_or(Refusal::NotFound)?, money(wallet).ok_or(Refusal::NotFound)?))
}

fn lacking(price: Money, has: Money) -> Result<Money, Error> {
    let missing = price.minus(has)?;
    Ok(if missing.is_positive() { missing } else { Money::zero(price.currency) })
}

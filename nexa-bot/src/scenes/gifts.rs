//! Gifts: buying one, handing it on, taking it back, and claiming one that somebody gave.

use crate::{
    action::{Action, Tag},
    dialogue::Wish,
    keyboard::Key,
    screen::Screen,
    talk::{Outcome, Talk},
};
use nexa_core::{
    domain::{measure::Traffic, refusal::Refusal},
    error::Error,
    ids::{OrderId, PlanId, SubscriptionId},
    storefront::model::GiftView,
    text::{self, Arg},
};

/// Gifts that are listed.
const MOST: usize = 8;

/// Those that were bought.
pub async fn list(talk: Talk) -> Outcome {
    let gifts = talk.front().gifts().await?;
    let mut screen = Screen::titled(&talk.say("bot-gifts"))
        .line(&talk.say("bot-gifts-hint"))
        .row([talk.key("bot-gift-buy", Action::GiftPlans)]);
    for gift in gifts.iter().take(MOST) {
        let state = talk.say(&format!("bot-gift-{}", gift.state.replace('_', "-")));
        screen = screen.gap().strong(&format!("🎁 {} · {state}", gift.plan_name));
        let Some(link) = gift.bot_link.as_ref().or(gift.web_link.as_ref()) else { continue };
        let back = gift.order_id.as_ref().and_then(|id| id.parse().ok()).map(Action::TakeBack);
        screen = screen.code(link).row(share(&talk, link)).row(back.map(|action| {
            Key::tap(&format!("{} · {}", talk.say("bot-gift-take-back"), gift.plan_name), action)
        }));
    }
    talk.show(screen.row([talk.key("bot-home", Action::Home)])).await
}

/// Which plan shall somebody else get?
pub async fn plans(talk: Talk) -> Outcome {
    let plans = super::buy::open_offer(&talk).await?.plans;
    let mut screen = Screen::titled(&talk.say("bot-gift-which"));
    for plan in plans.iter().take(20) {
        if let Ok(id) = plan.plan_id.parse() {
            screen = screen.tap(&super::buy::in_a_line(&talk, plan), Action::GiftPlan(id));
        }
    }
    talk.show(screen.row([talk.key("bot-back", Action::Gifts)])).await
}

/// This one: what it costs.
pub async fn plan(talk: Talk, plan: PlanId) -> Outcome {
    super::buy::confirm(talk, Wish::Gift { plan }).await
}

/// Takes one back: the price goes to the wallet and the code is dead.
pub async fn take_back(talk: Talk, order: OrderId) -> Outcome {
    talk.front().take_gift_back(&order.to_string()).await?;
    talk.toast(&talk.say("bot-gift-taken-back")).await?;
    list(talk).await
}

/// What somebody was given, before it is taken.
pub async fn offered(talk: Talk, code: String) -> Outcome {
    let front = talk.front();
    let gift = front.gift(&code).await?;
    if let Some(order) = &gift.claimed_order_id {
        let order = order.parse().map_err(|_| Refusal::NotFound)?;
        let screen = card(&talk, &gift).gap().strong(&talk.say("bot-gift-yours"));
        let screen = screen.row([talk.key("bot-service-order", Action::Order(order))]);
        return talk.show(screen.row([talk.key("bot-home", Action::Home)])).await;
    }
    if gift.state != "ready" {
        return Err(Refusal::GiftClaimed.into());
    }
    let tag = Tag::of(&code);
    talk.remember(|memory| memory.gift = Some(code));
    let take = talk.key("bot-gift-claim", Action::Claim(tag.clone()));
    let mut screen = card(&talk, &gift).row([take]);
    let own = front.subscriptions().await?;
    for each in own.iter().filter(|own| own.plan_name == gift.plan_name && own.can_renew).take(3) {
        if let Ok(id) = each.subscription_id.parse() {
            let name = each.name.as_deref().unwrap_or(&each.plan_name);
            let label = talk.tell("bot-gift-claim-for", &[("name", Arg::Text(name))]);
            screen = screen.tap(&label, Action::ClaimFor(tag.clone(), id));
        }
    }
    talk.show(screen.row([talk.key("bot-home", Action::Home)])).await
}

fn card(talk: &Talk, gift: &GiftView) -> Screen {
    let screen = Screen::titled(&talk.say("bot-gift-for-you"))
        .strong(&gift.plan_name)
        .line(&text::days(talk.locale(), gift.days))
        .line(&text::traffic(talk.locale(), Traffic::bytes(gift.traffic_bytes)));
    match &gift.note {
        Some(note) => note.lines().fold(screen.gap(), Screen::line),
        None => screen,
    }
}

/// Takes it as a new subscription.
pub async fn claim(talk: Talk, gift: Tag) -> Outcome {
    take(talk, gift, None).await
}

/// Takes it for a subscription that is there.
pub async fn claim_for(talk: Talk, (gift, subscription): (Tag, SubscriptionId)) -> Outcome {
    take(talk, gift, Some(subscription)).await
}

async fn take(talk: Talk, gift: Tag, onto: Option<SubscriptionId>) -> Outcome {
    // An older screen shows another gift than the one that is being looked at.
    let code = talk.memory().gift.filter(|code| Tag::of(code) == gift);
    let code = code.ok_or(Error::from(Refusal::GiftUnknown))?;
    let front = talk.front();
    let again = front.gift(&code).await?.claimed_order_id.is_some();
    let order = front.claim_gift(&code, onto.map(|id| id.to_string())).await?;
    if again {
        // A second tap: nothing went wrong, and nothing comes twice.
        talk.toast(&talk.say("bot-gift-yours")).await?;
    }
    let screen = super::order::screen(&talk, &order)?;
    talk.show(screen).await
}

fn share(talk: &Talk, link: &str) -> Option<Key> {
    let text = talk.tell("bot-gift-text", &[("shop", Arg::Text(&talk.bot().shop.name))]);
    super::invite::share(talk, link, &text)
}

//! What operators give away: a subscription, or more days for one. Each with a reason, that stands in the shop's record.

use crate::{
    action::{Action, Bare},
    dialogue::Awaits,
    keyboard::Key,
    screen::Screen,
    talk::{Outcome, Talk},
};
use nexa_core::{
    backoffice::model::{ExtendRequest, GrantRequest},
    ids::{PlanId, SubscriptionId},
    text,
};
use uuid::Uuid;

/// Days that one tap gives.
const DAYS: [u32; 4] = [1, 3, 7, 30];

/// Which plan shall the user get?
pub async fn plans(talk: Talk, user: Bare) -> Outcome {
    let plans = talk.office().plans().await?;
    let mut screen = Screen::says(&talk.say("bot-give-which"));
    for plan in plans.iter().take(20) {
        if let Ok(id) = plan.plan_id.parse() {
            screen = screen.tap(&plan.name, Action::Give(user, id));
        }
    }
    talk.show(screen.row([talk.key("bot-back", Action::User(user))])).await
}

/// Why?
pub async fn ask_why(talk: Talk, (user, plan): (Bare, PlanId)) -> Outcome {
    talk.remember(|memory| {
        memory.gifts = memory.gifts.wrapping_add(1);
        memory.awaits = Some(Awaits::WhyGive { user: user.0, plan, number: memory.gifts });
    });
    why(talk, Action::User(user)).await
}

/// How many days more?
pub async fn days(talk: Talk, subscription: SubscriptionId) -> Outcome {
    let view = talk.office().subscription(&subscription.to_string()).await?;
    let key = |days: u32| Key::tap(&text::days(talk.locale(), days), Action::ExtendBy(subscription, days));
    let back = Bare::of(&view.user_id).map(|user| talk.key("bot-back", Action::User(user)));
    let screen =
        Screen::titled(&view.plan_name).line(&talk.say("bot-extend-ask")).row(DAYS.map(key)).row(back);
    talk.show(screen).await
}

/// Why?
pub async fn ask_why_days(talk: Talk, (subscription, days): (SubscriptionId, u32)) -> Outcome {
    talk.remember(|memory| {
        memory.gifts = memory.gifts.wrapping_add(1);
        memory.awaits = Some(Awaits::WhyExtend { subscription, days, number: memory.gifts });
    });
    why(talk, Action::Extend(subscription)).await
}

async fn why(talk: Talk, back: Action) -> Outcome {
    talk.show(Screen::says(&talk.say("bot-give-why")).row([talk.key("bot-never", back)])).await
}

/// Gives the subscription.
pub async fn give(talk: Talk, (user, plan, number): (Uuid, PlanId, u32), reason: String) -> Outcome {
    let request = GrantRequest { plan_id: plan.to_string(), reason };
    let key = key(&talk, number);
    talk.office().grant_subscription(&user.to_string(), request, key).await?;
    talk.remember(|memory| memory.awaits = None);
    super::users::one(talk, Bare(user)).await
}

/// Gives the days.
pub async fn extend(
    talk: Talk,
    (subscription, days, number): (SubscriptionId, u32, u32),
    reason: String,
) -> Outcome {
    let office = talk.office();
    let id = subscription.to_string();
    let request = ExtendRequest { days: Some(days), traffic_bytes: None, reason };
    let view = office.extend_subscription(&id, request, key(&talk, number)).await?;
    talk.remember(|memory| memory.awaits = None);
    let user = Bare::of(&view.user_id).ok_or(nexa_core::domain::refusal::Refusal::NotFound)?;
    super::users::one(talk, user).await
}

/// Makes a second message of the same answer harmless: each operator counts what they give away.
fn key(talk: &Talk, number: u32) -> String {
    format!("bot-{}-{number}", talk.visitor().user_id)
}

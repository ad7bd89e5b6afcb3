//! One user: found by whatever the operator has, and what can be done.

use crate::{
    action::{Action, Bare},
    dialogue::Awaits,
    keyboard::Key,
    screen::Screen,
    talk::{Outcome, Talk},
};
use nexa_core::{
    backoffice::model::{OperatorSubscriptionView, UserView},
    domain::measure::Traffic,
    ids::SubscriptionId,
    storefront::model::PageRequest,
    text::{self, Arg},
};

/// Subscriptions that are shown.
const MOST: u32 = 8;

/// Asks whom.
pub async fn ask(talk: Talk) -> Outcome {
    talk.remember(|memory| memory.awaits = Some(Awaits::User));
    let screen = Screen::says(&talk.say("bot-find-ask")).row([talk.key("bot-never", Action::Office)]);
    talk.show(screen).await
}

/// Finds the user.
pub async fn find(talk: Talk, typed: String) -> Outcome {
    let user = talk.office().find_user(typed.trim()).await?;
    talk.remember(|memory| memory.awaits = None);
    card(talk, user).await
}

/// Shows a user.
pub async fn one(talk: Talk, user: Bare) -> Outcome {
    let user = talk.office().user(&user.to_string()).await?;
    card(talk, user).await
}

/// Blocks a user or lets it in again.
pub async fn block(talk: Talk, (user, on): (Bare, bool)) -> Outcome {
    let user = talk.office().block_user(&user.to_string(), on).await?;
    card(talk, user).await
}

/// Stops a subscription or lets it go on.
pub async fn suspend(talk: Talk, (subscription, on): (SubscriptionId, bool)) -> Outcome {
    let office = talk.office();
    let id = subscription.to_string();
    let view = if on { office.suspend(&id).await? } else { office.resume(&id).await? };
    let user = office.user(&view.user_id).await?;
    card(talk, user).await
}

async fn card(talk: Talk, user: UserView) -> Outcome {
    let page = PageRequest { cursor: None, limit: Some(MOST) };
    let subscriptions = talk.office().subscriptions(Some(user.user_id.clone()), page).await?;
    let wallet = talk.money(&user.wallet);
    let mut screen = Screen::titled(&talk.say("bot-user"))
        .code(&user.user_id)
        .maybe(user.email.as_deref())
        .maybe(user.telegram.as_deref())
        .line(&talk.tell("bot-home-wallet", &[("amount", Arg::Text(&wallet))]))
        .line(&talk.tell("bot-user-since", &[("date", Arg::Text(&talk.date(&user.created_at)))]));
    if user.blocked {
        screen = screen.strong(&talk.say("bot-user-blocked"));
    }
    for each in &subscriptions.items {
        screen = screen.line(&line(&talk, each)).row(stopper(&talk, each)).row(extender(&talk, each));
    }
    let block = Bare::of(&user.user_id).map(|id| {
        let label = if user.blocked { "bot-unblock" } else { "bot-block" };
        talk.key(label, Action::Block(id, !user.blocked))
    });
    let give = Bare::of(&user.user_id).map(|id| talk.key("bot-give", Action::GivePlans(id)));
    talk.show(screen.row(give).row(block).row([talk.key("bot-back", Action::Office)])).await
}

fn line(talk: &Talk, of: &OperatorSubscriptionView) -> String {
    let used = text::traffic(talk.locale(), Traffic::bytes(of.used_bytes));
    let limit = text::traffic(talk.locale(), Traffic::bytes(of.limit_bytes));
    let state = talk.say(&format!("subscription-{}", of.state));
    format!("{} · {state} · {used} / {limit} · {}", of.plan_name, talk.date(&of.ends_at))
}

fn extender(talk: &Talk, of: &OperatorSubscriptionView) -> Option<Key> {
    let id: SubscriptionId = of.subscription_id.parse().ok().filter(|_| of.state != "revoked")?;
    Some(Key::tap(&format!("{} · {}", talk.say("bot-extend"), of.plan_name), Action::Extend(id)))
}

fn stopper(talk: &Talk, of: &OperatorSubscriptionView) -> Option<Key> {
    let id: SubscriptionId = of.subscription_id.parse().ok()?;
    let (key, on) = match of.state.as_str() {
        "suspended" | "frozen" => ("bot-resume", false),
        "active" => ("bot-suspend", true),
        _ => return None,
    };
    let label = format!("{} · {}", talk.say(key), of.plan_name);
    Some(Key::tap(&label, Action::Suspend(id, on)))
}

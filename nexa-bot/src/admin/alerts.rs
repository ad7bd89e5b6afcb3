//! Where those who run the shop hear of what to look at: in this chat, or in a group, each kind in a thread of its own.
//!
//! A group is chosen by writing `/alerts` in it, because only there Telegram says which chat and which thread it is. What
//! follows is said in private.

use crate::{
    action::{Action, Alert},
    dialogue::AlertPlace,
    keyboard::Key,
    screen::Screen,
    talk::{Outcome, Talk},
};
use nexa_core::{
    backoffice::model::{AlertSettingsView, AlertTopicView},
    text::Arg,
};

/// Where they go now, and where else they might.
pub async fn alerts(talk: Talk) -> Outcome {
    let now = talk.office().alerts().await?;
    show(talk, now).await
}

/// An operator wrote `/alerts` in this place.
pub async fn chosen(talk: Talk, place: AlertPlace) -> Outcome {
    talk.remember(|memory| memory.alerts = Some(place));
    alerts(talk).await
}

/// They go to the place that was chosen, else to this chat.
pub async fn to(talk: Talk, chosen: bool) -> Outcome {
    let place = talk.memory().alerts.filter(|_| chosen);
    let chat_id = place.map_or(talk.telegram_id(), |place| place.chat);
    let large_payment = talk.office().alerts().await?.and_then(|before| before.large_payment);
    let set = talk
        .office()
        .set_alerts(AlertSettingsView { chat_id, topics: vec![], muted: vec![], large_payment })
        .await?;
    show(talk, Some(set)).await
}

/// Those of a kind go to the thread that was chosen, or to the chat itself.
pub async fn thread(talk: Talk, (kind, on): (Alert, bool)) -> Outcome {
    let Some(mut now) = talk.office().alerts().await? else { return show(talk, None).await };
    now.topics.retain(|topic| topic.kind != kind.name());
    // An older screen may speak of another chat.
    let place = talk.memory().alerts.filter(|place| place.chat == now.chat_id);
    if let Some(thread_id) = place.and_then(|place| place.thread).filter(|_| on) {
        now.topics.push(AlertTopicView { kind: kind.name().to_owned(), thread_id });
    }
    let set = talk.office().set_alerts(now).await?;
    show(talk, Some(set)).await
}

/// They go nowhere.
pub async fn none(talk: Talk) -> Outcome {
    talk.office().clear_alerts().await?;
    show(talk, None).await
}

async fn show(talk: Talk, now: Option<AlertSettingsView>) -> Outcome {
    let place = talk.memory().alerts;
    let own = talk.telegram_id();
    let chat = now.as_ref().map(|now| now.chat_id);
    let goes = match (chat, &place) {
        (None, _) => talk.say("bot-alerts-off"),
        (Some(chat), _) if chat == own => talk.say("bot-alerts-to-you"),
        (Some(chat), Some(place)) if chat == place.chat => {
            talk.tell("bot-alerts-to-group", &[("name", Arg::Text(&place.title))])
        }
        _ => talk.say("bot-alerts-to-other"),
    };
    let mut screen = Screen::titled(&talk.say("bot-alerts")).strong(&goes);
    let thread = place.as_ref().filter(|place| Some(place.chat) == chat).and_then(|place| place.thread);
    if let Some((now, thread)) = now.as_ref().zip(thread) {
        screen = screen.line(&talk.say("bot-alerts-thread"));
        for kind in Alert::ALL {
            let here = |topic: &AlertTopicView| topic.kind == kind.name() && topic.thread_id == thread;
            screen = screen.row([toggle(&talk, kind, now.topics.iter().any(here))]);
        }
    }
    if let Some(place) = place.filter(|place| Some(place.chat) != chat) {
        let label = talk.tell("bot-alerts-group", &[("name", Arg::Text(&place.title))]);
        screen = screen.tap(&label, Action::AlertsTo(true));
    }
    let me = (chat != Some(own)).then(|| talk.key("bot-alerts-me", Action::AlertsTo(false)));
    let off = chat.map(|_| talk.key("bot-alerts-none", Action::NoAlerts));
    let screen = screen.gap().line(&talk.say("bot-alerts-hint")).row(me).row(off);
    talk.show(screen.row([talk.key("bot-back", Action::Office)])).await
}

fn toggle(talk: &Talk, kind: Alert, on: bool) -> Key {
    let mark = if on { "✅" } else { "▫️" };
    let label = format!("{mark} {}", talk.say(&format!("bot-alerts-{}", kind.name())));
    Key::tap(&label, Action::AlertThread(kind, !on))
}

//! One message to many: to whom, what, a look at it, and then how far it is.

use crate::{
    action::{Action, Bare, Segment},
    dialogue::Awaits,
    screen::Screen,
    talk::{Outcome, Talk},
};
use nexa_core::{
    backoffice::model::{BroadcastRequest, BroadcastView, ButtonView, TextsView},
    domain::shop::Locale,
    storefront::model::PageRequest,
    text::Arg,
};

/// The last ones, and a new one.
pub async fn list(talk: Talk) -> Outcome {
    talk.remember(|memory| memory.awaits = None);
    let page = talk.office().broadcasts(PageRequest { cursor: None, limit: Some(6) }).await?;
    let mut screen = Screen::titled(&talk.say("bot-broadcasts"));
    for segment in Segment::ALL {
        let label = format!("✏️ {}", talk.say(&format!("bot-segment-{}", segment.key())));
        screen = screen.tap(&label, Action::WriteTo(segment));
    }
    for each in &page.items {
        if let Some(id) = Bare::of(&each.broadcast_id) {
            let state = talk.say(&format!("bot-broadcast-{}", each.state));
            screen = screen.tap(&format!("{state} · {}", talk.date(&each.created_at)), Action::Broadcast(id));
        }
    }
    talk.show(screen.row([talk.key("bot-back", Action::Office)])).await
}

/// What shall they read?
pub async fn write(talk: Talk, segment: Segment) -> Outcome {
    talk.remember(|memory| memory.awaits = Some(Awaits::Broadcast(segment)));
    let whom = talk.say(&format!("bot-segment-{}", segment.key()));
    let screen = Screen::titled(&whom)
        .line(&talk.say("bot-broadcast-ask"))
        .row([talk.key("bot-never", Action::Broadcasts)]);
    talk.show(screen).await
}

/// Writes it down, and shows what readers will see.
pub async fn draft(talk: Talk, segment: Segment, words: String) -> Outcome {
    let mut texts = TextsView::default();
    match talk.bot().shop.locale {
        Locale::Fa => texts.fa = Some(words),
        Locale::En => texts.en = Some(words),
        Locale::Ru => texts.ru = Some(words),
    }
    let buy = ButtonView { label: talk.say("buy"), action: "buy".to_owned(), url: None };
    let request = BroadcastRequest {
        segment: segment.name().to_owned(),
        plan_id: None,
        group_id: None,
        locale: None,
        texts,
        buttons: Some(vec![buy]),
    };
    let made = talk.office().draft_broadcast(request).await?;
    talk.remember(|memory| memory.awaits = None);
    show(talk, made).await
}

/// How far one is.
pub async fn one(talk: Talk, broadcast: Bare) -> Outcome {
    let view = talk.office().broadcast(&broadcast.to_string()).await?;
    show(talk, view).await
}

async fn show(talk: Talk, of: BroadcastView) -> Outcome {
    let preview = talk.office().preview_broadcast(&of.broadcast_id).await?;
    let mut screen = Screen::titled(&talk.say(&format!("bot-broadcast-{}", of.state)));
    if let Some(segment) = Segment::ALL.into_iter().find(|segment| segment.name() == of.segment) {
        screen = screen.line(&talk.say(&format!("bot-segment-{}", segment.key())));
    }
    let own = talk.bot().shop.locale.tag();
    let text = preview.texts.iter().find(|text| text.locale == own).map(|text| text.text.as_str());
    screen = text.unwrap_or_default().lines().fold(screen.gap(), Screen::line).gap();
    let Some(id) = Bare::of(&of.broadcast_id) else { return talk.show(screen).await };
    let progress = &of.progress;
    let numbers = [
        ("total", Arg::Number(i64::from(progress.total))),
        ("sent", Arg::Number(i64::from(progress.sent))),
        ("blocked", Arg::Number(i64::from(progress.blocked))),
        ("failed", Arg::Number(i64::from(progress.failed))),
    ];
    let screen = match of.state.as_str() {
        "draft" => {
            let count = [("count", Arg::Number(i64::from(preview.recipients)))];
            screen.tap(&talk.tell("bot-broadcast-send", &count), Action::SendBroadcast(id))
        }
        "sending" => screen.line(&talk.tell("bot-broadcast-progress", &numbers)).row([
            talk.key("bot-check", Action::Broadcast(id)),
            talk.key("bot-broadcast-stop", Action::StopBroadcast(id)),
        ]),
        _ => {
            let again =
                (progress.failed > 0).then(|| talk.key("bot-broadcast-resend", Action::ResendBroadcast(id)));
            screen.line(&talk.tell("bot-broadcast-progress", &numbers)).row(again)
        }
    };
    talk.show(screen.row([talk.key("bot-back", Action::Broadcasts)])).await
}

/// Sends it, once.
pub async fn send(talk: Talk, broadcast: Bare) -> Outcome {
    // The broadcast itself is what must be sent once, so it is the key.
    let key = format!("bot-broadcast-{broadcast}");
    let view = talk.office().send_broadcast(&broadcast.to_string(), key).await?;
    show(talk, view).await
}

/// Sends nothing more of it.
pub async fn stop(talk: Talk, broadcast: Bare) -> Outcome {
    let view = talk.office().stop_broadcast(&broadcast.to_string()).await?;
    show(talk, view).await
}

/// Sends it again to those for whom it failed.
pub async fn resend(talk: Talk, broadcast: Bare) -> Outcome {
    let view = talk.office().resend_failed(&broadcast.to_string()).await?;
    show(talk, view).await
}

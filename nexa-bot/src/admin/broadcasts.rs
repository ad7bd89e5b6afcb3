//! One message to many: to whom, what, a look at it, and then how far it is.

use crate::{
    action::{Action, Bare, Part, Segment},
    dialogue::Awaits,
    screen::Screen,
    talk::{Outcome, Talk},
};
use nexa_core::{
    backoffice::model::{BroadcastRequest, BroadcastView, ButtonView, TextsView},
    domain::shop::Locale,
    error::Error,
    storefront::model::PageRequest,
    text::Arg,
};

/// Plans, and groups of servers, that are listed.
const MOST_OF: usize = 30;
/// How long ago the last subscription of the lapsed ended, in days.
const LAPSED_DAYS: u32 = 30;

/// The last ones, and a new one.
pub async fn list(talk: Talk) -> Outcome {
    talk.remember(|memory| memory.awaits = None);
    let page = talk.office().broadcasts(PageRequest { cursor: None, limit: Some(6) }).await?;
    let mut screen = Screen::titled(&talk.say("bot-broadcasts"));
    for segment in Segment::ALL {
        let label = format!("✏️ {}", talk.say(&format!("bot-segment-{}", segment.key())));
        screen = screen.tap(&label, Action::WriteTo(segment));
    }
    for part in Part::ALL {
        let label = format!("✏️ {}", talk.say(&format!("bot-segment-of-{}", part.name())));
        screen = screen.tap(&label, Action::WhichOf(part));
    }
    for each in &page.items {
        if let Some(id) = Bare::of(&each.broadcast_id) {
            let state = talk.say(&format!("bot-broadcast-{}", each.state));
            screen = screen.tap(&format!("{state} · {}", talk.date(&each.created_at)), Action::Broadcast(id));
        }
    }
    talk.show(screen.row([talk.key("bot-back", Action::Office)])).await
}

/// Those of which plan, group or language?
pub async fn which(talk: Talk, part: Part) -> Outcome {
    let mut screen = Screen::titled(&talk.say(&format!("bot-segment-of-{}", part.name())));
    for (segment, name) in all_of(&talk, part).await? {
        screen = screen.tap(&format!("✏️ {name}"), Action::WriteTo(segment));
    }
    talk.show(screen.row([talk.key("bot-back", Action::Broadcasts)])).await
}

/// The segments of which there are many, with what tells one from another.
async fn all_of(talk: &Talk, part: Part) -> Result<Vec<(Segment, String)>, Error> {
    let office = talk.office();
    Ok(match part {
        Part::Plan => {
            let plans = office.plans().await?.into_iter().take(MOST_OF);
            plans.filter_map(|plan| Some((Segment::Plan(plan.plan_id.parse().ok()?), plan.name))).collect()
        }
        Part::Group => {
            let groups = office.groups().await?.into_iter().take(MOST_OF);
            groups.filter_map(|of| Some((Segment::Group(of.group_id.parse().ok()?), of.name))).collect()
        }
        Part::Language => {
            let named = |locale: Locale| talk.say(&format!("bot-language-{}", locale.tag()));
            Locale::ALL.map(|locale| (Segment::Language(locale), named(locale))).to_vec()
        }
    })
}

/// What a segment is called.
async fn named(talk: &Talk, segment: Segment) -> Result<String, Error> {
    let part = match segment {
        Segment::Plan(_) => Part::Plan,
        Segment::Group(_) => Part::Group,
        Segment::Language(_) => Part::Language,
        _ => return Ok(talk.say(&format!("bot-segment-{}", segment.key()))),
    };
    let kind = talk.say(&format!("bot-segment-of-{}", part.name()));
    let which = all_of(talk, part).await?.into_iter().find(|(each, _)| *each == segment);
    Ok(which.map_or(kind.clone(), |(_, name)| format!("{kind}: {name}")))
}

/// What shall they read?
pub async fn write(talk: Talk, segment: Segment) -> Outcome {
    talk.remember(|memory| memory.awaits = Some(Awaits::Broadcast(segment)));
    let whom = named(&talk, segment).await?;
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
    let buy = ButtonView { label: talk.say("buy"), action: "buy".to_owned(), url: None, code: None };
    let request = BroadcastRequest {
        segment: segment.name().to_owned(),
        plan_id: if let Segment::Plan(plan) = segment { Some(plan.to_string()) } else { None },
        group_id: if let Segment::Group(group) = segment { Some(group.to_string()) } else { None },
        locale: if let Segment::Language(locale) = segment { Some(locale.tag().to_owned()) } else { None },
        days: (segment == Segment::Lapsed).then_some(LAPSED_DAYS),
        selection: None,
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
    if let Some(segment) = segment_of(&of) {
        screen = screen.line(&named(&talk, segment).await?);
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

fn segment_of(of: &BroadcastView) -> Option<Segment> {
    let one_of = |id: &Option<String>| id.as_ref().and_then(|id| id.parse::<uuid::Uuid>().ok());
    match (one_of(&of.plan_id), one_of(&of.group_id), &of.locale) {
        (Some(plan), ..) => Some(Segment::Plan(plan.into())),
        (_, Some(group), _) => Some(Segment::Group(group.into())),
        (.., Some(tag)) => Locale::from_tag(tag).map(Segment::Language),
        _ => Segment::ALL.into_iter().find(|segment| segment.name() == of.segment),
    }
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

//! What somebody wants to hear, and when.

use crate::{
    action::{Action, Matter},
    screen::Screen,
    talk::{Outcome, Talk},
};
use nexa_core::{
    storefront::model::NoticePreferencesRequest,
    text::{self, Arg},
};

/// The night that one button sets.
const NIGHT: (&str, &str) = ("23:00", "08:00");

/// What is on.
pub async fn preferences(talk: Talk) -> Outcome {
    let now = talk.front().notice_preferences().await?;
    let switch = |key: &str, on: bool, matter: Matter| {
        let mark = if on { "✅" } else { "▫️" };
        crate::keyboard::Key::tap(&format!("{mark} {}", talk.say(key)), Action::Hear(matter, !on))
    };
    let quiet = match (&now.quiet_from, &now.quiet_until) {
        (Some(from), Some(until)) => {
            let (from, until) = (text::digits(talk.locale(), from), text::digits(talk.locale(), until));
            talk.tell("bot-quiet-on", &[("from", Arg::Text(&from)), ("until", Arg::Text(&until))])
        }
        _ => talk.say("bot-quiet-off"),
    };
    let night = if now.quiet_from.is_some() { "bot-quiet-stop" } else { "bot-quiet-start" };
    let screen = Screen::titled(&talk.say("bot-messages"))
        .line(&talk.say("bot-messages-always"))
        .line(&quiet)
        .row([switch("bot-hear-reminders", now.reminders, Matter::Reminders)])
        .row([switch("bot-hear-support", now.support, Matter::Support)])
        .row([switch("bot-hear-news", now.news, Matter::News)])
        .row(now.mail.as_ref().map(|mail| {
            let on = mail.reminders || mail.support || mail.news;
            switch("bot-hear-mail", on, Matter::Mail)
        }))
        .row([talk.key(night, Action::Quiet(now.quiet_from.is_none()))])
        .row([talk.key("bot-back", Action::Settings)]);
    talk.show(screen).await
}

/// Switches one kind of message.
pub async fn hear(talk: Talk, (matter, on): (Matter, bool)) -> Outcome {
    let mut request = NoticePreferencesRequest::default();
    match matter {
        Matter::Reminders => request.reminders = Some(on),
        Matter::News => request.news = Some(on),
        Matter::Support => request.support = Some(on),
        Matter::Mail => {
            request.mail_reminders = Some(on);
            request.mail_news = Some(on);
            request.mail_support = Some(on);
        }
    }
    talk.front().set_notice_preferences(request).await?;
    preferences(talk).await
}

/// Switches the quiet night.
pub async fn quiet(talk: Talk, on: bool) -> Outcome {
    let (from, until) = if on { NIGHT } else { ("", "") };
    let request = NoticePreferencesRequest {
        quiet_from: Some(from.to_owned()),
        quiet_until: Some(until.to_owned()),
        ..NoticePreferencesRequest::default()
    };
    talk.front().set_notice_preferences(request).await?;
    preferences(talk).await
}

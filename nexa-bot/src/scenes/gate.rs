//! What must be settled before anything else: the second factor, the language, the terms, the channel. Each asks only
//! when it has to, and whatever somebody came with waits behind them.
#![expect(clippy::needless_pass_by_value, reason = "dptree hands every value over")]

use crate::{
    action::Action,
    input::Input,
    keyboard::Key,
    screen::Screen,
    talk::{Outcome, Talk},
};
use nexa_core::domain::shop::Locale;
use teloxide::{
    prelude::Requester,
    types::{ChatMemberKind, Recipient, UserId},
};

/// Whether the account's second factor is to be shown first.
pub fn is_locked(talk: Talk) -> bool {
    talk.visitor().locked
}

/// Takes a code of the second factor, or asks for one.
pub async fn unlock(talk: Talk, input: Input) -> Outcome {
    if let Input::Typed(code) = input {
        let (shop, user) = (talk.bot().shop.id, talk.visitor().user_id);
        talk.desk().unlock(shop, user, code.trim()).await?;
        let screen = Screen::says(&talk.say("bot-unlocked")).row([talk.key("bot-home", Action::Home)]);
        return talk.show(screen).await;
    }
    talk.show(Screen::titled(&talk.say("bot-locked-title")).line(&talk.say("bot-locked"))).await
}

/// The language that a button chooses.
pub fn language_chosen(input: Input) -> Option<Locale> {
    match input {
        Input::Tap(Action::SetLanguage(locale)) => Some(locale),
        _ => None,
    }
}

/// Speaks another language from now on.
pub async fn speak(talk: Talk, locale: Locale) -> Outcome {
    talk.front().set_locale(locale.tag()).await?;
    talk.speak(locale);
    if wants_terms(talk.clone()) {
        return terms(talk).await;
    }
    if wants_channel(talk.clone(), Input::Start(None)).await {
        return channel(talk, Input::Other).await;
    }
    super::start::onward(talk).await
}

/// Whether nobody knows yet which language to speak: Telegram's client speaks none of ours.
pub fn wants_language(talk: Talk) -> bool {
    !talk.visitor().has_chosen
}

/// Which language?
pub async fn languages(talk: Talk) -> Outcome {
    let names = [("فارسی", Locale::Fa), ("English", Locale::En), ("Русский", Locale::Ru)];
    let screen = names
        .into_iter()
        .fold(Screen::says("🌐 زبان · Language · Язык"), |screen, (name, locale)| {
            screen.tap(name, Action::SetLanguage(locale))
        });
    talk.show(screen).await
}

/// Whether the button accepts the terms.
pub fn terms_accepted(input: Input) -> Option<()> {
    matches!(input, Input::Tap(Action::AcceptTerms)).then_some(())
}

/// Notes that the terms of now are accepted.
pub async fn accept(talk: Talk) -> Outcome {
    let terms = talk.bot().settings.terms_url.clone();
    talk.remember(|memory| memory.terms = terms);
    if wants_channel(talk.clone(), Input::Start(None)).await {
        return channel(talk, Input::Other).await;
    }
    super::start::onward(talk).await
}

/// Whether there are terms that were not accepted.
pub fn wants_terms(talk: Talk) -> bool {
    let terms = &talk.bot().settings.terms_url;
    terms.is_some() && talk.memory().terms != *terms
}

/// Shows where the terms are.
pub async fn terms(talk: Talk) -> Outcome {
    let link = talk.bot().settings.terms_url.clone().unwrap_or_default();
    let screen = Screen::titled(&talk.say("bot-terms-title"))
        .line(&talk.say("bot-terms"))
        .row(Key::open(&talk.say("bot-terms-read"), &link))
        .row([talk.key("bot-terms-accept", Action::AcceptTerms)]);
    talk.show(screen).await
}

/// Whether somebody still has to join the channel. Asked only where something begins, so that it holds nobody up in the
/// middle; and whoever Telegram cannot tell about is let in.
pub async fn wants_channel(talk: Talk, input: Input) -> bool {
    let begins = match input {
        Input::Start(_) => true,
        Input::Command(name) => name == "buy",
        Input::Tap(action) => {
            matches!(action, Action::Joined | Action::Plans | Action::Plan(_) | Action::Trial)
        }
        _ => false,
    };
    let Some(channel) = talk.bot().settings.channel.clone().filter(|_| begins) else { return false };
    let Ok(user) = u64::try_from(talk.telegram_id()) else { return false };
    let asked = talk.post().bot().get_chat_member(Recipient::ChannelUsername(channel), UserId(user)).await;
    let Ok(member) = asked else {
        tracing::warn!(shop = %talk.bot().shop.id, "whether customers joined the channel cannot be asked");
        return false;
    };
    match member.kind {
        ChatMemberKind::Left | ChatMemberKind::Banned(_) => true,
        ChatMemberKind::Restricted(restricted) => !restricted.is_member,
        _ => false,
    }
}

/// Shows where to join.
pub async fn channel(talk: Talk, input: Input) -> Outcome {
    if matches!(input, Input::Tap(Action::Joined)) {
        return talk.toast(&talk.say("bot-channel-not-yet")).await;
    }
    let channel = talk.bot().settings.channel.clone().unwrap_or_default();
    let link = format!("https://t.me/{}", channel.trim_start_matches('@'));
    let screen = Screen::titled(&talk.say("bot-channel-title"))
        .line(&talk.say("bot-channel"))
        .row(Key::open(&channel, &link))
        .row([talk.key("bot-channel-joined", Action::Joined)]);
    talk.show(screen).await
}

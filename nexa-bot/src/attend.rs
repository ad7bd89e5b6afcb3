//! One update, from whose it is to its answer.

use crate::{
    admin::alerts,
    dialogue::AlertPlace,
    input::{Done, Input, Place},
    scenes::stars,
    screen::Screen,
    talk::{Outcome, Running, Talk},
    tree::Handler,
};
use dptree::deps;
use nexa_core::{domain::shop::Locale, engine::Nexa, error::Error, frontdesk::TelegramVisitor, text};
use std::{ops::ControlFlow, sync::Arc};
use teloxide::types::ChatId;

/// Answers one thing that somebody did; whether it is done, or Telegram shall say it again.
pub async fn attend(nexa: &Nexa, tree: &Handler, bot: Arc<Running>, done: Done) -> bool {
    if !done.private {
        // In groups nobody is answered: what a customer owns is shown to the customer alone.
        if let Err(error) = choose_place(nexa, &bot, &done).await {
            tracing::error!(%error, "a place for alerts could not be chosen");
        }
        if let Place::Button { tap, .. } = &done.place {
            let word = text::get(bot.view.shop.locale, "bot-private-only");
            bot.post.answer(tap, Some(&word), true).await;
        }
        return true;
    }
    let (id, chat) = (done.by.id.0.cast_signed(), done.chat.unwrap_or(done.by.id.into()));
    let locale = done.by.language_code.as_deref().and_then(Locale::from_tag);
    let desk = nexa.frontdesk();
    let visitor = match desk.greet(bot.view.shop.id, came(id, locale, &done.input)).await {
        Ok(visitor) => visitor,
        // What was paid must not get lost: Telegram says it again until it is written down.
        Err(Error::Failed(failure)) if matches!(done.input, Input::Paid(_)) => {
            tracing::error!(%failure, "a payment cannot be taken yet");
            return false;
        }
        Err(error) => {
            turn_away(&bot, chat, &done, locale, &error).await;
            // Who was told to try again does so; Telegram must not do it as well.
            return true;
        }
    };
    if let Err(error) = desk.reached_again(bot.view.shop.id, visitor.user_id).await {
        tracing::warn!(%error, "that somebody is back could not be noted");
    }
    let talk = Talk::new(nexa.clone(), bot, visitor, id, chat, done.place);
    let answered = match tree.dispatch(deps![talk.clone(), done.input]).await {
        ControlFlow::Break(answered) => answered,
        ControlFlow::Continue(_) => Ok(()),
    };
    let settled = match answered {
        Ok(()) => return true,
        Err(Error::Refused(refusal)) => talk.refuse(&refusal).await,
        Err(failed) => Err(failed),
    };
    if let Err(error) = settled {
        tracing::error!(%error, "a message could not be answered");
        talk.apologise().await;
    }
    true
}

/// An operator says in a group that alerts shall go there; whether they shall is asked in private.
async fn choose_place(nexa: &Nexa, bot: &Arc<Running>, done: &Done) -> Outcome {
    let (Input::Command(name), Some(chat), Some(group)) = (&done.input, done.chat, &done.group) else {
        return Ok(());
    };
    if name != "alerts" {
        return Ok(());
    }
    let id = done.by.id.0.cast_signed();
    // Whoever else writes this is nobody to the shop, and does not become a user by it.
    let known = nexa.frontdesk().known(bot.view.shop.id, id).await?.filter(|visitor| visitor.operator);
    let Some(visitor) = known else { return Ok(()) };
    let talk = Talk::unasked(nexa.clone(), Arc::clone(bot), visitor, id, done.by.id.into());
    let place = AlertPlace { chat: chat.0, thread: group.thread, title: group.title.clone() };
    alerts::chosen(talk, place).await
}

/// Who came, and by what: an invitation and a campaign count for who is new only, so the door is told at once.
fn came(id: i64, locale: Option<Locale>, input: &Input) -> TelegramVisitor {
    let payload = match input {
        Input::Start(Some(payload)) => payload.as_str(),
        _ => "",
    };
    let named = |kind: &str| payload.strip_prefix(kind).map(str::to_owned);
    TelegramVisitor { id, locale, invitation: named("i_"), campaign: named("c_") }
}

/// Says why somebody is not let in.
async fn turn_away(bot: &Running, chat: ChatId, done: &Done, locale: Option<Locale>, error: &Error) {
    let locale = locale.unwrap_or(bot.view.shop.locale);
    let word = match error {
        Error::Refused(refusal) => text::refusal(locale, refusal),
        failure => {
            tracing::error!(%failure, "nobody can be greeted");
            text::get(locale, "bot-broken")
        }
    };
    if let Place::Button { tap, .. } = &done.place {
        bot.post.answer(tap, Some(&word), true).await;
    } else if let Input::PreCheckout(query) = &done.input {
        stars::answer(&bot.post, query, Some(word)).await;
    } else if let Err(lost) = bot.post.send(chat, &Screen::says(&word)).await {
        tracing::warn!(?lost, "an answer was lost");
    }
}

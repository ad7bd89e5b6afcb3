//! Telegram Stars: the word of consent before, and the thanks after. Money moves on neither: the core asks Telegram's book.

use crate::{
    action::Action,
    post::Post,
    screen::Screen,
    talk::{Outcome, Talk},
};
use nexa_core::{error::Error, frontdesk::PreCheckout, text};
use teloxide::{
    payloads::AnswerPreCheckoutQuerySetters,
    prelude::Requester,
    types::{Message, PreCheckoutQuery},
};

/// Answers within the ten seconds that Telegram waits (core.telegram.org/bots/api#precheckoutquery). Without an answer
/// nothing is paid, so whatever goes wrong here costs nobody anything.
pub async fn pre_checkout(talk: Talk, query: Box<PreCheckoutQuery>) -> Outcome {
    let asked = PreCheckout {
        payload: query.invoice_payload.clone(),
        telegram_user_id: talk.telegram_id(),
        currency: query.currency.clone(),
        total_amount: i64::from(query.total_amount),
    };
    let objection = match talk.desk().pre_checkout(talk.bot().shop.id, asked).await {
        Ok(()) => None,
        Err(Error::Refused(refusal)) => Some(text::refusal(talk.locale(), &refusal)),
        Err(failure) => {
            tracing::error!(%failure, "a payment with Stars could not be looked at");
            Some(talk.say("bot-broken"))
        }
    };
    answer(talk.post(), &query, objection).await;
    Ok(())
}

/// Gives the word of consent, or says why not.
pub async fn answer(post: &Post, query: &PreCheckoutQuery, objection: Option<String>) {
    let request = post.bot().answer_pre_checkout_query(query.id.clone(), objection.is_none());
    let answered = match objection {
        Some(word) => request.error_message(word).await,
        None => request.await,
    };
    if answered.is_err() {
        tracing::warn!("Telegram's question before a payment could not be answered");
    }
}

/// Has the payment looked at now, and says so.
pub async fn paid(talk: Talk, message: Box<Message>) -> Outcome {
    let Some(paid) = message.successful_payment() else { return Ok(()) };
    talk.desk().stars_paid(talk.bot().shop.id, &paid.invoice_payload).await?;
    let screen = Screen::titled(&talk.say("bot-stars-thanks"))
        .line(&talk.say("bot-being-set-up"))
        .row([talk.key("bot-orders", Action::Orders), talk.key("bot-home", Action::Home)]);
    talk.show(screen).await
}

//! Language, messages, the account.

use crate::{
    action::Action,
    keyboard::Key,
    screen::Screen,
    talk::{Outcome, Talk},
};

/// What can be set.
pub async fn settings(talk: Talk) -> Outcome {
    let adopts = talk.front().offer().await?.adopts;
    let screen = Screen::titled(&talk.say("bot-settings"))
        .line(&talk.say("bot-settings-hint"))
        .row([talk.key("bot-language", Action::Languages)])
        .row([talk.key("bot-messages", Action::Preferences)])
        .row([talk.key("bot-orders", Action::Orders)])
        .row(adopts.then(|| talk.key("bot-adopt", Action::Adopt)))
        .row(Key::app(&talk.say("bot-account"), &talk.page("/account")))
        .row([talk.key("bot-home", Action::Home)]);
    talk.show(screen).await
}

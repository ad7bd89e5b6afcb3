//! The free trial: one tap.

use crate::{
    action::Action,
    screen::Screen,
    talk::{Outcome, Talk},
};

/// Takes it. Its message with the link follows as soon as it is set up.
pub async fn trial(talk: Talk) -> Outcome {
    talk.front().trial().await?;
    let screen = Screen::titled(&talk.say("bot-trial-taken"))
        .line(&talk.say("bot-being-set-up"))
        .row([talk.key("bot-services", Action::Subscriptions), talk.key("bot-home", Action::Home)]);
    talk.show(screen).await
}

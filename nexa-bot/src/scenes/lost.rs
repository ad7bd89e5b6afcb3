//! What the bot cannot make anything of is answered all the same, with a way on.

use crate::{
    action::Action,
    input::Input,
    screen::Screen,
    talk::{Outcome, Talk},
};

/// Says what the bot makes of it.
pub async fn answer(talk: Talk, input: Input) -> Outcome {
    let key = match input {
        Input::Stale | Input::Tap(_) => return stale(talk).await,
        Input::Edited => "bot-edited",
        Input::Pictured(_) => "bot-picture-unasked",
        Input::Typed(text) if text.chars().count() >= 4096 => "bot-too-long",
        _ => "bot-lost",
    };
    talk.show(Screen::says(&talk.say(key)).row([talk.key("bot-home", Action::Home)])).await
}

/// A button of an older version, or one that means nothing to this user any more.
async fn stale(talk: Talk) -> Outcome {
    talk.toast(&talk.say("bot-stale")).await?;
    super::home::home(talk).await
}

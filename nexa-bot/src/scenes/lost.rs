//! What the bot cannot make anything of is answered all the same, with a way on.

use crate::{
    action::Action,
    deed::Deed,
    screen::Screen,
    talk::{Outcome, Talk},
};

/// Says what the bot makes of it.
pub async fn answer(talk: Talk, deed: Deed) -> Outcome {
    let key = match deed {
        Deed::Stale | Deed::Tap(_) => return stale(talk).await,
        Deed::Edited => "bot-edited",
        Deed::Pictured(_) => "bot-picture-unasked",
        Deed::Typed(text) if text.chars().count() >= 4096 => "bot-too-long",
        _ => "bot-lost",
    };
    talk.show(Screen::says(&talk.say(key)).row([talk.key("bot-home", Action::Home)])).await
}

/// A button of an older version, or one that means nothing to this user any more.
async fn stale(talk: Talk) -> Outcome {
    talk.toast(&talk.say("bot-stale")).await?;
    super::home::home(talk).await
}

//! The first message, and where it leads once every gate is passed.
#![expect(clippy::needless_pass_by_value, reason = "dptree hands every value over")]

use crate::{
    input::Input,
    screen::Screen,
    talk::{Outcome, Talk},
};
use nexa_core::{error::Error, text};

/// Keeps what somebody came with, so that no gate loses it; a newer one takes the place of an older. Whoever goes elsewhere by
/// a button or a command no longer answers what was asked before.
pub fn keep(talk: Talk, input: Input) {
    if matches!(input, Input::Tap(_) | Input::Command(_) | Input::Start(_)) {
        talk.remember(|memory| memory.awaits = None);
    }
    if let Input::Start(Some(payload)) = input {
        talk.remember(|memory| memory.payload = Some(payload));
    }
}

/// `/start`.
pub async fn start(talk: Talk) -> Outcome {
    onward(talk).await
}

/// Behind the gates: what somebody came with, else the home card.
pub async fn onward(talk: Talk) -> Outcome {
    let Some(payload) = talk.remember(|memory| memory.payload.take()) else {
        return super::home::home(talk).await;
    };
    if let Some(code) = payload.strip_prefix("g_") {
        match super::gifts::offered(talk.clone(), code.to_owned()).await {
            // Whoever stands at a gate sees no way on but ours.
            Err(Error::Refused(refusal)) => {
                talk.send(Screen::says(&text::refusal(talk.locale(), &refusal))).await?;
                return super::home::home(talk).await;
            }
            answered => return answered,
        }
    }
    if let Some(code) = payload.strip_prefix("d_") {
        return super::coupon::came_with(talk, code.to_owned()).await;
    }
    if payload == "office" && talk.visitor().operator {
        return crate::admin::office(talk).await;
    }
    if let Some(code) = payload.strip_prefix("i_")
        && !talk.visitor().is_new
        && let Err(Error::Refused(refusal)) = talk.front().accept_invitation(code).await
    {
        // Nothing is lost by it, so the way on is open all the same.
        let word = text::refusal(talk.locale(), &refusal);
        talk.send(Screen::says(&word)).await?;
    }
    super::home::home(talk).await
}

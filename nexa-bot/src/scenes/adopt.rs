//! A service that was made elsewhere: its user pastes its link, and has it here from then on.

use crate::{
    action::Action,
    dialogue::Awaits,
    keyboard::Key,
    screen::Screen,
    talk::{Outcome, Talk},
};
use nexa_core::{
    domain::refusal::Refusal,
    storefront::model::{QrFormat, SubscriptionView},
};

/// Asks for the link. What it answers is not remembered anywhere.
pub async fn ask(talk: Talk) -> Outcome {
    if !talk.front().offer().await?.adopts {
        return Err(Refusal::AdoptionOff.into());
    }
    talk.remember(|memory| memory.awaits = Some(Awaits::Service));
    let screen = Screen::titled(&talk.say("bot-adopt"))
        .line(&talk.say("bot-adopt-ask"))
        .line(&talk.say("adopt-what"))
        .row([talk.key("bot-never", Action::Home)]);
    talk.show(screen).await
}

/// Takes it. After a "no" another one may be pasted.
pub async fn take(talk: Talk, pasted: String) -> Outcome {
    let view = talk.front().adopt(&pasted).await?;
    talk.remember(|memory| memory.awaits = None);
    let picture = talk.front().link_qr(&view.subscription_id, QrFormat::Png).await?;
    let screen = adopted(&talk, &view, picture)?;
    talk.show(screen).await
}

fn adopted(talk: &Talk, of: &SubscriptionView, picture: Vec<u8>) -> Result<Screen, Refusal> {
    let id = of.subscription_id.parse().map_err(|_| Refusal::NotFound)?;
    let runs = of.state == "active";
    let next = if runs {
        talk.key("bot-connect", Action::Connect(id))
    } else {
        talk.key("bot-renew", Action::Renew(id))
    };
    Ok(Screen::default()
        .picture(picture)
        .strong(&talk.say("adopted"))
        .line(&super::subscription::line(talk, of))
        .code(&of.link)
        .maybe(runs.then(|| talk.say("adopted-hint")).as_deref())
        .row([next])
        .row(Key::copy(&talk.say("copy"), &of.link))
        .row([talk.key("bot-service", Action::Subscription(id)), talk.key("bot-home", Action::Home)]))
}

//! Where help is.

use crate::{
    action::Action,
    keyboard::Key,
    screen::Screen,
    talk::{Outcome, Talk},
};

/// How it works in three steps, and whom to ask.
pub async fn help(talk: Talk) -> Outcome {
    let own = talk.front().own_text("help", Some(talk.locale().tag())).await?;
    let screen = Screen::titled(&talk.say("bot-help-title")).gap();
    let mut screen = match own {
        Some(own) => own.lines.iter().fold(screen, |screen, line| screen.line(line)),
        None => screen
            .line(&talk.say("bot-help-buy"))
            .line(&talk.say("bot-help-connect"))
            .line(&talk.say("bot-help-renew")),
    };
    screen = screen.row([talk.key("bot-help-topics", Action::Topics)]);
    screen = screen.row([talk.key("bot-ask", Action::Ask), talk.key("bot-tickets", Action::Tickets)]);
    if let Some(link) = &talk.bot().shop.support_url {
        screen = screen.row(Key::open(&talk.say("bot-help-ask"), link));
    }
    talk.show(screen.row([talk.key("bot-home", Action::Home)])).await
}

//! Questions of customers: those that wait, and the answer.

use crate::{
    action::{Action, Bare},
    dialogue::Awaits,
    scenes::tickets::said,
    screen::Screen,
    talk::{Outcome, Talk},
};
use nexa_core::{ids::TicketId, storefront::model::PageRequest};

/// Those that wait, whoever waits longest first.
pub async fn list(talk: Talk) -> Outcome {
    let page = talk.office().tickets(None, PageRequest { cursor: None, limit: Some(15) }).await?;
    let mut screen = Screen::titled(&talk.say("bot-office-tickets-waiting"));
    if page.items.is_empty() {
        screen = screen.line(&talk.say("bot-office-tickets-none"));
    }
    for each in &page.items {
        if let Ok(id) = each.ticket.ticket_id.parse() {
            let name = each.ticket.subject.clone().unwrap_or_else(|| talk.say("bot-ticket"));
            let label = format!("{} · {name}", talk.date(&each.ticket.changed_at));
            screen = screen.tap(&label, Action::OfficeTicket(id));
        }
    }
    talk.show(screen.row([talk.key("bot-back", Action::Office)])).await
}

/// One of them.
pub async fn one(talk: Talk, ticket: TicketId) -> Outcome {
    let view = talk.office().ticket(&ticket.to_string()).await?;
    talk.remember(|memory| memory.awaits = Some(Awaits::Answer(ticket)));
    let asked = talk.say("bot-user");
    let name = view.ticket.ticket.subject.clone().unwrap_or_else(|| talk.say("bot-ticket"));
    let screen = said(&talk, Screen::titled(&name), &view.messages, &asked, &talk.bot().shop.name);
    let user = Bare::of(&view.user.user_id).map(|user| talk.key("bot-office-asker", Action::User(user)));
    let screen = screen
        .gap()
        .line(&talk.say("bot-office-answer"))
        .row(user)
        .row([talk.key("bot-ticket-close", Action::OfficeCloseTicket(ticket))])
        .row([talk.key("bot-back", Action::OfficeTickets)]);
    talk.show(screen).await
}

/// Answers it.
pub async fn answer(talk: Talk, ticket: TicketId, text: String) -> Outcome {
    talk.office().answer_ticket(&ticket.to_string(), &text).await?;
    talk.remember(|memory| memory.awaits = None);
    list(talk).await
}

/// Closes it.
pub async fn close(talk: Talk, ticket: TicketId) -> Outcome {
    talk.office().close_ticket(&ticket.to_string()).await?;
    talk.remember(|memory| memory.awaits = None);
    list(talk).await
}

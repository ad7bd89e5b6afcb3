//! Questions to the shop, and its answers.

use super::receipt::fetched;
use crate::{
    action::Action,
    dialogue::Awaits,
    input::{Input, Picture},
    screen::Screen,
    talk::{Outcome, Talk},
};
use nexa_core::{
    error::Error,
    ids::TicketId,
    storefront::model::{OpenTicketRequest, PageRequest, TicketMessageView, TicketView},
    text::Arg,
};

/// Tickets that are listed.
const MOST: u32 = 8;
/// Messages of a ticket that are shown, the newest.
const MOST_MESSAGES: usize = 6;

/// All of them.
pub async fn list(talk: Talk) -> Outcome {
    talk.remember(|memory| memory.awaits = None);
    let page = talk.front().tickets(PageRequest { cursor: None, limit: Some(MOST) }).await?;
    let mut screen = Screen::titled(&talk.say("bot-tickets")).row([talk.key("bot-ask", Action::Ask)]);
    for each in &page.items {
        if let Ok(id) = each.ticket_id.parse() {
            let state = talk.say(&format!("bot-ticket-{}", each.state));
            let name = each.subject.clone().unwrap_or_else(|| talk.date(&each.opened_at));
            screen = screen.tap(&format!("{state} · {name}"), Action::Ticket(id));
        }
    }
    talk.show(screen.row([talk.key("bot-back", Action::Help)])).await
}

/// One of them, with what was said last.
pub async fn one(talk: Talk, ticket: TicketId) -> Outcome {
    talk.remember(|memory| memory.awaits = None);
    let view = talk.front().ticket(&ticket.to_string()).await?;
    let screen = card(&talk, &view);
    let open =
        (view.ticket.state != "closed").then(|| talk.key("bot-ticket-close", Action::CloseTicket(ticket)));
    let keys = std::iter::once(talk.key("bot-ticket-say", Action::Say(ticket))).chain(open);
    talk.show(screen.row(keys).row([talk.key("bot-back", Action::Tickets)])).await
}

fn card(talk: &Talk, view: &TicketView) -> Screen {
    let subject = view.ticket.subject.clone().unwrap_or_else(|| talk.say("bot-ticket"));
    let screen = Screen::titled(&subject).line(&talk.say(&format!("bot-ticket-{}", view.ticket.state)));
    said(talk, screen, &view.messages, &talk.say("bot-ticket-you"), &talk.bot().shop.name)
}

/// What was said last, each with who said it.
pub fn said(talk: &Talk, screen: Screen, all: &[TicketMessageView], customer: &str, shop: &str) -> Screen {
    let newest = all.iter().skip(all.len().saturating_sub(MOST_MESSAGES));
    newest.fold(screen, |screen, message| {
        let who = if message.author == "shop" { shop } else { customer };
        let screen = screen.gap().strong(&format!("{who} · {}", talk.date(&message.at)));
        let screen = message.text.lines().fold(screen, Screen::line);
        if message.picture { screen.line("🖼") } else { screen }
    })
}

/// Asks what there is to say.
pub async fn ask(talk: Talk) -> Outcome {
    talk.remember(|memory| memory.awaits = Some(Awaits::Question));
    let screen = Screen::says(&talk.say("bot-ask-what")).row([talk.key("bot-never", Action::Help)]);
    talk.show(screen).await
}

/// Asks what there is to say to one of them.
pub async fn say(talk: Talk, ticket: TicketId) -> Outcome {
    talk.front().ticket(&ticket.to_string()).await?;
    talk.remember(|memory| memory.awaits = Some(Awaits::Words(ticket)));
    let screen = Screen::says(&talk.say("bot-ask-what")).row([talk.key("bot-never", Action::Ticket(ticket))]);
    talk.show(screen).await
}

/// Opens one with what was said.
pub async fn open(talk: Talk, input: Input) -> Outcome {
    let (text, picture) = words(&talk, input).await?;
    let request = OpenTicketRequest { text, ..OpenTicketRequest::default() };
    let view = talk.front().open_ticket(request, picture).await?;
    taken(talk, &view).await
}

/// Adds what was said to one.
pub async fn reply(talk: Talk, ticket: TicketId, input: Input) -> Outcome {
    let (text, picture) = words(&talk, input).await?;
    let view = talk.front().reply_ticket(&ticket.to_string(), &text, picture).await?;
    taken(talk, &view).await
}

async fn words(talk: &Talk, input: Input) -> Result<(String, Option<Vec<u8>>), Error> {
    match input {
        Input::Pictured(picture) => {
            let Picture { caption, .. } = &picture;
            Ok((caption.clone(), Some(fetched(talk, &picture).await?)))
        }
        Input::Typed(text) => Ok((text, None)),
        _ => Ok((String::new(), None)),
    }
}

async fn taken(talk: Talk, view: &TicketView) -> Outcome {
    talk.remember(|memory| memory.awaits = None);
    let mut screen = Screen::titled(&talk.say("bot-ticket-taken")).line(&talk.say("bot-ticket-wait"));
    if let Ok(id) = view.ticket.ticket_id.parse() {
        screen = screen.row([
            talk.key("bot-ticket-more", Action::Say(id)),
            talk.key("bot-ticket-show", Action::Ticket(id)),
        ]);
    }
    talk.show(screen.row([talk.key("bot-home", Action::Home)])).await
}

/// Nothing more is to be said.
pub async fn close(talk: Talk, ticket: TicketId) -> Outcome {
    talk.front().close_ticket(&ticket.to_string()).await?;
    one(talk, ticket).await
}

/// How many wait, for a button.
pub fn counted(talk: &Talk, key: &str, count: usize) -> String {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    talk.tell(key, &[("count", Arg::Number(count))])
}

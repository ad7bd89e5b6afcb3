//! Tickets of a customer.

use super::{
    LocalStorefront,
    model::{OpenTicketRequest, PageRequest, TicketEntryView, TicketMessageView, TicketPage, TicketView},
    view::{self, moment, word},
};
use crate::{
    domain::{
        ticket::{Ticket, TicketMessage},
        user::Scope,
    },
    engine::{Core, cases, id},
    error::Result,
    ids::{SubscriptionId, TicketId},
    ports::storage::{Read, TicketFilter},
};
use async_trait::async_trait;

/// My conversations with the shop.
///
/// # Behaviour
/// - A ticket is the shop's turn after `open_ticket` and `reply_ticket`, the customer's after an answer; `reply_ticket`
///   opens a closed one again, and `close_ticket` of a closed one changes nothing.
/// - Of five tickets that are not closed, 20 messages in an hour and three pictures in a ticket and hour, the next one is
///   refused as `too_many_tickets`, `too_many_messages`, `too_many_pictures`, and nothing is kept of it.
/// - Subjects over 100 and texts over 4000 characters answer `bad_input`, as does a message that says and shows nothing.
/// - Pictures are kept as receipts are: re-encoded, and what is none answers `bad_picture`.
/// - Tickets, subscriptions and messages of somebody else are `not_found`.
#[async_trait]
pub trait Support: Send + Sync {
    /// My tickets, newest first.
    async fn tickets(&self, page: PageRequest) -> Result<TicketPage>;
    /// One ticket with what was said, oldest first.
    async fn ticket(&self, ticket_id: &str) -> Result<TicketView>;
    /// Asks the shop something; with a picture (JPEG, PNG or WebP, at most 5 MiB) the text may be empty.
    async fn open_ticket(&self, request: OpenTicketRequest, picture: Option<Vec<u8>>) -> Result<TicketView>;
    /// Says more.
    async fn reply_ticket(&self, ticket_id: &str, text: &str, picture: Option<Vec<u8>>)
    -> Result<TicketView>;
    /// I need no more.
    async fn close_ticket(&self, ticket_id: &str) -> Result<TicketView>;
}

#[async_trait]
impl Support for LocalStorefront {
    async fn tickets(&self, request: PageRequest) -> Result<TicketPage> {
        let mut read = self.core.read().await?;
        let user = self.user(read.as_mut()).await?;
        let page = view::page(&request)?;
        let filter = TicketFilter { user: Some(user.id), state: None };
        let rows = read.tickets(user.shop_id, filter, page).await?;
        let items = rows.iter().map(|ticket| entry(&self.core, ticket)).collect::<Result<_>>()?;
        Ok(TicketPage { next: view::next(&rows, page, |ticket| ticket.id.to_string()), items })
    }

    async fn ticket(&self, ticket_id: &str) -> Result<TicketView> {
        let mut read = self.core.read().await?;
        let user = self.user(read.as_mut()).await?;
        let known = cases::own_ticket(read.as_mut(), user.shop_id, user.id, id(ticket_id)?).await?;
        ticket(&self.core, read.as_mut(), &known).await
    }

    async fn open_ticket(&self, request: OpenTicketRequest, picture: Option<Vec<u8>>) -> Result<TicketView> {
        self.who.with(Scope::Buy)?;
        let about = request.subscription_id.as_deref().map(id::<SubscriptionId>).transpose()?;
        let subject = request.subject.as_deref().unwrap_or_default();
        let opened =
            cases::open_ticket(&self.core, &self.who, subject, &request.text, about, picture).await?;
        ticket(&self.core, self.core.read().await?.as_mut(), &opened).await
    }

    async fn reply_ticket(
        &self,
        ticket_id: &str,
        text: &str,
        picture: Option<Vec<u8>>,
    ) -> Result<TicketView> {
        self.who.with(Scope::Buy)?;
        let replied =
            cases::reply_ticket(&self.core, &self.who, id::<TicketId>(ticket_id)?, text, picture).await?;
        ticket(&self.core, self.core.read().await?.as_mut(), &replied).await
    }

    async fn close_ticket(&self, ticket_id: &str) -> Result<TicketView> {
        self.who.with(Scope::Buy)?;
        let closed = cases::close_ticket(&self.core, &self.who, id::<TicketId>(ticket_id)?).await?;
        ticket(&self.core, self.core.read().await?.as_mut(), &closed).await
    }
}

/// A line of a list of tickets.
pub(crate) fn entry(core: &Core, of: &Ticket) -> Result<TicketEntryView> {
    Ok(TicketEntryView {
        ticket_id: of.id.to_string(),
        subject: cases::ticket_subject(core, of)?,
        state: word(&of.state),
        subscription_id: of.subscription_id.map(|s| s.to_string()),
        opened_at: moment(of.opened_at),
        answered_at: of.answered_at.map(moment),
        changed_at: moment(of.changed_at),
    })
}

/// A ticket with what was said in it.
pub(crate) async fn ticket(core: &Core, read: &mut dyn Read, of: &Ticket) -> Result<TicketView> {
    let said = read.ticket_messages(of.shop_id, of.id).await?;
    let messages = said.iter().map(|message| spoken(core, message)).collect::<Result<_>>()?;
    Ok(TicketView { ticket: entry(core, of)?, messages })
}

fn spoken(core: &Core, of: &TicketMessage) -> Result<TicketMessageView> {
    Ok(TicketMessageView {
        message_id: of.id.to_string(),
        author: word(&of.author),
        text: cases::ticket_text(core, of)?,
        picture: of.picture,
        by_mail: of.by_mail,
        at: moment(of.created_at),
    })
}

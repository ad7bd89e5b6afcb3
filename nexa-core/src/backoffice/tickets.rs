//! Tickets, as those who run the shop see them.

use super::{
    LocalBackoffice,
    model::{OperatorTicketEntryView, OperatorTicketPage, OperatorTicketView, TicketUserView},
    view,
};
use crate::{
    domain::{permission::Permission, refusal::Refusal, ticket::Ticket},
    engine::cases,
    error::Result,
    ids::Id,
    ports::storage::{Page, Read, TicketFilter},
    storefront::{
        model::PageRequest,
        support::{entry, ticket},
        view::{moment, next, word},
    },
};
use async_trait::async_trait;

/// Answering customers.
///
/// # Behaviour
/// - Without a state `tickets` gives those that wait for an answer, whoever waits longest first, and with one (`open`,
///   `answered`, `closed`) all in it, newest first; another word answers `bad_input`.
/// - `ticket` shows who asks by identities of which the most is hidden, and their subscriptions.
/// - `answer_ticket` makes it the customer's turn and tells them; it opens a closed ticket again.
/// - How long the first answer took is kept, whatever is said later.
#[async_trait]
pub trait Tickets: Send + Sync {
    /// Tickets.
    async fn tickets(&self, state: Option<String>, page: PageRequest) -> Result<OperatorTicketPage>;
    /// One ticket, with what was said and who asks.
    async fn ticket(&self, ticket_id: &str) -> Result<OperatorTicketView>;
    /// Answers, 1 to 4000 characters.
    async fn answer_ticket(&self, ticket_id: &str, text: &str) -> Result<OperatorTicketView>;
    /// Closes it.
    async fn close_ticket(&self, ticket_id: &str) -> Result<OperatorTicketView>;
    /// The picture that came with a message: JPEG.
    async fn ticket_picture(&self, ticket_id: &str, message_id: &str) -> Result<Vec<u8>>;
}

#[async_trait]
impl Tickets for LocalBackoffice {
    async fn tickets(&self, state: Option<String>, request: PageRequest) -> Result<OperatorTicketPage> {
        let page = self.page(Permission::Support, &request)?;
        let mut read = self.read(Permission::Support).await?;
        let shop = self.who.shop_id;
        let rows = match state.as_deref() {
            None => read.waiting_tickets(shop, page).await?,
            Some(word) => {
                let filter = TicketFilter { user: None, state: Some(super::support::state_of(word)?) };
                read.tickets(shop, filter, page).await?
            }
        };
        let cursor = |t: &Ticket| match (state.is_none(), t.waiting) {
            (true, Some(waiting)) => waiting.uuid().to_string(),
            _ => t.id.to_string(),
        };
        let next = next(&rows, page, cursor);
        let items = rows.iter().map(|of| self.ticket_entry(of)).collect::<Result<_>>()?;
        Ok(OperatorTicketPage { items, next })
    }

    async fn ticket(&self, ticket_id: &str) -> Result<OperatorTicketView> {
        let id = self.id(Permission::Support, ticket_id)?;
        let mut read = self.read(Permission::Support).await?;
        let known = read.ticket(self.who.shop_id, id).await?.ok_or(Refusal::NotFound)?;
        self.ticket_view(read.as_mut(), &known).await
    }

    async fn answer_ticket(&self, ticket_id: &str, text: &str) -> Result<OperatorTicketView> {
        let id = self.id(Permission::Support, ticket_id)?;
        let answered = cases::answer_ticket(&self.core, &self.who, id, text, None).await?;
        self.ticket_view(self.read(Permission::Support).await?.as_mut(), &answered).await
    }

    async fn close_ticket(&self, ticket_id: &str) -> Result<OperatorTicketView> {
        let id = self.id(Permission::Support, ticket_id)?;
        let closed = cases::shut_ticket(&self.core, &self.who, id, None).await?;
        self.ticket_view(self.read(Permission::Support).await?.as_mut(), &closed).await
    }

    async fn ticket_picture(&self, ticket_id: &str, message_id: &str) -> Result<Vec<u8>> {
        let (ticket, message) =
            (self.id(Permission::Support, ticket_id)?, self.id(Permission::Support, message_id)?);
        cases::ticket_picture(&self.core, &self.who, ticket, message).await
    }
}

impl LocalBackoffice {
    pub(super) fn ticket_entry(&self, of: &Ticket) -> Result<OperatorTicketEntryView> {
        let took = of.answered_at.map(|at| at.duration_since(of.opened_at).as_secs());
        Ok(OperatorTicketEntryView {
            user_id: of.user_id.to_string(),
            first_answer_seconds: took,
            due_at: moment(of.due_at),
            overdue: of.waiting.is_some() && of.answered_at.is_none() && of.due_at <= self.core.world.now(),
            solved_seconds: of.solved_at.map(|at| at.duration_since(of.opened_at).as_secs()),
            assignee_id: of.assignee.map(|user| user.to_string()),
            version: of.version,
            ticket: entry(&self.core, of)?,
        })
    }

    pub(super) async fn ticket_view(&self, read: &mut dyn Read, of: &Ticket) -> Result<OperatorTicketView> {
        self.who.may(Permission::Support)?;
        let user = read.user(of.shop_id, of.user_id).await?.ok_or(Refusal::NotFound)?;
        let mut identities = Vec::new();
        for identity in read.identities(of.shop_id, of.user_id).await? {
            let shown = cases::masked(&self.core, &identity)?;
            identities.push(shown.unwrap_or_else(|| word(&identity.kind)));
        }
        let mut subscriptions = Vec::new();
        let page = Page { before: None, limit: Page::MOST };
        for held in read.subscriptions(of.shop_id, Some(of.user_id), page).await? {
            subscriptions.push(view::subscription(read, &held).await?);
        }
        let said = ticket(&self.core, read, of).await?;
        Ok(OperatorTicketView {
            ticket: self.ticket_entry(of)?,
            messages: said.messages,
            user: TicketUserView {
                user_id: user.id.to_string(),
                blocked: user.blocked,
                identities,
                created_at: moment(user.created_at),
                subscriptions,
            },
        })
    }
}

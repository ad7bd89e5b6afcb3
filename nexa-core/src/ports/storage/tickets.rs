//! Tickets: conversations of customers with the shop.

use super::{
    Page,
    layer::{reads, writes},
};
use crate::{
    domain::ticket::{Ticket, TicketMessage, TicketState},
    error::Failure,
    ids::{ShopId, TicketId, TicketMessageId, UserId},
};
use jiff::Timestamp;

/// Which tickets.
#[derive(Clone, Copy, Default, Debug)]
pub struct TicketFilter {
    /// Of this user only.
    pub user: Option<UserId>,
    /// In this state only.
    pub state: Option<TicketState>,
}

reads! {
/// Reads of tickets.
pub trait TicketReads {
    /// One ticket.
    async fn ticket(&mut self, shop: ShopId, id: TicketId) -> Result<Option<Ticket>, Failure>;
    /// Tickets, newest first.
    async fn tickets(
        &mut self,
        shop: ShopId,
        filter: TicketFilter,
        page: Page,
    ) -> Result<Vec<Ticket>, Failure>;
    /// Tickets that wait for an answer, the one that waits longest first; the page counts by `Ticket::waiting`.
    async fn waiting_tickets(&mut self, shop: ShopId, page: Page) -> Result<Vec<Ticket>, Failure>;
    /// What was said in a ticket, oldest first; of a very long one the newest 500.
    async fn ticket_messages(
        &mut self,
        shop: ShopId,
        ticket: TicketId,
    ) -> Result<Vec<TicketMessage>, Failure>;
    /// Messages that a customer wrote since then, in all tickets.
    async fn count_ticket_messages(
        &mut self,
        shop: ShopId,
        user: UserId,
        since: Timestamp,
    ) -> Result<u32, Failure>;
    /// Pictures that came into a ticket since then.
    async fn count_ticket_pictures(
        &mut self,
        shop: ShopId,
        ticket: TicketId,
        since: Timestamp,
    ) -> Result<u32, Failure>;
    /// The picture that came with a message of a ticket, sealed.
    async fn ticket_picture(
        &mut self,
        shop: ShopId,
        ticket: TicketId,
        message: TicketMessageId,
    ) -> Result<Option<String>, Failure>;
}
}

writes! {
/// Writes of tickets.
pub trait TicketWrites {
    /// Inserts a ticket, or replaces its state, what waits in it and its moments. Its user must be locked.
    async fn save_ticket(&mut self, ticket: &Ticket) -> Result<(), Failure>;
    /// Adds a message, with the sealed picture that came with it.
    async fn insert_ticket_message(
        &mut self,
        message: &TicketMessage,
        picture_sealed: Option<String>,
    ) -> Result<(), Failure>;
    /// Takes all tickets of a user away, with all that was said in them; how many.
    async fn delete_tickets(&mut self, shop: ShopId, user: UserId) -> Result<u64, Failure>;
}
}

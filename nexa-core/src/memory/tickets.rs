//! Tickets.

use super::{Unit, cut, limit};
use crate::{
    domain::ticket::{Author, Ticket, TicketMessage},
    error::Failure,
    ids::{Id, ShopId, TicketId, TicketMessageId, UserId},
    ports::storage::{Page, TicketFilter, TicketReads, TicketWrites},
};
use async_trait::async_trait;
use imbl::OrdMap;
use jiff::Timestamp;

/// Messages of a ticket that are given at most.
const MESSAGES: usize = 500;

#[derive(Clone, Default)]
pub(super) struct Tickets {
    rows: OrdMap<TicketId, Ticket>,
    messages: OrdMap<TicketMessageId, TicketMessage>,
    pictures: OrdMap<TicketMessageId, String>,
}

impl Tickets {
    /// Tickets of a shop, oldest first.
    pub(super) fn of(&self, shop: ShopId) -> impl Iterator<Item = &Ticket> {
        self.rows.values().filter(move |t| t.shop_id == shop)
    }

    fn said(&self, shop: ShopId, ticket: TicketId) -> impl DoubleEndedIterator<Item = &TicketMessage> {
        self.messages.values().filter(move |m| m.shop_id == shop && m.ticket_id == ticket)
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[async_trait]
impl TicketReads for Unit {
    async fn ticket(&mut self, shop: ShopId, id: TicketId) -> Result<Option<Ticket>, Failure> {
        Ok(self.state.tickets.rows.get(&id).filter(|t| t.shop_id == shop).cloned())
    }

    async fn tickets(
        &mut self,
        shop: ShopId,
        filter: TicketFilter,
        page: Page,
    ) -> Result<Vec<Ticket>, Failure> {
        let all = self.state.tickets.rows.values().rev().filter(|t| t.shop_id == shop);
        let wanted = |t: &&Ticket| {
            filter.user.is_none_or(|user| t.user_id == user)
                && filter.state.is_none_or(|state| t.state == state)
        };
        Ok(cut(all.filter(wanted).cloned(), page, |t| t.id))
    }

    async fn waiting_tickets(&mut self, shop: ShopId, page: Page) -> Result<Vec<Ticket>, Failure> {
        let all = self.state.tickets.rows.values().filter(|t| t.shop_id == shop);
        let after = |t: &&Ticket| {
            t.waiting.is_some_and(|waiting| page.before.is_none_or(|last| waiting.uuid() > last))
        };
        let mut waiting: Vec<Ticket> = all.filter(after).cloned().collect();
        waiting.sort_by_key(|t| t.waiting);
        waiting.truncate(limit(page));
        Ok(waiting)
    }

    async fn ticket_messages(
        &mut self,
        shop: ShopId,
        ticket: TicketId,
    ) -> Result<Vec<TicketMessage>, Failure> {
        let newest = self.state.tickets.said(shop, ticket).rev().take(MESSAGES).cloned();
        let mut said: Vec<TicketMessage> = newest.collect();
        said.reverse();
        Ok(said)
    }

    async fn count_ticket_messages(
        &mut self,
        shop: ShopId,
        user: UserId,
        since: Timestamp,
    ) -> Result<u32, Failure> {
        let tickets = &self.state.tickets;
        let own = |m: &&TicketMessage| tickets.rows.get(&m.ticket_id).is_some_and(|t| t.user_id == user);
        let late =
            |m: &&TicketMessage| m.shop_id == shop && m.author == Author::Customer && m.created_at >= since;
        Ok(number(tickets.messages.values().filter(late).filter(own).count()))
    }

    async fn count_ticket_pictures(
        &mut self,
        shop: ShopId,
        ticket: TicketId,
        since: Timestamp,
    ) -> Result<u32, Failure> {
        let said = self.state.tickets.said(shop, ticket);
        Ok(number(said.filter(|m| m.picture && m.created_at >= since).count()))
    }

    async fn ticket_picture(
        &mut self,
        shop: ShopId,
        ticket: TicketId,
        message: TicketMessageId,
    ) -> Result<Option<String>, Failure> {
        let tickets = &self.state.tickets;
        let held = tickets.messages.get(&message).filter(|m| m.shop_id == shop && m.ticket_id == ticket);
        Ok(held.and_then(|m| tickets.pictures.get(&m.id)).cloned())
    }
}

#[async_trait]
impl TicketWrites for Unit {
    async fn save_ticket(&mut self, ticket: &Ticket) -> Result<(), Failure> {
        self.require_user(ticket.shop_id, ticket.user_id)?;
        let kept = self.state.tickets.rows.get(&ticket.id).cloned();
        let ours = kept.as_ref().is_none_or(|t| t.shop_id == ticket.shop_id && t.user_id == ticket.user_id);
        self.require(ours, "a ticket of somebody else")?;
        let changed = kept.map(|kept| Ticket {
            state: ticket.state,
            waiting: ticket.waiting,
            answered_at: ticket.answered_at,
            changed_at: ticket.changed_at,
            solved_at: ticket.solved_at,
            assignee: ticket.assignee,
            by_mail: ticket.by_mail,
            version: ticket.version,
            ..kept
        });
        self.state.tickets.rows.insert(ticket.id, changed.unwrap_or_else(|| ticket.clone()));
        Ok(())
    }

    async fn insert_ticket_message(
        &mut self,
        message: &TicketMessage,
        picture_sealed: Option<String>,
    ) -> Result<(), Failure> {
        let there = self.ticket(message.shop_id, message.ticket_id).await?.is_some();
        self.require(there, "no such ticket in this shop")?;
        let new = !self.state.tickets.messages.contains_key(&message.id);
        self.require(new, "this message exists")?;
        self.state.tickets.messages.insert(message.id, message.clone());
        if let Some(picture) = picture_sealed {
            self.state.tickets.pictures.insert(message.id, picture);
        }
        Ok(())
    }

    async fn delete_tickets(&mut self, shop: ShopId, user: UserId) -> Result<u64, Failure> {
        let tickets = &mut self.state.tickets;
        let own = |t: &&Ticket| t.shop_id == shop && t.user_id == user;
        let gone: Vec<TicketId> = tickets.rows.values().filter(own).map(|t| t.id).collect();
        for ticket in &gone {
            tickets.rows.remove(ticket);
            let said: Vec<TicketMessageId> = tickets.said(shop, *ticket).map(|m| m.id).collect();
            for message in said {
                tickets.messages.remove(&message);
                tickets.pictures.remove(&message);
            }
        }
        Ok(u64::try_from(gone.len()).unwrap_or(u64::MAX))
    }
}

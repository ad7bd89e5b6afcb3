//! Tickets.

use super::{
    engine::sql,
    row::{Row, id, word},
    unit::{Unit, after, filtered, limit},
};
use crate::{
    domain::ticket::{Ticket, TicketMessage},
    error::Failure,
    ids::{ShopId, TicketId, TicketMessageId, UserId},
    ports::storage::{Page, TicketFilter, TicketReads, TicketWrites},
};
use async_trait::async_trait;
use jiff::Timestamp;

pub(super) fn ticket(row: &Row) -> Result<Ticket, Failure> {
    Ok(Ticket {
        id: row.parsed("id")?,
        shop_id: row.parsed("shop_id")?,
        user_id: row.parsed("user_id")?,
        subscription_id: row.maybe("subscription_id", Row::parsed)?,
        subject_sealed: row.maybe("subject_sealed", Row::text)?,
        state: row.word("state")?,
        waiting: row.maybe("waiting", Row::parsed)?,
        opened_at: row.moment("opened_at")?,
        answered_at: row.maybe("answered_at", Row::moment)?,
        changed_at: row.moment("changed_at")?,
        due_at: row.moment("due_at")?,
        solved_at: row.maybe("solved_at", Row::moment)?,
        assignee: row.maybe("assignee", Row::parsed)?,
        by_mail: row.flag("by_mail")?,
        version: row.small("version")?,
    })
}

fn message(row: &Row) -> Result<TicketMessage, Failure> {
    Ok(TicketMessage {
        id: row.parsed("id")?,
        shop_id: row.parsed("shop_id")?,
        ticket_id: row.parsed("ticket_id")?,
        author: row.word("author")?,
        text_sealed: row.text("text_sealed")?,
        picture: row.flag("picture")?,
        by_mail: row.flag("by_mail")?,
        created_at: row.moment("created_at")?,
    })
}

#[async_trait]
impl TicketReads for Unit {
    async fn ticket(&mut self, shop: ShopId, of: TicketId) -> Result<Option<Ticket>, Failure> {
        let text = "SELECT * FROM tickets WHERE shop_id = $1 AND id = $2";
        self.one(sql(text).bind(id(shop)).bind(id(of)), ticket).await
    }

    async fn tickets(
        &mut self,
        shop: ShopId,
        filter: TicketFilter,
        page: Page,
    ) -> Result<Vec<Ticket>, Failure> {
        let text = "SELECT * FROM tickets WHERE shop_id = $1 AND (user_id = $2 OR $2 IS NULL) \
            AND (state = $3 OR $3 IS NULL) AND id < $4 ORDER BY id DESC LIMIT $5";
        self.all(filtered(text, shop, (filter.user, filter.state), page), ticket).await
    }

    async fn waiting_tickets(&mut self, shop: ShopId, page: Page) -> Result<Vec<Ticket>, Failure> {
        let text = "SELECT * FROM tickets WHERE shop_id = $1 AND waiting IS NOT NULL AND waiting > $2 \
            ORDER BY waiting LIMIT $3";
        self.all(sql(text).bind(id(shop)).bind(after(page)).bind(limit(page)), ticket).await
    }

    async fn ticket_messages(&mut self, shop: ShopId, of: TicketId) -> Result<Vec<TicketMessage>, Failure> {
        let text = "SELECT * FROM ticket_messages WHERE shop_id = $1 AND ticket_id = $2 \
            ORDER BY id DESC LIMIT 500";
        let mut said = self.all(sql(text).bind(id(shop)).bind(id(of)), message).await?;
        said.reverse();
        Ok(said)
    }

    async fn count_ticket_messages(
        &mut self,
        shop: ShopId,
        user: UserId,
        since: Timestamp,
    ) -> Result<u32, Failure> {
        let text = "SELECT COUNT(*) AS count FROM tickets t \
            JOIN ticket_messages m ON m.shop_id = t.shop_id AND m.ticket_id = t.id \
            WHERE t.shop_id = $1 AND t.user_id = $2 AND m.author = 'customer' AND m.created_at >= $3";
        let bound = sql(text).bind(id(shop)).bind(id(user)).bind(since);
        Ok(self.one(bound, |row| row.small("count")).await?.unwrap_or(0))
    }

    async fn count_ticket_pictures(
        &mut self,
        shop: ShopId,
        of: TicketId,
        since: Timestamp,
    ) -> Result<u32, Failure> {
        let text = "SELECT COUNT(*) AS count FROM ticket_messages \
            WHERE shop_id = $1 AND ticket_id = $2 AND created_at >= $3 AND picture = $4";
        let bound = sql(text).bind(id(shop)).bind(id(of)).bind(since).bind(true);
        Ok(self.one(bound, |row| row.small("count")).await?.unwrap_or(0))
    }

    async fn ticket_picture(
        &mut self,
        shop: ShopId,
        of: TicketId,
        message: TicketMessageId,
    ) -> Result<Option<String>, Failure> {
        let text = "SELECT p.sealed FROM ticket_messages m \
            JOIN ticket_pictures p ON p.message_id = m.id \
            WHERE m.shop_id = $1 AND m.ticket_id = $2 AND m.id = $3";
        let bound = sql(text).bind(id(shop)).bind(id(of)).bind(id(message));
        self.one(bound, |row| row.text("sealed")).await
    }
}

#[async_trait]
impl TicketWrites for Unit {
    async fn save_ticket(&mut self, ticket: &Ticket) -> Result<(), Failure> {
        let text = "INSERT INTO tickets (id, shop_id, user_id, subscription_id, subject_sealed, state, waiting, \
            opened_at, answered_at, changed_at, due_at, solved_at, assignee, by_mail, version) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) \
            ON CONFLICT (id) DO UPDATE SET state = excluded.state, waiting = excluded.waiting, \
            answered_at = excluded.answered_at, changed_at = excluded.changed_at, \
            solved_at = excluded.solved_at, assignee = excluded.assignee, by_mail = excluded.by_mail, \
            version = excluded.version \
            WHERE tickets.shop_id = excluded.shop_id AND tickets.user_id = excluded.user_id";
        let bound = sql(text)
            .bind(id(ticket.id))
            .bind(id(ticket.shop_id))
            .bind(id(ticket.user_id))
            .bind(ticket.subscription_id.map(id))
            .bind(ticket.subject_sealed.clone())
            .bind(word(ticket.state))
            .bind(ticket.waiting.map(id))
            .bind(ticket.opened_at)
            .bind(ticket.answered_at)
            .bind(ticket.changed_at)
            .bind(ticket.due_at)
            .bind(ticket.solved_at)
            .bind(ticket.assignee.map(id))
            .bind(ticket.by_mail)
            .bind(ticket.version);
        self.must(bound, "a ticket of somebody else").await
    }

    async fn insert_ticket_message(
        &mut self,
        message: &TicketMessage,
        picture_sealed: Option<String>,
    ) -> Result<(), Failure> {
        let text = "INSERT INTO ticket_messages (id, shop_id, ticket_id, author, text_sealed, picture, by_mail, \
            created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        let bound = sql(text)
            .bind(id(message.id))
            .bind(id(message.shop_id))
            .bind(id(message.ticket_id))
            .bind(word(message.author))
            .bind(&message.text_sealed)
            .bind(message.picture)
            .bind(message.by_mail)
            .bind(message.created_at);
        self.run(bound).await?;
        let Some(sealed) = picture_sealed else { return Ok(()) };
        let text = "INSERT INTO ticket_pictures (message_id, sealed) VALUES ($1, $2)";
        self.run(sql(text).bind(id(message.id)).bind(sealed)).await.map(drop)
    }

    async fn delete_tickets(&mut self, shop: ShopId, user: UserId) -> Result<u64, Failure> {
        let pictures = "DELETE FROM ticket_pictures WHERE message_id IN (SELECT m.id FROM ticket_messages m \
            JOIN tickets t ON t.id = m.ticket_id WHERE t.shop_id = $1 AND t.user_id = $2)";
        let messages = "DELETE FROM ticket_messages WHERE ticket_id IN \
            (SELECT id FROM tickets WHERE shop_id = $1 AND user_id = $2)";
        for text in [pictures, messages] {
            self.run(sql(text).bind(id(shop)).bind(id(user))).await?;
        }
        let text = "DELETE FROM tickets WHERE shop_id = $1 AND user_id = $2";
        self.run(sql(text).bind(id(shop)).bind(id(user))).await
    }
}

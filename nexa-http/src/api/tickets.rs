//! Asking the shop something.

use super::{Answer, Area, Made, made, page, picture};
use crate::{caller::SignedIn, once::once, problem::Said};
use nexa_core::storefront::model::{OpenTicketRequest, TicketPage, TicketView};
use poem::Request;
use poem_openapi::{
    Multipart, Object, OpenApi,
    param::{Header, Path, Query},
    payload::Json,
    types::multipart::Upload,
};

pub struct Tickets;

/// To say more.
#[derive(Object)]
#[oai(deny_unknown_fields)]
struct ReplyRequest {
    /// The text, 1 to 4000 characters.
    text: String,
}

/// A picture of what is wrong.
#[derive(Multipart)]
struct PictureForm {
    /// JPEG, PNG or WebP, at most 5 MiB.
    picture: Upload,
    /// What there is to say about it.
    text: Option<String>,
}

/// A new ticket with a picture of what is wrong.
#[derive(Multipart)]
struct OpenWithPictureForm {
    /// JPEG, PNG or WebP, at most 5 MiB.
    picture: Upload,
    /// What there is to say about it; may be missing.
    text: Option<String>,
    /// What the ticket is called, at most 100 characters.
    subject: Option<String>,
    /// The subscription that it is about.
    subscription_id: Option<String>,
}

#[OpenApi(tag = "Area::Tickets")]
impl Tickets {
    /// List my tickets
    ///
    /// Newest first.
    #[oai(path = "/tickets", method = "get", operation_id = "listTickets")]
    async fn tickets(
        &self,
        caller: SignedIn,
        /// The `next` of the slice before.
        cursor: Query<Option<String>>,
        /// At most so many, 1 to 100; 50 when not given.
        limit: Query<Option<u32>>,
    ) -> Answer<TicketPage> {
        Ok(Json(caller.store().tickets(page(cursor.0, limit.0)).await?))
    }

    /// Open a ticket
    ///
    /// Five that are not closed are the most (`too_many_tickets`), and 20 messages in an hour (`too_many_messages`).
    #[oai(path = "/tickets", method = "post", operation_id = "openTicket", transform = "once")]
    async fn open(
        &self,
        caller: SignedIn,
        /// Names this request, so that a repeat is harmless.
        #[oai(name = "Idempotency-Key")]
        _key: Header<Option<String>>,
        body: Json<OpenTicketRequest>,
    ) -> Result<Made<TicketView>, Said> {
        Ok(made(caller.store().open_ticket(body.0, None).await?))
    }

    /// Open a ticket with a picture
    ///
    /// The same with a picture of what is wrong, beside which the text may be missing. Only the picture's pixels are kept.
    #[oai(path = "/tickets/pictures", method = "post", operation_id = "openTicketWithPicture")]
    async fn open_with_picture(
        &self,
        caller: SignedIn,
        request: &Request,
        form: OpenWithPictureForm,
    ) -> Result<Made<TicketView>, Said> {
        let picture = picture::read(request, form.picture).await?;
        let OpenWithPictureForm { text, subject, subscription_id, .. } = form;
        let question = OpenTicketRequest { subject, text: text.unwrap_or_default(), subscription_id };
        Ok(made(caller.store().open_ticket(question, Some(picture)).await?))
    }

    /// Read a ticket
    ///
    /// With what was said, oldest first; of a very long one the newest 500.
    #[oai(path = "/tickets/:ticket_id", method = "get", operation_id = "getTicket")]
    async fn ticket(&self, caller: SignedIn, ticket_id: Path<String>) -> Answer<TicketView> {
        Ok(Json(caller.store().ticket(&ticket_id.0).await?))
    }

    /// Say more
    ///
    /// It is the shop's turn then; a closed ticket is open again.
    #[oai(
        path = "/tickets/:ticket_id/messages",
        method = "post",
        operation_id = "replyTicket",
        transform = "once"
    )]
    async fn reply(
        &self,
        caller: SignedIn,
        ticket_id: Path<String>,
        /// Names this message, so that a repeat is harmless.
        #[oai(name = "Idempotency-Key")]
        _key: Header<Option<String>>,
        body: Json<ReplyRequest>,
    ) -> Result<Made<TicketView>, Said> {
        Ok(made(caller.store().reply_ticket(&ticket_id.0, &body.0.text, None).await?))
    }

    /// Show a picture
    ///
    /// At most three in a ticket and hour (`too_many_pictures`). Only the picture's pixels are kept: place and camera are
    /// dropped.
    #[oai(path = "/tickets/:ticket_id/pictures", method = "post", operation_id = "showTicketPicture")]
    async fn show(
        &self,
        caller: SignedIn,
        ticket_id: Path<String>,
        request: &Request,
        form: PictureForm,
    ) -> Result<Made<TicketView>, Said> {
        let picture = picture::read(request, form.picture).await?;
        let text = form.text.unwrap_or_default();
        Ok(made(caller.store().reply_ticket(&ticket_id.0, &text, Some(picture)).await?))
    }

    /// Close a ticket
    ///
    /// Closing it again changes nothing.
    #[oai(path = "/tickets/:ticket_id/close", method = "post", operation_id = "closeTicket")]
    async fn close(&self, caller: SignedIn, ticket_id: Path<String>) -> Answer<TicketView> {
        Ok(Json(caller.store().close_ticket(&ticket_id.0).await?))
    }
}
